"""From the cell that a finding names to where it stands in the book."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from gouji.book import Book, Cell, Place
from gouji.findings import Spot

CELL, HEADING, TITLE, NOTE, PROSE = "cell", "heading", "title", "note", "prose"


class Where(NamedTuple):
    """`row` and `column` count from 0; a heading has its column only, a note and prose their row only."""

    kind: str
    table: int
    row: int = 0
    column: int = 0


class Index:
    """Finds cells by their places; a table is looked through when it is first asked for."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._places: dict[int, dict[Place, Where]] = {}

    def where(self, spot: Spot) -> Where | None:
        """None where the book has no such place, as for a form that is absent."""
        if spot.table not in self._places:
            known = -1 <= spot.table < len(self._book.tables)
            self._places[spot.table] = dict(self._all(spot.table)) if known else {}
        return self._places[spot.table].get(spot.place)

    def _all(self, number: int) -> Iterable[tuple[Place, Where]]:
        """Every place of a table; of two cells with one place the filled one comes last and so counts."""
        if number < 0:
            return [(cell.place, Where(PROSE, -1, i)) for i, cell in enumerate(self._book.prose)]
        table = self._book.tables[number]
        found = [(column.place, Where(HEADING, number, 0, c)) for c, column in enumerate(table.columns)]
        for filled in (False, True):
            found += [
                (cell.place, Where(CELL, number, r, c))
                for r, row in enumerate(table.rows)
                for c, cell in enumerate(row)
                if bool(cell.text) is filled
            ]
        around: list[Cell | None] = [table.title, table.unit, table.money_unit]
        found += [(cell.place, Where(TITLE, number)) for cell in around if cell]
        found += [(note.place, Where(NOTE, number, i)) for i, note in enumerate(table.notes)]
        return found
