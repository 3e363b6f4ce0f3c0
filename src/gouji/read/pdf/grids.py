"""A page to its tables, as rows of cells, and its texts outside them in reading order."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate, pairwise, repeat
from typing import NamedTuple

from gouji.book import Cell, Place
from gouji.read.pdf.lattice import Lattice, lattices
from gouji.read.pdf.page import Box, Char, Page
from gouji.read.pdf.texts import Text, lines_of, texts_of
from gouji.read.pdf.unruled import Found, unruled
from gouji.read.pdf.words import numbers_in, text_in
from gouji.read.pdf.words import rows as rows_of

Row = list[Cell]
DIGITS = "0123456789,.-"
BLANK_OR_DIGIT = DIGITS + " "
JOINED = 0.5  # points between two characters of one word
TOUCHING = 1.0  # points between two digits of one number
MOSTLY = 0.7  # of its width: a cell as wide as this goes from side to side
_new = tuple.__new__  # a page has thousands of cells: this takes a third of the time of the class
ROOM = 1.5  # of a character's height: with less at its end a line is full


class Line(NamedTuple):
    """A row of a grid that has text; `full` when one cell of it goes from side to side."""

    cells: Row
    top: int  # its row of the lattice
    full: bool


class Grid(NamedTuple):
    """A table of one page; `open` are the columns whose text in the last row could go on below."""

    lattice: Lattice
    lines: list[Line]
    open: frozenset[int] = frozenset()
    unruled: Found | None = None

    @property
    def xs(self) -> tuple[float, ...]:
        return self.lattice.xs

    @property
    def box(self) -> Box:
        return self.lattice.box

    @property
    def rows(self) -> list[Row]:
        return [line.cells for line in self.lines]


class Parts(NamedTuple):
    """What a page holds; `untold` is where tables seem to be whose columns cannot be told."""

    number: int
    grids: list[Grid]
    texts: list[Text]
    untold: list[Place]


def parts_of(page: Page, source: str) -> Parts:
    """The tables and texts of a page."""
    found = [one for one in lattices(page.across, page.down) if len(one.xs) > 2]
    held, free = _placed(page.chars, found)
    grids = [_grid(page, source, one, chars) for one, chars in zip(found, held, strict=True)]
    lines = lines_of(free)
    bare, untold = unruled(lines)
    if bare:
        held, free = _placed(free, [one.lattice for one in bare])
        for one, chars in zip(bare, held, strict=True):
            grids.append(_grid(page, source, one.lattice, chars)._replace(unruled=one))
        grids.sort(key=lambda grid: (grid.box[1], grid.box[0]))
        lines = lines_of(free)
    right = max((grid.box[2] for grid in grids), default=0.0)
    texts = texts_of(page, source, lines, right)
    places = [_place(page, source, (c.x0, c.y0, c.x1, c.y1)) for c in untold]
    return Parts(page.number, [grid for grid in grids if grid.lines], texts, places)


def _place(page: Page, source: str, box: Box) -> Place:
    return Place(file=source, page=page.number, box=page.shown(box))


# Characters into cells


def _placed(chars: Sequence[Char], found: list[Lattice]) -> tuple[list[dict[int, list[Char]]], list[Char]]:
    """The characters of each cell of each lattice (the smallest around them), and those outside."""
    if not found:
        return [], list(chars)
    starts = [0, *accumulate(len(one.spans) for one in found)]  # each cell of the page has its number
    where = _cells_of(chars, found, starts)
    crossing = [i for i, (one, two) in enumerate(pairwise(where), 1) if one != two]
    _keep_words_whole(chars, where, crossing)
    _keep_numbers_whole(chars, where, crossing)
    held: list[dict[int, list[Char]]] = [{} for _ in found]
    by_cell: dict[int, list[Char]] = {-1: []}
    for char, cell in zip(chars, where, strict=True):
        if cell in by_cell:
            by_cell[cell].append(char)
        else:
            by_cell[cell] = [char]
    free = by_cell.pop(-1)
    for cell, those in by_cell.items():
        which = bisect_right(starts, cell) - 1
        held[which][cell - starts[which]] = those
    return held, free


def _cells_of(chars: Sequence[Char], found: list[Lattice], starts: list[int]) -> list[int]:
    """The number of the smallest cell around the middle of each character, -1 where there is none."""
    where = [-1] * len(chars)
    for i in sorted(range(len(found)), key=lambda i: _area(found[i].box)):
        xs, ys, cells = found[i].xs, found[i].ys, _framed(found[i], starts[i])
        where = [
            cell
            if cell >= 0
            else cells[bisect_right(ys, (c.y0 + c.y1) / 2)][bisect_right(xs, (c.x0 + c.x1) / 2)]
            for cell, c in zip(where, chars, strict=True)
        ]
    return where


def _framed(lattice: Lattice, start: int) -> list[list[int]]:
    """The numbers of a table's cells with a frame of -1 around them, for what stands before or after it."""
    outside = [-1] * (len(lattice.xs) + 1)
    return [outside, *([-1, *[start + cell for cell in row], -1] for row in lattice.owner), outside]


