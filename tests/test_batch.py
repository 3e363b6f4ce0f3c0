"""Many books at once: limits, going on after a stop, surveys, hostile files."""

from __future__ import annotations

import csv
import faulthandler
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from multiprocessing import active_children
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from gouji.cli import pool, work
from gouji.read import read
from gouji.read.docx import _run
from gouji.report.survey import FIELDS, as_csv, unread
from tests.conftest import REPO, Gouji, names
from tests.test_archives import archive
from tests.test_hostile import GOOD, TITLE
from tests.test_read_formats import document, docx, ole, paragraph, sheet, xlsx, zipped
from tests.test_read_formats import parts as xlsx_parts

pytestmark = [
    pytest.mark.usefixtures("english"),
    pytest.mark.skipif(sys.platform != "linux", reason="a worker inherits what is patched here by fork"),
]

SAMPLE = REPO / "src" / "gouji" / "samples" / "yunnan-2026.txt"
TIMEOUT = 60
WRONG = GOOD.replace("20.00\n合", "21.00\n合")
"""The good table with one wrong figure."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Five books; what c.txt does to its reader, a test decides."""
    made = tmp_path / "books"
    made.mkdir()
    for name in "abde":
        (made / f"{name}.txt").write_text(GOOD, encoding="utf-8")
    (made / "c.txt").write_text("hostile")
    return made


