"""A book's own file with the findings in it: marks at the right places, and all else as it was."""

from __future__ import annotations

import io
import os
import re
import signal
import time
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pytest
from lxml import etree

from gouji.annotate import Mark, annotated, marks
from gouji.annotate.marks import AUTHOR, NOWHERE
from gouji.audit import audit
from gouji.book import Book, Cell, Place
from gouji.cli import main
from gouji.cli.pool import Limits
from gouji.findings import ERROR, NOTE, WARNING
from gouji.forms import edition
from gouji.read import read
from gouji.report.view import view
from tests.conftest import REPO

pytest.importorskip("xlsxwriter")
pytest.importorskip("pypdfium2")

import pypdfium2 as pdfium
import pypdfium2.raw as raw
import xlsxwriter

from gouji.write import docx as word
from gouji.write import xlsx as excel
from tests.small_pdf import drawn

YUNNAN = edition("yunnan-2026")
SAMPLE = REPO / "src" / "gouji" / "samples" / "yunnan-2026.txt"
HOSTILE = ("=1+2", "+86", "-甲", "@SUM(A1)", "<b>&amp;", "]]>", "_x0041_")
LEVELS = (ERROR, WARNING, NOTE)


def mark(place: Place = NOWHERE, *numbers: int, level: str = ERROR, text: str = "=1+2 “<b>”") -> Mark:
    return Mark(place, numbers or (1,), level, text)


def at(sheet: str, cell: str) -> Place:
    return Place("x", 1, 1, sheet, cell)


@pytest.fixture(scope="module")
def sample() -> Book:
    """The sample book, full of faults, some of its names as a spreadsheet might run them."""
    book = read(SAMPLE.read_bytes(), "x")
    names = iter(HOSTILE)
    tables = []
    for table in book.tables:
        rows = [
            tuple(c._replace(text=next(names, c.text)) if c.text == "科普大篷车" else c for c in row)
            for row in table.rows
        ]
        tables.append(replace(table, rows=tuple(rows)))
    return replace(book, tables=tuple(tables), prose=(Cell("第一部分 单位概况", Place()),))


@pytest.fixture(scope="module")
def files(sample: Book) -> dict[str, bytes]:
    """It as a workbook, as a document and as a PDF."""
    found = {"xlsx": excel.write(sample, YUNNAN), "docx": word.write(sample, YUNNAN)}
    try:
        from gouji.write import pdf
    except ImportError:
        return found
    return found | {"pdf": pdf.write(sample, YUNNAN)}


# What is marked


def test_every_finding_is_marked_under_the_number_of_the_report(files: dict[str, bytes]) -> None:
    told = audit(read(files["xlsx"], "x"))
    found = marks(told, "zh")
    numbers = {shown.number for shown in view(told).shown}
    assert {number for one in found for number in one.numbers} == numbers and len(numbers) > 20
    assert len({one.place for one in found}) == len(found)
    for one in found:
        said = re.findall(r"(?m)^(\d+)\. (?:错误|警告|提示) [a-z-]+\.[a-z-]+$", one.text)
        assert tuple(map(int, said)) == one.numbers
    assert any("原因 C" in one.text for one in found)


@pytest.mark.parametrize("kind", ["xlsx", "docx", "pdf"])
def test_the_file_still_holds_the_same_book(files: dict[str, bytes], kind: str) -> None:
    if kind not in files:
        pytest.skip("typst is not installed")
    data = files[kind]
    book = read(data, "x")
    made = annotated(data, marks(audit(book), "zh"))
    assert made != data and read(made, "x") == book
    again = annotated(made, marks(audit(book), "en"))
    assert read(again, "x") == book


# Workbooks


