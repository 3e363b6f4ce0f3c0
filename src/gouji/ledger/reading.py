"""The ledger workbook, or a folder of CSV files, to a Ledger; each cell that cannot be read is a problem."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from gouji.ledger.assembling import Assembly
from gouji.ledger.cells import ERROR, WARNING, Bad, Problem, Raw, parse, reference
from gouji.ledger.files import Cells, cells
from gouji.ledger.lines import Ledger
from gouji.ledger.records import Record
from gouji.ledger.workbook import EXAMPLE, GUIDE, LISTS, RECOVERED, REMARK, UNTOLD, Column, Page, pages

_TOP_ROWS = 10
"""Rows among which the headings are looked for."""
_NEEDED = ("unit", "lines")


class Reading(NamedTuple):
    """What was read: no ledger where a problem is an error."""

    ledger: Ledger | None
    problems: tuple[Problem, ...]


class Layout(NamedTuple):
    """Where the headings of a sheet stand: the row, and each column that it has."""

    row: int
    columns: tuple[tuple[int, Column], ...]


def read_ledger(path: str) -> Reading:
    """Read all of it; raises Unreadable where it is no workbook and no folder of CSV files."""
    problems: list[Problem] = []
    held = dict(_sheets(cells(path), path, problems))
    year = _year(held)
    told = {page.holds: list(_records(page, *held[page], year, problems)) for page in held}
    _untold(held, told, problems)
    assembly = Assembly(told, problems)
    ledger = assembly.ledger()
    faulty = any(problem.level == ERROR for problem in problems)
    return Reading(None if faulty else ledger, tuple(problems))


def _untold(
    held: Mapping[Page, tuple[Cells, Layout]], told: Mapping[str, Sequence[Record]], problems: list[Problem]
) -> None:
    """Of a ledger recovered from a book it is told once that rows leave things open, not for each code."""
    count = sum(UNTOLD in record.values.values() for record in told.get("lines", ()))
    if count:
        problems[:] = [one for one in problems if one.code != "ledger.code-above"]
        sheet = next(sheet for page, (sheet, _) in held.items() if page.holds == "lines")
        problems.append(_problem("untold", WARNING, sheet, count=str(count)))


def _sheets(
    found: Sequence[Cells], path: str, problems: list[Problem]
) -> Iterator[tuple[Page, tuple[Cells, Layout]]]:
    """The sheets of the ledger with their headings; those that are missing or not known are told."""
    known = {page.name: page for page in pages()}
    there = set()
    for sheet in found:
        page = known.get(sheet.name.strip())
        if page is None:
            if sheet.name not in (GUIDE, LISTS, RECOVERED) and sheet.rows:
                problems.append(_problem("sheet-unknown", WARNING, sheet))
        elif layout := _layout(sheet, page, problems):
            there.add(page.holds)
            yield page, (sheet, layout)
    for page in pages():
        if page.holds in _NEEDED and page.holds not in there and not any(s.name == page.name for s in found):
            problems.append(Problem("ledger.sheet-missing", ERROR, path, page.name, "", {"sheet": page.name}))


def _layout(sheet: Cells, page: Page, problems: list[Problem]) -> Layout | None:
    by_name = {column.name: column for column in page.columns}
    needed = {column.name for column in page.columns if column.need} or set(by_name)
    for at, row in enumerate(sheet.rows[:_TOP_ROWS]):
        texts = [str(cell).strip().rstrip("＊*") for cell in row]
        if needed <= set(texts) or texts[:1] == [REMARK]:
            return _columns(sheet, at, texts, by_name, problems)
    if sheet.rows:
        problems.append(_problem("headings", ERROR, sheet, columns="、".join(by_name)))
    return None


def _columns(
    sheet: Cells, at: int, texts: Sequence[str], by_name: Mapping[str, Column], problems: list[Problem]
) -> Layout:
    found: dict[str, tuple[int, Column]] = {}
    for i, text in enumerate(texts):
        if text in found:
            problems.append(_problem("column-twice", ERROR, sheet, reference(at, i), text=text))
        elif text in by_name:
            found[text] = (i, by_name[text])
        elif text not in (REMARK, ""):
            problems.append(_problem("column-unknown", WARNING, sheet, reference(at, i), text=text))
    for name, column in by_name.items():
        if column.need and name not in found:
            problems.append(_problem("column-missing", ERROR, sheet, reference(at, 0), text=name))
    return Layout(at, tuple(found.values()))


def _year(held: Mapping[Page, tuple[Cells, Layout]]) -> int:
    """The budget year, whose classifications the codes are looked up in."""
    for page, (sheet, layout) in held.items():
        if page.holds == "unit":
            ignored: list[Problem] = []
            found = [record.year for record in _records(page, sheet, layout, 0, ignored)]
            return next(filter(None, found), 0)
    return 0


def _records(
    page: Page, sheet: Cells, layout: Layout, year: int, problems: list[Problem]
) -> Iterator[Record]:
    """The rows of a sheet that are filled."""
    at = {column.field: i for i, column in layout.columns}
    remarked = str(sheet.rows[layout.row][0]).strip() == REMARK
    reader = Cell(sheet, year, frozenset(sheet.faulty), problems, {})
    for number in range(layout.row + 1, len(sheet.rows)):
        row = sheet.rows[number]
        is_example = remarked and str(row[:1] and row[0]).strip().startswith(EXAMPLE)
        if is_example or not any(map(_filled, row[1:] if remarked else row)):
            continue
        values = {}
        for i, column in layout.columns:
            value = reader.value(number, i, row[i] if i < len(row) else "", column)
            if value is not None:
                values[column.field] = value
        yield Record(sheet.file, sheet.name, number, at, values)


class Cell(NamedTuple):
    """Reads the cells of a sheet; one that cannot be read is told, and taken as blank."""

    sheet: Cells
    year: int
    faulty: frozenset[str]
    problems: list[Problem]
    known: dict[tuple[int, str], object]  # what texts in a column say

    def value(self, row: int, at: int, raw: Raw, column: Column) -> object:
        if not _filled(raw):
            return self._blank(row, at, column)
        key = (at, raw) if isinstance(raw, str) else None
        if key in self.known:
            return self.known[key]
        try:
            value = parse(raw, column, self.year)
        except Bad as bad:
            told = {"column": column.name, **bad.told}
            self.problems.append(_problem(bad.code, bad.level, self.sheet, reference(row, at), **told))
            return bad.value
        if key:
            self.known[key] = value
        return value

    def _blank(self, row: int, at: int, column: Column) -> None:
        if self.faulty and reference(row, at) in self.faulty:
            self.problems.append(_problem("formula", ERROR, self.sheet, reference(row, at)))
        elif column.need:
            told = {"text": column.name}
            self.problems.append(_problem("blank", ERROR, self.sheet, reference(row, at), **told))


def _filled(raw: Raw) -> bool:
    return raw is not None and (not isinstance(raw, str) or bool(raw.strip()))


def _problem(code: str, level: str, sheet: Cells, cell: str = "", **args: str) -> Problem:
    return Problem(f"ledger.{code}", level, sheet.file, sheet.name, cell, args)
