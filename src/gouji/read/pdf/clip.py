"""Which characters of a page are drawn but cut away, so that nobody sees them."""

from __future__ import annotations

import ctypes

import pypdfium2.raw as raw

Reach = tuple[float, float, float, float]
_X, _Y = ctypes.c_float(), ctypes.c_float()  # PDFium writes here; it runs in one thread
_AT = (ctypes.byref(_X), ctypes.byref(_Y))
RECTANGLE = (4, 5)  # points


def visible(text: object, index: int, x: float, y: float) -> bool:
    """Is a point of a page's character inside every rectangle that its drawing is cut to?"""
    item = raw.FPDFText_GetTextObject(text, index)
    path = raw.FPDFPageObj_GetClipPath(item) if item else None
    if not path:
        return True
    for i in range(max(raw.FPDFClipPath_CountPaths(path), 0)):
        reach = _reach(path, i)
        if reach and not (reach[0] <= x <= reach[2] and reach[1] <= y <= reach[3]):
            return False
    return True


def _reach(path: object, i: int) -> Reach | None:
    """The rectangle of one part of a clip; None where it has another shape, which is left alone."""
    if raw.FPDFClipPath_CountPathSegments(path, i) not in RECTANGLE:
        return None
    points = []
    for k in (0, 2):
        segment = raw.FPDFClipPath_GetPathSegment(path, i, k)
        if not raw.FPDFPathSegment_GetPoint(segment, *_AT):
            return None
        points.append((_X.value, _Y.value))
    (a, b), (c, d) = points
    return (min(a, c), min(b, d), max(a, c), max(b, d))
