"""Numbers drawn as strokes, so that a mark on a page needs no font."""

from __future__ import annotations

from collections.abc import Iterator

Point = tuple[float, float]

WIDE, HIGH, GAP = 0.55, 1.0, 0.25
"""Of a digit whose height is 1."""

_CORNERS = {
    "a": (0.0, 0.0),
    "b": (WIDE, 0.0),
    "c": (0.0, 0.5),
    "d": (WIDE, 0.5),
    "e": (0.0, 1.0),
    "f": (WIDE, 1.0),
}
_STROKES = {
    "0": "abfea",
    "1": "bf",
    "2": "abdcef",
    "3": "abdfe dc",
    "4": "acd bf",
    "5": "bacdfe",
    "6": "baefdc",
    "7": "abf",
    "8": "abfeacd ce",
    "9": "dcabfe",
    "!": "bf",
}


def width(text: str) -> float:
    """How wide a number is whose height is 1; a comma takes half a digit."""
    return sum((WIDE if char in _STROKES else WIDE / 2) + GAP for char in text) - GAP


def strokes(text: str) -> Iterator[list[Point]]:
    """Lines, from the top left corner of the number, down and to the right."""
    at = 0.0
    for char in text:
        for line in _STROKES.get(char, "").split():
            yield [(at + _CORNERS[corner][0], _CORNERS[corner][1]) for corner in line]
        if char == ",":
            yield [(at + WIDE / 4, 0.9), (at, 1.2)]
        at += (WIDE if char in _STROKES else WIDE / 2) + GAP
