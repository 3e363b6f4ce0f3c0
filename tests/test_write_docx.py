"""A Book as a Word document: it reads back as the same Book, with real headings and tables that go on."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from gouji.book import Book, Cell, Column, Place
from gouji.write.docx import write
from gouji.write.layout import flat
from tests import published
from tests.conftest import leave_out
from tests.published import SEEDS, YUNNAN

W = {"w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main"}


def document(data: bytes) -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for name in package.namelist():
            etree.fromstring(package.read(name))  # every part is XML
        return etree.fromstring(package.read("word/document.xml"))


def said(paragraph: etree._Element) -> str:
    return "".join(t.text or "" for t in paragraph.iterfind(".//w:t", W))


def value(node: etree._Element, path: str) -> str:
    found = node.find(path, W)
    return "" if found is None else str(found.get(f"{{{W['w']}}}val"))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_document_reads_as_its_book(seed: int) -> None:
    book = published.made(seed)
    published.assert_kept(book, write(book, YUNNAN))


def test_the_same_book_gives_the_same_bytes() -> None:
    book = published.whole()
    assert write(book, YUNNAN) == write(book, YUNNAN)


def test_cover_contents_and_narrative_come_first() -> None:
    book = published.whole()
    found = published.again(write(book, YUNNAN))
    lines = [cell.text for cell in found.prose]
    assert lines[:2] == ["云溪市科学技术馆", "2026年部门预算公开"]
    assert all(line in lines for line in published.PROSE)
    assert (found.unit, found.year) == ("云溪市科学技术馆", 2026)


def test_headings_are_headings_and_the_contents_lead_to_them() -> None:
    root = document(write(published.whole(), YUNNAN))
    headed = {said(p): value(p, "w:pPr/w:pStyle") for p in root.iter(f"{{{W['w']}}}p")}
    assert headed["第一部分 单位概况"] == "Heading1"
    assert headed["一、主要职能"] == "Heading2"
    assert headed["（一）总体情况"] == "Heading3"
    assert headed["2026年部门收入预算表"] == "TableTitle"
    marks = [node.get(f"{{{W['w']}}}name") for node in root.iter(f"{{{W['w']}}}bookmarkStart")]
    links = [node.get(f"{{{W['w']}}}anchor") for node in root.iter(f"{{{W['w']}}}hyperlink")]
    assert marks == links and len(links) == 4 + 17


def test_the_contents_tell_pages_that_grow_and_are_counted_anew() -> None:
    root = document(write(published.whole(), YUNNAN))
    listed = [p for p in root.iter(f"{{{W['w']}}}p") if value(p, "w:pPr/w:pStyle").startswith("TOC")][1:]
    pages = [int([str(t.text) for t in p.iter(f"{{{W['w']}}}t")][-1]) for p in listed]
    assert len(pages) == 4 + 17 and pages == sorted(pages) and pages[0] == 3
    assert len(set(pages[4:])) == 17  # each table begins a page
    fields = [str(node.text).split()[0] for node in root.iter(f"{{{W['w']}}}instrText")]
    assert fields == ["TOC", *["PAGEREF"] * len(pages)]
    begin = next(root.iter(f"{{{W['w']}}}fldChar"))
    assert begin.get(f"{{{W['w']}}}dirty") == "true"


def test_the_pages_of_tables_are_those_that_a_program_lays_out(tmp_path: Path) -> None:
    pdfium = pytest.importorskip("pypdfium2")
    if shutil.which("soffice") is None:
        leave_out("LibreOffice is not installed: the pages of a document were not compared with its contents")
    path = tmp_path / "book.docx"
    path.write_bytes(write(published.whole(), YUNNAN))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    pages = [flat_text(page) for page in pdfium.PdfDocument(tmp_path / "book.pdf")]
    contents, *after = "".join(pages[1:3]), *pages[3:]
    told, found = [], []
    for title in (re.sub(r"\s", "", table.title.text) for table in published.whole().tables):
        told.append(int(re.findall(rf"{re.escape(title)}\.+(\d+?)(?=20\d\d|—|$)", contents)[0]))
        found.append(next(i for i, text in enumerate(after, 4) if title in text[:80]))
    assert told == found


def flat_text(page):  # type: ignore[no-untyped-def]
    return re.sub(r"\s", "", page.get_textpage().get_text_bounded())


def test_the_rows_of_headings_are_repeated_and_no_others() -> None:
    book = published.whole()
    for table, drawn in zip(book.tables, document(write(book, YUNNAN)).iter(f"{{{W['w']}}}tbl"), strict=True):
        rows = drawn.findall("w:tr", W)
        repeated = [row.find("w:trPr/w:tblHeader", W) is not None for row in rows]
        depth = max(len(column.path) for column in table.columns) + any(c.number for c in table.columns)
        assert repeated == [True] * depth + [False] * (len(rows) - depth)


def test_cells_are_as_wide_as_their_columns_and_fit_the_page() -> None:
    for drawn in document(write(published.made(0), YUNNAN)).iter(f"{{{W['w']}}}tbl"):
        grid = [int(str(col.get(f"{{{W['w']}}}w"))) for col in drawn.iterfind("w:tblGrid/w:gridCol", W)]
        for row in drawn.iterfind("w:tr", W):
            spans = [int(value(tc, "w:tcPr/w:gridSpan") or 1) for tc in row.iterfind("w:tc", W)]
            assert sum(spans) == len(grid)
        assert sum(grid) <= (1191 - 90) * 20


def test_headings_and_long_merged_cells_have_room() -> None:
    """Programs do not reckon it where headings are printed again, or where a page's end cuts a cell."""
    goal = ("甲项目", "做好各项工作，" * 90)
    rows = [(*(goal if not i else ("", "")), "产出指标", "数量指标", f"指标{i}") for i in range(20)]
    heads = ("单位名称、项目名称", "项目年度绩效目标", "一级指标", "二级指标", "三级指标")
    book = published.lone("2026年部门项目支出绩效目标表", heads, *rows)
    (drawn,) = document(write(book, YUNNAN)).iter(f"{{{W['w']}}}tbl")
    highs = [int(value(row, "w:trPr/w:trHeight")) for row in drawn.iterfind("w:tr", W)]
    (cell, *_) = (tc for tc in drawn.iter(f"{{{W['w']}}}tc") if "做好" in said(tc))
    size = int(value(cell, "w:p/w:pPr/w:pStyle")[4:6]) / 2
    grid = [int(str(col.get(f"{{{W['w']}}}w"))) / 20 for col in drawn.iterfind("w:tblGrid/w:gridCol", W)]
    needed = len("".join(goal[1])) * size / grid[1] * 1.2 * size
    assert sum(highs[1:]) / 20 > needed
    assert value(cell, "w:tcPr/w:vAlign") == "top"


def test_text_is_only_text() -> None:
    rows = [(text, "甲", "1.00", text) for text in published.HOSTILE]
    book = published.lone("2026年一览表", ("资产名称", "资产类别", "金额", "备注"), *rows)
    assert published.texts(published.again(write(book, YUNNAN))) == list(map(flat, published.texts(book)))


def test_a_book_without_tables_or_unit_is_written() -> None:
    document(write(Book("", "", None, YUNNAN.name, 100, ()), YUNNAN))


def test_a_form_without_headings_or_title_is_written() -> None:
    book = published.lone("", (), ())
    columns = (Column(()), Column(()))
    rows = ((Cell("项目名称", Place()), Cell("甲", Place())),)
    form = replace(book.tables[0], columns=columns, rows=rows)
    document(write(replace(book, tables=(form,)), YUNNAN))
