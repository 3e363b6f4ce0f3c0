"""A budget line with what it buys and where it goes, and the lines of the ledger that it stands for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from gouji import lexicon
from gouji.ledger.lines import Line
from gouji.scope import dimensions


@dataclass(slots=True)
class Thing:
    """What a part of a line buys; `marks` are procured, bought, asset."""

    fen: int
    marks: set[str] = field(default_factory=set)
    reserved: int = 0
    told: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Spending:
    """A line and its parts: things and areas by name, and what runs staff taken over from elsewhere."""

    line: Line
    moved: int = 0
    things: dict[str, Thing] = field(default_factory=dict)
    areas: dict[str, int] = field(default_factory=dict)

    @property
    def parts(self) -> int:
        return self.moved + sum(thing.fen for thing in self.things.values()) + sum(self.areas.values())

    @property
    def rest(self) -> int:
        return self.line.fen - self.parts


def lines_of(spending: Spending) -> Iterator[Line]:
    """What of a line is for nothing in particular, then its parts."""
    line, rest = spending.line, spending.rest
    if rest or not spending.parts:
        yield replace(line, fen=rest) if rest != line.fen else line
    if spending.moved:
        yield replace(line, fen=spending.moved, moved=True)
    for name, thing in spending.things.items():
        bought = replace(line, item=name, **dict.fromkeys(thing.marks, True))  # type: ignore[arg-type]
        if thing.fen - thing.reserved:
            yield replace(bought, fen=thing.fen - thing.reserved)
        if thing.reserved:
            yield replace(bought, fen=thing.reserved, reserved=True)
    for area, fen in spending.areas.items():
        yield replace(line, fen=fen, area=area)


def kind_of(category: str) -> str:
    """基本支出 or 项目支出, as the category of a project says."""
    basic = dimensions().values["kind", "基本支出"]
    closed = lexicon.project_class(category).closed & dimensions().fields["kind"]
    return "基本支出" if closed == basic else "项目支出"
