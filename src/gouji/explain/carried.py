"""A wrong figure that other figures of its own table were made from: they are wrong with it."""

from __future__ import annotations

from collections.abc import Iterator

from gouji.explain.ground import Ground
from gouji.explain.rounded import fitted, looks
from gouji.explain.slips import COSTS, Slip

ALONG, DOWN = frozenset({"sum.row"}), frozenset({"sum.column", "sum.group", "sum.code"})
BOTH = ALONG | DOWN
MORE = 1.2
"""What such a slip costs beyond the slip of its first figure."""


def carried(ground: Ground, wanted: dict[int, list[int]]) -> Iterator[Slip]:
    """A wrong figure with the totals along its row, down its column, or both, off by the same.

    Its own sums hold then, and its ties to other tables, or its other sums, do not. Where 其中 or another
    year of its row repeats it, that may have been copied from it, and added up as well.
    """
    sums = _Sums(ground)
    for figure, deltas in wanted.items():
        copies = _copies(ground, figure)
        for seeds in ((figure,), (figure, *copies)) if copies else ((figure,),):
            ways = [_totals(sums, seeds, codes) for codes in (ALONG, DOWN)]
            if None not in ways:
                ways.append(_totals(sums, seeds, BOTH))
            for totals in filter(None, dict.fromkeys(ways)):
                for delta in deltas:
                    yield from _slip(ground, (*seeds, *totals), delta)


def _copies(ground: Ground, figure: int) -> tuple[int, ...]:
    """The figures of its row that differ only in 其中 or in year, and print the same."""
    amount = ground.sense.amounts[figure]
    if not amount:
        return ()
    panel, row, column = ground.sense.at(figure)
    beside = (panel.figure(row, c) for c in ground.peers(panel, column))
    return tuple(f for f in beside if ground.sense.amounts[f] == amount)


def _slip(ground: Ground, figures: tuple[int, ...], wanted: int) -> Iterator[Slip]:
    delta, off = fitted(ground, figures, wanted)
    effect = ground.effect([(f, delta) for f in figures])
    if not ground.helps(effect):
        return
    old = ground.sense.value(figures[0])
    how = looks(ground, figures[0], old + delta)
    cost = COSTS[how] + off + MORE + (2.5 if old + delta < 0 <= old else 0.0)
    changes = tuple((f, ground.sense.value(f) + delta) for f in figures)
    yield Slip("wrong-figure", changes, effect, cost, how, abs(delta), carried=True)


class _Sums(dict[int, list[tuple[str, int, bool]]]):
    """figure -> the sums in its table that it is a part of: their code, their whole, whether they hold"""

    def __init__(self, ground: Ground) -> None:
        super().__init__()
        self._ground = ground

    def __missing__(self, figure: int) -> list[tuple[str, int, bool]]:
        identities, broken = self._ground.system.identities, self._ground.broken
        mine = [i for i, sign in self._ground.system.touching[figure] if sign < 0]
        found = [(identities[i].code, identities[i].figures[0], i not in broken) for i in mine]
        self[figure] = [one for one in found if one[0] in BOTH]
        return self[figure]


def _totals(sums: _Sums, seeds: tuple[int, ...], codes: frozenset[str]) -> tuple[int, ...] | None:
    """The figures that sums of these codes add up from some, and from those in turn.

    None where a sum that the first are part of does not hold as it is printed.
    """
    found = list(seeds)
    for k, one in enumerate(found):
        for code, whole, holds in sums[one]:
            if code in codes:
                if k < len(seeds) and not holds:
                    return None
                if whole not in found:
                    found.append(whole)
    return tuple(found[len(seeds) :])
