"""Real books of twenty places: the errors are those of docs/real-books.tsv; known faults are found."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from gouji.audit import Audit, audit
from gouji.findings import Finding
from gouji.read import read
from tests.conftest import BOOKS, REPO, leave_out

RECORD = REPO / "docs" / "real-books.tsv"
PAGE = REPO / "docs" / "real-books.md"
LEAST_TRUE = 95  # per cent
MADE = "made"
NO_TABLES = {"beijing/beijing_2026_budget_zgbjswjmrhfzwyhbgs_3d0eb3.pdf"}  # a narrative alone

Key = tuple[str, int, str, str, str, str]
"""code, page, form, row, column, what is printed: what a finding and a line of the record have in common."""

FAULTS: dict[tuple[str, str], tuple[tuple[str, str, str], ...]] = {
    (
        "shanghai_putuo/checked_unit_2026_budget.pdf",
        "支出预算总表 and 一般公共预算支出功能分类预算表, row 2040601 行政运行",
    ): (
        ("sum.row", "行政运行 2040601", "支出预算/合计"),
        ("sum.row", "行政运行 2040601", "一般公共预算支出/合计"),
    ),
    ("shanghai_putuo/checked_unit_2026_budget.pdf", "page 15, 合计 row"): (
        ("sum.column", "合计", "一般公共预算支出/基本支出"),
        ("sum.row", "合计", "一般公共预算支出/合计"),
    ),
    ("shanghai_putuo/checked_unit_2026_budget.pdf", "编制说明"): (
        ("prose.rate", "", "-1.10%"),
        ("prose.two-amounts", "", "56.12万元"),
        ("prose.two-amounts", "", "207万元"),
        ("prose.name-outdated", "", "医疗卫生与计划生育支出"),
    ),
    (
        "changchun/changchun_2026_budget_changchunshixinfangjubenji_7fd6f0.pdf",
        "一般公共预算基本支出表",
    ): (
        ("sum.code", "301 工资福利支出", "合计"),
        ("sum.code", "302 商品和服务支出", "合计"),
        ("code.mismatch", "30208 物业管理费", "支出经济分类科目名称"),
    ),
    ("shanghai_putuo/wanli_jiedao_2025_budget.pdf", "row 21201"): (),
}
"""By file and place of KNOWN-FAULTS.tsv: code, row, and column or words of the finding; none: not a fault."""


@pytest.fixture(scope="module")
def folder(books: Path) -> Path:
    if not (books / "KNOWN-FAULTS.tsv").is_file():
        leave_out(f"no PDF books in {books}")
    return books


@cache
def told(book: str) -> Audit:
    return audit(read((BOOKS / book).read_bytes(), book))


def recorded() -> dict[str, list[list[str]]]:
    lines = RECORD.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")][1:]
    return {book: [row for row in rows if row[0] == book] for book in dict.fromkeys(row[0] for row in rows)}


def key(finding: Finding) -> Key:
    spot = finding.spots[0]
    if spot.table < 0:  # a sentence: the record holds no prose
        return finding.code, spot.place.page, "", "", "", finding.args["printed"]
    printed = finding.args.get("printed", "")
    if finding.code.startswith("code."):
        printed = finding.args["code"]
    return finding.code, spot.place.page, spot.form, spot.row, spot.column, printed


def key_of(row: list[str]) -> Key:
    _, page, code, form, label, column, printed, *_ = row
    return code, int(page), form, label, column, printed


def test_the_errors_of_each_book_are_those_of_the_record(folder: Path) -> None:
    known = recorded()
    names = [
        p.relative_to(folder).as_posix() for p in sorted(folder.glob("*/*.pdf")) if p.parent.name != MADE
    ]
    assert known.keys() <= set(names)
    for name in names:
        found = told(name)
        errors = [f for f in found.findings if f.level == "error"]
        expected = Counter(key_of(row) for row in known.get(name, ()))
        assert Counter(map(key, errors)) == expected, name


def test_nearly_all_of_the_record_is_true() -> None:
    rows = [row for rows in recorded().values() for row in rows]
    verdicts = Counter(row[8] for row in rows)
    assert verdicts.keys() <= {"true", "false"}
    assert 100 * verdicts["true"] >= LEAST_TRUE * len(rows)
    assert all(row[9] for row in rows)
    assert f"| {len(rows)} |" in PAGE.read_text(encoding="utf-8")


def test_a_narrative_alone_is_read(folder: Path) -> None:
    names = {p.relative_to(folder).as_posix() for p in folder.glob("*/*.pdf") if p.parent.name != MADE}
    assert {name for name in names if not told(name).book.tables} == NO_TABLES
    for name in NO_TABLES:
        assert told(name).book.prose and [f.code for f in told(name).findings] == ["table.none"]


def test_faults_that_people_found_are_found(folder: Path) -> None:
    lines = (folder / "KNOWN-FAULTS.tsv").read_text(encoding="utf-8").splitlines()[1:]
    places = [(line.split("\t")[0], line.split("\t")[1]) for line in lines]
    assert set(places) == FAULTS.keys()
    for file, where in places:
        found = told(file)
        for code, row, words in FAULTS[file, where]:
            assert any(is_at(f, code, row, words) for f in found.findings), (file, where, code, row, words)


def test_a_sum_of_rounded_figures_off_by_one_is_no_error(folder: Path) -> None:
    found = told("shanghai_putuo/wanli_jiedao_2025_budget.pdf")
    assert not [f for f in found.findings if f.level == "error"]


def is_at(finding: Finding, code: str, row: str, words: str) -> bool:
    spot = finding.spots[0]
    if finding.code != code:
        return False
    return (spot.row, spot.column) == (row, words) if row else words in finding.args.values()
