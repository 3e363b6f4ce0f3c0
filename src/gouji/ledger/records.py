"""A row of a ledger's sheet, read: its values by field, and where they stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gouji.ledger.cells import ERROR, Problem, reference
from gouji.ledger.workbook import UNTOLD


@dataclass(frozen=True, slots=True)
class Record:
    """`row` counts from 0; `at` has the column of each field, `values` only cells that are filled."""

    file: str
    sheet: str
    row: int
    at: Mapping[str, int]
    values: Mapping[str, object]

    def text(self, field: str, blank: str = "") -> str:
        """What a cell says; "" where it says that this is not told, `blank` where it says nothing."""
        value = self.values.get(field)
        if value == UNTOLD:
            return ""
        return value if isinstance(value, str) and value else blank

    def fen(self, field: str) -> int:
        value = self.values.get(field)
        return value if isinstance(value, int) else 0

    def yes(self, field: str) -> bool:
        return self.values.get(field) is True

    @property
    def year(self) -> int:
        return int(self.text("year") or 0)

    def problem(self, code: str, field: str, level: str = ERROR, **args: str) -> Problem:
        cell = reference(self.row, self.at.get(field, 0))
        return Problem(f"ledger.{code}", level, self.file, self.sheet, cell, args)
