"""How slips are explained: each way of slipping on figures small enough to add up by hand."""

from __future__ import annotations

import random
import time

import pytest

from benchmarks.ledgers import random_ledger
from benchmarks.slips import plant
from gouji.audit import Audit, audit
from gouji.book import Book
from gouji.explain import explain
from gouji.explain.slips import is_round, resemblance
from gouji.findings import ERROR, Cause
from gouji.forms import edition
from gouji.identities import system
from gouji.ledger import compile
from gouji.meaning import understand
from gouji.money import show
from gouji.read import read

FUNCTIONS = """## 2026年部门一般公共预算支出预算表（按功能科目分类）

单位名称：云岭市档案馆

单位：元

部门预算支出功能分类科目\t\t合计\t基本支出\t\t\t项目支出
科目编码\t科目名称\t\t小计\t人员经费\t公用经费\t
1\t2\t3\t4\t5\t6\t7
"""
HEADINGS = (
    "项目分类\t项目代码\t项目名称\t项目单位\t功能科目编码\t功能科目名称\t经济科目编码\t经济科目名称\t合计\t"
    "本年拨款\t\t\t\t财政拨款结转结余\t\t\t财政专户管理资金\t单位资金\t\t\t\t\t\n"
    "\t\t\t\t\t\t\t\t\t一般公共预算\t\t政府性基金预算\t国有资本经营预算\t一般公共预算\t政府性基金预算\t国有资本经营预算\t"
    "\t小计\t事业收入\t事业单位经营收入\t上级补助收入\t附属单位收入\t其他收入\n"
    "\t\t\t\t\t\t\t\t\t小计\t其中：本次下达\t\t\t\t\t\t\t\t\t\t\t\t\n"
)
NUMBERS = "\t".join(map(str, range(1, 24))) + "\n"
"""The headings of table 05-1 in full: blank columns say that there is no money of other funds or years."""
PROJECTS = "\n## 2026年部门项目支出预算表\n\n单位名称：云岭市档案馆\n\n单位：元\n\n" + HEADINGS + NUMBERS
ECONOMIC = (("30201", "办公费"), ("30202", "印刷费"), ("30213", "维修（护）费"), ("30227", "委托业务费"))
BASIC, PERSONNEL, PUBLIC = 420_000_00, 380_000_00, 40_000_00

Groups = dict[str, list[int]]
"""A project, and the 分 of its lines."""


def functions(project: int) -> str:
    """Table 02-2, of one function."""
    amounts = "\t".join(show(fen) for fen in (BASIC + project, BASIC, PERSONNEL, PUBLIC, project))
    names = ("201\t一般公共服务支出", "20126\t档案事务", "2012604\t档案馆", "\t合计")
    return FUNCTIONS + "".join(f"{name}\t{amounts}\n" for name in names)


def projects(groups: Groups, same: bool = False, released: bool = True) -> str:
    """Table 05-1: each project with its lines, of one economic class each or all of the same.

    `released`: it prints 其中：本次下达, the same as 小计.
    """
    columns = 3 if released else 2
    lines = []
    for number, (name, amounts) in enumerate(groups.items(), 1):
        lines.append("\t".join(["", "", name, "", "", "", "", "", *[show(sum(amounts))] * columns]))
        for k, fen in enumerate(amounts):
            code = f"53010026100000000000{number}"
            told = [
                "专项业务类",
                code,
                name,
                "云岭市档案馆",
                "2012604",
                "档案馆",
                *ECONOMIC[0 if same else k],
            ]
            lines.append("\t".join([*told, *[show(fen)] * columns]))
    total = sum(map(sum, groups.values()))
    return PROJECTS + "\n".join([*lines, "\t".join(["合 计", *[""] * 7, *[show(total)] * columns])]) + "\n"


def book(groups: Groups, same: bool = False) -> str:
    return functions(sum(map(sum, groups.values()))) + projects(groups, same)


def with_line(text: str, was: str, now: str | None, nth: int = 0) -> str:
    """The text with another line in the place of the nth that holds some words; None takes it out."""
    lines = text.split("\n")
    at = [i for i, line in enumerate(lines) if was in line][nth]
    lines[at : at + 1] = [] if now is None else [now if "\t" in now else lines[at].replace(was, now)]
    return "\n".join(lines)


def told_of(text: str) -> Audit:
    return audit(read(text.encode(), "book.txt"))


def first(told: Audit) -> list[Cause]:
    return [cause for cause in told.causes if cause.rank == 1]


