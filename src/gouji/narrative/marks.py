"""Amounts and percentages where they stand in a text, exact and with their printed precision."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

UNITS = {
    "元": 100,
    "千元": 100_000,
    "万元": 1_000_000,
    "万": 1_000_000,
    "百万元": 100_000_000,
    "亿元": 10_000_000_000,
    "亿": 10_000_000_000,
}
MOST_DIGITS = 15
LEAST_LONG = 10

_MARK = re.compile(
    r"(?<![\d.,A-Za-z〔\[-])(-?)(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+))?"
    r"(百万元|亿元|万元|千元|元|[万亿](?=[,。;:、)]|$)|%|个百分点)"
)
_DECIMALS = re.compile(r"\d\.(\d+)万元")
_SHORT = re.compile(r"(?<![\d.])[\d,]+(?:\.\d)?万元")
BAD_NUMBER = re.compile(r"(?<![\d.,])\d[\d,]*(?:\.\d+){2,}(?=[万亿]?元)")
"""A number with two points that stands before 元."""


class Mark(NamedTuple):
    """A number with its unit: money in 分, or a percentage; `step` is one unit of its last printed place."""

    value: Fraction
    step: Fraction
    unit: str
    text: str
    start: int
    end: int

    @property
    def is_amount(self) -> bool:
        return self.unit in UNITS

    @property
    def low(self) -> Fraction:
        return self.value - self.step / 2

    @property
    def high(self) -> Fraction:
        return self.value + self.step / 2

    @property
    def digits(self) -> str:
        """Its significant digits."""
        return re.sub(r"[^\d]", "", self.text).strip("0")

    def agrees(self, value: Fraction | int, slack: Fraction | int = 0) -> bool:
        """Can it be this value, itself known to within `slack`?"""
        return self.low - slack <= value <= self.high + slack


def marks(text: str, places: int = 0) -> Iterator[Mark]:
    """The numbers of a text. `places`: amounts in 万元 are exact to so many, though zeros are not printed."""
    for hit in _MARK.finditer(text):
        sign, whole, part, unit = hit.groups()
        digits = whole.replace(",", "") + (part or "")
        if len(digits) <= MOST_DIGITS:
            scale = Fraction(UNITS.get(unit, 1), 10 ** len(part or ""))
            value = int(digits) * scale * (-1 if sign else 1)
            step = min(scale, Fraction(UNITS[unit], 10**places)) if places and unit == "万元" else scale
            yield Mark(value, step, unit, hit[0], hit.start(), hit.end())


def drops_zeros(text: str) -> bool:
    """Does a text print amounts in 万元 to two decimals, and no zero at their end (2.7 for 2.70)?"""
    parts = _DECIMALS.findall(text)
    long = sum(len(part) == 2 for part in parts)
    return long >= LEAST_LONG and 4 * long >= 3 * len(parts) and not any(p[-1] == "0" for p in parts)


def is_short(text: str) -> bool:
    """Has a text amounts in 万元 with fewer than two decimals?"""
    return _SHORT.search(text) is not None
