"""The faults of the sample book, each as the clerk of a real book might make it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from gouji.book import Book, Cell, Place, Row, Table

Rows = list[list[str]]


def with_faults(book: Book) -> Book:
    """The book with all of them."""
    tables = []
    for table in book.tables:
        if table.form == "08":
            continue  # was never published
        rows = [[cell.text for cell in row] for row in table.rows]
        for fault in FAULTS.get(table.form or "", ()):
            fault(rows)
        notes = [note.text for note in table.notes] + NOTES.get(table.form or "", [])
        if table.form == "11":
            notes = [note.replace("2026年", "2025年") for note in notes]
        changed = _printed(table, rows, notes)
        tables.append(replace(changed, unit=UNITS.get(table.form or "", table.unit)))
    return replace(book, tables=tuple(tables))


def point_moved(rows: Rows) -> None:
    """A decimal point one place to the left in the unit's 事业收入."""
    _change(_at(rows, "126001"), "180,000.00", "18,000.00", column=9)


def digit_wrong(rows: Rows) -> None:
    """One digit of 事业单位医疗."""
    _change(_at(rows, "2101102"), "187,184.35", "187,134.35", column=4)


def name_outdated(rows: Rows) -> None:
    """A functional code under the name that it had years ago."""
    _change(_at(rows, "20805"), "行政事业单位养老支出", "行政事业单位离退休")


def in_ten_thousands(rows: Rows) -> None:
    """公务接待费 in 万元 in a table in 元."""
    _change(rows[0], "12,000.00", "1.20", column=5)


def cut_off(rows: Rows) -> None:
    """The table breaks off in the middle of a row."""
    last = next(i for i, row in enumerate(rows) if "福利费" in row)
    rows[last][3:] = [""] * len(rows[last][3:])
    del rows[last + 1 :]


def row_lost(rows: Rows) -> None:
    """One of eight equal rows is missing."""
    rows.remove(next(row for row in rows if row[2] == "科普大篷车进乡村活动经费" and row[1]))


def code_of_another(rows: Rows) -> None:
    """A row under the code of another project."""
    row = next(row for row in rows if row[2] == "青少年科技竞赛专项经费" and row[6] == "30226")
    row[1] = next(row[1] for row in rows if row[2] == "常设展览运行维护专项经费" and row[1])


def numbered_wrong(rows: Rows) -> None:
    """八是 twice in a goal, and no 九是."""
    row = next(row for row in rows if row[0] == "常设展览运行维护专项经费")
    row[1] = row[1].replace("九是", "八是")


def placeholder_left(rows: Rows) -> None:
    """A number that was to be filled in."""
    row = next(row for row in rows if row[0] == "青少年科技竞赛专项经费")
    row[1] = row[1].replace("机器人竞赛", "机器人竞赛XX场")


def wrong_way(rows: Rows) -> None:
    """More breakdowns as a goal."""
    row = next(row for row in rows if "展品故障率" in row)
    row[5] = ">="


def counted_otherwise(rows: Rows) -> None:
    """The goal says 4套, the indicator 6."""
    row = next(row for row in rows if "更新展品数量" in row)
    row[6] = "6"


def cells_lost(rows: Rows) -> None:
    """The last rows have lost their two blank cells in front."""
    for row in rows[-3:]:
        row[:] = [*row[2:], "", ""]


def operator_for_name(rows: Rows) -> None:
    """The operator stands in the name column too."""
    for row in rows[1:]:
        row[4] = row[5]


def column_wrong(rows: Rows) -> None:
    """展品 under 政府性基金 instead of 一般公共预算."""
    row = next(row for row in rows if "互动展品" in row)
    row[7], row[8] = row[8], row[7]


def total_wrong(rows: Rows) -> None:
    """The total leaves the smallest project out, in the first year only."""
    _change(rows[-1], "1,698,000.00", "1,588,000.00", column=4)


FAULTS: Mapping[str, tuple[Callable[[Rows], None], ...]] = {
    "01-2": (point_moved,),
    "02-2": (digit_wrong, name_outdated),
    "03": (in_ten_thousands,),
    "04": (cut_off,),
    "05-1": (row_lost, code_of_another),
    "05-2": (numbered_wrong, placeholder_left, wrong_way, counted_otherwise, cells_lost),
    "07": (column_wrong,),
    "09-2": (operator_for_name,),
    "12": (total_wrong,),
}
NOTES = {"10": ["说明：云溪市科学技术馆2026年无新增资产，故此表为空表。"]}
"""A table that is filled and says that it is empty."""
UNITS = {"06": Cell("单位名称：云溪市图书馆", Place())}
"""A table taken over from another unit's book."""


def _at(rows: Rows, code: str) -> list[str]:
    return next(row for row in rows if row[0] == code)


def _change(row: list[str], was: str, now: str, column: int | None = None) -> None:
    """Print something else; fails where the book does not print what is to be changed."""
    at = row.index(was) if column is None else column
    if row[at] != was:
        raise ValueError(f"{was} is not in {row}")
    row[at] = now


def _printed(table: Table, rows: Rows, notes: list[str]) -> Table:
    return replace(table, rows=tuple(_cells(row) for row in rows), notes=_cells(notes))


def _cells(texts: list[str]) -> Row:
    return tuple(Cell(text, Place()) for text in texts)
