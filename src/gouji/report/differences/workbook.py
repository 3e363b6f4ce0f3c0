"""A Comparison as a workbook. Needs the extra `gouji[office]`."""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter

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
                sheets.fill(words.word(name), TEXT_HEADS, texts, TEXT_WIDTHS, words)
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
        base = {"valign": "top", "text_wrap": True}
        self._head = book.add_format({"bold": True, "bottom": 1, **base})
        self._text = book.add_format(base)
        self._money = book.add_format({"num_format": MONEY, "valign": "top"})
        self._change = book.add_format({"num_format": CHANGE, "valign": "top"})

    def fill(
        self,
        name: str,
        heads: Sequence[str],
        rows: Iterable[tuple[Value, ...]],
        widths: Sequence[int],
        words: Words,
    ) -> None:
        sheet = self._book.add_worksheet(name[:31])
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        for column, head in enumerate(heads):
            sheet.write_string(0, column, words.word(head), self._head)
        first = 1 if heads else 0
        for number, row in enumerate(rows, first):
            for column, value in enumerate(row):
                self._write(sheet, number, column, value, bool(heads) and heads[column] == "difference")
        if heads:
            sheet.freeze_panes(1, 0)
            sheet.set_landscape()
            sheet.fit_to_pages(1, 0)
            sheet.repeat_rows(0)

    def _write(self, sheet: Any, row: int, column: int, value: Value, change: bool) -> None:
        if isinstance(value, int):
            sheet.write_number(row, column, value / 100, self._change if change else self._money)
        elif value:
            sheet.write_string(row, column, value, self._text)
