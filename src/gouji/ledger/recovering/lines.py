"""Budget lines from the tables that print a row for each: their keys, sources of funds, projects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from gouji.book import Cell, Place
from gouji.ledger.lines import Line, scope_of
from gouji.ledger.parts import Spending, kind_of
from gouji.ledger.recovering.atoms import Atom, Pair, atoms, value, without_marks
from gouji.ledger.recovering.draft import OTHERWISE, PURCHASE, Draft, Unsupported
from gouji.lexicon import normal
from gouji.meaning import GROUP, LINE, Keys, Panel, TableSense
from gouji.scope import Scope

_ASKED = ("fund", "carried", "release")
_MARKS = ("moved", "reserved", "procured", "bought", "asset")


class Project(NamedTuple):
    """What the mid-term plan and the tables of transfers say of a project."""

    category: str = ""
    level: str = ""


class Entry(NamedTuple):
    """A row for a line, or for a thing bought: what its cells say, and the unit or project above it."""

    panel: Panel
    node: int
    keys: Keys
    unit: str
    project: str

    @property
    def place(self) -> Place:
        cells = self.panel.table.rows[self.panel.nodes[self.node].index]
        return next((cell.place for cell in cells if cell.text), cells[0].place)

    def text(self, role: str) -> str:
        cell = self.keys.get(role)
        return cell.text if cell else ""


def entries(draft: Draft, table: TableSense) -> Iterator[Entry]:
    """The rows of a table that stand for lines, with the unit and the project that they are under."""
    for panel in table.panels:
        unit = project = ""
        for at, node in enumerate(panel.nodes):
            keys = table.keys(node.index)
            own, named = _unit(draft, keys), _project(draft, keys)
            if node.kind == GROUP:
                unit, project = own or unit, named
            elif node.kind == LINE and node.understood:
                yield Entry(panel, at, keys, own or unit or draft.unit, named or project)


def is_lines(table: TableSense) -> bool:
    """Does a table print a row for each budget line?"""
    codes = {"function.code", "economic.code"} <= set(table.roles) and "item" not in table.roles
    return codes and any(LINE in panel.kinds for panel in table.panels)


def recover_lines(draft: Draft) -> None:
    told = _projects(draft)
    for table in draft.sense.tables:
        if is_lines(table):
            for entry in entries(draft, table):
                _line(draft, entry, told)


def _projects(draft: Draft) -> Mapping[str, Project]:
    """What is known of projects beyond their lines, by name."""
    known: dict[str, Project] = {}
    for table in draft.sense.tables:
        passed_on = value(table.title.scope, "level")
        by_name = "unit.project" in table.roles or "level" in table.roles
        if not by_name:
            continue
        for row in range(len(table.table.rows)):
            keys = table.keys(row)
            name = normal(_project(draft, keys))
            level = keys["level"].text if "level" in keys else passed_on
            old = known.get(name, Project())
            category = keys["class"].text if "class" in keys and "level" in keys else old.category
            if name:
                known[name] = Project(category, "对下" if "对下" in (level, old.level) else old.level)
    return known


def _line(draft: Draft, entry: Entry, told: Mapping[str, Project]) -> None:
    """The lines of one printed row: one for each source of funds and way of release."""
    pairs, marked = pairs_of(draft, entry)
    found = atoms(pairs, _ASKED)
    project = told.get(normal(entry.project), Project())
    draft.rows += 1
    made = []
    for atom in found:
        spending = Spending(_told(draft, entry, atom, project))
        made.append(spending)
        draft.add(spending, entry.place)
        for name in atom.guessed:
            draft.infer(name, entry.panel.table.name, entry.place, value=atom.values[name])
    for scope, fen in marked:
        _move(made, scope, fen)
    _tell(draft, entry, found, pairs)


def pairs_of(draft: Draft, entry: Entry) -> tuple[list[Pair], list[tuple[Scope, int]]]:
    """The amounts of a row with what their columns count; those of one mark apart (其中转隶人员)."""
    panel, plain, marked = entry.panel, [], []
    for at, column in enumerate(panel.columns):
        scope = panel.base.scope.meet(column.scope)
        fen = draft.sense.amounts[panel.figure(entry.node, at)]
        if scope is None or not column.meaning.understood or not _this_year(scope, draft.year):
            continue
        own = [mark for mark in _MARKS if not without_marks(panel.base.scope, (mark,))]
        if without_marks(scope, [mark for mark in _MARKS if mark not in own]):
            plain.append((scope, fen))
        elif fen:
            marked.append((scope, fen))
    return plain, marked


def _this_year(scope: Scope, year: int) -> bool:
    return (scope.get("year") or (str(year),)) == (str(year),)


def _told(draft: Draft, entry: Entry, atom: Atom, project: Project) -> Line:
    economic, base = entry.text("economic.code"), entry.panel.base.scope
    category = project.category or entry.text("class")
    kind = value(base, "kind") or kind_of(category)
    part = "人员经费" if economic.startswith(("301", "303")) else "公用经费"
    return Line(
        fen=atom.fen,
        year=draft.year,
        unit=entry.unit,
        flow="本年支出",
        fund=atom.values["fund"],
        carried=atom.values["carried"],
        release=atom.values["release"],
        kind=kind,
        part=part if kind == "基本支出" else "",
        function=entry.text("function.code"),
        economic=economic,
        project=entry.project,
        code=entry.text("project.code"),
        category=category,
        level=project.level or "本级",
        stage=value(base, "stage") or "部门预算",
        entry=draft.rows,
    )


def _move(made: list[Spending], scope: Scope, fen: int) -> None:
    """Mark what of a row is for staff taken over from elsewhere."""
    plain = scope.without(*_MARKS)
    for spending in made:
        if fen and scope_of(spending.line).without(*_MARKS).inside(plain.without("year")):
            part = min(fen, spending.rest)
            spending.moved += part
            fen -= part


def _tell(draft: Draft, entry: Entry, found: list[Atom], pairs: list[Pair]) -> None:
    """The amounts of the row that its lines do not add up to."""
    panel = entry.panel
    for at, column in enumerate(panel.columns):
        scope = panel.base.scope.meet(column.scope)
        fen = draft.sense.amounts[panel.figure(entry.node, at)]
        if fen is None or scope is None or all(scope != one for one, _ in pairs):
            continue
        made = sum(atom.fen for atom in found if atom.scope.inside(scope))
        if made != fen:
            draft.unsupported.append(unsupported(panel, entry.node, at, fen, made, OTHERWISE))


def unsupported(
    panel: Panel, node: int, column: int, printed: int, lines: int, cause: str = PURCHASE
) -> Unsupported:
    cell: Cell = panel.cell(node, column)
    label = panel.table.columns[panel.columns[column].at].label
    table = panel.table
    return Unsupported(
        table.name, panel.nodes[node].label, label, cell.place, printed, lines, table.fen, cause
    )


def _unit(draft: Draft, keys: Keys) -> str:
    """The unit that a row names."""
    told = keys.get("unit") or keys.get("unit.project")
    if told is None or not _is_unit(draft, told.text):
        return ""
    return draft.unit if normal(told.text) == normal(draft.unit) else told.text


def _project(draft: Draft, keys: Keys) -> str:
    told = keys.get("project") or keys.get("unit.project")
    return told.text if told and not _is_unit(draft, told.text) else ""


def _is_unit(draft: Draft, text: str) -> bool:
    return normal(text) in draft.sense.units or normal(text) == normal(draft.unit)
