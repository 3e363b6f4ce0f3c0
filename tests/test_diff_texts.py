"""Comparing what two books say in words: exactly what was changed is told, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pytest

from benchmarks import sample
from gouji.book import Book
from gouji.cli import main
from gouji.compare import ADDED, CHANGED, NOTE, PARAGRAPH, REMOVED, TARGET, Wording, book_side, compare
from gouji.read import read
from tests.test_diff import REPO, ledgers

PROSE = (
    "第一部分 概况",
    "本馆负责科普展教，2026年举办活动20场。",
    "一、收支情况",
    "2026年收入预算76.50万元，主要是财政拨款。",
    "2026年支出预算76.50万元，主要是人员经费。",
    "二、其他",
    "本馆没有国有资本经营预算。",
)
TABLES = """
## 部门支出总表

单位：万元

科目编码	科目名称	合计	基本支出	项目支出
206	科学技术支出	76.50	66.50	10.00
	合计	76.50	66.50	10.00

注：本表不含结转资金。

## 部门项目支出绩效目标表

项目名称	绩效目标	一级指标	二级指标	三级指标	指标性质	指标值	度量单位
展教活动经费	2026年办好全年展教活动。	产出指标	数量指标	活动场次	>=	20	场
		产出指标	质量指标	完好率	>=	95	%
		效益指标	社会效益指标	受众人数	>=	8000	人次
