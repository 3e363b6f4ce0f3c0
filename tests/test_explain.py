"""Causes: for each way that a slip happens one tiny case, and which of several explanations comes first."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache

import pytest

from benchmarks.ledgers import random_ledger
from benchmarks.misprints import digit
from gouji.audit import Audit, audit
from gouji.book import Book, Row
from gouji.explain import explain
from gouji.explain.slips import WAN_SLIP, resemblance
from gouji.findings import ERROR, Cause
from gouji.forms import edition
from gouji.identities import EQUAL, system
from gouji.ledger import Ledger, Line, Unit, compile
from gouji.lexicon import normal
from gouji.meaning import understand
from gouji.money import show
from gouji.read import read
from gouji.write.text import write

YUNNAN = edition("yunnan-2026")
UNIT = "云溪市展览馆"


# A small book that ties


def spent(
    fen: int, function: str, economic: str, project: str, kind: str = "项目支出", **more: object
) -> Line:
    part = {"301": "人员经费", "302": "公用经费"}.get(economic[:3], "") if kind == "基本支出" else ""
    category = "311 专项业务类" if kind == "项目支出" else "111 人员类"
    line = Line(fen, 2026, UNIT, "本年支出", "一般公共预算", "本年", kind, part, function, economic, project)
    return replace(line, category=category, release="本次下达", level="本级", **more)  # type: ignore[arg-type]


LINES = (
    spent(1_234_567_89, "2070104", "30101", "人员支出工资", "基本支出", code="539900251000000000001"),
    spent(98_765_43, "2080505", "30108", "养老保险", "基本支出", code="539900251000000000002"),
    spent(76_543_21, "2210201", "30113", "住房公积金", "基本支出", code="539900251000000000003"),
    spent(12_345_00, "2070104", "30201", "一般公用经费", "基本支出", code="539900251000000000004"),
    spent(34_500_00, "2070106", "30201", "巡回展览经费", code="539900251000000000005", planned=True),
    spent(27_800_00, "2070106", "30214", "巡回展览经费", code="539900251000000000005", planned=True),
    *[
        spent(
            30_000_00, "2070199", "39999", "公益讲座经费", code="539900251000000000006", entry=k, planned=True
        )
        for k in range(1, 9)
    ],
)


@lru_cache(maxsize=1)
def small() -> Book:
    total = sum(line.fen for line in LINES)
    income = Line(total, 2026, UNIT, "本年收入", "一般公共预算")
    lines = [replace(line, entry=line.entry or 100 + k) for k, line in enumerate(LINES)]
    return compile(Ledger(UNIT, 2026, (income, *lines), "101", (Unit("101001", UNIT),)), YUNNAN)


def rows_of(book: Book, form: str, change: Callable[[list[list[str]]], object]) -> Book:
    """The book with the texts of one table's rows changed."""
    tables = list(book.tables)
    at = next(t for t, table in enumerate(tables) if table.form == form)
    texts = [[cell.text for cell in row] for row in tables[at].rows]
    change(texts)
    blank = tables[at].rows[0][0]
    rows: list[Row] = [tuple(blank._replace(text=text) for text in row) for row in texts]
    tables[at] = replace(tables[at], rows=tuple(rows))
    return replace(book, tables=tuple(tables))


def row_at(rows: Sequence[Sequence[str]], *words: str) -> int:
    return next(r for r, row in enumerate(rows) if all(word in row for word in words))


def column_of(form: str, *path: str) -> int:
    table = next(table for table in small().tables if table.form == form)
    ends = [tuple(map(normal, column.path))[-len(path) :] for column in table.columns]
    return ends.index(path)


def printing(form: str, words: Sequence[str], path: Sequence[str], text: str) -> Book:
    """The small book with another text in one cell."""

    def change(rows: list[list[str]]) -> None:
        rows[row_at(rows, *words)][column_of(form, *path)] = text

    return rows_of(small(), form, change)


def told(book: Book) -> Audit:
    return audit(read(write(book).encode(), "small.txt"))


def first(found: Audit) -> Cause:
    """The only cause of first rank; every error belongs to it."""
    (cause,) = [cause for cause in found.causes if cause.rank == 1]
    errors = {finding.id for finding in found.findings if finding.level == ERROR}
    assert errors and errors <= set(cause.findings)
    return cause


def test_the_small_book_ties() -> None:
    assert not [finding for finding in told(small()).findings if finding.level == ERROR]


# How a slip happens

