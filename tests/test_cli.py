"""The command: its options, exit codes, errors, streaming and order, as a user meets them."""

import errno
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gouji import __version__
from gouji.cli import MODULES, NO_READER, STOPPED, check, files, main, pages, pool, work
from gouji.cli.files import sources, written
from gouji.cli.options import known_codes, language
from gouji.messages import catalogue
from gouji.read import read
from tests.conftest import REPO, Gouji

SAMPLE = REPO / "src" / "gouji" / "samples" / "yunnan-2026.txt"
TIMEOUT = 60


@pytest.fixture(autouse=True)
def chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def books(tmp_path: Path) -> Path:
    """A folder: two books, two files that cannot be read, some that are none of ours."""
    folder = tmp_path / "books"
    (folder / "b").mkdir(parents=True)
    (folder / ".git").mkdir()
    shutil.copy(SAMPLE, folder / "a.txt")
    shutil.copy(SAMPLE, folder / "b" / "a.md")
    (folder / "empty.txt").write_bytes(b"")
    (folder / "nul.csv").write_bytes(b"\0\1\2")
    for other in ("photo.png", ".hidden.txt", ".git/a.txt"):
        (folder / other).write_bytes(b"x")
    return folder


def heeding() -> None:
    """Ctrl-C ends the command even where the tests run in the background of a shell, which ignores it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def process(*args: object, **options: object) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "gouji", *map(str, args)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, **options)  # type: ignore[call-overload, no-any-return]


# check: reports and exit codes


def test_a_book_with_errors_exits_1(gouji: Gouji) -> None:
    status, out, err = gouji("check", SAMPLE)
    assert (status, err) == (1, "")
    assert out.startswith("云溪市科学技术馆2026年部门预算核对报告\n")


def test_a_book_without_errors_exits_0(gouji: Gouji) -> None:
    status, out, err = gouji("check", SAMPLE, "--only", "code.unknown", "--format", "json", "--skip", "code")
    assert (status, err) == (0, "")
    assert json.loads(out)["summary"] == {"errors": 0, "warnings": 0, "notes": 0}


def test_json_is_one_line_a_book_in_the_order_given(gouji: Gouji, books: Path) -> None:
    status, out, _ = gouji("check", books / "b", books / "a.txt", "--format", "json", "--jobs", 1)
    assert status == 1
    assert [json.loads(line)["source"] for line in out.splitlines()] == [
        str(books / "b" / "a.md"),
        str(books / "a.txt"),
    ]


def test_what_cannot_be_read_is_said_in_one_line_and_the_rest_is_checked(gouji: Gouji, books: Path) -> None:
    status, out, err = gouji("check", books, "gone.txt", "--format", "json")
    assert status == 2
    assert [json.loads(line)["source"] for line in out.splitlines()] == [
        str(books / "a.txt"),
        str(books / "b" / "a.md"),
    ]
    assert err.splitlines() == [
        f"{books / 'empty.txt'}：文件是空的。",
        f"{books / 'nul.csv'}：第 0 字节起不是文本；请给出文本、Markdown、TSV 或 CSV 文件。",
        "gone.txt：没有这个文件。",
    ]


def test_errors_are_in_the_language_asked_for(gouji: Gouji) -> None:
    assert gouji("check", "gone.txt", "--lang", "en") == (2, "", "gone.txt: no such file.\n")


def test_a_folder_without_books_is_said(gouji: Gouji, tmp_path: Path) -> None:
    assert gouji("check", tmp_path) == (2, "", f"{tmp_path}：文件夹里没有能读的文件。\n")


def test_a_name_that_no_file_can_have_is_missing(gouji: Gouji) -> None:
    assert gouji("check", "a\0b")[0] == 2


def test_a_file_that_may_not_be_read_is_denied(gouji: Gouji, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(files, "open", denied, raising=False)
    status, _, err = gouji("check", SAMPLE)
    assert (status, err) == (2, f"{SAMPLE}：读不了这个文件（{os.strerror(errno.EACCES)}）。\n")


def test_a_file_larger_than_any_book_is_not_read_to_its_end(gouji: Gouji, tmp_path: Path) -> None:
    huge = tmp_path / "huge.txt"
    with huge.open("wb") as file:
        file.truncate(10**12)
    status, _, err = gouji("check", huge)
    assert status == 2
    assert err == f"{huge}：文件有 953675 MB，超过 64 MB 的上限；请只给出预算公开文本。\n"


def test_a_hostile_name_cannot_move_the_cursor(gouji: Gouji) -> None:
    _, _, err = gouji("check", "\x1b[2Jgone\n.txt")
    assert err == "\ufffd[2Jgone .txt：没有这个文件。\n"


def test_a_fault_of_our_own_is_one_line(gouji: Gouji, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("of zero\nby zero")

    monkeypatch.setattr(work, "audit", broken)
    status, out, err = gouji("check", SAMPLE)
    assert (status, out) == (2, "")
    what = r"ZeroDivisionError: of zero by zero \(test_cli\.py:\d+\)"
    assert re.fullmatch(rf".*：内部错误 {what}；这本没有核对，请报告此问题。\n", err)


def test_standard_input_is_a_book(tmp_path: Path) -> None:
    with process("check", "-", "--format", "json") as run:
        out, err = run.communicate(SAMPLE.read_bytes(), timeout=TIMEOUT)
    assert (run.returncode, err) == (1, b"")
    assert json.loads(out)["source"] == "-"


def test_empty_standard_input_is_named(gouji: Gouji) -> None:
    with process("check", "-", "--lang", "zh") as run:
        out, err = run.communicate(b"", timeout=TIMEOUT)
    assert (run.returncode, out, err.decode()) == (2, b"", "标准输入：文件是空的。\n")


def test_only_and_skip_take_codes_prefixes_and_lists(gouji: Gouji) -> None:
    def codes(*options: str) -> set[str]:
        _, out, _ = gouji("check", SAMPLE, "--format", "json", *options)
        return {finding["code"] for finding in json.loads(out)["findings"]}

    everything = codes()
    assert {"sum.column", "table.absent"} <= everything
    assert codes("--only", "sum.column") == {"sum.column"}
    assert codes("--only", "sum,table", "--skip", "sum.column") == {
        code for code in everything if code.split(".")[0] in ("sum", "table") and code != "sum.column"
    }
    assert codes("--skip", "sum", "--skip", "table") == {
        code for code in everything if code.split(".")[0] not in ("sum", "table")
    }


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--only", "sum.colum"], "没有代码“sum.colum”；相近的有 sum.column"),
        (["--skip", "targets"], "没有代码“targets”；相近的有 target"),
        (["--only", "qqqqqq"], "没有代码“qqqqqq”（"),
        (["--edition", "utopia-2026"], "没有表式“utopia-2026”；现有 "),
        (["--jobs", "0"], "“0”不是正整数"),
        (["--jobs", "many"], "“many”不是正整数"),
        (["--format", "xml"], "--format 不能是 'xml'；可用："),
        (["--unheard-of"], "不认识的参数：--unheard-of"),
        (["another.txt", "--format", "html"], "html 须用 -o 指定文件夹"),
        (["-o", "/nowhere/at/all"], "写不了 /nowhere/at/all"),
    ],
)
def test_wrong_usage_is_one_clear_line(gouji: Gouji, arguments: list[str], complaint: str) -> None:
    status, out, err = gouji("check", SAMPLE, *arguments)
    assert (status, out) == (2, "")
    assert complaint in err and err.count("\n") == 1 and err.startswith("gouji: ")


def test_no_command_is_wrong_usage(gouji: Gouji) -> None:
    assert gouji()[0] == 2


def test_the_edition_can_be_given(gouji: Gouji) -> None:
    _, out, _ = gouji("check", SAMPLE, "--edition", "yunnan-2026", "--format", "json")
    assert json.loads(out)["book"]["edition"] == "yunnan-2026"


# check: where reports go


def test_a_report_can_go_to_a_file(gouji: Gouji, tmp_path: Path) -> None:
    target = tmp_path / "report.json"
    assert gouji("check", SAMPLE, "--format", "json", "-o", target) == (1, "", "")
    assert json.loads(target.read_text(encoding="utf-8"))["schema"] == "gouji.report/1"
    assert list(tmp_path.iterdir()) == [target]


def test_a_report_that_fails_leaves_the_old_file_alone(tmp_path: Path) -> None:
    target = tmp_path / "report.json"
    target.write_text("old")
    with pytest.raises(KeyboardInterrupt), written(str(target)) as file:
        file.write(b"new")
        raise KeyboardInterrupt
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_link_is_written_through_and_a_device_directly(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "target")
    with written(str(tmp_path / "link")) as file:
        file.write(b"new")
    assert (tmp_path / "target").read_bytes() == b"new" and (tmp_path / "link").is_symlink()
    with written(os.devnull) as file:
        file.write(b"gone")


def test_one_book_as_html_goes_to_standard_output(gouji: Gouji) -> None:
    status, out, _ = gouji("check", SAMPLE, "--format", "html")
    assert status == 1
    assert out.startswith("<!doctype html>") and out.endswith("</html>\n")


def test_many_books_as_html_are_a_folder_with_an_index(gouji: Gouji, books: Path, tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    status, out, err = gouji("check", books, "--format", "html", "-o", folder)
    assert (status, out, err.count("\n")) == (2, "", 2)
    assert sorted(path.name for path in folder.iterdir()) == ["a-2.html", "a.html", "index.html"]
    listed = (folder / "index.html").read_text(encoding="utf-8")
    assert re.findall(r'href="([^"#]+\.html)"', listed) == ["a.html", "a-2.html"]
    assert "文件是空的" in listed


def test_one_book_as_html_goes_into_a_folder_that_is_there(gouji: Gouji, tmp_path: Path) -> None:
    gouji("check", SAMPLE, "--format", "html", "-o", tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["index.html", "yunnan-2026.html"]


def test_no_page_takes_the_place_of_the_index() -> None:
    taken = {pages.INDEX}
    assert [pages._name(name, taken) for name in ("index.txt", "-", "x/INDEX.md")] == [
        "index-2",
        "stdin",
        "INDEX-3",
    ]


# check: many books


def test_folders_are_read_in_sorted_order(books: Path) -> None:
    names = [str(Path(path).relative_to(books)) for path in sources([str(books)])]
    assert names == ["a.txt", "b/a.md", "empty.txt", "nul.csv"]
    assert list(sources(["-", "gone", str(books / ".git")])) == ["-", "gone", str(books / ".git" / "a.txt")]


def test_jobs_do_not_change_the_order_or_the_reports(gouji: Gouji, tmp_path: Path) -> None:
    for number in range(20):
        text = SAMPLE.read_text(encoding="utf-8").replace("云溪市", f"云溪{number}市")
        (tmp_path / f"{number:02}.txt").write_text(text if number % 3 else "", encoding="utf-8")
    alone = gouji("check", tmp_path, "--format", "json", "--jobs", 1)
    assert alone == gouji("check", tmp_path, "--format", "json", "--jobs", 3)
    assert len(alone[1].splitlines()) == 13 and len(alone[2].splitlines()) == 7


def test_reports_are_streamed() -> None:
    with process("check", SAMPLE, "-", "--format", "json", "--jobs", 1) as run:
        assert run.stdout and json.loads(run.stdout.readline())["source"] == str(SAMPLE)
        out, _ = run.communicate(SAMPLE.read_bytes(), timeout=TIMEOUT)
    assert json.loads(out)["source"] == "-"


def test_few_books_are_under_way_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = 0

    def tasks() -> Iterator[work.Task]:
        nonlocal asked
        for _ in range(100):
            asked += 1
            yield work.Task("gone", work.How("json", "en"))

    results = pool.results(tasks(), 1, pool.Limits())
    assert next(results).problem == "gone: no such file."
    assert asked <= pool.AHEAD
    assert len(list(results)) == 99


def test_a_worker_that_dies_costs_one_book(
    monkeypatch: pytest.MonkeyPatch, gouji: Gouji, tmp_path: Path
) -> None:
    def deadly(*args: object, **options: object) -> object:
        if b"deadly" in args[0]:  # type: ignore[operator]
            os._exit(1)
        return read(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(work, "read", deadly)
    for name in ("a", "c", "d"):
        shutil.copy(SAMPLE, tmp_path / f"{name}.txt")
    (tmp_path / "b.txt").write_text("deadly")
    status, out, err = gouji("check", tmp_path, "--format", "json", "--jobs", 2)
    assert status == 2
    assert [Path(json.loads(line)["source"]).name for line in out.splitlines()] == ["a.txt", "c.txt", "d.txt"]
    assert (
        err
        == f"{tmp_path / 'b.txt'}：处理它的进程意外结束（exit 1），文件可能已损坏；请重新下载或另存一份。\n"
    )


def test_reports_for_a_terminal_are_apart(gouji: Gouji, books: Path) -> None:
    _, out, _ = gouji("check", books / "a.txt", books / "b", "--jobs", 1)
    assert len(re.findall(r"(?:^|\n\n)云溪市科学技术馆2026年部门预算核对报告\n", out)) == 2


def test_progress_is_shown_on_a_terminal_only(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with check.progress(3, False) as step:
        step()
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    with check.progress(3, True) as step:
        step()
    assert "1/3" in capsys.readouterr().err


# Stopping


def test_ctrl_c_stops_without_a_trace(gouji: Gouji, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(pool, "wait", stopped)
    assert gouji("check", SAMPLE) == (STOPPED, "", "")


def test_ctrl_c_stops_a_batch(tmp_path: Path) -> None:
    for number in range(300):
        shutil.copy(SAMPLE, tmp_path / f"{number}.txt")
    run = process(
        "check", tmp_path, "--format", "json", "--jobs", 2, start_new_session=True, preexec_fn=heeding
    )
    assert run.stdout and run.stdout.readline()
    os.killpg(run.pid, signal.SIGINT)
    out, err = run.communicate(timeout=TIMEOUT)
    assert (run.returncode, err) == (STOPPED, b"")
    assert out.count(b"\n") < 299


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    for number in range(40):
        shutil.copy(SAMPLE, tmp_path / f"{number}.txt")
    run = process("check", tmp_path, "--format", "json", "--jobs", 1)
    assert run.stdout and run.stderr and run.stdout.readline()
    run.stdout.close()
    assert run.wait(TIMEOUT) == NO_READER
    assert run.stderr.read() == b""


# read, rules, explain, codes, the rest


def test_read_writes_the_book_as_data(gouji: Gouji) -> None:
    status, out, _ = gouji("read", SAMPLE, "--format", "json")
    book = json.loads(out)
    assert status == 0
    assert (book["schema"], book["source"]) == ("gouji.book/1", str(SAMPLE))
    assert (book["book"]["unit"], book["book"]["year"]) == ("云溪市科学技术馆", 2026)
    assert book["tables"][0]["columns"][1]["path"] == ["收入", "2026年预算数"]
    assert book["tables"][0]["rows"][0][1]["text"] == "6,002,999.36"


def test_read_writes_the_book_as_text_that_reads_the_same(gouji: Gouji, tmp_path: Path) -> None:
    again = tmp_path / "again.txt"
    status, out, _ = gouji("read", SAMPLE)
    again.write_text(out, encoding="utf-8")
    assert (status, gouji("read", again)[1]) == (0, out)


def test_read_says_what_it_cannot_read(gouji: Gouji, monkeypatch: pytest.MonkeyPatch) -> None:
    assert gouji("read", "gone.txt", "--lang", "en") == (2, "", "gone.txt: no such file.\n")
    monkeypatch.setattr(work, "read", lambda *_: 1 // 0)
    status, _, err = gouji("read", SAMPLE)
    assert status == 2 and "ZeroDivisionError" in err and err.count("\n") == 1
    assert gouji("read", SAMPLE, "--edition", "utopia")[0] == 2


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_rules_lists_every_check_with_an_example(gouji: Gouji, lang: str) -> None:
    status, out, _ = gouji("rules", "--lang", lang)
    told = re.findall(r"^(\S+)  \[(?:错误|警告|提示|error|warning|note)\]  \S", out, re.MULTILINE)
    assert status == 0
    assert told == known_codes()
    assert len(re.findall(r"^    (?:例：|Example:) \S", out, re.MULTILINE)) == len(told)


def test_explain_says_all_there_is_about_a_code(gouji: Gouji) -> None:
    status, out, _ = gouji("explain", "sum.column")
    assert status == 0
    assert out.startswith("sum.column  [错误]\n")
    assert catalogue()["sum.column"].remedy_zh in out
    assert "07 表“合计”" in out, "the example comes from the sample book"


def test_explain_takes_prefixes_and_causes(gouji: Gouji) -> None:
    _, out, _ = gouji("explain", "cause", "--lang", "en")
    assert re.findall(r"^cause\.\S+", out, re.MULTILINE) == [c for c in catalogue() if c.startswith("cause.")]
    status, _, err = gouji("explain", "cause.missing")
    assert status == 2 and "cause.missing-row" in err


def test_codes_looks_codes_and_names_up(gouji: Gouji) -> None:
    status, out, _ = gouji("codes", "2014004")
    assert status == 0
    assert "2014004  信访业务  < 20140 信访事务 < 201 一般公共服务支出\n" in out
    assert "30201  办公费  < 302 商品和服务支出" in gouji("codes", "办公费", "--year", "2026")[1]
    assert gouji("codes", "没有这样的科目") == (1, "", "没有编码或名称含“没有这样的科目”的科目\n")


def test_version(gouji: Gouji) -> None:
    assert gouji("--version") == (0, f"gouji {__version__}\n", "")


@pytest.mark.parametrize("lang", ["zh_CN.UTF-8", "en_GB.UTF-8"])
def test_help_is_in_the_language_of_the_locale(
    gouji: Gouji, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    monkeypatch.setenv("LANG", lang)
    for command in ("", *MODULES):
        status, out, _ = gouji(*filter(None, (command, "--help")))
        assert status == 0
        assert out.startswith("用法：" if lang.startswith("zh") else "usage:")
        assert ("选项" if lang.startswith("zh") else "options") in out


@pytest.mark.parametrize(
    ("env", "lang"),
    [
        ({}, "zh"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "C.UTF-8"}, "zh"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": ""}, "en"),
    ],
)
def test_the_language_comes_from_the_locale(
    monkeypatch: pytest.MonkeyPatch, env: dict[str, str], lang: str
) -> None:
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    assert language() == lang


def loaded(statement: str) -> set[str]:
    """The modules that a statement loads."""
    script = f"import sys, gouji.cli\ntry: {statement}\nexcept SystemExit: pass\nprint(*sys.modules)"
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=TIMEOUT)
    return set(told.stdout.splitlines()[-1].split())


def test_a_command_loads_no_more_than_it_needs() -> None:
    version = loaded("gouji.cli.main(['--version'])")
    assert not version & {"rich", "numpy", "highspy", "html", "multiprocessing", "gouji.audit"}
    report = loaded(f"gouji.cli.main({['check', str(SAMPLE), '--format', 'json', '-o', os.devnull]!r})")
    assert not report & {"rich", "gouji.report.html", "gouji.report.survey", "zipfile", "concurrent"}
    worker = loaded(f"import gouji.cli.work as w; w.work(w.Task({str(SAMPLE)!r}, w.How('json', 'zh')))")
    assert "gouji.report.data" in worker
    assert not worker & {"rich", "gouji.report.html", "zipfile"}


@pytest.mark.parametrize("locale", ["zh_CN.UTF-8", "en_US.UTF-8"])
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    "words",
    [
        ("check", "--lang={}"),
        ("--lang", "{}", "check"),
        ("check", "x", "--lang", "{}", "--bogus"),
        ("check", "x", "--format", "pdf", "--lang", "{}"),
        ("check", "x", "--jobs", "0", "--lang={}"),
        ("check", "x", "-o", "--lang", "{}"),
        ("check", "x", "--one-book=1", "--lang", "{}"),
        ("codes", "x", "--year", "abc", "--lang", "{}"),
        ("check", "x", "--only", "nonsense", "--lang", "{}"),
        ("explain", "nonsense", "--lang", "{}"),
        ("bogus", "--lang", "{}"),
    ],
)
def test_wrong_usage_is_said_in_the_language_asked_for(
    words: tuple[str, ...],
    lang: str,
    locale: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("LC_ALL", locale)
    with pytest.raises(SystemExit) as stopped:
        main([word.format(lang) for word in words])
    said = capsys.readouterr().err
    assert stopped.value.code == 2
    assert said.count("\n") == 1
    assert bool(re.search("[一-鿿]", said)) == (lang == "zh")
    assert ("argument" in said) <= (lang == "en")


def test_help_is_in_the_language_asked_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    for words in (["--lang", "en", "--help"], ["--help", "--lang", "en"], ["diff", "--help", "--lang=en"]):
        with pytest.raises(SystemExit):
            main(words)
        told = capsys.readouterr().out
        assert told.startswith("usage: ") and not re.search("[一-鿿]", told)
