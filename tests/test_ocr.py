"""Pictures of pages: two readings made one, sums that tell a misreading from a misprint, and a scan read.

Only the last tests start the reader itself; `-m "not slow"` leaves them out.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from gouji.audit import Audit, audit
from gouji.book import RECOGNISED, Book, Cell, Place, Reading, Remark
from gouji.read import Unreadable, read
from gouji.report.data import book_data
from gouji.report.words import cause_text, finding_text, slip_text
from tests.conftest import LEFT_OUT

TINY = Path(__file__).parent / "errors" / "cause.wrong-figure.txt"
SURE = Reading(0.99)


def lines(wrong: Mapping[str, str]) -> str:
    """The text of a tiny book whose sums hold, but for what is changed."""
    text = TINY.read_text(encoding="utf-8").replace(
        "80,000.00\t80,000.00\t80,000.00", "\t".join(["60,000.00"] * 3)
    )
    for old, new in wrong.items():
        assert old in text
        text = text.replace(old, new, 1)
    return text


def recognised(text: str, readings: Mapping[str, Reading] | None = None) -> Book:
    """A book as if it had been recognised in pictures: surely, but for cells with these texts."""
    book = read(text.encode(), "scan.pdf")
    told = readings or {}
    tables = tuple(
        replace(
            table,
            readings={c.place: told.get(c.text, SURE) for row in table.rows for c in row if c.text},
        )
        for table in book.tables
    )
    page = Cell("", Place(file="scan.pdf"))
    return replace(book, tables=tables, remarks=(Remark(RECOGNISED, (page,), (("pages", "1"),)),))


def levels(told: Audit) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for finding in told.findings:
        found.setdefault(finding.level, set()).add(finding.code)
    return found


ONE_DIGIT = {"20126\t档案事务\t600,000.00\t420,000.00": "20126\t档案事务\t600,000.00\t426,000.00"}


def test_the_tiny_book_holds_until_something_is_changed() -> None:
    assert "error" not in levels(audit(read(lines({}).encode(), "book.txt")))
    assert "sum.row" in levels(audit(read(lines(ONE_DIGIT).encode(), "book.txt")))["error"]


def test_a_misread_digit_is_a_note_and_no_fault_of_the_department() -> None:
    told = audit(recognised(lines(ONE_DIGIT)))
    assert "error" not in levels(told)
    assert {"sum.row", "sum.code", "read.misread"} <= levels(told)["note"]
    (finding,) = (f for f in told.findings if f.code == "read.misread")
    assert (finding.args["read"], finding.args["proposed"]) == ("426,000.00", "420,000.00")
    (cause,) = (c for c in told.causes if c.rank == 1)
    assert (cause.kind, cause.proposed, cause.slip) == ("wrong-total", "420000.00", "misread")
    assert finding.id in cause.findings
    assert "识别有误" in cause_text(cause, "zh") and "misread by OCR" in cause_text(cause, "en")
    assert not slip_text(cause, "zh")
    assert "也可能原页就是这样印的" in finding_text(finding, "zh")


def test_where_the_readings_differ_it_is_probably_misread() -> None:
    told = audit(recognised(lines(ONE_DIGIT), {"426,000.00": Reading(0.97, "420,000.00")}))
    (finding,) = (f for f in told.findings if f.code == "read.misread")
    assert "probably misread" in finding_text(finding, "en")


def test_what_another_reading_says_counts_though_it_looks_like_no_slip() -> None:
    wrong = {"20126\t档案事务\t600,000.00\t420,000.00": "20126\t档案事务\t600,000.00\t176,003.41"}
    for readings, expected in (({"176,003.41": Reading(0.8, "420,000.00")}, True), ({}, False)):
        told = audit(recognised(lines(wrong), readings))
        assert any(f.code == "read.misread" for f in told.findings) is expected
        assert "error" not in levels(told)


def test_of_two_figures_the_less_sure_one_is_misread() -> None:
    """Both rows could be the wrong one; the reader is less sure of one of them."""
    row = "档案库房维修专项经费\t\t\t\t\t\t60,000.00\t"
    wrong = {f"{row}60,000.00": f"{row}66,000.00"}
    told = audit(recognised(lines(wrong), {"66,000.00": Reading(0.6)}))
    (finding,) = (f for f in told.findings if f.code == "read.misread")
    assert (finding.args["read"], finding.args["proposed"]) == ("66,000.00", "60,000.00")


def test_figures_of_a_row_that_are_misread_alike_are_each_told() -> None:
    row = "档案库房维修专项经费\t\t\t\t\t\t60,000.00\t"
    wrong = {f"{row}60,000.00\t60,000.00": f"{row}66,000.00\t66,000.00"}
    told = audit(recognised(lines(wrong)))
    assert "error" not in levels(told)
    misread = [f.args for f in told.findings if f.code == "read.misread"]
    assert [(one["read"], one["proposed"]) for one in misread] == [("66,000.00", "60,000.00")] * 2
    (cause,) = (c for c in told.causes if c.rank == 1)
    assert cause.slip == "misread" and len(set(cause.findings)) == len(cause.findings) > 2


def test_a_cell_without_ink_was_not_misread_and_one_with_ink_may_be() -> None:
    gone = "20126\t档案事务\t600,000.00\t420,000.00"
    text = lines({gone: gone.removesuffix("420,000.00")})
    book = recognised(text)
    assert not any(f.code == "read.misread" for f in audit(book).findings)
    table = book.tables[0]
    place = next(row[3].place for row in table.rows if row[0].text == "20126")
    inked = replace(table, readings={**table.readings, place: Reading(0.2, "~")})
    (finding,) = (
        f for f in audit(replace(book, tables=(inked, *book.tables[1:]))).findings if f.code == "read.misread"
    )
    assert (finding.spots[0].place, finding.args["proposed"]) == (place, "420,000.00")


def test_how_a_word_is_spelled_in_a_picture_is_a_note() -> None:
    wrong = {"20126\t档案事务": "20126\t档案亊务"}
    for book, level in (
        (read(lines(wrong).encode(), "book.txt"), "warning"),
        (recognised(lines(wrong)), "note"),
    ):
        assert "code.name" in levels(audit(book))[level]


def test_what_no_misreading_explains_is_a_warning_that_says_how_it_was_read() -> None:
    text = lines({})
    row = next(line for line in text.splitlines() if line.startswith("专项业务类") and "60,000.00" in line)
    told = audit(recognised(text.replace(row + "\n", "")))
    assert "error" not in levels(told)
    broken = [f for f in told.findings if f.code.startswith("sum.")]
    assert broken and {f.level for f in broken} == {"warning"}
    assert all("OCR" in finding_text(f, lang) for f in broken for lang in ("zh", "en"))
    assert any(cause.kind == "missing-row" for cause in told.causes)


def test_a_book_with_text_is_judged_as_before() -> None:
    told = audit(read(lines(ONE_DIGIT).encode(), "book.txt"))
    assert all("OCR" not in finding_text(f, "zh") for f in told.findings)
    assert all(cause.slip != "misread" for cause in told.causes)
    (outcome,) = (o for o in told.outcomes if o.code == "read.misread")
    assert (outcome.outcome, outcome.reason) == ("not-applicable", "not-recognised")


def test_the_data_of_a_book_tell_how_surely_each_cell_was_read() -> None:
    whole = recognised(lines({}), {"380,000.00": Reading(0.71, "330,000.00")})
    data = json.loads(json.dumps(book_data(whole, "zh")))
    cells = [cell for table in data["tables"] for row in table["rows"] for cell in row if cell["text"]]
    assert {"confidence": 0.71, "other": "330,000.00"} in [cell["reading"] for cell in cells]
    plain = book_data(read(lines({}).encode(), "book.txt"), "zh")
    assert all("reading" not in cell for table in plain["tables"] for row in table["rows"] for cell in row)


# The reader


def needs(*modules: str) -> None:
    for module in modules:
        pytest.importorskip(module, reason=f"{LEFT_OUT}{module} is not installed (the extra `ocr`)")


@pytest.mark.parametrize(
    ("one", "two", "expected"),
    [
        (("1,234.50", 0.9), ("1,234.50", 0.95), ("1,234.50", 0.95, "")),
        (("1，234。50", 0.9), ("1,234.50", 0.8), ("1,234.50", 0.9, "")),
        (("1,234.5", 0.9), ("1,234.50", 0.8), ("1,234.50", 0.8, "1,234.5")),
        (("12,34.50", 0.9), ("1,234.50", 0.8), ("1,234.50", 0.8, "12,34.50")),
        (("6,815,871.85", 0.9), ("6,815,871.89", 0.95), ("6,815,871.85", 0.9, "6,815,871.89")),
        (("6,815,871.85", 0.7), ("6,815,871.89", 0.95), ("6,815,871.89", 0.95, "6,815,871.85")),
        (("行政运行", 0.8), ("", 0.0), ("行政运行", 0.8, "")),
    ],
)
def test_two_readings_are_made_one(
    one: tuple[str, float], two: tuple[str, float], expected: tuple[str, float, str]
) -> None:
    needs("rapidocr", "onnxruntime")
    from gouji.read.ocr.engine import Told
    from gouji.read.ocr.readings import joined

    told = joined(Told(*one), Told(*two))
    assert told == expected


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("7.617.01", "7,617.01"),
        ("2525,000.00", "2,525,000.00"),
        ("6,815871,89", "6,815,871.89"),
        ("1682.76", "1682.76"),
        ("-1,234，50", "-1,234.50"),
        ("12,34.50", "12,34.50"),
        ("0.00", "0.00"),
        ("2.5", "2.5"),
        ("1.2.3", "1.2.3"),
    ],
)
def test_commas_and_points_stand_where_they_are_printed_and_digits_stay(read: str, meant: str) -> None:
    needs("cv2")
    from gouji.read.ocr.readings import tidy

    assert tidy(read) == meant


def test_words_are_spelled_as_the_vocabulary_and_the_book_have_them() -> None:
    needs("cv2")
    from gouji.read.ocr.words import spelled

    texts = [
        ("国有资本经警预算", 0.9, "国有资本经营预算"),
        ("财政专户等理消金", 0.7, "财政专户管理资金"),
        ("（二）外文支出", 0.9, "(二)外交支出"),
        ("国有资本经警预算", 0.999, ""),  # surely read
        ("甲山县档案馆", 0.99, ""),
        ("甲山县档案馆", 0.99, ""),
        ("甲山县裆案馆", 0.93, "甲山县档案馆"),
        ("乙山县档案馆", 0.93, ""),  # another one
        ("12345678", 0.5, ""),
    ]
    cells = {
        Place(line=i): (Cell(text, Place(line=i)), Reading(sure)) for i, (text, sure, _) in enumerate(texts)
    }
    told = spelled(cells)
    assert {place.line: one for place, one in told.items()} == {
        i: (meant, Reading(sure, text)) for i, (text, sure, meant) in enumerate(texts) if meant
    }


def test_only_a_page_with_marks_wakes_the_reader() -> None:
    needs("cv2")
    import cv2
    import numpy as np

    from gouji.read.ocr.marks import has_marks

    page = np.full((3500, 2480), 240, np.uint8)
    assert not has_marks(page, 0.24)
    cv2.rectangle(page, (300, 300), (2000, 2000), 0, 4)
    assert not has_marks(page, 0.24)
    cv2.putText(page, "1234", (500, 500), cv2.FONT_HERSHEY_SIMPLEX, 1.5, 0, 3)
    assert has_marks(page, 0.24)
    assert not has_marks(np.zeros((2, 1_000_000), np.uint8), 0.24)


def test_words_that_fill_a_cell_are_no_rule() -> None:
    needs("cv2")
    import numpy as np

    from gouji.read.ocr.rules import ink, rules

    page = np.full((800, 1000), 255, np.uint8)
    for y in (100, 300):
        page[y : y + 3, 100:901] = 0
    for x in (100, 500, 620, 898):
        page[100:303, x : x + 3] = 0
    page[200:203, 510:614] = 0  # 25 points long, and 2 from the rules beside it
    across, _, dark = rules(ink(page, 0.24), 0.24)
    assert len(across) == 2 and dark[201, 560]


def test_rules_are_found_and_strokes_of_characters_are_not() -> None:
    needs("cv2")
    import numpy as np

    from gouji.read.ocr.rules import ink, rules

    page = np.full((800, 1000), 255, np.uint8)
    for y in (100, 200, 300):
        page[y : y + 3, 100:901] = 0
    for x in (100, 500, 898):
        page[100:303, x : x + 3] = 0
    page[140:143, 200:230] = 0  # 一
    across, down, dark = rules(ink(page, 0.24), 0.24)
    assert [round(rule.at / 0.24 - 1.5) for rule in sorted(across)] == pytest.approx([100, 200, 300], abs=2)
    assert len(down) == 3
    assert dark[141, 215] and not dark[101, 300]


def test_without_the_extra_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    from gouji.cli.work import unreadable

    needs("pypdfium2")
    from tests.small_pdf import drawn

    picture = "q 500 0 0 700 50 50 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \x7f EI Q\n"
    monkeypatch.setitem(sys.modules, "gouji.read.ocr", None)
    monkeypatch.delattr("gouji.read.ocr", raising=False)
    for data in (drawn(picture), b"\x89PNG\r\n\x1a\n"):
        with pytest.raises(Unreadable) as problem:
            read(data, "scan.pdf")
        for lang in ("zh", "en"):
            said = unreadable("scan.pdf", problem.value, lang)
            assert 'pip install "gouji[ocr]"' in said and "\n" not in said


def test_without_the_extra_a_book_with_some_pictures_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    needs("pypdfium2")
    from tests.small_pdf import drawn, table, words

    rows = [("科目编码", "科目名称", "合计"), ("201", "一般公共服务支出", "10.00"), ("", "合计", "10.00")]
    picture = "q 500 0 0 700 50 50 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \x7f EI Q\n"
    text = words(90, 800, "一般公共预算支出表") + table(90, 780, rows)
    monkeypatch.setitem(sys.modules, "gouji.read.ocr", None)
    monkeypatch.delattr("gouji.read.ocr", raising=False)
    told = audit(read(drawn(text, picture), "book.pdf"))
    (finding,) = (f for f in told.findings if f.code == "read.picture-pages")
    assert [spot.place.page for spot in finding.spots] == [2] and finding.level == "warning"


def test_a_book_of_text_loads_nothing_that_recognises() -> None:
    ask = (
        "import sys; from gouji.cli import main\n"
        "try: main(['check', sys.argv[1], '--format', 'json'])\n"
        "except SystemExit: pass\n"
        "print([m for m in ('cv2', 'numpy', 'onnxruntime', 'rapidocr') if m in sys.modules], file=sys.stderr)"
    )
    told = subprocess.run([sys.executable, "-c", ask, str(TINY)], capture_output=True, text=True, check=True)
    assert told.stderr.strip() == "[]"


@cache
def scan() -> bytes:
    """A tiny book as pictures of its pages, without any text."""
    needs("rapidocr", "onnxruntime", "typst", "PIL")
    import io

    import pypdfium2

    from gouji.forms import edition
    from gouji.write.pdf import write

    book = read(lines(ONE_DIGIT).encode(), "book.txt")
    book = replace(book, tables=book.tables[:1])
    data = write(book, edition(book.edition))
    told = io.BytesIO()
    with pypdfium2.PdfDocument(data) as document:
        numbers = [
            i for i in range(len(document)) if "科目编码" in document[i].get_textpage().get_text_range()
        ]
        pages = [document[i].render(scale=300 / 72, grayscale=True).to_pil() for i in numbers]
    pages[0].save(told, "PDF", save_all=True, append_images=pages[1:], resolution=300)
    return told.getvalue()


@pytest.mark.slow
def test_a_scanned_book_is_read_and_its_figures_are_right() -> None:
    book = read(scan(), "scan.pdf")
    (table,) = book.tables
    assert table.form == "02-2"
    truth = read(lines(ONE_DIGIT).encode(), "book.txt").tables[0]
    assert [[cell.text for cell in row] for row in table.rows] == [
        [cell.text for cell in row] for row in truth.rows
    ]
    figures = [cell for row in table.rows for cell in row if "." in cell.text]
    assert all(table.readings[cell.place].confidence > 0.8 for cell in figures)
    assert book.recognised == {("scan.pdf", 1)}
    assert "error" not in levels(audit(book))


def checked(data: bytes, folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """What the command says of a file."""
    file = folder / "scan.pdf"
    file.write_bytes(data)
    ask = [sys.executable, "-m", "gouji", "check", str(file), "--format", "json", "--lang", "en", *options]
    return subprocess.run(ask, capture_output=True, text=True)


@pytest.mark.slow
def test_a_book_with_text_and_pictures_is_one_book_within_the_limit_of_memory(tmp_path: Path) -> None:
    """The page that is a picture goes on where the page with text says who and what."""
    pdfium = pytest.importorskip("pypdfium2")
    import io

    from tests.small_pdf import drawn, table, words

    rows = [("科目编码", "科目名称", "合计"), ("201", "一般公共服务支出", "10.00"), ("", "合计", "10.00")]
    text = words(200, 810, "一般公共预算支出表") + table(90, 780, rows)
    told = io.BytesIO()
    with pdfium.PdfDocument(drawn(text)) as book, pdfium.PdfDocument(scan()) as pictures:
        book.import_pages(pictures)
        book.save(told)
    done = checked(told.getvalue(), tmp_path, "--limit-seconds", "600")  # a busy machine; memory is the limit
    assert done.returncode in (0, 1), done.stderr
    report = json.loads(done.stdout)
    recognised_pages = [f for f in report["findings"] if f["code"] == "read.recognised"]
    assert "Page(s) 2 are pictures whose text was read by OCR" in recognised_pages[0]["message"]
    assert not any(
        f["level"] == "error" and any(spot["place"]["page"] == 2 for spot in f["spots"])
        for f in report["findings"]
    )


@pytest.mark.slow
def test_a_page_that_takes_longer_than_a_book_may_is_given_up(tmp_path: Path) -> None:
    done = checked(scan(), tmp_path, "--limit-seconds", "1")
    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1 and "1 s" in done.stderr


@pytest.mark.slow
def test_a_picture_turned_on_its_side_reads_the_same() -> None:
    scan()
    import io

    import pypdfium2

    image = pypdfium2.PdfDocument(scan())[0].render(scale=300 / 72, grayscale=True).to_pil()
    told = io.BytesIO()
    image.rotate(90, expand=True).rotate(1, fillcolor=255).save(told, "PNG")
    (table,) = read(told.getvalue(), "scan.png").tables
    assert [cell.text for cell in table.rows[0]][:3] == ["201", "一般公共服务支出", "600,000.00"]
