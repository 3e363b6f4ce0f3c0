"""Slips of whole rows: slid along, in another unit, printed twice, lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gouji import lexicon
from gouji.explain.ground import Ground, row_of
from gouji.explain.slips import WAN_SLIP, Hole, Slip
from gouji.identities import CROSS, EQUAL, is_broken, takes
from gouji.meaning import GROUP, LINE, SINGLE, TOTAL, Panel
from gouji.meaning.rows import is_change
from gouji.scope import Scope

ROUND = 100_00
"""分 in a hundred 元: budgets of projects and purchases are usually round to it."""


Trouble = Mapping[tuple[int, int], int]
"""(panel, row) -> how many broken identities its cells are in"""


def shifts(ground: Ground, trouble: Trouble) -> Iterator[Slip]:
    """Amounts that slid one or two columns along their row, which then no longer adds up."""
    sums = {row_of(ground, ground.system.identities[i].figures[0]) for i in _row_sums(ground)}
    for (number, row), times in trouble.items():
        panel = ground.sense.panels[number]
        first = panel.figure(row, 0)
        adds_up = any(ground.system.identities[i].code == "sum.row" for i, _ in ground.system.touching[first])
        if times > 1 and ((number, row) in sums or not adds_up):
            values = ground.sense.amounts[first : first + len(panel.columns)]
            if sum(v is not None for v in values) > 1:
                shifted = _shifted(ground, (number, row), first, values)
                yield from (slip for slip in shifted if ground.helps(slip.effect))


def _row_sums(ground: Ground) -> Iterator[int]:
    return (i for i in ground.broken if ground.system.identities[i].code == "sum.row")


def _shifted(ground: Ground, at: tuple[int, int], first: int, values: list[int | None]) -> Iterator[Slip]:
    width = len(values)
    for by in (1, 2):
        for start in range(width - by):
            if not any(values[start : start + by]) and _several(values[start + by :]):
                yield _shift(
                    ground, at, first, values, [*values[:start], *values[start + by :], *[None] * by]
                )
            if not any(values[width - by :]) and _several(values[start:]):
                yield _shift(
                    ground, at, first, values, [*values[:start], *[None] * by, *values[start : width - by]]
                )


def _several(values: list[int | None]) -> bool:
    """One amount in the wrong column is no shift."""
    return sum(bool(v) for v in values) > 1


def _shift(
    ground: Ground, at: tuple[int, int], first: int, old: list[int | None], new: list[int | None]
) -> Slip:
    changes = tuple(
        (first + k, b) for k, (a, b) in enumerate(zip(old, new, strict=True)) if (a or 0) != (b or 0)
    )
    effect = ground.effect([(figure, (b or 0) - (old[figure - first] or 0)) for figure, b in changes])
    return Slip("shifted-row", changes, effect, 1.0 + 0.01 * len(changes), "shifted", 0, row=at)


def scaled_rows(ground: Ground, trouble: Trouble) -> Iterator[Slip]:
    """All amounts of a row in 万元 where the table is in 元, or the other way round."""
    for (number, row), times in trouble.items():
        if times < 2:
            continue
        panel = ground.sense.panels[number]
        printed = _amounts(ground, panel, row)
        values = {f: amount for f, amount in enumerate(printed, panel.figure(row, 0)) if amount}
        if len(values) < 2:
            continue
        for scaled in (
            {f: v * WAN_SLIP for f, v in values.items()},
            {f: v // WAN_SLIP for f, v in values.items() if not v % WAN_SLIP},
        ):
            if len(scaled) == len(values) and all(ground.can_print(f, v) for f, v in scaled.items()):
                effect = ground.effect([(f, scaled[f] - v) for f, v in values.items()])
                if ground.helps(effect):
                    most = max(map(abs, values.values()))
                    yield Slip("unit-slip", (*scaled.items(),), effect, 1.0, "unit", most, row=(number, row))


def surplus_rows(ground: Ground, trouble: Trouble) -> Iterator[Slip]:
    """A row printed twice, or that should not be there."""
    for (number, row), times in trouble.items():
        panel = ground.sense.panels[number]
        if panel.nodes[row].kind in (TOTAL, SINGLE) or panel.nodes[row].children:
            continue
        printed = _amounts(ground, panel, row)
        values = [(f, a) for f, a in enumerate(printed, panel.figure(row, 0)) if a]
        if not values:
            continue
        twin = next((r for r in (row - 1, row + 1) if _same_row(ground, panel, row, r)), None)
        if times < 2 and twin is None:
            continue
        effect = _removal(ground, panel, values, row, twin)
        if not ground.helps(effect):
            continue
        cost, how = (2.6, "surplus") if twin is None else (0.8, "doubled")
        changes = tuple((f, None) for f, _ in values)
        yield Slip("extra-row", changes, effect, cost, how, values[0][1], row=(number, row))


def _removal(
    ground: Ground, panel: Panel, values: list[tuple[int, int]], row: int, twin: int | None
) -> tuple[tuple[int, int], ...]:
    """What taking a row away does: its own sums go with it; ties to a doubled row stay with its twin."""
    effect = dict(ground.effect((f, -v) for f, v in values))
    if twin is None:
        return tuple(effect.items())
    own = set(range(panel.figure(row, 0), panel.figure(row + 1, 0)))
    other = {
        i
        for f in range(panel.figure(twin, 0), panel.figure(twin + 1, 0))
        for i, _ in ground.system.touching[f]
    }
    for f in own:
        for i, _ in ground.system.touching[f]:
            identity = ground.system.identities[i]
            if identity.figures[0] in own and identity.code not in CROSS:
                effect[i] = -ground.residuals[i]
            elif i not in other:
                effect.pop(i, None)
    return tuple((i, d) for i, d in effect.items() if d)


def _amounts(ground: Ground, panel: Panel, row: int) -> list[int | None]:
    first = panel.figure(row, 0)
    return ground.sense.amounts[first : first + len(panel.columns)]


def _same_row(ground: Ground, panel: Panel, a: int, b: int) -> bool:
    if not 0 <= b < len(panel.nodes) or _amounts(ground, panel, a) != _amounts(ground, panel, b):
        return False
    one, other = (panel.table.rows[panel.nodes[k].index] for k in (a, b))
    return len(one) == len(other) and all(x.text == y.text for x, y in zip(one, other, strict=True))


def missing_rows(ground: Ground) -> Iterator[Slip]:
    """A row that the table has lost: what each column of its group lacks, with what the lost row counted."""
    gaps: dict[tuple[int, int], dict[int, int]] = {}
    scopes: dict[int, dict[Scope, int]] = {}
    for i in sorted(ground.broken):
        identity, gap = ground.system.identities[i], ground.residuals[i]
        for rows in identity.rows:
            if rows.parent is not None:
                gaps.setdefault((rows.panel, rows.parent), {})[rows.columns[0]] = gap
            elif rows.scope is not None and identity.relation == EQUAL:
                scopes.setdefault(rows.panel, {})[rows.scope] = gap
    for (number, parent), amounts in gaps.items():
        panel = ground.sense.panels[number]
        if _may_be_lost(panel, amounts) and _row_ties(ground, panel, amounts):
            for scope, like in _possible(panel, parent, scopes.get(number, {}), set(amounts.values())):
                hole = Hole(number, parent, scope, like, tuple(sorted(amounts.items())))
                yield from _missing(ground, hole)


def _may_be_lost(panel: Panel, amounts: dict[int, int]) -> bool:
    """Are a lost row's amounts such as rows have: more than zero, but for changes?"""
    return all(a > 0 or is_change(panel.columns[c].scope) for c, a in amounts.items())


