"""What every printed figure counts: a Book's tables as panels of rows and columns with scopes.

A *panel* is a block of one table whose amount columns share the key columns to their left; the two
sides of 收支总表 are two panels. Figures are numbered through the book: `panel.figure(row, column)`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import NamedTuple

from gouji import lexicon, money
from gouji.book import Book, Cell, Column, Table
from gouji.forms import edition
from gouji.lexicon import Meaning, normal
from gouji.scope import Scope, condition, dimensions, everything

WIDE = ("total", "group", "label")
TOTAL, GROUP, LINE, CODE, LABEL, SINGLE = "total", "group", "line", "code", "label", "single"

Keys = Mapping[str, Cell]
"""What the key cells of a row say, by role (unit, project, function.code, …); blank cells left out."""


class Money(NamedTuple):
    """An amount column: its position in the table and its conditions."""

    at: int
    meaning: Meaning

    @property
    def scope(self) -> Scope:
        return self.meaning.scope


@dataclass(slots=True)
class Node:
    """A body row of a panel: its conditions, and its place among the rows that contain it."""

    index: int  # row of the table
    kind: str
    scope: Scope
    label: str
    understood: bool = True
    of: bool = False
    expected: bool = False
    parent: int | None = None
    children: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Panel:
    """`base` are the conditions of the title (and of the side); `first` is the number of its first figure."""

    table: Table
    number: int  # of the table in the book
    base: Meaning
    columns: tuple[Money, ...]
    nodes: list[Node]
    first: int = 0
    itemised: bool = False  # the official form has a row for each line
    roles: frozenset[str] = frozenset()  # of its key columns
    kinds: frozenset[str] = frozenset()
    is_income: bool = False

    def __post_init__(self) -> None:
        self.kinds = frozenset(node.kind for node in self.nodes)
        dims = dimensions()
        scope = self.base.scope.meet(self.columns[0].scope)
        outlay = dims.fields["flow"] & ~dims.values["flow", "收入总计"]
        self.is_income = scope is not None and not scope.closed & outlay

    @property
    def has_lines(self) -> bool:
        return self.itemised or LINE in self.kinds

    @property
    def labelled(self) -> bool:
        return LABEL in self.kinds

    def figure(self, row: int, column: int) -> int:
        """The number of the figure at a node and an amount column (positions, not table indexes)."""
        return self.first + row * len(self.columns) + column

    def cell(self, row: int, column: int) -> Cell:
        return self.table.rows[self.nodes[row].index][self.columns[column].at]

    @property
    def size(self) -> int:
        return len(self.nodes) * len(self.columns)


@dataclass(slots=True)
class TableSense:
    """A table with the role of each column ("" for an amount, "?" for a heading not understood)."""

    table: Table
    number: int
    title: Meaning
    roles: tuple[str, ...]
    meanings: tuple[Meaning, ...]
    panels: tuple[Panel, ...] = ()

    def keys(self, row: int) -> Keys:
        cells = self.table.rows[row]
        return {
            role: cell
            for role, cell in zip(self.roles, cells, strict=False)
            if role and role != "?" and cell.text
        }

    def column(self, role: str) -> int | None:
        return self.roles.index(role) if role in self.roles else None


class Unread(NamedTuple):
    """A cell in an amount column that is no amount."""

    table: int
    row: int
    column: int
    reason: str


@dataclass
class Sense:
    """A book and what its figures count. `amounts[i]` is figure i in 分, None where blank."""

    book: Book
    tables: tuple[TableSense, ...]
    panels: tuple[Panel, ...]
    amounts: list[int | None]
    steps: list[int]  # per panel: 分 in one unit of the last printed place, 0 when exact
    unread: tuple[Unread, ...]
    units: frozenset[str]

    def table(self, form: str) -> TableSense | None:
        return next((t for t in self.tables if t.table.form == form), None)

    def forms(self, *names: str) -> Iterator[TableSense]:
        return (t for t in self.tables if t.table.form in names)

    @cached_property
    def live(self) -> int:
        return _live(self)

    def value(self, figure: int) -> int:
        return self.amounts[figure] or 0

    def at(self, figure: int) -> tuple[Panel, int, int]:
        """The panel, node and column positions of a figure."""
        panel = self.panels[self._panel_of[figure]]
        row, column = divmod(figure - panel.first, len(panel.columns))
        return panel, row, column

    @cached_property
    def _panel_of(self) -> list[int]:
        return [i for i, panel in enumerate(self.panels) for _ in range(panel.size)]


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
        sense = _sense(table, number, book)
        mine = []
        for panel in _panels(sense, book, units, known):
            panel.first = len(amounts)
            steps.append(_read_amounts(panel, amounts, unread))
            mine.append(panel)
        sense.panels = tuple(mine)
        panels += mine
        tables.append(sense)
    return Sense(book, tuple(tables), tuple(panels), amounts, steps, tuple(unread), units)


def _sense(table: Table, number: int, book: Book) -> TableSense:
    title = lexicon.title(table.title.text)
    roles, meanings = column_roles(table.columns, title)
    year = (title.scope.get("year") or (str(book.year or ""),))[0]
    dated = tuple(_in_year(meaning, year) for meaning in meanings)
    return TableSense(table, number, title._replace(scope=title.scope.without("year")), roles, dated)


@lru_cache(maxsize=20000)
def _in_year(meaning: Meaning, year: str) -> Meaning:
    """A column that names no year is of its table's year."""
    if meaning.scope.get("year") or not year:
        return meaning
    return meaning.and_(Meaning(condition("year", year)))


