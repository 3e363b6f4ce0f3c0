"""A page to its tables, as rows of cells, and its texts outside them in reading order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from gouji.book import Cell, Place
from gouji.read.pdf.lattice import Lattice, lattices
from gouji.read.pdf.page import Box, Char, Page
from gouji.read.pdf.texts import Text, lines_of, texts_of
from gouji.read.pdf.unruled import Found, unruled
from gouji.read.pdf.words import numbers_in, rows, text_in

Row = list[Cell]
DIGITS = "0123456789,.-"
BLANK_OR_DIGIT = DIGITS + " "
JOINED = 0.5  # points between two characters of one word
TOUCHING = 1.0  # points between two digits of one number
MOSTLY = 0.7  # of its width: a cell as wide as this goes from side to side
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
    held: list[dict[int, list[Char]]] = [{} for _ in found]
    free: list[Char] = []
    inward = sorted(range(len(found)), key=lambda i: _area(found[i].box))
    where = [_cell_of(char, found, inward) for char in chars]
    _keep_words_whole(chars, where)
    _keep_numbers_whole(chars, where)
    for char, (which, cell) in zip(chars, where, strict=True):
        (free if which < 0 else held[which].setdefault(cell, [])).append(char)
    return held, free


def _keep_words_whole(chars: Sequence[Char], where: list[tuple[int, int]]) -> None:
    """A text that does not fit its cell stands where most of it does; a number beside it for itself."""
    for i in range(1, len(chars)):
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


def _keep_numbers_whole(chars: Sequence[Char], where: list[tuple[int, int]]) -> None:
    """A number that crosses a rule stands where most of it does."""
    for i in range(1, len(chars)):
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


def _cell_of(char: Char, found: list[Lattice], inward: list[int]) -> tuple[int, int]:
    x, y = (char.x0 + char.x1) / 2, (char.y0 + char.y1) / 2
    for which in inward:
        cell = found[which].at(x, y)
        if cell is not None:
            return which, cell
    return -1, -1


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


# Cells into rows


def _grid(page: Page, source: str, lattice: Lattice, held: dict[int, list[Char]]) -> Grid:
    places = [_place(page, source, lattice.box_of(span)) for span in lattice.spans]
    cells = [Cell("", place) for place in places]
    for which, chars in held.items():
        span = lattice.spans[which]
        text = text_in(chars, lattice.xs[span.left], lattice.xs[span.right])
        cells[which] = Cell(text, places[which])
    lines: list[Line] = []
    for top, owners in enumerate(lattice.owner):
        row = [
            cells[one] if (lattice.spans[one].top, lattice.spans[one].left) == (top, i) else _rest(cells[one])
            for i, one in enumerate(owners)
        ]
        if any(cell.text for cell in row):
            full = _widest(lattice, owners) > MOSTLY * (lattice.xs[-1] - lattice.xs[0])
            lines.append(Line(row, top, full))
    return Grid(lattice, lines, _open(lattice, held))


def _open(lattice: Lattice, held: dict[int, list[Char]]) -> frozenset[int]:
    """The columns whose last text goes to the right side of its cell."""
    found = set()
    for i, one in enumerate(lattice.owner[-1]):
        if one in held:
            last = rows(held[one])[-1][-1]
            room = lattice.xs[lattice.spans[one].right] - last.x1
            if room < ROOM * (last.y1 - last.y0):
                found.add(i)
    return frozenset(found)


def _widest(lattice: Lattice, owners: list[int]) -> float:
    boxes = [lattice.box_of(lattice.spans[one]) for one in set(owners)]
    return max(box[2] - box[0] for box in boxes)


def _rest(cell: Cell) -> Cell:
    return Cell("", cell.place) if cell.text else cell
