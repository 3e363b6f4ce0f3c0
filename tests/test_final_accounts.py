"""Final accounts (决算) are known as such, and not asked for what only budgets must have.

The book is made: a small unit's accounts in the layout of the nine published tables (公开01表 to 公开09表),
with columns of row numbers (行次), rows of column numbers (栏次) and codes beside codes, as they print.
"""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from jsonschema import Draft202012Validator
from rich.console import Console

from gouji.audit import audit
from gouji.book import BUDGET, FINAL_ACCOUNTS, Book
from gouji.checks import BUDGET_ONLY
from gouji.findings import NOT_APPLICABLE
from gouji.meaning import understand
from gouji.read import read
from gouji.report import data, html, terminal
from gouji.report.survey import row
from tests.conftest import REPO
from tests.test_read_formats import document, html_rows, paragraph, xlsx
from tests.test_report import SAMPLE, SCHEMA

MADE = (REPO / "tests" / "final-accounts.txt").read_text(encoding="utf-8")


def parted() -> tuple[str, list[tuple[list[str], list[list[str]]]]]:
    """The cover, and for each table the lines around it and its rows."""
    cover, *lines = MADE.splitlines()
    tables: list[tuple[list[str], list[list[str]]]] = []
    for line in filter(None, lines):
        if "\t" in line and "单位：" not in line:
            tables[-1][1].append(line.split("\t"))
            continue
        if line.endswith("表") and not line.startswith("公开"):
            tables.append(([], []))
        tables[-1][0].append(line)
    return cover, tables


def as_page() -> bytes:
    cover, tables = parted()
    shown = (
        "".join(f"<p>{line}</p>".replace("\t", "&emsp;&emsp;") for line in around)
        + f"<table>{html_rows(rows)}</table>"
        for around, rows in tables
    )
    return f"<!DOCTYPE html><html><body><h1>{cover}</h1>{''.join(shown)}</body></html>".encode()


def as_document() -> bytes:
    cover, tables = parted()
    shown = [paragraph(cover)]
    for around, rows in tables:
        shown += map(paragraph, around)
        lines = ("".join(f"<w:tc>{paragraph(text)}</w:tc>" for text in cells) for cells in rows)
        shown.append(f"<w:tbl>{''.join(f'<w:tr>{line}</w:tr>' for line in lines)}</w:tbl>")
    return document("".join(shown))


def as_workbook() -> bytes:
    cover, tables = parted()
    rows: list[list[str]] = [[cover]]
    for around, body in tables:
        rows += [*(line.split("\t") for line in around), *body]
    return xlsx(rows, merges=())


@pytest.fixture(scope="module", params=[as_page, as_document, as_workbook])
def other(request: pytest.FixtureRequest) -> Book:
    make: Callable[[], bytes] = request.param
    return read(make(), "book")


@pytest.fixture(scope="module")
def book() -> Book:
    return made(MADE)


def made(text: str) -> Book:
    return read(text.encode(), "book")


def codes(text: str) -> list[str]:
    return [finding.code for finding in audit(made(text)).findings]


def test_the_kind_of_a_book_is_told_by_its_titles(book: Book) -> None:
    assert (book.kind, book.unit, book.year) == (FINAL_ACCOUNTS, "青溪市档案编研中心", 2023)
    assert len(book.tables) == 9 and all(table.form for table in book.tables)
    assert made(MADE.replace("2023年度部门决算\n", "2023年度部门\n")).kind == FINAL_ACCOUNTS
    assert made(MADE.replace("决算表", "表").replace("决算总表", "总表")).kind == FINAL_ACCOUNTS  # the cover
    assert read(SAMPLE.read_bytes(), "book").kind == BUDGET
    assert made(MADE.replace("决算", "预算")).kind == BUDGET


def test_other_formats_read_alike(book: Book, other: Book) -> None:
    assert other.kind == FINAL_ACCOUNTS
    for mine, theirs in zip(other.tables, book.tables, strict=True):
        assert (mine.form, mine.title.text) == (theirs.form, theirs.title.text)
        assert [column.path for column in mine.columns] == [column.path for column in theirs.columns]
        assert [[cell.text for cell in row] for row in mine.rows] == [
            [cell.text for cell in row] for row in theirs.rows
        ]


def test_every_figure_is_understood_and_all_is_well(book: Book) -> None:
    found = audit(book)
    assert not found.findings
    assert found.coverage.figures == found.coverage.scoped == 169
    assert found.coverage.in_identities >= 165


@pytest.mark.parametrize(
    ("printed", "wrong", "code"),
    [
        ("事业收入\t5\t30.00", "事业收入\t5\t31.00", "same.across"),
        ("本年支出合计\t31\t1,085.00", "本年支出合计\t31\t1,086.00", "sum.column"),
        ("212\t城乡社区支出\t45.00\t\t45.00", "212\t城乡社区支出\t46.00\t\t45.00", "sum.row"),
        ("年初财政拨款结转和结余\t9\t15.00", "年初财政拨款结转和结余\t9\t16.00", "sum.column"),
        ("302\t商品和服务支出\t95.00", "302\t商品和服务支出\t96.00", "sum.code"),
        ("39999\t其他支出\t", "39999\t其他支出\t1.00", "sum.code"),
        ("35.00\t\t23.00\t\t23.00\t12.00", "35.00\t\t23.00\t\t23.00\t13.00", "sum.row"),
    ],
)
def test_a_wrong_figure_is_found(printed: str, wrong: str, code: str) -> None:
    assert printed in MADE
    assert code in codes(MADE.replace(printed, wrong))


def test_what_was_planned_is_none_of_what_was_spent(book: Book) -> None:
    (panel,) = (panel for panel in understand(book).panels if "三公" in panel.table.title.text)
    items = [column.scope.get("item") for column in panel.columns]
    assert items == [("预算数",)] * 6 + [None] * 6


def test_nothing_is_asked_that_only_budgets_must_have(book: Book) -> None:
    few = MADE[: MADE.index("财政拨款收入支出决算总表")]
    found = audit(made(few))
    assert made(few).kind == FINAL_ACCOUNTS and not found.book.absent and not found.findings
    told = {outcome.code: (outcome.outcome, outcome.reason) for outcome in found.outcomes}
    assert {told[code] for code in BUDGET_ONLY} == {(NOT_APPLICABLE, "final-accounts")}


def test_reports_say_what_kind_of_book_it_is(book: Book) -> None:
    found = audit(book)
    told = data.report(found, "en")
    Draft202012Validator(SCHEMA).validate(told)
    assert told["book"]["kind"] == row(found)["kind"] == "final-accounts"
    assert "<h1>青溪市档案编研中心2023年部门决算核对报告</h1>" in html.page(found, "zh")
    assert "final accounts" in html.page(found, "en")
    shown = io.StringIO()
    terminal.write(found, "zh", Console(file=shown, width=80))
    assert "种类 部门决算" in shown.getvalue()