@lru_cache(maxsize=2000)
def column_roles(columns: tuple[Column, ...], title: Meaning) -> tuple[tuple[str, ...], tuple[Meaning, ...]]:
    """Each column's role and meaning. An amount has role "", a heading not understood "?"."""
    meanings, roles = [], []
    for column in columns:
        meaning = lexicon.heading(column.path)
        if not meaning.understood and lexicon.conditioned(title.scope, "level"):
            meaning = _area(column, meaning)
        role = meaning.key or meaning.measure
        if role.startswith("subject."):
            subject = meaning.subject or title.subject or "function"
            role = role.replace("subject", subject)
        if not meaning.understood:
            role = "?"
        meanings.append(meaning)
        roles.append(role)
    return tuple(roles), tuple(_contrast(meanings, roles))


def _area(column: Column, meaning: Meaning) -> Meaning:
    """In a table of transfers a last heading that no word explains is the area that gets the money."""
    above = lexicon.heading(column.path[:-1])
    if not above.understood or not column.path or not normal(column.path[-1]):
        return meaning
    return above.and_(Meaning(condition("area", normal(column.path[-1]))))


def _contrast(meanings: list[Meaning], roles: list[str]) -> list[Meaning]:
    """一般公共预算 beside 结转结余/一般公共预算 is this year's money only."""
    dims = dimensions()
    field_ = dims.fields["carried"]
    old, new = dims.values["carried", "结转"], dims.values["carried", "本年"]
    funds = dims.fields["fund"]
    carried = {
        m.scope.closed & funds
        for m, r in zip(meanings, roles, strict=True)
        if not r and m.scope.closed & field_ == old
    }
    told = []
    for meaning, role in zip(meanings, roles, strict=True):
        bits = meaning.scope.closed
        if not role and bits & field_ == field_ and bits & funds != funds and bits & funds in carried:
            meaning = meaning._replace(scope=Scope(bits & ~field_ | new, meaning.scope.opens))
        told.append(meaning)
    return told


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
        nodes = _label_nodes(rows, book.year or 0)
    elif not roles:
        nodes = [Node(i, SINGLE, everything(), "本行") for i in range(len(rows))]
    else:
        needed = _line_roles(roles if itemised else {role for row in rows for role in row})
        nodes = _key_nodes(rows, needed, units, normal(book.unit))
    _nest(nodes)
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


def _label_nodes(rows: list[dict[str, Cell]], year: int) -> list[Node]:
    """Rows named by numbered labels: each means its own label within those above it."""
    nodes: list[Node] = []
    above: list[tuple[int, Meaning]] = []
    for i, keys in enumerate(rows):
        if "label" not in keys:
            continue
        text, depth, _ = lexicon.label(keys["label"].text)
        meaning = lexicon.row(text, year)
        while above and above[-1][0] >= (depth or 1):
            above.pop()
        if depth:
            inherited = above[-1][1] if above else lexicon.nothing()
            above.append((depth, inherited.and_(meaning)))
            meaning = above[-1][1]
        total = meaning.understood and meaning.scope == everything()
        nodes.append(
            Node(
                i,
                TOTAL if total else LABEL,
                lexicon.imply(meaning.scope)[0],
                keys["label"].text,
                meaning.understood,
            )
        )
    return nodes


