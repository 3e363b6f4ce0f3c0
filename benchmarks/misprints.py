"""An amount misprinted: from the true 分 to the text that stands there instead."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping

from gouji.money import show

Misprint = Callable[[random.Random, int, int], str | None]
"""From the 分, in a table with so many 分 to its money unit; None where an amount cannot be misprinted so."""


def digit(rng: random.Random, fen: int, unit: int) -> str | None:
    """One digit is another."""
    digits = str(fen)
    at = rng.randrange(len(digits))
    others = [d for d in "0123456789" if d != digits[at] and (d != "0" or at)]
    return show(int(digits[:at] + rng.choice(others) + digits[at + 1 :]), unit)


def swap(rng: random.Random, fen: int, unit: int) -> str | None:
    """Two digits side by side have changed places."""
    digits = str(fen)
    pairs = [i for i in range(len(digits) - 1) if digits[i] != digits[i + 1] and (i or digits[1] != "0")]
    if not pairs:
        return None
    at = rng.choice(pairs)
    return show(int(digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]), unit)


def lost_digit(rng: random.Random, fen: int, unit: int) -> str | None:
    """A digit before the point is missing."""
    whole, rest = divmod(fen, unit)
    digits = str(whole)
    if len(digits) < 2:
        return None
    at = rng.randrange(len(digits))
    return show(int(digits[:at] + digits[at + 1 :]) * unit + rest, unit)


def doubled_digit(rng: random.Random, fen: int, unit: int) -> str | None:
    """A digit before the point stands twice."""
    whole, rest = divmod(fen, unit)
    digits = str(whole)
    at = rng.randrange(len(digits))
    return show(int(digits[:at] + digits[at] + digits[at:]) * unit + rest, unit)


def blank(rng: random.Random, fen: int, unit: int) -> str | None:
    return ""


def point(rng: random.Random, fen: int, unit: int) -> str | None:
    """The decimal point is a place or two off; moved to the left, the last digits are lost."""
    power = rng.choice((10, 100))
    moved = fen * power if rng.random() < 0.5 else fen // power
    return show(moved, unit) if moved else None


def ten_thousand(rng: random.Random, fen: int, unit: int) -> str | None:
    """元 in a book of 万元, or 万元 in a book of 元, rounded to what the column prints."""
    moved = fen * 10_000 if rng.random() < 0.5 else (fen + 5_000) // 10_000
    return show(moved, unit) if moved else None


def sign(rng: random.Random, fen: int, unit: int) -> str | None:
    return show(-fen, unit)


def other(rng: random.Random, fen: int, unit: int) -> str | None:
    """A wrong sum: off by some line's worth."""
    off = rng.choice((rng.randint(1, 99) * 100_000, rng.randint(1_000, 9_999_999)))
    wrong = fen + off if rng.random() < 0.5 or off >= fen else fen - off
    return show(wrong, unit)


MISPRINTS: Mapping[str, Misprint] = {
    "digit": digit,
    "swap": swap,
    "lost-digit": lost_digit,
    "doubled-digit": doubled_digit,
    "blank": blank,
    "point": point,
    "unit": ten_thousand,
    "sign": sign,
    "total": other,
}
