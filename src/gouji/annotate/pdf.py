"""Findings on the pages of a PDF: a box with a number on each cell, and a note that says what was found.

The file is only added to: its own bytes stay as they are. Needs the extra `gouji[pdf]`.
"""

from __future__ import annotations

import contextlib
import ctypes
import io
from collections.abc import Iterable
from typing import NamedTuple

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from gouji.annotate.digits import Point, strokes, width
from gouji.annotate.marks import AUTHOR, Mark
from gouji.findings import ERROR, NOTE, WARNING
from gouji.read.pdf.page import Box, turned

COLOURS = {ERROR: (179, 38, 30), WARNING: (138, 82, 0), NOTE: (70, 96, 122)}
DASHES = {ERROR: "[] 0 d", WARNING: "[4 2] 0 d", NOTE: "[1 2] 0 d"}
"""Levels differ in the line too, so that they can be told without colours."""
LINE = 1.0  # points
DIGITS = (4.4, 7.0)  # how high: the higher in higher cells
SHARE = 0.28  # of a cell
ROOM = 1.2  # around a number
MARGIN, STEP = 12.0, 20.0  # where notes stand that have no box
ABOVE = 0.5  # of a box: how far it goes beyond its cell


class Sheet(NamedTuple):
    """A page: its bounds, its size as shown, and its quarter turns to the right."""

    left: float
    top: float
    width: float
    height: float
    turns: int

    def point(self, at: Point) -> Point:
        """From a point of the page as shown, from its top left corner, to the page's own coordinates."""
        x, y, _, _ = turned((*at, *at), self.width, self.height, self.turns)
        return self.left + x, self.top - y


def annotate(data: bytes, found: list[Mark]) -> bytes:
    document = pdfium.PdfDocument(data)
    try:
        pages: dict[int, list[Mark]] = {}
        for mark in found:
            number = mark.place.page if 1 <= mark.place.page <= len(document) else 1
            pages.setdefault(number, []).append(mark)
        for number, marks in sorted(pages.items()):
            with contextlib.closing(document[number - 1]) as page:
                _page(page, marks)
        out = io.BytesIO()
        document.save(out, flags=raw.FPDF_INCREMENTAL)
        return out.getvalue()
    finally:
        document.close()


def _page(page: pdfium.PdfPage, marks: Iterable[Mark]) -> None:
    left, bottom, right, top = page.get_bbox()
    turns = page.get_rotation() // 90
    wide, high = right - left, top - bottom
    sheet = Sheet(left, top, *((high, wide) if turns % 2 else (wide, high)), turns)
    loose = 0
    for mark in marks:
        if mark.place.page and mark.place.box:
            _add(page, raw.FPDF_ANNOT_SQUARE, mark, sheet, mark.place.box)
        else:
            y = MARGIN + STEP * (loose % int(max(1, (sheet.height - 2 * MARGIN) // STEP)))
            _add(page, raw.FPDF_ANNOT_TEXT, mark, sheet, (MARGIN, y, MARGIN, y + STEP))
            loose += 1


def _add(page: pdfium.PdfPage, kind: int, mark: Mark, sheet: Sheet, box: Box) -> None:
    annotation = raw.FPDFPage_CreateAnnot(page.raw, kind)
    if not annotation:
        return
    try:
        cell = _grown(box) if kind == raw.FPDF_ANNOT_SQUARE else None
        label = _label(mark.label, box, sheet)
        bounds = _around([_outline(label), *([_outline(cell)] if cell else [])], sheet)
        raw.FPDFAnnot_SetRect(
            annotation, ctypes.byref(raw.FS_RECTF(bounds[0], bounds[3], bounds[2], bounds[1]))
        )
        red, green, blue = COLOURS[mark.level]
        raw.FPDFAnnot_SetColor(annotation, raw.FPDFANNOT_COLORTYPE_Color, red, green, blue, 255)
        raw.FPDFAnnot_SetFlags(annotation, raw.FPDF_ANNOT_FLAG_PRINT)
        _say(annotation, b"T", AUTHOR)
        _say(annotation, b"Contents", mark.text.replace("\n", "\r"))
        _say(annotation, b"NM", f"gouji-{mark.label}-{mark.place}")
        drawn = _drawing(mark, cell, label, sheet)
        raw.FPDFAnnot_SetAP(annotation, raw.FPDF_ANNOT_APPEARANCEMODE_NORMAL, _wide(drawn))
    finally:
        raw.FPDFPage_CloseAnnot(annotation)


def _grown(box: Box) -> Box:
    x0, y0, x1, y1 = box
    return (x0 - ABOVE, y0 - ABOVE, x1 + ABOVE, y1 + ABOVE)


def _label(text: str, box: Box, sheet: Sheet) -> Box:
    """The field that holds the number: on the upper left corner of the cell, inside the page."""
    digit = min(max(SHARE * (box[3] - box[1]), DIGITS[0]), DIGITS[1])
    wide, high = digit * width(text) + 2 * ROOM, digit + 2 * ROOM
    x = min(max(box[0] - ROOM, 0.0), max(sheet.width - wide, 0.0))
    y = min(max(box[1] - high / 2, 0.0), max(sheet.height - high, 0.0))
    return (x, y, x + wide, y + high)


def _outline(box: Box) -> list[Point]:
    x0, y0, x1, y1 = box
    return [(x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)]


def _around(lines: Iterable[list[Point]], sheet: Sheet) -> Box:
    points = [sheet.point(point) for line in lines for point in line]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return (min(xs) - LINE, min(ys) - LINE, max(xs) + LINE, max(ys) + LINE)


def _drawing(mark: Mark, cell: Box | None, label: Box, sheet: Sheet) -> str:
    """What is drawn: the outline of the cell, and white digits on a field of the level's colour."""
    colour = " ".join(f"{part / 255:.3f}" for part in COLOURS[mark.level])
    told = [f"q {colour} RG {colour} rg {LINE} w"]
    if cell:
        told.append(f"{DASHES[mark.level]} {_path(_outline(cell), sheet)} S [] 0 d")
    told.append(f"{_path(_outline(label), sheet)} f 1 1 1 RG 0.7 w 1 J 1 j")
    x, y, digit = label[0] + ROOM, label[1] + ROOM, label[3] - label[1] - 2 * ROOM
    for line in strokes(mark.label):
        told.append(f"{_path([(x + digit * a, y + digit * b) for a, b in line], sheet)} S")
    return "\n".join([*told, "Q"])


def _path(points: list[Point], sheet: Sheet) -> str:
    told = (sheet.point(point) for point in points)
    return " ".join(f"{x:.2f} {y:.2f} {'l' if i else 'm'}" for i, (x, y) in enumerate(told))


def _say(annotation: object, key: bytes, text: str) -> None:
    raw.FPDFAnnot_SetStringValue(annotation, key, _wide(text))


def _wide(text: str) -> ctypes.Array[ctypes.c_ushort]:
    """A text as PDFium takes it."""
    data = text.encode("utf-16-le", "replace") + b"\0\0"
    return (ctypes.c_ushort * (len(data) // 2)).from_buffer_copy(data)
