"""Performance targets (绩效目标): the rows of their tables, what merged cells leave blank filled down."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from gouji.checks.common import HERE, once, spot
from gouji.findings import Spot
from gouji.lexicon import normal
from gouji.meaning import Sense, TableSense
from gouji.scope import rows_of

_NUMBER = re.compile(r"[≥≤=><＞＜＝]*(\d[\d,]*(?:\.\d+)?)(?:[%％]|[-~～—至]\d[\d.]*[%％]?)?")


PARTS = ("goal", "level1", "level2", "level3", "operator", "value", "measure", "attribute", "note")
"""What a row of targets says, each part in a column of its own (target.goal, …)."""


class Target(NamedTuple):
    """One indicator. Texts as printed; the two levels are filled down within a project."""

    project: str
    table: TableSense
    row: int
    level1: str
    level2: str
    level3: str  # its name
    operator: str
    value: str
    measure: str
    attribute: str
    note: str
    number: int | None  # the value in thousandths, None where it is text; of a range its first number
    right: bool  # it counts people who petition, complain or report: it is read and never judged

    def spot(self, part: str) -> Spot:
        """The cell of one part (level1, operator, …)."""
        return spot(self.table, self.row, self.table.roles.index(f"target.{part}"))

    def printed(self, part: str) -> bool:
        return f"target.{part}" in self.table.roles

    @property
    def home(self) -> tuple[str, ...]:
        """The first levels that the second level belongs to, () where it is not known."""
        return level_words()[1].get(level(self.level2), ())


@dataclass(slots=True)
class Plan:
    """What one table says of one project: the goals in words, and the indicators."""

    project: str
    table: TableSense
    row: int
    goals: list[tuple[int, str]] = field(default_factory=list)  # (row, text)
    targets: list[Target] = field(default_factory=list)

    def name_spot(self) -> Spot:
        return spot(self.table, self.row, _name_column(self.table))

    def goal_spot(self, row: int) -> Spot:
        return spot(self.table, row, self.table.roles.index("target.goal"))


@once
def plans(sense: Sense) -> tuple[Plan, ...]:
    """The plan of every project in every table of targets."""
    return tuple(plan for table in sense.tables if is_targets(table) for plan in _plans(table, sense))


@once
def targets(sense: Sense) -> tuple[Target, ...]:
    """Every indicator of the book."""
    return tuple(target for plan in plans(sense) for target in plan.targets)


def printing(sense: Sense, part: str) -> list[Target]:
    """The indicators in tables that have a column for a part."""
    return [t for plan in plans(sense) if f"target.{part}" in plan.table.roles for t in plan.targets]


def is_targets(table: TableSense) -> bool:
    return "target.level3" in table.roles


def _plans(table: TableSense, sense: Sense) -> Iterator[Plan]:
    names = _name_column(table)
    columns = {role: i for i, role in enumerate(table.roles)}
    parts = [columns.get(f"target.{part}", -1) for part in PARTS]
    units = sense.units | {normal(sense.book.unit)}
    amounts = [i for i, role in enumerate(table.roles) if not role]
    known: dict[tuple[str, str], Plan] = {}
    paid: dict[str, str] = {}  # what each project printed last: other money is another unit's plan for it
    plan: Plan | None = None
    above = ("", "")
    for at, row in enumerate(table.table.rows):
        name = normal(row[names].text)
        texts = [row[i].text if i >= 0 else "" for i in parts]
        if name and (name not in units or any(texts)):
            paid[name] = " ".join(row[i].text for i in amounts if row[i].text) or paid.get(name, "")
            mine = known.get((name, paid[name]))
            if mine is None:
                mine = known[name, paid[name]] = Plan(name, table, at)
            plan, above = mine, above if mine is plan else ("", "")
        if plan is None:
            continue
        goal, level1, level2, level3, operator, value, measure, attribute, note = texts
        if goal:
            plan.goals.append((at, goal))
        above = (level1 or above[0], level2 or ("" if level1 else above[1]))
        if level3 or operator or value:  # else a place left free
            said = (level3, operator, value, measure, attribute, note)
            right = _rights().search(level3) is not None
            plan.targets.append(Target(plan.project, table, at, *above, *said, number(value), right))
    yield from known.values()


def _name_column(table: TableSense) -> int:
    naming = ("unit.project", "unit.tree", "project", "unit")
    return next((table.roles.index(role) for role in naming if role in table.roles), 0)


LONGEST = 40
"""Characters of a number that anybody means."""


@lru_cache(maxsize=4000)
def number(text: str) -> int | None:
    """The number that a text prints, in thousandths; None where it prints no number."""
    found = _NUMBER.fullmatch(normal(text)) if len(text) <= LONGEST else None
    if not found:
        return None
    whole, _, part = found[1].replace(",", "").partition(".")
    return int(whole + part[:3].ljust(3, "0"))


@lru_cache(maxsize=5000)
def level(text: str) -> str:
    """A level's word without 指标 behind it."""
    return normal(text).removesuffix("指标")


@lru_cache(maxsize=1)
def level_words() -> tuple[frozenset[str], dict[str, tuple[str, ...]]]:
    """The first levels, and for each second level the first levels it may stand under."""
    seconds = {second: tuple(firsts.split("|")) for second, firsts in rows_of(HERE / "levels.tsv")}
    return frozenset(first for firsts in seconds.values() for first in firsts), seconds


@lru_cache(maxsize=1)
def _rights() -> re.Pattern[str]:
    return re.compile("|".join(re.escape(row[0]) for row in rows_of(HERE / "rights.tsv")))
