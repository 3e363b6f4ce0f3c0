"""Project codes: their form, and one code for one name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from gouji.checks.common import found, grouped, once, short, spot, verdict
from gouji.findings import Finding, Result, Spot
from gouji.lexicon import normal
from gouji.meaning import Panel, Sense, TableSense, is_total

LENGTHS = (6, 2, 1, 12)
"""区划, year, type, serial: the 21 characters of PRO_CODE in the data dictionary of the budget platform."""


class Coded(NamedTuple):
    """A project code in a row, with the name and the unit beside it."""

    table: TableSense
    row: int
    code: str
    name: str
    unit: str

    def spot(self, role: str) -> Spot:
        return spot(self.table, self.row, self.table.roles.index(role))


@once
def coded(sense: Sense) -> tuple[Coded, ...]:
    """Every row that prints a project's code and name."""
    return tuple(
        one
        for table in sense.tables
        if {"project.code", "project"} <= set(table.roles)
        for one in _coded(table)
    )


def _coded(table: TableSense) -> Iterator[Coded]:
    code, name = table.roles.index("project.code"), table.roles.index("project")
    unit = table.column("unit")
    for at, row in enumerate(table.table.rows):
        printed, called = row[code].text, row[name].text
        if printed and called and not is_total(printed):
            owner = "" if unit is None else normal(row[unit].text)
            yield Coded(table, at, normal(printed), normal(called), owner)


def two_names(sense: Sense) -> Result:
    """One project code stands for one project: it has one name wherever it is printed."""
    codes = grouped((one.code, one) for one in coded(sense))
    often = {code: rows for code, rows in codes.items() if len(rows) > 1}
    torn = {code: grouped((one.name, one) for one in rows) for code, rows in often.items()}
    torn = {code: names for code, names in torn.items() if len(names) > 1}
    return verdict(
        (_two_names(code, names) for code, names in torn.items()), len(codes) - len(torn), "no-project-codes"
    )


def _two_names(code: str, names: dict[str, list[Coded]]) -> Finding:
    usual, *others = sorted(names, key=lambda name: -len(names[name]))
    spots = [
        names[usual][0].spot("project"),
        *(one.spot("project") for name in others for one in names[name]),
    ]
    told = "、".join(f"“{name}”×{len(names[name])}" for name in (usual, *others))
    return found("project.two-names", spots, {"code": code, "names": short(told, 200)})


def two_codes(sense: Sense) -> Result:
    """One project of one unit has one code; a code that has two names is left to `two_names`."""
    names = grouped((one.code, one.name) for one in coded(sense))
    torn = {code for code, given in names.items() if len(set(given)) > 1}
    sound = [one for one in coded(sense) if one.code not in torn]
    projects = grouped(((one.unit, one.name), one) for one in sound)
    findings = []
    for (_, name), rows in projects.items():
        first = _first_of_each(rows) if len(rows) > 1 else {}
        if len(first) > 1:
            spots = (one.spot("project.code") for one in first.values())
            findings.append(found("project.two-codes", spots, {"name": name, "codes": "、".join(first)}))
    return verdict(findings, len(projects) - len(findings), "no-project-codes")


def code_form(sense: Sense) -> Result:
    """A project code has 21 characters: 6 of the 区划, 2 of the year, 1 of the type, 12 of the serial."""

    def good(code: str) -> bool:
        return len(code) == sum(LENGTHS) and code.isalnum() and code.isascii()

    return _each_table(sense, "project.code-form", good)


def code_year(sense: Sense) -> Result:
    """The year in a project code is not later than the book's."""
    if sense.book.year is None:
        return Result(not_checked="no-year")
    year = sense.book.year % 100
    at = slice(LENGTHS[0], sum(LENGTHS[:2]))
    return _each_table(
        sense, "project.code-year", lambda code: not code[at].isdecimal() or int(code[at]) <= year
    )


def _each_table(sense: Sense, check: str, good: Callable[[str], bool]) -> Result:
    """One finding for each table, with every odd code where it stands first."""
    findings, held = [], 0
    for rows in grouped((one.table.number, one) for one in coded(sense)).values():
        codes = _first_of_each(rows)
        odd = [one for code, one in codes.items() if not good(code)]
        held += len(codes) - len(odd)
        if odd:
            lengths = "、".join(sorted({str(len(one.code)) for one in odd}))
            args = {
                "count": str(len(odd)),
                "codes": short("、".join(one.code for one in odd), 70),
                "lengths": lengths,
            }
            findings.append(found(check, (one.spot("project.code") for one in odd), args))
    return verdict(findings, held, "no-project-codes")


def _first_of_each(rows: list[Coded]) -> dict[str, Coded]:
    first: dict[str, Coded] = {}
    for one in rows:
        first.setdefault(one.code, one)
    return first


def unlisted(sense: Sense) -> Result:
    """What is bought, or planned for years, belongs to a project that a table of projects lists."""
    lists = [panel for panel in sense.panels if _lists(panel)]
    if not lists:
        return Result(not_applicable="no-project-tables")
    if any(panel.table.incomplete for panel in lists):
        return Result(not_checked="withheld")
    listed = {name for panel in lists for name in _named(panel)}
    findings, held = [], 0
    for panel in sense.panels:
        if panel.base.within or "planned" in panel.base.usual:
            names = _named(panel)
            odd = {name: row for name, row in names.items() if name not in listed}
            held += len(names) - len(odd)
            if odd:
                table = sense.tables[panel.number]
                column = next(i for i, role in enumerate(table.roles) if role in ("project", "unit.project"))
                args = {"names": short("、".join(odd), 120), "count": str(len(odd))}
                findings.append(
                    found("project.unlisted", (spot(table, row, column) for row in odd.values()), args)
                )
    return verdict(findings, held, "no-projects")


def _lists(panel: Panel) -> bool:
    """Does a panel list all projects, or all posts and running costs, of a year?"""
    whole = not panel.base.within and not panel.base.usual and not panel.base.scope.get("year")
    return whole and panel.has_lines and {"project", "function.code"} <= panel.roles


def _named(panel: Panel) -> dict[str, int]:
    """The projects that rows of a panel name, and the row of the table where each stands first."""
    names: dict[str, int] = {}
    for node in panel.nodes:
        for name in node.scope.get("project") or ():
            names.setdefault(name, node.index)
    return names
