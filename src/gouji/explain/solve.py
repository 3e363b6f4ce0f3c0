"""The least and likeliest set of slips that mends everything: one slip where one will do, else a mixed-integer programme."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from typing import Any

from gouji.explain.candidates import Ground
from gouji.explain.slips import Slip
from gouji.identities import AT_MOST, CROSS, is_broken

ONE_SLIP = 10.0  # what a further slip costs; how likely each one is only decides between equals
GIVEN_UP = 60.0
GIVEN_UP_SECRET = 4.0
MOST_COLUMNS = 4000


def components(ground: Ground, slips: Sequence[Slip]) -> list[tuple[set[int], list[Slip]]]:
    """Broken identities that some slip ties together, each group with its slips."""
    parent = {i: i for i in ground.broken}

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for slip in slips:
        mine = [i for i, _ in slip.effect if i in parent]
        for other in mine[1:]:
            parent[root(other)] = root(mine[0])
    groups: dict[int, tuple[set[int], list[Slip]]] = {}
    for i in ground.broken:
        groups.setdefault(root(i), (set(), []))[0].add(i)
    for slip in slips:
        first = next(i for i, _ in slip.effect if i in parent)
        groups[root(first)][1].append(slip)
    return list(groups.values())


def solve(ground: Ground, broken: set[int], slips: Sequence[Slip], deadline: float) -> list[Slip]:
    """The slips chosen for one component; what they leave broken stays unexplained."""
    alone = [slip for slip in slips if ground.mends(slip) == (len(broken), 0)]
    if alone:
        return [min(alone, key=lambda slip: slip.cost)]
    return _programme(ground, broken, slips, deadline) or _greedy(ground, slips)


def _greedy(ground: Ground, slips: Sequence[Slip]) -> list[Slip]:
    """Without an answer in time: the slip that mends most, again and again."""
    chosen: list[Slip] = []
    while True:
        scored = [(ground.mends(slip), slip) for slip in slips]
        clean = [(mended, slip) for (mended, spoiled), slip in scored if mended and not spoiled]
        if not clean:
            return chosen
        _, best = max(clean, key=lambda pair: (pair[0], -pair[1].cost))
        chosen.append(best)
        ground = ground.after([best])


def _programme(ground: Ground, broken: set[int], slips: Sequence[Slip], deadline: float) -> list[Slip]:
    """Choose slips so that every identity they touch holds, or is given up, at the least cost."""
    if time.monotonic() > deadline:
        return []
    ranked = sorted(slips, key=lambda slip: (-ground.mends(slip)[0], slip.cost))[:MOST_COLUMNS]
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
    import highspy
    import numpy

    position = {i: k for k, i in enumerate(rows)}
    scale = float(max([abs(ground.residuals[i]) for i in broken] or [1]))
    infinity = highspy.kHighsInf
    lower, upper = _bounds(ground, rows, scale, infinity)
    columns = [slip.effect for slip in slips] + [((i, -ground.residuals[i]),) for i in sorted(broken)]
    costs = [ONE_SLIP + slip.cost for slip in slips] + [_given_up(ground, i) for i in sorted(broken)]
    starts, indexes, values = [0], [], []
    for effect in columns:
        for i, delta in effect:
            indexes.append(position[i])
            values.append(delta / scale)
        starts.append(len(indexes))
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(columns), len(rows)
    model.col_cost_ = numpy.array(costs)
    model.col_lower_, model.col_upper_ = numpy.zeros(len(columns)), numpy.ones(len(columns))
    model.row_lower_, model.row_upper_ = numpy.array(lower), numpy.array(upper)
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = numpy.array(starts)
    model.a_matrix_.index_ = numpy.array(indexes)
    model.a_matrix_.value_ = numpy.array(values)
    model.integrality_ = [highspy.HighsVarType.kInteger] * len(columns)
    return _run(highspy, model, len(slips), max(0.1, deadline - time.monotonic()))


def _given_up(ground: Ground, i: int) -> float:
    """What it costs to leave an identity unexplained: little where secret money may account for it later."""
    identity = ground.system.identities[i]
    secret = identity.secret and identity.code in CROSS and ground.residuals[i] > 0
    return GIVEN_UP_SECRET if secret else GIVEN_UP


def _run(highspy: Any, model: Any, count: int, seconds: float) -> list[int] | None:
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("time_limit", seconds)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("mip_feasibility_tolerance", 1e-9)
    solver.setOptionValue("primal_feasibility_tolerance", 1e-9)
    solver.passModel(model)
    solver.run()
    if solver.getInfo().primal_solution_status != 2:
        return None
    solution = solver.getSolution().col_value
    return [k for k in range(count) if solution[k] > 0.5]


def _bounds(ground: Ground, rows: Iterable[int], scale: float, infinity: float) -> tuple[list[float], list[float]]:
    """What the slips together must add to each residual."""
    lower, upper = [], []
    for i in rows:
        identity, residual = ground.system.identities[i], ground.residuals[i]
        slack = identity.slack / 2
        upper.append((-residual + slack) / scale)
        lower.append(-infinity if identity.relation == AT_MOST else (-residual - slack) / scale)
    return lower, upper


def unexplained(ground: Ground, broken: set[int]) -> set[int]:
    return {i for i in broken if is_broken(ground.system.identities[i], ground.residuals[i])}
