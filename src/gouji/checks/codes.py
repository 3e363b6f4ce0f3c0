"""Codes and names of 科目 against the lists of the book's year.

The lists are gathered from published books and are not official (`codes/`), so a code that they lack is a
warning. What is an error does not rest on one row of theirs: a length that no code has, or the code of one
subject beside the name of its sibling, both seen in print.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from gouji import codes, lexicon
from gouji.checks.common import found, grouped, label_column, once, spot, verdict
from gouji.codes import Code
from gouji.findings import ERROR, WARNING, Finding, Result, Spot
from gouji.meaning import LABEL, Sense, TableSense

FUNCTION, ECONOMIC = "function", "economic"
NONE = "no-codes"  # why a check of codes does not apply
REACH = 4  # years for which a list tells what was in use


class Known(NamedTuple):
    """What the list of the year says of a printed code and name."""

    entry: Code | None  # the code's row
    match: str | None  # how the name stands to it: listed, alias, former, None
    moved: Code | None  # what replaced the code
    other: Code | None  # the sibling whose name is printed instead, if both were seen in print
    sure: bool  # the list is of the book's own year
    near: bool  # or of one near enough to say what was in use
    formed: bool  # it has the characters and the length of a code


class Coded(NamedTuple):
    """One code in one row, with the name beside it."""

    table: TableSense
    row: int
    dimension: str
    code: str
    name: str
    known: Known

    def spot(self, part: str = "code") -> Spot:
        return spot(self.table, self.row, self.table.column(f"{self.dimension}.{part}") or 0)


@once
def printed(sense: Sense) -> tuple[Coded, ...]:
    """Every code of the book."""
    year = sense.book.year or 0
    return tuple(
        [coded for table in sense.tables for d in (FUNCTION, ECONOMIC) for coded in _printed(table, d, year)]
    )


def _printed(table: TableSense, dimension: str, year: int) -> Iterator[Coded]:
    for at, code, name in _told(table, dimension):
        if digits := _with_digits(code):
            yield Coded(table, at, dimension, digits, name, look_up(dimension, digits, name, year))


def _told(table: TableSense, dimension: str) -> Iterator[tuple[int, str, str]]:
    """(row, code, name) of a table's rows."""
    code, name = f"{dimension}.code", f"{dimension}.name"
    for at, keys in enumerate(table.keyed):
        if code in keys:
            yield at, keys[code].text, keys[name].text if name in keys else ""
    if not table.keyed and (column := table.column(code)) is not None:
        beside = table.column(name)
        for at, row in enumerate(table.table.rows):
            yield at, row[column].text, "" if beside is None else row[beside].text


@lru_cache(maxsize=4000)
def _with_digits(text: str) -> str:
    """A code as it is compared; '' for 合计 and other words in a column of codes."""
    return lexicon.normal(text) if any(c.isdigit() for c in text) else ""


@lru_cache(maxsize=4000)
def look_up(dimension: str, code: str, name: str, year: int) -> Known:
    listed = list_of(dimension, code, year)
    entry = listed.get(code)
    near, formed = not year or abs(listed.year - year) <= REACH, _well_formed(dimension, code)
    if entry is None:
        return Known(None, None, listed.moved(code), None, False, near, formed)
    match = listed.match(code, name) if name else "listed"
    others = () if match else listed.named(name)
    other = next((o for o in others if o.parent == entry.parent and o.seen and entry.seen), None)
    return Known(entry, match, None, other, listed.year == year, near, formed)


def list_of(dimension: str, code: str, year: int) -> codes.List:
    if dimension == FUNCTION:
        return codes.incomes(year or None) if code.startswith("1") else codes.functions(year or None)
    return codes.gov_economics(year or None) if code.startswith("5") else codes.economics(year or None)


def _well_formed(dimension: str, code: str) -> bool:
    lengths = (3, 5) if dimension == ECONOMIC else (3, 5, 7, 9) if code[0] == "1" else (3, 5, 7)
    return code.isdecimal() and code.isascii() and len(code) in lengths


def _own_item(coded: Coded) -> bool:
    """A place's own item below a listed 款 of the economic classification."""
    code = coded.code
    return (
        coded.dimension == ECONOMIC
        and len(code) == 7
        and list_of(ECONOMIC, code, 0).get(code[:5]) is not None
    )


