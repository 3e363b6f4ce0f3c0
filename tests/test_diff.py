"""Comparing two versions or two years of a book: exactly what was changed is told, and nothing else."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pytest

from benchmarks.ledgers import random_ledger
from gouji.book import Book, Cell, Place, Table
from gouji.cli import main
from gouji.cli.pool import Limits
from gouji.compare import (
    ADDED,
    CHANGED,
    LINE,
    MOVED,
    REMOVED,
    RESTATED,
    TABLE,
    Comparison,
    book_side,
    compare,
    ledger_side,
)
from gouji.forms import edition
from gouji.ledger import Ledger, Line, compile
from gouji.money import WAN, show
from gouji.read import read
from gouji.write.text import document
from tests.conftest import REPO

YUNNAN = edition("yunnan-2026")
SEEDS = range(6)


def book(ledger: Ledger) -> Book:
    return read(document(compile(ledger, YUNNAN), YUNNAN), "book.txt", YUNNAN.name)


def books(old: Ledger, new: Ledger) -> Comparison:
    return compare(book_side(book(old)), book_side(book(new)))


def ledgers(old: Ledger, new: Ledger) -> Comparison:
    return compare(ledger_side(old, "old"), ledger_side(new, "new"))


def told(found: Comparison, what: str = LINE, table: str = "") -> list[tuple[str, int | None, int | None]]:
    wanted = (change for change in found.of(what) if not table or change.table == table)
    return sorted(((c.kind, c.old, c.new) for c in wanted), key=str)


def having(seed: int) -> Ledger:
    """A random ledger whose last line is a project's only one."""
    ledger = random_ledger(random.Random(seed))
    line = next(one for one in ledger.lines if one.kind == "项目支出" and not one.withheld)
    shown = Line(
        fen=7_654_321_00,
        year=ledger.year,
        unit=line.unit,
        flow="本年支出",
        fund="一般公共预算",
        kind="项目支出",
        function=line.function,
        economic="30227",
        project="古籍修复",
        release="本次下达",
        level="本级",
    )
    return replace(ledger, lines=(*ledger.lines, shown))


def with_line(ledger: Ledger, **changes: object) -> Ledger:
    """The ledger with its last line changed."""
    return replace(ledger, lines=(*ledger.lines[:-1], replace(ledger.lines[-1], **changes)))  # type: ignore[arg-type]


# The same


@pytest.mark.parametrize("seed", SEEDS)
def test_a_book_does_not_differ_from_itself(seed: int) -> None:
    ledger = random_ledger(random.Random(seed))
    assert ledgers(ledger, ledger).changes == ()
    found = books(ledger, ledger)
    assert found.changes == () and found.compared > 100
    assert not any(total.differs for total in found.totals)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_order_of_tables_rows_and_lines_does_not_matter(seed: int) -> None:
    rng = random.Random(seed)
    ledger = random_ledger(random.Random(seed))
    lines = list(ledger.lines)
    rng.shuffle(lines)
    assert ledgers(ledger, replace(ledger, lines=tuple(lines))).changes == ()
    one = book(ledger)
    tables = list(one.tables)
    rng.shuffle(tables)
    assert compare(book_side(one), book_side(replace(one, tables=tuple(tables)))).changes == ()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_book_in_another_money_unit_differs_by_rounding_alone(seed: int) -> None:
    exact = book(random_ledger(random.Random(seed), carried=False))
    rounded = replace(exact, fen=WAN, tables=tuple(map(in_wan, exact.tables)))
    assert compare(book_side(exact), book_side(rounded)).changes == ()


