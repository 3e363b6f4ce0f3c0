"""Projects across tables: what has targets or plans has money, what has money has targets, and no name of a
withheld project remains.

Basis: 财预〔2016〕143号 art. 3: nothing that must be published is left out, except state secrets.
A name that stays where its money was taken out lets readers work out the money.
"""

from __future__ import annotations

from collections.abc import Iterator

from gouji import forms
from gouji.checks.common import condition_of, found, grouped, once, says, spot, verdict
from gouji.checks.targets import is_targets, plans
from gouji.findings import NOTE, WARNING, Result, Spot
from gouji.lexicon import normal, project_class
from gouji.meaning import Sense, TableSense, is_total


def _project_tables(sense: Sense) -> Iterator[TableSense]:
    """The tables that give projects their money, line by line (项目支出预算表, 上级补助项目支出预算表)."""
    return (t for t in sense.tables if "project" in t.roles and t.panels and says(t, "kind", "项目支出"))


def _named(table: TableSense) -> Iterator[tuple[str, int]]:
    """The projects that a table names, and their rows."""
    at = table.roles.index("project")
    for row, cells in enumerate(table.table.rows):
        if cells[at].text and not is_total(cells[at].text):
            yield normal(cells[at].text), row


@once
def _funded(sense: Sense) -> frozenset[str]:
    return frozenset(name for table in _project_tables(sense) for name, _ in _named(table))


def _secret(sense: Sense) -> bool:
    return any(table.table.withheld for table in _project_tables(sense))


def _elsewhere(sense: Sense) -> Iterator[tuple[str, Spot]]:
    """The projects that have targets, and those of the mid-term plan but for 人员类 and 公用经费."""
    for plan in plans(sense):
        if plan.targets:
            yield plan.project, plan.name_spot()
    for table in sense.tables:
        if "project" in table.roles and says(table, "planned", "纳入中期规划"):
            for name, row in _named(table):
                if not _basic(table, row):
                    yield name, spot(table, row, table.roles.index("project"))


def _basic(table: TableSense, row: int) -> bool:
    at = table.column("class")
    return at is not None and project_class(table.table.rows[row][at].text).inside(
        condition_of("kind", "基本支出")
    )


def name_remains(sense: Sense) -> Result:
    """Where a project's money is withheld as secret its name stands in no other table."""
    if not _secret(sense):
        return Result(not_applicable="nothing-withheld")
    projects = grouped(_elsewhere(sense))
    bare = {name: spots for name, spots in projects.items() if name not in _funded(sense)}
    findings = (
        found(
            "withheld.name-remains",
            spots,
            {"project": name, "forms": "、".join(dict.fromkeys(s.form for s in spots))},
        )
        for name, spots in bare.items()
    )
    return verdict(findings, len(projects) - len(bare), "no-targets")


def no_money(sense: Sense) -> Result:
    """What has targets has money in the tables of projects, unless these say that secrets are left out."""
    if not any(True for _ in _project_tables(sense)):
        return Result(not_checked="no-project-tables")
    if _secret(sense):
        return Result(not_applicable="withheld")
    cases = [plan for plan in plans(sense) if plan.targets]
    bare = [plan for plan in cases if plan.project not in _funded(sense)]
    findings = (found("target.no-money", [plan.name_spot()], {"project": plan.project}) for plan in bare)
    return verdict(findings, len(cases) - len(bare), "no-targets")


def missing(sense: Sense) -> Result:
    """Every project of the budget proper has targets.

    Where a table of targets is absent or leaves secret items out, a project without targets is a note.
    """
    printed = [t for t in sense.tables if is_targets(t)]
    if not printed:
        return Result(not_checked="no-target-tables")
    aimed = {plan.project for plan in plans(sense) if plan.targets}
    listed = (t for t in _project_tables(sense) if "project.part" not in t.roles)  # else the parts have them
    own = (t for t in listed if not says(t, "stage", "上级补助"))
    projects = grouped((name, (t, row)) for t in own for name, row in _named(t))
    bare = {
        name: spot(t, row, t.roles.index("project"))
        for name, [(t, row), *_] in projects.items()
        if name not in aimed
    }
    level = NOTE if any(t.table.withheld for t in printed) or _lacks_targets(sense) else WARNING
    findings = (found("target.missing", [where], {"project": name}, level) for name, where in bare.items())
    return verdict(findings, len(projects) - len(bare), "no-projects")


def _lacks_targets(sense: Sense) -> bool:
    """Is a table of targets absent that the edition has?"""
    edition = forms.edition(sense.book.edition)
    return any(form.rows == "targets" and form.id in sense.book.absent for form in edition.forms)
