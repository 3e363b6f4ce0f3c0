"""Findings to causes: the least and likeliest change that makes all identities hold."""

from __future__ import annotations

import time

from gouji.explain.candidates import candidates
from gouji.explain.cutoff import cut_off
from gouji.explain.ground import Ground
from gouji.explain.secret import settle
from gouji.explain.slips import Explanation, Slip
from gouji.explain.solve import components, solve
from gouji.explain.withheld import left_out
from gouji.identities import System

SECONDS = 6.0
MOST_ALTERNATIVES = 5


def explain(system: System, seconds: float = SECONDS) -> list[Explanation]:
    """Raises nothing; what is not explained in time is left out, and so reported as unexplained."""
    ground = Ground(system)
    if not ground.broken:
        return []
    deadline = time.monotonic() + seconds
    found, ground = cut_off(ground)
    secret, settled = settle(ground) if _all_secret(ground) else ([], ground)
    if settled.broken:  # not all of it is secret money: slips first, then what secret money is left
        chosen: list[tuple[set[int], list[Slip]]] = []
        for broken, mine in components(ground, _all_slips(ground)):
            chosen.append((broken, solve(ground, broken, mine, deadline)))
        ordinary = [slip for _, slips in chosen for slip in slips if slip.kind != "withheld"]
        secret, settled = settle(ground.after(ordinary))
        if secret and settled.broken <= ground.after(s for _, slips in chosen for s in slips).broken:
            chosen = [(broken, [s for s in slips if s.kind != "withheld"]) for broken, slips in chosen]
        else:
            secret = []
        for broken, slips in chosen:
            found += _explanations(ground, broken, slips)
    return [*found, *secret]


def _all_secret(ground: Ground) -> bool:
    """Could all that is broken be secret money, with no slip at all?"""
    return all(ground.system.identities[i].secret for i in ground.broken)


def _all_slips(ground: Ground) -> list[Slip]:
    return candidates(ground) + [slip for slip in left_out(ground) if ground.mends(slip)[0]]


def _explanations(ground: Ground, broken: set[int], chosen: list[Slip]) -> list[Explanation]:
    """Each chosen slip with its alternatives, given that the others happened.

    Only identities that hold to the 分 once all slips are put right are claimed as explained.
    """
    told = []
    claimed = broken & ground.after(chosen).broken
    for slip in sorted(chosen, key=lambda s: s.cost):
        rest = ground.after(other for other in chosen if other is not slip)
        rest.broken &= {i for i, _ in slip.effect}
        mine = {i for i, _ in slip.effect if i in broken} - claimed
        claimed |= mine
        if mine:
            told.append(Explanation(frozenset(mine), _alternatives(rest, slip)))
    return told


def _alternatives(rest: Ground, slip: Slip) -> tuple[Slip, ...]:
    wanted = len(rest.broken)
    others = [other for other in _all_slips(rest) if rest.mends(other) == (wanted, 0)]
    distinct: dict[object, Slip] = {}
    for one in sorted([slip, *others], key=lambda s: s.cost):
        distinct.setdefault(_looks(rest, one), one)
    return tuple(distinct.values())[:MOST_ALTERNATIVES]


def _looks(ground: Ground, slip: Slip) -> object:
    """What a reader sees of a slip: changes of rows that print the same look the same."""
    rows = [
        (panel.nodes[row].label, panel.first, column)
        for panel, row, column in (ground.sense.at(f) for f, _ in slip.changes if slip.row is None)
    ]
    return (
        slip.kind,
        tuple(rows),
        tuple(v for _, v in slip.changes if slip.row is None),
        slip.row and ground.printed(slip.row),
        slip.hole and (slip.hole.panel, slip.hole.scope),
    )