def once_each(code: str, bad: Iterable[Coded], part: str = "code", level: str = "") -> Iterator[Finding]:
    """One finding for each different code and name, with every row that prints them."""
    for (digits, name), rows in grouped(((c.code, c.name), c) for c in bad).items():
        known = rows[0].known
        args = {"code": digits, "name": name, "count": str(len(rows))}
        args |= {"listed": known.entry.name} if known.entry else {}
        args |= {"now": f"{known.moved.code} {known.moved.name}"} if known.moved else {}
        args |= {"other": known.other.code} if known.other else {}
        yield found(code, (c.spot(part) for c in rows), args, level)


def form(sense: Sense) -> Result:
    """Functional codes have 3, 5 or 7 digits (类款项), economic codes 3 or 5 (类款); those of income up to 9.

    Some places print economic codes of their own below 款, and cells that hold more than digits may be read
    wrong: those are warnings.
    """
    bad = [c for c in printed(sense) if not c.known.formed and not _own_item(c)]
    own = [c for c in bad if not c.code.isdecimal() or (c.dimension == ECONOMIC and len(c.code) == 7)]
    sure = [c for c in bad if c not in own]
    findings = [*once_each("code.form", sure), *once_each("code.form", own, level=WARNING)]
    return verdict(findings, len(printed(sense)) - len(bad), NONE)


def unknown(sense: Sense) -> Result:
    """Every code is in the list of the year, or of a year near it."""
    formed = [c for c in printed(sense) if c.known.formed and c.known.near]
    bad = [c for c in formed if c.known.entry is None and c.known.moved is None]
    return verdict(once_each("code.unknown", bad), len(formed) - len(bad), NONE)


def moved(sense: Sense) -> Result:
    """No code is printed that another has replaced."""
    bad = [c for c in printed(sense) if c.known.moved]
    return verdict(once_each("code.moved", bad), len(printed(sense)) - len(bad), NONE)


def name(sense: Sense) -> Result:
    """A name is the listed name of its code, or another one in use."""
    asked = [c for c in printed(sense) if c.known.entry and c.name]
    bad = [c for c in asked if not c.known.match and not (c.known.other and c.known.sure)]
    return verdict(once_each("code.name", bad, "name"), len(asked) - len(bad), NONE)


def mismatch(sense: Sense) -> Result:
    """No code stands beside the name of its sibling: one of the two is certainly wrong."""
    asked = [c for c in printed(sense) if c.known.entry and c.name]
    bad = [c for c in asked if c.known.other and c.known.sure]
    return verdict(once_each("code.mismatch", bad, "name"), len(asked) - len(bad), NONE)


def renamed(sense: Sense) -> Result:
    """No name is printed that was changed: beside codes, and of the 类 in the tables of totals."""
    bad = [c for c in printed(sense) if c.known.match == "former" and c.known.near]
    labels = list(_class_labels(sense))
    old = [one for one in labels if one[0].match == "former" and one[0].near]
    findings = [*once_each("code.renamed", bad, "name"), *(_old_label(*one) for one in old)]
    return verdict(findings, len(printed(sense)) + len(labels) - len(bad) - len(old), NONE)


def _class_labels(sense: Sense) -> Iterator[tuple[Known, TableSense, int, int]]:
    """The labels that name a 类: what the list says of them, and their cells."""
    for panel in sense.panels:
        if not panel.labelled:
            continue
        table = sense.tables[panel.number]
        column = label_column(table, panel)
        for node in panel.nodes:
            if node.kind == LABEL and (known := _class_named(node.label, sense.book.year or 0)):
                yield known, table, node.index, column


@lru_cache(maxsize=5000)
def _class_named(label: str, year: int) -> Known | None:
    text = lexicon.label(label).text
    code = codes.functions(year or None).class_named(text)
    return look_up(FUNCTION, code.code, text, year) if code else None


def _old_label(known: Known, table: TableSense, row: int, column: int) -> Finding:
    at = spot(table, row, column)
    entry = known.entry
    args = {"code": entry.code, "listed": entry.name} if entry else {}
    return found("code.renamed", [at], args | {"name": lexicon.label(at.text).text, "count": "1"})


def government(sense: Sense) -> Result:
    """Basic and project expenditure are coded by the department's economic classification, never by 5xx."""
    asked = [c for c in printed(sense) if c.dimension == ECONOMIC and "function.code" in c.table.roles]
    bad = [c for c in asked if c.code.startswith("5")]
    sure = [c for c in bad if "部门" in c.spot().column]
    unsure = [c for c in bad if c not in sure]
    findings = [
        *once_each("code.government", sure, level=ERROR),
        *once_each("code.government", unsure, level=WARNING),
    ]
    return verdict(findings, len(asked) - len(bad), NONE)
