"""Reading text: headings, numbers, lines around a table, odd rows; the same book in every kind of text."""

from __future__ import annotations

import csv
import io
import random
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from benchmarks.ledgers import random_ledger
from gouji.audit import audit
from gouji.book import Book, Table
from gouji.forms import edition
from gouji.ledger import compile
from gouji.meaning import understand
from gouji.money import WAN, YUAN
from gouji.read import read
from gouji.write.text import write

YUNNAN = edition("yunnan-2026")
TITLE = "2026年部门政府性基金预算支出预算表"
HEAD = (
    ("单位名称", "科目编码", "科目名称", "本年政府性基金预算支出", "", ""),
    ("", "", "", "合计", "基本支出", "项目支出"),
)
NUMBERS = ("1", "2", "3", "4", "5", "6")
ROWS = (
    ("甲局", "212", "城乡社区支出", "1,230.00", "10.00", "1,220.00"),
    ("甲局", "21208", "国有土地使用权出让收入安排的支出", "1,230.00", "10.00", "1,220.00"),
    ("甲局", "2120803", "城市建设支出", "1,230.00", "10.00", "1,220.00"),
    ("合计", "", "", "1,230.00", "10.00", "1,220.00"),
)
PATHS = (
    ("单位名称",),
    ("科目编码",),
    ("科目名称",),
    ("本年政府性基金预算支出", "合计"),
    ("本年政府性基金预算支出", "基本支出"),
    ("本年政府性基金预算支出", "项目支出"),
)
GRID = (*HEAD, NUMBERS, *ROWS)
AROUND = f"## {TITLE}\n\n单位名称：甲局\n\n单位：元\n\n"


def tabs(grid: Sequence[Sequence[str]]) -> str:
    return "".join("\t".join(row) + "\n" for row in grid)


def table(text: str) -> Table:
    """The only table of a text."""
    (found,) = read(text.encode(), "text.txt").tables
    return found


def body(found: Table) -> list[tuple[str, ...]]:
    return [tuple(cell.text for cell in row) for row in found.rows]


def paths(found: Table) -> tuple[tuple[str, ...], ...]:
    return tuple(column.path for column in found.columns)


def remarks(found: Table) -> list[str]:
    return [remark.code for remark in found.remarks]


def test_a_table_is_read_as_it_is_printed() -> None:
    found = table(AROUND + tabs(GRID))
    assert (found.form, found.title.text) == ("06", TITLE)
    assert paths(found) == PATHS
    assert [column.number for column in found.columns] == [*NUMBERS]
    assert tuple(body(found)) == ROWS
    assert found.unit and found.unit.text == "单位名称：甲局"
    assert (found.fen, remarks(found), found.state) == (YUAN, [], "filled")


def test_every_cell_keeps_its_line_and_tab_column() -> None:
    found = table(AROUND + tabs(GRID))
    lines = (AROUND + tabs(GRID)).split("\n")
    assert [column.place.line for column in found.columns] == [7, 7, 7, 8, 8, 8]
    for row in found.rows:
        for cell in row:
            assert lines[cell.place.line - 1].split("\t")[cell.place.column - 1] == cell.text


# Headings


def test_merged_headings_come_apart() -> None:
    """A blank continues its left neighbour under the same heading, else the heading above it."""
    head = (
        ("单位名称", "科目编码", "科目名称", "本年政府性基金预算支出", "", ""),
        ("", "", "", "合计", "其中", ""),
        ("", "", "", "", "基本支出", "项目支出"),
    )
    found = table((AROUND + tabs((*head, NUMBERS, *ROWS))).replace(TITLE, "2026年明细表"))
    assert paths(found)[3:] == (
        ("本年政府性基金预算支出", "合计"),
        ("本年政府性基金预算支出", "其中", "基本支出"),
        ("本年政府性基金预算支出", "其中", "项目支出"),
    )


@pytest.mark.parametrize("second", [("", "", *HEAD[1][3:], ""), ("", "", "", "", *HEAD[1][3:])])
def test_a_heading_row_that_slid_along_is_read_as_the_official_form_and_said(second: tuple[str, ...]) -> None:
    found = table(AROUND + tabs((HEAD[0], second, NUMBERS, *ROWS)))
    assert (paths(found), remarks(found)) == (PATHS, ["read.headings"])


def test_numbers_need_not_be_without_gaps() -> None:
    numbers = ("1", "2", "3", "7", "8", "9")
    found = table(AROUND + tabs((*HEAD, numbers, *ROWS)))
    assert [column.number for column in found.columns] == [*numbers]
    assert tuple(body(found)) == ROWS


def test_a_table_without_numbers_begins_where_its_headings_end() -> None:
    found = table(AROUND + tabs((*HEAD, *ROWS)))
    assert paths(found) == PATHS
    assert tuple(body(found)) == ROWS