def unexplained(told: Audit) -> list[str]:
    explained = {name for cause in first(told) for name in cause.findings}
    return [f.id for f in told.findings if f.terms and f.level == ERROR and f.id not in explained]


DIGITAL, REPAIR = "档案数字化专项经费", "档案库房维修专项经费"
GROUPS: Groups = {DIGITAL: [90_000_00, 31_415_92], REPAIR: [60_000_00, 27_182_81]}


def test_the_book_of_these_tests_is_consistent() -> None:
    assert [f for f in told_of(book(GROUPS)).findings if f.terms] == []


# How one figure resembles another


@pytest.mark.parametrize(
    ("printed", "true", "how"),
    [
        (None, 123_456, "blank"),
        (123_956, 123_456, "digit"),
        (132_456, 123_456, "swap"),
        (-123_456, 123_456, "sign"),
        (12_346, 123_456, "lost-digit"),
        (1_233_456, 123_456, "extra-digit"),
        (1_234_560, 123_456, "point"),
        (12_345, 123_456, "lost-digit"),
        (1_234, 123_456, "point"),
        (1_234_560_000, 123_456, "unit"),
        (12, 123_456, "unit"),
        (423_156, 123_456, "copy"),
        (987_654, 123_456, "other"),
        (-987_654, 123_456, "other"),
        (123_456, 0, "other"),
    ],
)
def test_a_way_of_slipping_is_told_by_how_the_figures_look(printed: int | None, true: int, how: str) -> None:
    assert resemblance(printed, true) == how


def test_a_round_amount_has_at_most_two_digits_before_its_zeros() -> None:
    assert is_round(30_000_00) and is_round(35_000_00) and is_round(-9_00)
    assert not is_round(31_415_92)
    assert not is_round(123_000_00)


# One slip


@pytest.mark.parametrize(
    ("printed", "how"),
    [
        ("31,475.92", "digit"),
        ("34,115.92", "swap"),
        ("3,415.92", "lost-digit"),
        ("311,415.92", "extra-digit"),
        ("314,159.20", "point"),
        ("-31,415.92", "sign"),
    ],
)
def test_a_misprint_all_along_a_row_is_told_with_the_amount_that_should_stand_there(
    printed: str, how: str
) -> None:
    told = told_of(book(GROUPS).replace("31,415.92", printed))
    cause = first(told)[0]
    assert (cause.kind, cause.slip, cause.proposed) == ("wrong-figure", how, "31415.92")
    assert {spot.text for spot in cause.spots} == {printed}
    assert unexplained(told) == []


def test_a_wrong_total_is_told_as_a_total() -> None:
    told = told_of(with_line(book(GROUPS), "208,598.73", "208,698.73", nth=4))
    cause = first(told)[0]
    assert (cause.kind, cause.slip, cause.proposed) == ("wrong-total", "digit", "208598.73")
    assert cause.spots[0].row == "合计"


def test_one_cell_alone_is_told_where_the_rest_of_its_row_agrees() -> None:
    row = "2012604\t档案馆\t628,598.73\t420,000.00\t380,000.00\t40,000.00\t"
    told = told_of(with_line(book(GROUPS), row, row + "280,598.73"))
    cause = first(told)[0]
    assert (cause.kind, cause.slip, cause.proposed) == ("wrong-figure", "swap", "208598.73")
    assert [spot.column for spot in cause.spots] == ["项目支出"]


def test_a_figure_in_another_column_is_told_with_both_cells() -> None:
    row = "2012604\t档案馆\t628,598.73\t420,000.00\t"
    told = told_of(with_line(book(GROUPS), row, row + "40,000.00\t380,000.00\t208,598.73"))
    cause = first(told)[0]
    assert (cause.kind, cause.slip, cause.amount) == ("wrong-column", "exchanged", 340_000_00)
    assert [spot.column for spot in cause.spots] == ["基本支出/人员经费", "基本支出/公用经费"]


def test_a_row_printed_twice_is_told_as_surplus() -> None:
    text = book(GROUPS)
    line = next(one for one in text.split("\n") if "27,182.81" in one)
    told = told_of(text.replace(line, f"{line}\n{line}"))
    assert first(told)[0].kind == "extra-row"
    assert unexplained(told) == []


# Ranking


