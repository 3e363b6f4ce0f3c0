"""The ledger as a workbook and as CSV files, from a book and to a book."""

from __future__ import annotations

import csv
import io
import os
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.ledgers import random_ledger
from gouji.cli import main
from gouji.forms import edition
from gouji.ledger import Chapter, Item, Ledger, Line, Target, Unit
from gouji.ledger.cells import Bad, amount
from gouji.ledger.filling import Unfit
from gouji.ledger.reading import Reading, read_ledger
from gouji.ledger.workbook import pages
from gouji.messages import LANGUAGES, catalogue
from gouji.money import WAN
from gouji.read import read
from gouji.write.folder import MANIFEST, Foreign, publish
from gouji.write.formats import file_name
from gouji.write.ledger import protected, tables, workbook
from tests.conftest import REPO

xlsxwriter = pytest.importorskip("xlsxwriter")
YUNNAN = edition("yunnan-2026")
REAL = Path(os.environ.get("GOUJI_BOOKS", REPO.parent / "shared" / "books")) / "yunnan" / "xinfang-2026.txt"
SPENT = {
    "flow": "本年支出",
    "fund": "一般公共预算",
    "kind": "项目支出",
    "release": "本次下达",
    "level": "本级",
}


def as_workbook(ledger: Ledger | None, folder: Path) -> str:
    path = folder / "ledger.xlsx"
    with path.open("wb") as file:
        workbook(ledger, file, "yunnan-2026", 2026)
    return str(path)


def as_folder(ledger: Ledger | None, folder: Path) -> str:
    path = folder / "ledger"
    path.mkdir(exist_ok=True)
    for name, data in tables(ledger, "yunnan-2026", 2026):
        (path / name).write_bytes(data)
    return str(path)


WAYS = pytest.mark.parametrize("write", [as_workbook, as_folder])
Write = Callable[[Ledger | None, Path], str]


def small(**changes: object) -> Ledger:
    """A ledger of one line."""
    line = Line(
        fen=12_345_67, year=2026, unit="甲馆", function="2070109", economic="30227", project="展览", **SPENT
    )  # type: ignore[arg-type]
    return replace(Ledger("甲馆", 2026, (line,)), **changes)  # type: ignore[arg-type]


def without_warnings(**options: object) -> Ledger:
    """A random ledger without codes that the checks warn of."""
    made = (random_ledger(random.Random(seed), **options) for seed in range(99))  # type: ignore[arg-type]
    return next(one for one in made if not any(line.economic.startswith("5") for line in one.lines))


# Round trips


@WAYS
@pytest.mark.parametrize("seed", range(25))
def test_a_ledger_comes_back_the_same(write: Write, seed: int, tmp_path: Path) -> None:
    ledger = random_ledger(random.Random(seed), fen=(WAN if seed % 2 else 100))
    found = read_ledger(write(ledger, tmp_path))
    assert found == Reading(ledger, ())


@WAYS
def test_awkward_texts_and_amounts_come_back(write: Write, tmp_path: Path) -> None:
    unit, project = "=甲馆", "+展览“一”,；\n第二行"
    base = Line(fen=-5, year=2026, unit=unit, function="2070109", economic="30227", project=project, **SPENT)  # type: ignore[arg-type]
    ledger = Ledger(
        unit,
        2026,
        (base, replace(base, fen=999_999_999_999_99), replace(base, fen=1, code="@1", withheld=True)),
        units=(Unit("001", unit), Unit("002", "-乙馆")),
        targets=(Target(unit, project, "'引号", "产出指标", "", "次数", "=", "-1", "%", "", "=1+1"),),
        parts=(Chapter("一、职能", "第一段。\n第二段。"), Chapter("", "=SUM(A1)")),
        edition="yunnan-2026",
    )
    assert read_ledger(write(ledger, tmp_path)) == Reading(ledger, ())


@WAYS
def test_several_rows_may_be_printed_as_one(write: Write, tmp_path: Path) -> None:
    one = replace(small().lines[0], entry=3)
    parts = (
        one,
        replace(one, fen=100, procured=True, item="桌"),
        replace(one, fen=5, release="另文下达"),
        replace(one, fen=7, release="另文下达", area="乙县"),
    )
    ledger = small(lines=parts, items=(Item("展览", "桌", {"数量": "2"}),))
    assert read_ledger(write(ledger, tmp_path)) == Reading(ledger, ())


