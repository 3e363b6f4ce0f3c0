"""The rows and cells of a sheet, and references to them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree

from gouji.read.flow import letters

if TYPE_CHECKING:
    from lxml.etree import _Element

_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")


ORIGIN = (1, 1)


def position(reference: str) -> tuple[int, int] | None:
    """The row and the column of a cell, (3, 2) of B3; None for what is no reference."""
    found = _REFERENCE.fullmatch(reference)
    return (int(found[2]), _number(found[1])) if found else None


def _number(name: str) -> int:
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - 64
    return number


class Grid:
    """The rows and cells of a sheet, found by their references and made where there are none."""

    def __init__(self, root: _Element, space: str) -> None:
        self._space = space
        data = root.find(f"{{{space}}}sheetData")
        self._data = data if data is not None else etree.SubElement(root, f"{{{space}}}sheetData")
        self._columns = [
            (int(col.get("min", "0")), int(col.get("max", "0")), col.get("style", ""))
            for col in root.iterfind(f"{{{space}}}cols/{{{space}}}col")
        ]
        self._rows: dict[int, _Element] = {}
        self._cells: dict[str, _Element] = {}
        number = 0
        for row in self._data:
            number = int(row.get("r") or number + 1)
            row.set("r", str(number))
            self._rows[number] = row
            self._keep(row, number)

    def _keep(self, row: _Element, number: int) -> None:
        """The cells of a row, each with the reference that it has, said or not."""
        column = 0
        for cell in row:
            known = position(cell.get("r", ""))
            column = known[1] if known else column + 1
            cell.set("r", f"{letters(column)}{number}")
            self._cells[cell.get("r", "")] = cell

    def cell(self, reference: str) -> _Element:
        if reference not in self._cells:
            self._cells[reference] = self._new(reference)
        return self._cells[reference]

    def _new(self, reference: str) -> _Element:
        number, column = position(reference) or ORIGIN
        row = self._row(number)
        row.attrib.pop("spans", "")
        cell = etree.Element(f"{{{self._space}}}c", {"r": reference})
        style = row.get("s") if row.get("customFormat") in ("1", "true") else self._style(column)
        if style:
            cell.set("s", style)
        behind = (at for at, other in enumerate(row) if _column(other) > column)
        row.insert(next(behind, len(row)), cell)
        return cell

    def _row(self, number: int) -> _Element:
        if number not in self._rows:
            row = etree.Element(f"{{{self._space}}}row", {"r": str(number)})
            behind = (at for at, other in enumerate(self._data) if int(other.get("r") or 0) > number)
            self._data.insert(next(behind, len(self._data)), row)
            self._rows[number] = row
        return self._rows[number]

    def _style(self, column: int) -> str:
        return next((style for first, last, style in self._columns if first <= column <= last), "")


def _column(cell: _Element) -> int:
    return (position(cell.get("r", "")) or (0, 0))[1]