def hostile(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Has the reader do something when it is given the hostile file."""

    def reading(data: bytes, *args: object) -> object:
        if data == b"hostile":
            act()
        return read(data, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(work, "read", reading)


OTHERS = ["a.txt", "b.txt", "d.txt", "e.txt"]


# Limits: the book that breaks them is said in a line, the others are checked


def deaf() -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    time.sleep(TIMEOUT)


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("act", [lambda: time.sleep(TIMEOUT), deaf], ids=["slow", "deaf"])
def test_a_book_that_takes_too_long_is_stopped(
    gouji: Gouji, monkeypatch: pytest.MonkeyPatch, folder: Path, jobs: int, act: Callable[[], object]
) -> None:
    hostile(monkeypatch, act)
    start = time.monotonic()
    status, out, err = gouji("check", folder, "--format", "json", "--jobs", jobs, "--limit-seconds", 1)
    assert (status, names(out)) == (2, OTHERS)
    assert err == f"{folder / 'c.txt'}: not done within 1 s, and stopped; --limit-seconds allows more.\n"
    assert time.monotonic() - start < TIMEOUT / 2
    assert active_children() == []


def test_a_book_that_needs_too_much_memory_is_stopped(
    gouji: Gouji, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    hostile(monkeypatch, lambda: bytearray(4 << 30))
    status, out, err = gouji("check", folder, "--format", "json", "--jobs", 1, "--limit-mb", 2048)
    assert (status, names(out)) == (2, OTHERS)
    assert err == (
        f"{folder / 'c.txt'}: needs more memory than the limit of 2048 MB, and was stopped; "
        "--limit-mb allows more.\n"
    )


@pytest.mark.parametrize(
    ("act", "ending"),
    [
        (lambda: (faulthandler.disable(), os.kill(os.getpid(), signal.SIGSEGV)), "SIGSEGV"),
        (lambda: os.kill(os.getpid(), signal.SIGKILL), "SIGKILL"),
        (lambda: os._exit(3), "exit 3"),
    ],
)
def test_a_worker_that_dies_is_replaced(
    gouji: Gouji, monkeypatch: pytest.MonkeyPatch, folder: Path, act: Callable[[], object], ending: str
) -> None:
    hostile(monkeypatch, act)
    status, out, err = gouji("check", folder, "--format", "json", "--jobs", 1)
    assert (status, names(out)) == (2, OTHERS)
    assert err.startswith(f"{folder / 'c.txt'}: the process that read it ended unexpectedly ({ending})")
    assert err.count("\n") == 1


def test_a_worker_that_died_while_it_was_idle_is_replaced() -> None:
    worker = pool._Worker(pool.Limits())
    task = work.Task(str(SAMPLE), work.How("json", "en"))
    for number in range(2):
        worker.give(number, task)
        assert worker.take().status == work.FAULTY
        assert worker._process
        worker._process.kill()
        worker._process.join()
    worker.part()
    worker.end()


def test_what_native_code_says_on_its_way_stays_out(
    gouji: Gouji, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    hostile(monkeypatch, lambda: os.write(2, b"memory allocation failed\n"))
    assert gouji("check", folder, "--format", "json")[2].count("\n") == 1


def test_a_single_book_is_limited_too(gouji: Gouji, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    hostile(monkeypatch, lambda: time.sleep(TIMEOUT))
    status, out, err = gouji("check", folder / "c.txt", "--limit-seconds", 1)
    assert (status, out) == (2, "") and "not done within 1 s" in err


def test_what_a_stopped_worker_has_started_ends_with_it(
    gouji: Gouji, monkeypatch: pytest.MonkeyPatch, folder: Path, tmp_path: Path
) -> None:
    noted = tmp_path / "pid"
    hostile(
        monkeypatch, lambda: _run(["sh", "-c", f"echo $$ > {noted}; exec sleep {TIMEOUT}"], str(tmp_path))
    )
    assert gouji("check", folder / "c.txt", "--limit-seconds", 1)[0] == 2
    with pytest.raises(ProcessLookupError):
        os.kill(int(noted.read_text()), 0)


@pytest.mark.parametrize("option", ["--limit-seconds", "--limit-mb"])
def test_a_limit_is_a_positive_number(gouji: Gouji, option: str) -> None:
    assert gouji("check", SAMPLE, option, "0") == (
        2,
        "",
        f"gouji: argument {option}: “0” is not a positive whole number (see gouji check --help)\n",
    )


# Going on after a stop


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[], list[str]]:
    """The names of the files that were read since it was called last."""
    log = tmp_path / "asked.log"

    def reading(data: bytes, source: str, edition: str | None) -> object:
        with log.open("a") as file:
            file.write(f"{Path(source).name}\n")
        return read(data, source, edition)

    def since() -> list[str]:
        told = sorted(log.read_text().split()) if log.exists() else []
        log.unlink(missing_ok=True)
        return told

    monkeypatch.setattr(work, "read", reading)
    return since


def test_an_interrupted_run_goes_on(gouji: Gouji, folder: Path, asked: Callable[[], list[str]]) -> None:
    out = folder.parent / "out.jsonl"
    command = ("check", folder, "--format", "json", "-o", out, "--resume")
    assert gouji(*command)[0] == 2
    whole = out.read_bytes()
    lines = whole.splitlines(keepends=True)
    assert (len(lines), asked()) == (4, sorted([*OTHERS, "c.txt"]))
    out.write_bytes(lines[0] + lines[1] + lines[2][:100])
    status, _, err = gouji(*command)
    assert (status, out.read_bytes()) == (2, whole)
    assert asked() == ["c.txt", "d.txt", "e.txt"], "what could not be read is tried again"
    assert "c.txt" in err


def test_a_run_that_was_killed_goes_on(gouji: Gouji, tmp_path: Path) -> None:
    books, out = tmp_path / "books", tmp_path / "out.jsonl"
    books.mkdir()
    for number in range(500):
        (books / f"{number:03}.txt").write_text(GOOD, encoding="utf-8")
    command = ["check", books, "--format", "json", "-o", out, "--resume", "--jobs", 1]
    run = subprocess.Popen([sys.executable, "-m", "gouji", *map(str, command)])
    while not out.exists() or out.read_bytes().count(b"\n") < 2:
        time.sleep(0.02)
    run.kill()
    run.wait(TIMEOUT)
    before = out.read_bytes().splitlines(keepends=True)
    assert 2 <= len(before) < 500
    assert gouji(*command) == (0, "", "")
    assert names(out.read_text()) == [f"{number:03}.txt" for number in range(500)]
    assert out.read_bytes().splitlines(keepends=True)[0] == before[0]


def test_a_finished_run_has_nothing_left_and_the_same_status(
    gouji: Gouji, folder: Path, asked: Callable[[], list[str]]
) -> None:
    (folder / "c.txt").write_text(WRONG, encoding="utf-8")
    out = folder.parent / "out.jsonl"
    command = ("check", folder, "--format", "json", "-o", out, "--resume")
    assert gouji(*command)[0] == 1
    whole, _ = out.read_bytes(), asked()
    assert gouji(*command) == (1, "", "")
    assert (asked(), out.read_bytes()) == ([], whole)


def test_a_file_that_has_changed_is_checked_again(
    gouji: Gouji, folder: Path, asked: Callable[[], list[str]]
) -> None:
    (folder / "c.txt").write_text(GOOD, encoding="utf-8")
    out = folder.parent / "out.jsonl"
    command = ("check", folder, "--format", "json", "-o", out, "--resume")
    assert gouji(*command)[0] == 0
    asked()
    (folder / "b.txt").write_text(WRONG, encoding="utf-8")
    os.utime(folder / "d.txt")
    assert gouji(*command)[0] == 1
    assert asked() == ["b.txt"], "the bytes count, not the time"
    assert names(out.read_text()) == ["a.txt", "c.txt", "d.txt", "e.txt", "b.txt"]


def test_reports_of_other_books_stay(gouji: Gouji, folder: Path) -> None:
    out = folder.parent / "out.jsonl"
    for name in ("a.txt", "b.txt", "a.txt"):
        assert gouji("check", folder / name, "--format", "json", "-o", out, "--resume") == (0, "", "")
    assert names(out.read_text()) == ["a.txt", "b.txt"]


def test_what_is_not_reports_is_left_alone(gouji: Gouji, folder: Path) -> None:
    out = folder.parent / "notes.txt"
    for text in ("my notes\n", '{"schema": "gouji.survey/1"}\n', "[]\n"):
        out.write_text(text)
        status, _, err = gouji("check", folder, "--format", "json", "-o", out, "--resume")
        assert (status, out.read_text()) == (2, text)
        assert "holds something other than reports" in err and err.count("\n") == 1


@pytest.mark.parametrize("options", [[], ["--format", "json"], ["-o", "out.txt"]])
def test_only_json_in_a_file_can_be_gone_on_with(gouji: Gouji, options: list[str]) -> None:
    status, _, err = gouji("check", SAMPLE, "--resume", *options)
    assert (status, err) == (2, "gouji: --resume needs --format json and a file: -o OUT (see gouji --help)\n")


def test_a_report_names_the_bytes_that_it_is_of(gouji: Gouji, folder: Path) -> None:
    _, out, _ = gouji("check", folder / "a.txt", "--format", "json")
    schema = json.loads((REPO / "src" / "gouji" / "report" / "schema.json").read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(json.loads(out))
    told = subprocess.run(["sha256sum", folder / "a.txt"], capture_output=True, text=True).stdout
    assert json.loads(out)["sha256"] == told.split()[0]
    _, out, _ = gouji("check", folder, "--one-book", "--format", "json")
    files = [folder / f"{name}.txt" for name in "abcde"]
    listed = subprocess.run(["sha256sum", *files], capture_output=True).stdout
    told = subprocess.run(["sha256sum"], input=listed, capture_output=True).stdout.decode()
    assert json.loads(out)["sha256"] == told.split()[0]


# Surveys


def test_a_survey_as_data(gouji: Gouji, folder: Path) -> None:
    status, out, err = gouji("survey", folder, SAMPLE, "--format", "json")
    told = json.loads(out)
    schema = json.loads((REPO / "src" / "gouji" / "report" / "survey.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(told)
    assert status == 2 and err == f"{folder / 'c.txt'}: no table found; give a file with the budget tables.\n"
    *_, sample = told["books"]
    assert [row["error"] for row in told["books"]] == [None, None, err.rstrip("\n"), None, None, None]
    assert (sample["tables"], sample["absent"], sample["figures"], sample["scoped"]) == (16, 1, 434, 434)
    assert (sample["pages"], sample["errors"], told["books"][2]["tables"]) == (None, 32, None)
    assert (told["total"]["books"], told["total"]["unread"], told["total"]["tables"]) == (6, 1, 20)
    assert sample["seconds"] > 0


def test_a_survey_as_csv(gouji: Gouji, folder: Path) -> None:
    out = folder.parent / "survey.csv"
    assert gouji("survey", folder, "--format", "csv", "-o", out)[:2] == (2, "")
    rows = list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8"))))
    assert tuple(rows[0]) == FIELDS
    assert [Path(row["source"]).name for row in rows] == [*sorted([*OTHERS, "c.txt"]), "total"]
    assert [row["tables"] for row in rows] == ["1", "1", "", "1", "1", "4"]


def test_a_survey_on_a_terminal(gouji: Gouji, folder: Path) -> None:
    _, out, _ = gouji("survey", folder, "--lang", "zh")
    lines = out.splitlines()
    assert lines[0].split() == [
        "文件",
        "种类",
        "页",
        "表",
        "缺表",
        "数字",
        "有口径",
        "已勾稽",
        "错误",
        "警告",
        "提示",
        "涉密",
        "秒",
    ]
    assert lines[-2].startswith("合计") and lines[-1] == "共 5 本，其中 1 本没有读出。"
    assert max(map(len, lines)) <= 80


def test_a_survey_says_what_it_has_not_read_of_a_book(gouji: Gouji, tmp_path: Path) -> None:
    (tmp_path / "book.zip").write_bytes(archive([("a.txt", GOOD.encode()), ("b.csv", b"\0")]))
    status, out, _ = gouji("survey", tmp_path, "--format", "json")
    (row,) = json.loads(out)["books"]
    assert (status, row["tables"]) == (2, 1) and "b.csv: not text" in row["error"]


def test_a_survey_shares_the_limits(gouji: Gouji, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    hostile(monkeypatch, lambda: time.sleep(TIMEOUT))
    status, out, _ = gouji("survey", folder, "--format", "json", "--limit-seconds", 1)
    row = json.loads(out)["books"][2]
    assert status == 2 and "not done within 1 s" in row["error"] and row["seconds"] >= 1


@pytest.mark.parametrize("mark", ["=", "+", "-", "@", "＝", "\t=", "\r\n-"])
def test_no_cell_of_csv_is_a_formula(mark: str) -> None:
    rows = [unread(f"{mark}cmd|' /C calc'!A0.txt", f"{mark}1+1: no table found")]
    for row in csv.reader(io.StringIO(as_csv(rows, "en"))):
        assert not any(cell.startswith(("=", "+", "-", "@", "＝", "\t", "\r")) for cell in row)


def test_the_real_books_can_be_surveyed(gouji: Gouji, books: Path) -> None:
    status, out, _ = gouji("survey", books / "made", books / "yunnan", "--format", "json")
    rows = {Path(row["source"]).name: row for row in json.loads(out)["books"]}
    assert rows.pop("shenjiju-2026-narrative.html")["tables"] == 0
    unread = [row for row in rows.values() if row["error"] is not None]  # .doc without an office program
    assert status == (2 if unread else 0)
    assert {row["tables"] for row in rows.values() if row["error"] is None} == {13}
    assert rows["xinfang-2026.pdf"]["pages"] == 30


# Hostile files through the command: one line each


def bomb() -> bytes:
    return zipped({**xlsx_parts(sheet()), "xl/worksheets/sheet1.xml": b" " * (129 << 20)})


def entities() -> bytes:
    text = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
    return zipped({**xlsx_parts(sheet()), "xl/workbook.xml": text})


HOSTILE: dict[str, tuple[bytes, str]] = {
    "locked.xlsx": (ole("EncryptedPackage"), "password"),
    "cut.xlsx": (xlsx(sheet())[:-300], "damaged"),
    "cut.pdf": (b"%PDF-1.7\n1 0 obj <</Type /Catalog", "damaged"),
    "none.pdf": (
        b"%PDF-1.7\n1 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>",
        "no pages",
    ),
    "bomb.xlsx": (bomb(), "unpacks"),
    "bomb.zip": (archive([("x.txt", b"0" * (129 << 20))]), "unpacks"),
    "twice.zip": (archive([("x.zip", archive([("y.zip", b"")]))]), "zip inside a zip"),
    "entities.xlsx": (entities(), "damaged"),
    "deep.html": (b"<html>" + b"<div>" * 100_000, "deeper"),
    "deep.docx": (document("<w:sdt>" * 100_000), "damaged"),
    "=cmd|' C calc'!A0.txt": (b"\0", "not text"),
}


def test_hostile_files_are_one_line_each(gouji: Gouji, tmp_path: Path) -> None:
    pytest.importorskip("pypdfium2")
    for name, (data, _) in HOSTILE.items():
        (tmp_path / name).write_bytes(data)
    with (tmp_path / "sparse.xlsx").open("wb") as file:
        file.truncate(2 << 30)
    (tmp_path / "good.txt").write_text(GOOD, encoding="utf-8")
    status, out, err = gouji("check", tmp_path, "--format", "json", "--limit-seconds", 20)
    assert (status, names(out)) == (2, ["good.txt"])
    reasons = {**{name: reason for name, (_, reason) in HOSTILE.items()}, "sparse.xlsx": "over the limit"}
    told = dict(line.removeprefix(f"{tmp_path}/").split(": ", 1) for line in err.splitlines())
    assert told.keys() - {name.replace("zip", "zip/x") for name in reasons} <= reasons.keys()
    for name, reason in reasons.items():
        assert reason in told[name], name


def test_formulas_in_cells_are_text(gouji: Gouji, tmp_path: Path) -> None:
    formula = "=cmd|' /C calc'!A0"
    (tmp_path / "a.txt").write_text(GOOD.replace("城市建设支出", formula), encoding="utf-8")
    status, out, _ = gouji("check", tmp_path / "a.txt", "--format", "json")
    assert status in (0, 1) and formula in out
    assert gouji("survey", tmp_path, "--format", "csv")[0] == 0


OPENED = """
import sys
opened = []
def hook(event, arguments):
    if event in ("open", "socket.connect", "socket.getaddrinfo", "subprocess.Popen"):
        opened.append((event, str(arguments[0])))
from gouji.cli import work
sys.addaudithook(hook)
for path in sys.argv[1:]:
    print(work.work(work.Task(path, work.How("json", "en"))).text)
print([(e, p) for e, p in opened if "site-packages" not in p and ".py" not in p and "/gouji/" not in p])
"""


def test_nothing_but_the_given_file_is_opened(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("SECRET")
    uri = secret.as_uri()
    page = f'<table><tr><td>{TITLE}<img src="{uri}"><iframe src="{uri}"></iframe></table>'
    page = f'<html><head><link rel=stylesheet href="{uri}"><base href="{uri}"></head>{page}'
    linked = f'<w:p><w:hyperlink r:id="rId9"/></w:p><w:p><w:fldSimple w:instr="INCLUDETEXT {uri}"/></w:p>'
    linked = linked.replace("r:id", "w:id") + paragraph("甲")
    outside = f'<?xml-stylesheet href="{uri}"?><x xmlns:xi="http://www.w3.org/2001/XInclude">'
    outside += f'<xi:include href="{uri}" parse="text"/></x>'
    files = {
        "a.html": page.encode(),
        "b.docx": document(linked),
        "c.docx": docx([["甲"]], [["乙"]]),
        "d.xlsx": zipped({**xlsx_parts(sheet()), "xl/sharedStrings.xml": outside.encode()}),
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    paths = [str(tmp_path / name) for name in files]
    done = subprocess.run(
        [sys.executable, "-c", OPENED, *paths], capture_output=True, text=True, timeout=TIMEOUT
    )
    *reports, opened = done.stdout.splitlines()
    assert done.stderr == "" and "SECRET" not in "".join(reports)
    assert [path for _, path in eval(opened)] == paths