"""


def made(prose: Sequence[str] = PROSE, tables: str = TABLES) -> Book:
    return read(("\n\n".join(prose) + "\n" + tables).encode(), "book.txt")


def found(old: Book, new: Book) -> list[tuple[str, str, str, str, str]]:
    """kind, what, label, old and new text of each difference in words."""
    told = compare(book_side(old), book_side(new))
    assert not told.changes
    return [shown(one) for one in told.texts]


def shown(one: Wording) -> tuple[str, str, str, str, str]:
    old, new = (passage.text if passage else "" for passage in (one.old, one.new))
    return one.kind, one.what, one.label, old, new


def test_the_same_words_do_not_differ() -> None:
    assert found(made(), made()) == []


def test_a_target_is_known_by_its_project_levels_and_name() -> None:
    new = TABLES.replace(">=\t20\t场", ">=\t25\t场").replace("完好率\t>=\t95\t%", "合格率\t=\t98\t%")
    assert found(made(), made(tables=new)) == [
        (CHANGED, TARGET, "展教活动经费 活动场次", ">=20场", ">=25场"),
        (ADDED, TARGET, "展教活动经费 合格率", "", "=98%"),
        (REMOVED, TARGET, "展教活动经费 完好率", ">=95%", ""),
    ]


def test_the_order_of_targets_does_not_matter() -> None:
    lines = TABLES.strip().split("\n")
    lines[-2:] = lines[:-3:-1]
    assert found(made(), made(tables="\n".join(["", *lines, ""]))) == []


def test_a_goal_and_a_note_that_changed() -> None:
    new = TABLES.replace("办好全年", "办好各项").replace("本表不含", "本表包含")
    assert found(made(), made(tables=new)) == [
        (CHANGED, TARGET, "展教活动经费 年度目标", "2026年办好全年展教活动。", "2026年办好各项展教活动。"),
        (CHANGED, NOTE, "", "注：本表不含结转资金。", "注：本表包含结转资金。"),
    ]
    assert [one[:2] for one in found(made(), made(tables=TABLES.replace("注：本表不含结转资金。", "")))] == [
        (REMOVED, NOTE)
    ]


def test_a_paragraph_is_compared_with_those_under_its_heading() -> None:
    prose = list(PROSE)
    prose[4] = changed = "2026年支出预算76.50万元，主要是项目经费。"
    prose.insert(2, "本馆新设流动展厅。")
    assert found(made(), made(prose)) == [
        (ADDED, PARAGRAPH, "第一部分概况", "", "本馆新设流动展厅。"),
        (CHANGED, PARAGRAPH, "收支情况", PROSE[4], changed),
    ]


def test_another_number_before_a_heading_or_another_place_is_no_difference() -> None:
    assert found(made(), made([line.replace("二、", "三、") for line in PROSE])) == []
    assert found(made(), made([*PROSE[:3], *PROSE[5:], *PROSE[3:5]])) == []


def test_years_are_told_from_the_books_own() -> None:
    later = [line.replace("2026", "2027") for line in PROSE]
    new = replace(made(later, TABLES.replace("2026", "2027")), year=2027)
    old = replace(made(), year=2026)
    assert compare(book_side(old), book_side(new)).texts == ()
    left = replace(made(PROSE, TABLES), year=2027)
    assert {one.kind for one in compare(book_side(old), book_side(left)).texts} == {CHANGED}


def test_the_year_of_a_law_is_no_difference_between_years() -> None:
    law = "按照《关于展教的通知》（2017年第8号）2026年办好展览。"
    old = replace(made([*PROSE, law]), year=2026)
    new = replace(made([line.replace("2026", "2027") for line in (*PROSE, law)], TABLES), year=2027)
    old, new = (replace(one, tables=()) for one in (old, new))
    assert compare(book_side(old), book_side(new)).texts == ()


def test_targets_of_ledgers_are_compared() -> None:
    old = sample.ledger()
    first = old.targets[0]
    new = replace(old, targets=(first._replace(value=first.value + "9"), *old.targets[1:]))
    told = [shown(one) for one in ledgers(old, new).texts]
    assert [one[:2] for one in told] == [(CHANGED, TARGET)]
    assert told[0][4] == told[0][3].replace(first.value, first.value + "9")
    assert ledgers(old, old).texts == ()


@pytest.mark.parametrize("suffix", ["docx", "html", "xls", "xlsx"])
def test_a_real_book_in_another_format_says_the_same(suffix: str, books: Path) -> None:
    if suffix == "xls":
        pytest.importorskip("python_calamine")
    paths = books / "yunnan" / "xinfang-2026.txt", books / "made" / f"xinfang-2026.{suffix}"
    one, other = (book_side(read(path.read_bytes(), path.name)) for path in paths)
    assert one.texts and compare(one, other).texts == ()


@pytest.fixture
def two(tmp_path: Path) -> list[str]:
    old, new = tmp_path / "old.txt", tmp_path / "new.txt"
    old.write_text("\n\n".join(PROSE) + TABLES, encoding="utf-8")
    text = "\n\n".join(PROSE) + TABLES.replace(">=\t20\t场", "=<b>{0}\t场")
    new.write_text(text.replace("主要是人员经费", "主要是项目经费"), encoding="utf-8")
    return [str(old), str(new)]


def test_words_alone_are_a_difference_in_every_format(
    two: list[str], tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads((REPO / "src/gouji/report/diff.json").read_text(encoding="utf-8"))
    assert main(["diff", *two, "--format", "json"]) == 1
    data = json.loads(capfdbinary.readouterr().out)
    jsonschema.Draft202012Validator(schema).validate(data)
    assert [(one["kind"], one["what"]) for one in data["texts"]] == [
        ("changed", "target"),
        ("changed", "paragraph"),
    ]
    assert main(["diff", *two, "--lang", "zh"]) == 1
    told = capfdbinary.readouterr().out.decode()
    assert "绩效目标不同 1 处，表下说明 0 处，文字 1 段" in told and "+ 2026年支出预算" in told
    out = tmp_path / "out.html"
    assert main(["diff", *two, "--format", "html", "-o", str(out)]) == 1
    page = out.read_text(encoding="utf-8")
    assert "<h3>收支情况</h3>" in page and "<b>" not in page.partition("<header")[2]


def test_no_number_is_broken_in_a_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = []
    for name, more in (("old", ""), ("new", "展览")):
        lines = [f"{more}本馆{'展' * n}共{n}.25%，1234567.89万元。" for n in range(20, 45)]
        files.append(tmp_path / f"{name}.txt")
        files[-1].write_text("\n\n".join((*PROSE, *lines)) + "\n" + TABLES, encoding="utf-8")
    main(["diff", *map(str, files)])
    told = capsys.readouterr().out.splitlines()
    assert sum("1234567.89万" in line for line in told) == 48  # the longest are told in part
    assert not any(line.strip()[:1] in tuple("，。%") for line in told if line.strip())


def test_words_stand_in_sheets_of_their_own(two: list[str], tmp_path: Path) -> None:
    pytest.importorskip("xlsxwriter")
    out = tmp_path / "out.xlsx"
    assert main(["diff", *two, "--format", "xlsx", "--lang", "zh", "-o", str(out)]) == 1
    with ZipFile(out) as package:
        assert "文字" in package.read("xl/workbook.xml").decode()
        assert "主要是项目经费" in package.read("xl/sharedStrings.xml").decode()
