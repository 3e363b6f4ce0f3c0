"""Reading PDFs: made books against the text they were made from, small pages drawn here, hostile files."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from gouji.read.grid import Block, Unreadable
from tests.conftest import LEFT_OUT, leave_out

pytest.importorskip("pypdfium2", reason=f"{LEFT_OUT}pypdfium2 is not installed (the extra `pdf`)")

from benchmarks.pdf import TRUTH, score
from gouji.read import pdf, read, text
from gouji.read.assemble import assemble

MADE = {
    "xinfang-2026": 742,
    "xinfang-2026-from-docx": 742,
    "xinfang-2026-rotated": 742,
    "xinfang-2026-overprint": 742,
    "xinfang-2026-watermark": 742,
    "xinfang-2026-encrypted": 742,
    "xinfang-2026-cidnoembed": 741,  # one row is split over two pages
}
"""How many of the 742 amounts that are printed stand in the right row and column. The text has five more,
beyond its last heading, which no page prints."""

FONT = (
    b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [<< "
    b"/Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) "
    b"/Ordering (GB1) /Supplement 2 >> /DW 1000 /W [1 95 500] >>] >>"
)


# Small PDFs


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


def test_a_ruled_table() -> None:
    block = only(drawn(PLAIN + words(50, 640, "注：本表反映收支。")))
    assert texts(block) == FLAT + BODY
    assert block.title.text == "部门收支总表"
    assert block.unit and block.unit.text == "单位名称：某局"
    assert block.money_unit and block.money_unit.text == "单位：万元"
    assert [note.text for note in block.notes] == ["注：本表反映收支。"]


def test_places_carry_page_and_box() -> None:
    block = only(drawn(words(50, 700, "第一部分概况"), PLAIN))
    place = block.rows[2][1].place
    assert (place.file, place.page) == ("book.pdf", 2)
    assert place.box == pytest.approx((150, 132, 250, 152), abs=1)


def test_a_rotated_page_reads_the_same_and_its_boxes_are_those_shown() -> None:
    block = only(drawn("0 1 -1 0 842 0 cm\n" + PLAIN, entries="/Rotate 90"))
    assert texts(block) == FLAT + BODY
    plain = only(drawn(PLAIN)).rows[2][1].place.box
    box = block.rows[2][1].place.box
    assert plain and box and box[2] - box[0] == pytest.approx(plain[2] - plain[0], abs=1)


def test_a_page_on_its_side_is_read_and_its_boxes_lie_on_their_side() -> None:
    block = only(drawn("0 1 -1 0 842 0 cm\n" + PLAIN))
    assert texts(block) == FLAT + BODY
    box = block.rows[2][1].place.box
    assert (
        box and box[3] - box[1] == pytest.approx(100, abs=1) and box[2] - box[0] == pytest.approx(20, abs=1)
    )


def test_what_a_form_draws_is_read_where_its_matrix_puts_it() -> None:
    block = only(drawn("q 0.5 0 0 0.5 20 300 cm /X Do Q", form=PLAIN))
    assert texts(block) == FLAT + BODY
    box = block.rows[2][1].place.box
    assert box and box[2] - box[0] == pytest.approx(50, abs=1)


def test_characters_drawn_twice_are_read_once() -> None:
    assert texts(only(drawn(PLAIN + PLAIN))) == FLAT + BODY
    assert texts(only(drawn(PLAIN + "1 0 0 1 0.4 0 cm\n" + PLAIN))) == FLAT + BODY


def test_a_watermark_at_an_angle_is_dropped() -> None:
    mark = words(100, 600, "内部资料", 60, "0.866 0.5 -0.5 0.866")
    found, loose = pdf.blocks(drawn(mark + PLAIN + mark), "book.pdf")
    assert [texts(block) for block in found] == [FLAT + BODY]
    assert not loose


def test_what_a_page_break_cuts_away_is_not_read() -> None:
    cut, under = words(53, 706, "上页项目"), words(153, 727, "98.00")
    block = only(drawn(PLAIN + "q 50 600 500 105 re W n\n" + cut + under + "Q\n"))
    assert texts(block) == FLAT + BODY


def test_boxes_wider_than_the_step_to_the_next_character_do_not_reach_into_the_next_cell() -> None:
    digits = "".join(words(68 + 5 * i, 717, digit) for i, digit in enumerate("244,895.02"))
    digits += "".join(words(123 + 5 * i, 717, digit) for i, digit in enumerate("192,446.79"))
    data = drawn(table(25, 750, [["合计", "基本支出"], ["", ""]]) + digits)
    without_widths = data.replace(b"/W [1 95 500]", b" " * 13)
    assert texts(only(without_widths))[1] == texts(only(data))[1] == ["244,895.02", "192,446.79"]


def test_wrapped_text_is_joined_without_spaces_and_wrapped_numbers_only_where_they_are_one() -> None:
    page = table(50, 750, [["项目", "金额"], ["", ""]], wide=63, high=40)
    page += words(53, 694, "一般行政管理") + words(53, 682, "事务")
    page += words(116, 694, "12,345,678.9") + words(116, 682, "0")
    assert texts(only(drawn(page)))[1] == ["一般行政管理事务", "12,345,678.90"]
    page = table(50, 750, [["项目", "金额"], ["办公费", ""]], wide=63, high=40)
    page += words(116, 694, "1.50") + words(116, 682, "2.50")
    assert texts(only(drawn(page)))[1] == ["办公费", "1.50 2.50"]


def test_a_number_that_crosses_a_rule_stands_whole_in_its_cell() -> None:
    page = table(50, 750, [["项目", "金额", "比例"], ["办公费", "", ""]]) + words(145, 717, "123,456,789.00")
    assert texts(only(drawn(page)))[1] == ["办公费", "123,456,789.00", ""]


def test_a_table_goes_on_over_pages_with_or_without_its_header() -> None:
    more = [["其他支出", "1.00", "1.00", ""]]
    for again in ([], HEADER):
        block = only(drawn(PLAIN, table(50, 800, [*again, *more]) + words(290, 30, "- 2 -")))
        assert texts(block) == FLAT + BODY + more
        assert block.rows[-1][0].place.page == 2


def test_a_repeated_title_with_its_header_goes_on_and_a_new_title_starts_anew() -> None:
    found, _ = pdf.blocks(drawn(PLAIN, PLAIN), "book.pdf")
    assert [texts(block) for block in found] == [FLAT + BODY + BODY]
    other = PLAIN.replace(TITLE, words(200, 800, "部门支出总表", 16))
    found, _ = pdf.blocks(drawn(PLAIN, other), "book.pdf")
    assert [block.title.text for block in found] == ["部门收支总表", "部门支出总表"]


def test_titles_and_units_inside_the_table_are_taken_out_of_it() -> None:
    rows = [["部门收支总表", "<", "<", "<"], ["单位：元", "<", "<", "<"], *HEADER, *BODY]
    block = only(drawn(table(50, 750, rows)))
    assert block.title.text == "部门收支总表"
    assert block.money_unit and block.money_unit.text == "单位：元"
    assert texts(block) == FLAT + BODY


def test_open_sides_and_thin_boxes_are_rules_too() -> None:
    page = "".join(f"50 {y} 300 0.5 re f\n" for y in (750, 730, 710))
    page += "".join(f"{x} 710 0.5 40 re f\n" for x in (150, 250))
    page += words(55, 737, "收入") + words(155, 737, "预算数") + words(255, 737, "支出")
    page += words(55, 717, "拨款") + words(155, 717, "10.00") + words(255, 717, "工资")
    assert texts(only(drawn(page))) == [["收入", "预算数", "支出"], ["拨款", "10.00", "工资"]]


def test_paragraphs_are_joined_over_lines_and_pages() -> None:
    full = "本部门贯彻落实" * 7
    one = words(70, 100, full) + words(50, 84, full + "方针")
    _, loose = pdf.blocks(drawn(one, words(50, 780, "政策。") + words(70, 764, "另一段。")), "book.pdf")
    assert [cell.text for cell in loose] == [full + full + "方针政策。", "另一段。"]
    assert loose[0].place.page == 1


# Files that cannot be read

PADDING = bytes(range(33, 65)).hex().encode()
LOCKED = (
    b"/Encrypt << /Filter /Standard /V 1 /R 2 /Length 40 /P -4 /O <"
    + PADDING
    + b"> /U <"
    + PADDING
    + b"> >> /ID [<00> <00>]"
)


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b"", "empty"),
        (b"\x00" * 5000, "damaged"),
        (b"%PDF-1.7\n" + random.Random(1).randbytes(4000), "damaged"),
        (drawn(PLAIN)[:300], "damaged"),
        (drawn(), "no-pages"),
        (drawn(PLAIN, trailer=LOCKED), "encrypted"),
        (drawn("50 50 200 200 re f"), "scanned"),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, key: str) -> None:
    with pytest.raises(Unreadable) as problem:
        pdf.blocks(data, "book.pdf")
    assert problem.value.key == key


def test_damage_anywhere_is_read_or_refused() -> None:
    whole, dice = drawn(PLAIN, PLAIN), random.Random(20)
    for _ in range(150):
        data = bytearray(whole)
        for _ in range(dice.randrange(1, 30)):
            data[dice.randrange(len(data))] = dice.randrange(256)
        try:
            pdf.blocks(bytes(data[: dice.randrange(len(data) // 2, len(data) + 1)]), "book.pdf")
        except Unreadable:
            continue


@pytest.mark.parametrize("x", ["1e38", "-1e38", "99999999999999999999", "0.0000001"])
def test_lines_of_any_size_are_harmless(x: str) -> None:
    odd = f"0 0 m {x} 0 l S\n0 0 m 0 {x} l S\n0 0 {x} {x} re S\n"
    assert texts(only(drawn(PLAIN + odd + f"q {x} 0 0 1 0 0 cm /X Do Q", form=odd)))[-1] == BODY[-1]


def test_a_form_that_draws_itself_is_read_once() -> None:
    assert texts(only(drawn(PLAIN + "/X Do", form="/X Do"))) == FLAT + BODY


def test_very_many_lines_are_no_table() -> None:
    page = "".join(line(i / 50, 0, i / 50, 800) + line(0, i / 50, 500, i / 50) for i in range(20_000))
    pdf.blocks(drawn(page + words(50, 820, "线条很多的一页")), "book.pdf")


# Books


@pytest.mark.parametrize("name", MADE)
def test_made_books_read_as_the_text_they_were_made_from(books: Path, name: str) -> None:
    path, truth = books / "made" / f"{name}.pdf", books / TRUTH
    if not path.is_file() or not truth.is_file():
        leave_out(f"made books not found in {books / 'made'}")
    told, _ = text.blocks(truth.read_text("utf-8"), "book.txt")
    got = score(path.read_bytes(), told)
    assert got["found"] == got["tables"] == 13
    assert got["right"] >= MADE[name]


def test_a_made_book_has_the_headings_and_forms_of_its_text(books: Path) -> None:
    path, truth = books / "made" / "xinfang-2026.pdf", books / TRUTH
    if not path.is_file() or not truth.is_file():
        leave_out(f"made books not found in {books / 'made'}")
    told, made = (
        read(truth.read_bytes(), "book.txt"),
        assemble(*pdf.blocks(path.read_bytes(), "b"), "b", None),
    )
    assert (made.unit, made.year, made.fen, made.absent) == (told.unit, told.year, told.fen, told.absent)
    for one, two in zip(made.tables, told.tables, strict=True):
        assert (one.form, one.state, len(one.rows)) == (two.form, two.state, len(two.rows))
        assert [c.path for c in one.columns] == [c.path for c in two.columns]


def test_a_book_of_each_place_is_read(books: Path) -> None:
    firsts = [min(place.glob("*.pdf"), default=None) for place in sorted(books.iterdir()) if place.is_dir()]
    found = [path for path in firsts if path and path.parent.name != "made"]
    if not found:
        leave_out(f"no real PDFs in {books}")
    for path in found:
        blocks, loose = pdf.blocks(path.read_bytes(), path.name)
        assert blocks or loose
        assert all(len(row) == len(block.rows[0]) for block in blocks for row in block.rows)
