"""Whether the tables are those of the edition, and whether the empty ones say so.

Basis: 财预〔2016〕143号 as quoted in the 基层政务公开标准目录: 没有数据的表格应当列出空表并说明.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache

from gouji import forms, lexicon
from gouji.book import Cell, Place
from gouji.checks.common import HERE, amounts, found, grouped, line_spot, short, spot, unit_name, verdict
from gouji.checks.targets import is_targets
from gouji.findings import ERROR, WARNING, Finding, Result, Spot
from gouji.forms import Edition, Form
from gouji.meaning import Sense, TableSense
from gouji.scope import rows_of

ALIKE = 0.6
_SILENT = re.compile("无|没有|未|空")
_NONE = re.compile(r"无|没有|未安排|为空|空表|是$|不涉及|(?:预算|支出)数?为?0(?:\.0+)?(?:万?元)?(?:,|$)")
_SENTENCES = re.compile("[。;]")
_OBJECT = re.compile("(?:无|没有|未安排)([^,。;]{4,30}?),?(?:故|因此|所以)?(?:此|本|该)表")
_NAMED = re.compile("年度?([^,。;]{2,40}?表)中")


def _edition(sense: Sense) -> Edition:
    return forms.edition(sense.book.edition)


def _sure(sense: Sense) -> bool:
    """Are at least half of the edition's forms there, so that it is certainly the book's edition?"""
    needed = [form.id for form in _edition(sense).forms if not form.optional]
    have = {t.table.form for t in sense.tables if t.table.form in needed}
    return len(have) * 2 >= len(needed)


def _strangers(sense: Sense) -> list[TableSense]:
    return [t for t in sense.tables if t.table.form is None and t.table.title.text]


def unknown(sense: Sense) -> Result:
    """Every table is a form of the edition."""
    known = [t for t in sense.tables if t.table.form]
    strange = _strangers(sense)
    if len(known) < len(strange):
        return Result(not_checked="edition-unsure")
    return verdict((_unknown(t, sense) for t in strange), len(known), "no-tables")


def _unknown(table: TableSense, sense: Sense) -> Finding:
    near = _nearest(table, sense)
    args = {"title": table.table.title.text, "near": near.title if near else "—"}
    return found("title.unknown", [line_spot(table, table.table.title)], args)


def _nearest(table: TableSense, sense: Sense) -> Form | None:
    """The form of the edition whose title is most like the table's."""
    key = forms.title_key(table.table.title.text)
    best = max(_edition(sense).forms, key=lambda form: _likeness(key, forms.title_key(form.title)))
    return best if _likeness(key, forms.title_key(best.title)) >= ALIKE else None


@lru_cache(maxsize=2000)
def _likeness(a: str, b: str) -> float:
    """The part of two texts' pairs of neighbouring characters that both have (Dice)."""
    pairs = [{text[i : i + 2] for i in range(len(text) - 1)} for text in (a, b)]
    return 2 * len(pairs[0] & pairs[1]) / ((len(pairs[0]) + len(pairs[1])) or 1)


def none(sense: Sense) -> Result:
    """A book has tables. Where a file has none, they may be in another one, so it is no error."""
    if sense.tables:
        return Result(held=1)
    lacking = [Spot(form, "", "", "", Place(sense.book.source)) for form in sense.book.absent or ("",)]
    return Result((found("table.none", lacking, {}),))


def absent(sense: Sense) -> Result:
    """Every form of the edition is printed. A table whose title is only misspelt is left to `unknown`."""
    if not sense.tables:
        return Result(not_checked="no-tables")
    if not _sure(sense):
        return Result(not_checked="edition-unsure")
    misspelt = {near.id for t in _strangers(sense) if (near := _nearest(t, sense))}
    lacking = [
        form for form in _edition(sense).forms if form.id in sense.book.absent and form.id not in misspelt
    ]
    unread = _edition(sense).by_meaning and any(t.panels for t in sense.tables if t.table.form is None)
    findings = (_absent(form, sense, WARNING if unread else "") for form in lacking)
    return verdict(findings, len(_edition(sense).forms) - len(sense.book.absent), "no-tables")


