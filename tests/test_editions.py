"""Each edition is laid out from its data alone: as real books print it, tied, and read back as it was."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from benchmarks.ledgers import random_ledger
from gouji import codes, lexicon
from gouji.audit import audit
from gouji.book import Book, Table
from gouji.cli import main
from gouji.forms import Edition, edition, title_key
from gouji.ledger import Ledger, Line, Target, compile, unplaced
from gouji.ledger.lines import WHOLE
from gouji.ledger.sheets import UNITS, sheet
from gouji.lexicon import normal, split_year
from gouji.money import parse, show
from gouji.read import read
from gouji.scope import rows_of
from gouji.write import text
from gouji.write.formats import made
from gouji.write.ledger import tables
from tests.conftest import BOOKS, leave_out
from tests.published import assert_kept

HERE = Path(__file__).parent
NATIONAL, SHANGHAI, BEIJING = "national-2016", "shanghai-2026", "beijing-2026"
DEPARTMENT = "shanghai-department-2025"
EDITIONS = (NATIONAL, SHANGHAI, DEPARTMENT, BEIJING)
FORMS = {NATIONAL: 9, SHANGHAI: 9, DEPARTMENT: 9, BEIJING: 13}
FUNCTIONS = "{functions}"
SEEDS = range(24)
OUTSIDE = ("text", "xlsx", "docx", "pdf")


class Page(NamedTuple):
    """A real table that a form is compared with; `edition` of the form, `book` below the folder of books."""

    edition: str
    form: str
    book: str


class Difference(NamedTuple):
    """Where a real page prints something else.

    `what` is title, money, numbers, width, a column from 1, `row COLUMN:ROW` of a list of labels,
    total (where it stands) or note (under an empty table).
    """

    edition: str
    form: str
    book: str
    what: str
    printed: str
    ours: str
    reason: str


def pages() -> list[Page]:
    return [
        Page(name, form, book)
        for name, forms, book in rows_of(HERE / "editions" / "pages.tsv")
        for form in (forms.split(",") if forms else (form.id for form in edition(name).printed))
    ]


def differences() -> list[Difference]:
    return [Difference(*row) for row in rows_of(HERE / "editions" / "differences.tsv")]


@cache
def real(book: str) -> Book:
    path = BOOKS / book
    if not path.is_file():
        leave_out(f"no real book {path}")
    return read(path.read_bytes(), book)


def ledger_for(name: str, seed: int, **options: bool) -> Ledger:
    """A ledger of what the edition has places for, in its money unit."""
    if name in (SHANGHAI, DEPARTMENT):
        options["carried"] = False  # its forms have no rows for money carried over
    ledger = random_ledger(random.Random(seed), fen=UNITS[edition(name).money_unit], **options)
    if name == BEIJING:  # a city's own forms have no row for transfers to lower governments
        passed_on = {line.function[:3] for line in ledger.lines if line.level == "对下"}
        assert passed_on <= {"230"}
        lines = (line if line.level != "对下" else replace(line, function="2019999") for line in ledger.lines)
        ledger = replace(ledger, lines=tuple(lines), targets=(*ledger.targets, *_whole(ledger)))
    return ledger


def _whole(ledger: Ledger) -> tuple[Target, ...]:
    """Targets of the department as a whole."""
    told = ("产出指标", "数量指标", "服务场次", ">=", "12", "场", "定量指标", "日常运行")
    return (Target(ledger.unit, WHOLE, "完成全年任务。", *told),)


def laid_out(name: str, seed: int = 0) -> Book:
    return compile(ledger_for(name, seed), edition(name))


def compared(page: Page) -> Iterator[tuple[str, str, str]]:
    """What the real table and ours print differently: what, theirs, ours."""
    theirs, ours = real(page.book).table(page.form), laid_out(page.edition).table(page.form)
    assert theirs and ours, page
    told = edition(page.edition)
    if not _same_title(theirs, ours, told):
        yield "title", theirs.title.text, ours.title.text
    if _unit(theirs) != _unit(ours):
        yield "money", _unit(theirs), _unit(ours)
    if _numbers(theirs) != _numbers(ours):
        yield "numbers", _numbers(theirs), _numbers(ours)
    if len(theirs.columns) != len(ours.columns):
        yield "width", str(len(theirs.columns)), str(len(ours.columns))
    for i, (a, b) in enumerate(zip(theirs.columns, ours.columns, strict=False), 1):
        left, right = ("/".join(map(normal, column.path)) for column in (a, b))
        if left != right:
            yield str(i), left, right
    yield from _labels(theirs, ours, told)
    yield from _lists(theirs, page)
    if _total(theirs) and _total(theirs) != our_total(page.edition, page.form):
        yield "total", _total(theirs), our_total(page.edition, page.form)
    if theirs.state != "filled":
        note = _note(told, page.form, real(page.book))
        printed = "；".join(normal(one.text) for one in theirs.notes)
        if (
            printed != note if told.like else not printed
        ):  # of the general edition the wording is each place's own
            yield "note", printed, note


def _lists(theirs: Table, page: Page) -> Iterator[tuple[str, str, str]]:
    """The row labels of a 收支 table, list by list in their order, with their numbers."""
    told, form = edition(page.edition), edition(page.edition).form(page.form)
    assert form
    if form.rows != "labels":
        return
    keys = [i for i, role in enumerate(sheet(form, told, ledger_for(page.edition, 0)).roles) if role]
    year = real(page.book).year or 0
    for at, ours in zip(keys, ((*form.left, *form.left_end), (*form.right, *form.right_end)), strict=True):
        printed = [normal(row[at].text) for row in theirs.rows if row[at].text]
        official = [normal(label) for label in ours if label]
        if FUNCTIONS in official:
            spent = len(printed) - len(official) + 1
            first = official.index(FUNCTIONS)
            official[first : first + 1] = _numbered(printed[first : first + spent], year)
        for row in range(max(len(printed), len(official))):
            left, right = ((texts[row] if row < len(texts) else "") for texts in (printed, official))
            if left != right:
                yield f"row {at + 1}:{row + 1}", left, right


def _numbered(printed: Sequence[str], year: int) -> list[str]:
    """The 类 that a page lists, as they are to be called and numbered: in the order of their codes."""
    listed = codes.functions(year)
    names = {normal(code.name): code.code for code in listed if len(code.code) == 3}
    known = sorted(names[name] for label in printed if (name := lexicon.label(label).text) in names)
    found = [normal(one.name) for code in known if (one := listed.get(code))]
    return [f"{chinese}、{name}" for chinese, name in zip("一二三四五六七八九十", found, strict=False)]


@cache
def our_total(name: str, form: str) -> str:
    """Where our row of the total stands, in the first book that has several rows there."""
    made = (laid_out(name, seed).table(form) for seed in range(9))
    return next(filter(None, (_total(table) for table in made if table)), "")


def _total(table: Table) -> str:
    """Where the row of the total stands among others."""
    firsts = [normal(next((cell.text for cell in row if cell.text), "")) for row in table.rows]
    at = [i for i, text in enumerate(firsts) if text in ("合计", "总计")]
    if len(firsts) < 2 or len(at) != 1:
        return ""
    return {0: "first", len(firsts) - 1: "last"}.get(at[0], "")


def _note(told: Edition, form: str, book: Book) -> str:
    """What stands under a form that is empty."""
    nothing = Ledger(book.unit, book.year or 0, (), fen=UNITS[told.money_unit])
    table = compile(nothing, told).table(form)
    assert table
    return "；".join(normal(one.text) for one in table.notes)


def _labels(theirs: Table, ours: Table, told: Edition) -> Iterator[tuple[str, str, str]]:
    """The labels of a form to fill in stand in the columns where the real page has them."""
    form = told.form(ours.form or "")
    for row in form.grid if form else ():
        for i, label in enumerate(row):
            text = normal(label.format(money=told.money_unit)) if label[:1] not in "*={<^" else ""
            if text and not any(normal(line[i].text) == text for line in theirs.rows):
                yield f"label {i + 1}", "", text


def _same_title(theirs: Table, ours: Table, told: Edition) -> bool:
    """A place words its titles itself; the general edition's are those that mean the same."""
    if told.like:
        return _undated(theirs) == _undated(ours)
    meant = told.titled(theirs.title.text)
    return title_key(theirs.title.text) == title_key(ours.title.text) or (
        meant is not None and meant.id == ours.form
    )


