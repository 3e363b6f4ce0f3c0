"""What a reader can work out of an amount withheld, and what else would have to be left out to protect it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gouji.explain.slips import Explanation
from gouji.identities import EQUAL, System
from gouji.scope import Scope, everything

MOST_SUPPRESSED = 12


@dataclass(frozen=True, slots=True)
class Deduction:
    """The bounds of an amount withheld in 分, the identity that gives them, what to suppress as well."""

    explanation: Explanation
    identity: int
    low: int
    high: int
    suppress: tuple[int, ...]  # figures

    @property
    def is_point(self) -> bool:
        return self.low == self.high


def deductions(system: System, explanations: Sequence[Explanation]) -> list[Deduction]:
    """For each amount withheld: what the published figures say of it.

    Each identity that lacks withheld money says exactly what that money adds up to; those with the
    narrowest scopes (one function, one unit) say the most.
    """
    found = []
    for explanation in explanations:
        if explanation.slips[0].kind != "withheld":
            continue
        for i in _narrowest(system, explanation):
            amount = system.residuals[i]
            found.append(Deduction(explanation, i, amount, amount, _suppression(system, explanation)))
    return found


def _narrowest(system: System, explanation: Explanation) -> list[int]:
    """One identity for each narrowest scope that the withheld money is known by."""
    asked: dict[Scope, int] = {}
    for i in sorted(explanation.identities):
        identity = system.identities[i]
        for rows in identity.rows:
            if identity.code == "sum.across" and rows.scope is not None and system.residuals[i] > 0:
                asked.setdefault(Scope(everything().closed, rows.scope.opens), i)
    if not asked:
        return [min(explanation.identities)]
    narrowest = {s: i for s, i in asked.items() if not any(o != s and o.inside(s) for o in asked)}
    return [i for scope, i in narrowest.items() if not _told_better(system, scope, narrowest)]


def _told_better(system: System, scope: Scope, asked: Mapping[Scope, int]) -> bool:
    """Does a scope with a function give the same amount as this one without?"""
    if scope.get("function"):
        return False
    amount = system.residuals[asked[scope]]
    return any(
        o.get("function") and system.residuals[i] == amount and o.meet(scope) for o, i in asked.items()
    )


def _suppression(system: System, explanation: Explanation) -> tuple[int, ...]:
    """Figures to leave out (or to merge) so that no identity gives the amount away by itself.

    A suppressed figure must not be recoverable from an identity in which it is the only unknown;
    where it is, the smallest other figure of that identity goes too.
    """
    unknown: set[int] = set()
    hidden = set(explanation.identities)
    for _ in range(MOST_SUPPRESSED):
        telling = next((i for i in sorted(hidden) if not _unknowns(system, i, unknown)), None)
        if telling is None:
            telling = next(
                (i for i in _others(system, unknown, hidden) if len(_unknowns(system, i, unknown)) == 1),
                None,
            )
        if telling is None:
            break
        choice = _smallest(system, telling, unknown)
        if choice is None:
            break
        unknown.add(choice)
    return tuple(sorted(unknown, key=lambda f: _order(system, f)))


def _unknowns(system: System, i: int, unknown: set[int]) -> list[int]:
    return [f for f, _ in system.identities[i].terms if f in unknown]


def _others(system: System, unknown: set[int], hidden: set[int]) -> list[int]:
    return sorted(_touched(system, unknown) - hidden)


def _touched(system: System, unknown: set[int]) -> set[int]:
    return {i for f in unknown for i, _ in system.touching[f] if system.identities[i].relation == EQUAL}


def _smallest(system: System, i: int, unknown: set[int]) -> int | None:
    """The figure of an identity whose suppression costs a reader least; never one that is already blank."""
    terms = system.identities[i].terms
    figures = [f for f, _ in terms if f not in unknown and system.sense.amounts[f]]
    return min(figures, key=lambda f: (abs(system.sense.value(f)), _order(system, f)), default=None)


def _order(system: System, figure: int) -> tuple[str, int, int]:
    """Where a figure stands, whatever the order of the book's tables."""
    panel, row, column = system.sense.at(figure)
    return panel.table.name, row, column