def _absent(form: Form, sense: Sense, level: str) -> Finding:
    where = Spot(form.id, "", "", "", Place(sense.book.source))
    return found("table.absent", [where], {"form": form.id, "title": form.title}, level)


def order(sense: Sense) -> Result:
    """The forms are printed in the order of the edition; the fewest that break it are named."""
    ids = [form.id for form in _edition(sense).forms]
    known = [t for t in sense.tables if t.table.form]
    places = [ids.index(t.table.form) for t in known if t.table.form]
    kept = _longest_rise(places)
    moved = [t for i, t in enumerate(known) if i not in kept]
    findings = (found("table.order", [line_spot(t, t.table.title)], {"form": t.table.name}) for t in moved)
    return verdict(findings, len(kept), "no-tables")


def _longest_rise(values: list[int]) -> set[int]:
    """The positions of a longest run of values, not side by side, that never falls."""
    ends: list[int] = []  # the least last value of a run of each length
    at: list[int] = []  # where it stands
    before: list[int] = []
    for i, value in enumerate(values):
        length = bisect_right(ends, value)
        before.append(at[length - 1] if length else -1)
        ends[length : length + 1], at[length : length + 1] = [value], [i]
    run, i = set(), at[-1] if at else -1
    while i >= 0:
        run.add(i)
        i = before[i]
    return run


def duplicate(sense: Sense) -> Result:
    """A form is printed once for each unit; one of targets may be printed once for each project."""
    known = [t for t in sense.tables if t.table.form and not (_edition(sense).by_meaning and not t.panels)]
    groups = grouped(((t.table.form, unit_name(t.table.unit.text) if t.table.unit else ""), t) for t in known)
    twice = {key: rows for key, rows in groups.items() if len(rows) > 1}
    findings = (
        found(
            "table.duplicate",
            (line_spot(t, t.table.title) for t in rows),
            {"form": form or "", "count": str(len(rows))},
        )
        for (form, _), rows in twice.items()
    )
    return verdict(findings, len(groups) - len(twice), "no-tables")


def empty_undeclared(sense: Sense) -> Result:
    """A table without data says so below it. A note in words of its own counts as saying so."""
    empty = [t for t in sense.tables if t.table.state in ("empty", "declared-empty") and t.table.form]
    bad = [t for t in empty if t.table.state == "empty" and not _explained(t, sense)]
    findings = (
        found("table.empty-undeclared", [line_spot(t, t.table.title)], {"form": t.table.name}) for t in bad
    )
    return verdict(findings, len(empty) - len(bad), "no-empty-tables")


def _explained(table: TableSense, sense: Sense) -> bool:
    if table.table.notes or any(amount is not None for amount in amounts(sense, table)):
        return True
    if table.table.title.place.page:
        return _told_elsewhere(table, sense)
    mine = table.table.title.place.line
    after = min(
        (t.table.title.place.line for t in sense.tables if t.table.title.place.line > mine), default=1 << 60
    )
    return any(mine < cell.place.line < after and _SILENT.search(cell.text) for cell in sense.book.prose)


def _told_elsewhere(table: TableSense, sense: Sense) -> bool:
    """Does a sentence of the book say that there is no such money, or its list of tables that it is empty?"""
    title = lexicon.normal(table.table.title.text)
    own = _subjects(title)
    for cell in sense.book.prose if own else ():
        for part in _SENTENCES.split(lexicon.normal(cell.text)):
            if _NONE.search(part) and own & _subjects(part):
                return True
    key = forms.title_key(title)
    return any(
        {forms.title_key(cell.text) for cell in row} >= {key} and any(_NONE.match(cell.text) for cell in row)
        for other in sense.tables
        if other.table.form is None
        for row in other.table.rows
    )


