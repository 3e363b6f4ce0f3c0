"""Which row of the old one is which row of the new one; and rows that have moved to another code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import NamedTuple, TypeVar

from gouji.compare.model import LINE, Key, Printed, Row

Pair = tuple[Row, Row]
Pairs = list[Pair]
Name = TypeVar("Name", bound=Hashable)

MOVES: tuple[tuple[str, ...], ...] = (
    ("function",),
    ("economic",),
    ("gov_economic",),
    ("economic", "gov_economic"),
    ("function", "economic"),
    ("fund",),
    ("unit", "unit_code"),
    ("project",),
    ("withheld",),
)
"""Along which dimensions a row may have moved, in the order in which they are tried."""
_NAMING = frozenset(("project", "item", "area"))


class Matched(NamedTuple):
    pairs: Pairs
    moved: list[tuple[tuple[str, ...], Row, Row]]
    removed: list[Row]
    added: list[Row]


def match(old: Sequence[Row], new: Sequence[Row]) -> Matched:
    pairs, left, right = _same(old, new)
    moved: list[tuple[tuple[str, ...], Row, Row]] = []
    projects = [{row.value("project") for row in rows} for rows in (old, new)]
    lines = [
        Counter((row.table, row.value("project")) for row in rows if row.level == LINE) for rows in (old, new)
    ]
    for dimensions in MOVES:
        for exact in (True, False):
            found = list(_moved(left, right, dimensions, projects, lines, exact))
            moved += [(dimensions, one, other) for one, other in found]
            gone = {id(row) for pair in found for row in pair}
            left = [row for row in left if id(row) not in gone]
            right = [row for row in right if id(row) not in gone]
    return Matched(pairs, moved, left, right)


def alike(one: Printed | None, other: Printed | None) -> bool:
    """May two figures be one amount, each within half of its last printed place? Blank is as good as zero."""
    a, b = one.fen or 0 if one else 0, other.fen or 0 if other else 0
    if a == b:
        return True
    return 2 * abs(a - b) <= (one.step if one else 0) + (other.step if other else 0)


def same_amounts(one: Row, other: Row) -> bool:
    return all(
        alike(one.cells.get(c), other.cells.get(c)) for c in {**one.cells, **other.cells} if not c.year
    )


def amount(row: Row) -> int:
    """The row's amount: that of its widest column of this year that is filled."""
    cells = [cell for column, cell in row.cells.items() if not column.year and cell.fen]
    return max((abs(cell.fen or 0) for cell in cells), default=0)


def has_money(row: Row) -> bool:
    return any(cell.fen for cell in row.cells.values())


def _same(old: Sequence[Row], new: Sequence[Row]) -> tuple[Pairs, list[Row], list[Row]]:
    """Rows that count the same: of several, those with the same name and amounts first."""
    pairs: Pairs = []
    olds, news = (_grouped(rows, lambda row: (row.table, row.side, row.key)) for rows in (old, new))
    left: list[Row] = []
    for key, mine in olds.items():
        theirs = news.pop(key, [])
        if len(mine) == len(theirs) == 1:
            pairs.append((mine[0], theirs[0]))
            continue
        for name in (_name_and_amounts, _amounts):
            found, mine, theirs = _alike(mine, theirs, name)
            pairs += found
        found, mine, theirs = _near(mine, theirs)
        pairs += found
        found, mine, theirs = _alike(mine, theirs, lambda row: row.name)
        pairs += [*found, *zip(mine, theirs, strict=False)]
        both = min(len(mine), len(theirs))
        left += mine[both:]
        news[key] = theirs[both:]
    return pairs, left, [row for rows in news.values() for row in rows]


def _name_and_amounts(row: Row) -> Hashable:
    return row.name, _amounts(row)


def _amounts(row: Row) -> Hashable:
    return tuple(sorted((column, cell.fen) for column, cell in row.cells.items() if cell.fen))


def _alike(
    mine: list[Row], theirs: list[Row], name: Callable[[Row], Hashable]
) -> tuple[Pairs, list[Row], list[Row]]:
    """Pairs that have one name, each in the order of the rows; and the rows that are left."""
    waiting = _grouped(reversed(theirs), name)
    pairs, left = [], []
    for row in mine:
        if found := waiting.get(name(row)):
            pairs.append((row, found.pop()))
        else:
            left.append(row)
    taken = {id(other) for _, other in pairs}
    return pairs, left, [row for row in theirs if id(row) not in taken]


def _near(mine: list[Row], theirs: list[Row]) -> tuple[Pairs, list[Row], list[Row]]:
    """Pairs whose amounts differ by rounding alone."""
    waiting = sorted(theirs, key=amount)
    pairs: Pairs = []
    left: list[Row] = []
    at = 0
    for row in sorted(mine, key=amount):
        while at < len(waiting) and amount(waiting[at]) < amount(row) and not same_amounts(row, waiting[at]):
            at += 1
        if at < len(waiting) and same_amounts(row, waiting[at]):
            pairs.append((row, waiting[at]))
            at += 1
        else:
            left.append(row)
    gone = {id(row) for pair in pairs for row in pair}
    return pairs, [r for r in mine if id(r) not in gone], [r for r in theirs if id(r) not in gone]


def _moved(
    old: Sequence[Row],
    new: Sequence[Row],
    dimensions: tuple[str, ...],
    projects: Sequence[set[str]],
    lines: Sequence[Counter[tuple[str, str]]],
    exact: bool,
) -> Iterator[Pair]:
    """Lines that are the same but for some dimensions: of the same amount, or the only one of their project.

    What names nothing else, and a project of another name, must have an amount that no other line has.
    """
    found: list[dict[tuple[str, int, Key], list[Row]]] = []
    for rows in (old, new):
        able = (r for r in rows if r.level == LINE and amount(r) and any(r.value(d) for d in dimensions))
        found.append(_grouped(able, lambda row: (row.table, row.side, without(row.key, dimensions))))
    for key, mine in found[0].items():
        theirs = found[1].get(key, [])
        renamed = "project" in dimensions
        if renamed:
            mine = [row for row in mine if row.value("project") not in projects[1]]
            theirs = [row for row in theirs if row.value("project") not in projects[0]]
        if exact and (renamed or not any(name in _NAMING for name, _ in key[2])):
            mine, theirs = _unique(mine), _unique(theirs)
        for one, other in _near(mine, theirs)[0] if exact else _only(mine, theirs, lines):
            if not renamed or not one.code or not other.code or one.code == other.code:
                yield one, other


def _only(mine: list[Row], theirs: list[Row], lines: Sequence[Counter[tuple[str, str]]]) -> Iterator[Pair]:
    """A project's only line, in both, whatever its amount."""
    if len(mine) == len(theirs) == 1:
        ends = [(row.table, row.value("project")) for row in (mine[0], theirs[0])]
        same_code = mine[0].code and mine[0].code == theirs[0].code
        if all(counts[end] == 1 for counts, end in zip(lines, ends, strict=True)) and (
            (ends[0] == ends[1] and ends[0][1]) or same_code
        ):
            yield mine[0], theirs[0]


def _unique(rows: list[Row]) -> list[Row]:
    counts = Counter(map(amount, rows))
    return [row for row in rows if counts[amount(row)] == 1]


def without(key: Key, dimensions: tuple[str, ...]) -> Key:
    return tuple(item for item in key if item[0] not in dimensions)


def _grouped(rows: Iterable[Row], name: Callable[[Row], Name]) -> dict[Name, list[Row]]:
    groups: dict[Name, list[Row]] = {}
    for row in rows:
        groups.setdefault(name(row), []).append(row)
    return groups
