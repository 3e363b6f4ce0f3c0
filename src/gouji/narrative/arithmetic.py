"""Rates and shares that amounts imply, as intervals: a printed amount is known to half of its last place."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from gouji.narrative.marks import Mark

HUNDRED = 100


class Range(NamedTuple):
    """`low` to `high`, and the value from the amounts as they are printed."""

    low: Fraction
    high: Fraction
    plain: Fraction

    def admits(self, percent: Fraction, step: Fraction) -> bool:
        """May this be printed so? A last place that is cut off and not rounded is not cried."""
        return self.low - step <= percent <= self.high + step


def growth(this: Mark, last: Mark) -> Range | None:
    """(this − last) ÷ last in per cent; None where last year's amount may be nothing."""
    if last.low <= 0 or this.value < 0:
        return None
    return Range(
        HUNDRED * (max(this.low, Fraction(0)) / last.high - 1),
        HUNDRED * (this.high / last.low - 1),
        HUNDRED * (this.value / last.value - 1),
    )


def growth_by(this: Mark, change: Mark, sign: int) -> Range | None:
    """The rate of a change by an amount to this year's, below zero for a decrease."""
    low, high = max(abs(change.value) - change.step / 2, Fraction(0)), abs(change.value) + change.step / 2
    value = abs(change.value)
    ends = max(this.low, Fraction(0)), this.high
    if this.value < 0 or ends[0] - sign * (high if sign > 0 else low) <= 0:
        return None
    told = (low / (ends[1] - sign * low), high / (ends[0] - sign * high), value / (this.value - sign * value))
    a, b, plain = (HUNDRED * sign * rate for rate in told)
    return Range(min(a, b), max(a, b), plain)


def share(part: Mark, whole: Mark) -> Range | None:
    """part ÷ whole in per cent."""
    if whole.low <= 0 or part.value < 0:
        return None
    return Range(
        HUNDRED * max(part.low, Fraction(0)) / whole.high,
        HUNDRED * part.high / whole.low,
        HUNDRED * part.value / whole.value,
    )


def rounded(value: Fraction, decimals: int) -> str:
    """A number as it is printed, half rounded away from zero."""
    scale = 10**decimals
    units = int(abs(value) * scale * 2 + 1) // 2
    whole, part = divmod(units, scale)
    sign = "-" if value < 0 and units else ""
    return f"{sign}{whole:,}" + (f".{part:0{decimals}d}" if decimals else "")


def places(step: Fraction) -> int:
    """How many decimals a number with this last place prints."""
    return max(len(str(step.denominator)) - 1, 0)
