"""Two sides to a Comparison."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gouji.compare.model import (
    ADDED,
    CHANGED,
    FIGURE,
    LINE,
    MOVED,
    REMOVED,
    RESTATED,
    TABLE,
    Change,
    Column,
    Comparison,
    Figure,
    Row,
    Side,
)
from gouji.compare.pairing import Matched, alike, has_money, match
from gouji.compare.totals import totals
from gouji.compare.wording import wordings
from gouji.scope import volume

_WHAT = (TABLE, LINE, FIGURE)


def compare(old: Side, new: Side) -> Comparison:
    """Tables that only one of them has are one change each; the rows of all others are compared."""
    shared = old.tables.keys() & new.tables.keys()
    ends = [tuple(row for row in side.rows if row.table in shared) for side in (old, new)]
    found = match(*ends)
    apart = (new.year or 0) - (old.year or 0)
    told = [*_tables(old, new), *_changes(found, apart)]
    if apart == 1:
        told += _restated(found)
    places = {name: i for i, name in enumerate((*new.tables, *old.tables))}
    order = {name: min(i, places[name]) for i, name in enumerate((*new.tables, *old.tables))}
    told.sort(key=lambda change: (_WHAT.index(change.what), order[change.table]))
    compared = sum(_both(one, other, apart) for one, other in _pairs(found))
    sums, basis = totals(old, new)
    return Comparison(old, new, tuple(told), sums, compared, basis, wordings(old, new))


def _pairs(found: Matched) -> list[tuple[Row, Row]]:
    return [*found.pairs, *((one, other) for _, one, other in found.moved)]


def _tables(old: Side, new: Side) -> Iterator[Change]:
    """Tables that only one side has; those that print no money do not count."""
    for side, other, kind in ((old, new, REMOVED), (new, old, ADDED)):
        filled = {row.table for row in side.rows if has_money(row)}
        for name, spot in side.tables.items():
            if name not in other.tables and name in filled:
                ends = (spot, None) if kind == REMOVED else (None, spot)
                yield Change(kind, TABLE, name, None, None, *ends)


def _changes(found: Matched, apart: int) -> Iterator[Change]:
    for one, other in found.pairs:
        if figures := _figures(one, other, apart):
            yield _change(CHANGED, one, other, figures)
    for dimensions, one, other in found.moved:
        told = [d for d in dimensions if one.value(d) != other.value(d)]
        ends = (" ".join(filter(None, (row.value(d) for d in told))) for row in (one, other))
        name, figures = told[0] if told else dimensions[0], _figures(one, other, apart)
        yield _change(MOVED, one, other, figures, name, *ends)
    for row in found.removed:
        if figures := _figures(row, None, apart):
            yield _change(REMOVED, row, None, figures)
    for row in found.added:
        if figures := _figures(None, row, apart):
            yield _change(ADDED, None, row, figures)


def _figures(one: Row | None, other: Row | None, apart: int) -> tuple[Figure, ...]:
    """The columns whose amounts differ; between years, not those of years before the books'."""
    old, new = one.cells if one else {}, other.cells if other else {}
    columns = [column for column in {**new, **old} if not (apart and column.year < 0)]
    return tuple(
        figure for c in columns if not alike(old.get(c), new.get(c)) for figure in [_figure(one, other, c, c)]
    )


def _figure(one: Row | None, other: Row | None, before: Column, after: Column) -> Figure:
    was = one.cells.get(before) if one else None
    now = other.cells.get(after) if other else None
    spots = was.spot if was else None, now.spot if now else None
    label = next((spot.column for spot in reversed(spots) if spot), "")
    return Figure(label, was.fen if was else None, now.fen if now else None, *spots)


def _change(
    kind: str,
    one: Row | None,
    other: Row | None,
    figures: tuple[Figure, ...],
    dimension: str = "",
    source: str = "",
    target: str = "",
) -> Change:
    row = other or one
    assert row is not None
    main = _main(one, other, figures)
    ends = (main.before, main.after)
    return Change(kind, row.level, row.table, main.old, main.new, *ends, figures, dimension, source, target)


def _main(one: Row | None, other: Row | None, figures: Sequence[Figure]) -> Figure:
    """The figure that stands for a row: that of its widest column of this year, if it is filled."""
    columns = {**(other.cells if other else {}), **(one.cells if one else {})}
    wide = sorted(columns, key=lambda c: (abs(c.year), -volume(c.closed, c.closed), len(c.opens)))
    told = [_figure(one, other, column, column) for column in wide]
    filled = [figure for figure in told if figure.old or figure.new]
    return next((figure for figure in filled if figure in figures), filled[0] if filled else told[0])


def _both(one: Row, other: Row, apart: int) -> int:
    filled = (c for c in one.cells.keys() & other.cells.keys() if not (apart and c.year < 0))
    return sum(one.cells[c].fen is not None or other.cells[c].fen is not None for c in filled)


def _restated(found: Matched) -> Iterator[Change]:
    """What the new book prints of the year before, where the old book printed something else."""
    for one, other in found.pairs:
        told = []
        for column, cell in other.cells.items():
            known = column._replace(year=0)
            if column.year == -1 and known in one.cells and not alike(one.cells[known], cell):
                told.append(_figure(one, other, known, column))
        if told:
            main = told[0]
            ends = (main.before, main.after)
            yield Change(RESTATED, other.level, other.table, main.old, main.new, *ends, tuple(told))
