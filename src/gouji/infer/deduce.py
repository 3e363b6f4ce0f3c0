"""What a reader can work out of money withheld, from which identities, and what would protect it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gouji.explain.slips import Explanation
from gouji.identities import System
from gouji.infer.hidden import Hidden, Sum
from gouji.infer.protect import SHARE, Shift, shift


@dataclass(frozen=True, slots=True)
class Deduction:
    """The bounds in 分 of an amount withheld, the identities that give them, what to suppress as well.

    With the figures of `suppress` left out too, every amount from `least` to `most` agrees with what is
    published. `suppress` is empty where there is no need, or nothing that would protect the amount.
    """

    explanation: Explanation
    identities: tuple[int, ...]
    low: int
    high: int
    suppress: tuple[int, ...] = ()
    least: int = 0
    most: int = 0

    @property
    def is_point(self) -> bool:
        return self.low == self.high

    @property
    def is_protected(self) -> bool:
        """Does the proposal keep a reader a tenth of the amount away from it?"""
        near = self.low - -(-self.low // SHARE)
        return self.least <= near and self.most >= 2 * self.low - near


def deductions(system: System, explanations: Sequence[Explanation]) -> list[Deduction]:
    """For each amount withheld: what the published figures say of it.

    Each identity that lacks withheld money says exactly what that money adds up to. Several together say
    more: how much of it each part is that they tell apart, or between which bounds.
    """
    secret = [e for e in explanations if e.slips[0].kind == "withheld" and e.slips[0].hole]
    return [told for explanation in secret for told in _deductions(system, explanation)]


def _deductions(system: System, explanation: Explanation) -> Iterator[Deduction]:
    hidden = Hidden(system, explanation)
    known = _narrowest(system, hidden)
    shifts = _shifts(system, hidden, known)
    suppress = _in_order(system, {f for made in shifts if made for f in made.figures})
    for told, made in zip(known, shifts, strict=True):
        down, up = (made.down, made.up) if made else (0, 0)
        bounds = told.amount - down, told.amount + up
        yield Deduction(
            explanation, told.sources, told.amount, told.amount, suppress if made else (), *bounds
        )
    for part in _open(hidden):
        low, high = hidden.low[part], hidden.high[part]
        sources = tuple(sorted(low.sources | high.sources))
        yield Deduction(explanation, sources, max(low.amount, 0), high.amount)


def _open(hidden: Hidden) -> list[int]:
    """The parts of which only bounds are known."""
    return [part for part in _live(hidden) if _rough(hidden, part)]


def _live(hidden: Hidden) -> list[int]:
    """The parts that can be more than rounding makes of nothing."""
    return [part for part, high in enumerate(hidden.high) if high.amount > hidden.rounding]


def _rough(hidden: Hidden, part: int) -> bool:
    """Is more open than rounding leaves open?"""
    return hidden.high[part].amount - hidden.low[part].amount > hidden.rounding


def _narrowest(system: System, hidden: Hidden) -> list[Sum]:
    """The amounts that are known exactly, without those that only add up others."""
    live = set(_live(hidden))
    sums = [s._replace(parts=s.parts & live) for s in hidden.sums]
    for part in sorted(live):
        if not _rough(hidden, part):
            bound = hidden.low[part]
            sums.append(Sum(frozenset({part}), bound.amount, tuple(sorted(bound.sources))))
    told: dict[frozenset[int], Sum] = {}
    for one in sorted(sums, key=lambda s: _preference(system, hidden, s)):
        told.setdefault(one.parts, one)
    found = [s for parts, s in told.items() if parts and not any(other < parts for other in told if other)]
    return sorted(found, key=lambda s: s.sources)


def _preference(system: System, hidden: Hidden, told: Sum) -> tuple[int, bool, bool, bool, int]:
    """One identity before several, one that lacks nothing else, of rows, by function."""
    first = told.sources[0]
    identity = system.identities[first]
    by_function = any(rows.scope is not None and rows.scope.get("function") for rows in identity.rows)
    more = system.residuals[first] != hidden.gaps[first]
    return len(told.sources), more, identity.code != "sum.across", not by_function, first


def _shifts(system: System, hidden: Hidden, known: Sequence[Sum]) -> list[Shift | None]:
    """For each amount a shift that protects it, with as few figures as those before it allow."""
    free: set[int] = set()
    found = []
    for told in known:
        made = _shift(system, hidden, told, free)
        free |= set(made.figures) if made else set()
        found.append(made)
    return found


def _shift(system: System, hidden: Hidden, told: Sum, free: set[int]) -> Shift | None:
    """Any part of an amount may change; one that likely holds it all leaves the most room."""
    for part in sorted(told.parts, key=lambda p: (-hidden.likely[p], p)):
        room = min(told.amount, hidden.likely[part])
        if room > 0 and (made := shift(system, hidden.counting(part), told.amount, room, free)):
            return made
    return None


def _in_order(system: System, figures: set[int]) -> tuple[int, ...]:
    """By where they stand, whatever the order of the book's tables."""

    def place(figure: int) -> tuple[str, int, int]:
        panel, row, column = system.sense.at(figure)
        return panel.table.name, row, column

    return tuple(sorted(figures, key=place))