def _key_nodes(
    rows: list[dict[str, Cell]], needed: set[str], units: frozenset[str], department: str
) -> list[Node]:
    """Rows named by codes and names: totals, groups (名称 alone) and lines."""
    nodes: list[Node] = []
    unit: Cell | None = None
    for i, row in enumerate(rows):
        if any(is_total(cell.text) for cell in row.values()):
            nodes.append(Node(i, TOTAL, everything(), "合计"))
            continue
        if not row:
            continue
        if not needed or not needed <= row.keys():
            kind = CODE if "function.code" in row or "economic.code" in row or not needed else GROUP
        else:
            kind = LINE
        if kind == GROUP and "unit" in row:
            unit = row["unit"]
        elif unit is not None and "unit" not in row and kind == LINE:
            row = {**row, "unit": unit}
        scope = _row_scope(row, units)
        label = " ".join(cell.text for role, cell in row.items() if role in _LABELS)
        cut = kind == GROUP and ("project.code" in row or not row.keys() & {"unit", "project", "unit.code"})
        nodes.append(Node(i, kind, scope, label, understood=not cut))
    _unit_groups(nodes, rows, department)
    return nodes


_LABELS = ("unit", "project", "function.code", "function.name", "economic.code", "economic.name", "item")
_LINE_ROLES = ("function.code", "economic.code")


def _line_roles(told: set[str]) -> set[str]:
    """The roles that a row needs to be a budget line; empty where rows are codes or units."""
    both = {role for role in _LINE_ROLES if role in told}
    if len(both) == 2 or (both and "project" in told):
        return both
    if both:
        return set()
    return next(({role} for role in ("item", "project") if role in told), set())


def _row_scope(row: dict[str, Cell], units: frozenset[str]) -> Scope:
    scope = everything()
    for role, cell in row.items():
        found = _key_scope(role, cell.text, len(units) > 1)
        if found is not None:
            scope = scope.meet(found) or scope
    return scope


@lru_cache(maxsize=20000)
def _key_scope(role: str, text: str, many_units: bool) -> Scope | None:
    """The condition that one key cell puts on its row; None for a key that names without narrowing."""
    phrase = normal(text)
    if role in ("function.code", "economic.code"):
        dimension = role.split(".")[0]
        if phrase.isdigit():
            return condition(
                "gov_economic" if dimension == "economic" and phrase[0] == "5" else dimension, phrase
            )
        return None
    if role == "project":
        return condition("project", phrase)
    if role == "unit" and many_units:
        return condition("unit", phrase)
    if role == "unit.code":
        return condition("unit_code", phrase)
    if role == "class":
        return lexicon.project_class(text)
    return None


def _unit_groups(nodes: list[Node], rows: list[dict[str, Cell]], department: str) -> None:
    """The department's row: its name right above another unit's, or a code that begins other codes."""
    codes = [code[0] for node in nodes if (code := node.scope.get("unit_code"))]
    for node in nodes:
        mine = node.scope.get("unit_code")
        if mine and any(code != mine[0] and code.startswith(mine[0]) for code in codes):
            node.scope = node.scope.without("unit")
    for node, after in pairwise(nodes):
        here, below = rows[node.index].get("unit"), rows[after.index].get("unit")
        if (
            node.kind == GROUP
            and after.kind == GROUP
            and here
            and below
            and normal(here.text) == department != normal(below.text)
        ):
            node.scope = node.scope.without("unit")


def _nest(nodes: list[Node]) -> None:
    """Find for each row the smallest row that contains it."""
    holders: dict[tuple[str, str], list[int]] = {}
    totals = [i for i, node in enumerate(nodes) if node.kind in WIDE and not node.scope.opens]
    for i, node in enumerate(nodes):
        if node.kind != LINE:
            for dimension, values in node.scope.opens:
                holders.setdefault((dimension, values[0]), []).append(i)
    for i, node in enumerate(nodes):
        if not node.understood:
            continue
        around = [j for j in _around(node, holders, totals) if j != i and _contains(nodes, j, i)]
        if around:
            node.parent = min(around, key=lambda j: _rank(nodes, j, i))
    for i, node in enumerate(nodes):
        if node.parent is not None:
            nodes[node.parent].children.append(i)


