"""Planted slips: one change each, where it is said to be."""

from __future__ import annotations

import random

import pytest

from benchmarks.ledgers import random_ledger
from benchmarks.misprints import MISPRINTS
from benchmarks.slips import KINDS, Planted, plant
from gouji.book import Book
from gouji.forms import edition
from gouji.ledger import compile
from gouji.money import YUAN

YUNNAN = edition("yunnan-2026")


def texts(book: Book, table: int) -> list[list[str]]:
    return [[cell.text for cell in row] for row in book.tables[table].rows]


def planted(seed: int, kind: str) -> tuple[Book, Planted]:
    book = compile(random_ledger(random.Random(seed), funds=True), YUNNAN)
    found = plant(random.Random(seed), book, kind)
    assert found
    return book, found


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(3))
def test_a_slip_touches_one_row_of_one_table(kind: str, seed: int) -> None:
    book, slip = planted(seed, kind)
    changed = [t for t in range(len(book.tables)) if texts(book, t) != texts(slip.book, t)]
    assert changed == [slip.table]
    before, after = texts(book, slip.table), texts(slip.book, slip.table)
    longer = {"lost-row": -1, "doubled-row": 1}.get(kind, 0)
    assert len(after) - len(before) == longer
    assert before[: slip.row] == after[: slip.row]
    assert before[slip.row + 1 :] == after[slip.row + 1 + longer :]


@pytest.mark.parametrize("kind", MISPRINTS)
def test_a_misprint_changes_one_figure(kind: str) -> None:
    book, slip = planted(7, kind)
    before, after = texts(book, slip.table)[slip.row], texts(slip.book, slip.table)[slip.row]
    assert [i for i, pair in enumerate(zip(before, after, strict=True)) if pair[0] != pair[1]] == [
        *slip.columns
    ]
    assert (before[slip.columns[0]], after[slip.columns[0]]) == (slip.was, slip.now)


def test_misprints_look_as_they_should() -> None:
    rng = random.Random(3)
    printed = {kind: misprint(rng, 123_456_789, YUAN) or "" for kind, misprint in MISPRINTS.items()}
    assert printed["blank"] == ""
    assert printed["sign"] == "-1,234,567.89"
    assert printed["unit"] in ("123.46", "12,345,678,900.00")
    digits = {kind: text.replace(",", "").replace(".", "") for kind, text in printed.items()}
    assert sorted(digits["swap"]) == sorted("123456789")
    assert len(digits["lost-digit"]) == 8
    assert len(digits["doubled-digit"]) == 10
