"""A Comparison as a workbook. Needs the extra `gouji[office]`."""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter
from rich.cells import cell_len

from gouji.compare import FIGURE, LINE, TABLE, Change, Comparison, Wording
from gouji.report.differences.view import DIMENSIONS, TEXTS, Words
from gouji.report.words import place_text, safe

WHAT = {LINE: "lines", FIGURE: "figures", TABLE: "tables"}
HEADS = ("kind", "table", "row", "column", "old", "new", "difference", "old-place", "new-place")
WIDTHS = (10, 16, 46, 30, 18, 18, 18, 24, 24)
TEXT_HEADS = ("kind", "table", "name", "old", "new", "old-place", "new-place")
TEXT_WIDTHS = (10, 16, 30, 60, 60, 24, 24)
TOTAL_WIDTHS = (56, 18, 18, 18)
MONEY = "#,##0.00;-#,##0.00;0.00"
CHANGE = "+#,##0.00;-#,##0.00;0.00"
FONT, A4 = "宋体", 9
ROW, TITLE, HIGHEST = 13.0, 22.0, 400.0  # points; Excel has no row above 409
DEEPEST = 3  # levels of codes
AMOUNTS = ("old", "new", "difference")
Value = str | int | None


def workbook(comparison: Comparison, lang: str) -> bytes:
    words = Words(comparison, lang)
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        year = comparison.new.year or 2000
        book.set_properties({"title": words.title(), "created": datetime.datetime(year, 1, 1)})
        sheets = _Sheets(book)
        sheets.fill(words.word("summary"), (), _summary(words), (90,), words)
        for dimension in DIMENSIONS:
            heads = ("code" if dimension == "function" else "project-name", "old", "new", "difference")
            totals = [t for t in comparison.totals if t.dimension == dimension]
            rows = [(words.name(t), t.old, t.new, t.difference) for t in totals]
            if rows:
                sheets.fill(words.word(dimension), heads, rows, TOTAL_WIDTHS, words)
        for what, name in WHAT.items():
            told = [row for change in comparison.of(what) for row in _rows(change, words)]
            if told:
                sheets.fill(words.word(name), HEADS, told, WIDTHS, words)
        for what, name in TEXTS.items():
            texts = [_wording(wording, words) for wording in comparison.texts if wording.what == what]
            if texts:
                sheets.fill(words.word(name), TEXT_HEADS, texts, TEXT_WIDTHS, words, amounts=False)
    return out.getvalue()


def _summary(words: Words) -> list[tuple[Value, ...]]:
    old, new = words.comparison.old, words.comparison.new
    lines = (
        words.title(),
        words.about(),
        words.units(),
        f"{words.word('old')}  {safe(old.source)}",
        f"{words.word('new')}  {safe(new.source)}",
        words.counts(),
        words.word("money-unit", unit="元"),
    )
    return [(line,) for line in lines if line]


def _rows(change: Change, words: Words) -> Iterable[tuple[Value, ...]]:
    """A row for each column that differs; one for a line that moved as it is, and for a table."""
    kind = "  ".join(filter(None, (words.kind(change), words.moved(change))))
    for one in change.figures or (change,):
        spot = one.after or one.before or change.spot
        ends = zip((one.before, one.after), (words.comparison.old, words.comparison.new), strict=True)
        places = [place_text(end.place, words.lang, side.source) if end else "" for end, side in ends]
        rows = [safe(end.row) if end else "" for end in (one.before, one.after)]
        difference = None if change.what == TABLE else one.difference
        yield (
            kind,
            safe(change.table),
            rows[1] or rows[0] or words.row(change),
            safe(spot.column),
            one.old,
            one.new,
            difference,
            *places,
        )


def _wording(one: Wording, words: Words) -> tuple[Value, ...]:
    texts = (safe(passage.text) if passage else "" for passage in (one.old, one.new))
    ends = zip((one.before, one.after), (words.comparison.old, words.comparison.new), strict=True)
    places = [place_text(end.place, words.lang, side.source) if end else "" for end, side in ends]
    return (words.kind(one), safe(one.table), safe(one.label), *texts, *places)


class _Sheets:
    """Sheets of one workbook: text stays text, amounts are numbers in 元."""

    def __init__(self, book: Any) -> None:
        self._book = book
        base = {"font_name": FONT, "font_size": 10, "valign": "top"}
        text, cell = {**base, "text_wrap": True}, {**base, "border": 1, "border_color": "#9AA4B0"}
        head = {**cell, "bold": True, "text_wrap": True, "bg_color": "#ECEFF2"}
        self._title = book.add_format({**text, "bold": True, "font_size": 14})
        self._line = book.add_format(text)
        self._head = book.add_format(head)
        self._head_of_amounts = book.add_format({**head, "align": "right"})
        self._texts = [
            book.add_format({**cell, "text_wrap": True, "align": "left", "indent": i})
            for i in range(DEEPEST + 1)
        ]
        self._money = book.add_format({**cell, "num_format": MONEY})
        self._change = book.add_format({**cell, "num_format": CHANGE})

    def fill(
        self,
        name: str,
        heads: Sequence[str],
        rows: Iterable[tuple[Value, ...]],
        widths: Sequence[int],
        words: Words,
        amounts: bool = True,
    ) -> None:
        """`amounts`: are old and new amounts, and no texts? Without headings each row is a line of text."""
        sheet = self._book.add_worksheet(name[:31])
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        if not heads:
            for number, (line, *_) in enumerate(rows):
                sheet.set_row(number, _height((line,), widths) if number else TITLE)
                sheet.write_string(number, 0, str(line), self._line if number else self._title)
            return
        for column, head in enumerate(heads):
            style = self._head_of_amounts if amounts and head in AMOUNTS else self._head
            sheet.write_string(0, column, words.word(head), style)
        for number, row in enumerate(rows, 1):
            sheet.set_row(number, _height(row, widths))
            for column, value in enumerate(row):
                self._write(sheet, number, column, value, heads[column])
        sheet.freeze_panes(1, 0)
        sheet.set_landscape()
        sheet.repeat_rows(0)

    def _write(self, sheet: Any, row: int, column: int, value: Value, head: str) -> None:
        if isinstance(value, int):
            style = self._change if head == "difference" else self._money
            sheet.write_number(row, column, value / 100, style)
            return
        text = value or ""
        deep = _depth(text) if head == "code" else 0
        style = self._texts[min(deep, DEEPEST)]
        if text:
            sheet.write_string(row, column, text, style)
        else:
            sheet.write_blank(row, column, None, style)


def _height(row: Sequence[Value], widths: Sequence[int]) -> float:
    """How high a row is, in points: a program does not always reckon it."""
    texts = zip(row, widths, strict=True)
    most = max((-(-cell_len(text) // (wide - 2)) for text, wide in texts if isinstance(text, str)), default=1)
    return min(ROW * max(1, most) + 3, HIGHEST)


def _depth(name: str) -> int:
    """How deep the code before a name stands below the total: 1 for 201, 3 for 2010101."""
    code = name.split(" ", 1)[0]
    return max(0, (len(code) - 1) // 2) if code.isdecimal() else 0
