"""Slips of single figures: misprinted, put into another cell, the same all along a row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial

from gouji import money
from gouji.explain.ground import MOST_AMOUNTS, Ground
from gouji.explain.misread import MISREAD, otherwise
from gouji.explain.misread import cost as misread_cost
from gouji.explain.rounded import fitted, looks, near
from gouji.explain.slips import COSTS, Slip, is_round
from gouji.meaning import GROUP, TOTAL, Panel

MOST_MOVES = 400
MISREAD_TOO = 0.3  # what one more figure of a row costs that is misread in the same way


def figures(ground: Ground, wanted: dict[int, list[int]]) -> Iterator[Slip]:
    """One wrong figure."""
    for figure, deltas in wanted.items():
        if not ground.hopeless(figure):
            for delta in deltas:
                yield from _wrong(ground, (figure,), delta)


def _wrong(ground: Ground, figures: tuple[int, ...], wanted: int) -> Iterator[Slip]:
    delta, off = fitted(ground, figures, wanted)
    effect = ground.effect([(f, delta) for f in figures])
    if not ground.helps(effect):
        return
    old = ground.sense.amounts[figures[0]]
    new = (old or 0) + delta
    panel, row, column = ground.sense.at(figures[0])
    how = looks(ground, figures[0], new)
    cost = COSTS[how] + off + (0.8 if len(figures) > 1 else 0.0)
    if len(figures) > 1 and is_round(old or 0):
        cost += 1.0
    node = panel.nodes[row]
    total = node.kind in (TOTAL, GROUP) or bool(node.children)
    if how == "other":
        cost -= 0.6 if total else 0.0
        if old == _neighbour(ground, panel, row, column):
            how, cost = "copy", COSTS["copy"]
    cost += _unusual(ground, panel, row, column, old, new) if len(figures) == 1 else 0.0
    cost += 2.5 if new < 0 <= (old or 0) else 0.0
    misread = _misread(ground, figures, how, new)
    if misread is not None:
        how, cost = MISREAD, min(cost, misread)
    kind = "unit-slip" if how == "unit" else "wrong-total" if total else "wrong-figure"
    changes = tuple((figure, new) for figure in figures)
    yield Slip(kind, changes, effect, cost, how, abs(delta))


def _misread(ground: Ground, figures: tuple[int, ...], how: str, new: int) -> float | None:
    """What it costs to take figures for misread, where they were recognised in a picture.

    Several of a row are misread alike only where another of them was read as what all should be.
    """
    costs = []
    for figure in figures:
        panel, row, column = ground.sense.at(figure)
        table = panel.table
        if not table.readings:
            return None
        costs.append(misread_cost(table.readings, panel.cell(row, column), how, new, table.fen))
    told = [cost for cost in costs if cost is not None]
    if len(told) < len(figures) or (len(figures) > 1 and not _beside(ground, figures[0], new)):
        return None
    return max(told) + MISREAD_TOO * (len(figures) - 1)


def _beside(ground: Ground, figure: int, amount: int) -> bool:
    """Does another figure of the row print this amount?"""
    panel, row, _ = ground.sense.at(figure)
    first = panel.figure(row, 0)
    return amount in ground.sense.amounts[first : first + len(panel.columns)]


def misreadings(ground: Ground, wanted: dict[int, list[int]]) -> Iterator[Slip]:
    """A figure that another reading takes for a different amount."""
    for figure, delta in otherwise(ground.sense, list(wanted)):
        if delta not in wanted[figure]:
            yield from _wrong(ground, (figure,), delta)


def _neighbour(ground: Ground, panel: Panel, row: int, column: int) -> int | None:
    return ground.sense.amounts[panel.figure(row - 1, column)] if row else None


def _unusual(ground: Ground, panel: Panel, row: int, column: int, old: int | None, new: int) -> float:
    """Figures of a row that differ only in year, or in 其中, are usually equal: to part them is odd."""
    product = _product(ground, panel, row)
    if product is not None:
        return 1.5 if old == product else -0.8 if new == product else 0.0
    peers = ground.peers(panel, column)
    values = [ground.sense.amounts[panel.figure(row, c)] for c in peers]
    if not peers or (old is None and not any(values)):
        return 0.0
    if new in values:
        return -0.5
    return 1.5 if old in values else 0.0


def _product(ground: Ground, panel: Panel, row: int) -> int | None:
    """数量 × 单价 of a row, where the table prints both."""
    at = ground.measures(panel)
    if at is None:
        return None
    cells = panel.table.rows[panel.nodes[row].index]
    count, price = cells[at[0]].text, cells[at[1]].text
    try:
        amount = money.parse(price, panel.table.fen)
    except money.NotAnAmount:
        return None
    return int(count) * amount.fen if amount and count.isdecimal() and len(count) < 12 else None


def equal_cells(
    ground: Ground, wanted: dict[int, list[int]], ways: frozenset[str] | None = None
) -> Iterator[Slip]:
    """The same wrong amount all along one row (合计 = 小计 = 本次下达); with `ways`, only such slips."""
    seen: set[int] = set()
    amounts = ground.sense.amounts
    for figure in wanted:
        amount = amounts[figure]
        if not amount or figure in seen:
            continue
        panel, row, _ = ground.sense.at(figure)
        first = panel.figure(row, 0)
        printed = amounts[first : first + len(panel.columns)]
        if printed.count(amount) > 1:
            same = tuple([f for f, other in enumerate(printed, first) if other == amount])
            seen.update(same)
            deltas = Counter(delta for f in same for delta in wanted.get(f, ()))
            for delta, _ in deltas.most_common(MOST_AMOUNTS):
                if ways is None or looks(ground, figure, amount + delta) in ways:
                    yield from _wrong(ground, same, delta)


def moves(ground: Ground, wanted: dict[int, list[int]]) -> Iterator[Slip]:
    """A figure printed in another cell of its row, or of its column one row off; or two cells exchanged."""
    amounts, asked = ground.sense.amounts, partial(near, ground, wanted)
    out = [f for f in wanted if amounts[f] and asked(f, -(amounts[f] or 0))]
    for figure in out[:MOST_MOVES]:
        panel, row, column = ground.sense.at(figure)
        value = amounts[figure] or 0
        for target in _reachable(panel, row, column):
            if not amounts[target] and asked(target, value):
                effect = ground.effect(((figure, -value), (target, value)))
                if ground.helps(effect):
                    cost = 1.3 if panel.nodes[row].children else 1.2
                    changes = (figure, None), (target, value)
                    yield Slip("wrong-column", changes, effect, cost, "moved", value)
    for figure in list(wanted)[: MOST_MOVES * 5]:
        if not amounts[figure]:
            continue
        panel, row, column = ground.sense.at(figure)
        a = amounts[figure] or 0
        for target in _after(panel, row, column):
            b = amounts[target]
            if b and a != b and asked(figure, b - a) and asked(target, a - b):
                effect = ground.effect(((figure, b - a), (target, a - b)))
                if ground.helps(effect):
                    yield Slip(
                        "wrong-column", ((figure, b), (target, a)), effect, 1.3, "exchanged", abs(a - b)
                    )


def _reachable(panel: Panel, row: int, column: int) -> Iterator[int]:
    yield from (panel.figure(row, c) for c in range(len(panel.columns)) if c != column)
    yield from (panel.figure(r, column) for r in (row - 1, row + 1) if 0 <= r < len(panel.nodes))


def _after(panel: Panel, row: int, column: int) -> list[int]:
    """Those that can be reached and come later."""
    first, width = panel.figure(row, 0), len(panel.columns)
    below = [first + width + column] if row + 1 < len(panel.nodes) else []
    return [*range(first + column + 1, first + width), *below]
