"""Reading PDFs: made books against the text they were made from, small pages drawn here, hostile files."""

from __future__ import annotations

import random
from importlib.util import find_spec
from pathlib import Path

import pytest

from gouji.meaning import understand
from gouji.read.grid import Unreadable
from tests.conftest import LEFT_OUT, leave_out

pytest.importorskip("pypdfium2", reason=f"{LEFT_OUT}pypdfium2 is not installed (the extra `pdf`)")

from benchmarks.pdf import TRUTH, score
from gouji.read import pdf, read, text
from gouji.read.assemble import assemble
from tests.small_pdf import (
    BODY,
    FLAT,
    HEADER,
    PLAIN,
    TITLE,
    drawn,
    line,
    only,
    table,
    texts,
    words,
)

MADE = {
    "xinfang-2026": 742,
    "xinfang-2026-from-docx": 742,
    "xinfang-2026-rotated": 742,
    "xinfang-2026-overprint": 742,
    "xinfang-2026-watermark": 742,
    "xinfang-2026-encrypted": 742,
    "xinfang-2026-cidnoembed": 741,  # one row is split over two pages
}
"""How many of the 742 amounts that are printed stand in the right row and column. The text has five more,
beyond its last heading, which no page prints."""


# Small PDFs


def test_a_ruled_table() -> None:
    block = only(drawn(PLAIN + words(50, 640, "注：本表反映收支。")))
    assert texts(block) == FLAT + BODY
    assert block.title.text == "部门收支总表"
    assert block.unit and block.unit.text == "单位名称：某局"
    assert block.money_unit and block.money_unit.text == "单位：万元"
    assert [note.text for note in block.notes] == ["注：本表反映收支。"]


def test_places_carry_page_and_box() -> None:
    block = only(drawn(words(50, 700, "第一部分概况"), PLAIN))
    place = block.rows[2][1].place
    assert (place.file, place.page) == ("book.pdf", 2)
    assert place.box == pytest.approx((150, 132, 250, 152), abs=1)


def test_a_rotated_page_reads_the_same_and_its_boxes_are_those_shown() -> None:
    block = only(drawn("0 1 -1 0 842 0 cm\n" + PLAIN, entries="/Rotate 90"))
    assert texts(block) == FLAT + BODY
    plain = only(drawn(PLAIN)).rows[2][1].place.box
    box = block.rows[2][1].place.box
    assert plain and box and box[2] - box[0] == pytest.approx(plain[2] - plain[0], abs=1)


def test_a_page_on_its_side_is_read_and_its_boxes_lie_on_their_side() -> None:
    block = only(drawn("0 1 -1 0 842 0 cm\n" + PLAIN))
    assert texts(block) == FLAT + BODY
    box = block.rows[2][1].place.box
    assert (
        box and box[3] - box[1] == pytest.approx(100, abs=1) and box[2] - box[0] == pytest.approx(20, abs=1)
    )


def test_what_a_form_draws_is_read_where_its_matrix_puts_it() -> None:
    block = only(drawn("q 0.5 0 0 0.5 20 300 cm /X Do Q", form=PLAIN))
    assert texts(block) == FLAT + BODY
    box = block.rows[2][1].place.box
    assert box and box[2] - box[0] == pytest.approx(50, abs=1)


def test_characters_drawn_twice_are_read_once() -> None:
    assert texts(only(drawn(PLAIN + PLAIN))) == FLAT + BODY
    assert texts(only(drawn(PLAIN + "1 0 0 1 0.4 0 cm\n" + PLAIN))) == FLAT + BODY


def test_a_watermark_at_an_angle_is_dropped() -> None:
    mark = words(100, 600, "内部资料", 60, "0.866 0.5 -0.5 0.866")
    found, loose = pdf.blocks(drawn(mark + PLAIN + mark), "book.pdf")
    assert [texts(block) for block in found] == [FLAT + BODY]
    assert not loose


def test_what_a_page_break_cuts_away_is_not_read() -> None:
    cut, under = words(53, 706, "上页项目"), words(153, 727, "98.00")
    block = only(drawn(PLAIN + "q 50 600 500 105 re W n\n" + cut + under + "Q\n"))
    assert texts(block) == FLAT + BODY


def test_boxes_wider_than_the_step_to_the_next_character_do_not_reach_into_the_next_cell() -> None:
    digits = "".join(words(68 + 5 * i, 717, digit) for i, digit in enumerate("244,895.02"))
    digits += "".join(words(123 + 5 * i, 717, digit) for i, digit in enumerate("192,446.79"))
    data = drawn(table(25, 750, [["合计", "基本支出"], ["", ""]]) + digits)
    without_widths = data.replace(b"/W [1 95 500]", b" " * 13)
    assert texts(only(without_widths))[1] == texts(only(data))[1] == ["244,895.02", "192,446.79"]


