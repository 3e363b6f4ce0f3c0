"""Under which values of closed dimensions a book has money at all."""

from __future__ import annotations

from collections.abc import Iterator

from gouji.meaning.model import LABEL, Panel, Sense, has_money
from gouji.scope import dimensions

ONLY_SHOWN = (
    ("kind", "事业单位经营支出"),
    ("kind", "上缴上级支出"),
    ("kind", "对附属单位补助支出"),
    ("flow", "使用结余"),
    ("flow", "实户余额"),
    ("flow", "结余分配"),
)
"""Values that live only where the book prints money under them alone."""


def live_values(sense: Sense) -> int:
    """The values of closed dimensions under which the book has money.

    A fund, carried-over money or a year-end balance is dead when the book's own statement of
    income (or of year-end balances) prints it blank or zero and no figure elsewhere contradicts.
    Kinds of expenditure beyond 基本 and 项目 live only where the book prints money under them.
    """
    dims = dimensions()
    filled: set[int] = set()
    blank: set[int] = set()
    for bits, is_filled in _closed_figures(sense):
        (filled if is_filled else blank).add(bits)
    named = {bits & dims.fields["flow"] for bits in filled | blank}
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
    dead |= sum(dims.values[value] for value in ONLY_SHOWN) & ~shown
    dead |= _unmentioned(sense, named) & ~shown
    return dims.all & ~dead


def _unmentioned(sense: Sense, named: set[int]) -> int:
    """Funds and flows that the book's own statement of income, all of it understood, knows nothing of.

    `named` are the flows that some figure is of.
    """
    dims = dimensions()
    fund = dims.fields["fund"]
    statements = [p for p in sense.panels if p.labelled and p.is_income and _is_whole(p, sense)]
    if not statements:
        return 0
    told = 0
    for panel in statements:
        for node in panel.nodes:
            bits = node.scope.closed
            told |= bits & fund if bits & fund != fund else 0
    unknown = fund & ~told if told else 0
    for name in ("上年结转", "年终结转"):
        value = dims.values["flow", name]
        unknown |= 0 if value in named else value
    return unknown


def _is_whole(panel: Panel, sense: Sense) -> bool:
    """Is it about all funds, up to 收入总计, and is each of its rows understood?"""
    dims = dimensions()
    fund, income = dims.fields["fund"], dims.values["flow", "收入总计"]
    scope = panel.base.scope.meet(panel.columns[0].scope)
    if not panel.base.understood or scope is None or scope.closed & fund != fund:
        return False
    if not any(node.understood and node.scope.closed & dims.fields["flow"] == income for node in panel.nodes):
        return False
    return all(
        node.understood or node.of or not has_money(sense, panel, r) for r, node in enumerate(panel.nodes)
    )


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