@WAYS
@pytest.mark.parametrize("sign", ["≥", "≤", "＝", "定性"])
def test_signs_of_targets_stay_as_a_book_prints_them(write: Write, sign: str, tmp_path: Path) -> None:
    target = Target("甲馆", "展览", "目标", "产出指标", "数量指标", "次数", sign, "2", "次", "定量指标", "")
    ledger = small(targets=(target,))
    assert [one.operator for one in read_ledger(write(ledger, tmp_path)).ledger.targets] == [sign]


def test_the_same_ledger_gives_the_same_bytes(tmp_path: Path) -> None:
    ledger = random_ledger(random.Random(1))
    made = [Path(as_workbook(ledger, tmp_path)).read_bytes() for _ in range(2)]
    assert made[0] == made[1]
    assert dict(tables(ledger, "", 2026)) == dict(tables(ledger, "", 2026))


def test_what_a_workbook_has_no_place_for_is_refused() -> None:
    line = replace(small().lines[0], procured=True, item="桌", area="乙县")
    with pytest.raises(Unfit):
        list(tables(small(lines=(line,)), "", 2026))


# The workbook itself


@WAYS
def test_an_empty_ledger_lacks_only_the_department(write: Write, tmp_path: Path) -> None:
    problems = read_ledger(write(None, tmp_path)).problems
    assert {problem.code for problem in problems} <= {"ledger.blank", "ledger.sheet-missing"}
    assert [problem.args["text"] for problem in problems] == ["部门名称"]


@WAYS
def test_the_examples_make_a_ledger_without_problems(write: Write, tmp_path: Path) -> None:
    examples = {page.name: [column.example for column in page.columns] for page in pages()}
    folder = Path(as_folder(None, tmp_path))
    for name, row in examples.items():
        text = (folder / f"{name}.csv").read_text(encoding="utf-8-sig").splitlines()[0]
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerow(["", *map(protected, row)])
        (folder / f"{name}.csv").write_text(f"{text}\n{out.getvalue()}", encoding="utf-8")
    units = (folder / "所属单位.csv").read_text(encoding="utf-8")
    assert "101001" in units
    assert [problem.say("zh") for problem in read_ledger(str(folder)).problems] == []


def test_every_column_has_a_name_of_its_own_and_help_in_both_languages() -> None:
    for page in pages():
        names = [column.name for column in page.columns]
        assert len(set(names)) == len(names) and page.zh and page.en
        assert len({column.field for column in page.columns}) == len(names)
        for column in page.columns:
            assert bool(column.zh) == bool(column.en), column.name
            assert len(column.zh) < 255 and len(column.en) < 255


def test_codes_are_offered_with_their_names_and_wrong_ones_stopped(tmp_path: Path) -> None:
    from zipfile import ZipFile

    with ZipFile(as_workbook(None, tmp_path)) as package:
        names = [n for n in package.namelist() if n.startswith(("xl/worksheets/sheet", "xl/sharedS"))]
        text = "".join(package.read(name).decode() for name in names)
    assert "2014001 行政运行" in text and "'选项'!$A$1" in text
    assert text.count("<dataValidation ") > 30 and 'errorStyle="warning"' in text
    assert "=SUM" not in text and "<f>" not in text.replace("<formula1>", "")


# Problems


def changed(tmp_path: Path, sheet: str, *rows: list[str], ledger: Ledger | None = None) -> Reading:
    """A small ledger with one of its CSV files replaced by rows under its headings."""
    folder = Path(as_folder(ledger or small(), tmp_path))
    head = (folder / f"{sheet}.csv").read_text(encoding="utf-8-sig").splitlines()[0]
    out = io.StringIO()
    csv.writer(out).writerows(["", *row] for row in rows)
    (folder / f"{sheet}.csv").write_text(f"{head}\n{out.getvalue()}", encoding="utf-8")
    return read_ledger(str(folder))


def line(**told: str) -> list[str]:
    """A row of 支出明细, its columns by name."""
    known = {"项目名称": "展览", "支出类别": "项目支出", "功能科目": "2070109", "经济科目": "30227"}
    known |= {"资金来源": "一般公共预算", "金额": "100", **told}
    page = next(page for page in pages() if page.holds == "lines")
    assert known.keys() <= {column.name for column in page.columns}
    return [known.get(column.name, "") for column in page.columns]