def test_headings_printed_again_among_the_rows_are_no_rows() -> None:
    """As where a row that breaks a page makes the headings stand in the midst of a page."""
    for again in ((*HEAD, NUMBERS), HEAD, (NUMBERS,)):
        found = table(AROUND + tabs((*HEAD, NUMBERS, *ROWS[:2], *again, *ROWS[2:])))
        assert (tuple(body(found)), remarks(found)) == (ROWS, [])


def test_a_number_row_that_says_so_is_one() -> None:
    """栏次 in front of the numbers, as in the national forms."""
    numbers = ("栏次", "", "", "1", "2", "3")
    found = table(AROUND + tabs((*HEAD, numbers, *ROWS)))
    assert tuple(body(found)) == ROWS
    assert paths(found) == PATHS


def test_the_unit_in_a_heading_is_the_money_unit() -> None:
    head = (("单位名称", "科目编码", "科目名称", "合计（万元）", "基本支出", "项目支出"),)
    text = f"## {TITLE}\n\n单位名称：甲局\n\n" + tabs((*head, NUMBERS, *ROWS))
    assert table(text).fen == WAN


# Around the table


@pytest.mark.parametrize(
    "line",
    [
        "单位名称：甲局\t\t\t\t\t单位：元",
        "单位名称：甲局\t\t\t单位：元\t\t",
        "单位名称:甲局\t\t\t\t\t单位:元",
        "单位名称：甲局\t单位：元",
        "编制单位：甲局\t\t2026年\t\t\t单位：元",
    ],
)
def test_one_line_can_name_the_unit_and_the_money_unit(line: str) -> None:
    for unit, fen in (("元", YUAN), ("万元", WAN)):
        around = line.replace("单位：元", f"单位：{unit}").replace("单位:元", f"单位:{unit}")
        found = table(f"## {TITLE}\n{around}\n{tabs(GRID)}")
        assert found.unit is not None and "甲局" in found.unit.text
        assert (found.fen, tuple(body(found))) == (fen, ROWS)


@pytest.mark.parametrize("mark", ["说明：", "备注：", "注：", "说明: "])
def test_notes_stand_before_and_after(mark: str) -> None:
    notes = [f"{mark}含结转。", f"{mark}甲局2026年有涉密项目，此表不公开涉密相关信息。"]
    found = table(f"{AROUND}{notes[0]}\n{tabs(GRID)}\n{notes[1]}\n")
    assert [note.text for note in found.notes] == notes
    assert [note.text for note in found.withheld] == notes[1:]
    assert tuple(body(found)) == ROWS


def test_prose_between_tables_is_kept_as_prose() -> None:
    text = f"一、基本职能\n\n{AROUND}{tabs(GRID)}\n\n二、有关说明\n\n{AROUND}{tabs(GRID)}"
    book = read(text.encode(), "x")
    assert [cell.text for cell in book.prose] == ["一、基本职能", "二、有关说明"]
    assert [tuple(body(found)) for found in book.tables] == [ROWS, ROWS]


def test_markup_is_not_read() -> None:
    rows = [*ROWS[:-1], tuple(f"<b>{text}</b>" if text else "" for text in ROWS[-1])]
    rows[2] = (*rows[2][:2], "<p>城市建设支出</p>", *rows[2][3:])
    assert tuple(body(table(AROUND + tabs((*HEAD, NUMBERS, *rows))))) == ROWS


def test_a_title_needs_no_mark() -> None:
    found = table((AROUND + tabs(GRID)).replace("## ", ""))
    assert found.form == "06"


@pytest.mark.parametrize("again", [f"## {TITLE}", TITLE, f"### {TITLE}\n\n预算06表"])
def test_a_title_said_twice_is_one_table(again: str) -> None:
    """A page's heading above the table's own title."""
    found = table(f"## {TITLE}\n\n{again}\n\n单位名称：甲局\n单位：元\n{tabs(GRID)}")
    assert tuple(body(found)) == ROWS


def test_a_tag_above_the_title_is_no_prose() -> None:
    book = read(f"预算06表\n\n{AROUND}{tabs(GRID)}".encode(), "x")
    assert book.prose == ()


def test_a_table_ends_where_the_next_title_stands() -> None:
    other = AROUND.replace(TITLE, "2026年部门一般公共预算支出预算表（按功能科目分类）")
    book = read((AROUND + tabs(GRID)[:-40] + "\n" + other + tabs(GRID)).encode(), "x")
    assert [found.form for found in book.tables] == ["06", "02-2"]


# Rows that are not as they should be

