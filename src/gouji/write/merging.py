"""Which cells of a table's body go over several rows or columns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from gouji.forms import ABOVE, BESIDE, REPEATED, Paths

RIGHT, CENTER, LEFT = "right", "center", "left"
_SAID_ONCE = ("unit.project", "project", "target.goal")
_TOTAL = re.compile(r"[合总]\s*计")
_AMOUNT, _FIELD = "=", "{"

Rows = Sequence[Sequence[str]]


class Span(NamedTuple):
    """A cell over several rows and columns, counted from 0."""

    row: int
    column: int
    rows: int = 1
    columns: int = 1
    text: str = ""
    align: str = CENTER


def merged(roles: Sequence[str], aligns: Sequence[str], rows: Rows, grid: Paths) -> Iterator[Span]:
    """`roles` and `aligns` are those of the columns; `grid` is that of a form to fill in."""
    if grid:
        yield from _filled_in(grid, rows)
    elif "target.goal" in roles:
        yield from _targets(roles, aligns, rows)
    else:
        yield from _totals(aligns, rows)


def _targets(roles: Sequence[str], aligns: Sequence[str], rows: Rows) -> Iterator[Span]:
    """A project, its goal and its money stand beside all its indicators."""
    said = [i for i, role in enumerate(roles) if role in _SAID_ONCE]
    money = [i for i, align in enumerate(aligns) if align == RIGHT]
    starts = [r for r, row in enumerate(rows) if any(row[i] for i in said)]
    for start, end in pairwise([*starts, len(rows)]):
        if end - start > 1:
            once = [i for i in money if not any(row[i] for row in rows[start + 1 : end])]
            for i in sorted((*said, *once)):
                yield Span(start, i, end - start, 1, rows[start][i], RIGHT if i in once else LEFT)


def _totals(aligns: Sequence[str], rows: Rows) -> Iterator[Span]:
    """合计 stands in the middle of all columns before the amounts."""
    wide = aligns.index(RIGHT) if RIGHT in aligns else 0
    for r, row in enumerate(rows if wide > 1 else ()):
        if row[0].endswith("计") and _TOTAL.fullmatch(row[0]) and not any(row[1:wide]):
            yield Span(r, 0, 1, wide, row[0], CENTER)


def _filled_in(grid: Paths, rows: Rows) -> Iterator[Span]:
    """The cells of a form to fill in; none where the rows are not those of the form."""
    told = list(_repeated(grid, len(rows)))
    if len(told) != len(rows) or not all(map(_is_of, rows, told)):
        return
    for r, cells in enumerate(told):
        for c, cell in enumerate(cells):
            if cell not in (ABOVE, BESIDE):
                down = _run([row[c] for row in told[r + 1 :]], ABOVE)
                along = _run(cells[c + 1 :], BESIDE)
                yield Span(r, c, 1 + down, 1 + along, rows[r][c], _align(cell))


def _repeated(grid: Paths, rows: int) -> Iterator[tuple[str, ...]]:
    """The rows of the form, those for each target as often as the table has them."""
    width = max(map(len, grid))
    again = sum(row[0].startswith(REPEATED) for row in grid)
    times = (rows - len(grid) + again) // max(1, again)
    for row in grid:
        cells = (row[0].removeprefix(REPEATED), *row[1:], *[""] * (width - len(row)))
        yield from [cells] * (times if row[0].startswith(REPEATED) else 1)


def _is_of(row: Sequence[str], cells: Sequence[str]) -> bool:
    """Does a row print what the form says of it, and nothing where a cell goes on?"""
    if len(row) != len(cells):
        return False
    return all(
        not text if cell in (ABOVE, BESIDE) else text == cell or _FIELD in cell or cell[:1] == _AMOUNT
        for text, cell in zip(row, cells, strict=True)
    )


def _run(cells: Sequence[str], mark: str) -> int:
    """How many of the first cells are this mark."""
    return next((i for i, cell in enumerate(cells) if cell != mark), len(cells))


def _align(cell: str) -> str:
    if cell.startswith(_AMOUNT):
        return RIGHT
    return LEFT if cell.startswith(_FIELD) or not cell else CENTER
