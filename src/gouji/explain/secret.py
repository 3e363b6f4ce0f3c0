"""Secret money that a table declares left out: can it alone account for all that the table lacks?"""

from __future__ import annotations

from gouji.explain.ground import Ground
from gouji.explain.highs import answer, solver
from gouji.explain.slips import Explanation, Hole, Slip
from gouji.explain.unprinted import Atom, Unprinted
from gouji.explain.withheld import own_totals
from gouji.identities import EQUAL
from gouji.meaning import Panel
from gouji.scope import everything

MOST_ATOMS = 300
SECONDS = 2.0


def settle(ground: Ground) -> tuple[list[Explanation], Ground]:
    """The tables whose every gap is money left out as they declare; other gaps are for slips to explain."""
    found: list[Explanation] = []
    for number, panel in enumerate(ground.sense.panels):
        if panel.table.withheld:
            slip = _settled(ground, number, panel)
            if slip is not None:
                mine = frozenset(i for i, _ in slip.effect)
                found.append(Explanation(mine, (slip,)))
                ground = ground.after([slip])
    return found, ground


def _settled(ground: Ground, number: int, panel: Panel) -> Slip | None:
    identities = ground.system.identities
    compared = [i for i in ground.system.crossing(number) if identities[i].relation == EQUAL]
    gaps = {i: ground.residuals[i] for i in compared if i in ground.broken}
    if not gaps or any(r <= 0 for r in gaps.values()):
        return None
    unprinted = Unprinted(ground.system, number)
    atoms = _atoms(unprinted, list(gaps))
    within = {i: unprinted.counted(identities[i], atoms) for i in gaps}
    slack = {i: identities[i].slack // 2 for i in gaps}
    if _too_much(within, gaps, slack):
        return None
    others = (i for i in compared if i not in gaps)
    shut = {k for i in others for k in unprinted.counted(identities[i], atoms)}
    open_ = {i: [k for k in within[i] if k not in shut] for i in gaps}
    amounts = _amounts(open_, gaps, slack, len(atoms))
    if amounts is None:
        return None
    total = sum(amounts.values())
    effect = {i: -gap for i, gap in gaps.items()} | own_totals(ground, total)
    used = [atoms[k] for k in amounts]
    scope = used[0].scope if len({a.scope for a in used}) == 1 else everything()
    hole = Hole(number, None, scope, None, tuple((atoms[k].column, amount) for k, amount in amounts.items()))
    return Slip("withheld", (), tuple(effect.items()), 0.7, "left-out", total, hole=hole)


def _atoms(unprinted: Unprinted, gaps: list[int]) -> list[Atom]:
    """All that the gaps, taken together, can tell apart."""
    scopes = {everything()}
    for i in gaps:
        asked = unprinted.asked(unprinted.system.identities[i])
        scopes |= {met for other in scopes if asked is not None and (met := asked.meet(other)) is not None}
        if len(scopes) > MOST_ATOMS:
            break
    return unprinted.atoms(sorted(scopes))


def _amounts(
    within: dict[int, list[int]], gaps: dict[int, int], slack: dict[int, int], count: int
) -> dict[int, int] | None:
    """Amounts of the atoms that make up every gap, up to rounding; None where there are none."""
    if any(not atoms for atoms in within.values()):
        return None
    common = set(range(count)).intersection(*within.values())
    surest = gaps[min(gaps, key=lambda i: (slack[i], i))]
    if common and all(abs(gap - surest) <= slack[i] for i, gap in gaps.items()):
        return {max(common): surest}
    solution = _solve(within, gaps, slack, count)
    for i, atoms in within.items():
        if abs(sum(solution.get(k, 0) for k in atoms) - gaps[i]) > slack[i]:
            return None
    return {k: amount for k, amount in solution.items() if amount}


def _too_much(within: dict[int, list[int]], gaps: dict[int, int], slack: dict[int, int]) -> bool:
    """Do gaps with no money in common come to more than a gap that counts all of it?"""
    sets = {i: frozenset(atoms) for i, atoms in within.items()}
    for i, whole in sets.items():
        taken: frozenset[int] = frozenset()
        total = 0
        for j, part in sorted(sets.items(), key=lambda item: len(item[1])):
            if j != i and part <= whole and part.isdisjoint(taken):
                taken, total = taken | part, total + gaps[j] - slack[j]
        if total > gaps[i] + slack[i]:
            return True
    return False


def _solve(
    within: dict[int, list[int]], gaps: dict[int, int], slack: dict[int, int], count: int
) -> dict[int, int]:
    made = solver(SECONDS)
    for k in range(count):
        made.addVar(0.0, float(max(gap + slack[i] for i, gap in gaps.items())))
        made.changeColCost(k, 1.0 + k / (10 * count))
    for i, atoms in within.items():
        low, high = float(gaps[i] - slack[i]), float(gaps[i] + slack[i])
        made.addRow(low, high, len(atoms), atoms, [1.0] * len(atoms))
    values = answer(made) or []
    return {k: round(value) for k, value in enumerate(values) if round(value) > 0}
