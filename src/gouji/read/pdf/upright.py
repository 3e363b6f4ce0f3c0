"""One page of an open document to its characters and rules, turned so that its text stands upright."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import repeat
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from gouji.read.pdf.clip import Clips
from gouji.read.pdf.letters import letters_of, shown, trim
from gouji.read.pdf.native import Handle, address_of
from gouji.read.pdf.page import Char, Page, Rule, turned
from gouji.read.pdf.rules import shapes_of

SHORTEST = 2.0  # points
_new = tuple.__new__  # a page has thousands of characters: this takes a third of the time of the class


def page_of(document: pdfium.PdfDocument, index: int) -> Page:
    """What one page prints. Raises PdfiumError."""
    source = raw.FPDF_LoadPage(document.raw, index)
    text = source and raw.FPDFText_LoadPage(source)
    try:
        if not text:
            raise pdfium.PdfiumError("Failed to load page.")
        return _page(source, address_of(text), index + 1)
    finally:
        if text:
            raw.FPDFText_ClosePage(text)
        if source:
            raw.FPDF_ClosePage(source)


def _page(source: Any, text: Handle, number: int) -> Page:
    area = raw.FS_RECTF()
    if not raw.FPDF_GetPageBoundingBox(source, area):
        raise pdfium.PdfiumError("Failed to get page bounding box.")
    shapes = shapes_of(address_of(source))
    letters = letters_of(text, shapes.texts, shapes.forms)
    turn = letters.turn
    wide, high = area.right - area.left, area.top - area.bottom
    if turn % 2:
        wide, high = high, wide
    page = Page(number, wide, high, (-raw.FPDFPage_GetRotation(source) - turn) % 4)
    page.pictures, page.forms = shapes.pictures, shapes.forms
    _add_rules(page, zip(*_upright(tuple(zip(*shapes.boxes, strict=True)), area, turn), strict=True))
    x0, y1, x1, y0 = letters.sides
    sides = _upright((x0, y0, x1, y1), area, turn)
    chars = list(map(_new, repeat(Char), zip(letters.texts, *sides, strict=True)))
    if not page.forms:
        chars = shown(chars, Clips(text, letters).visible)
    # x1, y1, x0 and y0: a place in a tuple is found sooner than a name
    page.chars = [c for c in chars if c[3] > 0 and c[4] > 0 and c[1] < wide and c[2] < high]
    trim(page.chars)
    return page


def _upright(sides: Sequence[Sequence[float]], area: raw.FS_RECTF, turn: int) -> Sequence[Sequence[float]]:
    """The left, upper, right and lower sides of boxes, on the upright page and from its top left corner."""
    if not sides:
        return ()
    x0, y0, x1, y1 = sides
    left, top = area.left, area.top
    if left:
        x0, x1 = [x - left for x in x0], [x - left for x in x1]
    found = (x0, [top - y for y in y1], x1, [top - y for y in y0])
    if not turn:
        return found
    width, height = area.right - left, top - area.bottom
    return tuple(zip(*[turned(box, width, height, turn) for box in zip(*found, strict=True)], strict=True))


def _add_rules(page: Page, boxes: Iterable[Sequence[float]]) -> None:
    for x0, y0, x1, y1 in boxes:
        if not math.isfinite(x0 + y0 + x1 + y1):
            continue
        if x1 - x0 >= y1 - y0:
            if x1 - x0 >= SHORTEST:
                page.across.append(_new(Rule, ((y0 + y1) / 2, x0, x1)))
        elif y1 - y0 >= SHORTEST:
            page.down.append(_new(Rule, ((x0 + x1) / 2, y0, y1)))
