"""What every printed figure counts: a Book's tables as panels of rows and columns with scopes.

A *panel* is a block of one table whose amount columns share the key columns to their left; the two
sides of 收支总表 are two panels. Figures are numbered through the book: `panel.figure(row, column)`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from gouji import lexicon, money
from gouji.book import Book, Cell, Row, Table
from gouji.forms import edition
from gouji.lexicon import normal
from gouji.meaning.carried import tell_carried, tell_left
from gouji.meaning.columns import column_roles, in_year, titled
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
from gouji.meaning.naming import Keys as KeyReader
from gouji.meaning.naming import is_plain, settled
from gouji.meaning.nesting import nest
from gouji.meaning.rows import is_total, key_nodes, label_nodes, line_roles, own_office, side_of
from gouji.scope import dimensions, everything

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
    "label_nodes",
    "side_of",
    "understand",
]

Block = tuple[list[int], list[Money]]
"""Key columns, and the amount columns that share them."""
MIXED = "unit.project"
NO_KEY = ("?", *lexicon.MEASURES)


def understand(book: Book) -> Sense:
    """Give every figure of a book its scope."""
    tables: list[TableSense] = []
    panels: list[Panel] = []
    amounts: list[int | None] = []
    places: list[tuple[int, ...]] = []
    unread: list[Unread] = []
    shortened: dict[int, int] = {}
    units = _units(book)
    known = units | {normal(book.unit)}
    for number, table in enumerate(book.tables):
        table_sense = _sense(table, number, book)
        mine = []
        for panel in _panels(table_sense, book, units, known):
            panel.first = len(amounts)
            places.append(_read_amounts(panel, amounts, unread, shortened))
            mine.append(panel)
        table_sense.panels = tuple(mine)
        panels += mine
        tables.append(table_sense)
    steps = [min(told, default=0) for told in places]
    sense = Sense(book, tuple(tables), tuple(panels), amounts, steps, tuple(unread), units, places, shortened)
    if edition(book.edition).by_meaning:
        tell_left(sense)
        tell_carried(sense)
    sense.live = live_values(sense)
    return sense


def _sense(table: Table, number: int, book: Book) -> TableSense:
    title = titled(table)
    roles, meanings = column_roles(table.columns, title)
    roles = settled(roles, table.rows)
    year = (title.scope.get("year") or (str(book.year or ""),))[0]
    dated = meanings if "year" in roles else in_year(table.columns, title, year)
    return TableSense(table, number, title._replace(scope=title.scope.without("year")), roles, dated)


def _panels(sense: TableSense, book: Book, units: frozenset[str], known: frozenset[str]) -> Iterator[Panel]:
    blocks = _blocks(sense)
    for at, (_, columns) in enumerate(blocks):
        if columns and sense.table.rows:
            yield _panel(sense, blocks, at, book, units, known)


def _blocks(sense: TableSense) -> list[Block]:
    """The table's blocks of (key columns, amount columns): a label column after amounts opens a new one.

    So does a key that the block has already (codes beside codes), and a column of words whose heading is not
    understood: its names are not those of the first labels.
    """
    meanings = sense.meanings
    blocks: list[Block] = [([], [])]
    for i, role in enumerate(sense.roles):
        keys, columns = blocks[-1]
        again = role == "label" or (role in sense.roles[:i] and any(sense.roles[k] == role for k in keys))
        if columns and (again or (role == "?" and _holds_words(sense.table, i))):
            blocks.append(([], []))
        if not role:
            blocks[-1][1].append(Money(i, meanings[i]))
        elif role not in NO_KEY:
            blocks[-1][0].append(i)
    return blocks


def _headings(nodes: list[Node], table: Table, columns: list[Money]) -> None:
    """A label without amounts above numbered ones of its own is a heading: it counts nothing."""
    for node, after in pairwise(nodes):
        here, below = lexicon.label(node.label).depth, lexicon.label(after.label).depth
        if here and below > here and not any(table.rows[node.index][c.at].text for c in columns):
            node.understood, node.of = False, True


def _holds_words(table: Table, at: int) -> bool:
    texts = [row[at].text for row in table.rows if row[at].text]
    return 2 * sum(not money.looks_like(text) for text in texts) > len(texts)


def _panel(
    sense: TableSense,
    blocks: Sequence[Block],
    at: int,
    book: Book,
    units: frozenset[str],
    known: frozenset[str],
) -> Panel:
    keys, columns = blocks[at]
    rows = _keys(sense, keys, book.year or 0, known)
    if len(blocks) > 1 and keys:
        rows = _merged(sense, blocks, at, rows)
    roles = {_role(sense.roles[i], None, known) for i in keys}
    itemised = _is_itemised(sense.table, book)
    if "label" in roles:
        subject = next((m.subject for i in keys if (m := sense.meanings[i]).subject), "function")
        nodes = label_nodes(rows, side_of(sense.title, columns, subject, book.year or 0))
        if edition(book.edition).by_meaning:
            _headings(nodes, sense.table, columns)
    elif not roles:
        alone = len(rows) == 1 and "?" not in sense.roles  # else what names the rows is not understood
        nodes = [Node(i, SINGLE, everything(), "", understood=alone) for i in range(len(rows))]
    else:
        told = {role for row in rows for role in row}
        roles |= told
        needed = line_roles(roles if itemised else told)
        nodes = key_nodes(rows, needed, units, normal(book.unit))
    nest(nodes)
    strange = tuple(c.path for c, r in zip(sense.table.columns, sense.roles, strict=True) if r == "?")
    money = tuple(columns)
    return Panel(sense.table, sense.number, sense.title, money, nodes, 0, strange, itemised, frozenset(roles))


def _merged(
    sense: TableSense, blocks: Sequence[Block], at: int, rows: list[dict[str, Cell]]
) -> list[dict[str, Cell]]:
    """A 合计 that is merged over two blocks names the row of the one that has its amount."""
    left, right = blocks[at - 1 : at], blocks[at + 1 : at + 2]
    told = []
    for row, cells in zip(rows, sense.table.rows, strict=True):
        if left and not row and (name := _shared(cells, left[0], blocks[at])):
            row = {sense.roles[blocks[at][0][0]]: name}
        elif right and row and _shared(cells, blocks[at], right[0]):
            row = {}
        told.append(row)
    return told


def _shared(cells: Row, left: Block, right: Block) -> Cell | None:
    """The 合计 that a block prints without an amount beside a block with an amount and no name."""
    name = next((cells[i] for i in left[0] if cells[i].text), None)
    if name is None or any(cells[i].text for i in right[0]) or not normal(name.text).endswith("合计"):
        return None
    amounts = [any(cells[c.at].text for c in columns) for _, columns in (left, right)]
    return name if amounts == [False, True] else None


def _keys(sense: TableSense, at: list[int], year: int, known: frozenset[str]) -> list[dict[str, Cell]]:
    """What the key cells of each row say, by role."""
    rows = sense.table.rows
    if is_plain(sense.roles, at, rows):
        roles = [(i, sense.roles[i]) for i in at]
        if MIXED in sense.roles:
            plain = [{_role(role, row[i], known): row[i] for i, role in roles if row[i].text} for row in rows]
        else:
            plain = [{role: row[i] for i, role in roles if row[i].text} for row in rows]
        return [keys or _total(sense, row) for keys, row in zip(plain, rows, strict=True)]
    basic = dimensions().values["kind", "基本支出"]
    by_class = sense.title.scope.closed & dimensions().fields["kind"] == basic
    reader = KeyReader(sense.roles, at, year, known, by_class)
    told = [reader.read(row) for row in rows]
    sense.keyed = tuple(told)
    return told


def _total(sense: TableSense, row: Row) -> dict[str, Cell]:
    """A row that names nothing may say 合计 in a column of text."""
    texts = (cell for cell, role in zip(row, sense.roles, strict=True) if role in NO_KEY)
    return next(({"total": cell} for cell in texts if is_total(cell.text)), {})


def _is_itemised(table: Table, book: Book) -> bool:
    """Does the official form print a row for each line?"""
    form = edition(book.edition).form(table.form) if table.form else None
    return form is not None and form.rows == "lines"


def _role(role: str, cell: Cell | None, units: frozenset[str]) -> str:
    """单位名称(项目) names a unit where the book knows a unit of that name, a project elsewhere."""
    if role != MIXED:
        return role
    return "unit" if cell and normal(cell.text) in units else "project"


def _read_amounts(
    panel: Panel, amounts: list[int | None], unread: list[Unread], shortened: dict[int, int]
) -> tuple[int, ...]:
    """Append the panel's amounts; returns 分 in one unit of the last place that each column prints."""
    decimals = dict.fromkeys([column.at for column in panel.columns], -1)
    mixed: set[int] = set()  # columns whose figures print unlike decimals
    fen = panel.table.fen
    indexes, blank = [column.at for column in panel.columns], [None] * len(panel.columns)
    for node in panel.nodes:
        cells = panel.table.rows[node.index]
        first = len(amounts)
        amounts += blank
        for figure, i in enumerate(indexes, first):
            text = cells[i].text
            if not text:
                continue
            try:
                amount = money.parse(text, fen)
            except money.NotAnAmount as problem:
                unread.append(Unread(panel.number, node.index, i, problem.reason))
                continue
            if amount is None:
                continue
            amounts[figure] = amount.fen
            if amount.decimals != decimals[i] and (amount.fen or amount.decimals):
                if decimals[i] >= 0:
                    mixed.add(i)
                decimals[i] = max(decimals[i], amount.decimals)
    most = max(0, *decimals.values())
    if mixed:
        shortened.update(_shortened(panel, {i: decimals[i] for i in mixed}))
    return tuple(money.step(most if told < 0 else told, fen) for told in decimals.values())


