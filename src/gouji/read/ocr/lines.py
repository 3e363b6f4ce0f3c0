"""Where to read: the lines of each cell by its ink, those elsewhere as the page's reader found them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from gouji.read.ocr.engine import Box, Image
from gouji.read.pdf.lattice import Lattice

INSIDE = 0.5  # points that a cell keeps free beside its rules
LOW = 0.45  # of the highest line of a cell: ink that is lower is a part of the line beside it
NEAR = 4.0  # points from a low part to its line at most
FEWEST = 12  # dark pixels of a line
TALLEST = 1.6  # times as high as what the page's reader found there: lines that touch
AT_MOST = 0.3  # of its height: as much of a line's end may be missing of what the page's reader found
AROUND = 0.2  # of its height: paper kept around a line


class Line(NamedTuple):
    """Where a line stands, in pixels; where the page's own reader found it; and the cell that it is in."""

    box: Box
    found: Box
    cell: Box | None = None


def lines(dark: Image, lattices: Sequence[Lattice], boxes: Sequence[Box], points: float) -> Iterator[Line]:
    """The lines of a page, each with the parts of the found boxes that are in its cell."""
    left = list(boxes)
    for lattice in lattices:
        left = [box for box in left if not _within(_middle(box), _pixels(lattice.box, points))]
    yield from (Line(box, box) for box in left)
    inside = [box for box in boxes if box not in left]
    for cell in _cells(lattices, points):
        parts = [part for box in inside if (part := _common(box, cell))]
        for band in _bands(dark, cell, parts, points):
            yield Line(band, _found(band, parts) or band, cell)


def _cells(lattices: Sequence[Lattice], points: float) -> Iterator[Box]:
    seen = set()
    for lattice in lattices:
        for span in lattice.spans:
            x0, y0, x1, y1 = _pixels(lattice.box_of(span), points)
            free = INSIDE / points
            cell = (x0 + free, y0 + free, x1 - free, y1 - free)
            if cell not in seen and cell[0] < cell[2] and cell[1] < cell[3]:
                seen.add(cell)
                yield cell


def _bands(dark: Image, cell: Box, parts: Sequence[Box], points: float) -> Iterator[Box]:
    """The lines of a cell from top to bottom, each around its ink."""
    x0, y0, x1, y1 = (round(at) for at in cell)
    here = dark[y0:y1, x0:x1] > 0
    middles = sorted((part[1] + part[3]) / 2 - y0 for part in parts)
    high = min((part[3] - part[1] for part in parts), default=0.0)
    for top, bottom in _apart(here.sum(axis=1), middles, high, NEAR / points) if here.size else ():
        columns = np.flatnonzero(here[top:bottom].any(axis=0))
        if here[top:bottom].sum() >= FEWEST:
            yield (
                float(x0 + columns[0]),
                float(y0 + top),
                float(x0 + columns[-1] + 1),
                float(y0 + bottom),
            )


def _apart(ink: Image, middles: Sequence[float], high: float, near: float) -> Iterator[tuple[int, int]]:
    """From where to where lines go, by how much ink is at each height."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], ink > 0, [0]))))
    found = [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]
    for top, bottom in _with_low(found, near):
        inside = [at for at in middles if top < at < bottom]
        cuts = [top]
        if bottom - top > TALLEST * high:
            for one, two in pairwise(inside):
                if two - one > high / 2:
                    start = round(one)
                    cuts.append(start + int(np.argmin(ink[start : round(two)])))
        yield from pairwise([*cuts, bottom])


def _with_low(found: Sequence[tuple[int, int]], near: float) -> list[tuple[int, int]]:
    """Low bands, such as the upper stroke of 二, put to the band beside them that is nearer."""
    bands = list(found)
    least = LOW * max((bottom - top for top, bottom in bands), default=0)
    while len(bands) > 1:
        gap, i = (
            min(
                (two[0] - one[1], i)
                for i, (one, two) in enumerate(pairwise(bands))
                if min(one[1] - one[0], two[1] - two[0]) < least
            )
            if any(bottom - top < least for top, bottom in bands)
            else (near + 1, 0)
        )
        if gap > near:
            break
        bands[i : i + 2] = [(bands[i][0], bands[i + 1][1])]
    return bands


def _found(band: Box, parts: Sequence[Box]) -> Box | None:
    """What the page's reader found of a line: all parts at its height, unless it missed some of it."""
    mine = [part for part in parts if band[1] <= (part[1] + part[3]) / 2 <= band[3]]
    if not mine:
        return None
    left, right = min(part[0] for part in mine), max(part[2] for part in mine)
    if left > band[0] + AT_MOST * (band[3] - band[1]) or right < band[2] - AT_MOST * (band[3] - band[1]):
        return None
    return (left, min(part[1] for part in mine), right, max(part[3] for part in mine))


def grown(box: Box, within: Box) -> Box:
    """A box with some paper around it, inside its cell or page."""
    by = AROUND * (box[3] - box[1])
    x0, y0, x1, y1 = box
    a, b, c, d = within
    return (max(a, x0 - by), max(b, y0 - by), min(c, x1 + by), min(d, y1 + by))


def _pixels(box: Box, points: float) -> Box:
    x0, y0, x1, y1 = box
    return (x0 / points, y0 / points, x1 / points, y1 / points)


def _middle(box: Box) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def _within(at: tuple[float, float], box: Box) -> bool:
    return box[0] <= at[0] <= box[2] and box[1] <= at[1] <= box[3]


def _common(one: Box, two: Box) -> Box | None:
    """What two boxes have in common, where it is more than a margin: a third of the lower one's height."""
    x0, y0, x1, y1 = max(one[0], two[0]), max(one[1], two[1]), min(one[2], two[2]), min(one[3], two[3])
    least = min(one[3] - one[1], two[3] - two[1]) / 3
    return (x0, y0, x1, y1) if x1 - x0 > least and y1 - y0 > least else None
