"""The least and likeliest set of slips that mends everything: one where one will do, else a programme."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from gouji.explain.candidates import candidates
from gouji.explain.ground import Ground
from gouji.explain.highs import answer, integer, solver
from gouji.explain.slips import Slip
from gouji.explain.within import MOST_WAYS, row_slips
from gouji.identities import AT_MOST, CROSS, is_broken

ONE_SLIP = 10.0  # what a further slip costs; how likely each one is only decides between equals
GIVEN_UP = 60.0
GIVEN_UP_SECRET = 4.0
LEFT_OVER = 8.0  # how far off an identity that is given up may stay, in units of the largest residual
MOST_COLUMNS = 300
MOST_SLIPS = 400
MOST_FIRST = 20
SECONDS = 2.0


def components(ground: Ground, slips: Sequence[Slip]) -> list[tuple[set[int], list[Slip]]]:
    """Broken identities that some slip ties together, each group with its slips."""
    parent = {i: i for i in ground.broken}

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    mended = [tuple([i for i, _ in slip.effect if i in parent]) for slip in slips]
    for first, *others in set(mended):
        for other in others:
            parent[root(other)] = root(first)
    groups: dict[int, tuple[set[int], list[Slip]]] = {}
    for i in ground.broken:
        groups.setdefault(root(i), (set(), []))[0].add(i)
    for slip, mine in zip(slips, mended, strict=True):
        groups[root(mine[0])][1].append(slip)
    return list(groups.values())


def solve(ground: Ground, broken: set[int], slips: Sequence[Slip], deadline: float) -> list[Slip]:
    """The slips chosen for one component; what they leave broken stays unexplained."""
    alone = [slip for slip in slips if ground.mends(slip) == (len(broken), 0)]
    if alone:
        return [min(alone, key=lambda slip: slip.cost)]
    apart = _apart(ground, broken, slips)
    if apart:
        return apart
    ways = [_greedy(ground, broken, slips)]
    if time.monotonic() <= deadline:
        ways += _rows_first(ground, broken, slips)
    if len(slips) <= MOST_COLUMNS and time.monotonic() <= deadline:
        ways.append(_programme(ground, broken, slips, min(deadline, time.monotonic() + SECONDS)))
    return min(ways, key=lambda chosen: _price(ground, broken, chosen))


def _rows_first(ground: Ground, broken: set[int], slips: Sequence[Slip]) -> list[list[Slip]]:
    """What makes single rows add up, then what is left: with rows lost besides, no one slip tells both."""
    rows = row_slips(ground, broken, slips)
    most = MOST_WAYS if len(slips) <= MOST_COLUMNS else 1
    picks = {tuple([ways[min(k, len(ways) - 1)] for ways in rows]): None for k in range(most)}
    return [[*chosen, *_left(ground, broken, chosen)] for chosen in picks] if rows else []


def _left(ground: Ground, broken: set[int], chosen: Sequence[Slip]) -> list[Slip]:
    """The slips for what some slips leave broken."""
    now = ground.after(chosen)
    left = broken & now.broken
    if not left:
        return []
    rest = candidates(now, left)
    alone = [slip for slip in rest if now.narrowed(left).mends(slip) == (len(left), 0)]
    return [min(alone, key=lambda slip: slip.cost)] if alone else _greedy(now, left, rest)


def _apart(ground: Ground, broken: set[int], slips: Sequence[Slip]) -> list[Slip]:
    """Two slips without an identity in common that mend everything; no single one does."""
    clean = [(frozenset(i for i, _ in s.effect if i in broken), s) for s in slips if not ground.mends(s)[1]]
    clean.sort(key=lambda pair: (-len(pair[0]), pair[1].cost))
    for mended, slip in clean[:MOST_FIRST]:
        rest = broken - mended
        other = next((s for m, s in clean if m == rest), None)
        if other is not None:
            return [slip, other]
    return []


def _price(ground: Ground, broken: set[int], chosen: Sequence[Slip]) -> float:
    """What an answer costs: its slips, and all that stays broken or breaks anew."""
    after = ground.after(chosen)
    left = {i for i in after.broken if i in broken or i not in ground.broken}
    return sum(ONE_SLIP + slip.cost for slip in chosen) + sum(_given_up(ground, i) for i in left)


def _greedy(ground: Ground, broken: set[int], slips: Sequence[Slip]) -> list[Slip]:
    """The slip that mends most and spoils least, again and again; without those that prove needless."""
    chosen: list[Slip] = []
    now = ground
    pool = list(slips)
    while True:
        gain, best = max(
            ((_gain(now, slip), slip) for slip in pool), key=lambda pair: pair[0], default=(0.0, None)
        )
        if best is None or gain <= 0:
            fresh = [slip for slip in candidates(now, broken) if _gain(now, slip) > 0]
            if not fresh or pool is fresh or len(chosen) > MOST_SLIPS:
                break
            pool = fresh
            continue
        chosen.append(best)
        now = now.after([best])
    return [slip for k, slip in enumerate(chosen) if _needed(ground, broken, chosen, k)]


def _needed(ground: Ground, broken: set[int], chosen: list[Slip], k: int) -> bool:
    return _price(ground, broken, [*chosen[:k], *chosen[k + 1 :]]) > _price(ground, broken, chosen)


def _gain(ground: Ground, slip: Slip) -> float:
    """Mended identities count for a slip, newly broken ones more against it, those still broken a little."""
    gain = 0.0
    for i, delta in slip.effect:
        after = is_broken(ground.system.identities[i], ground.residuals[i] + delta)
        if i in ground.broken:
            gain += -0.2 if after else 1.0
        elif after:
            gain -= 1.6
    return gain - 0.1 * slip.cost if gain > 0 else gain


def _programme(ground: Ground, broken: set[int], slips: Sequence[Slip], deadline: float) -> list[Slip]:
    """Choose slips so that every identity they touch holds, or is given up, at the least cost."""
    ranked = sorted(slips, key=lambda slip: (-ground.mends(slip)[0], slip.cost))
    touched = sorted({i for slip in ranked for i, _ in slip.effect} | broken)
    chosen: list[Slip] = []
    for _ in range(4):  # an answer that exact arithmetic refuses is forbidden, and the next best asked for
        picked = _optimum(ground, touched, broken, ranked, deadline)
        if picked is None:
            return []
        chosen = [ranked[k] for k in picked]
        after = ground.after(chosen)
        if not any(i in after.broken and i not in broken for i in touched):
            return chosen
        ranked = [slip for k, slip in enumerate(ranked) if k != picked[-1]] if picked else ranked
    return []


def _optimum(
    ground: Ground, rows: Sequence[int], broken: set[int], slips: Sequence[Slip], deadline: float
) -> list[int] | None:
    """A mixed-integer programme.

    Its columns are a switch for each slip, and for each broken identity a switch to give it up and
    what is then left over.
    """
    scale = float(max([abs(ground.residuals[i]) for i in broken] or [1]))
    made = solver(max(0.1, deadline - time.monotonic()))
    given_up = sorted(broken)
    for slip in slips:
        _switch(made, ONE_SLIP + slip.cost)
    for i in given_up:
        _switch(made, _given_up(ground, i))
    for _ in given_up:
        made.addVar(-LEFT_OVER, LEFT_OVER)
    columns: dict[int, dict[int, float]] = {i: {} for i in rows}
    for k, slip in enumerate(slips):
        for i, delta in slip.effect:
            columns[i][k] = delta / scale
    first = len(slips) + len(given_up)
    for k, i in enumerate(given_up):
        columns[i][first + k] = 1.0
        made.addRow(-made.getInfinity(), 0.0, 2, [first + k, len(slips) + k], [1.0, -LEFT_OVER])
        made.addRow(0.0, made.getInfinity(), 2, [first + k, len(slips) + k], [1.0, LEFT_OVER])
    for i in rows:
        low, high = _bounds(ground, i, scale, made.getInfinity())
        made.addRow(low, high, len(columns[i]), list(columns[i]), list(columns[i].values()))
    values = answer(made)
    return None if values is None else [k for k in range(len(slips)) if values[k] > 0.5]


def _switch(made: Any, cost: float) -> None:
    made.addVar(0.0, 1.0)
    column = made.getNumCol() - 1
    made.changeColIntegrality(column, integer())
    made.changeColCost(column, cost)


def _bounds(ground: Ground, i: int, scale: float, infinity: float) -> tuple[float, float]:
    """What the slips together must add to a residual."""
    identity, residual = ground.system.identities[i], ground.residuals[i]
    slack = identity.slack / 2
    low = -infinity if identity.relation == AT_MOST else (-residual - slack) / scale
    return low, (-residual + slack) / scale


def _given_up(ground: Ground, i: int) -> float:
    """What it costs to leave an identity unexplained: little where secret money may account for it later."""
    identity = ground.system.identities[i]
    secret = identity.secret and identity.code in CROSS and ground.residuals[i] > 0
    return GIVEN_UP_SECRET if secret else GIVEN_UP
