"""How tables stand on a page: merged cells, widths of columns, decimals, the size of a title."""

from __future__ import annotations

import io
from dataclasses import replace
from itertools import product

import pytest

from gouji.forms import edition
from gouji.write.layout import Laid, laid, laid_out
from gouji.write.merging import RIGHT
from gouji.write.widths import TITLE, Width, em, fitted, lines, page, title_size, widths
from tests import published
from tests.test_editions import BEIJING, EDITIONS, SHANGHAI
from tests.test_editions import laid_out as made


def table(name: str, form: str, seed: int = 0) -> Laid:
    found = made(name, seed).table(form)
    assert found
    return laid_out(found, edition(name))


@pytest.mark.parametrize("name", EDITIONS)
@pytest.mark.parametrize("seed", range(4))
def test_merged_cells_lie_in_the_table_and_over_blanks_alone(name: str, seed: int) -> None:
    for one in laid(made(name, seed), edition(name)):
        taken = [
            (row, column)
            for span in one.merged
            for row, column in product(
                range(span.row, span.row + span.rows), range(span.column, span.column + span.columns)
            )
        ]
        assert len(taken) == len(set(taken)) == len(one.places())
        starts = {(span.row, span.column) for span in one.merged}
        assert not any(one.rows[row][column] for row, column in set(taken) - starts)
        assert all(one.rows[span.row][span.column] == span.text for span in one.merged)


def test_a_form_to_fill_in_has_the_merged_cells_that_its_place_prints() -> None:
    one = table(BEIJING, "整体支出绩效目标表", 1)
    spans = {(span.row, span.column): span for span in one.merged}
    assert (spans[0, 0].columns, spans[0, 2].columns) == (2, 7)  # 部门名称, and the name
    assert (spans[1, 0].rows, spans[1, 0].columns) == (3, 2)  # 总体资金情况
    assert spans[1, 2].rows == 2  # 预算支出总额
    assert spans[4, 0].rows == len(one.rows) - 4  # 整体绩效目标, beside all below it
    assert spans[3, 2].align == RIGHT and spans[3, 2].text


def test_a_form_of_other_rows_is_laid_out_as_it_is() -> None:
    found = made(BEIJING, 1).table("整体支出绩效目标表")
    assert found
    assert not laid_out(replace(found, rows=found.rows[1:]), edition(BEIJING)).merged


def test_a_projects_money_stands_beside_all_its_targets() -> None:
    one = table(BEIJING, "项目支出绩效目标表", 1)
    money = [span for span in one.merged if span.align == RIGHT]
    assert any(span.text and span.rows > 1 for span in money)
    assert {span.row for span in money} == {span.row for span in one.merged if span.align != RIGHT}


def test_a_total_stands_before_its_amounts_over_all_other_columns() -> None:
    one = table(SHANGHAI, "支出总表")
    (total,) = one.merged
    assert (total.row, total.column, total.columns) == (len(one.rows) - 1, 0, 4)


def test_a_workbook_has_the_merged_cells() -> None:
    pytest.importorskip("xlsxwriter")
    calamine = pytest.importorskip("python_calamine")
    from gouji.write.xlsx import write

    book = made(BEIJING, 1)
    workbook = calamine.load_workbook(io.BytesIO(write(book, edition(BEIJING))))
    for name, one in zip(workbook.sheet_names[1:], laid(book, edition(BEIJING)), strict=True):
        merged = workbook.get_sheet_by_name(name).merged_cell_ranges
        sizes = sorted((r2 - r1 + 1, c2 - c1 + 1) for (r1, c1), (r2, c2) in merged)
        ours = sorted((span.rows, span.columns) for span in one.merged if span.rows * span.columns > 1)
        assert all(sizes.count(size) >= ours.count(size) for size in set(ours))


@pytest.mark.parametrize("name", EDITIONS)
def test_amounts_of_a_table_have_as_many_decimals(name: str) -> None:
    for one in (*made(name, 2).tables, *made(name, 3).tables):
        aligns = laid_out(one, edition(name)).aligns
        printed = {
            len(cell.text.partition(".")[2])
            for row in one.rows
            for cell, align in zip(row, aligns, strict=True)
            if align == RIGHT and cell.text
        }
        assert len(printed) <= 1, one.form


# Widths


def test_room_goes_where_it_saves_lines() -> None:
    """A text that lacks little gets it before a long one that is broken anyway."""
    short = Width(5.8, 7.8, ((5.8, 20.0), (6.8, 20.0), (7.8, 0.0)))
    long = Width(5.8, 22.8, ((5.8, 8.0), (14.3, 4.0), (22.8, 2.0)))
    first, second = fitted([short, long], 20)
    assert first > 7.8 and first + second == pytest.approx(20)
    assert fitted([short, long], 11.6) == pytest.approx([5.8, 5.8])
    assert fitted([short, long], 40)[0] > 7.8


def test_headings_stand_on_one_line_where_there_is_room() -> None:
    needed = [Width(3, 7, (), 9.8), Width(3, 7, (), 3.8)]
    assert fitted(needed, 20)[0] > 9.8
    assert fitted(needed, 15) == pytest.approx([7.5, 7.5])


def test_columns_fill_the_page_and_no_figure_is_broken() -> None:
    for seed in range(4):
        for one in laid(published.made(seed), published.YUNNAN):
            needed = widths(one)
            found = page(needed)
            wide = fitted(needed, found.room / found.size)
            assert sum(wide) * found.size == pytest.approx(found.room)
            assert all(a >= w.least - 1e-6 for a, w in zip(wide, needed, strict=True))


def test_a_long_text_is_not_left_in_the_narrowest_column() -> None:
    (one,) = laid(
        published.lone(
            "2026年一览表",
            ("项目名称", "年度绩效目标", "金额"),
            ("甲", "做好各项工作，" * 60, "1.00"),
            ("乙", "好", "2.00"),
        ),
        published.YUNNAN,
    )
    needed = widths(one)
    found = page(needed)
    wide = fitted(needed, found.room / found.size)
    assert lines(one.rows[0][1], wide[1]) < 20


def test_a_title_stands_on_one_line() -> None:
    for name in EDITIONS:
        for one in laid(made(name), edition(name)):
            found = page(widths(one))
            assert title_size(one.title, found) * em(one.title) <= found.room
    assert title_size("收支总表", found) == TITLE
