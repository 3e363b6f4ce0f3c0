"""Tables without rules down: columns told by where the texts of the rows with amounts stand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from gouji.lexicon import normal
from gouji.read.pdf.lattice import Lattice, Span
from gouji.read.pdf.page import Char

Line = list[list[Char]]
"""A line of a page, cut into its texts."""
Reach = tuple[float, float]
FEWEST = 3  # rows with amounts
APART = 3.5  # of a line's height: rows of one table are nearer
WRAPPED = 0.75  # of the usual step from row to row: a lone text as near goes on from the row above
MARGIN = 2.0  # points around the texts
_AMOUNT = re.compile(r"[-－−]?(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.\d+)")


class Found(NamedTuple):
    """A table of some lines; `header` of its rows come before the first amount."""

    lattice: Lattice
    header: int


def unruled(lines: Sequence[Line]) -> tuple[list[Found], list[Char]]:
    """The tables among the lines outside ruled tables; a character of each whose columns cannot be told."""
    found: list[Found] = []
    untold: list[Char] = []
    for run in _runs(lines):
        columns = _columns(run)
        if len(columns) < 2 or any(_crowded(line, columns) for line in run if _has_amount(line)):
            untold.append(run[0][0][0])
        else:
            found.append(_found(run, columns))
    return found, untold


def _runs(lines: Sequence[Line]) -> list[list[Line]]:
    """Lines of several texts right below each other, enough of them with an amount beside another text."""
    found: list[list[Line]] = []
    run: list[Line] = []
    for line in lines:
        if run and _step(run[-1], line) > APART * _height(line):
            found.append(run)
            run = []
        if len(line) > 1 or (run and _is_wrapped(line, run)):
            run.append(line)
        elif run:
            found.append(run)
            run = []
    return [run for run in (*found, run) if sum(map(_has_amount, run)) >= FEWEST]


def _is_wrapped(line: Line, run: Sequence[Line]) -> bool:
    """Is a lone text the rest of the row above: nearer to it than rows are, and under its first text?"""
    steps = sorted(_step(one, two) for one, two in pairwise(run) if len(two) > 1)
    usual = steps[len(steps) // 2] if steps else 0.0
    return _step(run[-1], line) < WRAPPED * usual and line[0][0].x0 < run[-1][0][-1].x1


def _found(run: Sequence[Line], columns: Sequence[Reach]) -> Found:
    rows: list[list[Line]] = []
    for line in run:
        if len(line) > 1:
            rows.append([line])
        else:
            rows[-1].append(line)
    header = next(i for i, row in enumerate(rows) if _has_amount(row[0]))
    return Found(_lattice(rows, columns), header)


def _columns(lines: Sequence[Line]) -> list[Reach]:
    """Where the texts of rows with amounts stand; headings beside all of them have columns of their own."""
    body = [part for line in lines if _has_amount(line) for part in line]
    columns = _merged([(part[0].x0, part[-1].x1) for part in body])
    for line in lines:
        for part in line:
            reach = (part[0].x0, part[-1].x1)
            if not any(_overlap(reach, column) for column in columns):
                columns = _merged([*columns, reach])
    return columns


def _merged(reaches: Sequence[Reach]) -> list[Reach]:
    merged: list[Reach] = []
    for start, end in sorted(reaches):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _overlap(one: Reach, two: Reach) -> bool:
    return one[0] < two[1] and two[0] < one[1]


def _crowded(line: Line, columns: Sequence[Reach]) -> bool:
    """Do two texts of a line stand in one column?"""
    where = [next(i for i, column in enumerate(columns) if part[0].x0 < column[1]) for part in line]
    return len(set(where)) < len(where)


def _lattice(rows: Sequence[Sequence[Line]], columns: Sequence[Reach]) -> Lattice:
    middles = [(one[1] + two[0]) / 2 for one, two in pairwise(columns)]
    xs = (columns[0][0] - MARGIN, *middles, columns[-1][1] + MARGIN)
    tops = [min(c.y0 for part in row[0] for c in part) for row in rows]
    bottoms = [max(c.y1 for part in row[-1] for c in part) for row in rows]
    between = [(bottom + top) / 2 for bottom, top in zip(bottoms, tops[1:], strict=False)]
    ys = (tops[0] - MARGIN, *between, bottoms[-1] + MARGIN)
    spans: list[Span] = []
    owner: list[list[int]] = []
    for top, row in enumerate(rows):
        owner.append([])
        for left, right in _cells(row[0], columns):
            owner[-1] += [len(spans)] * (right - left)
            spans.append(Span(top, left, top + 1, right))
    return Lattice(xs, ys, spans, owner)


def _cells(line: Line, columns: Sequence[Reach]) -> list[tuple[int, int]]:
    """The columns of each cell of a row: a text over several is one cell."""
    cells: list[tuple[int, int]] = []
    for part in line:
        under = [i for i, column in enumerate(columns) if _overlap((part[0].x0, part[-1].x1), column)]
        last = cells[-1][1] if cells else 0
        if under and under[0] >= last:
            cells += [(i, i + 1) for i in range(last, under[0])]
            cells.append((under[0], under[-1] + 1))
    last = cells[-1][1] if cells else 0
    return cells + [(i, i + 1) for i in range(last, len(columns))]


def _has_amount(line: Line) -> bool:
    """Does a line print an amount beside another text?"""
    return len(line) > 1 and any(_AMOUNT.fullmatch(normal("".join(c.text for c in part))) for part in line)


def _step(one: Line, two: Line) -> float:
    return two[0][0].y0 - one[0][0].y0


def _height(line: Line) -> float:
    return line[0][0].y1 - line[0][0].y0
