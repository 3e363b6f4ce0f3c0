"""The mid-term plan and the performance targets of a book."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from gouji.ledger.lines import Line, Target
from gouji.ledger.parts import Spending, kind_of
from gouji.ledger.recovering.atoms import value
from gouji.ledger.recovering.draft import Draft
from gouji.ledger.recovering.lines import Entry, entries
from gouji.lexicon import normal
from gouji.meaning import TableSense

_TARGET = ("goal", "level1", "level2", "level3", "operator", "value", "measure", "attribute", "note")


def recover_plan(draft: Draft) -> None:
    for table in draft.sense.tables:
        if value(table.title.scope, "planned") == "纳入中期规划" and "project" in table.roles:
            for entry in entries(draft, table):
                _plan(draft, entry)


def _plan(draft: Draft, entry: Entry) -> None:
    """Mark what of a project is planned, and add what later years have."""
    lines = [s for s in draft.by_project.get(normal(entry.project), []) if _may_be_planned(draft, s, entry)]
    base: Line | None = None
    for year, fen in _years(draft, entry):
        if year == draft.year and fen:
            for spending in lines:
                spending.line = replace(spending.line, planned=True)
    base = lines[0].line if lines else _later(draft, entry)
    for year, fen in _years(draft, entry):
        if year > draft.year and fen:
            draft.plan.append(replace(base, planned=True, year=year, fen=fen, entry=0))


def _may_be_planned(draft: Draft, spending: Spending, entry: Entry) -> bool:
    line = spending.line
    known = len(draft.sense.units) < 2 or line.unit == entry.unit
    own = (line.fund, line.carried, line.release) == ("一般公共预算", "本年", "本次下达")
    return known and own and line.stage == "部门预算"


def _years(draft: Draft, entry: Entry) -> Iterator[tuple[int, int | None]]:
    panel = entry.panel
    for at, column in enumerate(panel.columns):
        year = column.scope.get("year")
        if year and year[0].isdigit():
            yield int(year[0]), draft.sense.amounts[panel.figure(entry.node, at)]


def _later(draft: Draft, entry: Entry) -> Line:
    """A project without a line of this year."""
    category = entry.text("class")
    return Line(
        fen=0,
        year=draft.year,
        unit=entry.unit,
        flow="本年支出",
        fund="一般公共预算",
        kind=kind_of(category),
        project=entry.project,
        category=category,
        release="本次下达",
        level=entry.text("level") or "本级",
    )


def recover_targets(draft: Draft) -> None:
    for table in draft.sense.tables:
        if "target.level3" in table.roles:
            draft.targets += _targets(draft, table)


def _targets(draft: Draft, table: TableSense) -> Iterator[Target]:
    unit, project = draft.unit, ""
    goals: dict[str, str] = {}
    for row in range(len(table.table.rows)):
        keys = table.keys(row)
        name = next((keys[role].text for role in ("unit.project", "project") if role in keys), "")
        told = {part: keys[f"target.{part}"].text for part in _TARGET if f"target.{part}" in keys}
        is_unit = normal(name) in draft.sense.units or normal(name) == normal(draft.unit)
        if is_unit and not told:
            unit = draft.unit if normal(name) == normal(draft.unit) else name
            continue
        project = name or project
        if told.get("goal"):
            goals[project] = told["goal"]
        if any(part in told for part in ("level1", "level2", "level3", "value")):
            values = {part: told.get(part, "") for part in _TARGET}
            yield Target(unit, project, **(values | {"goal": goals.get(project, "")}))
