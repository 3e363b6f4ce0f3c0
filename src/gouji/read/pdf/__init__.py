"""PDF with a text layer: each page's own rules and characters to blocks. Needs the extra `gouji[pdf]`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from gouji.book import Cell, Place, Remark
from gouji.read.grid import Block, Unreadable
from gouji.read.pdf.grids import Parts, parts_of
from gouji.read.pdf.page import Page
from gouji.read.pdf.running import without_running
from gouji.read.pdf.scanned import Pages, can_recognise, recognised, remark, tell, with_recognised
from gouji.read.pdf.tables import Reader
from gouji.read.pdf.upright import page_of

FEWEST = 5  # characters a page: a book of pictures with fewer was scanned
_NO_PAGES = re.compile(rb"/Type\s*/Pages\b[^>]{0,200}/Count\s+0\b")  # PDFium refuses such a file
HEAD = 1024  # bytes before which the file's mark must stand


def read(data: bytes, source: str) -> tuple[list[Block], list[Cell], tuple[Remark, ...]]:
    """The tables of a PDF, the lines outside them, and what could not be read. Raises Unreadable."""
    found: list[Parts] = []
    pictures: list[Cell] = []
    chars = 0
    for page in pages(data):
        chars += len(page.chars)
        if page.pictures and len(page.chars) < FEWEST:
            pictures.append(Cell("", Place(file=source, page=page.number)))
        found.append(parts_of(page, source))
    scanned = chars < FEWEST * len(found) and bool(pictures or not chars)
    every = [parts.number for parts in found] if scanned and not pictures else []
    seen = recognised(data, [cell.place.page for cell in pictures] or every, source)
    if scanned and not seen:
        raise Unreadable("blank-pictures" if can_recognise() else "scanned", f"{len(found)}")
    unread = [cell for cell in pictures if cell.place.page not in seen]
    return _read(with_recognised(found, seen), source, unread, seen)


def picture(data: bytes, source: str) -> tuple[list[Block], list[Cell], tuple[Remark, ...]]:
    """The same of a picture of one page. Raises Unreadable, and ModuleNotFoundError without `gouji[ocr]`."""
    from gouji.read import ocr

    seen = ocr.picture(data, source)
    if not seen:
        raise Unreadable("blank-pictures", "1")
    return _read([page.parts for page in seen.values()], source, [], seen)


def _read(
    found: Sequence[Parts], source: str, pictures: list[Cell], seen: Pages
) -> tuple[list[Block], list[Cell], tuple[Remark, ...]]:
    reader = Reader()
    for parts in without_running(found):
        reader.page(parts)
    blocks, prose = reader.finish()
    tell(blocks, seen)
    told = (remark(seen, source),) if seen else ()
    return blocks, prose, (*told, *_remarks(found, pictures))


def blocks(data: bytes, source: str) -> tuple[list[Block], list[Cell]]:
    """The tables of a PDF, and the lines outside them. Raises Unreadable."""
    found, prose, _ = read(data, source)
    return found, prose


def _remarks(found: Sequence[Parts], pictures: list[Cell]) -> Iterator[Remark]:
    """Pages without text, and tables whose columns cannot be told."""
    untold = [Cell("", place) for parts in found for place in parts.untold]
    for code, cells in (("read.picture-pages", pictures), ("read.no-columns", untold)):
        if cells:
            pages = dict.fromkeys(str(cell.place.page) for cell in cells)
            yield Remark(code, tuple(cells), (("pages", "、".join(pages)), ("pages_en", ", ".join(pages))))


def pages(data: bytes) -> Iterator[Page]:
    """The pages of a PDF, read one at a time. Raises Unreadable."""
    document = _open(data)
    try:
        count = len(document)
        if count < 1:
            raise Unreadable("no-pages")
        for i in range(count):
            yield _page(document, i)
    finally:
        document.close()


def _open(data: bytes) -> pdfium.PdfDocument:
    if not data:
        raise Unreadable("empty")
    if b"%PDF-" not in data[:HEAD]:
        raise Unreadable("damaged", "%PDF-")
    try:
        return pdfium.PdfDocument(data)
    except pdfium.PdfiumError as problem:
        code = getattr(problem, "err_code", None)
        if code in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY):
            raise Unreadable("encrypted") from None
        if _NO_PAGES.search(data):
            raise Unreadable("no-pages") from None
        raise Unreadable("damaged", str(problem)) from None


def _page(document: pdfium.PdfDocument, index: int) -> Page:
    try:
        return page_of(document, index)
    except pdfium.PdfiumError as problem:
        raise Unreadable("damaged", f"p{index + 1}: {problem}") from None
