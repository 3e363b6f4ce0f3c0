"""A book compiled from a ledger: it ties, it has the official forms, and secrets stay out of its details."""

from __future__ import annotations

import random

import pytest

from benchmarks.ledgers import random_ledger
from gouji.book import Book
from gouji.forms import edition
from gouji.ledger import Ledger, Line, Unit, compile
from gouji.money import WAN, parse
from gouji.scope import Scope, condition, everything
from tests.printed import Forms
from tests.ties import at_most, ties

YUNNAN = edition("yunnan-2026")
SEEDS = range(60)


def made(seed: int, **options: object) -> tuple[Ledger, Book]:
    ledger = random_ledger(random.Random(seed), **options)  # type: ignore[arg-type]
    return ledger, compile(ledger, YUNNAN)


def both(*parts: tuple[str, str]) -> Scope:
    scope = everything()
    for dimension, value in parts:
        met = scope.meet(condition(dimension, value))
        assert met
        scope = met
    return scope


@pytest.mark.parametrize("seed", SEEDS)
def test_a_compiled_book_ties(seed: int) -> None:
    _, book = made(seed)
    told = list(ties(book))
    assert len(told) > 400
    assert [tie for tie in told if tie[1] != tie[2]] == []


@pytest.mark.parametrize("seed", SEEDS)
def test_details_make_up_the_control_totals_but_for_secrets(seed: int) -> None:
    _, book = made(seed)
    secret = any(table.withheld for table in book.tables)
    assert [tie for tie in at_most(book) if tie[1] > tie[2] or (tie[1] < tie[2] and not secret)] == []


@pytest.mark.parametrize("seed", range(6))
def test_every_form_is_there_with_its_official_headings(seed: int) -> None:
    _, book = made(seed)
    assert [table.form for table in book.tables] == [form.id for form in YUNNAN.forms]
    for table, form in zip(book.tables, YUNNAN.forms, strict=True):
        assert table.title.text == f"2026年{form.title}"
        official = [path for path in form.columns(2026) if path[-1] != "{area}"]
        assert [column.path for column in table.columns][: len(official)] == official
        assert all(len(row) == len(table.columns) for row in table.rows)


def test_a_total_is_the_sum_of_the_lines_in_its_scope() -> None:
    spent = {"year": 2026, "unit": "甲馆", "flow": "本年支出", "kind": "项目支出", "release": "本次下达"}
    ledger = Ledger(
        unit="甲馆",
        year=2026,
        lines=(
            Line(fen=500, year=2026, unit="甲馆", flow="本年收入", fund="一般公共预算"),
            Line(fen=100, fund="一般公共预算", function="2060702", project="展览", **spent),  # type: ignore[arg-type]
            Line(fen=250, fund="一般公共预算", function="2060701", project="展览", **spent),  # type: ignore[arg-type]
            Line(fen=150, fund="事业收入", function="2060702", project="讲座", **spent),  # type: ignore[arg-type]
        ),
        units=(Unit("001001", "甲馆"),),
    )
    assert ledger.total(condition("flow", "本年支出")) == 500
    assert ledger.total(both(("flow", "本年支出"), ("fund", "财政拨款"))) == 350
    assert ledger.total(condition("fund", "单位资金")) == 150
    assert ledger.total(condition("function", "20607")) == 500
    assert ledger.total(both(("function", "2060702"), ("project", "展览"))) == 100
    assert ledger.total(condition("kind", "基本支出")) == 0
    assert ledger.total(condition("unit_code", "001")) == 1000


@pytest.mark.parametrize("seed", range(20))
def test_the_total_of_a_scope_is_what_its_form_prints(seed: int) -> None:
    ledger, book = made(seed)
    forms, proper = Forms(book), ("stage", "部门预算")
    income = ledger.total(both(("flow", "收入总计"), ("year", "2026"), proper))
    assert parse(forms["01-2"].total[3]) == (income, 2)
    for row in forms["01-3"].rows:
        spent = ledger.total(both(("flow", "本年支出"), ("function", row[1]), ("year", "2026"), proper))
        assert parse(row[3]) == (spent, 2)


@pytest.mark.parametrize("seed", range(8))
def test_what_is_withheld_stays_out_of_the_details_but_in_the_totals(seed: int) -> None:
    ledger, book = made(seed, withheld=True)
    secret = [line for line in ledger.lines if line.withheld and line.year == 2026]
    projects = {line.project for line in secret}
    for table in book.tables:
        assert not projects & {cell.text for row in table.rows for cell in row}, table.name
    told, note = book.table("05-1"), f"说明：{ledger.unit}2026年部门项目支出预算表中有涉密项目"
    assert told and told.withheld and told.notes[0].text.startswith(note)
    for form in ("01-1", "01-2", "01-3", "02-1", "02-2", "06"):
        table = book.table(form)
        assert table and not table.withheld
    forms = Forms(book)
    gap = forms["01-3"].total(3) - forms["04"].total(8) - forms["05-1"].total(9)
    assert gap * 100 == sum(line.fen for line in secret)


def test_an_empty_form_is_laid_out_empty_and_says_so() -> None:
    ledger, book = made(3, funds=False, carried=False)
    table = book.table("06")
    assert table and table.state == "declared-empty"
    assert [[cell.text for cell in row] for row in table.rows] == [["合 计", "", "", "", "", ""]]
    assert [note.text for note in table.notes] == [
        f"说明：{ledger.unit}2026年无政府性基金预算支出，故此表为空。"
    ]


def test_a_book_in_wan_prints_the_same_money() -> None:
    yuan, wan = made(5)[1], made(5, fen=WAN)[1]
    for a, b in zip(yuan.tables, wan.tables, strict=True):
        for i, role in enumerate(zip(a.rows, b.rows, strict=True)):
            for one, other in zip(*role, strict=True):
                if one.text != other.text:
                    left, right = parse(one.text, a.fen), parse(other.text, b.fen)
                    assert left and right and left.fen == right.fen, (a.name, i)


def test_a_department_stands_over_its_units() -> None:
    ledger, book = made(2, units=3)
    rows = Forms(book)["01-2"].rows
    assert [(row[1], row[2]) for row in rows] == [(ledger.code, ledger.unit), *ledger.units]
