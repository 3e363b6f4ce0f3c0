"""Secondary suppression: figures that, left out as well, keep a reader from working an amount out.

An amount is protected where a *shift* exists: a change of the amount withheld and of figures left out under
which every identity between published figures holds as before. Applied upwards and downwards as far as no
figure falls below zero, it gives amounts that all agree with what is published.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Mapping, Set
from fractions import Fraction
from typing import NamedTuple

from gouji.identities import EQUAL, System
from gouji.infer.span import Number, Span, Vector, put

SHARE = 10
"""A reader must not come closer to an amount than a tenth of it, from either side."""
NEAR = 2
"""How many figures an identity that is still to be mended is reckoned to take."""
MOST_STEPS = 300
MOST_WAYS = 40
MOST_FIGURES = 1000
MOST_TRIES = 3


class Shift(NamedTuple):
    """How figures change when the amount withheld is 1 more, and how far down and up that may go."""

    figures: Mapping[int, Number]
    down: int
    up: int


def shift(system: System, lacking: Mapping[int, int], amount: int, room: int, free: Set[int]) -> Shift | None:
    """The figures to leave out so that an amount can be anything within a tenth of it at least.

    `lacking` are the identities that lack the amount; `room` is by how much it can be less; the figures in
    `free` are left out already. Where a tenth cannot be had, the widest; None where nothing protects it.
    """
    search, least = Search(system, lacking, free), -(-amount // SHARE)
    for _ in range(MOST_TRIES):
        found = search.shortest(least) or search.combined(least, system.sense.value)
        if found is None:
            break
        made, tight = search.measured(found, room)
        if min(made.down, made.up) >= min(least, room):
            return made
        search.hold(tight)
    search = Search(system, lacking, free)
    widest = search.combined(1, lambda figure: -system.sense.value(figure))
    return search.measured(widest, room)[0] if widest is not None else None


class _Ways(dict[int, list[tuple[int, int]]]):
    """identity -> its figures that are large enough, with their signs: the whole, and the smallest others"""

    def __init__(self, system: System, least: int) -> None:
        super().__init__()
        self._system, self._least = system, least

    def __missing__(self, i: int) -> list[tuple[int, int]]:
        amounts, identity = self._system.sense.amounts, self._system.identities[i]
        large = [
            (k >= identity.left, amount, figure)
            for k, figure in enumerate(identity.figures)
            if (amount := amounts[figure] or 0) >= self._least
        ]
        self[i] = [(figure, -1 if right else 1) for right, _, figure in sorted(large)[:MOST_WAYS]]
        return self[i]


class _Fewest(dict[int, tuple[int, int]]):
    """identity -> how many ways it has, and itself"""

    def __init__(self, ways: _Ways) -> None:
        super().__init__()
        self._ways = ways

    def __missing__(self, i: int) -> tuple[int, int]:
        self[i] = len(self._ways[i]), i
        return self[i]


class Search:
    """Shifts of one amount."""

    def __init__(self, system: System, lacking: Mapping[int, int], free: Set[int]) -> None:
        self.system, self.lacking, self.free = system, dict(lacking), free
        self._held: set[int] = set()
        self._columns: dict[int, Vector] = {}

    def hold(self, identities: Iterable[int]) -> None:
        """Takes some inequalities for equalities: what they leave open is too little."""
        self._held.update(identities)
        self._columns.clear()

    def column(self, figure: int) -> Vector:
        """What a figure adds to each identity that must hold as before."""
        if figure not in self._columns:
            touching = self.system.touching[figure]
            self._columns[figure] = {i: sign for i, sign in touching if self._binds(i)}
        return self._columns[figure]

    def _binds(self, i: int) -> bool:
        """Must an identity hold as before? An inequality only where nothing is left of it."""
        identity = self.system.identities[i]
        if identity.relation == EQUAL or i in self._held:
            return True
        return 2 * abs(self.system.residuals[i]) <= identity.slack

    def shortest(self, least: int) -> Vector | None:
        """Few figures, none below `least`: mends the identity with fewest ways, the cheapest way first."""
        value = self.system.sense.value
        ways = _Ways(self.system, least)
        fewest = _Fewest(ways).__getitem__
        start = Vector({i: -sign for i, sign in self.lacking.items()})
        heap: list[tuple[int, int, int, Vector, Vector]] = [(0, 0, 0, {}, start)]
        count = 0
        for _ in range(MOST_STEPS):
            if not heap:
                break
            _, size, _, made, off = heapq.heappop(heap)
            if not off:
                return made
            i = min(off, key=fewest)
            for figure, sign in ways[i]:
                if figure not in made:
                    change, rest = -off[i] * sign, off.copy()
                    put(rest, self.column(figure), change)
                    more = {**made, figure: change}
                    free = len(self.free & more.keys()) if self.free else 0
                    cost, count = len(more) - free + NEAR * len(rest), count + 1
                    heapq.heappush(heap, (cost, size + value(figure), count, more, rest))
        return None

    def combined(self, least: int, order: Callable[[int], int]) -> Vector | None:
        """The first figures in an order, none below `least`, that a shift can be combined of."""
        value = self.system.sense.value
        figures = [f for f, is_tied in enumerate(self.system.figures) if is_tied and value(f) >= least]
        span, rest, made = Span(), Vector(self.lacking), Vector()
        for figure in sorted(figures, key=lambda f: (f not in self.free, order(f), f))[:MOST_FIGURES]:
            if span.add(figure, self.column(figure)):
                span.reduce(rest, made)
            if not rest:
                return {f: -n for f, n in made.items()}
        return None

    def measured(self, changes: Vector, room: int) -> tuple[Shift, list[int]]:
        """How far a shift can go, and the inequalities that stop it first."""
        value = self.system.sense.value
        down = min([Fraction(room), *(value(f) / Fraction(n) for f, n in changes.items() if n > 0)])
        up = min([-value(f) / Fraction(n) for f, n in changes.items() if n < 0], default=Fraction(room))
        held = []
        for i, change in self._slopes(changes).items():
            left = abs(self.system.residuals[i] / Fraction(change))
            if left < (up if change > 0 else down):
                held.append(i)
                up, down = (min(up, left), down) if change > 0 else (up, min(down, left))
        return Shift(changes, int(down), int(up)), held

    def _slopes(self, changes: Vector) -> Vector:
        """How a shift changes the inequalities that leave something open."""
        slopes = Vector()
        for figure, n in changes.items():
            put(slopes, {i: s for i, s in self.system.touching[figure] if not self._binds(i)}, n)
        return slopes
