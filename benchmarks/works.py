"""A random ledger in the making."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace

from benchmarks.vocabulary import Department
from gouji.ledger import Item, Line, Target

PUBLIC = "一般公共预算"
OWN_FUNDS = (
    "财政专户管理资金",
    "事业收入",
    "事业单位经营收入",
    "上级补助收入",
    "附属单位上缴收入",
    "其他收入",
)
OF_BUDGETS = (PUBLIC, "政府性基金预算", "国有资本经营预算")
REGION = "539900"


@dataclass
class Work:
    """`funds` are the department's sources, the general budget first; `size` scales the number of lines."""

    rng: random.Random
    year: int
    department: Department
    funds: tuple[str, ...]
    carried: bool
    size: float
    lines: list[Line] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    codes: dict[str, str] = field(default_factory=dict)
    entries: int = 0

    def code_of(self, project: str) -> str:
        """The code of a project, the same each time: region, year, type, and a serial number."""
        if project not in self.codes:
            serial = len(self.codes) + self.rng.randint(1, 9) * 1000
            self.codes[project] = f"{REGION}{self.rng.randint(20, self.year % 100)}1{serial:012d}"
        return self.codes[project]

    def add(self, *parts: Line) -> None:
        """A printed line, in as many parts as it has to be told apart."""
        self.entries += 1
        self.lines += [replace(part, entry=self.entries) for part in parts if part.fen]

    def wages(self, heads: int, low: int, high: int) -> int:
        """A year's wages of so many heads, in 分: never round."""
        return heads * 12 * self.rng.randint(low * 100, high * 100) + self.rng.randint(1, 99)

    def round_amount(self, low: int, high: int) -> int:
        """An amount in 分 as projects have it, of `low` to `high` 元: round, or at least in whole 元."""
        step = self.rng.choice((10_000, 10_000, 5_000, 1_000, 1_000, 100, 1))
        return max(self.rng.randint(low, high) // step, 1) * step * 100

    def released(self) -> str:
        return self.rng.choices(("本次下达", "已提前安排", "另文下达", "抵扣上年垫付资金"), (90, 4, 4, 2))[0]
