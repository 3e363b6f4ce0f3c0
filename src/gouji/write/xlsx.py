"""A Book to a workbook: a sheet a form, in the official look. Needs the extra `gouji[office]`."""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from gouji.book import Book
from gouji.forms import Edition
from gouji.meaning import Sense
from gouji.write.formulas import At, Formulas, formulas
from gouji.write.layout import Laid, laid
from gouji.write.merging import CENTER, LEFT, RIGHT, Span
from gouji.write.outline import cover_of
from gouji.write.widths import TITLE, fitted, lines, page, title_size, widths

CONTENTS, QUOTE = "目录", "'"
SONG = "宋体"
SIZE = 10
UNIT = 2.0  # widths of a digit in an em
LINE, ROW, HEAD_ROW = 14.0, 20.0, 22.0  # points
HIGHEST = 400.0  # points; Excel has no row above 409
MONEY = 12.0  # em for 单位：万元
WIDEST_FROZEN = 34.0  # em of key columns that stay in sight
LONGEST_LINK = 250  # characters that the text of a link may have
LONGEST_NAME, LONGEST_FORMULA, MOST_TERMS = 31, 8000, 250
PAPERS = {"a3": 8, "a4": 9}
_NAME = re.compile(r"[\[\]:*?/\\\0-\x1f]")
_EXACT = 15  # digits that a double holds
_LARGE = 300_000  # cells; of a larger book each row is put into a file of its sheet once it is written


def write(book: Book, edition: Edition, sense: Sense | None = None) -> bytes:
    """`sense` is that of the book, where it is known already."""
    out = io.BytesIO()
    cells = sum(len(table.rows) * len(table.columns) for table in book.tables)
    with xlsxwriter.Workbook(out, {"constant_memory" if cells > _LARGE else "in_memory": True}) as workbook:
        styles = _Styles(workbook)
        made = datetime.datetime(book.year or edition.year, 1, 1)
        workbook.set_properties({"title": f"{book.unit}{book.year or ''}年部门预算表", "created": made})
        names = {CONTENTS: CONTENTS}
        contents, links = workbook.add_worksheet(CONTENTS), []
        for table, form, sums in zip(laid(book, edition), book.tables, formulas(book, sense), strict=True):
            name = sheet_name(form.form or table.title, names)
            _Sheet(workbook.add_worksheet(name), styles, table, sums).fill()
            links.append((name, f"{name}　{table.title}" if table.tag else table.title))
        _contents(contents, styles, book, links)
    return out.getvalue()


def _contents(sheet: Any, styles: _Styles, book: Book, links: Sequence[tuple[str, str]]) -> None:
    """The first sheet: the unit, the title, and a link to each form."""
    sheet.set_column(0, 0, 78)
    sheet.hide_gridlines(2)
    big = styles.of(align=CENTER, bold=True, font_size=TITLE)
    heads = [
        *((line, 36, big) for line in cover_of(book)),
        (CONTENTS, 30, styles.of(align=CENTER, bold=True)),
    ]
    for row, (text, high, style) in enumerate(heads):
        sheet.set_row(row, high)
        sheet.write_string(row, 0, text, style)
    link = styles.of(align=LEFT, font_size=11, font_color="#1F4E9E", underline=1)
    for row, (name, text) in enumerate(links, len(heads)):
        sheet.set_row(row, 24)
        where = f"internal:'{name.replace(QUOTE, 2 * QUOTE)}'!A1"
        sheet.write_url(row, 0, where, link, text[:LONGEST_LINK])
    sheet.set_paper(PAPERS["a4"])
    sheet.fit_to_pages(1, 0)
    sheet.center_horizontally()
    sheet.set_margins(left=0.6, right=0.6, top=0.7, bottom=0.7)


def sheet_name(text: str, taken: dict[str, str]) -> str:
    """A name that a sheet may have and no other sheet has: Excel knows no capitals here."""
    plain = _NAME.sub(" ", text).strip(" '") or "表"
    plain = f"{plain}表" if plain.lower() == "history" else plain
    name, number = plain[:LONGEST_NAME], 1
    while name.lower().strip(" '") in taken:
        number += 1
        name = f"{plain[: LONGEST_NAME - 5]} {number}"
    taken[name.lower().strip(" '")] = name
    return name.strip(" '")


