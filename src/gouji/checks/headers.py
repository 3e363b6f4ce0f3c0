"""What must be the same all through a book: its year, its unit, its money unit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from gouji import forms, lexicon
from gouji.book import Cell
from gouji.checks.common import cell_spots, found, grouped, line_spot, short, unit_name, verdict
from gouji.checks.targets import Plan, plans
from gouji.findings import NOTE, Finding, Result, Spot
from gouji.lexicon import normal, split_year
from gouji.meaning import GROUP, Sense, TableSense, is_total

_YEARS = re.compile(r"(20\d\d)年")
_QUOTED = re.compile(
    r"《[^》]{0,80}》|[〔\[(（]20\d\d[)）\]〕]|(?:截至|截止|截止到|自|从|始于)20\d\d年?|20\d\d年?(?:以来|起|[-—~～至到]+20\d\d年?)"
)
_SPEAKER = re.compile(r"^(?:(?:说明|备注|附注|注)\d*:)?(.{2,30}?)(?:20\d\d年|部门预算|无|没有)")
_ORGAN = re.compile("[局委办厅院部站所校会馆团社处队府心学段矿场园]$")
_SELF = re.compile("^(?:本|我|全|该|此)")


def year_other(sense: Sense) -> Result:
    """Titles, headings and statements are of the book's year; a form's own columns may name later ones."""
    year = sense.book.year
    if year is None:
        return Result(not_checked="no-year")
    odd = {t.number: spots for t in sense.tables if (spots := list(_other_years(t, year, sense)))}
    if 2 * len(odd) > len(sense.tables):
        return Result(not_checked="years-mixed")
    findings = (
        found(
            "year.other",
            spots,
            {"year": str(year), "text": short(spots[0].text, 40), "count": str(len(spots))},
        )
        for spots in odd.values()
    )
    return verdict(findings, len(sense.tables) - len(odd), "no-tables")


def _other_years(table: TableSense, year: int, sense: Sense) -> Iterator[Spot]:
    titled = split_year(normal(table.table.title.text))[1]
    if titled not in (None, year):
        yield line_spot(table, table.table.title)
    expected = _expected(sense.book.edition, table.table.form, year)
    for column in table.table.columns if expected else ():
        if not expected.issuperset(_years(column.path)):
            yield Spot(table.table.name, "", column.label, column.label, column.place, table.number)
    for cell in _statements(table):
        told = _years((cell.text,))
        if told and year not in told:
            yield line_spot(table, cell)


@lru_cache(maxsize=200)
def _expected(edition: str, form: str | None, year: int) -> frozenset[int]:
    """The years that the columns of a form name in a year's edition; none where its columns are not fixed."""
    known = forms.edition(edition).form(form or "")
    if known is None or forms.edition(edition).by_meaning:
        return frozenset()
    return frozenset((year,)).union(*map(_years, known.columns(year)))


@lru_cache(maxsize=5000)
def _years(texts: tuple[str, ...]) -> frozenset[int]:
    told = [text for text in texts if "20" in text and _YEARS.search(text)]
    return frozenset(int(year) for text in told for year in _YEARS.findall(_QUOTED.sub("", text)))


def _statements(table: TableSense) -> tuple[Cell, ...]:
    return (*table.table.declared, *table.table.withheld)


def year_text(sense: Sense) -> Result:
    """A project's goals speak of the book's year, if of any.

    Titles in 《》, document numbers 〔2021〕, 截至… and spans of years are no sign of an old text.
    """
    year = sense.book.year
    if year is None:
        return Result(not_checked="no-year")
    dated = [
        (plan, told) for plan in plans(sense) if (told := _years(tuple({text for _, text in plan.goals})))
    ]
    old = [(plan, told) for plan, told in dated if year not in told]
    findings = (
        found(
            "year.text",
            [_dated(plan)],
            {"project": plan.project, "year": str(year), "told": "、".join(map(str, sorted(told)))},
        )
        for plan, told in old
    )
    return verdict(findings, len(dated) - len(old), "no-years")


def _dated(plan: Plan) -> Spot:
    return next(plan.goal_spot(row) for row, text in plan.goals if _years((text,)))


