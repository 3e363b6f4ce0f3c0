"""A Book written as text and read again is the same Book."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.ledgers import random_ledger
from gouji.book import Book, Cell, Column, Place, Table
from gouji.forms import edition
from gouji.ledger import compile
from gouji.money import WAN, YUAN
from gouji.read import read
from gouji.read.table import heading_paths
from gouji.write.text import headings, write

YUNNAN = edition("yunnan-2026")


def printed(book: Book) -> dict[str, Any]:
    """All that a book prints, without places."""
    return {
        "unit": book.unit,
        "year": book.year,
        "edition": book.edition,
        "fen": book.fen,
        "absent": book.absent,
        "prose": [cell.text for cell in book.prose],
        "tables": [_table(table) for table in book.tables],
    }


def _table(table: Table) -> dict[str, Any]:
    return {
        "title": table.title.text,
        "form": table.form,
        "columns": [(column.path, column.number) for column in table.columns],
        "rows": [[cell.text for cell in row] for row in table.rows],
        "notes": [note.text for note in table.notes],
        "withheld": [note.text for note in table.withheld],
        "declared": [note.text for note in table.declared],
        "unit": table.unit and table.unit.text,
        "fen": table.fen,
        "state": table.state,
        "remarks": [remark.code for remark in table.remarks],
    }


def again(book: Book) -> Book:
    return read(write(book).encode(), "again.txt")


@pytest.mark.parametrize("seed", range(60))
def test_a_book_written_and_read_is_the_same_book(seed: int) -> None:
    rng = random.Random(seed)
    book = compile(random_ledger(rng, fen=rng.choice((YUAN, WAN))), YUNNAN)
    assert printed(again(book)) == printed(book)


def test_prose_and_notes_are_kept() -> None:
    book = compile(random_ledger(random.Random(1)), YUNNAN)
    prose = tuple(Cell(text, Place()) for text in ("一、基本职能", "负责全市科普工作。"))
    noted = replace(book.tables[0], notes=(Cell("备注：一", Place()), Cell("说明：二", Place())))
    book = replace(book, prose=prose, tables=(noted, *book.tables[1:]))
    assert printed(again(book)) == printed(book)


def test_what_would_break_a_line_becomes_a_space() -> None:
    book = compile(random_ledger(random.Random(1), withheld=False), YUNNAN)
    at = next(i for i, table in enumerate(book.tables) if table.form == "05-2")
    first, *rest = (list(row) for row in book.tables[at].rows)
    rest[0][1] = Cell("一是\t甲\n二是\r\n乙\0", Place())
    tables = list(book.tables)
    tables[at] = replace(tables[at], rows=tuple(map(tuple, (first, *rest))))
    assert again(replace(book, tables=tuple(tables))).tables[at].rows[1][1].text == "一是 甲 二是  乙"


words = st.text(alphabet="甲乙丙丁支出", min_size=1, max_size=3)
paths = st.lists(st.lists(words, min_size=1, max_size=4).map(tuple), min_size=1, max_size=12)


@given(paths)
def test_merged_headings_come_apart_again(told: list[tuple[str, ...]]) -> None:
    rows = tuple(map(tuple, headings(told)))
    assert heading_paths(rows, len(told)) == tuple(told)


texts = st.text(
    alphabet=st.characters(blacklist_categories=("Cs", "Cc", "Z"), blacklist_characters="<|\ufeff")
)


@given(st.lists(st.lists(texts.map(str.strip), min_size=4, max_size=4), min_size=1, max_size=5))
def test_any_cells_are_read_as_they_were_written(cells: list[list[str]]) -> None:
    paths = (("资产名称",), ("资产类别",), ("备注",), ("计量单位",))
    columns = tuple(Column(path, str(i)) for i, path in enumerate(paths, 1))
    rows = tuple(tuple(Cell(text, Place()) for text in row) for row in cells if any(row))
    table = Table(Cell("2026年一览表", Place()), None, columns, rows)
    book = Book("", "", 2026, "yunnan-2026", YUAN, (table,))
    found = [[cell.text for cell in row] for row in again(book).tables[0].rows]
    assert found == [[cell.text for cell in row] for row in rows]


def test_the_real_book_is_the_same_after_writing_and_reading(real_book: Any) -> None:
    book = read(real_book.read_bytes(), "xinfang.txt")
    once = again(book)
    assert [_cells(table) for table in once.tables] == [_cells(table) for table in book.tables]
    assert [cell.text for cell in once.prose] == [cell.text for cell in book.prose]


def _cells(table: Table) -> dict[str, Any]:
    """What a table prints; a row that reading puts right is not remarked on a second time."""
    return {name: value for name, value in _table(table).items() if name != "remarks"}
