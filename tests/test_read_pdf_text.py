"""Reading PDFs: tables without rules, paragraphs, covers, in small pages drawn here."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from gouji.book import Cell, Place
from tests.conftest import LEFT_OUT

pytest.importorskip("pypdfium2", reason=f"{LEFT_OUT}pypdfium2 is not installed (the extra `pdf`)")

from gouji.read import pdf, read
from gouji.read.cover import cover
from tests.small_pdf import HEADER, PLAIN, TITLE, drawn, line, table, words

# Tables without rules down

LINES = ((50, "科目名称", 220, "合计", 400, "基本支出"), (50, "行政运行", 220, "1,234.50", 400, "1,000.00"))
LINES += ((50, "住房公积金", 228, "12.00", 408, "12.00"), (50, "其他支出", 220, "1,246.50"))


def lined(lines: Sequence[Sequence[float | str]], high: float = 20) -> str:
    """Lines of texts, each after its place across."""
    content = ""
    for i, told in enumerate(lines):
        for x, text_ in zip(told[::2], told[1::2], strict=True):
            content += words(float(x), 750 - i * high, str(text_))
    return content


@pytest.mark.parametrize("rules", [False, True])
def test_columns_without_rules_are_told_by_their_texts(rules: bool) -> None:
    across = "".join(line(50, 762 - 20 * i, 480, 762 - 20 * i) for i in range(5)) if rules else ""
    page = (
        TITLE + words(400, 775, "单位：万元") + lined(LINES) + across + words(50, 600, "注：本表反映支出。")
    )
    found = read(drawn(page), "book.pdf").tables[0]
    assert (found.title.text, found.fen) == ("部门收支总表", 1_000_000)
    assert [column.path for column in found.columns] == [("科目名称",), ("合计",), ("基本支出",)]
    assert [[cell.text for cell in row] for row in found.rows] == [
        ["行政运行", "1,234.50", "1,000.00"],
        ["住房公积金", "12.00", "12.00"],
        ["其他支出", "1,246.50", ""],
    ]
    assert [remark.code for remark in found.remarks] == ["read.unruled"]
    assert len(found.notes) == 1


def test_a_heading_over_several_columns_and_a_wrapped_label_without_rules() -> None:
    lines = [(50, "项目", 250, "本年预算支出总数及其中基本支出数额"), *LINES]
    page = TITLE + lined(lines) + words(50, 750 - 4 * 20 - 11, "（按功能）")
    found = read(drawn(page), "book.pdf").tables[0]
    assert found.columns[1].path[0] == found.columns[2].path[0]
    assert found.rows[-1][0].text == "其他支出（按功能）"


def test_columns_that_cannot_be_told_are_no_table_and_said() -> None:
    crowded = [(50, "某项", 200 + 15 * i, "1.00", 260 + 15 * i, "2.00") for i in range(7)]
    found = read(drawn(PLAIN, TITLE + lined(crowded)), "book.pdf")
    assert [remark.code for remark in found.remarks] == ["read.no-columns"]
    assert len(found.tables) == 1


def test_contents_and_paragraphs_are_no_tables() -> None:
    contents = [(50, f"{n}、某表", 400, str(i)) for i, n in enumerate("一二三四五", 3)]
    page = lined(
        [(50, "目录"), *contents, (50, "本年收入1.50万元，支出2.50万元。"), (50, "比上年增加0.50万元。")]
    )
    found = read(drawn(page, PLAIN), "book.pdf")
    assert len(found.tables) == 1
    assert not found.remarks


def test_pages_that_are_pictures_are_said() -> None:
    picture = "q 500 0 0 700 50 50 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \x7f EI Q\n"
    found = read(drawn(PLAIN, picture), "book.pdf")
    assert [(remark.code, dict(remark.args)["pages"]) for remark in found.remarks] == [
        ("read.picture-pages", "2")
    ]


# Prose


def test_items_of_a_list_stay_apart_however_full_their_lines_are() -> None:
    full = "本年一般公共预算三公经费支出表及其他有关情况说明一览"
    page = words(50, 700, "一、" + full, 16) + words(50, 670, "二、" + full, 16)
    _, loose = pdf.blocks(drawn(page), "book.pdf")
    assert [cell.text for cell in loose] == ["一、" + full, "二、" + full]


def test_a_ragged_line_goes_on_and_a_sentence_that_ends_there_does_not() -> None:
    one = "本年预算经费总计比上年增加主要是人员增加所以需要更多的钱"
    page = words(82, 700, one, 16) + words(50, 670, one[:26], 16) + words(50, 640, "元等。", 16)
    page += words(82, 610, one[:24] + "。", 16) + words(50, 580, "另一句。", 16)
    _, loose = pdf.blocks(drawn(page), "book.pdf")
    assert [cell.text for cell in loose] == [one + one[:26] + "元等。", one[:24] + "。", "另一句。"]


def test_digits_of_another_font_do_not_part_a_line_from_the_next() -> None:
    """A line that begins with a year, and digits that are lower or higher than the words beside them."""
    full = "本年预算经费总计比上年增加主要是人员增加所以需要更"
    for size in (11, 20):
        page = words(82, 700, "2026", size) + words(82 + 2 * size, 700, full, 16)
        page += words(50, 670, full + "多钱", 16)
        page += words(50, 640, "1.13", size) + words(50 + 2 * size, 640, "元。", 16)
        _, loose = pdf.blocks(drawn(page), "book.pdf")
        assert [cell.text for cell in loose] == [f"2026{full}{full}多钱1.13元。"]


def test_a_sentence_that_fills_its_line_does_not_go_on_in_an_indented_one() -> None:
    full = "本年预算经费总计比上年增加主要是人员增加所以需要更多钱"
    page = words(82, 730, full[:-1] + "。", 16) + words(82, 700, full, 16) + words(50, 670, "甲。", 16)
    page += words(82, 640, "另一句话，", 16) + words(50, 610, "乙。", 16)
    _, loose = pdf.blocks(drawn(page), "book.pdf")
    assert [cell.text for cell in loose][:2] == [full[:-1] + "。", full + "甲。"]


def test_entries_of_the_contents_stay_apart() -> None:
    names = ("收入", "支出", "采购")
    entries = [f"2026年{name}预算情况说明{'.' * 60}{at}" for at, name in enumerate(names, 7)]
    page = "".join(words(50, 700 - 20 * i, entry, 12) for i, entry in enumerate(entries))
    _, loose = pdf.blocks(drawn(page), "book.pdf")
    assert [cell.text for cell in loose] == entries


def test_a_mark_that_opens_may_begin_over_what_stands_before_it() -> None:
    page = words(50, 700, "9.", 16) + words(57.5, 700, "“三公”经费", 16)
    _, loose = pdf.blocks(drawn(page), "book.pdf")
    assert [cell.text for cell in loose] == ["9.“三公”经费"]


def test_running_heads_are_of_no_paragraph() -> None:
    head, full = words(50, 820, "某局二〇二六年预算", 9), "本部门贯彻落实" * 6
    pages = [head + words(50, 780, full + f"第{i}句的内容") + words(290, 30, "- 1 -") for i in "一二三"]
    _, loose = pdf.blocks(drawn(*pages), "book.pdf")
    assert [cell.text for cell in loose] == ["".join(full + f"第{i}句的内容" for i in "一二三")]


@pytest.mark.parametrize(
    ("lines", "unit", "year"),
    [
        (["某市某局2026年度部门预算"], "某市某局", 2026),
        (["2026年", "某市某局部门预算", "目录"], "某市某局", 2026),
        (["2026年度", "某市某局治安", "管理支队", "单位预算"], "某市某局治安管理支队", 2026),
        (["某市2026年市级单位预算"], "", 2026),
        (["某大学2023年度部门决算"], "某大学", 2023),
        (["目录", "某局2026年度部门预算"], "", None),
        (["一、主要职责", "2026年，本局将"], "", None),
    ],
)
def test_the_cover_says_whose_book_it_is_and_of_which_year(
    lines: list[str], unit: str, year: int | None
) -> None:
    final = any("决算" in line for line in lines)
    assert cover([Cell(told, Place()) for told in lines]) == (unit, year, final)


def test_the_list_of_tables_says_which_are_empty() -> None:
    listed = [["报表", "报表名称", "是否空表", "理由"], ["表1", "部门收支总表", "否", ""]]
    listed.append(["表2", "部门支出总表", "是", "不涉及"])
    empty = words(50, 810, "表2") + words(200, 790, "部门支出总表", 16) + table(50, 750, [*HEADER])
    found = read(drawn(words(200, 800, "报表目录", 16) + table(50, 750, listed), PLAIN, empty), "book.pdf")
    assert [one.state for one in found.tables][1:] == ["filled", "declared-empty"]
    assert [cell.text for cell in found.tables[2].declared] == ["不涉及"]
