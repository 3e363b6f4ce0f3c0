"""A Book to rows that can be aligned with another book's."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from gouji import lexicon
from gouji.book import Book, Table
from gouji.compare.model import FIGURE, LINE, Column, Key, Printed, Row, Side
from gouji.compare.texts import passages
from gouji.findings import Spot, spot_of
from gouji.forms import title_key
from gouji.lexicon import normal
from gouji.meaning import CODE, GROUP, Panel, Sense, understand
from gouji.meaning import LINE as BUDGET_LINE
from gouji.meaning.model import Money, Node, TableSense
from gouji.scope import Scope, dimensions

_YEAR = re.compile(r"20\d\d")
_LEAVES = (BUDGET_LINE, CODE, GROUP)
_NAMES = ("item", "area")
"""What the key cells of a row name without narrowing what it counts."""


def book_side(book: Book, by_form: bool = True) -> Side:
    """A book for comparing. `by_form`: tables are aligned by their forms; otherwise by their titles."""
    sense = understand(book)
    names = _names(book, by_form)
    tables: dict[str, Spot] = {}
    for number, (name, table) in enumerate(zip(names, book.tables, strict=True)):
        tables.setdefault(name, Spot(table.name, "", "", table.title.text, table.title.place, number))
    kinds = (BUDGET_LINE,) if _is_itemised(sense) else _LEAVES
    rows = [row for told in sense.tables for row in _table(sense, told, names[told.number], kinds)]
    texts = passages(sense, names)
    return Side(book.source, book.unit, book.year, book.fen, tables, tuple(rows), texts)


def _names(book: Book, by_form: bool) -> list[str]:
    """What tables are aligned by; where one form is printed for several units, the other units too."""
    names = [_name(table, by_form) for table in book.tables]
    counts = Counter(names)
    units = [
        _unit(table, book) if counts[name] > 1 else "" for name, table in zip(names, book.tables, strict=True)
    ]
    return [f"{name} {unit}".rstrip() for name, unit in zip(names, units, strict=True)]


def _unit(table: Table, book: Book) -> str:
    """The unit that a table is of, where that is not the book's own."""
    unit = normal(table.unit.text).rpartition(":")[2] if table.unit else ""
    return "" if unit == normal(book.unit) else unit


def _name(table: Table, by_form: bool) -> str:
    return table.form if by_form and table.form else title_key(table.title.text)


def _is_itemised(sense: Sense) -> bool:
    """Does the book print budget lines? Otherwise its lowest codes are the lines that it has."""
    lines = (node.scope for panel in sense.panels for node in panel.nodes if node.kind == BUDGET_LINE)
    return any(scope.get("function") and scope.get("economic") for scope in lines)


def _table(sense: Sense, told: TableSense, name: str, kinds: Sequence[str]) -> Iterator[Row]:
    year = sense.book.year or 0
    for side, panel in enumerate(told.panels):
        columns = _columns(panel, year)
        for r, node in enumerate(panel.nodes):
            keys = told.keys(node.index)
            named = {role: normal(keys[role].text) for role in _NAMES if role in keys}
            cells = {column: _printed(sense, panel.figure(r, c)) for c, column in enumerate(columns)}
            code = normal(keys["project.code"].text) if "project.code" in keys else ""
            leaf = node.kind in _LEAVES and not node.children and not node.of
            level = LINE if leaf and node.kind in kinds else FIGURE
            key, label, wide = _key(node, named, year), normal(node.label), panel.base.scope.closed
            yield Row(name, side, key, level, leaf, label, code, wide, cells)


def _printed(sense: Sense, figure: int) -> Printed:
    return Printed(sense.amounts[figure], sense.rounding[figure], spot_of(sense, figure))


def _columns(panel: Panel, year: int) -> list[Column]:
    """The columns of a panel; those that count the same are told apart by their order."""
    seen: Counter[Column] = Counter()
    told = []
    for money in panel.columns:
        column = _column(panel.table, money, year)
        seen[column] += 1
        told.append(column._replace(nth=seen[column]))
    return told


def _column(table: Table, money: Money, year: int) -> Column:
    if not money.meaning.understood:
        label = _YEAR.sub(lambda m: f"{int(m[0]) - year:+}", normal(table.columns[money.at].label))
        return Column(0, dimensions().all, (), label)
    ahead = ahead_of(money.scope, year)
    return Column(ahead, money.scope.closed, _opens(money.scope))


def ahead_of(scope: Scope, year: int) -> int:
    """How many years after the book's a condition is about."""
    told = scope.get("year")
    return int(told[0]) - year if told and told[0].isdecimal() and year else 0


def _opens(scope: Scope) -> Key:
    return tuple((name, "|".join(values)) for name, values in scope.opens if name != "year")


def _key(node: Node, named: dict[str, str], year: int) -> Key:
    if not node.understood:
        label = lexicon.label(node.label).text
        return tuple(sorted({"label": normal(label) or normal(node.label), **named}.items()))
    told = dict(_opens(node.scope)) | named
    if node.scope.closed != dimensions().all:
        told["closed"] = f"{node.scope.closed:x}"
    if ahead := ahead_of(node.scope, year):
        told["year"] = f"{ahead:+}"
    return tuple(sorted(told.items()))
