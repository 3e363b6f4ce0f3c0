"""How a slip happens: what one change of a printed figure looks like, and how likely it is."""

from __future__ import annotations

from typing import NamedTuple

from gouji.scope import Scope

WAN_SLIP = 10_000
TIE = 0.15

COSTS = {
    "unit": 0.9,
    "digit": 1.0,
    "swap": 1.0,
    "sign": 1.1,
    "point": 1.1,
    "lost-digit": 1.2,
    "extra-digit": 1.2,
    "blank": 1.3,
    "copy": 1.6,
    "other": 3.0,
}
"""Cost of one changed figure by how it looks: the smaller the likelier."""


class Hole(NamedTuple):
    """A row that is missing: in which panel, under which row, and what it would count."""

    panel: int
    parent: int | None
    scope: Scope
    like: int | None  # a row that it resembles
    amounts: tuple[tuple[int, int], ...]  # (column, 分)


class Slip(NamedTuple):
    """One change that would mend identities.

    `effect` is what it adds to the residual of each identity it touches; `changes` are the figures
    with their proposed amounts (None: blank).
    """

    kind: str
    changes: tuple[tuple[int, int | None], ...]
    effect: tuple[tuple[int, int], ...]
    cost: float
    how: str
    amount: int
    hole: Hole | None = None
    row: tuple[int, int] | None = None  # (panel, node) of a row that is surplus or shifted
    carried: bool = False  # the first change is the slip; the others are totals that were added up from it


def resemblance(old: int | None, new: int) -> str:
    """Which slip turns the true amount `new` into the printed `old`, both in 分."""
    if not old:
        return "blank"
    if not new:
        return "other"
    if old == -new:
        return "sign"
    if (old < 0) != (new < 0):
        return "other"
    a, b = str(abs(old)), str(abs(new))
    if _scaled(old, new, WAN_SLIP):
        return "unit"
    if len(a) == len(b):
        off = [i for i, (x, y) in enumerate(zip(a, b, strict=True)) if x != y]
        if len(off) == 1:
            return "digit"
        if len(off) == 2 and a[off[0]] == b[off[1]] and a[off[1]] == b[off[0]]:
            return "swap" if off[1] == off[0] + 1 else "copy"
    if a.rstrip("0") == b.rstrip("0"):
        return "point"
    if _scaled(old, new, 10) or _scaled(old, new, 100) or _scaled(old, new, 1000):
        return "point"
    if len(a) < len(b) and _one_more(b, a):
        return "lost-digit"
    if len(a) > len(b) and _one_more(a, b):
        return "extra-digit"
    return "other"


def _one_more(longer: str, shorter: str) -> bool:
    """Is the longer the shorter with one digit put in (zeros in front not counted)?"""
    if longer[1:].lstrip("0") == shorter:
        return True
    if len(longer) != len(shorter) + 1:
        return False
    same = next((i for i, digit in enumerate(shorter) if longer[i] != digit), len(shorter))
    return longer[same + 1 :] == shorter[same:]


def _scaled(old: int, new: int, power: int) -> bool:
    """Is one the other times a power of ten, signs aside, up to what the last printed place cannot show?"""
    a, b = abs(old), abs(new)
    large, small = (a, b) if a > b else (b, a)
    least = large // power
    return least <= small <= least + 1 and small > 0 and small in (least, (large + power // 2) // power)


def is_round(fen: int) -> bool:
    """Has the amount at most two digits before its zeros?"""
    return len(str(abs(fen)).rstrip("0")) <= 2


class Explanation(NamedTuple):
    """The broken identities that one slip accounts for, and the slips that could, likeliest first."""

    identities: frozenset[int]
    slips: tuple[Slip, ...]

    @property
    def tied(self) -> bool:
        """Is another slip as likely as the first?"""
        return len(self.slips) > 1 and self.slips[1].cost - self.slips[0].cost < TIE