WAYS = [
    ("digit", "1,234,567.89", "1,234,167.89"),
    ("swap", "1,234,567.89", "1,243,567.89"),
    ("lost-digit", "1,234,567.89", "123,567.89"),
    ("extra-digit", "1,234,567.89", "12,344,567.89"),
    ("point", "98,765.43", "987,654.30"),
    ("point", "98,765.43", "9,876.54"),
    ("sign", "98,765.43", "-98,765.43"),
    ("blank", "98,765.43", ""),
    ("unit", "98,765.43", "9.88"),
    ("unit", "98,765.43", "987,654,300.00"),
    ("other", "98,765.43", "55,011.27"),
]


def fen(text: str) -> int | None:
    return round(float(text.replace(",", "")) * 100) if text else None


@pytest.mark.parametrize(("way", "true", "wrong"), WAYS)
def test_what_a_misprint_looks_like(way: str, true: str, wrong: str) -> None:
    assert resemblance(fen(wrong), fen(true) or 0) == way


@pytest.mark.parametrize(("way", "true", "wrong"), WAYS)
def test_a_misprint_is_told_with_its_cell_its_amount_and_its_way(way: str, true: str, wrong: str) -> None:
    words = [cell.text for row in small().tables[6].rows for cell in row if true in [c.text for c in row]][
        2:3
    ]
    cause = first(told(printing("04", words, ("一般公共预算", "小计"), wrong)))
    assert cause.kind == ("unit-slip" if way == "unit" else "wrong-figure")
    assert [(spot.form, spot.column, spot.text) for spot in cause.spots] == [
        ("04", "资金来源/一般公共预算/小计", wrong)
    ]
    assert cause.proposed == true.replace(",", "")
    assert cause.slip == way


def test_the_amount_of_the_row_above_is_a_copy() -> None:
    rows = [[cell.text for cell in row] for row in small().tables[6].rows]
    column = column_of("04", "一般公共预算", "小计")
    here = row_at(rows, "住房公积金", "2210201")
    cause = first(
        told(printing("04", ("住房公积金", "2210201"), ("一般公共预算", "小计"), rows[here - 1][column]))
    )
    assert (cause.slip, cause.proposed) == ("copy", rows[here][column].replace(",", ""))