def _row_ties(ground: Ground, panel: Panel, amounts: dict[int, int]) -> bool:
    """Would the lost row's own columns add up, and no 其中 exceed what it is a part of?"""
    first = panel.first
    for column in amounts:
        for i, _ in ground.system.touching[first + column]:
            identity = ground.system.identities[i]
            if identity.code in ("sum.row", "bound.part"):
                off = sum(s * amounts.get(f - first, 0) for f, s in identity.terms)
                if off and is_broken(identity, off):
                    return False
    return True


def _possible(
    panel: Panel, parent: int, scopes: dict[Scope, int], amounts: set[int]
) -> Iterator[tuple[Scope, int | None]]:
    """What a row lost under `parent` may have counted: as one of its fellows, or as other tables say.

    One table may tell its function and another its economic code: what all of those that lack just its
    amount say together comes last.
    """
    told = set()
    for child in panel.nodes[parent].children:
        node = panel.nodes[child]
        if node.scope not in told and node.understood and not node.children and node.kind != GROUP:
            told.add(node.scope)
            yield node.scope, child
    whole = panel.nodes[parent].scope
    together = whole
    for scope, gap in scopes.items():
        together = together.meet(scope) or together if gap in amounts else together
    for met in dict.fromkeys([*(whole.meet(scope) for scope in scopes), together]):
        if met is not None and met != whole and not any(_is(panel, fellow, met) for fellow in told):
            told.add(met)
            yield met, None
    if not told:
        yield panel.nodes[parent].scope, None


