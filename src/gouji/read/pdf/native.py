"""The functions of PDFium that a page needs thousands of times.

pypdfium2 wraps each argument and result in an object of its type. Here they are plain numbers and addresses:
`map` calls a function for all of a page, and PDFium writes what it finds into one buffer, in half the time.
The functions keep Python's lock: to give it up and take it back would cost as much as the work they do.
"""

from __future__ import annotations

import ctypes
from array import array
from collections.abc import Callable, Iterator, Sequence
from itertools import repeat
from typing import Any

import pypdfium2.raw as raw

Handle = int
"""The address of something of PDFium's."""
Sides = tuple[list[float], list[float], list[float], list[float]]
Box = tuple[float, float, float, float]
_ADDRESS, _INT, _FLOAT = ctypes.c_void_p, ctypes.c_int, ctypes.c_float
_SIZE = ctypes.sizeof(_FLOAT)
_POINT = (_FLOAT * 2)()  # PDFium writes here; it runs in one thread
_POINT_AT = (ctypes.addressof(_POINT), ctypes.addressof(_POINT) + _SIZE)


def address_of(pointer: Any) -> Handle:
    """The address that a pointer of pypdfium2's has."""
    return ctypes.cast(pointer, _ADDRESS).value or 0


def _function(name: str, result: Any, *arguments: Any) -> Callable[..., Any]:
    return ctypes.PYFUNCTYPE(result, *arguments)(address_of(getattr(raw, name)))


# Characters of a text page
count_chars = _function("FPDFText_CountChars", _INT, _ADDRESS)
all_text = _function("FPDFText_GetText", _INT, _ADDRESS, _INT, _INT, _ADDRESS)
unicode_of = _function("FPDFText_GetUnicode", ctypes.c_uint, _ADDRESS, _INT)
angle = _function("FPDFText_GetCharAngle", _FLOAT, _ADDRESS, _INT)
is_generated = _function("FPDFText_IsGenerated", _INT, _ADDRESS, _INT)
_loose_box = _function("FPDFText_GetLooseCharBox", _INT, _ADDRESS, _INT, _ADDRESS)
text_object = _function("FPDFText_GetTextObject", _ADDRESS, _ADDRESS, _INT)

# Objects of a page and of a form
count_objects = _function("FPDFPage_CountObjects", _INT, _ADDRESS)
object_of_page = _function("FPDFPage_GetObject", _ADDRESS, _ADDRESS, _INT)
count_of_form = _function("FPDFFormObj_CountObjects", _INT, _ADDRESS)
object_of_form = _function("FPDFFormObj_GetObject", _ADDRESS, _ADDRESS, ctypes.c_ulong)
kind_of = _function("FPDFPageObj_GetType", _INT, _ADDRESS)
_matrix = _function("FPDFPageObj_GetMatrix", _INT, _ADDRESS, _ADDRESS)
_bounds = _function("FPDFPageObj_GetBounds", _INT, *[_ADDRESS] * 5)
_draw_mode = _function("FPDFPath_GetDrawMode", _INT, *[_ADDRESS] * 3)

# What a path is made of, and what an object is cut to
count_segments = _function("FPDFPath_CountSegments", _INT, _ADDRESS)
segment = _function("FPDFPath_GetPathSegment", _ADDRESS, _ADDRESS, _INT)
segment_kind = _function("FPDFPathSegment_GetType", _INT, _ADDRESS)
closes = _function("FPDFPathSegment_GetClose", _INT, _ADDRESS)
_point = _function("FPDFPathSegment_GetPoint", _INT, *[_ADDRESS] * 3)
clip_of = _function("FPDFPageObj_GetClipPath", _ADDRESS, _ADDRESS)
count_clips = _function("FPDFClipPath_CountPaths", _INT, _ADDRESS)
count_clip_segments = _function("FPDFClipPath_CountPathSegments", _INT, _ADDRESS, _INT)
clip_segment = _function("FPDFClipPath_GetPathSegment", _ADDRESS, _ADDRESS, _INT, _INT)


def point_of(segment: Handle | None) -> tuple[float, float] | None:
    """Where a segment of a path ends."""
    return (_POINT[0], _POINT[1]) if _point(segment, *_POINT_AT) else None


def matrices(items: Sequence[Handle]) -> tuple[list[int], list[list[float]]]:
    """Whether each of these objects has a matrix; its six numbers for all of them."""
    buffer, (at, *_) = _room("f", len(items), 6)
    found = list(map(_matrix, items, at))
    return found, [buffer[i::6].tolist() for i in range(6)]


def char_boxes(text: Handle, numbers: Sequence[int]) -> tuple[list[int], Sides]:
    """Whether each of these characters has a box; the left, top, right and bottom sides of all of them."""
    buffer, (at, *_) = _room("f", len(numbers), 4)
    found = list(map(_loose_box, repeat(text), numbers, at))
    return found, _columns(buffer)


def path_boxes(paths: Sequence[Handle]) -> tuple[list[int], Iterator[Box]]:
    """Whether each of these paths has bounds; the left, bottom, right and top sides of all of them."""
    buffer, at = _room("f", len(paths), 4)
    found = list(map(_bounds, paths, *at))
    return found, zip(*_columns(buffer), strict=True)


def draw_modes(paths: Sequence[Handle]) -> tuple[list[int], list[int]]:
    """How each of these paths is filled, and whether its line is drawn."""
    buffer, at = _room("i", len(paths), 2)
    list(map(_draw_mode, paths, *at))
    return buffer[::2].tolist(), buffer[1::2].tolist()


def _room(kind: str, count: int, width: int) -> tuple[array[Any], list[range]]:
    """A buffer for rows of so many numbers, and the addresses of each of its columns."""
    buffer = array(kind, bytes(4 * width * count))
    start, end = buffer.buffer_info()[0], 4 * width * count
    return buffer, [range(start + 4 * i, start + 4 * i + end, 4 * width) for i in range(width)]


def _columns(buffer: array[float]) -> Sides:
    return buffer[::4].tolist(), buffer[1::4].tolist(), buffer[2::4].tolist(), buffer[3::4].tolist()