def test_wrapped_text_is_joined_without_spaces_and_wrapped_numbers_only_where_they_are_one() -> None:
    page = table(50, 750, [["项目", "金额"], ["", ""]], wide=63, high=40)
    page += words(53, 694, "一般行政管理") + words(53, 682, "事务")
    page += words(116, 694, "12,345,678.9") + words(116, 682, "0")
    assert texts(only(drawn(page)))[1] == ["一般行政管理事务", "12,345,678.90"]
    page = table(50, 750, [["项目", "金额"], ["办公费", ""]], wide=63, high=40)
    page += words(116, 694, "1.50") + words(116, 682, "2.50")
    assert texts(only(drawn(page)))[1] == ["办公费", "1.50 2.50"]


def test_a_number_that_crosses_a_rule_stands_whole_in_its_cell() -> None:
    page = table(50, 750, [["项目", "金额", "比例"], ["办公费", "", ""]]) + words(145, 717, "123,456,789.00")
    assert texts(only(drawn(page)))[1] == ["办公费", "123,456,789.00", ""]


def test_a_table_goes_on_over_pages_with_or_without_its_header() -> None:
    more = [["其他支出", "1.00", "1.00", ""]]
    for again in ([], HEADER):
        block = only(drawn(PLAIN, table(50, 800, [*again, *more]) + words(290, 30, "- 2 -")))
        assert texts(block) == FLAT + BODY + more
        assert block.rows[-1][0].place.page == 2


def test_a_repeated_title_with_its_header_goes_on_and_a_new_title_starts_anew() -> None:
    found, _ = pdf.blocks(drawn(PLAIN, PLAIN), "book.pdf")
    assert [texts(block) for block in found] == [FLAT + BODY + BODY]
    other = PLAIN.replace(TITLE, words(200, 800, "部门支出总表", 16))
    found, _ = pdf.blocks(drawn(PLAIN, other), "book.pdf")
    assert [block.title.text for block in found] == ["部门收支总表", "部门支出总表"]


def test_titles_and_units_inside_the_table_are_taken_out_of_it() -> None:
    rows = [["部门收支总表", "<", "<", "<"], ["单位：元", "<", "<", "<"], *HEADER, *BODY]
    block = only(drawn(table(50, 750, rows)))
    assert block.title.text == "部门收支总表"
    assert block.money_unit and block.money_unit.text == "单位：元"
    assert texts(block) == FLAT + BODY


def test_open_sides_and_thin_boxes_are_rules_too() -> None:
    page = "".join(f"50 {y} 300 0.5 re f\n" for y in (750, 730, 710))
    page += "".join(f"{x} 710 0.5 40 re f\n" for x in (150, 250))
    page += words(55, 737, "收入") + words(155, 737, "预算数") + words(255, 737, "支出")
    page += words(55, 717, "拨款") + words(155, 717, "10.00") + words(255, 717, "工资")
    assert texts(only(drawn(page))) == [["收入", "预算数", "支出"], ["拨款", "10.00", "工资"]]


def test_paragraphs_are_joined_over_lines_and_pages() -> None:
    full = "本部门贯彻落实" * 7
    one = words(70, 100, full) + words(50, 84, full + "方针")
    _, loose = pdf.blocks(drawn(one, words(50, 780, "政策。") + words(70, 764, "另一段。")), "book.pdf")
    assert [cell.text for cell in loose] == [full + full + "方针政策。", "另一段。"]
    assert loose[0].place.page == 1


# What stands around and inside a table

WORDS = [["甲项", "乙项", "<"], ["^", "丙", "丁"], ["子", "1.00", "2.00"], ["丑", "", "3.00"]]
"""Headings that no vocabulary has."""


def test_headings_are_told_by_their_merged_cells() -> None:
    found = read(drawn(TITLE + table(50, 750, WORDS)), "book.pdf").tables[0]
    assert [column.path for column in found.columns] == [("甲项",), ("乙项", "丙"), ("乙项", "丁")]
    assert [[cell.text for cell in row] for row in found.rows] == [["子", "1.00", "2.00"], ["丑", "", "3.00"]]


