"""A Book to a Word document: cover, contents, narrative, tables and notes. The fixed parts are in `word/`."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from gouji.book import Book
from gouji.forms import Edition
from gouji.write.layout import Laid, laid
from gouji.write.merging import CENTER, LEFT, RIGHT, Span
from gouji.write.outline import CONTENTS, Publication, pieces, publication
from gouji.write.paging import head_heights, pitch, shares, starts
from gouji.write.widths import MARGIN, TITLE, TOGETHER, Page, fitted, page, title_size, widths

HERE = Path(__file__).parent / "word"
TWIPS = 20  # in a point
PORTRAIT = Page("a4", False, 16)
NARRATIVE_MARGIN = 79.0  # points
_PARTS = {
    "[Content_Types].xml": "types.xml",
    "_rels/.rels": "rels.xml",
    "word/_rels/document.xml.rels": "document_rels.xml",
    "word/settings.xml": "settings.xml",
    "word/footer.xml": "footer.xml",
    "word/blank.xml": "blank.xml",
}
_ROOT = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><w:body>'
)
_CORE = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><cp:coreProperties'
    ' xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
    "<dc:title>{title}</dc:title><dc:creator>{unit}</dc:creator><dc:language>zh-CN</dc:language>"
    '<dcterms:created xsi:type="dcterms:W3CDTF">{year}-01-01T00:00:00Z</dcterms:created></cp:coreProperties>'
)
_FIELD = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
_CODE = '<w:r><w:instrText xml:space="preserve"> {} </w:instrText></w:r>'
_TOC = _CODE.format('TOC \\o "1-2" \\h \\z \\t "表题,{}"')
_BEGIN_STALE = '<w:r><w:fldChar w:fldCharType="begin" w:dirty="true"/></w:r>'
_MARGINS = "".join(
    f'<w:{side} w:w="{wide}" w:type="dxa"/>'  # left and right are within PAD
    for side, wide in (("top", 20), ("left", 40), ("bottom", 20), ("right", 40))
)
_BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)


def write(book: Book, edition: Edition) -> bytes:
    whole = publication(book, laid(book, edition))
    core = _CORE.format(
        title=escape(whole.title), unit=escape(whole.cover[0]), year=book.year or edition.year
    )
    parts = {name: _fixed(file) for name, file in _PARTS.items()}
    parts |= {"word/styles.xml": _styles(whole), "docProps/core.xml": core}
    return _zipped(parts, "word/document.xml", chain((_ROOT,), _body(whole), ("</w:body></w:document>",)))


def _fixed(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


def _zipped(parts: dict[str, str], last: str, pieces: Iterable[str]) -> bytes:
    """The package; its last part, which may be large, is never whole in memory."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in parts.items():
            package.writestr(zipfile.ZipInfo(name), text.encode(), zipfile.ZIP_DEFLATED)
        info = zipfile.ZipInfo(last)
        info.compress_type = zipfile.ZIP_DEFLATED
        with package.open(info, "w") as file:
            for piece in pieces:
                file.write(piece.encode())
    return out.getvalue()


def _styles(whole: Publication) -> str:
    """The fixed styles, and one for each size of type and alignment in the tables."""
    sizes = sorted({_half(page(widths(table))) for table in whole.tables})
    made = "".join(_cell_style(size, align) for size in sizes for align in (LEFT, CENTER, RIGHT))
    return _fixed("styles.xml").replace("</w:styles>", f"{made}</w:styles>")


def _cell_style(half: int, align: str) -> str:
    return (
        f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{_style(half, align)}">'
        f'<w:name w:val="表格 {half / 2:g} {align}"/><w:basedOn w:val="Normal"/><w:pPr>'
        f'<w:spacing w:line="{half * 12}" w:lineRule="exact"/><w:jc w:val="{align}"/></w:pPr><w:rPr>'
        f'<w:rFonts w:eastAsia="宋体"/><w:sz w:val="{half}"/><w:szCs w:val="{half}"/></w:rPr></w:style>'
    )


def _style(half: int, align: str) -> str:
    return f"Cell{half}{align}"


def _half(one: Page) -> int:
    """The size of type in half points, as Word counts it; never more than was reckoned with."""
    return max(2, int(one.size * 2))