class _Styles:
    """The formats of a workbook, each made once."""

    def __init__(self, workbook: Any) -> None:
        self._workbook = workbook
        self._made: dict[tuple[tuple[str, Any], ...], Any] = {}
        self._cells: dict[tuple[str, str], Any] = {}

    def of(self, **said: Any) -> Any:
        key = tuple(sorted(said.items()))
        if key not in self._made:
            whole = {"font_name": SONG, "font_size": SIZE, "valign": "vcenter", **said}
            self._made[key] = self._workbook.add_format(whole)
        return self._made[key]

    def cell(self, align: str, code: str = "") -> Any:
        """Of a cell of a table; `code` is a number's format."""
        if (align, code) not in self._cells:
            said = {"num_format": code} if code else {}
            self._cells[align, code] = self.of(border=1, align=align, text_wrap=align != RIGHT, **said)
        return self._cells[align, code]


class _Sheet:
    """A sheet and the next row to fill."""

    def __init__(self, sheet: Any, styles: _Styles, table: Laid, sums: Formulas) -> None:
        self._sheet, self._styles, self._table, self._sums = sheet, styles, table, sums
        needed = widths(table)
        self._page = page(needed)
        self._widths = fitted(needed, self._page.room / self._page.size)
        self._row = 0

    def fill(self) -> None:
        self._around()
        first = self._row
        self._head()
        self._body()
        self._notes()
        self._prints(first)

    def _around(self) -> None:
        table = self._table
        if table.tag:
            self._across(table.tag, 16, self._styles.of(align=RIGHT))
        size = title_size(table.title, self._page)
        self._across(table.title, 36, self._styles.of(align=CENTER, bold=True, font_size=size))
        if table.unit or table.money:
            self._sheet.set_row(self._row, 18)
            middle = self._middle() if table.unit and table.money else table.columns if table.unit else 0
            self._merge(self._row, 0, 1, middle, table.unit, self._styles.of(align=LEFT))
            rest = table.columns - middle
            self._merge(self._row, middle, 1, rest, table.money, self._styles.of(align=RIGHT))
            self._row += 1

    def _middle(self) -> int:
        """Where the right part of the line above the table begins, which holds the money unit."""
        last = self._table.columns - 1
        return max(1, next((i for i in range(last) if sum(self._widths[i:]) < MONEY), last))

    def _across(self, text: str, height: float, style: Any) -> None:
        self._sheet.set_row(self._row, height)
        self._merge(self._row, 0, 1, max(1, self._table.columns), text, style)
        self._row += 1

    def _merge(self, row: int, column: int, rows: int, columns: int, text: str, style: Any) -> None:
        if rows * columns > 1:
            self._sheet.merge_range(row, column, row + rows - 1, column + columns - 1, "", style)
        if rows * columns:
            self._text(row, column, text, style)

    def _text(self, row: int, column: int, text: str, style: Any) -> None:
        if text:
            self._sheet.write_string(row, column, text, style)
        else:
            self._sheet.write_blank(row, column, None, style)

    def _head(self) -> None:
        table, style = self._table, self._styles.of(border=1, align=CENTER, text_wrap=True, bold=True)
        heights = [HEAD_ROW] * table.depth
        for head in table.heads:
            wide = sum(self._widths[head.column : head.column + head.columns])
            wanted = lines(head.text, wide) * LINE + 6 - (head.rows - 1) * HEAD_ROW
            last = head.row + head.rows - 1
            heights[last] = max(heights[last], wanted)
        for r, (height, heads) in enumerate(zip(heights, table.head_grid(), strict=True)):
            self._sheet.set_row(self._row, height)
            for head in heads:
                self._part(r, head, style)
            self._row += 1
        if table.numbers:
            for column, number in enumerate(table.numbers):
                self._text(self._row, column, number, self._styles.cell(CENTER))
            self._row += 1

    def _part(self, r: int, span: Span, style: Any) -> None:
        """What of a cell stands in one of its rows. Rows are written one by one: a row above is not kept."""
        for column in range(span.column, span.column + span.columns):
            begins = r == span.row and column == span.column
            self._text(self._row, column, span.text if begins else "", style)
        if r == span.row and span.rows * span.columns > 1:
            end = self._row + span.rows - 1, span.column + span.columns - 1
            self._sheet.merge.append([self._row, span.column, *end])

    def _body(self) -> None:
        first = self._row
        for r, cells in enumerate(self._table.body_grid()):
            self._sheet.set_row(self._row, max([ROW, *[self._high(cell) for cell in cells if cell.text]]))
            for cell in cells:
                if cell.rows * cell.columns > 1:
                    self._part(r, cell, self._styles.cell(cell.align))
                elif cell.text:
                    self._cell(first, cell)
                else:
                    self._sheet.write_blank(self._row, cell.column, None, self._styles.cell(cell.align))
            self._row += 1

    def _high(self, cell: Span) -> float:
        """How high a row must be for a cell; one over several rows takes its share of each."""
        if cell.align == RIGHT:
            return 0.0
        high = lines(cell.text, self._widths[cell.column]) * LINE + 6
        return min(high / cell.rows, HIGHEST)

    def _cell(self, first: int, cell: Span) -> None:
        row, column = first + cell.row, cell.column
        number = _number(cell.text) if cell.align == RIGHT else None
        if number is None:
            self._sheet.write_string(row, column, cell.text, self._styles.cell(cell.align))
            return
        value, code = number
        if cell.rows * cell.columns > 1:
            self._merge(row, column, cell.rows, cell.columns, "", self._styles.cell(RIGHT, code))
        formula = _sum(first, self._sums.of(cell.row, column))
        if formula:
            style = self._styles.cell(RIGHT, f"{code};-{code};;@" if value else code)
            self._sheet.write_formula(row, column, formula, style, value)
        else:
            self._sheet.write_number(row, column, value, self._styles.cell(RIGHT, code))

    def _notes(self) -> None:
        for note in self._table.notes:
            high = lines(note, sum(self._widths)) * LINE + 8
            self._across(note, high, self._styles.of(align=LEFT, text_wrap=True))

    def _prints(self, first: int) -> None:
        sheet, table = self._sheet, self._table
        last = first + table.depth + bool(table.numbers)
        for column, width in enumerate(self._widths):
            sheet.set_column(column, column, width * UNIT)
        sheet.freeze_panes(last, self._frozen())
        if last > first:
            sheet.repeat_rows(first, last - 1)
        sheet.set_paper(PAPERS[self._page.paper])
        if self._page.landscape:
            sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.center_horizontally()
        sheet.set_margins(left=0.6, right=0.6, top=0.7, bottom=0.7)
        sheet.set_footer(f'&C&"{SONG}"&9第 &P 页，共 &N 页')

    def _frozen(self) -> int:
        """How many key columns stay in sight at the left."""
        keys = next((i for i, align in enumerate(self._table.aligns) if align == RIGHT), 0)
        return max((i for i in range(keys + 1) if sum(self._widths[:i]) <= WIDEST_FROZEN), default=0)


