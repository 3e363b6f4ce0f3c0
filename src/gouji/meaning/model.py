"""Panels, rows and columns of a book with what they count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from gouji.book import Book, Cell, Table
from gouji.lexicon import Meaning
from gouji.scope import Scope, dimensions

TOTAL, GROUP, LINE, CODE, LABEL, SINGLE = "total", "group", "line", "code", "label", "single"

Keys = Mapping[str, Cell]
"""What the key cells of a row say, by role (unit, project, function.code, …); blank cells left out."""


class Money(NamedTuple):
    """An amount column: its position in the table and its conditions."""

    at: int
    meaning: Meaning

    @property
    def scope(self) -> Scope:
        return self.meaning.scope


@dataclass(slots=True)
class Node:
    """A body row of a panel: its conditions, and its place among the rows that contain it."""

    index: int  # row of the table
    kind: str
    scope: Scope
    label: str
    understood: bool = True
    of: bool = False
    expected: bool = False
    parent: int | None = None
    children: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Panel:
    """`base` are the conditions of the title (and of the side); `first` is the number of its first figure."""

    table: Table
    number: int  # of the table in the book
    base: Meaning
    columns: tuple[Money, ...]
    nodes: list[Node]
    first: int = 0
    strange: tuple[tuple[str, ...], ...] = ()  # headings of the table that are not understood
    itemised: bool = False  # the official form has a row for each line
    roles: frozenset[str] = frozenset()  # of its key columns
    kinds: frozenset[str] = frozenset()
    is_income: bool = False

    def __post_init__(self) -> None:
        self.kinds = frozenset(node.kind for node in self.nodes)
        dims = dimensions()
        scope = self.base.scope.meet(self.columns[0].scope)
        outlay = dims.fields["flow"] & ~dims.values["flow", "收入总计"]
        self.is_income = scope is not None and not scope.closed & outlay

    @property
    def has_lines(self) -> bool:
        return self.itemised or LINE in self.kinds

    @property
    def labelled(self) -> bool:
        return LABEL in self.kinds

    def figure(self, row: int, column: int) -> int:
        """The number of the figure at a node and an amount column (positions, not table indexes)."""
        return self.first + row * len(self.columns) + column

    def cell(self, row: int, column: int) -> Cell:
        return self.table.rows[self.nodes[row].index][self.columns[column].at]

    @property
    def size(self) -> int:
        return len(self.nodes) * len(self.columns)


@dataclass(slots=True)
class TableSense:
    """A table with the role of each column ("" for an amount, "?" for a heading not understood).

    `keyed` is what the key cells of each row say where they do not say it one by one.
    """

    table: Table
    number: int
    title: Meaning
    roles: tuple[str, ...]
    meanings: tuple[Meaning, ...]
    panels: tuple[Panel, ...] = ()
    keyed: tuple[Keys, ...] = ()

    def keys(self, row: int) -> Keys:
        if self.keyed:
            return self.keyed[row]
        cells = self.table.rows[row]
        return {
            role: cell
            for role, cell in zip(self.roles, cells, strict=False)
            if role and role != "?" and cell.text
        }

    def column(self, role: str) -> int | None:
        """The column of a role; where codes are joined to names or split up, the first that holds them."""
        if role in self.roles:
            return self.roles.index(role)
        subject = role.partition(".")[0] + "."
        return next((i for i, r in enumerate(self.roles) if self.keyed and r.startswith(subject)), None)


class Unread(NamedTuple):
    """A cell in an amount column that is no amount."""

    table: int
    row: int
    column: int
    reason: str


@dataclass
class Sense:
    """A book and what its figures count. `amounts[i]` is figure i in 分, None where blank."""

    book: Book
    tables: tuple[TableSense, ...]
    panels: tuple[Panel, ...]
    amounts: list[int | None]
    steps: list[int]  # per panel: 分 in one unit of the last printed place, 0 when exact
    unread: tuple[Unread, ...]
    units: frozenset[str]
    places: list[tuple[int, ...]] = field(default_factory=list)  # per panel, what `steps` is for each column
    shortened: dict[int, int] = field(
        default_factory=dict
    )  # figure -> 分 by which it is coarser than its column
    live: int = 0  # the values of closed dimensions under which the book has money

    def table(self, form: str) -> TableSense | None:
        return next((t for t in self.tables if t.table.form == form), None)

    def forms(self, *names: str) -> Iterator[TableSense]:
        return (t for t in self.tables if t.table.form in names)

    @cached_property
    def ordered(self) -> list[int]:
        """The numbers of the panels by their tables' names: the order of a book's tables means nothing."""
        return sorted(range(len(self.panels)), key=lambda p: (self.panels[p].table.name, p))

    @cached_property
    def rounding(self) -> list[int]:
        """figure -> 分 in one unit of the last place that its column prints, 0 when exact"""
        return [
            step
            for panel, steps in zip(self.panels, self.places, strict=True)
            for _ in panel.nodes
            for step in steps
        ]

    @property
    def printed(self) -> int:
        """How many figures print an amount."""
        return len(self.amounts) - self.amounts.count(None)

    def value(self, figure: int) -> int:
        return self.amounts[figure] or 0

    def at(self, figure: int) -> tuple[Panel, int, int]:
        """The panel, node and column positions of a figure."""
        panel = self.panels[self.panel_of[figure]]
        row, column = divmod(figure - panel.first, len(panel.columns))
        return panel, row, column

    @cached_property
    def panel_of(self) -> list[int]:
        """figure -> the number of its panel"""
        return [i for i, panel in enumerate(self.panels) for _ in range(panel.size)]


def has_money(sense: Sense, panel: Panel, row: int) -> bool:
    """Does a row print any amount but zero?"""
    return any(sense.amounts[panel.figure(row, c)] for c in range(len(panel.columns)))
