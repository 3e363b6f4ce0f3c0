"""The shipped sample book is the one that its generator makes, and ties but for its planted faults."""

from __future__ import annotations

from benchmarks.sample import SAMPLE, UNIT, ledger, text
from gouji.forms import edition
from gouji.ledger import compile
from gouji.read import read
from tests.printed import Forms, total
from tests.ties import at_most, ties

YUNNAN = edition("yunnan-2026")


def test_the_sample_is_what_its_generator_makes() -> None:
    assert SAMPLE.read_text(encoding="utf-8") == text(), "run python -m benchmarks.sample"


def test_the_sample_ties_before_its_faults() -> None:
    book = compile(ledger(), YUNNAN)
    assert [tie for tie in ties(book) if tie[1] != tie[2]] == []
    short = {tie[2] - tie[1] for tie in at_most(book) if tie[1] != tie[2]}
    assert short == {62_000}  # the project that is withheld


def test_the_sample_has_its_faults() -> None:
    book = read(SAMPLE.read_bytes(), "sample")
    assert (book.unit, book.year, book.absent) == (UNIT, 2026, ("08",))
    lines = [row for row in Forms(book)["05-1"].where(2) if row[3] == "科普大篷车进乡村活动经费"]
    assert len(lines) == 7 and total(lines, 9) == 175_000
    remarks = [remark.code for _, remark in book.remarked()]
    assert remarks.count("read.cut-off") == 1
    assert remarks.count("read.shifted-row") == 3
    assert [table.form for table in book.tables if table.withheld] == ["05-1", "05-2", "12"]