def _undated(table: Table) -> str:
    return split_year(normal(table.title.text))[0]


def _unit(table: Table) -> str:
    """元 or 万元, as the table says it."""
    told = lexicon.sentence("money", table.money_unit.text) if table.money_unit else None
    return told[1] if told else ""


def _numbers(table: Table) -> str:
    return " ".join(column.number for column in table.columns).strip()


@pytest.mark.parametrize("page", pages(), ids=lambda page: f"{page.form}-{page.book[-10:-4]}")
def test_a_form_is_laid_out_as_a_real_book_prints_it(page: Page) -> None:
    known = {
        (d.what, d.printed, d.ours)
        for d in differences()
        if (d.edition, d.form, d.book) == (page.edition, page.form, page.book)
    }
    assert set(compared(page)) == known


def test_every_form_that_is_laid_out_is_compared() -> None:
    asked = {(page.edition, page.form) for page in pages()}
    assert asked == {(name, form.id) for name in EDITIONS for form in edition(name).printed}
    assert all(d.reason for d in differences())


@pytest.mark.parametrize("name", EDITIONS)
def test_the_forms_stand_in_their_order(name: str) -> None:
    """As in a real book; what the edition lays out is what the book has, but for what it says is missing."""
    ours = [table.form for table in laid_out(name).tables]
    assert len(ours) == FORMS[name]
    for book in dict.fromkeys(page.book for page in pages() if page.edition == name and edition(name).like):
        known = [table.form for table in real(book).tables if table.form in ours]
        assert known == ours
        assert real(book).edition == name


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", EDITIONS)
def test_a_compiled_book_ties_and_reads_back(name: str, seed: int) -> None:
    ledger = ledger_for(name, seed)
    assert not unplaced(ledger, edition(name))
    book = compile(ledger, edition(name))
    data = text.write(book).encode()
    assert_kept(book, data)
    for found in (book, read(data, "x")):
        told = audit(found)
        withheld = any(table.withheld for table in book.tables)
        assert [f.code for f in told.findings if not (withheld and f.code.startswith("withheld."))] == []
        held = (outcome.cases for outcome in told.outcomes if outcome.code.startswith(("sum.", "same.")))
        assert sum(held) > 50


