"""Which rows of a grid are its headings, by its merged cells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from gouji import money
from gouji.read.pdf.grids import Grid, Line
from gouji.read.pdf.lattice import Lattice

MOST = 8  # rows of headings
COARSE = 0.7  # of the body's cells: a first row with fewer does not head its columns
MIXED = 0.4  # of the rows: where no more are cut alike the table is a form to fill in
FEWEST = 4  # rows from which their cuts are compared


def header_of(grid: Grid) -> int:
    """How many lines head the columns; 0 where the table is a form to fill in."""
    if grid.unruled:
        first = grid.unruled.header
        return sum(line.top < first for line in grid.lines)
    kept = [i for i in range(len(grid.xs) - 1) if any(line.cells[i].text for line in grid.lines)]
    end = _end(grid, kept)
    paid = next((i for i, line in enumerate(grid.lines[:end]) if i and _has_amount(line)), end)
    if paid < end or end > MOST:  # a label beside the rows, not above them
        return 0
    return 0 if _is_form(grid, kept, end) else end


def _end(grid: Grid, kept: Sequence[int]) -> int:
    """Headings go on as far down as the cells of each row of them reach."""
    lines = grid.lines
    end = i = 1
    while i <= min(end, MOST):
        line = lines[i - 1]
        bottom = max(_bottom(grid.lattice, line, column) for column in kept)
        end = max(end, sum(other.top < bottom for other in lines))
        if i == end < len(lines) and _splits(grid.lattice, line, lines[i], kept):
            end += 1
        i += 1
    return end


def _bottom(lattice: Lattice, line: Line, column: int) -> int:
    span = lattice.spans[lattice.owner[line.top][column]]
    return span.bottom if line.cells[column].text else 0


def _splits(lattice: Lattice, line: Line, below: Line, kept: Sequence[int]) -> bool:
    """Does a row only divide the headings above it: words under wide ones and under all of those?"""
    wide = {column for column in kept if _wide(lattice, line, column, kept)}
    filled = {column for column in kept if below.cells[column].text}
    if not wide or not filled <= wide or _has_amount(below):
        return False
    heads = {lattice.owner[line.top][column] for column in wide}
    under = Counter(lattice.owner[line.top][column] for column in filled)
    return all(under[head] > 1 for head in heads)


def _wide(lattice: Lattice, line: Line, column: int, kept: Sequence[int]) -> bool:
    owner = lattice.owner[line.top][column]
    return sum(lattice.owner[line.top][other] == owner for other in kept) > 1


def _has_amount(line: Line) -> bool:
    return any(money.looks_like(cell.text) and not _is_small(cell.text) for cell in line.cells if cell.text)


def _is_small(text: str) -> bool:
    """The number of a column, or a dash."""
    return (text.isdecimal() and len(text) < 3) or not any(c.isdigit() for c in text)


def _is_form(grid: Grid, kept: Sequence[int], end: int) -> bool:
    """Are the rows cut each in its own way, or otherwise or much more finely than the first ones?"""
    leaves = _cut(grid.lattice, grid.lines[end - 1], kept)
    cuts = Counter(_cut(grid.lattice, line, kept) for line in grid.lines[end:] if not line.full)
    if not cuts:
        return False
    usual, count = cuts.most_common(1)[0]
    if cuts.total() >= FEWEST and count < MIXED * cuts.total():
        return True
    if set(leaves) - set(usual) and set(usual) - set(leaves):
        return True
    later_wide = len(leaves) == 1 or any(b - a > 1 for a, b in pairwise([*leaves[1:], len(kept)]))
    return later_wide and len(leaves) <= COARSE * len(usual)


def _cut(lattice: Lattice, line: Line, kept: Sequence[int]) -> tuple[int, ...]:
    """Where among the columns with text each cell of a row starts."""
    owners = [lattice.owner[line.top][column] for column in kept]
    return tuple(i for i, owner in enumerate(owners) if not i or owner != owners[i - 1])
