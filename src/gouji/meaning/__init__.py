"""What every printed figure counts: a Book's tables as panels of rows and columns with scopes.

A *panel* is a block of one table whose amount columns share the key columns to their left; the two
sides of 收支总表 are two panels. Figures are numbered through the book: `panel.figure(row, column)`.
"""

from __future__ import annotations

from collections.abc import Iterator

from gouji import lexicon, money
from gouji.book import Book, Cell, Table
from gouji.forms import edition
from gouji.lexicon import Meaning, normal
from gouji.meaning.columns import column_roles, in_year
from gouji.meaning.live import live_values
from gouji.meaning.model import (
    CODE,
    GROUP,
    LABEL,
    LINE,
    SINGLE,
    TOTAL,
    Keys,
    Money,
    Node,
    Panel,
    Sense,
    TableSense,
    Unread,
)
from gouji.meaning.nesting import nest
from gouji.meaning.rows import is_total, key_nodes, label_nodes, line_roles
from gouji.scope import everything

__all__ = [
    "CODE",
    "GROUP",
    "LABEL",
    "LINE",
    "SINGLE",
    "TOTAL",
    "Keys",
    "Money",
    "Node",
    "Panel",
    "Sense",
    "TableSense",
    "Unread",
    "column_roles",
    "is_total",
    "understand",
]


def understand(book: Book) -> Sense:
    """Give every figure of a book its scope."""
    tables: list[TableSense] = []
    panels: list[Panel] = []
    amounts: list[int | None] = []
    steps: list[int] = []
    unread: list[Unread] = []
    units = _units(book)
    known = units | {normal(book.unit)}
    for number, table in enumerate(book.tables):
        table_sense = _sense(table, number, book)
        mine = []
        for panel in _panels(table_sense, book, units, known):
            panel.first = len(amounts)
            steps.append(_read_amounts(panel, amounts, unread))
            mine.append(panel)
        table_sense.panels = tuple(mine)
        panels += mine
        tables.append(table_sense)
    sense = Sense(book, tuple(tables), tuple(panels), amounts, steps, tuple(unread), units)
    sense.live = live_values(sense)
    return sense


def _sense(table: Table, number: int, book: Book) -> TableSense:
    title = lexicon.title(table.title.text)
    roles, meanings = column_roles(table.columns, title)
    year = (title.scope.get("year") or (str(book.year or ""),))[0]
    dated = tuple(in_year(meaning, year) for meaning in meanings)
    return TableSense(table, number, title._replace(scope=title.scope.without("year")), roles, dated)


def _panels(sense: TableSense, book: Book, units: frozenset[str], known: frozenset[str]) -> Iterator[Panel]:
    for keys, columns in _blocks(sense.roles, sense.meanings):
        if columns and sense.table.rows:
            yield _panel(sense, keys, columns, book, units, known)


def _blocks(roles: tuple[str, ...], meanings: tuple[Meaning, ...]) -> list[tuple[list[int], list[Money]]]:
    """The table's blocks of (key columns, amount columns): a label column after amounts opens a new one."""
    blocks: list[tuple[list[int], list[Money]]] = [([], [])]
    for i, role in enumerate(roles):
        if role == "label" and blocks[-1][1]:
            blocks.append(([], []))
        if not role:
            blocks[-1][1].append(Money(i, meanings[i]))
        elif role not in ("?", "text", "count", "price"):
            blocks[-1][0].append(i)
    return blocks


def _panel(
    sense: TableSense,
    keys: list[int],
    columns: list[Money],
    book: Book,
    units: frozenset[str],
    known: frozenset[str],
) -> Panel:
    rows = [
        {_role(sense.roles[i], row[i], known): row[i] for i in keys if row[i].text}
        for row in sense.table.rows
    ]
    roles = {_role(sense.roles[i], None, known) for i in keys}
    itemised = _is_itemised(sense.table, book)
    if "label" in roles:
        nodes = label_nodes(rows, book.year or 0)
    elif not roles:
        alone = len(rows) == 1 and "?" not in sense.roles  # else what names the rows is not understood
        nodes = [Node(i, SINGLE, everything(), "", understood=alone) for i in range(len(rows))]
    else:
        needed = line_roles(roles if itemised else {role for row in rows for role in row})
        nodes = key_nodes(rows, needed, units, normal(book.unit))
    nest(nodes)
    return Panel(sense.table, sense.number, sense.title, tuple(columns), nodes, 0, itemised, frozenset(roles))


def _is_itemised(table: Table, book: Book) -> bool:
    """Does the official form print a row for each line?"""
    form = edition(book.edition).form(table.form) if table.form else None
    return form is not None and form.rows == "lines"


def _role(role: str, cell: Cell | None, units: frozenset[str]) -> str:
    """单位名称(项目) names a unit where the book knows a unit of that name, a project elsewhere."""
    if role != "unit.project":
        return role
    return "unit" if cell and normal(cell.text) in units else "project"


def _read_amounts(panel: Panel, amounts: list[int | None], unread: list[Unread]) -> int:
    """Append the panel's amounts; returns 分 in one unit of its last printed place."""
    decimals = 0
    fen = panel.table.fen
    indexes = [column.at for column in panel.columns]
    for node in panel.nodes:
        cells = panel.table.rows[node.index]
        for i in indexes:
            text = cells[i].text
            if not text:
                amounts.append(None)
                continue
            try:
                amount = money.parse(text, fen)
            except money.NotAnAmount as problem:
                unread.append(Unread(panel.number, node.index, i, problem.reason))
                amounts.append(None)
                continue
            amounts.append(None if amount is None else amount.fen)
            if amount is not None and amount.decimals > decimals:
                decimals = amount.decimals
    return money.step(decimals, fen)


def _units(book: Book) -> frozenset[str]:
    """The units that the book's lines name; one unit needs no condition."""
    found = set()
    for table in book.tables:
        roles, _ = column_roles(table.columns, lexicon.title(table.title.text))
        if "unit" in roles:
            at = roles.index("unit")
            found |= {
                normal(row[at].text) for row in table.rows if row[at].text and not is_total(row[at].text)
            }
    return frozenset(found)