@pytest.mark.parametrize("format", OUTSIDE[1:])
@pytest.mark.parametrize("name", EDITIONS)
@pytest.mark.parametrize("seed", (1, 2))
def test_every_format_keeps_the_book(name: str, format: str, seed: int) -> None:
    ledger = ledger_for(name, seed)
    book = compile(ledger, edition(name))
    ((_, data),) = made(format, ledger, book, edition(name))
    assert_kept(book, data)


@pytest.mark.parametrize("name", EDITIONS)
def test_the_commands_make_a_ledger_and_a_book(name: str, tmp_path: Path) -> None:
    """In a process of its own: libraries of the data formats reserve more memory than a check may have."""
    new, out = tmp_path / "new", tmp_path / "out"
    assert main(["new", "--csv", str(new), "--edition", name]) == 0
    assert f",{edition(name).money_unit},{name}" in (new / "单位.csv").read_text(encoding="utf-8-sig")
    folder = tmp_path / "ledger"
    folder.mkdir()
    for file, data in tables(replace(ledger_for(name, 3, withheld=False), edition=name), name, 2026):
        (folder / file).write_bytes(data)
    asked = [sys.executable, "-m", "gouji", "build", str(folder), "-o", str(out), "--no-draft"]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    published = [path for path in out.glob("*年部门预算.*")]
    assert {path.suffix for path in published} == {".txt", ".xlsx", ".docx", ".pdf"}
    assert {path.name for path in out.iterdir() if path.is_dir()} == {"csv", "data", "html"}
    for path in published:
        assert read(path.read_bytes(), "x").edition == name


def test_money_without_a_place_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ledger = random_ledger(random.Random(2), carried=True, units=1)
    told = unplaced(ledger, edition(SHANGHAI))
    carried = {what: fen for what, fen in told.items() if what.startswith("上年结转 ")}
    assert sum(carried.values()) == sum(line.fen for line in ledger.lines if line.flow == "上年结转") > 0
    for file, data in tables(replace(ledger, edition=SHANGHAI), SHANGHAI, 2026):
        (tmp_path / file).write_bytes(data)
    assert main(["build", str(tmp_path), "-o", str(tmp_path / "out")]) == 1
    said = capsys.readouterr().err
    assert all(f"“{what}”" in said and show(fen) in said for what, fen in told.items())
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", [SHANGHAI, DEPARTMENT, BEIJING])
def test_a_place_is_known_where_every_form_of_it_is_there(name: str) -> None:
    book = laid_out(name)
    assert read(text.write(book).encode(), "x").edition == name
    for table in book.tables:
        fewer = replace(book, tables=tuple(one for one in book.tables if one is not table))
        assert read(text.write(fewer).encode(), "x").edition == NATIONAL