def _keep_words_whole(chars: Sequence[Char], where: list[int], crossing: Sequence[int]) -> None:
    """A text that does not fit its cell stands where most of it does; a number beside it for itself."""
    for i in crossing:
        if where[i] != where[i - 1] and _joined(chars[i - 1], chars[i]):
            start, end = i - 1, i + 1
            while start and _joined(chars[start - 1], chars[start]):
                start -= 1
            while end < len(chars) and _joined(chars[end - 1], chars[end]):
                end += 1
            found = where[start:end]
            where[start:end] = [max(found, key=found.count)] * len(found)


def _joined(one: Char, two: Char) -> bool:
    """Two characters of a word: each right after the other on one line."""
    return (
        abs(two.x0 - one.x1) < JOINED
        and abs(two.y0 - one.y0) < JOINED
        and not (one.text in BLANK_OR_DIGIT or two.text in BLANK_OR_DIGIT)
    )


def _keep_numbers_whole(chars: Sequence[Char], where: list[int], crossing: Sequence[int]) -> None:
    """A number that crosses a rule stands where most of it does."""
    for i in crossing:
        if where[i] == where[i - 1] or not _touch(chars[i - 1], chars[i]):
            continue
        start, end = i - 1, i + 1
        while start and _touch(chars[start - 1], chars[start]):
            start -= 1
        while end < len(chars) and _touch(chars[end - 1], chars[end]):
            end += 1
        for number in numbers_in("".join(char.text for char in chars[start:end])):
            over = slice(start, start + len(number))
            where[over] = [max(where[over], key=where[over].count)] * len(number)
            start += len(number)


def _touch(one: Char, two: Char) -> bool:
    """Two digits of one number: each right after the other on one line."""
    return (
        one.text in DIGITS
        and two.text in DIGITS
        and abs(two.x0 - one.x1) < TOUCHING
        and abs(two.y0 - one.y0) < TOUCHING
    )


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


# Cells into rows


def _grid(page: Page, source: str, lattice: Lattice, held: dict[int, list[Char]]) -> Grid:
    places, spans = _places(page, source, lattice), lattice.spans
    blank = list(map(_new, repeat(Cell), zip(repeat(""), places, strict=False)))
    rows = [[blank[one] for one in owners] for owners in lattice.owner]
    for which, chars in held.items():
        top, left, _, right = spans[which]
        rows[top][left] = Cell(text_in(chars, lattice.xs[left], lattice.xs[right]), places[which])
    widths = [lattice.xs[span.right] - lattice.xs[span.left] for span in spans]
    wide = MOSTLY * (lattice.xs[-1] - lattice.xs[0])
    lines = [
        Line(row, top, max(widths[one] for one in set(lattice.owner[top])) > wide)
        for top, row in enumerate(rows)
        if any(cell.text for cell in row)
    ]
    return Grid(lattice, lines, _open(lattice, held))


def _places(page: Page, source: str, lattice: Lattice) -> list[Place]:
    """Where each cell stands; edges that many cells share are rounded once."""
    if page.back:
        return [_place(page, source, lattice.box_of(span)) for span in lattice.spans]
    xs, ys = ([round(at, 1) for at in edges] for edges in (lattice.xs, lattice.ys))
    boxes = [(xs[left], ys[top], xs[right], ys[bottom]) for top, left, bottom, right in lattice.spans]
    fields = zip(*map(repeat, Place(source, page=page.number)[:-1]), boxes, strict=False)
    return list(map(_new, repeat(Place), fields))


def _open(lattice: Lattice, held: dict[int, list[Char]]) -> frozenset[int]:
    """The columns whose last text goes to the right side of its cell."""
    found = set()
    for i, one in enumerate(lattice.owner[-1]):
        if one in held:
            last = rows_of(held[one])[-1][-1]
            room = lattice.xs[lattice.spans[one].right] - last.x1
            if room < ROOM * (last.y1 - last.y0):
                found.add(i)
    return frozenset(found)