@lru_cache(maxsize=5000)
def _number(text: str) -> tuple[float, str] | None:
    """An amount as a number and the format that prints it as it is; None where no format does."""
    digits = text.replace(",", "").lstrip("-")
    if not text or not digits.replace(".", "", 1).isdecimal() or len(digits) > _EXACT:
        return None
    part = digits.partition(".")[2]
    grouped = "," if "," in text else ""
    value = float(text.replace(",", ""))
    if f"{value:{grouped}.{len(part)}f}" != text or text.startswith("-") is (value >= 0):
        return None
    code = ("#,##0" if grouped or abs(value) < 1000 else "0") + ("." + "0" * len(part) if part else "")
    return value, code + "_ "  # as Excel does it: a little room beside the figure


def _sum(first: int, parts: Sequence[At]) -> str:
    """=SUM(…) over cells, those in one run as a range; nothing where it grows too long for Excel."""
    if not parts:
        return ""
    terms = list(_ranges([(first + r, c) for r, c in parts]))
    formula = f"=SUM({','.join(terms)})"
    return formula if len(terms) <= MOST_TERMS and len(formula) <= LONGEST_FORMULA else ""


def _ranges(cells: Sequence[At]) -> Iterable[str]:
    """A1 and A1:A9, for cells under or beside one another."""
    start = 0
    for i in range(1, len(cells) + 1):
        if i == len(cells) or not _adjoins(cells[max(start, i - 2) : i], cells[i]):
            ends = (xl_rowcol_to_cell(*cells[start]), xl_rowcol_to_cell(*cells[i - 1]))
            yield ends[0] if ends[0] == ends[1] else ":".join(ends)
            start = i


def _adjoins(run: Sequence[At], cell: At) -> bool:
    """Does a cell carry a run on, in its direction?"""
    down, along = cell[0] - run[-1][0], cell[1] - run[-1][1]
    if len(run) > 1:
        return (down, along) == (run[-1][0] - run[-2][0], run[-1][1] - run[-2][1])
    return (down, along) in ((1, 0), (0, 1))
