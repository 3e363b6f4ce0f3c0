"""A real book: the findings are those that docs/real-book.md explains, and its sums are right.

The sums are made here from the text alone, split by tabs, with nothing of Gouji.
"""

import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from pathlib import Path

import pytest

from gouji.audit import Audit, audit
from gouji.checks import SAID
from gouji.findings import NOT_APPLICABLE, NOT_CHECKED, Cause, Finding
from gouji.read import read
from gouji.report.view import likeliest
from tests.conftest import REPO

PAGE = (REPO / "docs" / "real-book.md").read_text(encoding="utf-8")
BASIC, GROUP, PROJECTS, PLAN = range(146, 192), range(207, 216), range(205, 230), range(371, 377)
FUNCTION, ECONOMIC = 4, 6
PROJECT_FUNCTION = 5

Documented = tuple[str, str]
"""A code, and the place as the page gives it."""


class Lines:
    """The book's text: cells by line and column, both from 1."""

    def __init__(self, text: str) -> None:
        self.lines = text.split("\n")

    def cell(self, line: int, column: int) -> str:
        cells = self.lines[line - 1].split("\t")
        return re.sub("<[^>]*>", "", cells[column - 1]).strip() if column <= len(cells) else ""

    def amount(self, line: int, column: int) -> Decimal:
        return Decimal(self.cell(line, column).replace(",", "") or 0)

    def sum(self, lines: Iterable[int], column: int) -> Decimal:
        return sum((self.amount(line, column) for line in lines), Decimal(0))

    def basic(self, function: str, *economic: str) -> Decimal:
        """Table 04: the rows of a function, of some economic classes or of all."""
        rows = (n for n in BASIC if self.cell(n, FUNCTION) == function)
        return self.sum((n for n in rows if self.cell(n, ECONOMIC).startswith(economic or ("",))), 8)

    def project(self, function: str) -> Decimal:
        """Table 05-1: the rows of a function."""
        return self.sum((n for n in PROJECTS if self.cell(n, PROJECT_FUNCTION) == function), 9)


PERSONNEL, PUBLIC = ("301", "303"), ("302", "307", "309", "31")
HAND: dict[str, Callable[[Lines], Decimal]] = {
    "145:8": lambda t: t.sum(BASIC, 8),
    "145:9": lambda t: t.sum(BASIC, 9),
    "145:14": lambda t: t.sum(BASIC, 14),
    "98:4": lambda t: t.basic("2014001"),
    "98:5": lambda t: t.basic("2014001", *PERSONNEL),
    "98:6": lambda t: t.basic("2014001", *PUBLIC),
    "101:4": lambda t: t.basic("2014050"),
    "101:6": lambda t: t.basic("2014050", *PUBLIC),
    "104:4": lambda t: t.basic("2080501"),
    "104:6": lambda t: t.basic("2080501", *PUBLIC),
    "110:4": lambda t: t.basic("2101101"),
    "110:5": lambda t: t.basic("2101101", *PERSONNEL),
    "206:9": lambda t: t.sum(GROUP, 9),
    "206:10": lambda t: t.sum(GROUP, 10),
    "206:11": lambda t: t.sum(GROUP, 11),
    "100:7": lambda t: t.project("2014004"),
    "99:7": lambda t: t.project("2014002"),
    "119:7": lambda t: t.amount(230, 9),
    "370:5": lambda t: t.sum(PLAN, 5),
    "370:6": lambda t: t.sum(PLAN, 6),
    "370:7": lambda t: t.sum(PLAN, 7),
    "377:5": lambda t: t.amount(370, 5),
    "377:6": lambda t: t.amount(370, 6),
    "377:7": lambda t: t.amount(370, 7),
}
"""What other figures make of the figure at a place."""


@pytest.fixture(scope="module")
def told(real_book: Path) -> Audit:
    return audit(read(real_book.read_bytes(), real_book.name))


@pytest.fixture(scope="module")
def text(real_book: Path) -> Lines:
    return Lines(real_book.read_text(encoding="utf-8"))


@pytest.mark.parametrize("level", ["error", "warning", "note"])
def test_the_findings_are_those_that_the_page_explains(told: Audit, level: str) -> None:
    assert sorted(named(f) for f in told.findings if f.level == level) == sorted(documented(f"{level}s"))


def test_the_sums_of_the_page_are_right(text: Lines) -> None:
    rows = re.findall(r"(?m)^\| `[a-z.-]+` \| (\d+:\d+) \| ([\d,.]+) \| ([\d,.]+) \| ([\d,.]+) \|", PAGE)
    assert len(rows) == 11
    for place, printed, summed, difference in rows:
        line, column = map(int, place.split(":"))
        shown = [Decimal(cell.replace(",", "")) for cell in (printed, summed, difference)]
        assert shown == [text.amount(line, column), HAND[place](text), shown[0] - shown[1]], place


