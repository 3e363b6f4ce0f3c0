"""A ledger in the making from a book: its lines with where they stand, and what had to be inferred."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from gouji.book import Place
from gouji.ledger.lines import Item, Line, Target, Unit
from gouji.ledger.parts import Spending
from gouji.lexicon import normal
from gouji.meaning import Sense
from gouji.messages import say


class Inferred(NamedTuple):
    """Something that the book does not print and a line needs: a code of the catalogue, and where."""

    code: str
    args: Mapping[str, str]
    form: str
    place: Place

    def say(self, lang: str) -> str:
        return say(self.code, lang, self.args)


PURCHASE, YEAR, ROUNDING, UNTOLD, OTHERWISE = "purchase", "year", "rounding", "untold", "otherwise"
"""Why lines do not add up to a figure: it is of what is bought, or of another year; only rounding sets them
apart; no line tells of it; lines tell of it otherwise."""


class Unsupported(NamedTuple):
    """A printed figure that the lines do not add up to: where, 分 printed and of the lines, and why."""

    form: str
    row: str
    column: str
    place: Place
    printed: int
    lines: int
    fen: int  # in the table's money unit
    cause: str


@dataclass(slots=True)
class Draft:
    sense: Sense
    unit: str
    year: int
    code: str = ""
    rows: int = 0  # printed lines so far
    apart: bool = False  # the lines come from what tables tell in several ways
    units: list[Unit] = field(default_factory=list)
    spent: list[Spending] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)  # of each of `spent`
    income: list[Line] = field(default_factory=list)
    plan: list[Line] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    inferred: list[Inferred] = field(default_factory=list)
    unsupported: list[Unsupported] = field(default_factory=list)
    by_project: dict[str, list[Spending]] = field(default_factory=dict)

    def infer(self, code: str, form: str, place: Place, **args: str) -> None:
        self.inferred.append(Inferred(f"recover.{code}", args, form, place))

    def add(self, spending: Spending, place: Place) -> None:
        self.spent.append(spending)
        self.places.append(place)
        self.by_project.setdefault(normal(spending.line.project), []).append(spending)
