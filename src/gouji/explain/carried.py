"""A wrong figure that the totals of its own table were added up from: they are wrong with it."""

from __future__ import annotations

from collections.abc import Iterator

from gouji.explain.ground import Ground
from gouji.explain.slips import COSTS, Slip, resemblance

ALONG, DOWN = ("sum.row",), ("sum.column", "sum.group", "sum.code")
MORE = 1.2
"""What such a slip costs beyond the slip of its first figure."""


def carried(ground: Ground, wanted: dict[int, list[int]]) -> Iterator[Slip]:
    """A wrong figure with the totals along its row, down its column, or both, off by the same.

    Its own sums hold then, and its ties to other tables, or its other sums, do not.
    """
    for figure, deltas in wanted.items():
        for codes in (ALONG, DOWN, ALONG + DOWN):
            if _holds(ground, figure, codes) and (totals := _totals(ground, figure, codes)):
                yield from (_slip(ground, (figure, *totals), delta) for delta in deltas)


def _holds(ground: Ground, figure: int, codes: tuple[str, ...]) -> bool:
    """Do the sums that a figure is a part of hold as they are printed?"""
    mine = (i for i, sign in ground.system.touching(figure) if sign < 0)
    return not any(i in ground.broken for i in mine if ground.system.identities[i].code in codes)


def _slip(ground: Ground, figures: tuple[int, ...], delta: int) -> Slip:
    old = ground.sense.value(figures[0])
    how = resemblance(ground.sense.amounts[figures[0]], old + delta)
    cost = COSTS[how] + MORE + (2.5 if old + delta < 0 <= old else 0.0)
    changes = tuple((f, ground.sense.value(f) + delta) for f in figures)
    effect = ground.effect((f, delta) for f in figures)
    return Slip("wrong-figure", changes, effect, cost, how, abs(delta), carried=True)


def _totals(ground: Ground, figure: int, codes: tuple[str, ...]) -> list[int]:
    """The figures that sums of these codes add up from a figure, and from those in turn."""
    found = [figure]
    for one in found:
        for i, sign in ground.system.touching(one):
            identity = ground.system.identities[i]
            if sign < 0 and identity.code in codes and identity.terms[0][0] not in found:
                found.append(identity.terms[0][0])
    return found[1:]