LINES = (
    "## 2026年部门项目支出预算表\n\n单位名称：甲局\n\n单位：元\n\n"
    "项目分类\t项目代码\t项目名称\t项目单位\t功能科目编码\t功能科目名称\t经济科目编码\t经济科目名称\t合计\t本年拨款\t\t\n"
    "\t\t\t\t\t\t\t\t\t一般公共预算\t政府性基金预算\t国有资本经营预算\n"
    "1\t2\t3\t4\t5\t6\t7\t8\t9\t10\t11\t12\n"
)
LINE = ("专项业务类", "539900251000000000001", "展览经费", "甲局", "2060702", "科普活动", "30201", "办公费")


def line(*amounts: str) -> str:
    return "\t".join((*LINE, *amounts)) + "\n"


@pytest.mark.parametrize("lost", [1, 2, 3])
def test_a_row_that_lost_cells_in_front_is_put_right_and_said(lost: int) -> None:
    bare = ("", "", "", *LINE[3:])
    found = table(
        LINES + line("5.00", "5.00", "", "") + "\t".join((*bare, "7.00", "7.00", "", ""))[lost:] + "\n"
    )
    assert body(found)[1] == (*bare, "7.00", "7.00", "", "")
    assert remarks(found) == ["read.shifted-row"]


def test_a_surplus_cell_in_front_is_taken_out_and_said() -> None:
    found = table(LINES + line("5.00", "5.00", "", "") + "\t" + line("7.00", "7.00", "", ""))
    assert body(found)[1] == (*LINE, "7.00", "7.00", "", "")
    assert remarks(found) == ["read.shifted-row"]


def test_a_row_cut_off_is_said() -> None:
    found = table(LINES + line("5.00", "5.00", "", "") + "\t".join(LINE[:3]) + "\n")
    assert body(found)[1] == (*LINE[:3], *[""] * 9)
    assert remarks(found) == ["read.cut-off"]


def test_what_stands_beyond_the_last_column_is_said() -> None:
    found = table(LINES + line("5.00", "5.00", "", "", "9.00"))
    assert body(found) == [(*LINE, "5.00", "5.00", "", "")]
    assert remarks(found) == ["read.beyond"]


def test_a_short_row_is_filled_up_with_blanks() -> None:
    found = table(LINES + line("5.00"))
    assert body(found) == [(*LINE, "5.00", "", "", "")]
    assert remarks(found) == []


TARGETS = (
    "## 2026年部门项目支出绩效目标表\n\n单位名称：甲局\n\n"
    "单位名称、项目名称\t项目年度绩效目标\t一级指标\t二级指标\t三级指标\t指标性质\t指标值\t度量单位\t指标属性\t指标内容\n1\t2\t3\t4\t5\t6\t7\t8\t9\t10\n甲局\n"
)
TARGET = ("产出指标", "数量指标", "场次", ">=", "5", "场", "定量指标", "反映场次")


def test_a_target_that_lost_its_blank_cells_is_put_right_and_said() -> None:
    rows = ["\t".join(("展览经费", "办好展览", *TARGET)), "\t".join(("", "", *TARGET)), "\t".join(TARGET)]
    found = table(TARGETS + "\n".join(rows) + "\n")
    assert body(found)[2] == body(found)[3] == ("", "", *TARGET)
    assert remarks(found) == ["read.shifted-row"]


# The same book in every kind of text


def grids(book: Book) -> list[tuple[Table, list[list[str]]]]:
    """Each table with its heading rows, its number row and its body, as its text prints them."""
    told = []
    blocks = re.split(r"^## .*\n", write(book), flags=re.MULTILINE)[1:]
    for found, text in zip(book.tables, blocks, strict=True):
        told.append((found, [one.split("\t") for one in text.split("\n") if "\t" in one]))
    return told


def around(found: Table) -> list[str]:
    lines = [cell.text for cell in (found.unit, found.money_unit) if cell]
    return [one for one in lines if one.startswith("单位")]


def as_pipes(book: Book) -> str:
    told = []
    for found, grid in grids(book):
        told += [f"## {found.title.text}", "", *around(found), ""]
        rows = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in grid]
        told += [rows[0], "|" + " --- |" * len(grid[0]), *rows[1:], "", *(n.text for n in found.notes), ""]
    return "\n".join(told)


def as_csv(book: Book) -> str:
    """As a spreadsheet saves it: every line as wide as the table, amounts quoted for their commas."""
    return _separated(book, ",")


def as_tsv(book: Book) -> str:
    return _separated(book, "\t")


def _separated(book: Book, separator: str) -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator="\r\n")
    for found, grid in grids(book):
        blank = [""] * (len(grid[0]) - 1)
        writer.writerow([found.title.text, *blank])
        for text in around(found):
            writer.writerow([text, *blank])
        writer.writerows(grid)
        for note in found.notes:
            writer.writerow([note.text, *blank])
    return out.getvalue()


def as_bare_lines(book: Book) -> str:
    return write(book).replace("## ", "")


def as_windows_text(book: Book) -> str:
    return write(book).replace("\n", "\r\n")


