"""What is compared, and what a comparison says. Frozen data; amounts in 分."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from gouji.findings import Spot

ADDED, REMOVED, CHANGED, MOVED, RESTATED = "added", "removed", "changed", "moved", "restated"
LINE, FIGURE, TABLE = "line", "figure", "table"
TARGET, NOTE, PARAGRAPH = "target", "note", "paragraph"

Key = tuple[tuple[str, str], ...]
"""What a row counts or names: (dimension, value), sorted. Years are told from the book's own."""


class Column(NamedTuple):
    """What an amount column counts: how far its year is from the book's, and its conditions."""

    year: int
    closed: int
    opens: Key
    label: str = ""  # of a heading that is not understood
    nth: int = 1  # of those alike


class Printed(NamedTuple):
    """A figure: its amount (None: blank), 分 in one unit of its last place (0: exact), its cell."""

    fen: int | None
    step: int
    spot: Spot


@dataclass(frozen=True, slots=True)
class Row:
    """A row of figures. `level` is LINE for a budget line; `leaf`: no other row is part of it.

    `side` is its panel's number in its table.
    """

    table: str
    side: int
    key: Key
    level: str
    leaf: bool
    name: str
    code: str  # of the project, where the row prints it
    wide: int  # the closed conditions of its table's title
    cells: Mapping[Column, Printed]

    def value(self, dimension: str) -> str:
        return next((value for name, value in self.key if name == dimension), "")


class Passage(NamedTuple):
    """Something said in words: a target's value or goal, a note of a table, a paragraph.

    `key` names a target by project, levels and name, a paragraph by its heading; `told` is the text for
    comparing, its years told from the book's own; `text` is as printed.
    """

    what: str
    table: str  # "" for the narrative
    key: tuple[str, ...]
    told: str
    label: str
    text: str
    spot: Spot


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: a book or a ledger. `tables` are the keys of its tables with where they stand."""

    source: str
    unit: str
    year: int | None
    fen: int
    tables: Mapping[str, Spot]
    rows: tuple[Row, ...]
    texts: tuple[Passage, ...] = ()


class Figure(NamedTuple):
    """One column of a row that differs; None for a blank or a row that is not there."""

    column: str
    old: int | None
    new: int | None
    before: Spot | None
    after: Spot | None

    @property
    def difference(self) -> int:
        return (self.new or 0) - (self.old or 0)


@dataclass(frozen=True, slots=True)
class Change:
    """One row (or table) that differs: `old` and `new` of its widest column, `figures` all that differ.

    For what has moved, `dimension` says along which dimension (function, economic, …), `source` and `target`
    its values there.
    """

    kind: str
    what: str
    table: str
    old: int | None
    new: int | None
    before: Spot | None
    after: Spot | None
    figures: tuple[Figure, ...] = ()
    dimension: str = ""
    source: str = ""
    target: str = ""

    @property
    def difference(self) -> int:
        return (self.new or 0) - (self.old or 0)

    @property
    def spot(self) -> Spot:
        """Where it is best looked for: in the new one, otherwise in the old."""
        found = self.after or self.before
        assert found is not None
        return found


class Wording(NamedTuple):
    """A passage that was added, removed or changed."""

    kind: str
    what: str
    table: str
    label: str
    old: Passage | None
    new: Passage | None

    @property
    def before(self) -> Spot | None:
        return self.old.spot if self.old else None

    @property
    def after(self) -> Spot | None:
        return self.new.spot if self.new else None


class Total(NamedTuple):
    """The expenditure under a code or of a project ("": all of it); None where there is none."""

    dimension: str
    value: str
    name: str
    old: int | None
    new: int | None
    differs: bool = True  # by more than rounding

    @property
    def difference(self) -> int:
        return (self.new or 0) - (self.old or 0)


@dataclass(frozen=True, slots=True)
class Comparison:
    """`compared` counts figures of rows that both have; `basis` has the table of each dimension's totals."""

    old: Side
    new: Side
    changes: tuple[Change, ...]
    totals: tuple[Total, ...]
    compared: int
    basis: Mapping[str, str]
    texts: tuple[Wording, ...] = ()

    def of(self, what: str) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.what == what)
