"""Excel, Word and web pages read to the same book as text; what is hostile or broken is said in one line."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import pytest

import gouji.read
from gouji import money
from gouji.audit import audit
from gouji.book import Book, Table
from gouji.lexicon import normal
from gouji.messages import catalogue
from gouji.read import Unreadable, read
from gouji.read.sniff import kind
from gouji.read.xlsx import shown
from tests.conftest import leave_out

MADE = ("xlsx", "xls", "docx", "html")
TITLE = "2026年部门一般公共预算支出预算表（按功能科目分类）"
HEADER = (
    ("部门预算支出功能分类科目", "", "合计", "基本支出", "", "", "项目支出"),
    ("科目编码", "科目名称", "", "小计", "人员经费", "公用经费", ""),
    ("1", "2", "3", "4", "5", "6", "7"),
)
BODY = (
    ("201", "一般公共服务支出", "10.00", "6.00", "4.00", "2.00", "4.00"),
    ("", "合计", "10.00", "6.00", "4.00", "2.00", "4.00"),
)
MERGES = ("A3:B3", "C3:C4", "D3:F3", "G3:G4")
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


# The same book in every format


@pytest.fixture(scope="module")
def truth(books: Path) -> Book:
    return read((books / "yunnan" / "xinfang-2026.txt").read_bytes(), "book")


@pytest.fixture(scope="module", params=MADE)
def made(request: pytest.FixtureRequest, books: Path) -> Book:
    if request.param == "xls":
        pytest.importorskip("python_calamine")
    return read((books / "made" / f"xinfang-2026.{request.param}").read_bytes(), "book")


def test_a_made_book_has_the_tables_of_its_text(truth: Book, made: Book) -> None:
    assert (made.unit, made.year, made.edition, made.fen) == (
        truth.unit,
        truth.year,
        truth.edition,
        truth.fen,
    )
    assert made.absent == truth.absent
    for mine, theirs in zip(made.tables, truth.tables, strict=True):
        assert (mine.form, mine.state, mine.fen) == (theirs.form, theirs.state, theirs.fen)
        assert mine.title.text == theirs.title.text
        assert [note.text for note in mine.notes] == [note.text for note in theirs.notes]
        assert [(c.path, c.number) for c in mine.columns] == [(c.path, c.number) for c in theirs.columns]


def test_a_made_book_has_the_cells_of_its_text(truth: Book, made: Book) -> None:
    for mine, theirs in zip(made.tables, truth.tables, strict=True):
        assert texts(mine) == texts(theirs)


def test_a_made_book_has_the_findings_of_its_text(truth: Book, made: Book) -> None:
    """The text prints the headings of one table askew; where they are merged rightly, that is not found."""
    mine, theirs = audit(made), audit(truth)
    assert mine.coverage.figures == theirs.coverage.figures
    assert mine.coverage.scoped == theirs.coverage.scoped
    assert mine.coverage.in_identities == theirs.coverage.in_identities
    askew = {"read.headings", "read.beyond"}
    assert found(made) == [spots for spots in found(truth) if spots[0] not in askew]
    assert [(c.kind, c.amount) for c in mine.causes] == [(c.kind, c.amount) for c in theirs.causes]


@pytest.mark.parametrize(("source", "ending"), [("docx", "wps"), ("xlsx", "et")])
def test_a_book_saved_for_wps_has_the_tables_of_its_text(
    truth: Book, source: str, ending: str, books: Path, tmp_path: Path
) -> None:
    """The files are made here: LibreOffice saves the formats of Word and Excel 97 under these endings."""
    office = shutil.which("soffice")
    if office is None:
        leave_out("LibreOffice is not installed: no .wps and .et files were made and read")
    pytest.importorskip("python_calamine")
    made = books / "made" / f"xinfang-2026.{source}"
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [office, profile, "--headless", "--convert-to", ending, "--outdir", str(tmp_path), str(made)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    found = read((tmp_path / f"xinfang-2026.{ending}").read_bytes(), "book")
    for mine, theirs in zip(found.tables, truth.tables, strict=True):
        assert (mine.form, mine.state, mine.fen) == (theirs.form, theirs.state, theirs.fen)
        assert texts(mine) == texts(theirs)


def test_every_filled_cell_of_a_made_book_has_its_own_place(made: Book) -> None:
    for table in made.tables:
        places = [cell.place for row in table.rows for cell in row if cell.text]
        assert len(set(places)) == len(places)
        assert all(place.sheet and place.cell for place in places)


def test_a_page_without_tables_is_read(books: Path) -> None:
    found = read((books / "yunnan" / "shenjiju-2026-narrative.html").read_bytes(), "page")
    assert not found.tables and len(found.prose) > 100
    assert found.absent and [f.code for f in audit(found).findings] == ["table.none"]


NARRATIVE = (
    "某局2026年部门预算",
    "目录",
    "部门收支总表",
    "部门收入总表",
    "一、收支情况",
    "2026年收入预算76.50万元，比上年增加1.50万元，增长3.00%。",
)


@pytest.mark.parametrize("form", ["txt", "docx", "html"])
def test_a_text_without_tables_is_checked_as_far_as_it_goes(form: str) -> None:
    """The titles in its list of contents are no empty tables, and what its sentences say is checked."""
    if form == "docx":
        data = document("".join(map(paragraph, NARRATIVE)))
    else:
        lines = NARRATIVE if form == "txt" else [f"<p>{line}</p>" for line in NARRATIVE]
        data = "\n".join(lines if form == "txt" else ["<!DOCTYPE html><html><body>", *lines]).encode()
    found = read(data, "x")
    assert (found.unit, found.year, found.tables) == ("某局", 2026, ())
    assert [cell.text for cell in found.prose] == list(NARRATIVE)
    assert [f.code for f in audit(found).findings] == ["table.none", "prose.rate"]


@pytest.mark.parametrize("text", [NARRATIVE[0], "没有表格。", "# 部门收支总表\n\n部门收入总表"])
def test_what_has_neither_tables_nor_sentences_is_refused(text: str) -> None:
    assert refused(text.encode()) == "no-tables"


# Rows that number the columns


@pytest.mark.parametrize(
    "numbers",
    [
        ("栏次", "", "1", "2", "3", "4", "5"),
        ("**", "**", "1", "2", "3", "4", "5"),
        ("栏次", "", "1=2+5", "2", "3", "4", "5"),
        ("1", "2", "3", "4", "5", "6", "7"),
    ],
)
@pytest.mark.parametrize("form", ["xlsx", "docx", "html"])
def test_a_row_of_column_numbers_is_no_row_of_the_body(form: str, numbers: tuple[str, ...]) -> None:
    header = (*HEADER[:2], numbers)
    if form == "xlsx":
        data = xlsx([[TITLE], ["单位名称：甲局", "", "", "", "", "", "单位：万元"], *header, *BODY])
    elif form == "docx":
        data = docx(header, BODY)
    else:
        data = page().replace(html_rows([HEADER[2]]).encode(), html_rows([numbers]).encode())
    table = only(data)
    assert [row[1].text for row in table.rows] == ["一般公共服务支出", "合计"]
    assert table.columns[-1].number == numbers[-1] and not table.remarks


@pytest.mark.parametrize("first", [("—", "—", "—"), ("201", "1", "2"), ("", "1", "2")])
def test_a_row_of_the_body_is_no_row_of_column_numbers(first: tuple[str, ...]) -> None:
    rows = [("项目", "合计", "基本支出"), first, ("合计", "3.00", "1.00")]
    table = only(xlsx([["部门支出总表"], ["单位：万元"], *rows], merges=()))
    assert len(table.rows) == 2


# Excel


def test_a_sheet_holds_its_title_its_unit_and_its_merged_headings() -> None:
    table = only(xlsx(sheet()))
    assert (table.form, table.unit and table.unit.text) == ("02-2", "单位名称：甲局")
    assert table.columns[4].path == ("基本支出", "人员经费")
    assert table.rows[0][2].place[3:5] == ("表", "C6")
    assert [row[2].text for row in table.rows] == ["10.00", "10.00"]
    assert [note.text for note in table.notes] == ["说明：无。"]


def test_several_tables_in_a_sheet_are_told_apart_by_their_titles() -> None:
    twice = [*sheet(), [], *sheet("2026年部门政府性基金预算支出预算表")]
    book = read(xlsx(twice), "book")
    assert [table.form for table in book.tables] == ["02-2", "06"]
    assert [len(table.rows) for table in book.tables] == [2, 2]


def test_a_sheet_without_a_title_takes_the_name_on_its_tab() -> None:
    assert only(xlsx([*HEADER, *BODY], name="部门收支总表")).title.text == "部门收支总表"


@pytest.mark.parametrize(
    "value, code, expected",
    [
        ("10715271.89", "#,##0.00", "10,715,271.89"),
        ("10715271.890000001", "#,##0.00", "10,715,271.89"),
        ("0.30000000000000004", "", "0.3"),
        ("2014001", "General", "2014001"),
        ("1071.527189", "0.00_ ", "1071.53"),
        ("1.005", "0.00", "1.01"),
        ("-0.001", "0.00", "0.00"),
        ("0.05", "0%", "5%"),
        ("123456", "0!.0000", "12.3456"),
        ("1234567890", '#,##0.00,,"百万"', "1,234.57百万"),
        ("-5", "#,##0.00_);[Red]\\(#,##0.00\\)", "(5.00)"),
        ("-1234.5", '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', "-1,234.50"),
        ("0", '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', "-"),
        ("0", "#,##0.00;-#,##0.00;", ""),
        ("201", "000000", "000201"),
        ("5", '0"元"', "5元"),
        ("46023", 'yyyy"年"m"月"d"日";@', "2026年1月1日"),
        ("0.5", "# ?/?", "0.5"),
        ("1e400", "0.00", "1e400"),
    ],
)
def test_a_number_reads_as_its_format_prints_it(value: str, code: str, expected: str) -> None:
    assert shown(value, code) == expected


def test_the_formats_of_a_workbook_are_used() -> None:
    rows = [*HEADER, ("201", "支出", 0.1, 1e7, "", "", ""), ("", "合计", 10715271.89, 0, "", "", "")]
    table = only(xlsx(rows, code="#,##0.00"))
    assert [cell.text for cell in table.rows[1]][2:4] == ["10,715,271.89", "0.00"]
    assert table.rows[0][3].text == "10,000,000.00"


def test_formulas_are_never_worked_out() -> None:
    cells = '<c r="C4"><f>SUM(C1:C3)</f><v>7.5</v></c><c r="D4"><f>1+1</f></c>'
    cells += '<c r="E4" t="inlineStr"><is><t>=cmd|\' /C calc\'!A0</t></is></c>'
    data = xlsx(
        [*HEADER, *BODY], extra=f'<row r="9"><c r="A9" t="str"><v>202</v></c>{cells.replace("4", "9")}</row>'
    )
    row = only(data).rows[-1]
    assert [cell.text for cell in row[:5]] == ["202", "", "7.5", "=1+1", "=cmd|' /C calc'!A0"]


def test_hidden_rows_and_sheets_are_read_and_said() -> None:
    hidden = '<row r="9" hidden="1"><c r="A9" t="str"><v>202</v></c><c r="C9"><v>1</v></c></row>'
    book = read(xlsx([*HEADER, *BODY], extra=hidden), "book")
    assert book.tables[0].rows[-1][0].text == "202"
    assert [(remark.code, remark.cells[0].place.cell) for remark in book.remarks] == [("read.hidden", "A9")]
    book = read(xlsx([*HEADER, *BODY], state="veryHidden"), "book")
    assert [remark.cells[0].place.sheet for remark in book.remarks] == ["表"]


# Word


def test_a_document_is_read_as_its_changes_leave_it() -> None:
    taken = "<w:del><w:r><w:delText>99</w:delText></w:r></w:del>"
    changed = f"{run('10.')}<w:ins>{run('00')}</w:ins>{taken}"
    table = only(docx(HEADER, [("201", "支出", changed, "", "", "", ""), BODY[1]]))
    assert (table.form, table.rows[0][2].text) == ("02-2", "10.00")
    assert table.columns[4].path == ("基本支出", "人员经费")
    assert (table.unit and table.unit.text, table.fen) == ("单位名称：甲局", money.WAN)


def test_hidden_text_of_a_document_is_not_printed() -> None:
    quiet = "<w:r><w:rPr><w:vanish/></w:rPr><w:t>9</w:t></w:r>"
    table = only(docx(HEADER, [("201", "支出", f"{run('1.00')}{quiet}", "", "", "", ""), BODY[1]]))
    assert table.rows[0][2].text == "1.00"


def test_an_old_document_needs_an_office_program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert refused(ole("WordDocument")) == "legacy"
    (tmp_path / "new.docx").write_bytes(docx(HEADER, BODY))
    office = tmp_path / "soffice"
    office.write_text(
        f"#!{sys.executable}\nimport shutil, sys\n"
        "folder = sys.argv[sys.argv.index('--outdir') + 1]\n"
        f"shutil.copy({str(tmp_path / 'new.docx')!r}, folder + '/book.docx')\n"
    )
    office.chmod(0o755)
    assert only(ole("WordDocument")).form == "02-2"
    office.write_text(f"#!{sys.executable}\nraise SystemExit(1)\n")
    assert refused(ole("WordDocument")) == "legacy-failed"


# Web pages


def test_spans_of_a_page_are_unfolded() -> None:
    table = only(page())
    assert (table.form, len(table.rows)) == ("02-2", 2)
    assert table.columns[4].path == ("基本支出", "人员经费")
    assert table.rows[0][2].place[3:5] == ("表1", "C4")


def test_a_table_that_only_lays_out_the_page_is_looked_into() -> None:
    inside = (
        page()
        .decode()
        .replace("<body>", "<body><table><tr><td>菜单</td><td>")
        .replace("</body>", "</td></table>")
    )
    assert [table.form for table in read(inside.encode(), "book").tables] == ["02-2"]


def test_scripts_and_what_is_hidden_are_passed_over() -> None:
    more = "<script>document.write('<table><tr><td>1</table>')</script><table hidden><tr><td>2</table>"
    more += "<div style='display: none'><table><tr><td>3</td></tr></table></div>"
    assert texts(only(page().replace(b"</h2>", b"</h2>" + more.encode()))) == texts(only(page()))


@pytest.mark.parametrize("encoding, said", [("gb18030", "gb2312"), ("utf-8", "utf-8"), ("utf-16", "utf-16")])
def test_a_page_is_read_in_its_encoding(encoding: str, said: str) -> None:
    text = page().decode().replace("<head>", f'<head><meta charset="{said}">')
    assert only(text.encode(encoding)).form == "02-2"


def test_a_table_that_goes_on_after_a_page_break_is_one() -> None:
    rest = "<table>" + html_rows([*HEADER, ("202", "外交支出", "1.00", "", "", "", "")]) + "</table>"
    table = only(page().replace(b"</body>", rest.encode()))
    assert [row[0].text for row in table.rows] == ["201", "", "202"]


# What a file is


def test_a_file_is_what_its_bytes_are() -> None:
    assert kind(xlsx(sheet())) == "xlsx"
    assert kind(docx(HEADER, BODY)) == "docx"
    assert kind(ole("WordDocument")) == "doc"
    assert kind(ole("Workbook")) == "xls"
    assert kind(b"%PDF-1.7") == "pdf"
    assert kind(b"\xef\xbb\xbf \n<TABLE><tr>") == "html"
    assert kind("## 表\n<b>1</b>\t2".encode()) == "text"


# Hostile and broken files


@pytest.mark.parametrize("at", [0.1, 0.5, 0.9, 0.99])
@pytest.mark.parametrize("whole", [lambda: xlsx(sheet()), lambda: docx(HEADER, BODY)], ids=["xlsx", "docx"])
def test_a_truncated_document_is_damaged(whole, at: float) -> None:  # type: ignore[no-untyped-def]
    data = whole()
    assert refused(data[: int(len(data) * at)]) == "damaged"


def test_flipped_bytes_raise_nothing_else() -> None:
    for data in (xlsx(sheet()), docx(HEADER, BODY)):
        for at in range(0, len(data), 7):
            try:
                read(data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :], "book")
            except Unreadable as problem:
                assert f"unreadable.{problem.key}" in catalogue()


def test_a_zip_bomb_is_not_unpacked() -> None:
    assert refused(zipped({**parts(sheet()), "xl/worksheets/sheet1.xml": b" " * (129 << 20)})) == "packed"
    lying = bytearray(zipped({"[Content_Types].xml": b" " * (200 << 20)}))
    at = lying.rindex(b"PK\x01\x02") + 24
    lying[at : at + 4] = (100).to_bytes(4, "little")
    assert refused(bytes(lying)) in ("packed", "damaged", "archive")


@pytest.mark.parametrize("name", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml"])
def test_entities_are_refused(name: str) -> None:
    laughs = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
    bomb = f'<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&l9;&e;</x>'
    assert refused(zipped({**parts(sheet()), name: bomb.encode()})) == "damaged"
    assert refused(zipped({**parts(sheet()), name: bomb.encode("utf-16")})) == "damaged"


def test_references_that_lead_outside_are_not_followed() -> None:
    outside = relations(("rId1", "worksheet", "../../../../etc/passwd"))
    assert refused(zipped({**parts(sheet()), "xl/_rels/workbook.xml.rels": outside})) == "damaged"
    away = relations(("rId1", "worksheet", "http://example.invalid/x")).replace(
        b"/>", b' TargetMode="External"/>'
    )
    assert refused(zipped({**parts(sheet()), "xl/_rels/workbook.xml.rels": away})) == "no-tables"


def test_too_many_columns_are_refused() -> None:
    far = '<row r="9"><c r="XFD9"><v>1</v></c></row>'
    assert refused(xlsx(sheet(), extra=far)) == "columns"
    many = '<row r="9">' + "<c><v>1</v></c>" * 1_000_000 + "</row>"
    assert refused(xlsx(sheet(), extra=many)) == "columns"
    assert refused(f"<table><tr><td colspan=999>1<td colspan=999>{'<td>2' * 9}".encode()) == "columns"
    wide = f'<w:tc><w:tcPr><w:gridSpan w:val="99999999"/></w:tcPr>{paragraph("1")}</w:tc>'
    assert refused(document(f"<w:tbl><w:tr>{wide}</w:tr></w:tbl>")) == "columns"


def test_a_table_of_blank_cells_without_end_is_refused() -> None:
    assert refused(b"<table>" + b"<tr><td colspan=1000>1" * 3000) == "cells"


def test_a_merge_over_the_whole_sheet_costs_nothing() -> None:
    assert refused(xlsx(sheet(), merges=["A1:XFD1048576"] * 1000)) == "no-tables"


def test_deep_nesting_is_refused() -> None:
    assert refused(b"<html>" + b"<div>" * 100_000) == "nested"
    assert refused(document("<w:sdt>" * 100_000)) == "damaged"


def test_other_containers_are_named() -> None:
    assert refused(zipped({"a.png": b"1"})) == "archive"
    assert refused(ole("EncryptedPackage")) == "encrypted"
    assert refused(ole("Nothing")) == "office"
    assert refused(b"%PDF-1.7\n") == "damaged"


def test_a_broken_old_workbook_is_damaged() -> None:
    pytest.importorskip("python_calamine")
    assert refused(ole("Workbook")) == "damaged"


def test_every_reason_is_in_the_catalogue() -> None:
    source = "".join(path.read_text("utf-8") for path in Path(gouji.read.__file__).parent.glob("*.py"))
    keys = set(re.findall(r'Unreadable\("([a-z-]+)"', source))
    assert {f"unreadable.{key}" for key in keys} <= set(catalogue())


# Small files


def refused(data: bytes) -> str:
    with pytest.raises(Unreadable) as problem:
        read(data, "book")
    return problem.value.key


def only(data: bytes) -> Table:
    (table,) = read(data, "book").tables
    return table


def texts(table: Table) -> list[list[str | int]]:
    return [[amount(cell.text) for cell in row] for row in table.rows]


def amount(text: str) -> str | int:
    """An amount however it is written, or the words."""
    try:
        parsed = money.parse(text)
    except money.NotAnAmount:
        return normal(text)
    return parsed.fen if parsed else ""


def found(book: Book) -> list[tuple[str, tuple[tuple[int, str, str], ...]]]:
    return sorted(
        (finding.code, tuple(sorted((spot.table, spot.row, spot.column) for spot in finding.spots)))
        for finding in audit(book).findings
    )


def sheet(title: str = TITLE) -> list[Sequence[object]]:
    around: list[Sequence[object]] = [(title,), ("单位名称：甲局", "", "", "", "", "", "单位：元")]
    return [*around, *HEADER, *BODY, ("说明：无。",)]


def xlsx(
    rows: Iterable[Sequence[object]],
    name: str = "表",
    state: str = "visible",
    code: str = "General",
    extra: str = "",
    merges: Sequence[str] = MERGES,
) -> bytes:
    return zipped(parts(rows, name, state, code, extra, merges))


def parts(
    rows: Iterable[Sequence[object]],
    name: str = "表",
    state: str = "visible",
    code: str = "General",
    extra: str = "",
    merges: Sequence[str] = MERGES,
) -> dict[str, bytes]:
    lines = "".join(f'<row r="{n}">{"".join(map(cell, row))}</row>' for n, row in enumerate(rows, 1))
    merged = "".join(f'<mergeCell ref="{ref}"/>' for ref in merges)
    styles = f'<numFmts><numFmt numFmtId="164" formatCode={quoteattr(code)}/></numFmts>'
    styles += '<cellXfs><xf numFmtId="164"/></cellXfs>'
    named = f'<sheets><sheet name={quoteattr(name)} state="{state}" r:id="rId1"/></sheets>'
    return {
        "[Content_Types].xml": types("/xl/workbook.xml", "spreadsheetml.sheet"),
        "xl/workbook.xml": f'<workbook xmlns="{S}" xmlns:r="{R}">{named}</workbook>'.encode(),
        "xl/_rels/workbook.xml.rels": relations(
            ("rId1", "worksheet", "worksheets/sheet1.xml"), ("rId2", "styles", "/xl/styles.xml")
        ),
        "xl/styles.xml": f'<styleSheet xmlns="{S}">{styles}</styleSheet>'.encode(),
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{S}"><sheetData>{lines}{extra}</sheetData>'
        f"<mergeCells>{merged}</mergeCells></worksheet>".encode(),
    }


def cell(value: object) -> str:
    if isinstance(value, float | int):
        return f'<c s="0"><v>{value!r}</v></c>'
    return f'<c t="inlineStr"><is><t>{escape(str(value))}</t></is></c>' if value else "<c/>"


def types(part: str, what: str) -> bytes:
    content = f"application/vnd.openxmlformats-officedocument.{what}.main+xml"
    space = "http://schemas.openxmlformats.org/package/2006/content-types"
    return f'<Types xmlns="{space}"><Override PartName="{part}" ContentType="{content}"/></Types>'.encode()


def relations(*told: tuple[str, str, str]) -> bytes:
    inside = "".join(
        f'<Relationship Id="{i}" Type="{R}/{kind}" Target="{target}"/>' for i, kind, target in told
    )
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/x">{inside}</Relationships>'.encode()


def run(text: str) -> str:
    return f"<w:r><w:t>{escape(text)}</w:t></w:r>"


def paragraph(inside: str) -> str:
    return f"<w:p>{inside if inside.startswith('<') else run(inside)}</w:p>"


def docx(header: Sequence[Sequence[str]], body: Sequence[Sequence[str]]) -> bytes:
    unit = f"{run('单位名称：甲局')}<w:r><w:tab/></w:r>{run('单位：万元')}"
    rows = "".join(
        "<w:tr>" + "".join(f"<w:tc>{paragraph(text)}</w:tc>" for text in row) + "</w:tr>"
        for row in (*header, *body)
    )
    return document(f"{paragraph(TITLE)}{paragraph(unit)}<w:tbl>{rows}</w:tbl>")


def document(body: str) -> bytes:
    main = f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'
    return zipped(
        {
            "[Content_Types].xml": types("/word/document.xml", "wordprocessingml.document"),
            "word/document.xml": main.encode(),
        }
    )


def page() -> bytes:
    header = (
        "<tr><td colspan=2>部门预算支出功能分类科目<td rowspan=2>合计<td colspan='3'>基本支出"
        "<td rowspan='2'>项目<br>支出<tr><th>科目编码<th>科目名称<th>小计<th>人员经费<th>公用经费"
    )
    table = f"<table>{header}{html_rows([HEADER[2], *BODY])}</table>"
    return (
        f"<!DOCTYPE html><html><head></head><body><h2>{TITLE}</h2>"
        f"<p>单位名称：甲局 &nbsp; &nbsp; 单位：元</p>{table}</body></html>"
    ).encode()


def html_rows(rows: Iterable[Sequence[str]]) -> str:
    return "".join("<tr>" + "".join(f"<td>{escape(text)}</td>" for text in row) + "</tr>" for row in rows)


def ole(stream: str) -> bytes:
    """No more than the marks of an old Office file."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + stream.encode("utf-16-le") + bytes(512)


def zipped(files: dict[str, bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in files.items():
            package.writestr(name, content)
    return data.getvalue()