@pytest.mark.parametrize("power", [10, 100, 1000, WAN_SLIP])
def test_a_scaled_amount_is_known_up_to_what_its_last_place_can_show(power: int) -> None:
    true = 9_876_543_21
    assert resemblance(true // power, true) == resemblance((true + power // 2) // power, true)
    assert resemblance(true // power, true) == ("unit" if power == WAN_SLIP else "point")


# What can have happened


def test_a_total_that_its_parts_contradict_is_a_wrong_total() -> None:
    cause = first(told(printing("02-2", ("20701",), ("人员经费",), "1,234,667.89")))
    assert (cause.kind, cause.proposed, cause.spots[0].row) == (
        "wrong-total",
        "1234567.89",
        "20701 文化和旅游",
    )


def test_an_amount_under_the_wrong_heading_is_moved_back() -> None:
    def change(rows: list[list[str]]) -> None:
        row = rows[row_at(rows, "一般公用经费", "30201")]
        a, b = column_of("04", "一般公共预算", "本次下达"), column_of("04", "一般公共预算", "另文下达")
        row[a], row[b] = row[b], row[a]

    cause = first(told(rows_of(small(), "04", change)))
    assert cause.kind == "wrong-column"
    assert [spot.column.rsplit("/", 1)[1] for spot in cause.spots] == ["另文下达", "本次下达"]


def test_two_amounts_that_changed_places_are_changed_back() -> None:
    def change(rows: list[list[str]]) -> None:
        a, b = row_at(rows, "2070104"), row_at(rows, "2070106")
        column = column_of("02-2", "合计")
        rows[a][column], rows[b][column] = rows[b][column], rows[a][column]

    cause = first(told(rows_of(small(), "02-2", change)))
    assert (cause.kind, cause.slip) == ("wrong-column", "exchanged")


def test_a_lost_row_is_told_with_what_it_counted() -> None:
    def change(rows: list[list[str]]) -> None:
        del rows[row_at(rows, "巡回展览经费", "30214")]

    cause = first(told(rows_of(small(), "05-1", change)))
    assert (cause.kind, cause.amount) == ("missing-row", 27_800_00)
    assert cause.spots[0].row == "巡回展览经费"
    assert "2070106" in cause.args["what"]


def test_one_of_equal_rows_lost_comes_before_any_misprint() -> None:
    """A group of 30,000.00 lines that lacks 30,000.00 lacks a line; 30,000 for 60,000 is second at best."""

    def change(rows: list[list[str]]) -> None:
        del rows[row_at(rows, "公益讲座经费", "39999")]

    found = told(rows_of(small(), "05-1", change))
    cause = first(found)
    assert (cause.kind, cause.amount, cause.spots[0].row) == ("missing-row", 30_000_00, "公益讲座经费")
    assert cause.rank == 1 and not cause.tied


def test_a_row_printed_twice_is_one_too_many() -> None:
    def change(rows: list[list[str]]) -> None:
        at = row_at(rows, "巡回展览经费", "30214")
        rows.insert(at, list(rows[at]))

    cause = first(told(rows_of(small(), "05-1", change)))
    assert (cause.kind, cause.slip, cause.amount) == ("extra-row", "doubled", 27_800_00)


def test_amounts_that_slid_along_their_row_are_a_shifted_row() -> None:
    def change(rows: list[list[str]]) -> None:
        row = rows[row_at(rows, "巡回展览经费", "30214")]
        row[8:] = ["", *row[8:-1]]

    cause = first(told(rows_of(small(), "05-1", change)))
    assert cause.kind == "shifted-row"
    (row,) = {spot.row for spot in cause.spots}
    assert row.startswith("巡回展览经费") and "30214" in row


def test_a_row_in_wan_in_a_table_in_yuan_is_a_unit_slip() -> None:
    def change(rows: list[list[str]]) -> None:
        row = rows[row_at(rows, "巡回展览经费", "30214")]
        row[8:] = ["2.78" if text else "" for text in row[8:]]

    cause = first(told(rows_of(small(), "05-1", change)))
    assert cause.kind == "unit-slip"
    assert {spot.text for spot in cause.spots} == {"2.78"}


def test_a_table_cut_off_is_told_with_what_is_missing() -> None:
    def change(rows: list[list[str]]) -> None:
        at = row_at(rows, "住房公积金", "30113")
        rows[at][3:] = [""] * len(rows[at][3:])
        del rows[at + 1 :]

    found = told(rows_of(small(), "04", change))
    cause = first(found)
    assert cause.kind == "cut-off"
    assert {finding.code for finding in found.findings if finding.id in cause.findings} >= {"read.cut-off"}
    lost = sum(line.fen for line in LINES if line.kind == "基本支出" and line.economic in ("30113", "30201"))
    assert cause.amount == lost
    assert "2210201" in cause.args["what"]


def test_money_that_a_table_declares_left_out_is_withheld_and_no_error() -> None:
    secret = spent(
        45_000_00, "2070106", "30299", "专门经费", code="539900251000000000007", withheld=True, entry=99
    )
    lines = [replace(line, entry=line.entry or 100 + k) for k, line in enumerate((*LINES, secret))]
    income = Line(sum(line.fen for line in lines), 2026, UNIT, "本年收入", "一般公共预算")
    book = compile(Ledger(UNIT, 2026, (income, *lines), "101", (Unit("101001", UNIT),)), YUNNAN)
    found = told(book)
    assert not [finding for finding in found.findings if finding.level == ERROR]
    assert [(cause.kind, cause.amount) for cause in found.causes] == [("withheld", 45_000_00)]


# Which comes first

ASSETS = (
    "## 2026年新增资产配置表\n\n单位名称：甲局\n\n"
    "单位名称\t资产类别\t资产分类代码.名称\t资产名称\t计量单位\t财政部门批复数（元）\t\t\n"
    "\t\t\t\t\t数量\t单价\t金额\n1\t2\t3\t4\t5\t6\t7\t8\n"
    "甲局\t设备\tA02010105 台式计算机\t台式计算机\t台\t\t\t{}\n"
    "甲局\t设备\tA02020400 多功能一体机\t多功能一体机\t台\t\t\t{}\n"
    "合 计\t\t\t\t\t\t\t{}\n"
)


def assets(a: str, b: str, total: str) -> list[Cause]:
    return list(audit(read(ASSETS.format(a, b, total).encode(), "assets.txt")).causes)


def test_causes_that_nothing_tells_apart_are_all_given_and_said_to_be_tied() -> None:
    """1,200 for 2,100 or 3,450 for 4,350: either swap makes 5,550."""
    causes = assets("1,200.00", "3,450.00", "5,550.00")
    swaps = [cause for cause in causes if cause.slip == "swap"]
    assert {(cause.spots[0].text, cause.proposed) for cause in swaps} == {
        ("1,200.00", "2100.00"),
        ("3,450.00", "4350.00"),
    }
    assert all(cause.tied for cause in swaps)
    assert {cause.rank for cause in swaps} == {1, 2}


def test_a_typical_slip_comes_before_one_that_is_not() -> None:
    """What is missing is 360.00: two digits of the second line exchanged, or an odd change elsewhere."""
    causes = assets("1,543.21", "4,268.57", "6,171.78")
    assert (causes[0].slip, causes[0].proposed, causes[0].rank) == ("swap", "4628.57", 1)
    assert not causes[0].tied


def test_alternatives_share_their_findings_and_differ_by_rank() -> None:
    causes = assets("1,200.00", "3,450.00", "5,550.00")
    assert len({cause.findings for cause in causes}) == 1
    assert [cause.rank for cause in causes] == list(range(1, len(causes) + 1))


# Several slips


def test_two_slips_in_one_total_are_two_causes() -> None:
    """Both lines lie in the sums of the same group and of the same table."""

    def change(rows: list[list[str]]) -> None:
        column = column_of("04", "一般公共预算", "小计")
        rows[row_at(rows, "人员支出工资", "30101")][column] = "1,234,167.89"
        rows[row_at(rows, "养老保险", "30108")][column] = "89,765.43"

    found = told(rows_of(small(), "04", change))
    causes = [cause for cause in found.causes if cause.rank == 1]
    assert sorted(cause.proposed or "" for cause in causes) == ["1234567.89", "98765.43"]
    errors = {finding.id for finding in found.findings if finding.level == ERROR}
    assert errors == {id for cause in causes for id in cause.findings if id in errors}


def test_slips_in_different_tables_are_explained_apart() -> None:
    book = printing("02-2", ("20701",), ("人员经费",), "1,234,667.89")

    def change(rows: list[list[str]]) -> None:
        del rows[row_at(rows, "公益讲座经费", "39999")]

    causes = [cause for cause in told(rows_of(book, "05-1", change)).causes if cause.rank == 1]
    assert sorted(cause.kind for cause in causes) == ["missing-row", "wrong-total"]


def test_one_finding_has_one_cause_of_first_rank() -> None:
    book = rows_of(small(), "05-1", lambda rows: rows.pop(row_at(rows, "巡回展览经费", "30214")))
    book = rows_of(book, "04", lambda rows: rows.pop(row_at(rows, "养老保险", "30108")))
    claimed = [id for cause in told(book).causes if cause.rank == 1 for id in cause.findings]
    assert len(claimed) == len(set(claimed))


# Many slips


def wrong_all_over(count: int) -> Book:
    rng = random.Random(7)
    ledger = random_ledger(rng, units=4, funds=True, carried=True, withheld=False)
    book = compile(ledger, YUNNAN)
    whole = system(understand(book))
    bound = sorted({f for one in whole.identities if one.relation == EQUAL for f, _ in one.terms})
    filled = [figure for figure in bound if whole.sense.value(figure)]
    tables = [[list(row) for row in table.rows] for table in book.tables]
    for figure in rng.sample(filled, count):
        panel, row, column = whole.sense.at(figure)
        cells = tables[panel.number][panel.nodes[row].index]
        at = panel.columns[column].at
        cells[at] = cells[at]._replace(text=digit(rng, whole.sense.value(figure), 100) or "1.00")
    changed = (
        replace(table, rows=tuple(map(tuple, rows))) for table, rows in zip(book.tables, tables, strict=True)
    )
    return read(write(replace(book, tables=tuple(changed))).encode(), "many.txt")


@pytest.mark.parametrize("count", [100, 300])
def test_hundreds_of_slips_are_answered_in_seconds_and_what_is_left_is_said(count: int) -> None:
    book = wrong_all_over(count)
    start = time.process_time()
    found = audit(book)
    assert time.process_time() - start < 10
    broken = system(understand(book)).broken
    arithmetic = [finding for finding in found.findings if finding.terms]
    assert len(arithmetic) == len(broken)
    explained = {id for cause in found.causes for id in cause.findings}
    assert explained <= {finding.id for finding in found.findings}


def test_the_time_it_takes_can_be_bounded() -> None:
    whole = system(understand(wrong_all_over(300)))
    start = time.process_time()
    explain(whole, seconds=0.5)
    assert time.process_time() - start < 4


def test_nothing_broken_needs_no_solver() -> None:
    assert explain(system(understand(small()))) == []


def test_amounts_are_shown_as_the_table_prints_them() -> None:
    cause = first(told(printing("04", ("养老保险", "30108"), ("一般公共预算", "小计"), "98,765.34")))
    assert cause.args["proposed"] == show(98_765_43)