CASES = [
    ({"金额": "1,23"}, "amount", "P2"),
    ({"金额": "1.234"}, "amount", "P2"),
    ({"金额": ""}, "blank", "P2"),
    ({"金额": "壹佰"}, "amount", "P2"),
    ({"功能科目": "行政运行"}, "code", "I2"),
    ({"功能科目": "2070109 行政运行"}, "code-name", "I2"),
    ({"功能科目": "2979999"}, "code-unknown", "I2"),
    ({"功能科目": "20701"}, "code-above", "I2"),
    ({"经济科目": "302"}, "code-above", "J2"),
    ({"资金来源": "公共预算"}, "choice", "K2"),
    ({"涉密": "对"}, "choice", "S2"),
    ({"单位": "乙馆"}, "unit", "C2"),
    ({"序号": "第1行"}, "entry", "B2"),
    ({"项目代码": "5.39900E+20"}, "long-number", "D2"),
    ({"其中转隶人员公用经费": "200"}, "parts", "P2"),
]


@pytest.mark.parametrize(("told", "code", "cell"), CASES)
def test_a_bad_cell_is_one_clear_line(told: dict[str, str], code: str, cell: str, tmp_path: Path) -> None:
    found = changed(tmp_path, "支出明细", line(**told))
    assert [(p.code, p.sheet, p.cell) for p in found.problems] == [(f"ledger.{code}", "支出明细", cell)]
    assert (found.ledger is None) == (code not in ("code-unknown", "code-above"))
    for lang in LANGUAGES:
        said = found.problems[0].say(lang)
        assert said.startswith(f"支出明细.csv 支出明细!{cell}") and "\n" not in said and "{" not in said


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    rows = [line(**told) for told, _, _ in CASES[:4]]
    found = changed(tmp_path, "支出明细", *rows)
    assert [problem.cell for problem in found.problems] == ["P2", "P3", "P4", "P5"]


def test_what_is_left_blank_is_what_it_usually_is(tmp_path: Path) -> None:
    found = changed(tmp_path, "支出明细", line(), line(支出类别="基本支出", 经济科目="30101 基本工资")).ledger
    assert found
    one, other = found.lines
    assert (one.carried, one.release, one.level, one.stage, one.part) == (
        "本年",
        "本次下达",
        "本级",
        "部门预算",
        "",
    )
    assert other.part == "人员经费" and other.unit == "甲馆" and other.entry == 0


@pytest.mark.parametrize(
    ("sheet", "rows", "code"),
    [
        ("政府采购", [["9", "桌", "", "", "", "10", ""]], "entry-missing"),
        ("政府采购", [["1", "桌", "", "", "", "10", "20"]], "reserved"),
        ("政府采购", [["1", "桌", "", "", "两", "10", ""]], "count"),
        ("政府采购", [["1", "桌", "", "", "", "10", ""]] * 2, "item-twice"),
        ("政府采购", [["1", "桌", "", "", "", "1000000", ""]], "parts"),
        ("对下分地区", [["1", "乙县", "1000000"]], "parts"),
        ("中期规划", [["", "讲座", "", "", "", "10", ""]], "plan"),
        ("单位", [["甲馆", "1", "2026", "元", ""], ["乙馆", "2", "2026", "", ""]], "unit-twice"),
        ("单位", [["甲馆", "1", "二〇二六", "元", ""]], "year"),
    ],
)
def test_what_does_not_fit_together_is_told(
    sheet: str, rows: list[list[str]], code: str, tmp_path: Path
) -> None:
    ledger = small(lines=(replace(small().lines[0], entry=1),))
    found = changed(tmp_path, sheet, *rows, ledger=ledger)
    assert found.ledger is None
    assert f"ledger.{code}" in {problem.code for problem in found.problems}


def test_one_thing_in_two_sheets_is_one_part(tmp_path: Path) -> None:
    ledger = small(lines=(replace(small().lines[0], entry=1),))
    as_folder(ledger, tmp_path)
    changed(tmp_path, "政府采购", ["1", "桌", "", "张", "2", "10", ""], ledger=ledger)
    folder = tmp_path / "ledger"
    head = (folder / "新增资产.csv").read_text(encoding="utf-8-sig").splitlines()[0]
    for price, codes in (("5.00", []), ("4.00", ["ledger.item-amount"])):
        row = f",1,桌,,,张,2,{price},{2 * int(price[0])}\n"
        (folder / "新增资产.csv").write_text(f"{head}\n{row}", encoding="utf-8")
        found = read_ledger(str(folder))
        assert [problem.code for problem in found.problems] == codes
        if found.ledger:
            part = found.ledger.lines[-1]
            assert (part.item, part.fen, part.procured, part.asset) == ("桌", 1000, True, True)
            assert found.ledger.items == (
                Item("展览", "桌", {"计量单位": "张", "数量": "2", "单价": "5.00"}),
            )


