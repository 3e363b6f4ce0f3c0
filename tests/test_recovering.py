"""A book is turned back into a ledger: what its tables tell, and no more."""

import csv
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.ledgers import random_ledger
from gouji.book import Book
from gouji.cli import main
from gouji.forms import edition
from gouji.ledger import Ledger, Line, compile
from gouji.ledger.lines import Unit
from gouji.ledger.reading import read_ledger
from gouji.ledger.recovering import Recovered, recover
from gouji.ledger.recovering.draft import OTHERWISE
from gouji.ledger.workbook import RECOVERED
from gouji.ledger.workbook import UNTOLD as BLANK
from gouji.meaning import understand
from gouji.read import read
from gouji.write.ledger import tables
from gouji.write.text import document
from tests.test_workbook import REAL, WAYS, YUNNAN, Write

FORMS = ("national-2016", "shanghai-2026", "shanghai-department-2025", "beijing-2026")
SPENT = {"year": 2026, "unit": "甲局", "flow": "本年支出", "fund": "一般公共预算", "release": "本次下达"}


def made(forms: str, seed: int) -> tuple[Ledger, Book]:
    ledger = random_ledger(random.Random(seed), withheld=False)
    return ledger, compile(ledger, edition(forms))


def spent(ledger: Ledger) -> list[Line]:
    own = (line for line in ledger.lines if line.flow == "本年支出" and line.year == ledger.year)
    return [line for line in own if line.stage == "部门预算"]


# Books that print a row for each line


def texts(book: Book) -> list[list[list[str]]]:
    return [[[cell.text for cell in row] for row in table.rows] for table in book.tables]


@pytest.mark.parametrize("seed", range(40))
def test_a_book_is_recovered_and_compiled_again(seed: int) -> None:
    book = compile(random_ledger(random.Random(seed), withheld=False), YUNNAN)
    found = recover(book)
    assert found.unsupported == ()
    again = compile(found.ledger, YUNNAN)
    assert texts(again) == texts(book)
    assert again == book


@pytest.mark.parametrize("seed", range(8))
def test_the_two_tables_of_lines_are_enough_to_start(seed: int) -> None:
    """Without a table of income there comes in what is spent; what is left at the end nobody can tell."""
    ledger = random_ledger(random.Random(seed), withheld=False)
    book = compile(ledger, YUNNAN)
    found = recover(replace(book, tables=tuple(t for t in book.tables if t.form in ("04", "05-1"))))
    assert "recover.income-spent" in {one.code for one in found.inferred} and not found.unsupported
    if not any(line.flow == "年终结转" for line in ledger.lines):
        whole = {table.form: table.rows for table in book.tables}
        for table in compile(found.ledger, YUNNAN).tables:
            if table.form in ("01-1", "01-3", "02-1", "02-2", "03", "04", "05-1", "06"):
                assert [[c.text for c in row] for row in table.rows] == [
                    [c.text for c in row] for row in whole[table.form]
                ]


@WAYS
@pytest.mark.parametrize("seed", range(8))
def test_a_recovered_ledger_comes_back_from_its_file(write: Write, seed: int, tmp_path: Path) -> None:
    ledger = recover(compile(random_ledger(random.Random(seed)), YUNNAN)).ledger
    found = read_ledger(write(ledger, tmp_path))
    assert found.problems == () and found.ledger
    assert texts(compile(found.ledger, YUNNAN)) == texts(compile(ledger, YUNNAN))


@pytest.mark.parametrize("seed", range(8))
def test_withheld_money_gets_no_line_and_is_told(seed: int) -> None:
    ledger = random_ledger(random.Random(seed), withheld=True)
    secret = {line.project for line in ledger.lines if line.withheld}
    found = recover(compile(ledger, YUNNAN))
    assert not secret & {line.project for line in found.ledger.lines}
    gap = sum(line.fen for line in ledger.lines if line.withheld and line.year == ledger.year)
    total = [one for one in found.unsupported if one.form == "01-1" and one.row.startswith("本年支出")]
    assert [one.printed - one.lines for one in total] == [gap]


