"""A page to its tables, as rows of cells, and its texts outside them in reading order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from gouji.book import Cell, Place
from gouji.read.pdf.lattice import Lattice, lattices
from gouji.read.pdf.page import Box, Char, Page
from gouji.read.pdf.words import numbers_in, parts, rows, text_in, text_of

Row = list[Cell]
DIGITS = "0123456789,.-"
TOUCHING = 1.0  # points between two digits of one number
MOSTLY = 0.7  # of its width: a cell as wide as this goes from side to side
INDENT = 0.8  # of a character's height
APART = 2.4  # of a line's height: further down another paragraph starts


class Grid(NamedTuple):
    """A table of one page; `full` says of each row whether it is one cell from side to side."""

    xs: tuple[float, ...]
    rows: list[Row]
    full: list[bool]
    box: Box


class Text(NamedTuple):
    """A title, a note or a paragraph; `full` when its last line goes to the right margin."""

    cell: Cell
    box: Box
    full: bool


class Parts(NamedTuple):
    number: int
    grids: list[Grid]
    texts: list[Text]


def parts_of(page: Page, source: str) -> Parts:
    """The tables and texts of a page."""
    found = [one for one in lattices(page.across, page.down) if len(one.xs) > 2]
    held, free = _placed(page.chars, found)
    grids = [_grid(page, source, one, chars) for one, chars in zip(found, held, strict=True)]
    right = max((grid.box[2] for grid in grids), default=0.0)
    return Parts(page.number, [grid for grid in grids if grid.rows], _texts(page, source, free, right))


# Characters into cells


def _placed(chars: Sequence[Char], found: list[Lattice]) -> tuple[list[dict[int, list[Char]]], list[Char]]:
    """The characters of each cell of each lattice (the smallest around them), and those outside."""
    if not found:
        return [], list(chars)
    held: list[dict[int, list[Char]]] = [{} for _ in found]
    free: list[Char] = []
    inward = sorted(range(len(found)), key=lambda i: _area(found[i].box))
    where = [_cell_of(char, found, inward) for char in chars]
    _keep_numbers_whole(chars, where)
    for char, (which, cell) in zip(chars, where, strict=True):
        (free if which < 0 else held[which].setdefault(cell, [])).append(char)
    return held, free


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
    places = [Place(file=source, page=page.number, box=page.shown(lattice.box_of(s))) for s in lattice.spans]
    cells = [Cell("", place) for place in places]
    for which, chars in held.items():
        span = lattice.spans[which]
        text = text_in(chars, lattice.xs[span.left], lattice.xs[span.right])
        cells[which] = Cell(text, places[which])
    grid = Grid(lattice.xs, [], [], lattice.box)
    for top, owners in enumerate(lattice.owner):
        row = [
            cells[one] if (lattice.spans[one].top, lattice.spans[one].left) == (top, i) else _rest(cells[one])
            for i, one in enumerate(owners)
        ]
        if any(cell.text for cell in row):
            grid.rows.append(row)
            grid.full.append(_widest(lattice, owners) > MOSTLY * (lattice.xs[-1] - lattice.xs[0]))
    return grid


def _widest(lattice: Lattice, owners: list[int]) -> float:
    boxes = [lattice.box_of(lattice.spans[one]) for one in set(owners)]
    return max(box[2] - box[0] for box in boxes)


def _rest(cell: Cell) -> Cell:
    return Cell("", cell.place) if cell.text else cell


# Lines into texts


def _texts(page: Page, source: str, free: list[Char], right: float) -> list[Text]:
    """Paragraphs, titles and notes: lines that go on below without an indent are one."""
    lines = [cut for row in rows(free) if (cut := parts(row))]
    right = max([right, *(cut[-1][-1].x1 for cut in lines)])
    texts: list[list[list[Char]]] = []
    for cut in lines:
        if len(cut) == 1 and texts and _goes_on(texts[-1][-1], cut[0], right):
            texts[-1].append(cut[0])
        else:
            texts += [[part] for part in cut]
    return [_text(page, source, text, right) for text in texts]


def _goes_on(above: list[Char], below: list[Char], right: float) -> bool:
    high = above[0].y1 - above[0].y0
    return (
        _reaches(above, right)
        and -3 * high <= below[0].x0 - above[0].x0 <= INDENT * high
        and 0 < below[0].y0 - above[0].y0 < APART * high
    )


def _reaches(line: list[Char], right: float) -> bool:
    return line[-1].x1 > right - 2 * (line[-1].y1 - line[-1].y0)


def _text(page: Page, source: str, text: list[list[Char]], right: float) -> Text:
    chars = [char for line in text for char in line]
    box = (
        min(c.x0 for c in chars),
        min(c.y0 for c in chars),
        max(c.x1 for c in chars),
        max(c.y1 for c in chars),
    )
    cell = Cell(text_of(text), Place(file=source, page=page.number, box=page.shown(box)))
    return Text(cell, box, _reaches(text[-1], right))