def _shortened(panel: Panel, decimals: Mapping[int, int]) -> Iterator[tuple[int, int]]:
    """Figures that fill a spreadsheet's general format: rounded at their own last place, not the column's."""
    fen = panel.table.fen
    for c, column in enumerate(panel.columns):
        for r in range(len(panel.nodes)) if column.at in decimals else ():
            text = panel.cell(r, c).text
            told = len(text.partition(".")[2])
            if told < decimals[column.at] and money.is_shortened(text):
                yield panel.figure(r, c), money.step(told, fen) - money.step(decimals[column.at], fen)


def _units(book: Book) -> frozenset[str]:
    """The units that the book's lines name; one unit needs no condition.

    A unit's own office, 局(本级), is called by the unit's name in other tables: it counts as another unit
    only where one table has rows for both.
    """
    found: set[str] = set()
    together: set[str] = set()
    for table in book.tables:
        roles, _ = column_roles(table.columns, lexicon.title(table.title.text))
        if "unit" in roles and "" in roles:
            at = roles.index("unit")
            names = {
                normal(row[at].text) for row in table.rows if row[at].text and not is_total(row[at].text)
            }
            together |= {name for name in names if own_office(name) != name and own_office(name) in names}
            found |= names
    return frozenset(
        name
        for name in found
        if name in together or (office := own_office(name)) == name or office not in found
    )
