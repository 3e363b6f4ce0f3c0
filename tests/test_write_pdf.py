"""A Book as a PDF: it reads back as the same Book; it is tagged and bookmarked, and nothing is cut off."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace

import pytest

pytest.importorskip("typst")
pytest.importorskip("pylopdf_fonts_zh_cn")
pytest.importorskip("pypdfium2")
import pypdfium2 as pdfium

from gouji.book import Book, Cell, Column, Place
from gouji.lexicon import normal
from gouji.write.layout import flat
from gouji.write.pdf import write
from tests import published
from tests.published import YUNNAN


@pytest.mark.parametrize("seed", (0, 1, 2, 3, 5, 42))
def test_a_pdf_reads_as_its_book(seed: int) -> None:
    book = published.made(seed)
    published.assert_kept(book, write(book, YUNNAN))


def test_the_same_book_gives_the_same_bytes() -> None:
    book = published.made(1)
    assert write(book, YUNNAN) == write(book, YUNNAN)


@pytest.fixture(scope="module")
def sample() -> bytes:
    return write(published.whole(), YUNNAN)


@contextlib.contextmanager
def opened(data: bytes) -> Iterator[pdfium.PdfDocument]:
    document = pdfium.PdfDocument(data)
    try:
        yield document
    finally:
        document.close()


def test_cover_and_narrative_come_first(sample: bytes) -> None:
    found = published.again(sample)
    lines = [cell.text.replace(" ", "") for cell in found.prose]
    assert lines[:2] == ["云溪市科学技术馆2026年部门预算公开", "目录"]
    assert all("".join(line.split()) in "".join(lines) for line in published.PROSE)
    assert (found.unit, found.year) == ("云溪市科学技术馆", 2026)


def test_paragraphs_and_goals_are_whole_over_lines_and_pages() -> None:
    """As many as fill some pages, of every length, many of them with digits and marks at a line's start."""
    said = [
        f"{n}.“三公”经费{100 + n}.{n:02d}万元，占{n}.50%；{'保障运转、' * n}2026年{n}项。"
        for n in range(1, 40)
    ]
    book = replace(published.whole(), prose=tuple(Cell(line, Place()) for line in said))
    found = [cell.text for cell in published.again(write(book, YUNNAN)).prose]
    assert found[-len(said) :] == said


def test_the_outline_has_the_parts_and_the_tables(sample: bytes) -> None:
    with opened(sample) as document:
        titles = [normal(item.get_title()) for item in document.get_toc()]
    assert normal("第一部分 单位概况") in titles and "(一)总体情况" in titles
    assert [title for title in titles if title.endswith("表")] == [
        title for table in published.whole().tables if (title := normal(table.title.text)).endswith("表")
    ]


def test_a_pdf_is_tagged_and_says_its_language_and_title(sample: bytes) -> None:
    with opened(sample) as document:
        assert document.is_tagged()
        assert document.get_metadata_dict()["Title"] == "云溪市科学技术馆2026年部门预算公开"
    assert b"/Lang" in sample and b"pdfuaid" in sample


def test_nothing_stands_outside_its_page(sample: bytes) -> None:
    with opened(sample) as document:
        for page in document:
            text = page.get_textpage()
            for i in range(text.count_rects()):
                left, bottom, right, top = text.get_rect(i)
                assert left > 30 and right < page.get_width() - 30
                assert bottom > 20 and top < page.get_height() - 20


def test_headings_stand_again_on_each_page() -> None:
    book = published.whole()
    targets = next(table for table in book.tables if table.form == "05-2")
    longer = replace(targets, rows=targets.rows * 3)
    with opened(write(replace(book, tables=(longer,)), YUNNAN)) as document:
        pages = [normal(page.get_textpage().get_text_bounded()) for page in document]
    found = [page for page in pages if "社会效益" in page]
    assert len(found) > 2 and all("三级指标" in page and "345678910" in page for page in found)


def test_text_is_only_text() -> None:
    rows = [(text, "甲", "1.00", text) for text in published.HOSTILE]
    book = published.lone("2026年一览表", ("资产名称", "资产类别", "金额", "备注"), *rows)
    found = published.texts(published.again(write(book, YUNNAN)))
    assert ["".join(text.split()) for text in found] == [
        "".join(flat(text).split()) for text in published.texts(book)
    ]


def test_a_word_longer_than_the_page_is_broken() -> None:
    book = published.lone("2026年一览表", ("资产名称", "资产类别", "金额"), ("x" * 400, "甲", "1.00"))
    test_nothing_stands_outside_its_page(write(book, YUNNAN))


def test_a_character_in_no_font_is_no_hindrance() -> None:
    book = published.lone("2026年一览表", ("资产名称", "资产类别", "金额"), ("\U000f0000", "甲", "1.00"))
    data = write(book, YUNNAN)
    assert b"pdfuaid" not in data and published.texts(published.again(data))[1:] == ["甲", "1.00"]


def test_a_book_without_tables_or_unit_is_written() -> None:
    assert write(Book("", "", None, YUNNAN.name, 100, ()), YUNNAN).startswith(b"%PDF-")


def test_a_form_without_headings_or_title_is_written() -> None:
    book = published.lone("", (), ())
    columns = (Column(()), Column(()))
    rows = ((Cell("项目名称", Place()), Cell("甲", Place())),)
    form = replace(book.tables[0], columns=columns, rows=rows)
    assert write(replace(book, tables=(form,)), YUNNAN).startswith(b"%PDF-")
