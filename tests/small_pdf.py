"""Small PDFs drawn here, of text and lines, and what is read of them."""

from __future__ import annotations

from collections.abc import Sequence

from gouji.read import pdf
from gouji.read.grid import Block

FONT = (
    b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [<< "
    b"/Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) "
    b"/Ordering (GB1) /Supplement 2 >> /DW 1000 /W [1 95 500] >>] >>"
)


def written(objects: Sequence[bytes], trailer: bytes = b"") -> bytes:
    """A PDF of these objects, the first its catalog."""
    data, at = b"%PDF-1.5\n", []
    for number, body in enumerate(objects, 1):
        at.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in at)
    size = len(objects) + 1
    return data + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n"
        % (size, table, size, trailer, len(data))
    )


def stream(content: bytes, entries: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), entries, content)


def drawn(*pages: str, form: str = "", entries: str = "", trailer: bytes = b"") -> bytes:
    """A PDF of A4 pages with these contents; `form` is a form XObject that they can draw as /X."""
    kids = b" ".join(b"%d 0 R" % (5 + 2 * i) for i in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(pages), kids),
        FONT,
        stream(
            form.encode(),
            b"/Type /XObject /Subtype /Form /BBox [0 0 900 900] /Resources << /Font << /F 3 0 R >> >>",
        ),
    ]
    for i, page in enumerate(pages):
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R %s /Resources "
            b"<< /Font << /F 3 0 R >> /XObject << /X 4 0 R >> >> >>" % (6 + 2 * i, entries.encode())
        )
        objects.append(stream(page.encode()))
    return written(objects, trailer)


def words(x: float, y: float, told: str, size: float = 10, turn: str = "1 0 0 1") -> str:
    return f"BT /F {size} Tf {turn} {x} {y} Tm <{told.encode('utf-16-be').hex()}> Tj ET\n"


def line(x0: float, y0: float, x1: float, y1: float) -> str:
    return f"{x0} {y0} m {x1} {y1} l S\n"


def table(x: float, y: float, rows: Sequence[Sequence[str]], wide: float = 100, high: float = 20) -> str:
    """A ruled table from this corner; "<" and "^" go on from the left and from above."""
    content = ""
    for r, row in enumerate(rows):
        for c, told in enumerate(row):
            left, top = x + c * wide, y - r * high
            if told != "^":
                content += line(left, top, left + wide, top)
            if told != "<":
                content += line(left, top, left, top - high)
            if told not in ("^", "<", ""):
                content += words(left + 3, top - high / 2 - 3, told)
    right, bottom = x + len(rows[0]) * wide, y - len(rows) * high
    return content + line(x, bottom, right, bottom) + line(right, y, right, bottom)


def texts(block: Block) -> list[list[str]]:
    return [[cell.text for cell in row] for row in block.rows]


def only(data: bytes) -> Block:
    found, _ = pdf.blocks(data, "book.pdf")
    assert len(found) == 1, [texts(block) for block in found]
    return found[0]


HEADER = [["科目名称", "合计", "其中", "<"], ["^", "^", "基本支出", "项目支出"]]
BODY = [["行政运行", "1,234.50", "1,000.00", "234.50"], ["住房公积金", "12.00", "12.00", ""]]
FLAT = [["科目名称", "合计", "其中", ""], ["", "", "基本支出", "项目支出"]]
TITLE = words(200, 800, "部门收支总表", 16)
PLAIN = (
    TITLE + words(50, 770, "单位名称：某局") + words(430, 770, "单位：万元") + table(50, 750, HEADER + BODY)
)