def figures(book: Book) -> Iterator[tuple[tuple[str, str, str, int], int]]:
    """Every printed figure under what names it: form, row, column, and which of those named so."""
    sense, seen = understand(book), Counter[tuple[str, str, str]]()
    for panel in sense.panels:
        for at, node in enumerate(panel.nodes):
            for c, column in enumerate(panel.columns):
                fen = sense.amounts[panel.figure(at, c)]
                if fen is not None:
                    label = "/".join(panel.table.columns[column.at].path).replace(" ", "")
                    name = (panel.table.form or "", node.label.replace(" ", ""), label)
                    seen[name] += 1
                    yield (*name, seen[name]), fen


@pytest.mark.skipif(not REAL.exists(), reason="the published books are not here")
def test_a_real_book_is_recovered_but_for_what_its_lines_do_not_support(tmp_path: Path) -> None:
    book = read(REAL.read_bytes(), REAL.name)
    found = recover(book)
    assert found.rows == 67  # 47 of table 04 before it breaks off, 20 of table 05-1
    spent = [line for line in found.ledger.lines if line.flow == "本年支出" and line.year == 2026]
    assert len(spent) == 67 and sum(line.fen for line in spent) == 997_437_506
    printed = dict(figures(book))
    again = dict(figures(compile(found.ledger, YUNNAN)))
    told = {(one.form, one.row.replace(" ", ""), one.column.replace(" ", "")) for one in found.unsupported}
    missed = {key[:3] for key, fen in printed.items() if again.get(key, 0) != fen}
    assert missed == told
    gaps = {one.printed - one.lines for one in found.unsupported}
    assert {45_000_00, 30_000_00, 100_000_00, 465_600_00} <= gaps
    assert {one.code for one in found.inferred} == {"recover.release"}


# Books that tell their lines in several ways


@pytest.mark.parametrize("forms", FORMS)
@pytest.mark.parametrize("seed", range(4))
def test_all_money_comes_back_once(forms: str, seed: int) -> None:
    ledger, book = made(forms, seed)
    found = recover(book)
    assert sum(line.fen for line in spent(found.ledger)) == sum(line.fen for line in spent(ledger))
    assert all(line.offset for line in spent(found.ledger) if line.fen < 0)


@pytest.mark.parametrize("seed", range(10))
def test_nearly_every_figure_is_printed_again_and_what_is_not_is_told(seed: int) -> None:
    _, book = made("national-2016", seed)
    found = recover(book)
    again = dict(figures(compile(found.ledger, edition("national-2016"))))
    missed = {key for key, fen in figures(book) if fen and again.get(key, 0) != fen}
    told = {(one.form, one.row.replace(" ", ""), one.column.replace(" ", "")) for one in found.unsupported}
    assert {key[:3] for key in missed} <= told
    assert len(missed) <= 8


def shares(*lines: tuple[str, str, int]) -> Recovered:
    """A book of basic expenditure, by function and by economic class apart, and what it comes back to."""
    money = sum(fen for *_, fen in lines)
    spending = (
        Line(fen=fen, kind="基本支出", part="公用经费", function=f, economic=e, project="运转", **SPENT)  # type: ignore[arg-type]
        for f, e, fen in lines
    )
    income = Line(fen=money, year=2026, unit="甲局", flow="本年收入", fund="一般公共预算")
    ledger = Ledger("甲局", 2026, (income, *spending), units=(Unit("001001", "甲局"),))
    return recover(compile(ledger, edition("national-2016")))


def told(found: Recovered) -> Counter[tuple[str, str, int]]:
    return Counter((line.function, line.economic, line.fen) for line in spent(found.ledger))


def test_what_can_be_put_together_in_one_way_only_is() -> None:
    lines = (("2010301", "30201", 300_00), ("2010301", "30211", 700_00))
    found = shares(*lines)
    assert told(found) == Counter(lines)
    assert {one.code for one in found.inferred} == {"recover.joined"}
    assert found.unsupported == ()


def test_what_can_be_put_together_in_several_ways_stays_apart() -> None:
    found = shares(("2010301", "30201", 300_00), ("2010301", "30211", 700_00), ("2010302", "30201", 200_00))
    assert told(found) == Counter(
        {
            ("2010301", "302", 1000_00): 1,
            ("2010302", "302", 200_00): 1,
            ("20103", "30201", 500_00): 1,
            ("20103", "30211", 700_00): 1,
            ("20103", "302", -1200_00): 1,
        }
    )
    assert [line.offset for line in spent(found.ledger) if line.fen < 0] == [True]
    assert found.unsupported == ()


