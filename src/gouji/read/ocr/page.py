"""A picture of a page to a Page with characters and rules, as one with text has them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import cv2

from gouji.book import Place, Reading
from gouji.read.ocr.engine import Box, Engine, Image
from gouji.read.ocr.lines import Line, grown, lines
from gouji.read.ocr.readings import Seen, has_number, joined
from gouji.read.ocr.rules import ink, rules
from gouji.read.ocr.upright import cut, shown, upright
from gouji.read.pdf.grids import Parts, parts_of
from gouji.read.pdf.lattice import Lattice, lattices
from gouji.read.pdf.page import Char, Page

LEAST = 0.5  # a text that its reader is less sure of is not taken for one
HIGHEST = 72.0  # points: what is higher is a drawing
WIDE = "\u2e80"  # characters from here on take twice the width
WIDER = 1.4  # figures are read again as much wider, which keeps runs of one digit apart
UNSURE = 0.9  # words are read again where their reader is less sure


@dataclass(slots=True)
class Scan(Page):
    """A page that was read from a picture."""

    skew: float = 0.0
    seen: list[Seen] = field(default_factory=list)
    unread: list[Seen] = field(default_factory=list)  # ink that nobody can read

    def shown(self, box: Box) -> Box:
        x0, y0, x1, y1 = Page.shown(self, box)
        turned = (self.height, self.width) if self.back % 2 else (self.width, self.height)
        a, b, c, d = shown((x0, y0, x1, y1), *turned, self.skew)
        return (round(a, 1), round(b, 1), round(c, 1), round(d, 1))


def scan(image: Image, number: int, points: float, engine: Engine) -> Scan:
    """What a picture of a page prints; `points` are those of a pixel."""
    level, boxes = upright(image, points, engine)
    high, wide = level.image.shape
    dark = ink(level.image, points)
    page = Scan(number, wide * points, high * points, -level.turns % 4, skew=level.skew, pictures=1)
    page.across, page.down, dark = rules(dark, points)
    tables = [one for one in lattices(page.across, page.down) if len(one.xs) > 2]
    where = list(lines(dark, tables, boxes, points))
    for one in _seen(level.image, where, points, engine):
        if one.text and one.box[3] - one.box[1] <= HIGHEST:
            (page.seen if one.confidence >= LEAST else page.unread).append(one)
    page.chars = [char for one in page.seen for char in _chars(one)]
    return page


def _seen(image: Image, where: Sequence[Line], points: float, engine: Engine) -> Iterator[Seen]:
    """Each line as it was read: those that may be figures, and those that are unsure, twice."""
    high, wide = image.shape
    page = (0.0, 0.0, float(wide), float(high))
    first = engine.read([cut(image, grown(line.box, line.cell or page)) for line in where])
    again = [i for i, told in enumerate(first) if has_number(told.text) or told.confidence < UNSURE]
    pieces = [_wider(cut(image, grown(where[i].found, where[i].cell or page))) for i in again]
    second = dict(zip(again, engine.read(pieces), strict=True))
    for i, (line, told) in enumerate(zip(where, first, strict=True)):
        text, confidence, other = joined(told, second.get(i))
        x0, y0, x1, y1 = (at * points for at in line.box)
        yield Seen(text, (x0, y0, x1, y1), round(confidence, 3), other)


def _wider(image: Image) -> Image:
    return cv2.resize(image, None, fx=WIDER, fy=1.0, interpolation=cv2.INTER_CUBIC)


def _chars(seen: Seen) -> Iterator[Char]:
    """The characters of a line, spread over its width."""
    x0, y0, x1, y1 = seen.box
    shares = [1.0 if char >= WIDE else 0.5 for char in seen.text]
    step = (x1 - x0) / sum(shares)
    edges = [x0]
    for share in shares:
        edges.append(edges[-1] + share * step)
    for char, (left, right) in zip(seen.text, pairwise(edges), strict=True):
        yield Char(char, left, y0, right, y1)


def parts(page: Scan, source: str) -> tuple[Parts, dict[Place, Reading]]:
    """The tables and texts of a page, and how surely each cell was read."""
    found = parts_of(page, source)
    return found, dict(_readings(page, found))


def _readings(page: Scan, found: Parts) -> Iterator[tuple[Place, Reading]]:
    for grid in found.grids:
        held, unread = _by_cell(grid.lattice, page.seen), _by_cell(grid.lattice, page.unread)
        for row in grid.lines:
            for cell, owner in zip(row.cells, grid.lattice.owner[row.top], strict=True):
                here = held if cell.text else unread
                if owner in here:
                    yield cell.place, _reading(here[owner])


def _by_cell(lattice: Lattice, seen: Sequence[Seen]) -> dict[int, list[Seen]]:
    told: dict[int, list[Seen]] = {}
    for one in seen:
        x, y = (one.box[0] + one.box[2]) / 2, (one.box[1] + one.box[3]) / 2
        number = _cell_at(lattice, x, y)
        if number is not None:
            told.setdefault(number, []).append(one)
    return told


def _cell_at(lattice: Lattice, x: float, y: float) -> int | None:
    column, row = bisect_right(lattice.xs, x) - 1, bisect_right(lattice.ys, y) - 1
    inside = 0 <= column < len(lattice.xs) - 1 and 0 <= row < len(lattice.ys) - 1
    return lattice.owner[row][column] if inside else None


def _reading(seen: Sequence[Seen]) -> Reading:
    """That of a cell: as sure as its least sure line, and otherwise where one of its lines may be."""
    other = "".join(one.other or one.text for one in seen) if any(one.other for one in seen) else ""
    return Reading(min(one.confidence for one in seen), other)