def test_a_row_under_merged_headings_divides_them_though_nothing_reaches_down_into_it() -> None:
    rows = [["甲", "<", "乙", "<"], ["丙", "丁", "戊", "己"], ["子", "1.00", "丑", "2.00"]]
    assert only(drawn(TITLE + table(50, 750, rows))).header == 2
    rows = [["甲", "<", "乙", "丙"], ["子", "丑", "寅", "1.00"], ["卯", "辰", "巳", "2.00"]]
    assert only(drawn(TITLE + table(50, 750, rows))).header == 1


@pytest.mark.parametrize("numbers", [["**", "1", "2"], ["栏次", "1", "2"], ["1", "2", "3"], ["—", "—", "1"]])
def test_a_row_of_column_numbers_is_no_row_of_the_body(numbers: list[str]) -> None:
    page = TITLE + table(50, 750, [*WORDS[:2], numbers, *WORDS[2:]])
    assert len(read(drawn(page), "book.pdf").tables[0].rows) == 2


def test_levels_printed_beside_the_total_are_headings() -> None:
    rows = [["科目编码", "<", "科目名称", "金额"], ["类", "款", "合计", "5.00"], ["201", "01", "子", "5.00"]]
    found = read(drawn(TITLE + table(50, 750, rows)), "book.pdf").tables[0]
    assert [column.path for column in found.columns][:2] == [("科目编码", "类"), ("科目编码", "款")]
    assert [cell.text for cell in found.rows[0]] == ["", "", "合计", "5.00"]


FILL_IN = [
    ["项目名称", "<", "展览", "<", "<"],
    ["主管部门", "<", "某局", "实施单位", "某馆"],
    ["指标", "一级指标", "二级指标", "指标值", "<"],
    ["^", "产出", "数量", "5.00", "<"],
    ["^", "效益", "社会", "6.00", "<"],
]


def test_a_form_to_fill_in_has_no_headings_and_no_figures() -> None:
    page = words(200, 800, "项目支出绩效目标表", 16) + table(50, 750, FILL_IN)
    found = read(drawn(page), "book.pdf").tables[0]
    assert not any(column.path for column in found.columns)
    assert len(found.rows) == len(FILL_IN)
    assert not found.remarks
    assert understand(read(drawn(page), "book.pdf")).amounts == []


def test_a_form_goes_on_however_the_next_page_is_cut() -> None:
    more = [["指标", "一级指标", "指标值"], ["^", "满意度", "7.00"]]
    page = words(200, 800, "项目支出绩效目标表", 16) + table(50, 750, FILL_IN)
    assert len(only(drawn(page, table(50, 800, more))).rows) == len(FILL_IN) + 2


def test_units_in_the_first_rows_are_no_headings() -> None:
    rows = [["预算单位：某局", "<", "单位：万元"], *WORDS]
    found = read(drawn(TITLE + table(50, 750, rows)), "book.pdf")
    assert found.tables[0].unit and found.unit == "某局"
    assert found.tables[0].fen == 1_000_000
    assert found.tables[0].columns[0].path == ("甲项",)


def test_a_table_without_a_money_unit_has_that_of_its_book() -> None:
    other = words(200, 800, "部门支出总表", 16) + table(50, 750, WORDS)
    found = read(drawn(PLAIN, other), "book.pdf")
    assert [one.fen for one in found.tables] == [1_000_000, 1_000_000]


def test_a_title_in_two_lines_is_one_and_a_year_under_it_is_not_of_it() -> None:
    grid = table(50, 700, WORDS, 165)
    for lines, title in (
        (("某项支出明细表", "（按某种分类）"), "某项支出明细表（按某种分类）"),
        (("某项支出及", "会议费支出明细表"), "某项支出及会议费支出明细表"),
        (("某项支出明细表", "（2026年度）"), "某项支出明细表"),
    ):
        page = "".join(words(300 - 8 * len(told), 800 - 20 * i, told, 16) for i, told in enumerate(lines))
        assert only(drawn(page + grid)).title.text == title


@pytest.mark.parametrize(
    ("above", "title", "tag"),
    [
        (("部门收支总体情况",), "部门收支总体情况", None),
        (("表一 收支总表",), "收支总表", "表一"),
        (("表三", "部门收支总表"), "部门收支总表", "表三"),
        (("附件1", "2026年部门收支总体情况表"), "2026年部门收支总体情况表", None),
        (("本表列示的各项支出见下。",), "", None),
    ],
)
def test_titles_as_books_print_them(above: tuple[str, ...], title: str, tag: str | None) -> None:
    page = "".join(words(60, 820 - 22 * i, told, 12) for i, told in enumerate(above))
    page += words(50, 765, "编制单位：某局 金额单位：万元") + table(50, 750, WORDS, 160)
    block = only(drawn(page))
    assert block.title.text == title
    assert (block.tag.text if block.tag else None) == tag
    assert block.unit and block.unit.text == "编制单位：某局"
    assert block.money_unit and block.money_unit.text == "金额单位：万元"