def test_figures_that_disagree_are_told_with_their_cause() -> None:
    forms = edition("national-2016")
    ledger = random_ledger(random.Random(1), withheld=False, units=1, funds=False, carried=False)
    book = compile(ledger, forms)
    assert recover(book).unsupported == ()
    at = next(i for i, table in enumerate(book.tables) if table.form == "支出总表")
    row = next(row for row in book.tables[at].rows if "合计" in [cell.text.replace(" ", "") for cell in row])
    amounts = {cell.text for cell in row if cell.text[-1:].isdigit()}
    wrong = [tuple(c._replace(text=f"1{c.text}" if c.text in amounts else c.text) for c in row)]
    rows = tuple(wrong[0] if one is row else one for one in book.tables[at].rows)
    table = replace(book.tables[at], rows=rows)
    found = recover(replace(book, tables=(*book.tables[:at], table, *book.tables[at + 1 :])))
    assert {(one.form, one.cause) for one in found.unsupported} == {("支出总表", OTHERWISE)}
    assert len(found.unsupported) == sum(cell.text in amounts for cell in row)


@pytest.mark.parametrize("forms", FORMS)
def test_what_is_not_told_comes_back_from_a_file(forms: str, tmp_path: Path) -> None:
    found = recover(made(forms, 5)[1])
    for name, data in tables(found.ledger, forms, 2026):
        (tmp_path / name).write_bytes(data)
    read = read_ledger(str(tmp_path))
    assert [one.code for one in read.problems if one.level == "error"] == []
    assert read.ledger is not None
    own = [(line.fen, line.function, line.economic, line.fund, line.offset) for line in spent(found.ledger)]
    assert [(ln.fen, ln.function, ln.economic, ln.fund, ln.offset) for ln in spent(read.ledger)] == own
    again = [compile(one, edition(forms)) for one in (found.ledger, read.ledger)]
    assert dict(figures(again[0])) == dict(figures(again[1]))
    assert [one.code for one in read.problems] == ["ledger.untold"] * any(
        map(incomplete, spent(found.ledger))
    )


def incomplete(line: Line) -> bool:
    return not (line.function and line.economic and line.project and line.fund and line.kind and line.carried)


def test_the_account_is_a_summary_and_the_ledger_has_the_whole_list(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, book = made("beijing-2026", 0)
    source, out = tmp_path / "book.txt", tmp_path / "ledger"
    source.write_bytes(document(book, edition("beijing-2026")))
    assert main(["ledger", str(source), "-o", str(out), "--lang", "en"]) == 1
    short = capsys.readouterr().out.splitlines()
    with (out / f"{RECOVERED}.csv").open(encoding="utf-8-sig", newline="") as file:
        heads, *rows = csv.reader(file)
    assert heads[:5] == ["What", "Table", "Place", "Row", "Column"]
    unsupported = [row for row in rows if not row[0].startswith("inferred")]
    counts = [
        int(line.split(": ")[-1].split(" (")[0]) for line in short if line.startswith("  ") and "(" in line
    ]
    assert sum(counts) == len(unsupported) > 20
    assert len(short) < 30
    assert main(["ledger", str(source), "-o", str(out), "--all", "--force", "--lang", "en"]) == 1
    assert len(capsys.readouterr().out.splitlines()) > len(unsupported)
    lines = (out / "支出明细.csv").read_text(encoding="utf-8-sig")
    assert BLANK in lines
    assert read_ledger(str(out)).ledger is not None


@pytest.mark.parametrize(
    ("codes", "department"),
    [(["075001"], "075"), (["075001", "075002"], "075"), (["075001", "101001"], "001")],
)
def test_a_department_that_is_not_printed_has_the_code_that_its_units_share(
    codes: list[str], department: str
) -> None:
    units = tuple(Unit(code, f"乙{code}站") for code in codes)
    income = tuple(Line(100_00, 2026, unit.name, "本年收入", "一般公共预算") for unit in units)
    book = compile(Ledger("甲局", 2026, income, "075", units), edition("yunnan-2026"))
    table = next(table for table in book.tables if table.form == "01-2")
    rows = tuple(row for row in table.rows if row[0].text != "075")
    found = recover(replace(book, tables=(replace(table, rows=rows),)))
    assert (found.ledger.code, found.ledger.units) == (department, units)