def _is(panel: Panel, fellow: Scope, scope: Scope) -> bool:
    whole = panel.base.scope.meet(fellow)
    return whole is not None and lexicon.imply(whole)[0].inside(scope)


def _missing(ground: Ground, hole: Hole) -> Iterator[Slip]:
    panel = ground.sense.panels[hole.panel]
    amounts = dict(hole.amounts)
    effect: dict[int, int] = {}
    for i, rows in ground.system.by_panel.get(hole.panel, ()):
        if takes(rows, panel, hole.parent, hole.scope):
            delta = sum(rows.sign * amounts.get(c, 0) for c in rows.columns)
            if delta:
                effect[i] = effect.get(i, 0) + delta
    if not ground.helps(effect.items()):
        return
    cost = 2.0 + _unlike(ground, panel, hole)
    if hole.like is not None and _equal_fellows(ground, panel, hole) > 1:
        cost = 0.9
    amount = max(amounts.values())
    yield Slip("missing-row", (), tuple(effect.items()), cost, "lost", amount, hole=hole)


def _unlike(ground: Ground, panel: Panel, hole: Hole) -> float:
    """A row with one of several years, or with odd amounts among round ones, is an unlikely one."""
    amounts = dict(hole.amounts)
    peers = {peer for c in amounts for peer in ground.peers(panel, c)}
    if any(_is_filled(ground, panel, hole, peer) for peer in peers - amounts.keys()):
        return 1.0
    column, amount = next(iter(amounts.items()))
    fellows = panel.nodes[hole.parent].children if hole.parent is not None else []
    others = [v for r in fellows if (v := ground.sense.amounts[panel.figure(r, column)])]
    return 0.6 if amount % ROUND and others and not any(v % ROUND for v in others) else 0.0


def _is_filled(ground: Ground, panel: Panel, hole: Hole, column: int) -> bool:
    """Do the rows beside the lost one show amounts in a column?"""
    fellows = panel.nodes[hole.parent].children if hole.parent is not None else []
    filled = [r for r in fellows if ground.sense.amounts[panel.figure(r, column)]]
    return len(filled) == len(fellows) > 0


def _equal_fellows(ground: Ground, panel: Panel, hole: Hole) -> int:
    """How many rows of the group show just the missing amounts."""
    nodes = panel.nodes[hole.parent].children if hole.parent is not None else []
    return sum(
        all(ground.sense.amounts[panel.figure(r, c)] == a for c, a in hole.amounts)
        for r in nodes
        if panel.nodes[r].kind == LINE and panel.nodes[r].scope == hole.scope
    )
