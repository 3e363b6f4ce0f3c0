"""Bad input of every kind: a right reading or one clear line, never a traceback, and never a long wait."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable
from importlib.util import find_spec
from pathlib import Path

import pytest

from gouji.audit import audit
from gouji.book import Book
from gouji.findings import ERROR
from gouji.money import yuan
from gouji.read import Unreadable, read

PICTURE = "damaged" if find_spec("rapidocr") else "needs"
"""Why a broken picture cannot be read."""
SECONDS = 10
"""The longest that any file, however hostile, may take as a whole process: of processor time, for others may
be at work on the machine."""
PATIENCE = 90
"""After so many seconds on the clock a process hangs."""

TITLE = "## 2026年部门政府性基金预算支出预算表\n\n单位名称：甲局\n\n单位：元\n\n"
HEAD = (
    "单位名称\t科目编码\t科目名称\t本年政府性基金预算支出\t\t\n"
    "\t\t\t合计\t基本支出\t项目支出\n1\t2\t3\t4\t5\t6\n"
)
BODY = (
    "甲局\t212\t城乡社区支出\t30.00\t10.00\t20.00\n"
    "甲局\t21208\t国有土地使用权出让收入安排的支出\t30.00\t10.00\t20.00\n"
    "甲局\t2120803\t城市建设支出\t30.00\t10.00\t20.00\n"
    "合计\t\t\t30.00\t10.00\t20.00\n"
)
GOOD = TITLE + HEAD + BODY
"""A small table that ties."""

LINES = (
    "## 2026年部门基本支出预算表\n\n单位名称：甲局\n\n单位：元\n\n"
    "项目单位\t项目代码\t项目名称\t功能科目编码\t功能科目名称\t部门经济科目编码\t部门经济科目名称\t总计\n"
    "1\t2\t3\t4\t5\t6\t7\t8\n"
)
TARGETS = (
    "## 2026年部门项目支出绩效目标表\n\n单位名称：甲局\n\n"
    "单位名称、项目名称\t项目年度绩效目标\t一级指标\t二级指标\t三级指标\t指标性质\t指标值\t度量单位\t指标属性\t指标内容\n"
    "1\t2\t3\t4\t5\t6\t7\t8\t9\t10\n甲局\n"
)
ASSETS = (
    "## 2026年新增资产配置表\n\n单位名称：甲局\n\n"
    "单位名称\t资产类别\t资产分类代码.名称\t资产名称\t计量单位\t财政部门批复数（元）\t\t\n"
    "\t\t\t\t\t数量\t单价\t金额\n1\t2\t3\t4\t5\t6\t7\t8\n"
    "甲局\t设备\tA02010105 台式计算机\t台式计算机\t台\t2\t5.00\t10.00\n合 计\t\t\t\t\t\t\t11.00\n"
)
INDICATOR = "\t产出指标\t数量指标\t次数\t=\t1\t次\t定量指标\t反映次数\n"


def figures(book: Book, form: str = "06") -> list[list[str]]:
    """The amounts that a table prints, in 元; what is none is left as it stands."""
    from gouji.meaning import understand

    sense = understand(book)
    panel = next(panel for panel in sense.panels if panel.table.form == form)
    width = len(panel.columns)
    amounts = sense.amounts[panel.first : panel.first + panel.size]
    rows = [amounts[i : i + width] for i in range(0, len(amounts), width)]
    return [["" if fen is None else yuan(fen) for fen in row] for row in rows]


AMOUNTS = [["30.00", "10.00", "20.00"]] * 4


def codes(book: Book) -> set[str]:
    return {finding.code for finding in audit(book).findings}


def replaced(text: str, amount: str) -> bytes:
    """The good table with another text for its last 20.00, and the rest unchanged."""
    before, _, after = text.rpartition("20.00")
    return (before + amount + after).encode()


# What cannot be read is said, with a reason

UNREADABLE: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "empty"),
    "blank lines": (b" \r\n\t\n", "empty"),
    "bytes": (b"\xff\xd9\xff\xe0" + bytes(range(256)) * 40, "binary"),
    "a broken picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, PICTURE),
    "one NUL": (GOOD.encode() + b"\0", "binary"),
    "UTF-16 without a mark": (GOOD.encode("utf-16-le"), "binary"),
    "UTF-16 cut in a character": (GOOD.encode("utf-16")[:-1], "encoding"),
    "UTF-32": (GOOD.encode("utf-32"), "binary"),
    "no encoding at all": (GOOD.encode() + b"\xff\xff\xff", "encoding"),
    "prose without a table": ("收支情况说明\n\n没有表格。\n".encode(), "no-tables"),
    "headings nested deep": (
        "".join("#" * (1 + i % 9) + " 标题\n" for i in range(999)).encode(),
        "no-tables",
    ),
    "a million columns": (b"a\t" * 1_000_000, "columns"),
    "a million columns of CSV": (b"a,b,c\nd,e,f\n" + b"a," * 1_000_000, "columns"),
    "a million columns of Markdown": (b"|a" * 1_000_000 + b"|\n", "columns"),
    "an endless quotation": (b'a,b,c\nd,e,f\n"' + b"x" * 1_000_000, "csv"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_is_refused_with_a_reason(name: str) -> None:
    data, reason = UNREADABLE[name]
    with pytest.raises(Unreadable) as told:
        read(data, "hostile.txt")
    assert told.value.key == reason


def test_a_mark_alone_is_nothing() -> None:
    with pytest.raises(Unreadable) as told:
        read(b"\xef\xbb\xbf", "mark.txt")
    assert told.value.key in ("empty", "no-tables")


# What looks odd is read right

READABLE: dict[str, bytes] = {
    "a byte order mark": b"\xef\xbb\xbf" + GOOD.encode(),
    "GB18030": GOOD.encode("gb18030"),
    "UTF-16": GOOD.encode("utf-16"),
    "CR LF": GOOD.replace("\n", "\r\n").encode(),
    "CR alone": GOOD.replace("\n", "\r").encode(),
    "no line break at the end": GOOD.rstrip().encode(),
    "form feeds between pages": GOOD.replace("## ", "\f\n## ").encode(),
    "full-width digits": GOOD.replace("20.00", "２０．００").encode(),
    "full-width digits and commas": GOOD.replace("30.00", "￥３０．００").encode(),
    "spaces around amounts": GOOD.replace("20.00", " 20.00　").encode(),
    "a zero-width space in a heading": GOOD.replace("项目支出", "项目\u200b支出").encode(),
    "a deep heading": GOOD.replace("## ", "###### ").encode(),
    "the title said twice": (TITLE.split("\n")[0] + "\n\n" + GOOD).encode(),
    "tabs at the ends of lines": "\n".join(
        line + "\t\t" * ("\t" in line) for line in GOOD.split("\n")
    ).encode(),
}


@pytest.mark.parametrize("name", READABLE)
def test_what_looks_odd_is_read_right(name: str) -> None:
    book = read(READABLE[name], "odd.txt")
    assert figures(book) == AMOUNTS
    assert not [f for f in audit(book).findings if f.level == ERROR]


def test_a_negative_in_brackets_is_negative() -> None:
    assert figures(read(replaced(GOOD, "（20.00）"), "x"))[-1][-1] == "-20.00"


@pytest.mark.parametrize(
    "text", ["2.0.00", "20.", "2,0.00", "--20.00", "(20.00", "20.00元", "1" + "0" * 30, "1e5", "NaN", "²0.00"]
)
def test_what_is_no_amount_is_said_and_the_rest_is_checked(text: str) -> None:
    book = read(replaced(GOOD, text), "x")
    told = [finding for finding in audit(book).findings if finding.code == "read.not-amount"]
    assert [finding.spots[0].text for finding in told] == [text]
    assert figures(book)[:3] == AMOUNTS[:3]


def test_the_largest_amount_is_exact() -> None:
    most = "9" * 18
    assert figures(read(replaced(GOOD, most), "x"))[-1][-1] == most + ".00"


@pytest.mark.parametrize("mark", ["\u202e", "\u200f", "\x1b[2J", "\x07", "\x7f", "\ufffe"])
def test_marks_that_move_a_cursor_or_turn_text_round_stay_out_of_the_report(
    mark: str, tmp_path: Path
) -> None:
    book = tmp_path / "marks.txt"
    book.write_text(GOOD.replace("城市建设支出", f"城市{mark}建设支出").replace("20.00\n合", "21.00\n合"))
    done = gouji("check", book)
    assert done.returncode == 1
    if mark != "\ufffe":
        assert mark.encode() not in done.stdout


def test_only_a_title_is_a_table_without_rows() -> None:
    book = read((TITLE + GOOD.replace("政府性基金预算支出预算表", "财务收支预算总表")).encode(), "x")
    assert book.table("06") is not None
    assert "table.empty-undeclared" in codes(book)


def test_one_row_of_900_columns_is_said_not_to_be_understood() -> None:
    row = "\t".join("1.00" for _ in range(900))
    names = "\t".join(f"列{i}" for i in range(900))
    book = read(f"{TITLE}{names}\n{row}\n".encode(), "x")
    assert "read.not-understood" in codes(book)


def test_rows_of_tabs_are_nothing() -> None:
    with pytest.raises(Unreadable):
        read(b"\t\t\t\n" * 1000, "x")


# Large and pathological: as a whole process, within seconds


def gouji(*arguments: object, seconds: int = SECONDS) -> subprocess.CompletedProcess[bytes]:
    """The command as a process of its own, killed when it takes too long."""
    command = [sys.executable, "-m", "gouji", *map(str, arguments)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG"))}
    return subprocess.run(
        command,
        capture_output=True,
        timeout=PATIENCE,
        env=environment | {"PYTHONUTF8": "1"},
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds)),
    )


def rows(count: int, row: Callable[[int], str]) -> str:
    return "".join(map(row, range(count)))


MILLION = 1_000_000
LARGE: dict[str, Callable[[], str]] = {
    "a line of 50 MB": lambda: GOOD + "甲" * (17 * MILLION),
    "a cell of 15 MB": lambda: GOOD.replace("城市建设支出", "甲" * (5 * MILLION)),
    "a number of 5 MB": lambda: GOOD.replace("10.00\t20.00\n合", "1" * (5 * MILLION) + "\t20.00\n合"),
    "a title of 3 MB": lambda: GOOD.replace("## ", "## " + "一般公共预算" * 170_000),
    "a note of 3 MB": lambda: GOOD + "\n说明：" + "无" * MILLION + "\n",
    "a heading of spaces": lambda: f"# 甲{' ' * 100_000}乙\n" + GOOD,
    "a heading of marks": lambda: f"# 甲{' #' * 100_000}乙\n" + GOOD,
    "a rule that is none": lambda: f"|--{' ' * 100_000}甲|\n" + GOOD,
    "many rules": lambda: "|--|--|--\n" * 30_000 + GOOD,
    "tags without end": lambda: GOOD.replace("城市建设支出", "<a" * (2 * MILLION)),
    "a target of 5,000 digits": lambda: (
        TARGETS + "项目\t目标" + INDICATOR.replace("\t1\t", f"\t{'9' * 5_000}\t")
    ),
    "a count of 5,000 digits": lambda: ASSETS.replace("\t2\t", f"\t{'9' * 5_000}\t"),
    "a goal of accounts": lambda: TARGETS + "项目\t" + "账号123456789012 " * 30_000 + INDICATOR,
    "a goal of telephones": lambda: (
        TARGETS + "项目\t" + "".join(f"1380013{i:04} " for i in range(10_000)) + INDICATOR
    ),
    "a goal of counts": lambda: TARGETS + "项目\t" + "市委组织部应替代15台，" * 10_000 + INDICATOR,
    "a goal of numbers": lambda: TARGETS + "项目\t" + "一是好。八是好。" * 100_000 + INDICATOR,
    "100,000 lines": lambda: (
        LINES
        + rows(
            100_000,
            lambda i: f"甲局\t53000026100000{i:07}\t项目{i}\t2010101\t行政运行\t30101\t基本工资\t1.00\n",
        )
        + "合计\t\t\t\t\t\t\t100,000.00\n"
    ),
    "30,000 lines, none in order": lambda: (
        LINES
        + "甲局\t\t\t\t\t\t\t77.00\n"
        + rows(
            30_000,
            lambda i: f"甲局\t5300\t项目{i % 97}\t20101{i % 90 + 10}\t行\t301{i % 90 + 10}\t资\t1.00\n",
        )
    ),
    "10,000 units": lambda: (
        LINES
        + rows(
            20_000,
            lambda i: (
                f"单位{i}\t\t\t\t\t\t\t1.00\n单位{i}\t5300\t项目{i}\t2010101\t行政运行\t30101\t基本工资\t1.00\n"
            ),
        )
    ),
    "10,000 codes": lambda: (
        TITLE
        + HEAD
        + rows(10_000, lambda i: f"甲局\t{2_100_000 + i}\t名\t1.00\t\t1.00\n")
        + "合计\t\t\t10,000.00\t\t10,000.00\n"
    ),
    "one code 20,000 times": lambda: TITLE + HEAD + "甲局\t2120803\t城市建设支出\t1.00\t\t1.00\n" * 20_000,
    "10,000 shifted rows": lambda: (
        TITLE + HEAD + rows(10_000, lambda i: f"甲局\t\t{2_100_000 + i}\t名\t1.00\t\t1.00\n")
    ),
    "10,000 rows of words": lambda: TITLE + HEAD + "一段文字\t另一段\t第三段\t没有\t数字\t的\n" * 10_000,
    "20,000 targets": lambda: TARGETS + rows(20_000, lambda i: f"项目{i}\t目标{i}" + INDICATOR),
    "20,000 labels": lambda: (
        "## 2026年部门财务收支预算总表\n单位：元\n"
        "收入\t\t支出\t\n项目\t2026年预算数\t项目（按功能分类）\t2026年预算数\n"
        + "一、一般公共预算拨款收入\t1.00\t一、外交支出\t1.00\n" * 20_000
        + "收入总计\t5.00\t支出总计\t6.00\n"
    ),
    "2,000 tables": lambda: GOOD * 2_000,
    "1,000 tables, all wrong": lambda: GOOD.replace("20.00\n合", "21.00\n合") * 1_000,
    "5,000 unknown tables": lambda: rows(5_000, lambda i: f"## 某{i}表\na\tb\tc\n1\t2\t3\nx\ty\t{i}.00\n"),
    "900 columns of totals": lambda: (
        TITLE
        + "科目编码\t"
        + "\t".join(("一般公共预算", "政府性基金预算", "合计")[i % 3] for i in range(900))
        + "\n"
        + ("201\t" + "\t".join("1.00" for _ in range(900)) + "\n") * 5
    ),
}


@pytest.mark.parametrize("name", LARGE)
def test_what_is_large_is_answered_in_seconds(name: str, tmp_path: Path) -> None:
    book = tmp_path / "large.txt"
    book.write_text(LARGE[name](), encoding="utf-8")
    done = gouji("check", book, "--format", "json", "-o", tmp_path / "report.json")
    assert done.returncode != -signal.SIGKILL, f"took more than {SECONDS} s"
    assert done.returncode in (0, 1), done.stderr.decode()[:300]
    assert done.stderr == b""


def test_100_megabytes_are_refused_at_once(tmp_path: Path) -> None:
    book = tmp_path / "huge.txt"
    with book.open("wb") as file:
        file.write(GOOD.encode())
        file.truncate(100 * 1024 * 1024)
    done = gouji("check", book, seconds=2)
    assert done.returncode == 2
    assert done.stderr.decode().count("\n") == 1
    assert "100 MB" in done.stderr.decode()


# The command: one line for each file that cannot be read, and the others are checked


def lines(text: bytes) -> list[str]:
    return text.decode("utf-8", "replace").splitlines()


def assert_told(done: subprocess.CompletedProcess[bytes], paths: Iterable[Path]) -> None:
    """Exit 2, nothing of our own on standard error, and one line for each of the files, with its name."""
    said = lines(done.stderr)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr.decode("utf-8", "replace")
    names = [path.name for path in paths]
    assert len(said) == len(names), said
    for name in names:
        assert any(name in line and "：" in line for line in said), (name, said)


def test_others_are_checked_all_the_same(tmp_path: Path) -> None:
    bad = []
    for number, (data, _) in enumerate(UNREADABLE.values()):
        bad.append(tmp_path / f"bad{number}.txt")
        bad[-1].write_bytes(data)
    (tmp_path / "good.txt").write_text(GOOD, encoding="utf-8")
    done = gouji("check", tmp_path, "--format", "json")
    assert_told(done, bad)
    reports = [json.loads(line) for line in lines(done.stdout)]
    assert [Path(report["source"]).name for report in reports] == ["good.txt"]


def test_a_missing_file_and_an_empty_folder_are_said(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    done = gouji("check", tmp_path / "missing.txt", tmp_path / "folder")
    assert_told(done, [tmp_path / "missing.txt", tmp_path / "folder"])


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read every file")
def test_a_file_without_permission_is_said(tmp_path: Path) -> None:
    book = tmp_path / "closed.txt"
    book.write_text(GOOD, encoding="utf-8")
    book.chmod(0)
    assert_told(gouji("check", book), [book])


@pytest.mark.skipif(os.name != "posix", reason="such names are possible on POSIX only")
@pytest.mark.parametrize("name", ["two\nlines.txt", "bell\a.txt", "turn\u202eed.txt", "esc\x1b[31m.txt"])
def test_a_name_cannot_break_the_line(name: str, tmp_path: Path) -> None:
    book = tmp_path / name
    book.write_bytes(b"\0")
    done = gouji("check", book)
    assert done.returncode == 2
    assert done.stderr.decode().count("\n") == 1
    assert not set(name) & set("\n\a\u202e\x1b") & set(done.stderr.decode().rstrip("\n"))
    book.write_text(GOOD, encoding="utf-8")
    done = gouji("check", book)
    assert done.returncode == 0
    assert not set(name) & set("\a\u202e\x1b") & set(done.stdout.decode())


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_broken_link_is_missing(tmp_path: Path) -> None:
    link = tmp_path / "link.txt"
    link.symlink_to(tmp_path / "nowhere.txt")
    assert_told(gouji("check", link), [link])