def _body(whole: Publication) -> Iterator[str]:
    """Cover, contents and narrative, then the tables in sections of one kind of paper each."""
    tables, pages = whole.tables, [page(widths(table)) for table in whole.tables]
    yield from _front(whole)
    if tables:
        yield _end(_section(PORTRAIT, NARRATIVE_MARGIN, "<w:titlePg/>"))
    for i, table in enumerate(tables):
        follows = i > 0 and _same_paper(pages[i - 1], pages[i])
        yield from _around(table, pages[i], whole.mark(i), follows)
        yield from _table(table, pages[i])
        yield from (_paragraph("TableNote", note) for note in table.notes)
        ends = i + 1 < len(tables) and not _same_paper(pages[i], pages[i + 1])
        yield _end(_section(pages[i], MARGIN) if ends else "")
    yield _section(pages[-1], MARGIN) if tables else _section(PORTRAIT, NARRATIVE_MARGIN, "<w:titlePg/>")


def _same_paper(one: Page, other: Page) -> bool:
    return one[:2] == other[:2]


def _front(whole: Publication) -> Iterator[str]:
    for i, line in enumerate(whole.cover):
        yield _paragraph("Title", line, '<w:spacing w:before="4000"/>' if not i else "")
    yield _paragraph("TOCHeading", CONTENTS)
    yield from _contents(whole)
    for i, part in enumerate(whole.narrative):
        style = f"Heading{part.level}" if part.level else "BodyText"
        breaks = "<w:pageBreakBefore/>" if not i or part.level == 1 else ""
        yield _paragraph(style, part.text, breaks, part.mark, "".join(_marked(part.text)))


def _contents(whole: Publication) -> Iterator[str]:
    """A table of contents as Word makes it, with page numbers that it counts anew when it opens the file."""
    listed, pages = whole.contents(), starts(whole, PORTRAIT, NARRATIVE_MARGIN)
    for i, part in enumerate(listed, 1):
        begin = ""
        if i == 1:
            begin = _BEGIN_STALE + _TOC.format(whole.table_level) + _FIELD.format("separate")
        end = _FIELD.format("end") if i == len(listed) else ""
        name = f"_Toc{part.mark}"
        number = _field(f"PAGEREF {name} \\h", str(pages[part.mark]))
        inside = f"{_run(part.text)}<w:r><w:tab/></w:r>{number}"
        link = f'<w:hyperlink w:anchor="{name}" w:history="1">{inside}</w:hyperlink>'
        yield f'<w:p><w:pPr><w:pStyle w:val="TOC{part.level}"/></w:pPr>{begin}{link}{end}</w:p>'


def _field(code: str, shown: str) -> str:
    begin, separate, end = map(_FIELD.format, ("begin", "separate", "end"))
    return f"{begin}{_CODE.format(code)}{separate}{_run(shown)}{end}"


def _paragraph(style: str, text: str, more: str = "", mark: int = 0, runs: str = "") -> str:
    """A paragraph; `mark` numbers it for the contents, `runs` is its text where parts of it are marked."""
    inside = runs or _run(text)
    if mark:
        name = f'<w:bookmarkStart w:id="{mark}" w:name="_Toc{mark}"/>'
        inside = f'{name}{inside}<w:bookmarkEnd w:id="{mark}"/>'
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{more}</w:pPr>{inside}</w:p>'


def _marked(text: str) -> Iterator[str]:
    """Runs, those left to fill in with a yellow ground."""
    for piece, blank in pieces(text):
        yield _run(piece, '<w:rPr><w:highlight w:val="yellow"/></w:rPr>' if blank else "")


def _run(text: str, look: str = "") -> str:
    return f'<w:r>{look}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>' if text else ""


def _end(section: str) -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="TableEnd"/>{section}</w:pPr></w:p>'


def _section(one: Page, margin: float, more: str = "") -> str:
    wide, high = (round(side * TWIPS) for side in one.sides)
    turned = ' w:orient="landscape"' if one.landscape else ""
    edge = round(margin * TWIPS)
    return (
        '<w:sectPr><w:footerReference w:type="default" r:id="rId3"/>'
        '<w:footerReference w:type="first" r:id="rId4"/><w:type w:val="nextPage"/>'
        f'<w:pgSz w:w="{wide}" w:h="{high}"{turned}/><w:pgMar w:top="{edge}" w:right="{edge}"'
        f' w:bottom="{edge}" w:left="{edge}" w:header="480" w:footer="480" w:gutter="0"/>{more}</w:sectPr>'
    )


