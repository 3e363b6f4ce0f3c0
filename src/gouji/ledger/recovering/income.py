"""Income, money carried over and balances, from the tables that tell them by unit or for the department."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from gouji.book import Cell
from gouji.ledger.lines import Line, Unit, scope_of
from gouji.ledger.recovering.atoms import CHOICES, Atom, Pair, atoms
from gouji.ledger.recovering.draft import Draft
from gouji.lexicon import normal
from gouji.meaning import CODE, Panel, TableSense
from gouji.scope import Scope, condition, dimensions, volume

DIGITS = 3
"""Of a department's code; its units' codes begin with it."""
_ASKED = ("flow", "fund")


def recover_units(draft: Draft) -> None:
    """The units and their codes, and the department's: the one that begins the others."""
    told: dict[str, str] = {}
    first: Cell | None = None
    for table in draft.sense.tables:
        for row in range(len(table.table.rows)) if "unit.code" in table.roles else ():
            keys = table.keys(row)
            if "unit.code" in keys and "unit" in keys:
                told.setdefault(normal(keys["unit.code"].text), keys["unit"].text)
                first = first or keys["unit.code"]
    heads = [code for code in told if any(other != code and other.startswith(code) for other in told)]
    common = {code[:DIGITS] for code in told}
    if heads:
        draft.code = min(heads, key=len)
    elif first and len(common) == 1 and common.isdisjoint(told):
        (draft.code,) = common
        draft.infer("department-code", "", first.place, value=draft.code)
    draft.units = [Unit(code, name) for code, name in told.items() if code not in heads]


def recover_income(draft: Draft) -> None:
    if not any(True for _ in _panels(draft)):
        _as_spent(draft)
        return
    by_unit = [(table, panel) for table, panel in _panels(draft) if _has_units(table)]
    for table, panel in by_unit:  # the first that tells all of it: others tell the same money again
        if not draft.income:
            _of_units(draft, table, panel)
    if not draft.income:
        panels = [panel for _, panel in _panels(draft) if panel.labelled]
        _add(draft, atoms(_whole(_labelled(draft, panels)), _ASKED), draft.unit, panels)
        if len(draft.sense.units) > 1 and draft.income:
            draft.infer("income-unit", panels[0].table.name, panels[0].table.title.place, unit=draft.unit)
    _balances(draft)


def _as_spent(draft: Draft) -> None:
    """Where only tables of expenditure are there: as much of each source as is spent of it."""
    spent: Counter[tuple[str, str, str]] = Counter()
    for line in (one.line for one in draft.spent if one.line.stage == "部门预算"):
        spent[line.unit, line.fund, line.carried] += line.fen
    for (unit, fund, carried), fen in spent.items():
        flow = "上年结转" if carried == "结转" else "本年收入"
        draft.income.append(Line(fen, draft.year, unit, flow, fund, carried))
    listing = next((t for t in draft.sense.tables if any(panel.has_lines for panel in t.panels)), None)
    if spent and listing:
        draft.infer("income-spent", listing.table.name, listing.table.title.place)


def _panels(draft: Draft) -> Iterator[tuple[TableSense, Panel]]:
    """The panels of this year's income, the one before being told in others."""
    for table in draft.sense.tables:
        for panel in table.panels:
            if panel.is_income and panel.base.understood:
                yield table, panel


def _has_units(table: TableSense) -> bool:
    named = "unit" in table.roles or "unit.code" in table.roles
    return named and "function.code" not in table.roles


def _of_units(draft: Draft, table: TableSense, panel: Panel) -> None:
    codes = {unit.code: unit.name for unit in draft.units}
    for at, node in enumerate(panel.nodes):
        keys = table.keys(node.index)
        code = normal(keys["unit.code"].text) if "unit.code" in keys else ""
        name = codes.get(code) or (keys["unit"].text if "unit" in keys and not code else "")
        if node.kind == CODE and name:
            _add(draft, atoms(_whole(_row(draft, panel, at)), _ASKED), name, [panel])