def _around(node: Node, holders: dict[tuple[str, str], list[int]], totals: list[int]) -> set[int]:
    found = set(totals)
    for dimension, values in node.scope.opens:
        for value in values:
            prefixes = (
                [value[:k] for k in range(3, len(value) + 1)] if lexicon.is_code(dimension) else [value]
            )
            for prefix in prefixes:
                found.update(holders.get((dimension, prefix), ()))
    return found


def _contains(nodes: list[Node], outer: int, inner: int) -> bool:
    a, b = nodes[outer], nodes[inner]
    if not a.understood or a.kind == LINE or not b.scope.inside(a.scope):
        return False
    if a.scope != b.scope:
        return True
    order = (TOTAL, GROUP, CODE, LABEL, LINE)
    return b.kind != SINGLE and order.index(a.kind) < order.index(b.kind)


def _rank(nodes: list[Node], outer: int, inner: int) -> tuple[int, int, int]:
    """Smaller is nearer: more conditions, longer codes, then the nearest above."""
    scope = nodes[outer].scope
    narrow = sum(len(values[0]) if lexicon.is_code(d) else 10 for d, values in scope.opens)
    closed = -scope.closed.bit_count()
    distance = inner - outer if outer < inner else len(nodes) + outer - inner
    return (-narrow - (1 if nodes[outer].kind != TOTAL else 0), -closed, distance)


def is_total(text: str) -> bool:
    known = lexicon.words()["row"].get(normal(text))
    return known is not None and known.scope == everything()


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


def _live(sense: Sense) -> int:
    """The values of closed dimensions under which the book has money.

    A fund, carried-over money or a year-end balance is dead when the book's own statement of
    income (or of year-end balances) prints it blank or zero and no figure elsewhere contradicts.
    Kinds of expenditure beyond 基本 and 项目 live only where the book prints money under them.
    """
    dims = dimensions()
    filled: set[int] = set()
    blank: set[int] = set()
    for bits, has_money in _closed_figures(sense):
        (filled if has_money else blank).add(bits)
    shown = 0
    for bits in filled:
        for field_ in dims.fields.values():
            if (bits & field_).bit_count() == 1:
                shown |= bits & field_
    fund, flow = dims.fields["fund"], dims.fields["flow"]
    now, old_in, left = (dims.values["flow", name] for name in ("本年收入", "上年结转", "年终结转"))
    dead = 0
    for value in (old_in, left):
        if not shown & value and any(bits & flow == value and bits & fund == fund for bits in blank):
            dead |= value
    old = dims.values["carried", "结转"]
    if dead & old_in and not shown & old:
        dead |= old
    told = [_stated(blank, flow, value) & fund for value in (now, old_in)]
    dead |= told[0] & (fund if dead & old_in else told[1]) & ~_shown_funds(filled, fund, told[0])
    others = [
        dims.values["kind", name] for name in ("事业单位经营支出", "上缴上级支出", "对附属单位补助支出")
    ]
    dead |= sum(others) & ~shown
    return dims.all & ~dead


def _stated(blank: set[int], flow: int, value: int) -> int:
    """The conditions of the blank figures that state one flow of income."""
    income = dimensions().values["flow", "收入总计"]
    bits = 0
    for one in blank:
        if (
            one & flow & value
            and not one & flow & ~income
            and one & dimensions().fields["fund"] != dimensions().fields["fund"]
        ):
            bits |= one
    return bits


def _shown_funds(filled: set[int], fund: int, stated: int) -> int:
    """Funds with money: printed alone, or in a group all of which is stated to have none."""
    bits = 0
    for one in filled:
        mine = one & fund
        if mine.bit_count() == 1 or not mine & ~stated:
            bits |= mine
    return bits


def _closed_figures(sense: Sense) -> Iterator[tuple[int, bool]]:
    """Per column, and per labelled row: its closed conditions, and whether it has money."""
    for panel in sense.panels:
        width = len(panel.columns)
        base = panel.base.scope.closed
        values = sense.amounts[panel.first : panel.first + panel.size]
        labelled = any(node.kind == LABEL for node in panel.nodes)
        for c, column in enumerate(panel.columns):
            if not column.meaning.understood:
                continue
            bits = base & column.scope.closed
            if labelled:
                for r, node in enumerate(panel.nodes):
                    if node.understood:
                        yield bits & node.scope.closed, bool(values[r * width + c])
            else:
                yield bits, any(values[c::width])