def test_sheets_and_columns_that_are_not_known_are_told(tmp_path: Path) -> None:
    folder = Path(as_folder(small(), tmp_path))
    (folder / "说明.csv").write_text("自用\n", encoding="utf-8")
    file = folder / "收入与结转.csv"
    file.write_text("单位,收支项目,资金来源,金额,凭证\n", encoding="utf-8")
    found = read_ledger(str(folder))
    assert sorted(problem.code for problem in found.problems) == [
        "ledger.column-unknown",
        "ledger.sheet-unknown",
    ]
    assert found.ledger == small()
    (folder / "支出明细.csv").unlink()
    found = read_ledger(str(folder))
    assert found.ledger is None and "ledger.sheet-missing" in {problem.code for problem in found.problems}


def test_every_message_can_be_said_and_names_its_place() -> None:
    for code, entry in catalogue().items():
        if code.startswith("ledger."):
            assert entry.zh.startswith("{where}：") and entry.en.startswith("{where}: "), code


# Amounts of Excel


@pytest.mark.parametrize(
    ("raw", "fen"),
    [
        (1234.56, 123456),
        (1.1, 110),
        (0.1 + 0.2, 30),
        (100, 10000),
        (1e9, 10**11),
        (12345678901234.56, 1234567890123456),
        (-0.5, -50),
        ("1,234.50", 123450),
        ("", 0),
    ],
)
def test_amounts_are_exact(raw: object, fen: int) -> None:
    assert amount(raw) == fen


@pytest.mark.parametrize(
    "raw", [0.001, 1234.567, 1e-9, float("nan"), float("inf"), 1e30, True, "1.005", None]
)
def test_what_is_no_exact_amount_is_refused(raw: object) -> None:
    with pytest.raises(Bad):
        amount(raw)


