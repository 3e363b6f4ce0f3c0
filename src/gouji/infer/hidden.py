"""Money withheld as the book tells it apart: its parts, what identities say of them, and their bounds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import combinations
from math import ceil
from typing import NamedTuple

from gouji.explain.slips import Explanation
from gouji.explain.unprinted import Atom, Unprinted
from gouji.identities import EQUAL, System
from gouji.infer.span import Span
from gouji.scope import Scope, everything

MOST_SCOPES = 60
MOST_ROUNDS = 30
MOST_PARTS = 40
MOST_SUMS = 60


class Sum(NamedTuple):
    """What some parts add up to, and the identities that say so."""

    parts: frozenset[int]
    amount: int
    sources: tuple[int, ...]
    slack: int = 0


class Bound(NamedTuple):
    amount: int
    sources: frozenset[int]


class _Told(NamedTuple):
    parts: list[frozenset[int]]
    sums: list[Sum]
    low: list[Bound]
    high: list[Bound]

    def agrees(self) -> bool:
        return all(told.parts for told in self.sums) and agree(self.low, self.high)


class Hidden:
    """The money that one explanation says is left out of a panel.

    Two cells left out are one part where no identity that lacks the money counts one and not the other.
    """

    def __init__(self, system: System, explanation: Explanation) -> None:
        slip = explanation.slips[0]
        assert slip.hole is not None
        self.system, self.number = system, slip.hole.panel
        self.gaps = {i: -d for i, d in slip.effect if d and system.identities[i].relation == EQUAL}
        self.unprinted = Unprinted(system, self.number)
        self.parts, self.sums, self.low, self.high = self._told_apart()
        self.rounding = 2 * sum(told.slack for told in self.sums)
        self.likely = instance(self.sums, self.low, self.high, self.rounding)
        alike = (i for i in system.broken if i not in self.gaps and system.residuals[i] == slip.amount)
        self.alike = frozenset(i for i in alike if system.identities[i].relation == EQUAL)

    def counting(self, part: int) -> dict[int, int]:
        """The identities that lack a part, with its sign there, and others that lack just as much."""
        lacking = {i: 1 if self.gaps[i] > 0 else -1 for i in self.parts[part]}
        return lacking | dict.fromkeys(self.alike, 1)

    def _told_apart(self) -> _Told:
        """Parts that have all that is asked for (function, unit), else any, else what each identity lacks."""
        scopes = self._scopes()
        asked = {dimension for scope in scopes for dimension, _ in scope.opens}
        for some in ([scope for scope in scopes if len(scope.opens) == len(asked)], scopes):
            parts = self._parts(some)
            if len(parts) <= MOST_PARTS and (told := self._bounded(parts)).agrees():
                return told
        return self._bounded([frozenset({i}) for i in sorted(self.gaps)])

    def _bounded(self, parts: list[frozenset[int]]) -> _Told:
        sums = [self._sum(i, parts) for i in sorted(self.gaps)]
        return _Told(parts, sums, *bounds(len(parts), sums))

    def _parts(self, scopes: Sequence[Scope]) -> list[frozenset[int]]:
        identities, atoms = self.system.identities, self.unprinted.atoms(scopes)
        every = range(len(atoms))
        counted = {i: set(self.unprinted.counted(identities[i], atoms) or every) for i in self.gaps}
        kind_of = [frozenset(i for i in self.gaps if k in counted[i]) for k in every]
        kinds = {kind for kind in kind_of if kind}
        if len(kinds) > 1:
            shut = self._shut(atoms)
            kinds = {kind for k, kind in enumerate(kind_of) if kind and k not in shut}
        return sorted(kinds, key=sorted)

    def _sum(self, i: int, kinds: Sequence[frozenset[int]]) -> Sum:
        parts = frozenset(p for p, kind in enumerate(kinds) if i in kind)
        return Sum(parts, abs(self.gaps[i]), (i,), self.system.identities[i].slack // 2)

    def _shut(self, atoms: Sequence[Atom]) -> set[int]:
        """The atoms that an identity counts in which nothing is missing."""
        found: set[int] = set()
        for i in self.system.crossing(self.number):
            identity = self.system.identities[i]
            if i not in self.gaps and identity.relation == EQUAL and not self.system.residuals[i]:
                found.update(self.unprinted.counted(identity, atoms))
        return found

    def _scopes(self) -> list[Scope]:
        """All that the identities, taken together, can tell apart."""
        scopes = {everything()}
        for i in sorted(self.gaps):
            asked = self.unprinted.asked(self.system.identities[i])
            if asked is not None and len(scopes) < MOST_SCOPES:
                asked = Scope(everything().closed, asked.opens)
                scopes |= {met for other in scopes if (met := asked.meet(other)) is not None}
        return sorted(scopes)


def bounds(count: int, sums: Sequence[Sum]) -> tuple[list[Bound], list[Bound]]:
    """The least and the most that each part can be, none being below zero, and what says so.

    First what sums combine to, then in rounds: a part is at most what a sum leaves when the others in it
    are least, and at least what it leaves when they are most.
    """
    known = [*_differences(sums), *_combined(count, sums)]
    most = 1 + max((s.amount + s.slack for s in known), default=0)
    low, high = [Bound(0, frozenset())] * count, [Bound(most, frozenset())] * count
    for _ in range(MOST_ROUNDS):
        before = low[:], high[:]
        for told in known:
            _narrow(told, low, high)
        if (low, high) == before or not agree(low, high):
            break
    return low, high


def _narrow(told: Sum, low: list[Bound], high: list[Bound]) -> None:
    least, most = sum(low[p].amount for p in told.parts), sum(high[p].amount for p in told.parts)
    for part in told.parts:
        up = told.amount + told.slack - least + low[part].amount
        down = told.amount - told.slack - most + high[part].amount
        others = told.parts - {part}
        if up < high[part].amount:
            most += up - high[part].amount
            high[part] = _bound(up, told, [low[o] for o in others])
        if down > low[part].amount:
            least += down - low[part].amount
            low[part] = _bound(down, told, [high[o] for o in others])


def _bound(amount: int, told: Sum, others: Iterable[Bound]) -> Bound:
    return Bound(amount, frozenset(told.sources).union(*(bound.sources for bound in others)))


def agree(low: Sequence[Bound], high: Sequence[Bound]) -> bool:
    return all(a.amount <= b.amount for a, b in zip(low, high, strict=True))


def instance(sums: Sequence[Sum], low: Sequence[Bound], high: Sequence[Bound], rounding: int) -> list[int]:
    """Amounts that make up all sums but for rounding, the largest first: as many as can be are 0."""
    fixed: dict[int, Sum] = {}
    while rest := [
        p for p in range(len(low)) if high[p].amount - low[p].amount > rounding and p not in fixed
    ]:
        part = max(rest, key=lambda p: (high[p].amount, -p))
        fixed[part] = Sum(frozenset({part}), high[part].amount, (), rounding)
        tried = bounds(len(low), [*sums, *fixed.values()])
        if agree(*tried):
            low, high = tried
    return [bound.amount if bound.amount > rounding else 0 for bound in high]


def _differences(sums: Sequence[Sum]) -> list[Sum]:
    """The sums, and what is left of one when another within it is taken away."""
    known = {told.parts: told for told in reversed(sums)}
    for _ in range(2):
        for one, other in combinations(sorted(known.values(), key=lambda s: len(s.parts)), 2):
            if len(known) < MOST_SUMS and one.parts < other.parts:
                rest, sources = other.parts - one.parts, tuple(sorted({*one.sources, *other.sources}))
                left = Sum(rest, other.amount - one.amount, sources, one.slack + other.slack)
                known.setdefault(rest, left)
    return list(known.values())


def _combined(count: int, sums: Sequence[Sum]) -> list[Sum]:
    """The parts that adding and subtracting sums gives alone."""
    span = Span()
    found: list[Sum] = []
    for number, told in enumerate(sums):
        span.add(number, dict.fromkeys(told.parts, 1))
    for part in range(count):
        made = span.combination({part: 1})
        if made and len(made) > 1:
            amount = sum([times * sums[number].amount for number, times in made.items()])
            slack = sum([abs(Fraction(times)) * sums[number].slack for number, times in made.items()])
            sources = tuple(sorted({i for number in made for i in sums[number].sources}))
            found.append(Sum(frozenset({part}), round(amount), sources, ceil(slack)))
    return found