def test_of_equal_rows_one_was_lost() -> None:
    """Three lines of 30,000 under 120,000: no digit can be wrong that way, but a fourth line can be lost."""
    text = book({DIGITAL: [30_000_00] * 4, REPAIR: [60_000_00]}, same=True)
    told = told_of(with_line(text, "\t30,000.00\t", None))
    cause = first(told)[0]
    assert (cause.kind, cause.amount) == ("missing-row", 30_000_00)
    assert [spot.row for spot in cause.spots][:1] == [DIGITAL]
    assert unexplained(told) == []


def test_a_digit_of_a_figure_that_is_not_round_comes_before_a_lost_row() -> None:
    """A group short of 100.00 may lack a row of 100.00, or 31,315.92 is a misprint of 31,415.92."""
    told = told_of(book(GROUPS).replace("31,415.92", "31,315.92"))
    causes = [(cause.rank, cause.kind, cause.proposed) for cause in told.causes]
    assert causes[0] == (1, "wrong-figure", "31415.92")
    assert all(kind == "wrong-figure" or rank > 1 for rank, kind, _ in causes)


def test_causes_that_are_as_likely_are_told_as_tied() -> None:
    """Two lines of the same amount: the missing 100.00 may belong to either."""
    text = book({DIGITAL: [31_415_92, 31_415_92], REPAIR: [60_000_00]})
    lines = (functions(122_931_84), projects({DIGITAL: [31_415_92, 31_415_92], REPAIR: [60_000_00]}))
    text = lines[0] + lines[1].replace("62,831.84", "62,931.84").replace("122,831.84", "122,931.84")
    told = told_of(text.replace("122,931.84", "122,931.84"))
    tied = [cause for cause in told.causes if cause.tied]
    assert [cause.rank for cause in tied][:2] == [1, 2]
    assert {cause.proposed for cause in tied[:2]} == {"31515.92"}
    assert len({cause.spots[0].row for cause in tied[:2]}) == 2


def test_a_likelier_cause_is_not_tied() -> None:
    told = told_of(book(GROUPS).replace("31,415.92", "31,475.92"))
    assert not first(told)[0].tied


# Several slips


def test_slips_that_share_identities_are_all_explained() -> None:
    """A line and the total of its own column: the sum of the column holds neither of them alone."""
    text = book(GROUPS).replace("31,415.92", "31,475.92").replace("87,182.81", "78,182.81")
    told = told_of(text)
    assert {(c.kind, c.slip, c.proposed) for c in first(told)} == {
        ("wrong-figure", "digit", "31415.92"),
        ("wrong-total", "swap", "87182.81"),
    }
    assert unexplained(told) == []


def test_a_wrong_figure_takes_the_totals_along_that_were_added_up_from_it() -> None:
    """The line, its project and the total are all off by 60.00; no sum of the table tells."""
    wrong = projects(GROUPS | {DIGITAL: [90_000_00, 31_475_92]}, released=False)
    told = told_of(functions(208_598_73) + wrong)
    (cause,) = first(told)
    assert (cause.kind, cause.slip, cause.proposed) == ("wrong-figure", "digit", "31415.92")
    assert cause.spots[0].text == "31,475.92"
    assert {spot.text for spot in cause.spots} >= {"121,475.92", "208,658.73"}
    assert unexplained(told) == []


def with_slips(seed: int, count: int) -> Book:
    rng = random.Random(seed)
    ledger = random_ledger(rng, units=4, funds=True, carried=True, withheld=False)
    made = compile(ledger, edition("yunnan-2026"))
    for _ in range(count):
        planted = plant(rng, made, rng.choice(("digit", "swap", "lost-digit", "blank", "sign")))
        assert planted
        made = planted.book
    return made


@pytest.mark.parametrize("seed", range(2))
def test_hundreds_of_faults_are_answered_in_time_and_none_is_dropped(seed: int) -> None:
    slipped = with_slips(seed, 300)
    start = time.monotonic()
    told = audit(slipped)
    assert time.monotonic() - start < 10
    broken = system(understand(slipped)).broken
    assert len(broken) > 300
    assert sum(bool(finding.terms) and finding.outcome == "broken" for finding in told.findings) == len(
        broken
    )
    assert first(told)


def test_what_there_was_no_time_to_explain_stays_a_finding() -> None:
    slipped = with_slips(3, 40)
    whole = system(understand(slipped))
    explained = {i for e in explain(whole, seconds=0.0) for i in e.identities}
    assert explained <= set(whole.broken)
    assert sum(bool(f.terms) and f.outcome == "broken" for f in audit(slipped).findings) == len(whole.broken)


def test_a_book_without_faults_needs_no_explanation() -> None:
    assert explain(system(understand(read(book(GROUPS).encode(), "book.txt")))) == []
