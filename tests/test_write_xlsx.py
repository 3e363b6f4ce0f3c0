"""A Book as a workbook: it reads back as the same Book, its totals are live, and text stays text."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from lxml import etree

from gouji.book import Book, Cell, Place, Table
from tests import published
from tests.published import SEEDS, YUNNAN

pytest.importorskip("xlsxwriter")
from gouji.write.layout import flat
from gouji.write.xlsx import sheet_name, write

S = {"s": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
Cells = dict[tuple[int, int], etree._Element]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_workbook_reads_as_its_book(seed: int) -> None:
    book = published.made(seed)
    published.assert_kept(book, write(book, YUNNAN))


def test_the_same_book_gives_the_same_bytes() -> None:
    book = published.whole()
    assert write(book, YUNNAN) == write(book, YUNNAN)


@pytest.mark.parametrize("seed", SEEDS)
def test_totals_are_formulas_that_give_the_printed_amounts(seed: int) -> None:
    count = 0
    for cells in sheets(write(published.made(seed), YUNNAN)):
        values = {at: worked_out(cells, at) for at in cells if cells[at].find("s:f", S) is not None}
        count += len(values)
        assert {at: shown(cells, at) for at in values} == values
    assert count > 100


def test_the_first_sheet_leads_to_every_form() -> None:
    book = published.whole()
    with zipfile.ZipFile(io.BytesIO(write(book, YUNNAN))) as package:
        names = [
            str(s.get("name"))
            for s in etree.fromstring(package.read("xl/workbook.xml")).iter(f"{{{S['s']}}}sheet")
        ]
        first = etree.fromstring(package.read("xl/worksheets/sheet1.xml"))
    links = {
        str(link.get("location")): str(link.get("display")) for link in first.iter(f"{{{S['s']}}}hyperlink")
    }
    assert names[0] == "目录" and list(links) == [f"'{name}'!A1" for name in names[1:]]
    assert all(t.title.text in said for t, said in zip(book.tables, links.values(), strict=True))


def test_totals_of_every_kind_are_formulas() -> None:
    book = published.whole()
    found = dict(zip([t.form for t in book.tables], sheets(write(book, YUNNAN)), strict=True))
    for form, total in {"01-1": "收 入 总 计", "02-2": "合计", "04": "合 计", "05-1": "合 计"}.items():
        last = max(row for row, _ in found[form])
        sums = {at for at, cell in found[form].items() if cell.find("s:f", S) is not None}
        assert any(row >= last - 1 for row, _ in sums), (form, total)


def test_a_total_that_does_not_hold_is_a_plain_number() -> None:
    book = published.whole()
    at = next(i for i, table in enumerate(book.tables) if table.form == "03")
    (total, *rest) = book.tables[at].rows[0]
    wrong = total._replace(text="59,000.01")
    tables = list(book.tables)
    tables[at] = replace(tables[at], rows=((wrong, *rest),))
    sheet = list(sheets(write(replace(book, tables=tuple(tables)), YUNNAN)))[at]
    row = max(row for row, _ in sheet)
    assert sheet[row, 1].find("s:f", S) is None
    assert shown(sheet, (row, 1)) == Decimal("59000.01")


def test_text_stays_text() -> None:
    rows = [(text, "甲", "1.00", text) for text in published.HOSTILE]
    book = published.lone("2026年一览表", ("资产名称", "资产类别", "金额", "备注"), *rows)
    data = write(book, YUNNAN)
    (cells,) = sheets(data)
    assert not any(cell.find("s:f", S) is not None for cell in cells.values())
    assert published.texts(published.again(data)) == list(map(flat, published.texts(book)))


@pytest.mark.parametrize(
    "text", ["0.00", "-0.00", "-1,234.50", "1234.5", "1,234", "007", "1e5", "12,34.00", "1" * 20, "—", "1.10"]
)
def test_an_amount_is_printed_as_it_was(text: str) -> None:
    book = published.lone("2026年一览表", ("资产名称", "资产类别", "金额"), ("甲", "乙", text))
    assert published.texts(published.again(write(book, YUNNAN))) == ["甲", "乙", text]


def test_sheets_have_names_that_excel_takes() -> None:
    taken: dict[str, str] = {}
    asked = ("01-1", "A/B:[x]*?", "a b  x", "很长" * 30, "很长" * 30, "'甲'", "", "History", "01-1")
    names = [sheet_name(text, taken) for text in asked]
    assert len({name.lower() for name in names}) == len(names)
    assert all(0 < len(name) <= 31 and not re.search(r"[\[\]:*?/\\]", name) for name in names)
    assert names[0] == "01-1" and not any(name.startswith("'") for name in names)


def test_a_book_without_rows_or_columns_is_written() -> None:
    bare = Table(Cell("2026年一览表", Place()), None, (), ())
    assert write(Book("", "", None, YUNNAN.name, 100, (bare,)), YUNNAN)
    assert write(Book("", "", None, YUNNAN.name, 100, ()), YUNNAN)


def sheets(data: bytes) -> Iterator[Cells]:
    """The cells of each sheet of a table by row and column: the first sheet holds the contents."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        count = sum(name.startswith("xl/worksheets/sheet") for name in package.namelist())
        for number in range(2, count + 1):
            root = etree.fromstring(package.read(f"xl/worksheets/sheet{number}.xml"))
            yield {place(str(cell.get("r"))): cell for cell in root.iterfind(".//s:c", S)}


def place(reference: str) -> tuple[int, int]:
    letters, number = re.fullmatch(r"([A-Z]+)(\d+)", reference).groups()  # type: ignore[union-attr]
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(number), column


def shown(cells: Cells, at: tuple[int, int]) -> Decimal:
    value = cells[at].findtext("s:v", "", S) if at in cells else ""
    return Decimal(value or 0).quantize(Decimal("0.000001"))


def worked_out(cells: Cells, at: tuple[int, int]) -> Decimal:
    """What a formula gives, from the values of the cells that are no formulas."""
    formula = cells[at].findtext("s:f", "", S) if at in cells else ""
    if not formula:
        return shown(cells, at)
    terms = re.fullmatch(r"SUM\((.*)\)", formula)
    assert terms, formula
    total = Decimal(0)
    for term in terms[1].split(","):
        first, last = (place(end) for end in (term.split(":") * 2)[:2])
        for row in range(first[0], last[0] + 1):
            for column in range(first[1], last[1] + 1):
                total += worked_out(cells, (row, column))
    return total
