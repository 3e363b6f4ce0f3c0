"""Amounts that rounded sums tell only nearly: which of them is meant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gouji.explain.ground import COPIES, Ground
from gouji.explain.slips import COSTS
from gouji.identities import EQUAL

MOST_STEPS = 4
PLACES = 20
"""An amount of fewer such units for each of these steps looks like any other: nothing is read into it."""
OFF = 0.04
"""What each unit of the last printed place costs by which an amount is off what the finest sum asks for."""
FAR = 10**20
"""More 分 than any amount has."""


def fitted(ground: Ground, figures: tuple[int, ...], delta: int) -> tuple[int, float]:
    """The likeliest change near `delta` of figures by one amount, in 分, and what it costs to be off.

    Sums of rounded figures tell an amount up to their rounding. Of the amounts that the columns can print,
    and that leave as much in order, the one is meant that looks most like a slip.
    """
    step = max([ground.sense.rounding[figure] for figure in figures])
    if not step:
        return delta, 0.0
    low, high, asked, terms = _room(ground, figures, delta)
    middle, old = (2 * asked + step) // (2 * step) * step, ground.sense.value(figures[0])
    most = min(MOST_STEPS, abs(old + middle) // step // PLACES) if terms > COPIES else 0
    best, least = (delta, 0.0), float("inf")
    for k in range(-most, most + 1):
        change = middle + k * step
        if change and low <= change <= high:
            off = OFF * abs(k)
            cost = COSTS[looks(ground, figures[0], old + change)] + off
            if cost < least:
                best, least = (change, off), cost
    return best


def looks(ground: Ground, figure: int, new: int) -> str:
    """Which slip turns the true amount `new`, in 分, into what a figure prints, by the digits printed."""
    old, step = ground.sense.amounts[figure], ground.sense.rounding[figure] or 1
    if old is None or old % step or new % step:
        return ground.looks(old, new)
    return ground.looks(old // step, new // step)


def near(ground: Ground, wanted: Mapping[int, Sequence[int]], figure: int, delta: int) -> bool:
    """Is a change, in 分, one that a figure's broken identities ask for, up to their rounding?"""
    deltas = wanted.get(figure, ())
    if delta in deltas:
        return True
    step = ground.sense.rounding[figure] if deltas else 0
    return step > 0 and any(abs(delta - one) <= MOST_STEPS * step for one in deltas)


def _room(ground: Ground, figures: tuple[int, ...], delta: int) -> tuple[int, int, int, int]:
    """Between which changes all is in order that `delta` leaves so, or can be.

    And the change that is asked for by most, where fewer rounded figures count for more, with how many terms
    the surest of them prints.
    """
    low, high, fewest = -FAR, FAR, FAR
    asked: dict[int, float] = {}
    later: list[tuple[int, int]] = []
    for i, by in ground.effect((figure, 1) for figure in figures):
        least, most = _ends(ground, i, by)
        if not least <= delta <= most:
            later.append((least, most))
            continue
        low, high = max(low, least), min(high, most)
        if i in ground.broken and ground.system.identities[i].relation == EQUAL:
            wish, terms = -ground.residuals[i] // by, ground.filled(i)
            asked[wish] = asked.get(wish, 0.0) + 1 / terms
            fewest = min(fewest, terms)
    for least, most in later:
        if least <= high and most >= low:
            low, high = max(low, least), min(high, most)
    middle = max(asked, key=lambda wish: asked[wish], default=delta)
    return low, high, min(max(middle, low), high), fewest


def _ends(ground: Ground, i: int, by: int) -> tuple[int, int]:
    """The changes under which an identity holds, of figures that it counts `by` times."""
    identity, residual = ground.system.identities[i], ground.residuals[i]
    ends = [(sign * identity.slack - 2 * residual, 2 * by) for sign in (-1, 1)]
    if by < 0:
        ends.reverse()
    least, most = -(-ends[0][0] // ends[0][1]), ends[1][0] // ends[1][1]
    if identity.relation == EQUAL:
        return least, most
    return (-FAR, most) if by > 0 else (least, FAR)