def in_wan(table: Table) -> Table:
    """The table in 万元, its amounts rounded to two decimals."""
    rows = []
    for row in table.rows:
        cells = []
        for cell in row:
            whole, point, part = cell.text.replace(",", "").partition(".")
            if point and len(part) == 2 and whole.lstrip("-").isdecimal():
                fen = int(whole + part)
                cell = cell._replace(text=show((abs(fen) + 5000) // 10_000 * (1 if fen >= 0 else -1), 100))
            cells.append(cell)
        rows.append(tuple(cells))
    return replace(table, rows=tuple(rows), fen=WAN)


@pytest.mark.parametrize("suffix", ["docx", "xlsx", "xls", "pdf"])
def test_a_real_book_in_another_format_is_the_same(suffix: str, books: Path) -> None:
    made = books / "made"
    pytest.importorskip({"pdf": "pypdfium2", "xls": "python_calamine"}.get(suffix, "lxml"))
    one, other = (read((made / f"xinfang-2026.{name}").read_bytes(), name) for name in ("html", suffix))
    found = compare(book_side(one), book_side(other))
    assert found.changes == () and found.compared > 300


# One line


@pytest.mark.parametrize("seed", SEEDS)
def test_a_changed_amount(seed: int) -> None:
    ledger = having(seed)
    line = ledger.lines[-1]
    new = with_line(ledger, fen=line.fen + 12_345_67)
    assert told(ledgers(ledger, new)) == [(CHANGED, line.fen, line.fen + 12_345_67)]
    found = books(ledger, new)
    assert told(found, LINE, "05-1") == [(CHANGED, line.fen, line.fen + 12_345_67)]
    assert {change.kind for change in found.changes} == {CHANGED}
    assert {change.difference for change in found.changes} == {12_345_67}
    differing = {total.value for total in found.totals if total.differs and total.dimension == "project"}
    assert differing == {"", line.project}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_line_under_another_code(seed: int) -> None:
    ledger = having(seed)
    line = ledger.lines[-1]
    economic = "30226"
    function = "2296099" if line.function != "2296099" else "2299999"
    for dimension, code in (("economic", economic), ("function", function)):
        new = with_line(ledger, **{dimension: code})
        for found, table in ((ledgers(ledger, new), ""), (books(ledger, new), "05-1")):
            (change,) = [c for c in found.of(LINE) if not table or c.table == table]
            assert (change.kind, change.dimension) == (MOVED, dimension), change
            assert (change.source, change.target) == (getattr(line, dimension), code)
            assert change.old == change.new == line.fen and change.figures == ()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_project_that_is_new_or_gone(seed: int) -> None:
    ledger = having(seed)
    line = ledger.lines[-1]
    less = replace(ledger, lines=tuple(one for one in ledger.lines if one.project != line.project))
    for old, new, kind in ((less, ledger, ADDED), (ledger, less, REMOVED)):
        ends = (None, line.fen) if kind == ADDED else (line.fen, None)
        assert told(ledgers(old, new)) == [(kind, *ends)]
        found = books(old, new)
        assert told(found, LINE, "05-1") == [(kind, *ends)]
        (total,) = [t for t in found.totals if t.dimension == "project" and t.differs and t.value]
        assert (total.value, total.old, total.new) == (line.project, *ends)


def test_a_project_with_another_name_is_one_that_moved() -> None:
    ledger = having(3)
    name = ledger.lines[-1].project
    lines = (replace(one, project="另一个名称") if one.project == name else one for one in ledger.lines)
    new = replace(ledger, lines=tuple(lines))
    changes = books(ledger, new).of(LINE)
    assert {(c.kind, c.dimension, c.source, c.target) for c in changes} == {
        (MOVED, "project", name, "另一个名称")
    }


def test_a_line_that_moved_and_changed_is_told_once() -> None:
    ledger = having(5)
    line = ledger.lines[-1]
    economic = "30226"
    new = with_line(ledger, economic=economic, fen=line.fen + 100)
    (change,) = [c for c in books(ledger, new).of(LINE) if c.table == "05-1"]
    assert (change.kind, change.dimension, change.difference) == (MOVED, "economic", 100)
    assert change.figures


# Every figure


@pytest.mark.parametrize("seed", SEEDS)
def test_every_figure_that_differs_is_told_and_no_other(seed: int) -> None:
    rng = random.Random(seed)
    one = book(random_ledger(random.Random(seed)))
    spoiled, planted = misprinted(one, rng, 6)
    found = compare(book_side(one), book_side(spoiled))
    places = {figure.after.place for change in found.changes for figure in change.figures if figure.after}
    assert places == planted and {c.kind for c in found.changes} == {CHANGED}


def misprinted(one: Book, rng: random.Random, count: int) -> tuple[Book, set[object]]:
    """The book with some of its amounts changed, and their places; no two in rows that read the same."""
    labels = Counter((t, *named(row)) for t, table in enumerate(one.tables) for row in table.rows)
    able = [
        (t, r, c)
        for t, table in enumerate(one.tables)
        for r, row in enumerate(table.rows)
        for c, cell in enumerate(row)
        if cell.text.endswith(".00") and cell.text != "0.00" and labels[(t, *named(row))] == 1
        if "数量" not in table.columns[c].label and "单价" not in table.columns[c].label
        if "标准" not in table.columns[c].label and "计划" not in table.columns[c].label
    ]
    chosen = set(rng.sample(able, min(count, len(able))))
    tables = tuple(
        replace(
            table,
            rows=tuple(
                tuple(
                    cell._replace(text="7" + cell.text) if (t, r, c) in chosen else cell
                    for c, cell in enumerate(row)
                )
                for r, row in enumerate(table.rows)
            ),
        )
        for t, table in enumerate(one.tables)
    )
    return replace(one, tables=tables), {one.tables[t].rows[r][c].place for t, r, c in chosen}


def named(row: tuple[object, ...]) -> tuple[str, ...]:
    texts = (cell.text for cell in row)  # type: ignore[attr-defined]
    return tuple(text for text in texts if text and not text.replace(",", "").replace(".", "").isdecimal())


# Tables, years


def test_a_table_that_only_one_has_is_one_change() -> None:
    one = book(having(1))
    less = replace(one, tables=tuple(table for table in one.tables if table.form != "05-1"))
    for old, new, kind in ((one, less, REMOVED), (less, one, ADDED)):
        found = compare(book_side(old), book_side(new))
        assert [(c.kind, c.what, c.table) for c in found.changes] == [(kind, TABLE, "05-1")]


def test_tables_of_several_units_are_aligned_unit_by_unit() -> None:
    one = of_year(2026, "90.00", "100.00").tables[0]
    other = of_year(2026, "70.00", "80.00").tables[0]
    named = [
        replace(table, unit=Cell(f"单位名称：{name}", Place()))
        for table, name in ((one, "甲"), (other, "乙"))
    ]
    old = replace(of_year(2026, "90.00", "100.00"), tables=tuple(named), unit="甲")
    new = replace(old, tables=(replace(named[0], rows=other.rows), replace(named[1], rows=one.rows)))
    changes = compare(book_side(old), book_side(new)).changes
    assert {(c.table.rpartition(" ")[2], c.difference) for c in changes} == {
        (changes[0].table, -20 * WAN),
        ("乙", 20 * WAN),
    }


TWO_YEARS = """# {year}年部门支出总表
单位：万元

| 科目编码 | 科目名称 | {before}年预算数 | {year}年预算数 |
|---|---|---|---|
| 201 | 一般公共服务支出 | {was} | {now} |
| 20101 | 人大事务 | {was} | {now} |
| 2010101 | 行政运行 | {was} | {now} |
|  | 合计 | {was} | {now} |
"""


def of_year(year: int, was: str, now: str) -> Book:
    text = TWO_YEARS.format(year=year, before=year - 1, was=was, now=now)
    return read(text.encode(), f"{year}.md")


def test_years_are_aligned_by_how_far_they_are_from_the_books_own() -> None:
    old, new = of_year(2025, "90.00", "100.00"), of_year(2026, "100.00", "120.00")
    assert (old.year, new.year) == (2025, 2026)
    found = compare(book_side(old), book_side(new))
    assert {(c.kind, c.old, c.new) for c in found.changes} == {(CHANGED, 100 * WAN, 120 * WAN)}
    assert len(found.changes) == 4


def test_last_year_as_the_new_book_prints_it_is_compared_with_the_old_book() -> None:
    found = compare(book_side(of_year(2025, "90.00", "100.00")), book_side(of_year(2026, "101.00", "120.00")))
    told = [c for c in found.changes if c.kind == RESTATED]
    assert len(told) == 4 and {(c.old, c.new) for c in told} == {(100 * WAN, 101 * WAN)}
    assert all(c.before and c.after and c.before.text == "100.00" and c.after.text == "101.00" for c in told)


# What is written


@pytest.fixture
def two(tmp_path: Path) -> tuple[str, str]:
    """Two versions of a book with a line that moved and a project that a spreadsheet might run."""
    ledger = with_line(having(2), project="=cmd|'<b&")
    paths = [str(tmp_path / name) for name in ("old.txt", "new.txt")]
    for path, made in zip(paths, (ledger, with_line(ledger, economic="30226", fen=1)), strict=True):
        Path(path).write_bytes(document(compile(made, YUNNAN), YUNNAN))
    return paths[0], paths[1]


def test_json_is_as_its_schema_says(two: tuple[str, str], capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads((REPO / "src/gouji/report/diff.json").read_text(encoding="utf-8"))
    for lang in ("zh", "en"):
        assert main(["diff", *two, "--format", "json", "--lang", lang]) == 1
        data = json.loads(capfdbinary.readouterr().out)
        jsonschema.Draft202012Validator(schema).validate(data)
        kinds = Counter(change["kind"] for change in data["changes"])
        assert data["summary"] == {kind: kinds[kind] for kind in data["summary"]}
        moved = [change for change in data["changes"] if change["kind"] == "moved"]
        assert [(c["dimension"], c["from"], c["to"]) for c in moved] == [("economic", "30227", "30226")]


def test_every_field_of_a_difference_is_documented() -> None:
    schema = json.loads((REPO / "src/gouji/report/diff.json").read_text(encoding="utf-8"))
    reference = (REPO / "docs/reference.md").read_text(encoding="utf-8")
    part = reference.partition("\n## Differences\n")[2].partition("\n## ")[0]
    told = set(re.findall(r"`(?:[a-z]+\[\])?\.?([a-z_]+)`", part))
    fields = set(schema["properties"])
    for name in ("side", "change", "figure", "total"):
        fields |= set(schema["$defs"][name]["properties"])
    kinds = set(schema["$defs"]["change"]["properties"]["kind"]["enum"])
    assert fields | kinds <= told


def test_the_page_escapes_what_a_book_says(two: tuple[str, str], tmp_path: Path) -> None:
    out = tmp_path / "out.html"
    assert main(["diff", *two, "--format", "html", "-o", str(out)]) == 1
    page = out.read_text(encoding="utf-8")
    body = page.partition("<header")[2].replace("<br", "")
    assert "<b" not in body and "&lt;b&amp;" in body and "http" not in body


def test_text_stays_text_in_the_workbook(two: tuple[str, str], tmp_path: Path) -> None:
    pytest.importorskip("xlsxwriter")
    out = tmp_path / "out.xlsx"
    assert main(["diff", *two, "--format", "xlsx", "-o", str(out)]) == 1
    with ZipFile(out) as package:
        sheets = [package.read(name) for name in package.namelist() if "worksheets/sheet" in name]
        assert b"=cmd" in package.read("xl/sharedStrings.xml")
    assert not any(b"<f>" in sheet for sheet in sheets)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_terminal_tells_it_in_words(
    two: tuple[str, str], lang: str, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert main(["diff", *two, "--lang", lang]) == 1
    told = capfdbinary.readouterr().out.decode()
    assert "30227 → 30226" in told and "{" not in told and "-7,654,320.99" in told
    assert main(["diff", two[0], two[0], "--lang", lang]) == 0


def test_a_ledger_and_its_book_are_the_same(tmp_path: Path) -> None:
    pytest.importorskip("xlsxwriter")
    from gouji.write.ledger import workbook

    ledger, paths = having(4), [tmp_path / "ledger.xlsx", tmp_path / "book.txt"]
    with paths[0].open("wb") as file:
        workbook(ledger, file, YUNNAN.name, ledger.year)
    paths[1].write_bytes(document(compile(ledger, YUNNAN), YUNNAN))
    assert main(["diff", *map(str, paths)]) == 0


def test_what_cannot_be_read_is_one_line(two: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", two[0], "nowhere.pdf"]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.parametrize("harm", ["crash", "hang"])
def test_a_reader_that_crashes_or_hangs_is_one_line(
    harm: str, two: tuple[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Both are read in processes with limits."""

    def harmed(data: bytes, source: str, forms: str | None) -> Book:
        if source == two[0]:
            return read(data, source, forms)
        os.kill(os.getpid(), signal.SIGKILL) if harm == "crash" else time.sleep(60)
        raise AssertionError

    monkeypatch.setattr("gouji.cli.work.read", harmed)
    monkeypatch.setattr("gouji.cli.differences.Limits", lambda: Limits(3))
    assert main(["diff", *two]) == 2
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 1 and told[0].startswith(two[1])


def test_wrong_usage_is_said(two: tuple[str, str]) -> None:
    for wrong in (["-", "-"], [*two, "--format", "xlsx"]):
        with pytest.raises(SystemExit) as stopped:
            main(["diff", *wrong])
        assert stopped.value.code == 2
