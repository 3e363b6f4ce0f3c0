"""Whether the tables of one fund count money carried over: most do not say, and places differ.

Where a book has money carried over, a table of a fund that mentions none may count this year's grant alone.
Its total tells: it is the fund's income of this year, or that and what was carried over. Where it is neither,
what the table counts is not certain.
"""

from __future__ import annotations

from collections.abc import Iterator

from gouji.lexicon import Meaning
from gouji.meaning.model import TOTAL, Panel, Sense
from gouji.scope import Dimensions, condition, dimensions


def tell_carried(sense: Sense) -> None:
    """Narrow the scope of the tables of a fund to this year's money where their totals say so."""
    dims = dimensions()
    income = _income(sense, dims)
    old = dims.values["flow", "上年结转"]
    if not any(amounts - {0} for (flow, _), amounts in income.items() if flow == old):
        return
    spent: dict[int, list[Panel]] = {}
    for panel in sense.panels:
        fund = panel.base.scope.closed & dims.fields["fund"]
        if not fund & ~dims.values["fund", "财政拨款"] and not _tells(panel, dims):
            spent.setdefault(fund, []).append(panel)
    for fund, panels in spent.items():
        totals = {amount for panel in panels for amount in _totals(sense, panel, dims)}
        now = income.get((dims.values["flow", "本年收入"], fund), set())
        carried = {a + b for a in now for b in income.get((old, fund), set())}
        if totals and totals <= now:
            more = Meaning(condition("carried", "本年"))
        elif totals and totals <= carried:
            continue
        else:
            more = Meaning(condition("stage", "部门预算", "上级补助"), expected=True)
        for panel in panels:
            panel.base = panel.base.and_(more)


def _income(sense: Sense, dims: Dimensions) -> dict[tuple[int, int], set[int]]:
    """(flow, fund) -> the amounts printed as such income, of all units and purposes."""
    flow, fund = dims.fields["flow"], dims.fields["fund"]
    found: dict[tuple[int, int], set[int]] = {}
    for panel in sense.panels:
        if not panel.is_income or not panel.base.understood:
            continue
        for r, node in enumerate(panel.nodes):
            if not node.understood or node.scope.opens:
                continue
            for c, column in enumerate(panel.columns):
                bits = panel.base.scope.closed & column.scope.closed & node.scope.closed
                if column.meaning.understood and bits | flow | fund == dims.all:
                    amount = sense.value(panel.figure(r, c))
                    found.setdefault((bits & flow, bits & fund), set()).add(amount)
    return found


def _tells(panel: Panel, dims: Dimensions) -> bool:
    """Does a table speak of money carried over?"""
    field, old = dims.fields["carried"], dims.values["flow", "上年结转"]
    flow = dims.fields["flow"]
    scopes = [panel.base.scope, *(c.scope for c in panel.columns), *(n.scope for n in panel.nodes)]
    return any(s.closed & field != field or s.closed & flow == old for s in scopes)


def _totals(sense: Sense, panel: Panel, dims: Dimensions) -> Iterator[int]:
    """What the table prints as all the money of its fund."""
    loose = dims.fields["fund"] | dims.fields["flow"]
    base = panel.base.scope
    if base.closed | loose != dims.all or base.opens or panel.is_income:
        return
    for r, node in enumerate(panel.nodes):
        if node.kind == TOTAL:
            for c, column in enumerate(panel.columns):
                if column.meaning.understood and not base.closed & ~column.scope.closed:
                    yield sense.value(panel.figure(r, c))
