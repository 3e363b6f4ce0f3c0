"""Rules to cells: which lines belong together, and which boxes they enclose."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise
from operator import itemgetter
from typing import NamedTuple

from gouji.read.pdf.page import Box, Rule

NEAR = 2.5  # points: rules as close as this are one, and lines that miss each other by this meet
OVERHANG = 8.0  # a rule that goes on this far past the last crossing one shows an open side
_START = itemgetter(1)  # of a rule
MOST_RULES = 4000  # of one direction on one page, after merging


Group = tuple[list[Rule], list[Rule]]
"""Rules that belong together: those across and those down."""


class Span(NamedTuple):
    """A cell of the lattice: its first row and column, and those after its last."""

    top: int
    left: int
    bottom: int
    right: int


class Lattice(NamedTuple):
    """A table's column and row edges, its cells, and which of them holds each elementary box."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    spans: list[Span]
    owner: list[list[int]]

    @property
    def box(self) -> Box:
        return (self.xs[0], self.ys[0], self.xs[-1], self.ys[-1])

    def box_of(self, span: Span) -> Box:
        return (self.xs[span.left], self.ys[span.top], self.xs[span.right], self.ys[span.bottom])

    def at(self, x: float, y: float) -> int | None:
        """The cell at a point."""
        column, row = bisect_right(self.xs, x) - 1, bisect_right(self.ys, y) - 1
        if 0 <= column < len(self.xs) - 1 and 0 <= row < len(self.ys) - 1:
            return self.owner[row][column]
        return None


def lattices(across: Sequence[Rule], down: Sequence[Rule]) -> list[Lattice]:
    """The tables that a page's rules draw, from top to bottom."""
    rows, columns = merged(across), merged(down)
    if len(rows) < 2 or len(columns) < 2 or max(len(rows), len(columns)) > MOST_RULES:
        return []
    found = [_lattice(*group) for group in _completed(_together(rows, columns))]
    return sorted((one for one in found if one), key=lambda one: (one.ys[0], one.xs[0]))


def merged(rules: Sequence[Rule]) -> list[Rule]:
    """Collinear rules that touch made one; nearly collinear ones get one position."""
    lines: list[list[Rule]] = []
    for rule in sorted(rules):
        if lines and rule.at - lines[-1][0].at <= NEAR:
            lines[-1].append(rule)
        else:
            lines.append([rule])
    return [one for line in lines for one in _joined(line)]


def _joined(line: list[Rule]) -> list[Rule]:
    at = sum([rule.at for rule in line]) / len(line)
    joined: list[Rule] = []
    (_, start, end), *others = sorted(line, key=_START)
    for rule in others:
        if rule.start > end + NEAR:
            joined.append(Rule(at, start, end))
            start, end = rule.start, rule.end
        elif rule.end > end:
            end = rule.end
    return [*joined, Rule(at, start, end)]


def _together(rows: list[Rule], columns: list[Rule]) -> list[Group]:
    """Rules that cross or touch, directly or through others."""
    group = list(range(len(rows) + len(columns)))

    def root(i: int) -> int:
        while group[i] != i:
            group[i] = group[group[i]]
            i = group[i]
        return i

    reaches = [
        (j, column.at, column.start - NEAR, column.end + NEAR) for j, column in enumerate(columns, len(rows))
    ]
    for i, row in enumerate(rows):
        at, low, high = row.at, row.start - NEAR, row.end + NEAR
        for j, x, top, bottom in reaches:
            if top <= at <= bottom and low <= x <= high:
                group[root(j)] = root(i)
    groups: dict[int, Group] = {}
    for i, rule in enumerate([*rows, *columns]):
        groups.setdefault(root(i), ([], []))[i >= len(rows)].append(rule)
    return list(groups.values())


def _completed(groups: list[Group]) -> list[Group]:
    """Each table with the lone columns beside it that are as high: no rule crosses a long merged cell."""
    whole = [group for group in groups if group[0] and len(group[1]) > 2]
    found = list(whole)
    for group in groups:
        if len(group[1]) > 2:
            continue
        beside = next((one for one in whole if group[1] and _as_high(group[1], one[1])), None)
        if beside:
            beside[0].extend(group[0])
            beside[1].extend(group[1])
        else:
            found.append(group)
    return found


def _as_high(one: list[Rule], two: list[Rule]) -> bool:
    ends = [(min(r.start for r in rules), max(r.end for r in rules)) for rules in (one, two)]
    return all(abs(a - b) <= NEAR for a, b in zip(*ends, strict=True))


def _lattice(rows: list[Rule], columns: list[Rule]) -> Lattice | None:
    if len(rows) < 2 or not columns:
        return None
    columns = columns + _open_sides(rows, columns)
    rows = rows + _open_sides(columns, rows)
    xs, ys = _positions(columns), _positions(rows)
    if len(xs) < 2 or len(ys) < 2:
        return None
    walls = list(map(bytes, zip(*_drawn(columns, xs, ys), strict=True)))
    return _cells(xs, ys, walls, _drawn(rows, ys, xs))


def _open_sides(rules: list[Rule], crossing: list[Rule]) -> list[Rule]:
    """The sides that rules reach but no crossing rule closes, as rules."""
    low, high = min(r.at for r in crossing), max(r.at for r in crossing)
    before = [r for r in rules if r.start < low - OVERHANG]
    after = [r for r in rules if r.end > high + OVERHANG]
    sides = []
    for open_ones, end in ((before, min), (after, max)):
        if len(open_ones) > 1:
            at = end(r.start if end is min else r.end for r in open_ones)
            sides.append(Rule(at, min(r.at for r in open_ones), max(r.at for r in open_ones)))
    return sides


def _positions(rules: list[Rule]) -> tuple[float, ...]:
    return tuple(sorted({rule.at for rule in rules}))


def _drawn(rules: list[Rule], own: tuple[float, ...], other: tuple[float, ...]) -> list[bytearray]:
    """For each own position a 1 where a rule is drawn from other[k] to other[k + 1]."""
    index = {at: i for i, at in enumerate(own)}
    middles = [(a + b) / 2 for a, b in pairwise(other)]
    drawn = [bytearray(len(middles)) for _ in own]
    for rule in rules:
        first, last = bisect_right(middles, rule.start), bisect_right(middles, rule.end)
        drawn[index[rule.at]][first:last] = b"\1" * (last - first)
    return drawn


def _cells(
    xs: tuple[float, ...], ys: tuple[float, ...], walls: Sequence[bytes], floors: Sequence[bytearray]
) -> Lattice:
    """The cells between walls, by row, and floors."""
    wide, high = len(xs) - 1, len(ys) - 1
    owner = [[-1] * wide for _ in range(high)]
    spans: list[Span] = []
    for top, own in enumerate(owner):
        wall = walls[top]
        for left in range(wide):
            if own[left] >= 0:
                continue
            right = left + 1
            while right < wide and not wall[right] and own[right] < 0:
                right += 1
            bottom = top + 1
            while (
                bottom < high
                and not any(floors[bottom][left:right])
                and not any(walls[bottom][left + 1 : right])
            ):
                bottom += 1
            for row in owner[top:bottom]:
                row[left:right] = [len(spans)] * (right - left)
            spans.append(Span(top, left, bottom, right))
    return Lattice(xs, ys, spans, owner)
