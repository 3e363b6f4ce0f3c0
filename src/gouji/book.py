"""What was printed: places, cells, tables, books. Nothing here is judged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from gouji.money import YUAN

At = tuple[str, int, int, str, str, int, tuple[float, float, float, float] | None]


class Place(NamedTuple):
    """Where a text stands. Lines and tab columns count from 1; 0 and "" mean: not of this format."""

    file: str = ""
    line: int = 0
    column: int = 0
    sheet: str = ""
    cell: str = ""
    page: int = 0
    box: tuple[float, float, float, float] | None = None

    def as_dict(self) -> dict[str, Any]:
        file, line, column, sheet, _, _, _ = self
        if line and column and file and not sheet:
            return {"file": file, "line": line, "column": column}
        return {name: value for name, value in zip(self._fields, self, strict=True) if value}

    def __str__(self) -> str:
        if self.sheet:
            return f"{self.sheet}!{self.cell}"
        if self.page:
            return f"p{self.page}"
        return f"{self.line}:{self.column}" if self.column else str(self.line)


class _Printed(NamedTuple):
    text: str
    at: Place | At


class Cell(_Printed):
    """A text and its place, which few cells are asked for: until then it may be a bare tuple of the same."""

    __slots__ = ()

    @property
    def place(self) -> Place:
        at = self.at
        return at if type(at) is Place else tuple.__new__(Place, at)


def cells_of(texts: Iterable[str], file: str, line: int) -> list[Cell]:
    """The cells of a line of text, in tab columns from 1.

    A book has thousands: making the tuples themselves takes a third of the time of calling their classes.
    """
    new = tuple.__new__
    return [new(Cell, (text, (file, line, at, "", "", 0, None))) for at, text in enumerate(texts, 1)]


class Column(NamedTuple):
    """One printed column: its heading path from top to bottom, and its printed number."""

    path: tuple[str, ...]
    number: str = ""
    place: Place = Place()

    @property
    def label(self) -> str:
        return "/".join(self.path)


class Remark(NamedTuple):
    """Something that reading noticed: a code of the catalogue, the cells, named arguments."""

    code: str
    cells: tuple[Cell, ...]
    args: tuple[tuple[str, str], ...] = ()


BUDGET, FINAL_ACCOUNTS = "budget", "final-accounts"
"""The kinds of books: what is to be spent (预算), and what was (决算)."""

RECOGNISED = "read.recognised"
"""The code of the remark whose cells stand for the pages that were recognised in pictures."""


class Reading(NamedTuple):
    """How surely a cell's text was recognised, from 0 to 1, and what another look at it made of it."""

    confidence: float
    other: str = ""


Row = tuple[Cell, ...]
"""The cells of one body row, one a column, blank ones included."""


@dataclass(frozen=True, slots=True)
class Table:
    """One official form as printed.

    `form` is its id in the book's edition, None where the title is not recognised. `fen` is the
    number of 分 in the printed money unit. `withheld` holds the notes that declare secret items left
    out, `declared` those that declare the table empty; both are also among `notes`. `readings` tells
    of cells that were recognised in a picture, by their places; a cell of a file with text has none.
    """

    title: Cell
    form: str | None
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[Cell, ...] = ()
    unit: Cell | None = None
    money_unit: Cell | None = None
    fen: int = YUAN
    withheld: tuple[Cell, ...] = ()
    declared: tuple[Cell, ...] = ()
    remarks: tuple[Remark, ...] = ()
    state: str = "filled"  # filled, empty, declared-empty, unrecognised
    readings: Mapping[Place, Reading] = field(default_factory=dict, compare=False)

    @property
    def incomplete(self) -> bool:
        """Does the table say, or show, that rows are left out of it?"""
        return bool(self.withheld) or any(remark.code == "read.cut-off" for remark in self.remarks)

    @property
    def name(self) -> str:
        """The form's id, or the printed title where it has none."""
        return self.form or self.title.text


@dataclass(frozen=True, slots=True)
class Book:
    """All that one unit publishes for one year.

    `absent` lists the edition's forms that are not there; of final accounts no form is prescribed here, so
    none is absent.
    """

    source: str
    unit: str
    year: int | None
    edition: str
    fen: int
    tables: tuple[Table, ...]
    prose: tuple[Cell, ...] = ()
    absent: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = field(default=())
    kind: str = BUDGET

    def table(self, form: str) -> Table | None:
        return next((table for table in self.tables if table.form == form), None)

    @property
    def recognised(self) -> frozenset[tuple[str, int]]:
        """The pages that were recognised in pictures, each with its file."""
        told = (remark for remark in self.remarks if remark.code == RECOGNISED)
        return frozenset((cell.place.file, cell.place.page) for remark in told for cell in remark.cells)

    def remarked(self) -> Iterator[tuple[Table | None, Remark]]:
        yield from ((None, remark) for remark in self.remarks)
        yield from ((table, remark) for table in self.tables for remark in table.remarks)
