"""Budget lines with every dimension known, and the ledger that holds a unit's lines of one year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

from gouji import codes
from gouji.lexicon import normal
from gouji.money import YUAN
from gouji.scope import Scope, dimensions

WHOLE = "部门整体"
"""The project of targets that are the department's own."""
_RUNS_AN_OFFICE = "行政运行"
_NAMED = ("flow", "fund", "carried", "kind", "part", "release", "level", "stage")
_YES_NO = {
    "planned": ("未纳入中期规划", "纳入中期规划"),
    "procured": ("非政府采购", "政府采购"),
    "bought": ("非政府购买服务", "政府购买服务"),
    "asset": ("非新增资产", "新增资产"),
    "moved": ("非转隶人员", "转隶人员"),
    "reserved": ("非预留", "面向中小企业预留"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """Some money of one kind: income, expenditure or a balance; "" where a dimension says nothing of it.

    `entry` numbers the printed line that this is part of, where only a part of it buys something or goes to
    one area; 0 for a line of its own. The years after the book's are the mid-term plan. `offset` takes out
    money that other lines tell twice, each in another way, as the book that they come from tells it.
    """

    fen: int
    year: int
    unit: str
    flow: str
    fund: str
    carried: str = "本年"
    kind: str = ""
    part: str = ""
    function: str = ""
    economic: str = ""
    project: str = ""
    code: str = ""  # of the project
    category: str = ""  # of the project, as 311 专项业务类
    release: str = ""
    level: str = ""
    stage: str = "部门预算"
    area: str = ""
    item: str = ""
    planned: bool = False
    procured: bool = False
    bought: bool = False
    asset: bool = False
    moved: bool = False
    reserved: bool = False
    withheld: bool = False
    entry: int = 0
    offset: bool = False


class Unit(NamedTuple):
    """A subordinate unit, or the department's own office."""

    code: str
    name: str


class Item(NamedTuple):
    """What a project buys; `told` is what tables say of it under their headings (计量单位, 数量, 单价, …)."""

    project: str
    name: str
    told: Mapping[str, str]


class Target(NamedTuple):
    """One performance indicator of a project, and the project's goal."""

    unit: str
    project: str
    goal: str
    level1: str
    level2: str
    level3: str
    operator: str
    value: str
    measure: str
    attribute: str
    note: str


class Chapter(NamedTuple):
    """A part of the narrative, its paragraphs a line each."""

    title: str
    text: str


@dataclass(frozen=True)
class Ledger:
    """All money of a department's year: income, expenditure, balances, the plan, and what is told from above.

    `unit` and `code` are the department's, `fen` the number of 分 in the money unit of its book, `edition`
    the name of the official forms that it is to be published in.
    """

    unit: str
    year: int
    lines: tuple[Line, ...]
    code: str = "001"
    units: tuple[Unit, ...] = ()
    items: tuple[Item, ...] = ()
    targets: tuple[Target, ...] = ()
    fen: int = YUAN
    parts: tuple[Chapter, ...] = ()
    edition: str = ""

    def total(self, scope: Scope) -> int:
        """The sum of the lines in a scope, in 分."""
        return sum(line.fen for line, own in self.scoped if own.inside(scope))

    @cached_property
    def scoped(self) -> tuple[tuple[Line, Scope], ...]:
        """Each line with its scope."""
        codes = {unit.name: unit.code for unit in self.units}
        return tuple((line, scope_of(line, codes.get(line.unit, ""))) for line in self.lines)

    @cached_property
    def areas(self) -> tuple[str, ...]:
        """The areas that money goes to, in the order of the lines."""
        return tuple(dict.fromkeys(line.area for line in self.lines if line.area and not line.withheld))

    @cached_property
    def offices(self) -> frozenset[str]:
        """The units that are organs, or run like them: the classification has 行政运行 for these alone."""
        names = codes.functions(self.year)
        runs = {code for code in {line.function for line in self.lines} if _is_office(names.get(code))}
        return frozenset(line.unit for line in self.lines if line.function in runs)

    def item(self, line: Line) -> Item | None:
        return self._items.get((line.project, line.item))

    @cached_property
    def _items(self) -> dict[tuple[str, str], Item]:
        return {(item.project, item.name): item for item in self.items}


def _is_office(code: codes.Code | None) -> bool:
    return code is not None and code.name == _RUNS_AN_OFFICE


def scope_of(line: Line, unit_code: str = "") -> Scope:
    """The narrowest scope that holds a line."""
    economic = "gov_economic" if line.economic.startswith("5") else "economic"
    told = {
        "year": str(line.year),
        "unit": normal(line.unit),
        "unit_code": unit_code,
        "function": line.function,
        economic: line.economic,
        "project": normal(line.project),
        "area": normal(line.area),
        "item": normal(line.item),
    }
    named = tuple(getattr(line, name) for name in _NAMED)
    marked = tuple(getattr(line, name) for name in _YES_NO)
    return Scope(_closed(named, marked), tuple(sorted(_open(name, v) for name, v in told.items() if v)))


@lru_cache(maxsize=20_000)
def _open(name: str, value: str) -> tuple[str, tuple[str, ...]]:
    """An open condition, the same object for all lines that share it."""
    return name, (value,)


@lru_cache(maxsize=5000)
def _closed(named: tuple[str, ...], marked: tuple[bool, ...]) -> int:
    """The closed conditions: one value a dimension, all of them where the line says nothing."""
    dims = dimensions()
    bits = 0
    for name, value in zip(_NAMED, named, strict=True):
        bits |= dims.values[name, value] if value else dims.fields[name]
    for (name, words), mark in zip(_YES_NO.items(), marked, strict=True):
        bits |= dims.values[name, words[mark]]
    return bits
