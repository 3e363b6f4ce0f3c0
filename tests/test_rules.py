"""What reviewers check (tests/rules.tsv) follows from what titles, headings and rows mean.

Each formula of the table is written out over the printed cells of consistent books, and must lie in the span
of the identities that Gouji derived for that book: then whoever breaks it breaks at least one of them.
Blank is zero here, for a blank cell prints no amount that could be wrong.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import pytest

from benchmarks.ledgers import random_ledger
from gouji.audit import audit
from gouji.book import Book, Row
from gouji.checks import CHECKS
from gouji.findings import ERROR, WARNING
from gouji.forms import edition
from gouji.identities import AT_MOST, EQUAL, Identity, System, system
from gouji.ledger import Ledger, Line, compile
from gouji.lexicon import label, normal
from gouji.meaning import is_total, understand
from gouji.money import show
from gouji.read import read
from gouji.write.text import write

YUNNAN = edition("yunnan-2026")
DERIVED = ("certain", "expected", "bound")
REVIEWED = {"A": 18, "B": 24}  # how many groups of identities reviewers number

Vector = dict[int, Fraction]
"""figure -> coefficient"""


class Rule(NamedTuple):
    id: str
    outcome: str
    when: str
    formula: str
    says: str


class Printed(NamedTuple):
    """A consistent book, its identities, and its figures by form, row and printed column."""

    system: System
    grants_only: bool
    no_left: bool
    rows: Mapping[str, tuple[Row, ...]]
    numbers: Mapping[str, list[str]]
    figures: Mapping[tuple[str, int, str], int]
    units: frozenset[str]

    def is_for(self, rule: Rule) -> bool:
        return {"grants-only": self.grants_only, "no-left": self.no_left}.get(rule.when, True)


def rules() -> list[Rule]:
    lines = Path(__file__).with_name("rules.tsv").read_text(encoding="utf-8").splitlines()
    return [Rule(*line.split("\t")) for line in lines if line and not line.startswith("#")]


RARITIES = (
    ("政府性基金预算", "本年", "基本支出", "2120803", "30201"),
    ("政府性基金预算", "结转", "基本支出", "2120803", "30211"),
    ("政府性基金预算", "结转", "项目支出", "2296006", "30299"),
    ("国有资本经营预算", "结转", "项目支出", "2239999", "30227"),
    ("一般公共预算", "本年", "基本支出", "", "30212"),
    ("一般公共预算", "结转", "项目支出", "", "30212"),
    ("一般公共预算", "本年", "项目支出", "", "30913"),
)
"""Lines that few books have: fund, carried over, kind, function ("": any that is there), economic code."""


def with_rarities(ledger: Ledger) -> Ledger:
    """The ledger with lines of which few books have any, and the income that pays for them."""
    usual = next(line.function for line in ledger.lines if line.kind == "基本支出")
    lines = list(ledger.lines)
    for k, (fund, carried, kind, function, economic) in enumerate(RARITIES, 1):
        unit, fen = ledger.units[k % len(ledger.units)].name, 1_000_000 * k + 37 * k
        flow = "本年收入" if carried == "本年" else "上年结转"
        spent = Line(fen, ledger.year, unit, "本年支出", fund, carried, kind, "", function or usual, economic)
        lines.append(Line(fen, ledger.year, unit, flow, fund, carried))
        more = replace(spent, project=f"少见支出{k}", code=f"5399002610000000010{k:02d}", release="本次下达")
        part = "公用经费" if kind == "基本支出" else ""
        lines.append(replace(more, part=part, level="本级", category="311 专项业务类"))
    return replace(ledger, lines=tuple(lines))


def printed(seed: int, units: int, funds: bool, carried: bool) -> Printed:
    ledger = random_ledger(random.Random(seed), units=units, funds=funds, carried=carried, withheld=False)
    ledger = with_rarities(ledger) if funds and carried else ledger
    whole = system(understand(compile(ledger, YUNNAN)))
    tables = {table.form or "": table for table in whole.sense.book.tables}
    numbers = {
        form: [column.number or str(i) for i, column in enumerate(table.columns, 1)]
        for form, table in tables.items()
    }
    figures = {
        (panel.table.form or "", node.index, numbers[panel.table.form or ""][column.at]): panel.figure(r, c)
        for panel in whole.sense.panels
        for r, node in enumerate(panel.nodes)
        for c, column in enumerate(panel.columns)
    }
    return Printed(
        whole,
        grants_only=all("预算" in line.fund for line in ledger.lines),
        no_left=all(line.flow != "年终结转" for line in ledger.lines),
        rows={form: table.rows for form, table in tables.items()},
        numbers=numbers,
        figures=figures,
        units=frozenset(normal(unit.name) for unit in ledger.units),
    )


@lru_cache(maxsize=1)
def books() -> tuple[Printed, ...]:
    """Books of one to four units: with all funds and without, with money carried over and without."""
    return tuple(printed(seed, 1 + seed % 4, funds=seed % 3 > 0, carried=seed % 2 == 0) for seed in range(24))


# Formulas


class Term(NamedTuple):
    sign: int
    form: str
    rows: tuple[str, ...]
    columns: str


_TERM = re.compile(r"([\d-]+)\[([^\]]*)\]\.(\S+)")
_CONDITION = re.compile(r"(下?)(\d+)(=|\^|#)(.+)")


def sides(formula: str) -> tuple[str, list[Term]]:
    """The relation, and all terms on the left of it."""
    relation = " <= " if " <= " in formula else " = "
    left, _, right = formula.partition(relation)
    terms = []
    for sign, side in ((1, left), (-1, right)):
        for form, rows, columns in _TERM.findall(side):
            terms.append(Term(sign, form, tuple(part.strip() for part in rows.split(",")), columns))
    return relation.strip(), terms


def instances(book: Printed, rule: Rule) -> Iterator[Vector]:
    """All that a formula says of a book: figure -> how often it counts; blank figures left out."""
    _, terms = sides(rule.formula)
    for values in _assignments(book, terms):
        for step in range(max(_steps(book, term) for term in terms)):
            vector: Vector = {}
            for term in terms:
                for figure in _figures(book, term, values, step):
                    vector[figure] = vector.get(figure, Fraction(0)) + term.sign
            amounts = book.system.sense.amounts
            yield {f: n for f, n in vector.items() if n and amounts[f] is not None}


Values = Mapping[str, str]


def _assignments(book: Printed, terms: list[Term]) -> Iterable[Values]:
    """What the capitals of the first term stand for, or the rows of 每行."""
    first = terms[0]
    if "每行" in first.rows:
        return [{"每行": str(i)} for i in range(len(book.rows[first.form]))]
    open_ = {
        found[4]: found[2] for c in first.rows if (found := _CONDITION.fullmatch(c)) and found[4].isupper()
    }
    if not open_:
        return [{}]
    told: dict[tuple[str, ...], Values] = {}
    bare = first._replace(rows=tuple(c for c in first.rows if not _names_any(c, open_)))
    for r, row in enumerate(book.rows[first.form]):
        if _takes(book, bare, r, {}):
            values = {name: normal(_text(book, first.form, row, n)) for name, n in open_.items()}
            if all(values.values()):
                told[tuple(values.values())] = values
    return told.values()


def _names_any(condition: str, names: Iterable[str]) -> bool:
    return any(condition.endswith(mark + name) for name in names for mark in "=^")


def _columns(book: Printed, term: Term, step: int) -> list[str]:
    numbers = book.numbers[term.form]
    if ".." in term.columns:
        first, last = term.columns.split("..")
        return [numbers[numbers.index(first) + step]]
    told = []
    for part in term.columns.split("+"):
        first, mark, last = part.partition("~")
        end = numbers.index(last or numbers[-1]) if mark else numbers.index(first)
        told += numbers[numbers.index(first) : end + 1]
    return told


def _steps(book: Printed, term: Term) -> int:
    if ".." not in term.columns:
        return 1
    first, last = map(book.numbers[term.form].index, term.columns.split(".."))
    return last - first + 1


def _figures(book: Printed, term: Term, values: Values, step: int) -> Iterator[int]:
    for r in range(len(book.rows[term.form])):
        if _takes(book, term, r, values):
            for number in _columns(book, term, step):
                figure = book.figures.get((term.form, r, number))
                if figure is not None:
                    yield figure


def _takes(book: Printed, term: Term, r: int, values: Values) -> bool:
    row = book.rows[term.form][r]
    total = any(is_total(cell.text) for cell in row[:3])
    if term.form in ("01-1", "02-1"):
        return all(_labelled(book, term, r, c, values) for c in term.rows)
    if total != ("合计" in term.rows) and "每行" not in term.rows:
        return False
    return all(_meets(book, term.form, r, c, values) for c in term.rows)


def _meets(book: Printed, form: str, r: int, condition: str, values: Values) -> bool:
    row = book.rows[form][r]
    if condition == "合计":
        return True
    if condition == "每行":
        return str(r) == values["每行"]
    if condition == "项目":
        return normal(row[0].text) not in book.units
    if condition.startswith("!"):
        return not _text(book, form, row, condition[1:])
    found = _CONDITION.fullmatch(condition)
    if found is None:
        return bool(_text(book, form, row, condition))
    below, number, mark, wanted = found.groups()
    if below:
        above = (_text(book, form, one, number) for one in reversed(book.rows[form][:r]))
        text = next(filter(None, above), "")
    else:
        text = _text(book, form, row, number)
    if mark == "#":
        return len(text) == int(wanted)
    told = [values.get(one, one) for one in wanted.split("|")]
    return any(normal(text).startswith(one) if mark == "^" else normal(text) == one for one in told)


def _text(book: Printed, form: str, row: Row, number: str) -> str:
    return row[book.numbers[form].index(number)].text


def _labelled(book: Printed, term: Term, r: int, condition: str, values: Values) -> bool:
    """Conditions on the labels to the left of an amount column of 01-1 or 02-1."""
    column = int(term.columns) - 2
    labels = [row[column].text for row in book.rows[term.form]]
    text, depth, _ = label(labels[r])
    if condition == "一级":
        return depth == 1
    if condition.startswith(">"):
        above = next((one for one in reversed(labels[:r]) if label(one).depth == 1), "")
        return depth == 2 and normal(above) == normal(condition[1:])
    wanted = condition.removeprefix("=")
    wanted = normal(values.get(wanted, wanted))
    return wanted in (text, normal(labels[r]))


# Proof


class Span:
    """All that follows from some equalities: each basis vector is the only one with its first figure."""

    def __init__(self, identities: Iterable[Identity], amounts: list[int | None]) -> None:
        self.basis: dict[int, Vector] = {}
        self.amounts = amounts
        for identity in sorted(identities, key=lambda i: len(i.terms)):
            rest = self.rest(self.vector(identity))
            if rest:
                pivot = min(rest)
                self.basis[pivot] = {f: n / rest[pivot] for f, n in rest.items()}

    def vector(self, identity: Identity) -> Vector:
        return {f: Fraction(s) for f, s in identity.terms if self.amounts[f] is not None}

    def rest(self, vector: Vector) -> Vector:
        """What the span cannot account for: empty for all that follows."""
        left = dict(vector)
        settled: Vector = {}
        while left:
            pivot = min(left)
            count = left.pop(pivot)
            if pivot not in self.basis:
                settled[pivot] = count
                continue
            for f, n in self.basis[pivot].items():
                if f != pivot:
                    after = left.pop(f, Fraction(0)) - count * n
                    if after:
                        left[f] = after
        return settled


@lru_cache(maxsize=100)
def span(number: int, expected: bool) -> Span:
    whole = books()[number].system
    equal = [i for i in whole.identities if i.relation == EQUAL and (expected or not i.expected)]
    return Span(equal, whole.sense.amounts)


@lru_cache(maxsize=100)
def bounds(number: int) -> frozenset[frozenset[tuple[int, Fraction]]]:
    """What is at most zero, up to what equalities make of it."""
    whole, known = books()[number].system, span(number, True)
    at_most = (i for i in whole.identities if i.relation == AT_MOST)
    return frozenset(frozenset(known.rest(known.vector(i)).items()) for i in at_most)


def follows(number: int, rule: Rule, instance: Vector) -> bool:
    if rule.outcome == "bound":
        return frozenset(span(number, True).rest(instance).items()) in bounds(number)
    return not span(number, rule.outcome == "expected").rest(instance)


def cases(rule: Rule) -> Iterator[tuple[int, Vector]]:
    """All instances of a rule with any money in them, over all books that it applies to."""
    for number, book in enumerate(books()):
        if book.is_for(rule):
            yield from ((number, one) for one in instances(book, rule) if one)


def of(*outcomes: str) -> list[Rule]:
    return [rule for rule in rules() if rule.outcome in outcomes]


@pytest.mark.parametrize("rule", of(*DERIVED), ids=lambda rule: rule.id)
def test_what_reviewers_check_is_derived(rule: Rule) -> None:
    told = list(cases(rule))
    assert told, "no book has figures that this rule compares"
    failed = [(number, one) for number, one in told if not follows(number, rule, one)]
    assert not failed, explained(rule, *failed[0], len(failed), len(told))


def explained(rule: Rule, number: int, instance: Vector, failed: int, cases: int) -> str:
    names = {figure: place for place, figure in books()[number].figures.items()}
    told = ", ".join(f"{int(n):+d} {'/'.join(map(str, names[f]))}" for f, n in sorted(instance.items()))
    return f"{rule.id} is not derived in {failed} of {cases} cases, so in book {number}: {told}"


@pytest.mark.parametrize("rule", of(*DERIVED), ids=lambda rule: rule.id)
def test_breaking_it_is_found(rule: Rule) -> None:
    """One of its figures is printed too large: the audit of the printed text says so, at the right level."""
    number, instance = max(cases(rule), key=lambda case: len(case[1]))
    sense = books()[number].system.sense
    figure = max(instance, key=lambda f: (instance[f], f))
    panel, row, column = sense.at(figure)
    more = sense.value(figure) * 10 + 100_00
    place = (panel.number, panel.nodes[row].index, panel.columns[column].at)
    told = audit(read(write(printing(sense.book, *place, show(more))).encode(), "broken.txt"))
    levels = {finding.level for finding in told.findings if finding.terms}
    assert ERROR in levels or (rule.outcome == "expected" and WARNING in levels)


def printing(book: Book, table: int, row: int, column: int, text: str) -> Book:
    """The book with another text in one cell."""
    old = book.tables[table]
    cells = [list(one) for one in old.rows]
    cells[row][column] = cells[row][column]._replace(text=text)
    changed = replace(old, rows=tuple(map(tuple, cells)))
    return replace(book, tables=(*book.tables[:table], changed, *book.tables[table + 1 :]))


def test_a_code_that_only_one_of_two_tables_has_is_found() -> None:
    """B07: 01-3 and 02-2 have the same codes; what one of them lacks counts as nothing there."""
    book = books()[1].system.sense.book
    at = next(t for t, table in enumerate(book.tables) if table.form == "02-2")
    row = next(r for r, cells in enumerate(book.tables[at].rows) if len(cells[0].text) == 7)
    code = book.tables[at].rows[row][0].text
    whole = system(understand(printing(book, at, row, 0, code[:5] + "97")))
    broken = [whole.identities[i] for i in whole.broken]
    wholes = [whole.sense.at(one.terms[0][0]) for one in broken if one.code == "sum.across"]
    assert {(panel.table.form, panel.nodes[r].label[:7]) for panel, r, _ in wholes} >= {("01-3", code)}


def test_what_is_not_derived_has_a_check_or_a_reason() -> None:
    known = {check.code for check in CHECKS}
    for rule in of("check"):
        assert rule.formula in known, rule.id
    for rule in of("none"):
        assert "：" in rule.says, rule.id


def test_every_identity_that_reviewers_number_is_there() -> None:
    told = [rule.id for rule in rules()]
    assert len(told) == len(set(told))
    wanted = [f"{letter}{n:02}" for letter, last in REVIEWED.items() for n in range(1, last + 1)]
    assert sorted({id.partition(".")[0] for id in told}) == wanted
    assert {rule.outcome for rule in rules()} == {*DERIVED, "check", "none"}


# Secret money: identities between control totals and details become inequalities


def test_what_a_table_leaves_out_as_secret_is_the_same_gap_everywhere() -> None:
    """S3: the control totals exceed the details by one and the same amount, and that is no error."""
    ledger = random_ledger(random.Random(5), units=1, funds=False, carried=False, withheld=True)
    secret = sum(line.fen for line in ledger.lines if line.withheld and line.year == ledger.year)
    told = audit(read(write(compile(ledger, YUNNAN)).encode(), "secret.txt"))
    assert not [finding for finding in told.findings if finding.level == ERROR]
    gaps = {f.difference for f in told.findings if f.outcome == "withheld" and f.terms}
    assert secret in gaps
    assert {cause.kind for cause in told.causes} == {"withheld"}


def test_without_a_statement_the_same_gap_is_an_error() -> None:
    """S4: the same book without its statements on secret items."""
    ledger = random_ledger(random.Random(5), units=1, funds=False, carried=False, withheld=True)
    text = write(compile(ledger, YUNNAN))
    open_ = "\n".join(line for line in text.split("\n") if "涉密" not in line)
    told = audit(read(open_.encode(), "secret.txt"))
    assert [f.code for f in told.findings if f.level == ERROR and f.terms]