def test_formulas_count_as_the_values_that_are_kept_and_errors_are_told(tmp_path: Path) -> None:
    path = Path(as_workbook(small(), tmp_path))
    import xlsxwriter

    with xlsxwriter.Workbook(path) as book:
        unit = book.add_worksheet("单位")
        unit.write_row(0, 0, ["部门名称", "年度"])
        unit.write_row(1, 0, ["甲馆", 2026])
        sheet = book.add_worksheet("支出明细")
        page = next(page for page in pages() if page.holds == "lines")
        sheet.write_row(0, 0, [column.name for column in page.columns])
        sheet.write_row(1, 0, line())
        sheet.write_formula(1, 14, "=0.1+0.2", None, 0.3)
        sheet.write_row(2, 0, line(金额=""))
        sheet.write_formula(2, 14, "=1/0", None, "#DIV/0!")
    found = read_ledger(str(path))
    assert [(problem.code, problem.cell) for problem in found.problems] == [("ledger.formula", "O3")]


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"PK\x03\x04" + bytes(500), b"hello", b"%PDF-1.7"])
def test_what_is_no_ledger_is_refused(
    data: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(data)
    assert main(["build", str(path), "-o", str(tmp_path / "out"), "--lang", "en"]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert not (tmp_path / "out").exists()


def target(sign: str, value: str = "20") -> list[str]:
    return ["", "展览", "全年办展", "产出指标", "数量指标", "办展次数", sign, value, "次", "定量指标", "次数"]


@pytest.mark.parametrize("sign", ["≥", "＞", "=", "定性", "大于等于", "不低于", "＜＝", ""])
def test_a_sign_that_books_print_is_no_problem(sign: str, tmp_path: Path) -> None:
    assert [one.code for one in changed(tmp_path, "绩效目标", target(sign)).problems] == []


@pytest.mark.parametrize("sign", ["优良中低差", "abc", "%", "定量", "20", ">>"])
def test_another_sign_is_told_with_its_sheet_and_row(sign: str, tmp_path: Path) -> None:
    read = changed(tmp_path, "绩效目标", target("="), target(sign))
    assert read.ledger is not None  # a published book may have it
    assert read.ledger.targets[1].operator == sign
    (told,) = read.problems
    assert (told.code, told.level, told.sheet, told.cell) == ("ledger.operator", "warning", "绩效目标", "H3")
    for lang in LANGUAGES:
        said = told.say(lang)
        assert "绩效目标!H3" in said and f"“{sign}”" in said and "定性" in said and "\n" not in said


# The commands


def command(*words: str) -> int:
    return main([*words, "--lang", "en"])


@pytest.mark.parametrize("name", ["ledger.xls", "ledger.CSV", "账本.ods"])
def test_a_ledger_is_no_file_of_another_kind(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        command("new", "-o", str(tmp_path / name))
    assert name in capsys.readouterr().err and not list(tmp_path.iterdir())


def test_an_unknown_format_is_told_before_anything_is_compiled(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        command("build", str(tmp_path / "none"), "-o", str(tmp_path / "out"), "--formats", "ppt")
    assert capsys.readouterr().err.count("\n") == 1


def test_a_clerks_day(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, path = tmp_path / "out", tmp_path / "ledger.xlsx"
    assert command("new", "-o", str(path)) == 0
    with pytest.raises(SystemExit):
        command("new", "-o", str(path))
    ledger = without_warnings()
    ledger = replace(ledger, edition="yunnan-2026")
    with path.open("wb") as file:
        workbook(ledger, file, "yunnan-2026", 2026)
    assert command("build", str(path), "-o", str(out), "--formats", "text,csv") == 0
    text = next(out.glob("*.txt"))
    assert read(text.read_bytes(), "x").tables == read(text.read_bytes(), "x").tables
    assert command("check", str(text)) == 0
    rows = list(csv.DictReader((out / "csv" / "lines.csv").open(encoding="utf-8-sig")))
    assert len(rows) == sum(not line.withheld for line in ledger.lines)
    assert command("ledger", str(text), "-o", str(tmp_path / "again")) in (0, 1)
    assert command("build", str(tmp_path / "again"), "-o", str(out), "--formats", "text") in (0, 1)
    capsys.readouterr()


def test_a_book_with_faults_is_not_written_unless_forced(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, out = as_folder(small(edition="yunnan-2026"), tmp_path), tmp_path / "out"
    assert command("build", path, "-o", str(out), "--formats", "text") == 1
    told = capsys.readouterr().err
    assert "balance.total" in told and "was not written" in told and not out.exists()
    assert command("build", path, "-o", str(out), "--formats", "text", "--force") == 1
    assert sorted(file.name for file in out.iterdir()) == [MANIFEST, "甲馆2026年部门预算.txt"]


def test_secrets_stay_out_and_what_gives_them_away_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ledger = without_warnings(withheld=True, units=1)
    path, out = as_folder(ledger, tmp_path), tmp_path / "out"
    asked = ("build", path, "-o", str(out), "--edition", "yunnan-2026", "--formats", "text,csv")
    assert command(*asked) == 0
    assert "withheld.deducible" in capsys.readouterr().err
    written = "".join(file.read_text(encoding="utf-8") for file in out.rglob("*") if file.is_file())
    assert not any(line.project in written for line in ledger.lines if line.withheld)


def test_names_cannot_leave_the_output() -> None:
    for name in (
        "../../etc",
        "/etc/passwd",
        "..",
        ".",
        "",
        "a\0b",
        "con",
        "a" * 500,
        "甲\u202e馆",
        "c:\\x",
        "\\\\h\\s",
    ):
        safe = file_name(name)
        assert safe and safe == Path(safe).name and safe not in (".", "..") and len(safe.encode()) < 200


def test_a_build_is_whole_or_not_there(tmp_path: Path) -> None:
    out = tmp_path / "out"
    publish(str(out), [[("a.txt", b"1")], [("b/c.txt", b"2")]], "t")

    def broken() -> Iterator[tuple[str, bytes]]:
        yield "a.txt", b"3"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        publish(str(out), [broken()], "t")
    assert (out / "a.txt").read_bytes() == b"1"
    assert publish(str(out), [[("a.txt", b"3")]], "t") == ["a.txt"]
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a.txt", MANIFEST, "out"]
    (tmp_path / ".out.999999999.part").mkdir()  # of a build that was killed
    publish(str(out), [[("a.txt", b"3")]], "t")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out"]
    (out / "own.txt").write_bytes(b"mine")
    with pytest.raises(Foreign):
        publish(str(out), [[("a.txt", b"4")]], "t")
    with pytest.raises(ValueError, match="out"):
        publish(str(tmp_path / "new"), [[("../out.txt", b"5")]], "t")
    assert (out / "a.txt").read_bytes() == b"3" and not (tmp_path / "new").exists()
