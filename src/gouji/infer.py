"""What a reader can work out of an amount withheld, and what else would have to be left out to protect it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gouji.explain.slips import Explanation
from gouji.identities import EQUAL, System

MOST_SUPPRESSED = 12


@dataclass(frozen=True, slots=True)
class Deduction:
    """The bounds of one withheld amount in 分, the identity that gives them, what to suppress to widen them."""

    explanation: Explanation
    low: int
    high: int
    identity: int
    suppress: tuple[int, ...]  # figures

    @property
    def is_point(self) -> bool:
        return self.low == self.high


def deductions(system: System, explanations: Sequence[Explanation]) -> list[Deduction]:
    """For each withheld amount: its interval, from the published figures alone."""
    hidden = [e for e in explanations if e.slips[0].kind == "withheld"]
    rows = _equations(system, hidden)
    found = []
    for k, explanation in enumerate(hidden):
        low, high, source = _interval(rows, k, len(hidden))
        suppress = _suppression(system, explanation) if low == high else ()
        found.append(Deduction(explanation, low, high, source, suppress))
    return found


Equation = tuple[int, dict[int, int], int]
"""identity, {withheld amount: coefficient}, what they add up to"""


def _equations(system: System, hidden: Sequence[Explanation]) -> list[Equation]:
    """Each identity that lacks withheld amounts says what those amounts add up to."""
    rows: dict[int, dict[int, int]] = {}
    for k, explanation in enumerate(hidden):
        slip = explanation.slips[0]
        for i, delta in slip.effect:
            if system.identities[i].relation == EQUAL and i in explanation.identities | _shared(hidden, i):
                rows.setdefault(i, {})[k] = -delta // slip.amount if slip.amount else 0
    return [(i, coefficients, system.residuals[i]) for i, coefficients in rows.items() if any(coefficients.values())]


def _shared(hidden: Sequence[Explanation], i: int) -> frozenset[int]:
    return frozenset((i,)) if any(i in e.identities for e in hidden) else frozenset()


def _interval(rows: Sequence[Equation], k: int, count: int) -> tuple[int, int, int]:
    """Bounds of amount k: from an equation of it alone, else by linear programming over all of them."""
    for i, coefficients, value in rows:
        if set(coefficients) == {k} and coefficients[k]:
            amount = value // coefficients[k]
            return amount, amount, i
    mine = [(i, c, v) for i, c, v in rows if k in c]
    low, high = (_optimum(rows, k, count, sense) for sense in (1, -1))
    return low, high, mine[0][0] if mine else rows[0][0]


def _optimum(rows: Sequence[Equation], k: int, count: int, direction: int) -> int:
    import highspy

    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    for j in range(count):
        solver.addVar(0.0, highspy.kHighsInf)
        solver.changeColCost(j, float(direction) if j == k else 0.0)
    for _, coefficients, value in rows:
        columns = list(coefficients)
        solver.addRow(float(value), float(value), len(columns), columns, [float(coefficients[c]) for c in columns])
    solver.run()
    return round(solver.getSolution().col_value[k])


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
            telling = next((i for i in _touched(system, unknown) - hidden if len(_unknowns(system, i, unknown)) == 1), None)
        if telling is None:
            break
        choice = _smallest(system, telling, unknown)
        if choice is None:
            break
        unknown.add(choice)
    return tuple(sorted(unknown))


def _unknowns(system: System, i: int, unknown: set[int]) -> list[int]:
    return [f for f, _ in system.identities[i].terms if f in unknown]


def _touched(system: System, unknown: set[int]) -> set[int]:
    return {
        i for f in unknown for i, _ in system.by_figure.get(f, ()) if system.identities[i].relation == EQUAL
    }


def _smallest(system: System, i: int, unknown: set[int]) -> int | None:
    """The figure of an identity whose suppression costs a reader least; never one that is already blank."""
    terms = system.identities[i].terms
    figures = [f for f, _ in terms if f not in unknown and system.sense.amounts[f]]
    return min(figures, key=lambda f: (abs(system.sense.value(f)), f), default=None)