def declared_but_filled(sense: Sense) -> Result:
    """A table that is said to be empty has no data. A sentence that speaks of a part only is a warning."""
    declared = [t for t in sense.tables if t.table.declared]
    bad = [(t, data) for t in declared if t.table.state == "filled" and (data := _data(t, sense))]
    findings = (
        found(
            "table.declared-but-filled",
            [line_spot(t, t.table.declared[0]), data],
            {"form": t.table.name, "said": short(t.table.declared[0].text, 40), "data": data.text},
            ERROR if "空" in t.table.declared[0].text else WARNING,
        )
        for t, data in bad
    )
    return verdict(findings, len(declared) - len(bad), "no-statements")


def _data(table: TableSense, sense: Sense) -> Spot | None:
    """The first amount of a table that is not zero, or its first target."""
    if is_targets(table):
        at = table.roles.index("target.level3")
        return next((spot(table, i, at) for i, row in enumerate(table.table.rows) if row[at].text), None)
    for panel in table.panels:
        for figure in range(panel.first, panel.first + panel.size):
            if sense.amounts[figure]:
                row, column = divmod(figure - panel.first, len(panel.columns))
                return spot(table, panel.nodes[row].index, panel.columns[column].at)
    return None


def wrong_statement(sense: Sense) -> Result:
    """The sentence under a table speaks of that table's own subject, and names that table if any."""
    said = list(_statements(sense))
    bad = [(t, cell, other) for t, cell in said if (other := _other_subject(t, cell, sense))]
    findings = (
        found(
            "table.wrong-statement",
            [line_spot(t, cell)],
            {"form": t.table.name, "other": other, "title": t.table.title.text},
        )
        for t, cell, other in bad
    )
    return verdict(findings, len(said) - len(bad), "no-statements")


def _statements(sense: Sense) -> Iterator[tuple[TableSense, Cell]]:
    return ((t, cell) for t in sense.tables for cell in (*t.table.declared, *t.table.withheld))


def _other_subject(table: TableSense, cell: Cell, sense: Sense) -> str:
    """What a sentence speaks of if not of its table, '' where it does or where that is not known."""
    text = lexicon.normal(cell.text)
    names: list[str] = _NAMED.findall(text)
    for name in names:
        form = _edition(sense).titled(name)
        if form and table.table.form and form.id != table.table.form:
            return name
    own, told = _subjects(lexicon.normal(table.table.title.text)), _subjects(text)
    return "、".join(sorted(told)) if own and told and not own & told else ""


@lru_cache(maxsize=2000)
def _subjects(text: str) -> frozenset[str]:
    return frozenset(name for name, pattern in _patterns() if pattern.search(text))


@lru_cache(maxsize=1)
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    return [(name, re.compile(pattern)) for name, pattern in rows_of(HERE / "subjects.tsv")]


def statement_typo(sense: Sense) -> Result:
    """What a sentence calls lacking is spelt as in the title: no character is lost (上补助 for 上级补助)."""
    said = [
        (t, cell, object_)
        for t, cell in _statements(sense)
        if (object_ := _OBJECT.search(lexicon.normal(cell.text)))
    ]
    bad = [(t, cell, o[1], full) for t, cell, o in said if (full := _lost_character(o[1], t))]
    findings = (
        found(
            "table.statement-typo", [line_spot(t, cell)], {"form": t.table.name, "said": told, "title": full}
        )
        for t, cell, told, full in bad
    )
    return verdict(findings, len(said) - len(bad), "no-statements")


def _lost_character(told: str, table: TableSense) -> str:
    """The part of the title that a phrase is but for one lost character, else ''."""
    title: str = lexicon.normal(table.table.title.text)
    if told in title:
        return ""
    for i in range(1, len(title)):
        at = (title[:i] + title[i + 1 :]).find(told)
        if at >= 0 and at < i < at + len(told):
            return title[at : at + len(told) + 1]
    return ""
