"""Findings to causes: the least and likeliest change that makes all identities hold."""

from __future__ import annotations

import time
from typing import NamedTuple

from gouji.explain.candidates import candidates
from gouji.explain.cutoff import cut_off
from gouji.explain.ground import Ground
from gouji.explain.secret import settle
from gouji.explain.slips import Explanation, Slip
from gouji.explain.solve import GIVEN_UP, ONE_SLIP, components, solve
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
    ways = [_slips_first(ground, deadline)]
    secret, settled = settle(ground)
    if secret:
        chosen = _solved(settled, deadline)
        ways.append(_Way([*_told(settled, chosen), *secret], settled.after(_slips(chosen))))
    return [*found, *min(ways, key=_Way.price).explanations]


class _Way(NamedTuple):
    """One way to explain a book, and the ground that it leaves."""

    explanations: list[Explanation]
    after: Ground

    def price(self) -> float:
        slips = sum(ONE_SLIP + explanation.slips[0].cost for explanation in self.explanations)
        return slips + GIVEN_UP * len(self.after.broken)


class _Solved(NamedTuple):
    """A group of broken identities, all slips that could mend some, and those chosen."""

    broken: set[int]
    slips: list[Slip]
    chosen: list[Slip]


Chosen = list[_Solved]


def _slips_first(ground: Ground, deadline: float) -> _Way:
    """Slips, then what secret money is left."""
    chosen = _solved(ground, deadline)
    after = ground.after(_slips(chosen))
    ordinary = [one._replace(chosen=[s for s in one.chosen if s.kind != "withheld"]) for one in chosen]
    secret, settled = settle(ground.after(_slips(ordinary)))
    if secret and settled.broken <= after.broken:
        return _Way([*_told(ground, ordinary), *secret], settled)
    return _Way(_told(ground, chosen), after)


def _solved(ground: Ground, deadline: float) -> Chosen:
    groups = components(ground, _all_slips(ground))
    return [_Solved(broken, slips, solve(ground, broken, slips, deadline)) for broken, slips in groups]


def _slips(chosen: Chosen) -> list[Slip]:
    return [slip for one in chosen for slip in one.chosen]


def _told(ground: Ground, chosen: Chosen) -> list[Explanation]:
    return [told for one in chosen for told in _explanations(ground, one)]


def _all_slips(ground: Ground) -> list[Slip]:
    return candidates(ground) + [slip for slip in left_out(ground) if ground.mends(slip)[0]]


def _explanations(ground: Ground, solved: _Solved) -> list[Explanation]:
    """Each chosen slip with its alternatives, given that the others happened.

    Only identities that hold to the 分 once all slips are put right are claimed as explained.
    """
    told = []
    broken, slips, chosen = solved
    unsettled = broken & ground.after(chosen).broken
    touched = {slip: {i for i, _ in slip.effect if i in broken} - unsettled for slip in chosen}
    claimed: set[int] = set()
    for slip in sorted(chosen, key=lambda s: (len(touched[s]), s.cost)):
        rest = ground.after(other for other in chosen if other is not slip)
        rest.broken &= {i for i, _ in slip.effect}
        mine = touched[slip] - claimed or touched[slip]  # shared with others where nothing is its own
        claimed |= mine
        if mine:
            known = slips if mine == broken or not _concerns(rest, chosen, slip) else _all_slips(rest)
            told.append(Explanation(frozenset(mine), _alternatives(rest, slip, known)))
    return told


def _concerns(rest: Ground, chosen: list[Slip], slip: Slip) -> bool:
    """Do other slips change anything for the figures of what one slip mends, or beside the sums of them?"""
    changed = {i for other in chosen if other is not slip for i, _ in other.effect}
    figures: set[int] = set()
    for i in rest.broken:
        mine = rest.system.identities[i].figures
        panel, row, _ = rest.sense.at(mine[0])
        figures.update(mine, range(panel.figure(row, 0), panel.figure(row + 1, 0)))
    return any(i in changed for f in figures for i, _ in rest.system.touching[f])


def _alternatives(rest: Ground, slip: Slip, slips: list[Slip]) -> tuple[Slip, ...]:
    wanted = len(rest.broken)
    others = [other for other in slips if rest.mends(other) == (wanted, 0)]
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