def _row(draft: Draft, panel: Panel, node: int) -> Iterator[Pair]:
    for at, column in enumerate(panel.columns):
        scope = panel.base.scope.meet(column.scope)
        if scope and column.meaning.understood:
            yield scope, draft.sense.amounts[panel.figure(node, at)]


def _labelled(draft: Draft, panels: Iterable[Panel]) -> Iterator[Pair]:
    for panel in panels:
        for at, node in enumerate(panel.nodes):
            for c, column in enumerate(panel.columns):
                scope = panel.base.scope.meet(column.scope)
                scope = scope.meet(node.scope) if scope else None
                if scope and node.understood and (scope.get("year") or ("",))[0] in ("", str(draft.year)):
                    yield scope, draft.sense.amounts[panel.figure(at, c)]


def _whole(pairs: Iterable[Pair]) -> list[Pair]:
    """The amounts without those that name a part of another: 其中 something that is no source of funds."""
    told = list(pairs)
    wide = {scope.closed for scope, _ in told if scope.get("item") is None}
    return [(scope, fen) for scope, fen in told if scope.get("item") is None or scope.closed not in wide]


def _add(draft: Draft, found: Iterable[Atom], unit: str, panels: list[Panel]) -> None:
    for atom in found:
        flow, fund = atom.values["flow"], atom.values["fund"]
        carried = "结转" if flow == "上年结转" else "本年"
        draft.income.append(Line(atom.fen, draft.year, unit, flow, fund, carried))
        if "fund" in atom.guessed:
            table = panels[0].table
            draft.infer("income-fund", table.name, table.title.place, flow=flow, value=fund, unit=unit)


def _balances(draft: Draft) -> None:
    """What is left at the year's end, told for all units: laid where more came in than goes out."""
    left = _surplus(draft)
    seen: list[Scope] = []
    for scope, fen, panel in sorted(_ends(draft), key=lambda told: volume(told[0].closed, dimensions().all)):
        done = sum(line.fen for line in draft.income if scope_of(line).inside(scope))
        narrower = [one for one in seen if not scope.inside(one)]
        funds = [f for f in CHOICES["fund"] if _can_be(f, scope, narrower)]
        if fen and fen > done and funds and scope not in seen:
            for (unit, fund), own in _shared(draft, left, funds, fen - done):
                left[unit, fund] -= own
                draft.income.append(Line(own, draft.year, unit, "年终结转", fund))
                draft.infer("balance", panel.table.name, panel.table.title.place, unit=unit, value=fund)
        seen.append(scope)


def _ends(draft: Draft) -> Iterator[tuple[Scope, int | None, Panel]]:
    """What the lists of expenditure tell of the year's end."""
    flow, end = dimensions().fields["flow"], dimensions().values["flow", "年终结转"]
    for table in draft.sense.tables:
        for panel in table.panels:
            for scope, fen in _labelled(draft, [panel]) if panel.labelled else ():
                if scope.closed & flow == end:
                    yield scope, fen, panel


def _can_be(fund: str, scope: Scope, others: list[Scope]) -> bool:
    """Is the fund in a scope, and in none of the others?"""
    own = scope.meet(condition("fund", fund))
    return own is not None and all(own.disjoint(other) for other in others)


def _shared(
    draft: Draft, left: Counter[tuple[str, str]], funds: list[str], fen: int
) -> list[tuple[tuple[str, str], int]]:
    """The units and funds that have just this amount left; otherwise the department and the first fund."""
    having = [(key, own) for key, own in left.items() if own > 0 and key[1] in funds]
    return having if sum(own for _, own in having) == fen else [((draft.unit, funds[0]), fen)]


def _surplus(draft: Draft) -> Counter[tuple[str, str]]:
    """By unit and source of funds: what came in above what is spent."""
    found: Counter[tuple[str, str]] = Counter()
    for line in draft.income:
        found[line.unit, line.fund] += line.fen
    for spending in draft.spent:
        if spending.line.stage == "部门预算":
            found[spending.line.unit, spending.line.fund] -= spending.line.fen
    return found
