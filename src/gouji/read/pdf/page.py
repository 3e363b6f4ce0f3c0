"""The characters and the rules of a PDF page, turned so that its text stands upright.

Coordinates here are points from the top left corner of the upright page; `Page.shown` turns a box back to
the page as a viewer shows it, which is what a Place carries.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from gouji.read.pdf.clip import visible

Box = tuple[float, float, float, float]
Letter = tuple[str, int, float, float, float, float]
"""A character, its number on the page, and its box in the page's own coordinates."""
Matrix = tuple[float, float, float, float, float, float]
PLAIN: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
THICKEST = 4.0  # points: a filled or stroked shape thinner than this is a rule
SHORTEST = 2.0
NARROW, TOO_WIDE = 0.3, 0.8  # of a box: where the next one starts, when the box is too wide
MOST_OBJECTS = 200_000  # of one page; what lies beyond is drawing, not a table
_SAME = {0xA0: " ", 0x3000: " ", 0x02: "-", 0xFFFE: "-"}  # PDFium marks a hyphen at the end of a line
QUARTER = math.pi / 2
UPRIGHT = 0.08  # radians: text at more of an angle is a watermark
DEEPEST = 12  # forms within forms
FEW = 2  # characters of a wrapped heading that did not fit
SLIVER = 0.1  # points
TOUCHING = 0.5  # points between two characters of one run
WRAPPED = 1.3  # of a character's height: as far down the next line of one text can be
_new = tuple.__new__  # a page has thousands of characters: this takes a third of the time of the class

_MODE = (ctypes.c_int(), ctypes.c_int())  # PDFium writes here; it runs in one thread
_MODE_AT = tuple(map(ctypes.byref, _MODE))
_BOUNDS = tuple(ctypes.c_float() for _ in range(4))
_BOUNDS_AT = tuple(map(ctypes.byref, _BOUNDS))


class Char(NamedTuple):
    text: str
    x0: float
    y0: float
    x1: float
    y1: float


class Rule(NamedTuple):
    """A straight line: where it lies across its direction, and from where to where it goes."""

    at: float
    start: float
    end: float


@dataclass(slots=True)
class Page:
    number: int
    width: float
    height: float
    back: int  # quarter turns from the upright page to the page as shown
    chars: list[Char] = field(default_factory=list)
    across: list[Rule] = field(default_factory=list)
    down: list[Rule] = field(default_factory=list)
    pictures: int = 0
    forms: int = 0

    def shown(self, box: Box) -> Box:
        x0, y0, x1, y1 = turned(box, self.width, self.height, self.back)
        return (round(x0, 1), round(y0, 1), round(x1, 1), round(y1, 1))


def turned(box: Box, width: float, height: float, turns: int) -> Box:
    """A box of a page of this size after so many quarter turns of the page to the left."""
    x0, y0, x1, y1 = box
    if turns == 0:
        return box
    if turns == 1:
        return (y0, width - x1, y1, width - x0)
    if turns == 2:
        return (width - x1, height - y1, width - x0, height - y0)
    return (height - y1, x0, height - y0, x1)


