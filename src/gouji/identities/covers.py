"""Panels that together itemise the money of a scope, and what they can tell apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from gouji.meaning import Panel, Sense
from gouji.scope import CODES, Opens, Scope, partition

MOST_DIGITS = 30
REACH = {
    "label": (("function", 3),),
    "function.code": (("function", 7),),
    "economic.code": (("economic", MOST_DIGITS), ("gov_economic", MOST_DIGITS)),
    "gov_economic.code": (("gov_economic", MOST_DIGITS),),
    "project": (("project", 1),),
    "unit": (("unit", 1),),
    "item": (("item", 1),),
}
"""What a key column tells apart: an open dimension, and to how many digits of its codes."""

INCOME_TELLS_NOT = frozenset({"label"})
"""The key columns that say where money comes from in a list of income, and not what it is spent on."""


class Cover(NamedTuple):
    """Panels that together itemise all the money of a scope."""

    number: int
    panels: tuple[int, ...]
    base: Scope  # without what the book cannot distinguish
    income: bool  # it says where the money comes from whose use a scope says
    reach: Mapping[str, int]  # open dimensions told apart, to how many digits of their codes

    def tells(self, asked: Opened) -> bool:
        """Can the cover tell money of these open conditions from other money?"""
        for d, digits in asked.depth:
            if self.reach.get(d, 0) < digits:
                return False
        return not self.base.opens or Scope(self.base.closed, asked.opens).inside(self.base)


class Opened(NamedTuple):
    """Open conditions, and how deep they go: each dimension, to how many digits of its codes."""

    opens: Opens
    depth: tuple[tuple[str, int], ...]


def opened(opens: Opens) -> Opened:
    return Opened(opens, tuple([(d, len(max(v, key=len)) if d in CODES else 1) for d, v in opens]))


def covers(sense: Sense) -> list[Cover]:
    """Each panel by itself, and panels of lines that split the kinds of expenditure between them."""
    found: list[tuple[tuple[int, ...], Scope]] = []
    split: dict[Scope, list[int]] = {}
    for number in sense.ordered:
        panel = sense.panels[number]
        if panel.base.understood and not panel.base.expected and panel.columns:
            found.append(((number,), panel.base.scope))
            if panel.has_lines:
                split.setdefault(panel.base.scope.without("kind"), []).append(number)
    for base, numbers in split.items():
        scopes = [sense.panels[n].base.scope for n in numbers]
        if len(numbers) > 1 and partition(base, scopes, sense.live):
            found.append((tuple(numbers), base))
    return [_cover(sense, k, panels, base) for k, (panels, base) in enumerate(found)]


def _cover(sense: Sense, number: int, panels: tuple[int, ...], base: Scope) -> Cover:
    income = len(panels) == 1 and sense.panels[panels[0]].is_income
    lifted = base.without("flow") if income else base
    loose = Scope(lifted.closed | ~sense.live, lifted.opens)
    return Cover(number, panels, loose, income, _reach([sense.panels[p] for p in panels]))


def _reach(panels: list[Panel]) -> dict[str, int]:
    reach: dict[str, int] = {"year": 1}
    for panel in panels:
        for role in panel.roles - INCOME_TELLS_NOT if panel.is_income else panel.roles:
            for dimension, digits in REACH.get(role, ()):
                reach[dimension] = max(digits, reach.get(dimension, 0))
        for column in panel.columns:
            reach |= {d: MOST_DIGITS for d, _ in column.scope.opens}
    return reach