def test_tables_side_by_side_have_their_own_titles() -> None:
    left = words(60, 800, "收入总表", 14) + table(50, 750, [["甲", "乙"], ["子", "1.00"]], 60)
    right = words(360, 800, "支出总表", 14) + table(350, 750, [["甲", "乙"], ["丑", "2.00"]], 60)
    found, _ = pdf.blocks(drawn(left + right), "book.pdf")
    assert [block.title.text for block in found] == ["收入总表", "支出总表"]


def test_a_row_that_a_page_cuts_in_two_is_one() -> None:
    rows = [["项目", "金额", "说明"], ["办公楼门窗改", "1.00", "修缮"]]
    rest = [["造项目", "", ""], ["其他", "2.00", ""]]
    block = only(drawn(TITLE + table(50, 750, rows, 65), table(50, 800, rest, 65)))
    assert texts(block)[1:] == [["办公楼门窗改造项目", "1.00", "修缮"], ["其他", "2.00", ""]]
    rest[0][0] = "二、其他"
    assert len(only(drawn(TITLE + table(50, 750, rows, 65), table(50, 800, rest, 65))).rows) == 4


GOALS = [
    ["项目名称", "金额", "指标"],
    ["甲项目", "1.00", "产出"],
    ["^", "^", "效益"],
    ["乙项", "2.00", "产出"],
    ["^", "^", "效益"],
]


@pytest.mark.parametrize(
    ("first", "joined"),
    [
        (["目", ""], ["乙项目", "2.00"]),
        (["", ""], ["乙项", "2.00"]),
        (["丙项目", "3.00"], None),
    ],
)
def test_merged_cells_that_a_page_cuts_in_two_are_one(first: list[str], joined: list[str] | None) -> None:
    rest = [[*first, "成本"], ["^", "^", "满意度"], ["丁项目", "4.00", "产出"], ["^", "^", "效益"]]
    rows = texts(only(drawn(TITLE + table(50, 750, GOALS), table(50, 800, rest))))
    assert rows[3] == [*(joined or ["乙项", "2.00"]), "产出"]
    assert rows[5] == [*(["", ""] if joined else first), "成本"]
    assert rows[7][:2] == ["丁项目", "4.00"]


@pytest.mark.parametrize(("first", "joined"), [(["", "成，放心"], True), (["丙项目", "成，放心"], False)])
def test_a_goal_that_a_page_cuts_in_two_is_one_where_no_other_project_is_named(
    first: list[str], joined: bool
) -> None:
    goals = [["项目名称", "年度目标", "指标"], ["甲项目", "做好。", "产出"], ["^", "^", "效益"]]
    goals += [["乙项目", "完", "产出"], ["^", "^", "效益"]]
    rest = [[*first, "成本"], ["^", "^", "满意度"]]
    rows = texts(only(drawn(TITLE + table(50, 750, goals), table(50, 800, rest))))
    assert rows[3] == ["乙项目", "完成，放心" if joined else "完", "产出"]
    assert rows[5] == ["", "", "成本"] if joined else [*first, "成本"]


def test_a_long_merged_cell_that_no_rule_crosses_keeps_its_columns() -> None:
    wide = [["甲", "乙", "丙", "丁"], ["子", "1.00", "丑", "2.00"]]
    sides = "".join(line(x, 700, x, 800) for x in (50, 150, 250, 350, 450))
    right = "".join(line(250, y, 450, y) for y in (800, 775, 750, 725, 700))
    inside = words(255, 785, "寅") + words(355, 785, "3.00") + words(53, 740, "卯")
    block = only(drawn(TITLE + table(50, 750, wide), sides + right + inside))
    assert len(block.rows[0]) == 4
    assert texts(block)[2] == ["", "", "寅", "3.00"] or texts(block)[2] == ["卯", "", "寅", "3.00"]


def test_what_lies_hidden_under_a_heading_printed_again_is_not_read() -> None:
    under = "q 40 300 500 400 re W n\n" + words(54, 727, "上页项目") + words(153, 717, "98.00") + "Q\n"
    assert texts(only(drawn(PLAIN + under))) == FLAT + BODY


