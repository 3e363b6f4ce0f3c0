"""Whether the tables of one fund count money carried over: most do not say, and places differ.

Where a book has money carried over, a table of a fund that mentions none may count this year's grant alone.
Its total tells: it is the fund's income of this year, or that and what was carried over. Where it is neither,
what the table counts is not certain. The total of a table of expenditure by source tells, too, whether it
goes on to what is left at the year's end (支出总计).
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


def tell_left(sense: Sense) -> None:
    """Widen a table of expenditure that lists money carried over and whose total is 支出总计 to that."""
    dims = dimensions()
    spent, all_ = dims.values["flow", "本年支出"], dims.values["flow", "支出总计"]
    printed = _outlay(sense, dims)
    ends = printed.get(all_, set()) - printed.get(spent, set())
    for panel in sense.panels if ends else ():
        if panel.base.scope.closed & dims.fields["flow"] == spent and _lists_carried(panel, dims):
            totals = set(_totals(sense, panel, dims))
            if totals and totals <= ends:
                loose = panel.base._replace(scope=panel.base.scope.without("flow"))
                panel.base = loose.and_(Meaning(condition("flow", "支出总计")))


def _outlay(sense: Sense, dims: Dimensions) -> dict[int, set[int]]:
    """flow -> the amounts that labels of 收支总表 print as all such expenditure."""
    flow = dims.fields["flow"]
    found: dict[int, set[int]] = {}
    for panel in sense.panels:
        if panel.is_income or not panel.labelled or len(panel.columns) > 1:
            continue
        for r, node in enumerate(panel.nodes):
            bits = panel.base.scope.closed & panel.columns[0].scope.closed & node.scope.closed
            if node.understood and not node.scope.opens and bits | flow == dims.all:
                found.setdefault(bits & flow, set()).add(sense.value(panel.figure(r, 0)))
    return found


def _lists_carried(panel: Panel, dims: Dimensions) -> bool:
    """Has it a column of money carried over, and no rows by what it is spent on?"""
    field, old = dims.fields["carried"], dims.values["carried", "结转"]
    by_use = any(node.scope.get("function") or node.scope.get("economic") for node in panel.nodes)
    return not by_use and any(column.scope.closed & field == old for column in panel.columns)


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
                named = any(dimension != "year" for dimension, _ in column.scope.opens)
                if column.meaning.understood and not named and not base.closed & ~column.scope.closed:
                    yield sense.value(panel.figure(r, c))