def workbook() -> bytes:
    """Two sheets with what a workbook may hold: formulas, formats, a comment, a chart, a hidden sheet."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        money = book.add_format({"num_format": "#,##0.00", "bold": True})
        secret = book.add_worksheet("隐")
        one, two = book.add_worksheet("甲"), book.add_worksheet("乙'的")
        secret.hide()
        one.activate()
        one.set_first_sheet()
        one.set_column(3, 3, 12, money)
        for row, text in enumerate(HOSTILE):
            one.write_string(row, 0, text)
            one.write_number(row, 1, row + 0.5, money)
        one.write_formula(8, 1, "=SUM(B1:B7)", money, 24.5)
        one.write_comment(0, 1, "旧批注")
        one.conditional_format("B1:B7", {"type": "cell", "criteria": ">", "value": 3, "format": money})
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "=甲!$B$1:$B$7"})
        one.insert_chart("F2", chart)
        two.write_string(0, 0, "乙")
        two.merge_range("B2:C3", "并", money)
    return out.getvalue()


def parts_of(data: bytes) -> dict[str, bytes]:
    with ZipFile(io.BytesIO(data)) as package:
        assert package.testzip() is None
        return {name: package.read(name) for name in package.namelist()}


def cells_of(part: bytes) -> dict[str, tuple[str, ...]]:
    """The cells of a sheet without their formats."""
    root = etree.fromstring(part)
    found = root.iterfind(".//{*}c")
    return {
        c.get("r", ""): (c.get("t", ""), *(f"{etree.QName(n).localname}={n.text}" for n in c)) for c in found
    }


def comments_of(part: bytes) -> dict[str, str]:
    listed = etree.fromstring(part).iterfind(".//{*}comment")
    return {one.get("ref", ""): "".join(one.itertext()) for one in listed}


def test_what_is_not_marked_stays_as_it_was() -> None:
    data = workbook()
    old = parts_of(data)
    new = parts_of(annotated(data, [mark(at("甲", "B2"))]))
    changed = {name for name in new if old.get(name) != new[name]}
    assert changed == {
        "xl/styles.xml",
        "xl/worksheets/sheet2.xml",
        "xl/comments1.xml",
        "xl/drawings/vmlDrawing1.vml",
    }
    sheet = "xl/worksheets/sheet2.xml"
    assert cells_of(old[sheet]) == cells_of(new[sheet])
    for name in ("conditionalFormatting", "drawing", "cols", "sheetViews"):
        assert new[sheet].count(f"<{name}".encode()) == old[sheet].count(f"<{name}".encode())


def test_cells_keep_their_formats_and_levels_differ_in_more_than_colour() -> None:
    cells = ("B2", "B3", "B4", "D20")
    found = [mark(at("甲", cell), level=level) for cell, level in zip(cells, (*LEVELS, ERROR), strict=True)]
    new = parts_of(annotated(workbook(), found))
    styles = etree.fromstring(new["xl/styles.xml"])
    sheet = etree.fromstring(new["xl/worksheets/sheet2.xml"])
    formats, borders = styles.find("{*}cellXfs"), styles.find("{*}borders")
    assert formats is not None and borders is not None
    used = {c.get("r"): formats[int(c.get("s", "0"))] for c in sheet.iterfind(".//{*}c")}
    assert len({used[cell].get("numFmtId") for cell in ("B1", *cells)}) == 1
    lines = [borders[int(used[cell].get("borderId", "0"))].find("{*}left") for cell in cells]
    assert len({line.get("style") for line in lines if line is not None}) == 3
    assert len({used[cell].get("fillId") for cell in cells}) == 3
    for holder in (formats, borders, styles.find("{*}fills")):
        assert holder is not None and int(holder.get("count", "0")) == len(holder)
    rows = [int(row.get("r", "0")) for row in sheet.iterfind(".//{*}row")]
    assert rows == sorted(rows) and 20 in rows


def test_comments_join_those_that_are_there() -> None:
    found = [mark(at("甲", "B1"), text="新批注"), mark(at("甲", "A5"), text="=1+2"), mark(at("乙'的", "B2"))]
    new = parts_of(annotated(workbook(), found))
    one, two = comments_of(new["xl/comments1.xml"]), comments_of(new["xl/comments2.xml"])
    assert one["B1"].startswith("旧批注") and one["B1"].endswith("新批注") and one["A5"] == "=1+2"
    assert two == {"B2": "=1+2 “<b>”"}
    shapes = new["xl/drawings/vmlDrawing1.vml"]
    etree.fromstring(shapes)
    assert shapes.count(b"<x:Row>") == 2 and len(set(re.findall(rb"_x0000_s\d+", shapes))) == 2
    assert b'Extension="vml"' in new["[Content_Types].xml"] and b"comments2.xml" in new["[Content_Types].xml"]
    assert AUTHOR.encode() in new["xl/comments1.xml"]


def test_what_has_no_place_stands_on_the_first_sheet_that_is_shown() -> None:
    found = [mark(), mark(Place("x", 3)), mark(at("没有", "B7")), mark(Place("x", 1, 0, "甲"))]
    new = parts_of(annotated(workbook(), found))
    (text,) = comments_of(new["xl/comments1.xml"]).keys() - {"B1"}
    assert text == "A1"
    assert new["xl/worksheets/sheet2.xml"].count(b"<c ") == parts_of(workbook())[
        "xl/worksheets/sheet2.xml"
    ].count(b"<c ")


# Documents


def test_comments_stand_on_the_paragraphs_of_their_cells(files: dict[str, bytes]) -> None:
    data = files["docx"]
    book = read(data, "x")
    figures = [cell for table in book.tables for row in table.rows for cell in row if cell.text][:200:7]
    found = [mark(cell.place, i, text=f"{i}\n=1+2") for i, cell in enumerate(figures)]
    found += [mark(book.prose[0].place, 900, text="900"), mark(text="901")]
    new = parts_of(annotated(data, found))
    root = etree.fromstring(new["word/document.xml"])
    space = {"w": etree.QName(root).namespace or ""}
    key = f"{{{space['w']}}}id"
    told = {}
    for start in root.iterfind(".//w:commentRangeStart", space):
        paragraph = start.getparent()
        assert paragraph is not None
        told[start.get(key)] = "".join(paragraph.itertext())
    comments = etree.fromstring(new["word/comments.xml"])
    said = {c.get(key): "".join(c.itertext()) for c in comments}
    assert len(said) == len(found) == len(told)
    by_text = {said[id]: told[id] for id in said}
    for i, cell in enumerate(figures):
        assert by_text[f"{i}=1+2"] == cell.text, i
    assert by_text["900"] == book.prose[0].text and "901" in by_text


def test_a_document_with_comments_keeps_them(files: dict[str, bytes]) -> None:
    once = annotated(files["docx"], [mark(text="一")])
    twice = parts_of(annotated(once, [mark(text="二")]))
    comments = etree.fromstring(twice["word/comments.xml"])
    assert ["".join(one.itertext()) for one in comments] == ["一", "二"]
    assert len({one.get(next(iter(one.keys()))) for one in comments}) == 2
    assert twice["[Content_Types].xml"].count(b"comments+xml") == 1


# PDF


def shown(data: bytes, page: int = 0) -> tuple[bytes, int, int]:
    """A page as a viewer shows it, at one pixel a point."""
    document = pdfium.PdfDocument(data)
    bitmap = document[page].render(scale=1, grayscale=True)
    return bytes(bitmap.buffer), bitmap.stride, bitmap.height


def differing(old: bytes, new: bytes, page: int = 0) -> tuple[int, int, int, int]:
    """The smallest box around all that looks different."""
    (before, stride, high), (after, _, _) = shown(old, page), shown(new, page)
    points = [(i % stride, i // stride) for i in range(stride * high) if before[i] != after[i]]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


BOX = (100.0, 200.0, 180.0, 230.0)
PLAIN = "BT /F 12 Tf 50 700 Td <0041> Tj ET"


@pytest.mark.parametrize("bounds", ["", "/CropBox [20 30 575 800]"])
@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_box_stands_at_its_place_however_the_page_is_turned(turn: int, bounds: str) -> None:
    data = drawn(PLAIN, PLAIN, entries=f"/Rotate {turn} {bounds}")
    new = annotated(data, [mark(Place("x", page=2, box=BOX), 12)])
    assert new.startswith(data)
    found = differing(data, new, 1)
    assert all(abs(edge - wanted) <= 6 for edge, wanted in zip(found, BOX, strict=True)), found
    assert shown(data)[0] == shown(new)[0]


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_numbers_stand_upright_however_the_page_is_turned(turn: int) -> None:
    upright = annotated(drawn(PLAIN), [mark(Place("x", page=1, box=BOX), 7)])
    turned = annotated(drawn(PLAIN, entries=f"/Rotate {turn}"), [mark(Place("x", page=1, box=BOX), 7)])
    assert inked(upright) == pytest.approx(inked(turned), abs=40)


def inked(data: bytes) -> int:
    """How dark the field with the number and the corner below it are together."""
    seen, stride, _ = shown(data)
    return sum(255 - seen[y * stride + x] for y in range(190, 206) for x in range(94, 112)) // 255


def test_notes_say_what_was_found_and_those_without_a_place_come_first() -> None:
    import ctypes

    data = drawn(PLAIN, PLAIN)
    found = [mark(Place("x", page=2, box=BOX), 3, text="甲\n=1+2"), mark(text="乙"), mark(text="丙")]
    document = pdfium.PdfDocument(annotated(data, found))
    told = []
    for number in range(2):
        page = document[number]
        for i in range(raw.FPDFPage_GetAnnotCount(page.raw)):
            annotation = raw.FPDFPage_GetAnnot(page.raw, i)
            text = (ctypes.c_ushort * 50)()
            raw.FPDFAnnot_GetStringValue(annotation, b"Contents", text, 100)
            told.append((number, bytes(text).decode("utf-16-le").partition("\0")[0]))
            raw.FPDFPage_CloseAnnot(annotation)
    assert told == [(0, "乙"), (0, "丙"), (1, "甲\r=1+2")]


# The command


def test_the_command_writes_beside_the_book(files: dict[str, bytes], tmp_path: Path) -> None:
    for kind, data in files.items():
        book, out = tmp_path / f"book.{kind}", tmp_path / f"out.{kind}"
        book.write_bytes(data)
        assert main(["annotate", str(book), "-o", str(out)]) == 1
        assert book.read_bytes() == data and read(out.read_bytes(), "x") == read(data, "x")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_it_says_how_much_was_marked(
    files: dict[str, bytes], tmp_path: Path, lang: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "book.xlsx").write_bytes(files["xlsx"])
    out = str(tmp_path / "out.xlsx")
    assert main(["annotate", str(tmp_path / "book.xlsx"), "-o", out, "--only", "target", "--lang", lang]) == 1
    told = capsys.readouterr().out
    assert out in told and "{" not in told and told.count("\n") == 1


def test_the_book_itself_is_never_written_to(files: dict[str, bytes], tmp_path: Path) -> None:
    book, link = tmp_path / "book.xlsx", tmp_path / "link.xlsx"
    book.write_bytes(files["xlsx"])
    link.symlink_to(book)
    for out in (book, link, tmp_path / "." / "book.xlsx"):
        with pytest.raises(SystemExit) as stopped:
            main(["annotate", str(book), "-o", str(out)])
        assert stopped.value.code == 2 and book.read_bytes() == files["xlsx"]


def test_a_failure_leaves_what_was_there(
    files: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book, out = tmp_path / "book.xlsx", tmp_path / "out.xlsx"
    book.write_bytes(files["xlsx"])
    out.write_bytes(b"old")

    def fails(*_: object) -> bytes:
        raise RuntimeError

    monkeypatch.setattr("gouji.annotate.annotated", fails)
    assert main(["annotate", str(book), "-o", str(out)]) == 2
    assert out.read_bytes() == b"old" and len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("harm", ["crash", "hang"])
def test_a_reader_that_crashes_or_hangs_is_one_line(
    harm: str,
    files: dict[str, bytes],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The file is read, checked and written anew in a process with limits."""
    book, out = tmp_path / "book.xlsx", tmp_path / "out.xlsx"
    book.write_bytes(files["xlsx"])
    monkeypatch.setattr(
        "gouji.cli.work.read",
        lambda *_: os.kill(os.getpid(), signal.SIGKILL) if harm == "crash" else time.sleep(60),
    )
    monkeypatch.setattr("gouji.cli.annotating.Limits", lambda: Limits(1))
    assert main(["annotate", str(book), "-o", str(out)]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1 and not out.exists()


def test_what_cannot_be_annotated_is_one_line(
    files: dict[str, bytes], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text, archive = tmp_path / "book.txt", tmp_path / "book.zip"
    text.write_bytes(SAMPLE.read_bytes())
    with ZipFile(archive, "w") as package:
        package.writestr("book.xlsx", files["xlsx"])
    for path in (text, archive, tmp_path, tmp_path / "nowhere.pdf"):
        assert main(["annotate", str(path), "-o", str(tmp_path / "out.xlsx")]) == 2
        assert len(capsys.readouterr().err.splitlines()) == 1
    assert not (tmp_path / "out.xlsx").exists()
    (tmp_path / "book.docx").write_bytes(files["docx"])
    with pytest.raises(SystemExit):
        main(["annotate", str(tmp_path / "book.docx"), "-o", str(tmp_path / "out.pdf")])