def unit_other(sense: Sense) -> Result:
    """Every table is of the book's unit and those under it.

    A unit is the book's own if it is the usual 单位名称, has a row that sums its lines or a code of its own,
    is in a list of units, or stands in two tables; a name that holds another's (本级) is that one's.
    """
    if not sense.book.unit:
        return Result(not_checked="no-unit")
    listed = forms.edition(
        sense.book.edition
    ).by_meaning  # tables of income list the units under a department
    named = grouped((name, (table, cell)) for table in sense.tables for name, cell in _units(table, listed))
    groups = {normal(n.label) for p in sense.panels if GROUP in p.kinds for n in p.nodes if n.kind == GROUP}
    own = {name for name, where in named.items() if len({t.number for t, _ in where}) > 1 or name in groups}
    own |= {normal(sense.book.unit), *_listed(sense)}
    strange = {name: where for name, where in named.items() if name not in own}
    others = {name: where for name, where in strange.items() if not any(name in o or o in name for o in own)}
    findings = (_other_unit(name, where, sense) for name, where in others.items())
    return verdict(findings, len(named) - len(others), "no-unit")


def _listed(sense: Sense) -> Iterator[str]:
    """The units beside their codes, and in tables without amounts."""
    for table in sense.tables:
        alone = not table.panels
        if table.keyed or ("unit" in table.roles and (alone or "unit.code" in table.roles)):
            for keys in map(table.keys, range(len(table.table.rows))):
                if "unit" in keys and (alone or "unit.code" in keys):
                    yield normal(keys["unit"].text)


def _other_unit(name: str, where: list[tuple[TableSense, Cell]], sense: Sense) -> Finding:
    spots = [spot for table, cell in where for spot in cell_spots(table, [cell])]
    return found("unit.other", spots, {"other": name, "unit": sense.book.unit, "count": str(len(spots))})


def _units(table: TableSense, listed: bool) -> Iterator[tuple[str, Cell]]:
    """The units that a table names: above it, in its rows, in the sentence below it."""
    if table.table.unit and (name := unit_name(table.table.unit.text)):
        yield normal(name), table.table.unit
    at = table.column("unit")
    if listed:
        pass
    elif table.keyed:
        yield from ((normal(k["unit"].text), k["unit"]) for k in table.keyed if "unit" in k)
    elif at is not None:
        cells = [row[at] for row in table.table.rows]
        yield from ((normal(text), c) for c in cells if (text := c.text) and not is_total(text))
    for cell in _statements(table):
        said = _SPEAKER.match(normal(cell.text))
        if said and _ORGAN.search(said[1]) and not _SELF.match(said[1]):
            yield said[1], cell


def money_unit_missing(sense: Sense) -> Result:
    """A table with amounts says in which unit they are."""
    priced = [t for t in sense.tables if t.panels and t.table.state == "filled"]
    bad = [t for t in priced if t.table.money_unit is None]
    findings = (
        found("money-unit.missing", [line_spot(t, t.table.title)], {"form": t.table.name}) for t in bad
    )
    return verdict(findings, len(priced) - len(bad), "no-amounts")


def money_unit_differs(sense: Sense) -> Result:
    """All tables of a book are in one money unit; where none is prescribed, another one is but noted."""
    said = [(t, t.table.money_unit) for t in sense.tables if t.table.money_unit]
    bad = [(t, cell) for t, cell in said if t.table.fen != sense.book.fen and not _prescribed(t, cell, sense)]
    usual = next((cell.text for t, cell in said if t.table.fen == sense.book.fen), "")
    findings = (
        found(
            "money-unit.differs",
            [line_spot(t, cell)],
            {"form": t.table.name, "text": cell.text, "usual": usual},
            NOTE if forms.edition(sense.book.edition).by_meaning else "",
        )
        for t, cell in bad
    )
    return verdict(findings, len(said) - len(bad), "no-amounts")


def _prescribed(table: TableSense, cell: Cell, sense: Sense) -> bool:
    """Is the money unit part of an official heading (财政部门批复数（元）), or the form's own?"""
    form = forms.edition(sense.book.edition).form(table.table.form or "")
    if form is None:
        return False
    own = lexicon.sentence("money", cell.text)
    if own and own[1] == form.print.fixed_unit:
        return True
    return any(normal(cell.text) in map(normal, path) for path in form.columns(sense.book.year or 0))
