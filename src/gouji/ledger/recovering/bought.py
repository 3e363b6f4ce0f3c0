"""What lines buy and where they go, from the tables of procurement, services, assets and transfers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from gouji.ledger.filling import MARKS
from gouji.ledger.lines import Item, Line
from gouji.ledger.parts import Spending, Thing
from gouji.ledger.recovering.atoms import Atom, atoms, name_of, value
from gouji.ledger.recovering.draft import Draft
from gouji.ledger.recovering.lines import Entry, entries, pairs_of, unsupported
from gouji.lexicon import normal
from gouji.meaning import LINE, TableSense
from gouji.scope import Scope, dimensions

_LIKELY = {"asset": ("310", "309"), "procured": ("310", "309", "302"), "bought": ("302",)}
"""The economic codes under which each is usually bought."""
_KEYED = ("item", "project", "unit", "unit.project", "kind", "class", "")
Take = Callable[[Spending, int], None]


@dataclass(slots=True)
class Order:
    """What the rows of a table were laid on: they are in the order of the lines, one a unit and thing."""

    last: int = 0
    used: set[tuple[str, str, str]] = field(default_factory=set)

    def unlikely(self, spending: Spending, item: str, fen: int, mark: str) -> tuple[bool, ...]:
        """For sorting: the lines that are likelier to pay come first."""
        line = spending.line
        again = (line.unit, line.project, item) in self.used
        usual = line.economic.startswith(_LIKELY[mark])
        return again, not usual, line.entry < self.last, spending.rest != fen


def recover_purchases(draft: Draft) -> None:
    """Assets last: most of them stand in the table of procurement too, under one name."""
    tables = [t for t in draft.sense.tables if "item" in t.roles and any(LINE in p.kinds for p in t.panels)]
    for mark in MARKS:
        for table in tables:
            if _mark(table.title.scope) == mark:
                order = Order()
                for entry in entries(draft, table):
                    _purchase(draft, table, entry, mark, order)


def recover_areas(draft: Draft) -> None:
    for table in draft.sense.tables:
        areas = any(m.scope.get("area") for m, r in zip(table.meanings, table.roles, strict=True) if not r)
        for entry in entries(draft, table) if areas else ():
            _shares(draft, entry)


def _mark(title: Scope) -> str:
    return next((m for m in MARKS if title.closed & dimensions().fields[m] != dimensions().fields[m]), "")


def _purchase(draft: Draft, table: TableSense, entry: Entry, mark: str, order: Order) -> None:
    """Lay what a row buys on the lines that may pay."""
    item, told = entry.text("item"), _told(table, entry)
    pairs, marked = pairs_of(draft, entry)
    reserved = sum(fen for scope, fen in marked if value(scope, "reserved") == "面向中小企业预留")
    taken: list[tuple[str, str, str]] = []
    for atom in atoms(pairs, ("fund",)):
        if not entry.project and _known_too(draft, entry, atom.fen, item, mark, told):
            continue
        left = reserved

        def take(spending: Spending, fen: int) -> None:
            nonlocal left
            line = spending.line
            taken.append((line.unit, line.project, item))
            order.last = line.entry
            thing = spending.things.setdefault(item, Thing(0, told=dict(told)))
            thing.fen += fen
            thing.marks.add(mark)
            kept = min(left, fen)
            thing.reserved += kept
            left -= kept

        able = list(_able(draft, entry, atom))
        if draft.apart and not (entry.project and able):
            able = [_alone(draft, entry, atom)]
        able.sort(key=lambda s: order.unlikely(s, item, atom.fen, mark))
        if lost := _spread(draft, entry, atom.fen, able, take, item):
            _lost(draft, entry, atom, lost)
        reserved = left
    order.used.update(taken)


def _alone(draft: Draft, entry: Entry, atom: Atom) -> Spending:
    """A line for what is bought where no line tells what pays for it; another takes the same money out."""
    kind, project, live = entry.text("kind"), entry.project, draft.sense.live
    closed = atom.scope.closed
    line = Line(
        fen=atom.fen,
        year=draft.year,
        unit=entry.unit if len(draft.sense.units) < 2 or "unit" in entry.keys else "",
        flow="本年支出",
        fund="" if "fund" in atom.guessed else name_of("fund", closed, live),
        carried=name_of("carried", closed, live),
        kind=kind if ("kind", kind) in dimensions().values else "",
        project=project,
        release="本次下达",
        level="本级",
    )
    spending = Spending(line)
    draft.add(spending, entry.place)
    draft.add(Spending(replace(line, fen=-atom.fen, project="", offset=True)), entry.place)
    return spending


def _lost(draft: Draft, entry: Entry, atom: Atom, fen: int) -> None:
    """No line has room for what a row says was bought."""
    panel = entry.panel
    for at, column in enumerate(panel.columns):
        scope = panel.base.scope.meet(column.scope)
        printed = draft.sense.amounts[panel.figure(entry.node, at)]
        if printed and scope and atom.scope.inside(scope):
            draft.unsupported.append(unsupported(panel, entry.node, at, printed, printed - fen))


def _told(table: TableSense, entry: Entry) -> dict[str, str]:
    """What the row says of the thing beside its keys and amounts, by heading."""
    cells = table.table.rows[entry.panel.nodes[entry.node].index]
    return {
        normal(column.path[-1]): cell.text
        for column, role, cell in zip(table.table.columns, table.roles, cells, strict=True)
        if role not in _KEYED and cell.text and column.path
    }


def _able(draft: Draft, entry: Entry, atom: Atom) -> Iterator[Spending]:
    """The lines that may pay: of the project or the unit, of the fund and kind that the row tells."""
    project, kind = normal(entry.project), entry.text("kind")
    several = len(draft.sense.units) > 1 and "unit" in entry.keys
    for spending in draft.by_project.get(project, ()) if project else draft.spent:
        line = spending.line
        if "fund" not in atom.guessed and line.fund != atom.values["fund"]:
            continue
        if (kind and line.kind != kind) or line.stage != "部门预算":
            continue
        if several and line.unit != entry.unit:
            continue
        yield spending


def _known_too(draft: Draft, entry: Entry, fen: int, item: str, mark: str, told: dict[str, str]) -> bool:
    """Is the asset among what is procured, with the same name and amount?"""
    same = [
        thing
        for s in draft.spent
        for name, thing in s.things.items()
        if normal(name) == normal(item)
        and mark not in thing.marks
        and (len(draft.sense.units) < 2 or s.line.unit == entry.unit)
    ]
    exact = [thing for thing in same if thing.fen == fen][:1]
    chosen = exact or (same if sum(thing.fen for thing in same) == fen else [])
    for thing in chosen:
        thing.marks.add(mark)
        thing.told |= {key: text for key, text in told.items() if key not in thing.told}
    return bool(chosen)


def _shares(draft: Draft, entry: Entry) -> None:
    """What of a project goes to each area."""
    panel = entry.panel
    lines = draft.by_project.get(normal(entry.project), [])
    for at, column in enumerate(panel.columns):
        area = column.scope.get("area")
        fen = draft.sense.amounts[panel.figure(entry.node, at)]
        if not area or not fen:
            continue
        name = panel.table.columns[column.at].path[-1]

        def take(spending: Spending, part: int, name: str = name) -> None:
            spending.areas[name] = spending.areas.get(name, 0) + part

        able = sorted(lines, key=lambda s: s.rest != fen)
        if _spread(draft, entry, fen, able, take, name):
            draft.unsupported.append(unsupported(panel, entry.node, at, fen, 0))


def _spread(draft: Draft, entry: Entry, fen: int, able: Iterable[Spending], take: Take, name: str) -> int:
    """Lay an amount on the first line that has room for it, or on several; returns what found no room."""
    lines, left, used = list(able), fen, 0
    whole = next((s for s in lines if s.rest >= fen), None)
    for spending in [whole] if whole else lines:
        part = min(left, spending.rest)
        if part > 0:
            take(spending, part)
            left, used = left - part, used + 1
    choice = sum(s.rest >= 0 and not (whole and s.rest < 0) for s in lines) > 1
    if used and choice:
        code = "pays" if entry.project else "pays-any"
        draft.infer(code, entry.panel.table.name, entry.place, item=name, project=entry.project)
    return left


def recover_items(draft: Draft) -> None:
    """What is told of each thing, once its rows in all tables have been read."""
    for spending in draft.spent:
        for name, thing in spending.things.items():
            draft.items.append(Item(spending.line.project, name, thing.told))
