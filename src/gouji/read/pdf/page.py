"""The characters and the rules of a PDF page, turned so that its text stands upright.

Coordinates here are points from the top left corner of the upright page; `Page.shown` turns a box back to
the page as a viewer shows it, which is what a Place carries.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

Box = tuple[float, float, float, float]
THICKEST = 4.0  # points: a filled or stroked shape thinner than this is a rule


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
