"""A table that breaks off: the amounts of the rows that are gone, by what the other tables say of them."""

from __future__ import annotations

from gouji.explain.candidates import Ground, equal_cells, wanted_changes
from gouji.explain.slips import Explanation, Hole, Slip, is_round
from gouji.identities import EQUAL

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
        for slips in _digits(ground, number):
            mine = frozenset(
                i for i, _ in slips[0].effect if i in ground.broken and _closes(ground, slips[0], i)
            )
            found.append(Explanation(mine, (*slips, _gone(ground, number, set(mine)))))
            ground = ground.after([slips[0]])
        gone = _gaps(ground, number)
        if gone:
            slip = _gone(ground, number, gone)
            found.append(Explanation(frozenset(gone), (slip,)))
            ground = ground.after([slip])
    return found, ground


def _gaps(ground: Ground, number: int) -> set[int]:
    """The broken identities in which rows of a panel fall short."""
    return {
        i
        for i, rows in ground.system.by_panel.get(number, ())
        if i in ground.broken and ground.residuals[i] > 0 and ground.system.identities[i].relation == EQUAL
    }


def _closes(ground: Ground, slip: Slip, i: int) -> bool:
    return ground.residuals[i] + dict(slip.effect)[i] == 0


def _digits(ground: Ground, number: int) -> list[list[Slip]]:
    """Slips of a digit in a row of the panel, each list closing one and the same gap, likeliest first."""
    gaps = {i for i in _gaps(ground, number) if ground.system.identities[i].code == "sum.across"}
    by_gap: dict[frozenset[int], list[Slip]] = {}
    for slip in equal_cells(ground, wanted_changes(ground)):
        figure = slip.changes[0][0]
        panel = ground.sense.panels[number]
        here = panel.first <= figure < panel.first + panel.size
        if here and slip.how in DIGITS and not is_round(ground.sense.value(figure)):
            closed = frozenset(i for i, _ in slip.effect if i in gaps and _closes(ground, slip, i))
            if closed and not ground.breaks(slip):
                by_gap.setdefault(closed, []).append(slip)
    return [sorted(slips, key=lambda slip: slip.cost) for slips in by_gap.values()]


def _gone(ground: Ground, number: int, gone: set[int]) -> Slip:
    """The rows after the break, with what each column of the table lacks."""
    columns: dict[int, int] = {}
    for i in gone:
        for rows in ground.system.identities[i].rows:
            if rows.panel == number and rows.parent is not None:
                columns[rows.columns[0]] = ground.residuals[i]
    amount = max(columns.values(), default=max(ground.residuals[i] for i in gone))
    effect = tuple((i, -ground.residuals[i]) for i in sorted(gone))
    panel = ground.sense.panels[number]
    hole = Hole(number, None, panel.base.scope, None, tuple(sorted(columns.items())))
    return Slip("cut-off", (), effect, 2.5, "cut-off", amount, hole=hole)
