"""Slips of the kinds that people make, each planted alone in a consistent book."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from benchmarks.misprints import MISPRINTS
from gouji import lexicon, money
from gouji.book import Book, Cell, Place, Row, Table
from gouji.meaning import column_roles, is_total

SUMS = ("合计", "小计", "总计")
FIGURE = frozenset(("wrong-figure", "wrong-total", "unit-slip"))
Spot = tuple[int, int, int]
"""Table, row and column of a cell."""


@dataclass(frozen=True, slots=True)
class Planted:
    """A book with one slip in it: where, and the kinds of cause that name it right.

    `row` is where the slip stands now, or for a lost row where it stood; `columns` are the amounts that it
    touched; `fen` is the true amount of a changed figure, or the largest of a row.
    """

    kind: str
    book: Book
    table: int
    row: int
    columns: tuple[int, ...]
    causes: frozenset[str]
    fen: int
    was: str
    now: str = ""

    def __str__(self) -> str:
        name = self.book.tables[self.table].name
        columns = "、".join(str(c + 1) for c in self.columns)
        return (
            f"{self.kind}: {name} 第 {self.row + 1} 行第 {columns} 列: {self.was} -> {self.now or '（无）'}"
        )


def plant(rng: random.Random, book: Book, kind: str, avoid: Collection[int] = ()) -> Planted | None:
    """The book with one slip of a kind outside some tables; None if it has no place for it."""
    tables = [t for t, table in enumerate(book.tables) if t not in avoid and table.state == "filled"]
    places = _figures if kind in MISPRINTS else _whole_rows
    spots = [
        spot for t in tables for spot in places(book.tables[t], t) if kind != "total" or _is_sum(book, spot)
    ]
    found = (plant_at(rng, book, spot, kind) for spot in _shuffled(rng, spots))
    return next((planted for planted in found if planted), None)


def plant_at(rng: random.Random, book: Book, spot: Spot, kind: str) -> Planted | None:
    """The book with one slip of a kind in a cell or its row; None where that is no place for it."""
    return _SLIPS.get(kind, _misprinted)(rng, book, spot, kind)


def amounts(table: Table) -> list[int]:
    """The amount columns of a table."""
    roles, _ = column_roles(table.columns, lexicon.title(table.title.text))
    return [i for i, role in enumerate(roles) if not role]


def _figures(table: Table, t: int) -> Iterator[Spot]:
    for c in amounts(table):
        yield from ((t, r, c) for r, row in enumerate(table.rows) if row[c].text)


def _whole_rows(table: Table, t: int) -> Iterator[Spot]:
    """Rows of lists (the two sides of a 收支 table are not one), other than totals, that have amounts."""
    columns = amounts(table)
    if table.form in ("01-1", "02-1") or not columns or not columns[0]:
        return
    for r, row in enumerate(table.rows):
        if not _is_total(row) and any(row[c].text for c in columns):
            yield t, r, columns[0]


def _is_total(row: Row) -> bool:
    return any(is_total(cell.text) for cell in row[:3] if cell.text)


def _is_sum(book: Book, spot: Spot) -> bool:
    """Is the figure a total or a subtotal, by its row or by its column?"""
    t, r, c = spot
    table = book.tables[t]
    return _is_total(table.rows[r]) or table.columns[c].path[-1] in SUMS


def _shuffled(rng: random.Random, spots: Sequence[Spot]) -> Iterator[Spot]:
    """The spots in random order, small tables as often as large ones."""
    by_table: dict[int, list[Spot]] = {}
    for spot in spots:
        by_table.setdefault(spot[0], []).append(spot)
    for mine in by_table.values():
        rng.shuffle(mine)
    while by_table:
        t = rng.choice(list(by_table))
        yield by_table[t].pop()
        if not by_table[t]:
            del by_table[t]


def _misprinted(rng: random.Random, book: Book, spot: Spot, kind: str) -> Planted | None:
    t, r, c = spot
    table = book.tables[t]
    was = table.rows[r][c].text
    amount = money.parse(was, table.fen)
    now = _misprint(rng, amount, table.fen, kind) if amount and amount.fen else None
    if amount is None or now is None or now == was:
        return None
    return Planted(
        kind, _put(book, t, r, _with(table.rows[r], {c: now})), t, r, (c,), FIGURE, amount.fen, was, now
    )


def _misprint(rng: random.Random, amount: money.Amount, unit: int, kind: str) -> str | None:
    """The text that stands there instead, to the last place that the amount is printed to."""
    step = money.step(amount.decimals, unit) or 1
    now = MISPRINTS[kind](rng, abs(amount.fen) // step, unit // step)
    told = money.parse(now, unit // step) if now else None
    if told is None:
        return now
    return money.show(told.fen * step if amount.fen > 0 else -told.fen * step, unit, amount.decimals)


def _lost_row(rng: random.Random, book: Book, spot: Spot, kind: str) -> Planted | None:
    t, r, _ = spot
    return _row_slip(book, spot, kind, _put(book, t, r), "missing-row")


def _doubled_row(rng: random.Random, book: Book, spot: Spot, kind: str) -> Planted | None:
    t, r, _ = spot
    row = book.tables[t].rows[r]
    return _row_slip(book, spot, kind, _put(book, t, r, row, row), "extra-row")


def _shifted_row(rng: random.Random, book: Book, spot: Spot, kind: str) -> Planted | None:
    """A blank cell is lost in front of a row, or one too many stands there."""
    t, r, _ = spot
    texts = [cell.text for cell in book.tables[t].rows[r]]
    ways = [[*texts[1:], ""]] if not texts[0] else []
    ways += [["", *texts[:-1]]] if not texts[-1] else []
    if not ways:
        return None
    return _row_slip(book, spot, kind, _put(book, t, r, _row(rng.choice(ways))), "shifted-row")


def _shifted_amounts(rng: random.Random, book: Book, spot: Spot, kind: str) -> Planted | None:
    """The amounts of a row stand one column to the right or to the left."""
    t, r, _ = spot
    row, columns = book.tables[t].rows[r], amounts(book.tables[t])
    texts = [row[c].text for c in columns]
    ways = [
        way for way in ([*texts[1:], ""], ["", *texts[:-1]]) if sum(map(bool, way)) == sum(map(bool, texts))
    ]
    if not ways or sum(map(bool, texts)) < 2:
        return None
    moved = _with(row, dict(zip(columns, rng.choice(ways), strict=True)))
    return _row_slip(book, spot, kind, _put(book, t, r, moved), "shifted-row")


def _wrong_column(rng: random.Random, book: Book, spot: Spot, kind: str) -> Planted | None:
    """An amount that is no subtotal stands in another column of its row that is none."""
    t, r, _ = spot
    table = book.tables[t]
    row = table.rows[r]
    plain = [c for c in amounts(table) if table.columns[c].path[-1] not in SUMS]
    filled, empty = [c for c in plain if row[c].text], [c for c in plain if not row[c].text]
    if not filled or not empty:
        return None
    a, b = rng.choice(filled), rng.choice(empty)
    amount = money.parse(row[a].text, table.fen)
    if amount is None:
        return None
    changed = _put(book, t, r, _with(row, {a: "", b: row[a].text}))
    return Planted(
        kind, changed, t, r, (a, b), frozenset(("wrong-column",)), amount.fen, row[a].text, "moved"
    )


_Slip = Callable[[random.Random, Book, Spot, str], Planted | None]
_SLIPS: Mapping[str, _Slip] = {
    "lost-row": _lost_row,
    "doubled-row": _doubled_row,
    "shifted-row": _shifted_row,
    "shifted-amounts": _shifted_amounts,
    "wrong-column": _wrong_column,
}
KINDS = (*MISPRINTS, *_SLIPS)


def _row_slip(book: Book, spot: Spot, kind: str, changed: Book, cause: str) -> Planted:
    t, r, _ = spot
    table = book.tables[t]
    filled = {
        c: money.parse(table.rows[r][c].text, table.fen) for c in amounts(table) if table.rows[r][c].text
    }
    most = max(amount.fen for amount in filled.values() if amount)
    label = " ".join(cell.text for cell in table.rows[r] if cell.text)
    return Planted(kind, changed, t, r, tuple(filled), frozenset((cause,)), most, label)


def _put(book: Book, t: int, r: int, *rows: Row) -> Book:
    """The book with these rows in the place of one."""
    table = book.tables[t]
    changed = replace(table, rows=(*table.rows[:r], *rows, *table.rows[r + 1 :]))
    return replace(book, tables=(*book.tables[:t], changed, *book.tables[t + 1 :]))


def _with(row: Row, texts: Mapping[int, str]) -> Row:
    return tuple(cell._replace(text=texts.get(i, cell.text)) for i, cell in enumerate(row))


def _row(texts: Sequence[str]) -> Row:
    return tuple(Cell(text, Place()) for text in texts)