def page_of(source: pdfium.PdfPage, number: int) -> Page:
    """What one page of an open document prints."""
    left, bottom, right, top = source.get_bbox()
    width, height = right - left, top - bottom
    text = source.get_textpage()
    try:
        letters, turn = _letters(text.raw)
        shown = -(source.get_rotation() // 90) % 4
        wide, high = (height, width) if turn % 2 else (width, height)
        page = Page(number, wide, high, (shown - turn) % 4)

        def upright(x0: float, y0: float, x1: float, y1: float) -> Box:
            return turned((x0 - left, top - y1, x1 - left, top - y0), width, height, turn)

        for box in _shapes(source, page):
            _rule(page, upright(*box))
        if turn:
            page.chars = [_new(Char, (char, *upright(*box))) for char, _, *box in letters]
        else:
            page.chars = [
                _new(Char, (char, x0 - left, top - y1, x1 - left, top - y0))
                for char, _, x0, y0, x1, y1 in letters
            ]
        if not page.forms:
            page.chars = _shown(page.chars, lambda i: _visible(text.raw, letters[i]))
    finally:
        text.close()
    page.chars = [c for c in page.chars if c.x1 > 0 and c.y1 > 0 and c.x0 < wide and c.y0 < high]
    _trim(page.chars)
    return page


# Characters


def _letters(handle: object) -> tuple[list[Letter], int]:
    """The characters that stand as most of the page's do, and their quarter turns to the right."""
    standing: list[list[Letter]] = [[], [], [], []]
    box = raw.FS_RECTF()
    at = ctypes.byref(box)
    angle_of, box_of = raw.FPDFText_GetCharAngle, raw.FPDFText_GetLooseCharBox
    for i, char in enumerate(_unicode(handle)):
        if char <= " " and (char != " " or raw.FPDFText_IsGenerated(handle, i)):
            continue
        angle = angle_of(handle, i)
        turn = round(angle / QUARTER) if angle else 0
        if abs(angle - turn * QUARTER) <= UPRIGHT and box_of(handle, i, at):
            standing[turn % 4].append((char, i, box.left, box.bottom, box.right, box.top))
    turn = max(range(4), key=lambda t: len(standing[t]))
    return standing[turn], turn


def _visible(handle: object, letter: Letter) -> bool:
    _, index, x0, y0, x1, y1 = letter
    return visible(handle, index, (x0 + x1) / 2, (y0 + y1) / 2)


def _unicode(handle: object) -> str:
    """The text of a page, one character for each that PDFium counts."""
    count = raw.FPDFText_CountChars(handle)
    buffer = (ctypes.c_ushort * (count + 1))()
    if raw.FPDFText_GetText(handle, 0, count, buffer) == count + 1:
        text = bytes(buffer)[: 2 * count].decode("utf-16-le", "replace")
        if len(text) == count:
            return text.translate(_SAME)
    return "".join(_char(raw.FPDFText_GetUnicode(handle, i)) for i in range(count)).translate(_SAME)


def _char(code: int) -> str:
    return "\ufffd" if 0xD800 <= code < 0xE000 or code > 0x10FFFF else chr(code)


def _shown(chars: Sequence[Char], seen: Callable[[int], bool]) -> list[Char]:
    """The texts that are seen, if only in part; one or two characters that did not fit stay with theirs."""
    kept: list[Char] = []
    for run in runs(chars):
        found = chars[run.start : run.stop]
        if any(seen(i) for i in run if chars[i].text != " "):
            kept += found
        elif kept and len(found) <= FEW and _wrapped(kept[-1], found[0]):
            _, _, y0, x1, y1 = kept[-1]
            kept += [Char(char.text, x1 - SLIVER, y0, x1, y1) for char in found]
    return kept


def runs(chars: Sequence[Char]) -> Iterator[range]:
    """The characters that were drawn one right after the other on one line, run by run."""
    start = 0
    for i in range(1, len(chars)):
        one, two = chars[i - 1], chars[i]
        if abs(two.x0 - one.x1) > TOUCHING or abs(two.y0 - one.y0) > TOUCHING:
            yield range(start, i)
            start = i
    if chars:
        yield range(start, len(chars))


def _wrapped(before: Char, char: Char) -> bool:
    return 0 < char.y0 - before.y0 < WRAPPED * (char.y1 - char.y0) and char.x0 < before.x1


def _trim(chars: list[Char]) -> None:
    """Where a font states no widths boxes are too wide: each ends where the next character starts."""
    share = 1.0  # what was left of the box before, for the last digit
    for i in range(len(chars) - 1):
        one, two = chars[i], chars[i + 1]
        wide, step = one.x1 - one.x0, two.x0 - one.x0
        if one.y0 == two.y0 and NARROW * wide < step < TOO_WIDE * wide:
            share = step / wide
            chars[i] = one._replace(x1=two.x0)
        elif share < 1:
            if one.text.isdigit():
                chars[i] = one._replace(x1=one.x0 + share * wide)
            share = 1.0


# Rules


def _shapes(source: pdfium.PdfPage, page: Page) -> list[Box]:
    """Thin boxes in the page's own coordinates, from paths on the page and in its forms."""
    found: list[Box] = []
    handle, left = source.raw, [MOST_OBJECTS]
    for i in range(min(raw.FPDFPage_CountObjects(handle), MOST_OBJECTS)):
        _object(raw.FPDFPage_GetObject(handle, i), PLAIN, page, 0, left, found)
    return found


def _object(item: object, matrix: Matrix, page: Page, depth: int, left: list[int], found: list[Box]) -> None:
    kind = raw.FPDFPageObj_GetType(item)
    if kind == raw.FPDF_PAGEOBJ_PATH:
        _path(item, matrix, found)
    elif kind == raw.FPDF_PAGEOBJ_IMAGE:
        page.pictures += 1
    elif kind == raw.FPDF_PAGEOBJ_FORM and depth < DEEPEST:
        page.forms += 1
        inner = _times(_matrix(item), matrix)
        for i in range(min(raw.FPDFFormObj_CountObjects(item), left[0])):
            left[0] -= 1
            _object(raw.FPDFFormObj_GetObject(item, i), inner, page, depth + 1, left, found)


def _matrix(item: object) -> Matrix:
    got = raw.FS_MATRIX()
    if not raw.FPDFPageObj_GetMatrix(item, ctypes.byref(got)):
        return PLAIN
    return (got.a, got.b, got.c, got.d, got.e, got.f)


def _times(one: Matrix, two: Matrix) -> Matrix:
    """The matrix that applies one, then two."""
    if two == PLAIN:
        return one
    a, b, c, d, e, f = one
    g, h, i, j, k, m = two
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def _apply(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _path(item: object, matrix: Matrix, found: list[Box]) -> None:
    raw.FPDFPath_GetDrawMode(item, *_MODE_AT)
    filled, stroked = (mode.value for mode in _MODE)
    if not (filled or stroked) or not raw.FPDFPageObj_GetBounds(item, *_BOUNDS_AT):
        return
    x0, y0, x1, y1 = (bound.value for bound in _BOUNDS)
    if matrix is not PLAIN:
        x0, y0, x1, y1 = _around([_apply(matrix, x, y) for x in (x0, x1) for y in (y0, y1)])
    if x1 - x0 <= THICKEST or y1 - y0 <= THICKEST:
        found.append((x0, y0, x1, y1))
    elif stroked or raw.FPDFPath_CountSegments(item) > 5:
        for points in _strokes(item, _times(_matrix(item), matrix)):
            found += _edges(points) if stroked else _thin_outline(points)


def _around(points: list[tuple[float, float]]) -> Box:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return (min(xs), min(ys), max(xs), max(ys))


def _strokes(item: object, matrix: Matrix) -> Iterator[list[tuple[float, float]]]:
    """The corner points of each part of a path."""
    points: list[tuple[float, float]] = []
    x, y = ctypes.c_float(), ctypes.c_float()
    for i in range(min(raw.FPDFPath_CountSegments(item), MOST_OBJECTS)):
        segment = raw.FPDFPath_GetPathSegment(item, i)
        if raw.FPDFPathSegment_GetType(segment) == raw.FPDF_SEGMENT_MOVETO and points:
            yield points
            points = []
        if raw.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y)):
            points.append(_apply(matrix, x.value, y.value))
            if raw.FPDFPathSegment_GetClose(segment):
                points.append(points[0])
    if points:
        yield points


def _edges(points: list[tuple[float, float]]) -> Iterator[Box]:
    for one, two in pairwise(points):
        box = _around([one, two])
        if min(box[2] - box[0], box[3] - box[1]) < 1.0:
            yield box


def _thin_outline(points: list[tuple[float, float]]) -> Iterator[Box]:
    box = _around(points)
    if box[2] - box[0] <= THICKEST or box[3] - box[1] <= THICKEST:
        yield box


def _rule(page: Page, box: Box) -> None:
    x0, y0, x1, y1 = box
    if not all(map(math.isfinite, box)):
        return
    if x1 - x0 >= y1 - y0:
        if x1 - x0 >= SHORTEST:
            page.across.append(Rule((y0 + y1) / 2, x0, x1))
    elif y1 - y0 >= SHORTEST:
        page.down.append(Rule((x0 + x1) / 2, y0, y1))