def test_what_an_edition_does_not_say_is_as_in_the_general_one() -> None:
    general, place = edition(NATIONAL), edition(BEIJING)
    ids = [form.id for form in place.forms]
    assert set(ids) == {form.id for form in general.forms} and len(ids) == len(set(ids))
    labels, whole = place.form("收支总表"), general.form("收支总表")
    assert labels and whole
    assert labels.headings == whole.headings and labels.left_end == whole.left_end != labels.left
    unlike = [form for form in place.forms if form.id not in {one.id for one in place.printed}]
    assert all(form.optional for form in unlike)
    assert place.titled("2026年政府性基金预算支出情况表") == place.form("政府性基金预算支出表")


def test_money_that_a_form_does_not_tell_apart_is_counted_as_it_says() -> None:
    spent = {"year": 2026, "unit": "甲馆", "flow": "本年支出", "kind": "项目支出", "function": "2070104"}
    lines = (
        Line(fen=300_00, year=2026, unit="甲馆", flow="本年收入", fund="上级补助收入"),
        Line(fen=300_00, fund="上级补助收入", economic="30227", project="展览", **spent),  # type: ignore[arg-type]
    )
    book = compile(Ledger("甲馆", 2026, lines), edition(SHANGHAI))
    statement, income = book.tables[0], book.tables[1]
    assert [row[1].text for row in statement.rows if row[0].text == "四、其他收入"] == ["300"]
    assert [cell.text for cell in income.rows[-1]] == ["合 计", "", "", "", "300", "", "", "", "300"]


def test_columns_with_a_name_of_their_own_count_what_the_lines_say() -> None:
    """Capital construction is left out of 扣除基建; 机关运行经费 are the running costs of organs alone."""
    common = {"year": 2026, "flow": "本年支出", "fund": "一般公共预算", "project": "运转"}
    basic, project = {"kind": "基本支出", "part": "公用经费"}, {"kind": "项目支出"}
    lines = (
        Line(fen=10_00, unit="甲局", function="2010301", economic="30201", **basic, **common),  # type: ignore[arg-type]
        Line(fen=20_00, unit="乙馆", function="2010350", economic="30201", **basic, **common),  # type: ignore[arg-type]
        Line(fen=40_00, unit="甲局", function="2010302", economic="30905", **project, **common),  # type: ignore[arg-type]
        Line(fen=80_00, unit="甲局", function="2010302", economic="30227", **project, **common),  # type: ignore[arg-type]
    )
    ledger = Ledger("甲局", 2026, lines, fen=UNITS["元"])
    upkeep = compile(ledger, edition(SHANGHAI)).table("“三公”经费表")
    assert upkeep and [cell.text for cell in upkeep.rows[0]] == ["", "", "", "", "", "", "0.001"]
    spending = compile(ledger, edition(BEIJING)).table("一般公共预算支出表")
    assert spending and [cell.text for cell in spending.rows[1]][-2:] == ["120.00", "80.00"]
    whole = compile(ledger, edition(BEIJING)).table("支出总表")
    assert whole and [[cell.text for cell in row[:3]] for row in whole.rows[:3]] == [
        ["2010301-行政运行", "50201-办公经费", "30201-办公费"],
        ["2010302-一般行政管理事务", "50205-委托业务费", "30227-委托业务费"],
        ["2010302-一般行政管理事务", "50402-基础设施建设", "30905-基础设施建设"],
    ]
    assert [cell.text for cell in whole.rows[3][:2]] == ["2010350-事业运行", "50502-商品和服务支出"]


def test_a_form_to_fill_in_says_the_money_and_the_targets_of_the_whole() -> None:
    ledger = ledger_for(BEIJING, 1)
    table = compile(ledger, edition(BEIJING)).table("整体支出绩效目标表")
    assert table
    rows = [[cell.text for cell in row] for row in table.rows]
    spent = [line for line in ledger.lines if line.flow == "本年支出" and line.year == ledger.year]
    granted = sum(
        line.fen for line in spent if line.fund in ("一般公共预算", "政府性基金预算", "国有资本经营预算")
    )
    amounts = [parse(text, ledger.fen) for text in rows[3][2:4]]
    assert [amount.fen for amount in amounts if amount] == [sum(line.fen for line in spent), granted]
    assert rows[0][:3] == ["部门名称", "", ledger.unit]
    assert rows[-1] == ["", "日常运行", "", "产出指标数量指标服务场次", "", ">=", "12", "", "场"]
    assert not any(WHOLE in text for one in table.rows for text in one)