def test_a_heading_that_does_not_fit_its_cell_is_read_whole() -> None:
    grid = table(50, 750, [["", "", "金额"], ["子", "5.00", "6.00"]], 40)
    long = "q 90 730 40 20 re W n\n" + words(75, 737, "部门预算支出") + "Q\n"
    assert texts(only(drawn(TITLE + grid + long)))[0] == ["", "部门预算支出", "金额"]


# Files that cannot be read

PADDING = bytes(range(33, 65)).hex().encode()
LOCKED = (
    b"/Encrypt << /Filter /Standard /V 1 /R 2 /Length 40 /P -4 /O <"
    + PADDING
    + b"> /U <"
    + PADDING
    + b"> >> /ID [<00> <00>]"
)


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b"", "empty"),
        (b"\x00" * 5000, "damaged"),
        (b"%PDF-1.7\n" + random.Random(1).randbytes(4000), "damaged"),
        (drawn(PLAIN)[:300], "damaged"),
        (drawn(), "no-pages"),
        (drawn(PLAIN, trailer=LOCKED), "encrypted"),
        (drawn("50 50 200 200 re f"), "blank-pictures" if find_spec("rapidocr") else "scanned"),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, key: str) -> None:
    with pytest.raises(Unreadable) as problem:
        pdf.blocks(data, "book.pdf")
    assert problem.value.key == key


def test_damage_anywhere_is_read_or_refused() -> None:
    whole, dice = drawn(PLAIN, PLAIN), random.Random(20)
    for _ in range(150):
        data = bytearray(whole)
        for _ in range(dice.randrange(1, 30)):
            data[dice.randrange(len(data))] = dice.randrange(256)
        try:
            pdf.blocks(bytes(data[: dice.randrange(len(data) // 2, len(data) + 1)]), "book.pdf")
        except Unreadable:
            continue


@pytest.mark.parametrize("x", ["1e38", "-1e38", "99999999999999999999", "0.0000001"])
def test_lines_of_any_size_are_harmless(x: str) -> None:
    odd = f"0 0 m {x} 0 l S\n0 0 m 0 {x} l S\n0 0 {x} {x} re S\n"
    assert texts(only(drawn(PLAIN + odd + f"q {x} 0 0 1 0 0 cm /X Do Q", form=odd)))[-1] == BODY[-1]


def test_a_form_that_draws_itself_is_read_once() -> None:
    assert texts(only(drawn(PLAIN + "/X Do", form="/X Do"))) == FLAT + BODY


def test_very_many_lines_are_no_table() -> None:
    page = "".join(line(i / 50, 0, i / 50, 800) + line(0, i / 50, 500, i / 50) for i in range(20_000))
    pdf.blocks(drawn(page + words(50, 820, "线条很多的一页")), "book.pdf")


# Books


@pytest.mark.parametrize("name", MADE)
def test_made_books_read_as_the_text_they_were_made_from(books: Path, name: str) -> None:
    path, truth = books / "made" / f"{name}.pdf", books / TRUTH
    if not path.is_file() or not truth.is_file():
        leave_out(f"made books not found in {books / 'made'}")
    told, _ = text.blocks(truth.read_text("utf-8"), "book.txt")
    got = score(path.read_bytes(), told)
    assert got["found"] == got["tables"] == 13
    assert got["right"] >= MADE[name]


def test_a_made_book_has_the_headings_and_forms_of_its_text(books: Path) -> None:
    path, truth = books / "made" / "xinfang-2026.pdf", books / TRUTH
    if not path.is_file() or not truth.is_file():
        leave_out(f"made books not found in {books / 'made'}")
    told, made = (
        read(truth.read_bytes(), "book.txt"),
        assemble(*pdf.blocks(path.read_bytes(), "b"), "b", None),
    )
    assert (made.unit, made.year, made.fen, made.absent) == (told.unit, told.year, told.fen, told.absent)
    for one, two in zip(made.tables, told.tables, strict=True):
        assert (one.form, one.state, len(one.rows)) == (two.form, two.state, len(two.rows))
        assert [c.path for c in one.columns] == [c.path for c in two.columns]


def test_a_book_of_each_place_is_read(books: Path) -> None:
    firsts = [min(place.glob("*.pdf"), default=None) for place in sorted(books.iterdir()) if place.is_dir()]
    found = [path for path in firsts if path and path.parent.name != "made"]
    if not found:
        leave_out(f"no real PDFs in {books}")
    for path in found:
        blocks, loose = pdf.blocks(path.read_bytes(), path.name)
        assert blocks or loose
        assert all(len(row) == len(block.rows[0]) for block in blocks for row in block.rows)