def _around(table: Laid, one: Page, mark: int, follows: bool) -> Iterator[str]:
    """The lines above a table; on a new page where it follows another on the same paper."""
    breaks = "<w:pageBreakBefore/>" if follows else ""
    if table.tag:
        yield _paragraph("TableTag", table.tag, breaks)
        breaks = ""
    size = title_size(table.title, one)
    smaller = _run(table.title, f'<w:rPr><w:sz w:val="{2 * size:g}"/></w:rPr>') if size < TITLE else ""
    yield _paragraph("TableTitle", table.title, breaks, mark, smaller)
    if table.unit or table.money:
        tab = f'<w:tabs><w:tab w:val="right" w:pos="{round(one.room * TWIPS)}"/></w:tabs>'
        right = f"<w:r><w:tab/></w:r>{_run(table.money)}" if table.money else ""
        yield f'<w:p><w:pPr><w:pStyle w:val="TableAround"/>{tab}</w:pPr>{_run(table.unit)}{right}</w:p>'


def _table(table: Laid, one: Page) -> Iterator[str]:
    columns = fitted(widths(table), one.room / one.size)
    wide = [int(width * one.size * TWIPS) for width in columns]
    half, top = _half(one), table.depth
    line = pitch(table, columns, one)
    highs, lows = (heights(table, columns, one.size, line) for heights in (head_heights, shares))
    numbers = [[Span(top, c, text=number) for c, number in enumerate(table.numbers)]] if table.numbers else []
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in wide)
    yield (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(wide)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{_BORDERS}</w:tblBorders><w:tblLayout w:type="fixed"/>'
        f"<w:tblCellMar>{_MARGINS}</w:tblCellMar><w:tblCaption w:val={quoteattr(table.title)}/></w:tblPr>"
        f"<w:tblGrid>{grid}</w:tblGrid>"
    )
    heads = zip([*table.head_grid(), *numbers], highs, strict=True)
    yield from (_row(row, i, wide, half, high, True) for i, (row, high) in enumerate(heads))
    rows = zip(table.body_grid(), lows, strict=True)
    yield from (_row(row, i, wide, half, low) for i, (row, low) in enumerate(rows))
    yield "</w:tbl>"


def _row(
    cells: Sequence[Span], number: int, wide: Sequence[int], half: int, least: float, head: bool = False
) -> str:
    """A row from the cells that stand in it, those that began above included.

    `least` is its height in points: a program that prints headings again, or a cell that a page's end cuts,
    does not always reckon it.
    What stands beside one cell stays on one page with it, as far as a page is long enough.
    """
    repeated = "<w:tblHeader/>" if head else ""
    high = f'<w:trHeight w:val="{round(least * TWIPS)}"/>'
    stays = not head and any(number + 1 < cell.row + cell.rows and cell.rows <= TOGETHER for cell in cells)
    inside = "".join(_cell(cell, number, wide, half, "<w:keepNext/>" if stays else "") for cell in cells)
    return f"<w:tr><w:trPr><w:cantSplit/>{high}{repeated}</w:trPr>{inside}</w:tr>"


def _cell(cell: Span, number: int, wide: Sequence[int], half: int, more: str) -> str:
    merged = f'<w:gridSpan w:val="{cell.columns}"/>' if cell.columns > 1 else ""
    if cell.rows > 1:
        merged += '<w:vMerge w:val="restart"/>' if cell.row == number else "<w:vMerge/>"
    text = cell.text if cell.row == number else ""
    width = sum(wide[cell.column : cell.column + cell.columns])
    stands = "top" if cell.rows > TOGETHER else "center"  # a page may cut it: its text would overlap
    said = f'<w:tcW w:w="{width}" w:type="dxa"/>{merged}<w:vAlign w:val="{stands}"/>'
    return f"<w:tc><w:tcPr>{said}</w:tcPr>{_paragraph(_style(half, cell.align), text, more)}</w:tc>"