WAYS: dict[str, Callable[[Book], str]] = {
    "pipes": as_pipes,
    "csv": as_csv,
    "tsv": as_tsv,
    "bare lines": as_bare_lines,
    "windows": as_windows_text,
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("seed", range(4))
def test_a_book_reads_the_same_however_it_is_written(seed: int, way: str) -> None:
    book = compile(random_ledger(random.Random(seed), withheld=seed == 3), YUNNAN)
    plain = read(write(book).encode(), "plain.txt")
    other = read(WAYS[way](book).encode("gb18030" if way == "windows" else "utf-8"), "other.txt")
    assert [found.form for found in other.tables] == [found.form for found in plain.tables]
    for a, b in zip(plain.tables, other.tables, strict=True):
        assert (body(b), paths(b), b.state, remarks(b)) == (body(a), paths(a), a.state, remarks(a)), a.form
        assert (len(b.notes), len(b.withheld), b.fen) == (len(a.notes), len(a.withheld), a.fen)
    assert understand(other).amounts == understand(plain).amounts
    assert {f.id for f in audit(other).findings} == {f.id for f in audit(plain).findings}


@pytest.mark.parametrize("odd", ["城市|建设", "城市\t建设"])
def test_one_odd_character_does_not_make_a_csv_another_kind_of_text(odd: str) -> None:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([TITLE])
    writer.writerows([*HEAD, NUMBERS, *ROWS[:2], (*ROWS[2][:2], odd, *ROWS[2][3:]), ROWS[3]])
    found = table(out.getvalue())
    assert [row[3:] for row in body(found)] == [row[3:] for row in ROWS]


def test_a_quoted_cell_may_have_line_breaks() -> None:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([TITLE])
    writer.writerows([*HEAD, NUMBERS, *ROWS[:2], (*ROWS[2][:2], "城市\n建设支出", *ROWS[2][3:]), ROWS[3]])
    assert [row[3:] for row in body(table(out.getvalue()))] == [row[3:] for row in ROWS]


def test_pipes_need_not_stand_at_the_ends() -> None:
    grid = [" | ".join(row) for row in GRID]
    found = table(
        f"## {TITLE}\n\n单位：元\n\n{grid[0]}\n--- | --- | --- | --- | --- | ---\n" + "\n".join(grid[1:])
    )
    assert [row[3:] for row in body(found)] == [row[3:] for row in ROWS]


# The real book


def test_the_odd_rows_of_the_real_book(real_book: Path) -> None:
    """Cut off in the middle of a row, headings off by a column, targets shifted to the left."""
    book = read(real_book.read_bytes(), "xinfang-2026.txt")
    told = {found.form: found for found in book.tables}
    assert {form for form, found in told.items() if "read.cut-off" in remarks(found)} == {"04"}
    assert remarks(told["05-2"]).count("read.shifted-row") == 4
    shifted = [row for row in told["05-2"].rows if row[4].text == "上访群众满意度"]
    assert [cell.text for cell in shifted[0][2:6]] == ["满意度指标", "服务对象满意度", "上访群众满意度", ">="]
    assert told["04"].columns[8].path == ("资金来源", "一般公共预算", "小计")
    assert told["04"].columns[25].path == ("资金来源", "单位资金", "其他收入")
    assert [column.number for column in told["12"].columns] == ["1", "2", "3", "4", "8", "9", "10"]
    assert told["02-1"].rows[-1][1].text == "10,715,271.89"


def test_nothing_of_the_real_book_is_dropped(real_book: Path) -> None:
    """Every printed text is a cell of a table, a line around one, or prose."""
    text = real_book.read_text(encoding="utf-8")
    book = read(text.encode(), "xinfang-2026.txt")
    kept = {cell.text for cell in book.prose}
    for found in book.tables:
        kept |= {found.title.text, *(note.text for note in found.notes)}
        kept |= {cell.text for cell in (found.unit, found.money_unit) if cell}
        kept |= {cell.text for row in found.rows for cell in row}
        kept |= {part for column in found.columns for part in (*column.path, column.number)}
        kept |= {cell.text for remark in found.remarks for cell in remark.cells}
    plain = {re.sub(r"\s", "", one) for one in kept}
    for printed in re.split(r"[\t\n]", text):
        told = re.sub(r"</?\w+>|\s", "", printed).lstrip("#")
        assert told in plain or "预算03表" in told, printed[:80]


def test_sentences_with_commas_in_their_amounts_are_no_table() -> None:
    lines = [f"{n}月支出预算{n},234,567.89元，其中人员经费{n},000,000.00元。" for n in range(1, 9)]
    told = ["某局2026年部门预算", *lines]
    found = read("\n".join(told).encode(), "text.txt")
    assert not found.tables and [cell.text for cell in found.prose] == told
