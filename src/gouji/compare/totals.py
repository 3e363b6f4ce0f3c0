"""Expenditure by function and by project, old and new: sums of the lines of one table that both have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from gouji.codes import functions
from gouji.compare.lines import LEDGER
from gouji.compare.model import Column, Printed, Row, Side, Total
from gouji.compare.pairing import alike
from gouji.scope import dimensions

LEVELS = (0, 3, 5, 7)
"""Digits of the whole, of 类, 款 and 项."""
FUNCTION, PROJECT = "function", "project"


class Source(NamedTuple):
    """A column of a table whose lines can be summed."""

    table: str
    side: int
    column: Column


def totals(old: Side, new: Side) -> tuple[tuple[Total, ...], dict[str, str]]:
    """The totals of both, and of which table they are by each dimension."""
    told: list[Total] = []
    basis: dict[str, str] = {}
    for dimension in (FUNCTION, PROJECT):
        source = _widest(old, new, dimension)
        if source is None:
            continue
        ends = [_sums(side.rows, source, dimension) for side in (old, new)]
        basis[dimension] = source.table
        for value in _ordered(ends, dimension):
            was, now = (sums.get(value) for sums in ends)
            name = _function(value, new.year) if dimension == FUNCTION else value
            differs = not alike(was, now)
            told.append(Total(dimension, value, name, was and was.fen, now and now.fen, differs))
    return tuple(told), basis


def _widest(old: Side, new: Side, dimension: str) -> Source | None:
    """The column of both that sums the most money by this dimension, all of it expenditure of the year."""
    ends = [_sources(side, dimension) for side in (old, new)]
    order = {name: i for i, name in enumerate(new.tables)}
    shared = ends[0].keys() & ends[1].keys()
    return max(shared, key=lambda s: (ends[0][s] + ends[1][s], -order[s.table], s), default=None)


def _sources(side: Side, dimension: str) -> Counter[Source]:
    """The columns that count expenditure by this dimension, and how much they count."""
    dims = dimensions()
    outlay, works = dims.values["flow", "支出总计"], dims.values["kind", "项目支出"]
    found: Counter[Source] = Counter()
    for row, column, cell in _spent(side.rows, dimension):
        bits = row.wide & column.closed
        is_income = bits & dims.fields["flow"] & ~outlay and row.table != LEDGER
        if not is_income and (dimension != PROJECT or bits & works):
            found[Source(row.table, row.side, column)] += cell.fen or 0
    return found


def _spent(rows: Iterable[Row], dimension: str) -> Iterator[tuple[Row, Column, Printed]]:
    """The figures of this year's lines that name a code or a project."""
    for row in rows:
        if row.leaf and row.value(dimension) and not row.value("year") and _is_outlay(row):
            for column, cell in row.cells.items():
                if not column.year and not column.label and cell.fen is not None:
                    yield row, column, cell


def _is_outlay(row: Row) -> bool:
    """A ledger holds income too, and what is told from above."""
    return row.table != LEDGER or (row.value("flow"), row.value("stage")) == ("本年支出", "部门预算")


def _sums(rows: Iterable[Row], source: Source, dimension: str) -> dict[str, Printed]:
    """value -> the sum of its lines; a code's under each of its levels, and all of them under ""."""
    sums: dict[str, Printed] = {}
    for row, column, cell in _spent(rows, dimension):
        if (row.table, row.side, column) != source:
            continue
        value = row.value(dimension)
        names = [value[:n] for n in LEVELS if n <= len(value)] if dimension == FUNCTION else ["", value]
        for name in names:
            known = sums.get(name, Printed(0, 0, cell.spot))
            sums[name] = Printed((known.fen or 0) + (cell.fen or 0), known.step + cell.step, cell.spot)
    return sums


def _ordered(ends: Sequence[Mapping[str, Printed]], dimension: str) -> list[str]:
    values = list(dict.fromkeys((*ends[1], *ends[0])))
    return sorted(values) if dimension == FUNCTION else values


def _function(code: str, year: int | None) -> str:
    known = functions(year).get(code)
    return known.name if known else ""
