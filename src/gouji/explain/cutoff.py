"""A table that breaks off: the amounts of the rows that are gone, by what the other tables say of them."""

from __future__ import annotations

from collections.abc import Set

from gouji.explain.candidates import candidates
from gouji.explain.figures import equal_cells
from gouji.explain.ground import Ground, wanted_changes
from gouji.explain.slips import Explanation, Hole, Slip, is_round
from gouji.explain.within import ALONG, mended, row_slips
from gouji.identities import EQUAL, Rows
from gouji.scope import Scope, everything

DIGITS = frozenset({"digit", "swap", "lost-digit", "extra-digit"})


def cut_off(ground: Ground) -> tuple[list[Explanation], Ground]:
    """For each table that breaks off: figures wrong by a digit in what is left, then the rows that are gone.

    A gap that one digit in a printed row closes to the 分 is laid to that digit: rows lost at the end of a
    table make up such a gap only by chance. The lost rows stay as the second explanation.
    """
    found: list[Explanation] = []
    for number, panel in enumerate(ground.sense.panels):
        if not any(remark.code == "read.cut-off" for remark in panel.table.remarks):
            continue
        for ways in _in_rows(ground, number):
            found.append(Explanation(frozenset(mended(ground, ways[0])), tuple(ways)))
            ground = ground.after(ways[:1])
        for slips in _digits(ground, number):
            mine = _closed(ground, slips[0], ground.broken)
            gaps = {i: ground.residuals[i] for i in mine}
            found.append(Explanation(mine, (*slips, _gone(ground, number, gaps))))
            ground = ground.after([slips[0]])
        gone = _gaps(ground, number)
        if gone:
            slip = _gone(ground, number, gone)
            found.append(Explanation(frozenset(i for i in gone if gone[i] == ground.residuals[i]), (slip,)))
            ground = ground.after([slip])
    return found, ground


def _in_rows(ground: Ground, number: int) -> list[list[Slip]]:
    """Slips in rows of the panel that do not add up by themselves."""
    own = {
        i
        for i in ground.broken
        if ground.system.identities[i].code == ALONG
        and ground.sense.panel_of[ground.system.identities[i].figures[0]] == number
    }
    return row_slips(ground, own, candidates(ground)) if own else []


def _gaps(ground: Ground, number: int) -> dict[int, int]:
    """The broken identities in which rows of a panel fall short, and by how much.

    Where an identity sums rows of other panels too, the panel lacks no more of it than an identity of
    its own says.
    """
    own: dict[Scope | None, int] = {}
    gaps: dict[int, int] = {}
    shared: list[tuple[int, Rows]] = []
    for i, rows in ground.system.by_panel.get(number, ()):
        identity = ground.system.identities[i]
        if identity.relation != EQUAL:
            continue
        if len(identity.rows) > 1:
            if i in ground.broken:
                shared.append((i, rows))
        elif i in ground.broken and ground.residuals[i] > 0:
            gaps[i] = ground.residuals[i]
            own[_money(rows)] = max(ground.residuals[i], own.get(_money(rows), 0))
        elif rows.parent is None:
            own.setdefault(_money(rows), 0)
    for i, rows in shared:
        gap = _own_gap(own, _money(rows), ground.residuals[i])
        if gap > 0:
            gaps[i] = gap
    return gaps


def _own_gap(own: dict[Scope | None, int], money: Scope | None, residual: int) -> int:
    """What the panel lacks of some money, as its own identities tell; all of it where none does."""
    if money in own or money is None:
        return own.get(money, residual)
    inside = [(scope, gap) for scope, gap in own.items() if scope is not None and scope.inside(money)]
    finest = [gap for s, gap in inside if not any(o != s and o.inside(s) for o, _ in inside)]
    return sum(finest) if finest else residual


def _money(rows: Rows) -> Scope | None:
    """What rows count, whatever their panel's kind and part."""
    return rows.scope and Scope(everything().closed, rows.scope.opens)


def _closed(ground: Ground, slip: Slip, gaps: Set[int]) -> frozenset[int]:
    """The gaps that a slip closes to the 分."""
    residuals = ground.residuals
    return frozenset([i for i, delta in slip.effect if i in gaps and residuals[i] + delta == 0])


def _digits(ground: Ground, number: int) -> list[list[Slip]]:
    """Slips of a digit in a row of the panel, each list closing one and the same gap, likeliest first."""
    gaps = {i for i in _gaps(ground, number) if ground.system.identities[i].code == "sum.across"}
    by_gap: dict[frozenset[int], list[Slip]] = {}
    panel = ground.sense.panels[number]
    wanted = wanted_changes(ground.narrowed(gaps))
    here = {f: wanted[f] for f in range(panel.first, panel.first + panel.size) if f in wanted}
    for slip in equal_cells(ground, here, DIGITS):
        if not is_round(ground.sense.value(slip.changes[0][0])):
            closed = _closed(ground, slip, gaps)
            if closed and not ground.breaks(slip):
                by_gap.setdefault(closed, []).append(slip)
    return [sorted(slips, key=lambda slip: slip.cost) for slips in by_gap.values()]


def _gone(ground: Ground, number: int, gaps: dict[int, int]) -> Slip:
    """The rows after the break, with what each column of the table lacks."""
    columns: dict[int, int] = {}
    for i, gap in gaps.items():
        for rows in ground.system.identities[i].rows:
            if rows.panel == number and rows.parent is not None:
                columns[rows.columns[0]] = gap
    amount = max(columns.values(), default=max(gaps.values()))
    effect = tuple((i, -gap) for i, gap in sorted(gaps.items()))
    panel = ground.sense.panels[number]
    hole = Hole(number, None, panel.base.scope, None, tuple(sorted(columns.items())))
    return Slip("cut-off", (), effect, 2.5, "cut-off", amount, hole=hole)