def test_the_sums_of_the_report_are_right(told: Audit, text: Lines) -> None:
    sums = [f for f in told.findings if f.terms]
    assert {named(f)[1] for f in sums} == HAND.keys()
    for finding in sums:
        assert finding.printed is not None and finding.implied is not None
        line, column = map(int, named(finding)[1].split(":"))
        sides = [Decimal(side) / 100 for side in (finding.printed, finding.implied)]
        assert sides == [text.amount(line, column), HAND[named(finding)[1]](text)], named(finding)


def test_what_ties_by_hand_is_not_cried(told: Audit, text: Lines) -> None:
    """The functions of table 02-2 that tie to table 04 to the 分."""
    for line, function in ((105, "2080505"), (107, "2089999"), (111, "2101103"), (112, "2101199")):
        assert text.amount(line, 4) == text.basic(function)
        assert not any(spot.place.line == line for f in told.findings for spot in f.spots[:1])


def test_what_was_not_checked_is_what_the_page_says(told: Audit) -> None:
    left = {o.code for o in told.outcomes if o.outcome in (NOT_APPLICABLE, NOT_CHECKED)}
    assert {code for code in left if code.startswith("prose.")} == set(SAID)  # one line of the page for all
    left -= set(SAID)
    part = PAGE.partition("## What was not checked")[2]
    assert set(re.findall(r"(?m)^\| `([a-z.-]+)`", part)) == left
    coverage = told.coverage
    assert coverage.figures == coverage.scoped == coverage.in_identities == 343
    assert "All 343 figures" in part
    assert [cell.place.line for cell in coverage.not_understood] == [192]


# What must be there


def test_the_project_group_lost_a_line_of_30_000(told: Audit) -> None:
    cause = cause_at(told, "sum.group", 206)
    assert (cause.kind, cause.rank, cause.amount) == ("missing-row", 1, 3_000_000)
    assert cause.spots[0].place.line == 206
    assert "2014004" in cause.args["what"]


def test_45_000_are_withheld_under_one_function_and_can_be_worked_out(told: Audit) -> None:
    cause = cause_at(told, "sum.across", 99)
    assert (cause.kind, cause.rank, cause.amount) == ("withheld", 1, 4_500_000)
    assert "2014002" in cause.args["what"]
    explained = {named(f) for f in told.findings if f.id in cause.findings}
    plan = {
        (code, f"{line}:{c}") for code, line in (("sum.group", 370), ("sum.column", 377)) for c in (5, 6, 7)
    }
    assert explained == plan | {("same.across", "119:7"), ("sum.across", "99:7")}
    assert [c.id for c in told.causes if c.kind == "withheld"] == [cause.id]
    (deducible,) = (f for f in told.findings if f.code == "withheld.deducible")
    assert deducible.printed == 4_500_000


def test_the_basic_table_is_cut_off_with_the_missing_amounts_by_function(told: Audit) -> None:
    cause = cause_at(told, "sum.group", 145)
    assert (cause.kind, cause.rank, cause.amount) == ("cut-off", 1, 56_589_683)
    for missing in (
        "2014001 行政运行 人员经费 465,600.00",
        "2014001 行政运行 公用经费 60,309.90",
        "2014050 事业运行 公用经费 12,926.34",
        "2080501 行政单位离退休 公用经费 27,060.59",
    ):
        assert missing in cause.args["what"]
    assert cause_at(told, "read.cut-off", 192) is cause


def test_one_figure_of_it_is_wrong_by_a_digit(told: Audit) -> None:
    first = cause_at(told, "sum.across", 110)
    causes = sorted((c for c in told.causes if c.findings == first.findings), key=lambda c: c.rank)
    assert [(c.kind, c.spots[0].place.line, c.spots[0].text, c.proposed) for c in causes[:2]] == [
        ("wrong-figure", 162, "155,925.36", "255925.36"),
        ("wrong-figure", 163, "39,724.51", "139724.51"),
    ]


def cause_at(told: Audit, code: str, line: int) -> Cause:
    """The likeliest cause of a finding on a line."""
    finding = next(f for f in told.findings if f.code == code and f.spots[0].place.line == line)
    return likeliest(told.causes)[finding.id]


def named(finding: Finding) -> Documented:
    """A finding as the page names it: by the place of its first cell, an absent form by its id."""
    place = finding.spots[0].place
    return finding.code, f"{place.line}:{place.column}" if place.line else finding.spots[0].form


def documented(heading: str) -> list[Documented]:
    part = PAGE.partition(f"\n## {heading.capitalize()}\n")[2].partition("\n## ")[0]
    return re.findall(r"(?m)^\| `([a-z.-]+)` \| ([\d:-]+) \|", part)
