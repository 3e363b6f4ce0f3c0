"""The ledger workbook: empty with an example and help for whoever fills it, or holding a ledger."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from gouji import forms, money
from gouji.ledger import Ledger
from gouji.ledger.cells import reference
from gouji.ledger.filling import Row, Value, filled
from gouji.ledger.workbook import (
    EXAMPLE,
    GUIDE,
    LISTS,
    RECOVERED,
    REMARK,
    YES,
    Column,
    Page,
    leaves,
    page,
    pages,
)
from gouji.messages import say

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

_HEAD, _BODY = 1, 2
"""The row of the headings, and the first row below them, from 0."""
_ROOM = 500
"""Rows below what is filled that still have drop-down lists."""
_WRITTEN = datetime(2026, 1, 1)  # a fixed date, so that the same ledger gives the same bytes
_LARGE = 20_000
"""Lines above which a workbook is written row by row, which takes less memory and makes a larger file."""
A3, A4 = 8, 9
_WIDE = 170
"""Characters that a sheet on A4 has room for."""
_RISKY = ("=", "+", "-", "@", "\t", "\r", "'")
_BASE = {"font_name": "宋体", "font_size": 11, "valign": "vcenter"}
_HEADING = {"bold": True, "border": 1, "text_wrap": True, "align": "center"}
_LINED = {"border": 1, "border_color": "#BFBFBF"}
_EXAMPLE = {**_LINED, "italic": True, "font_color": "#595959", "bg_color": "#F2F2F2"}
_FORMATS: dict[str, dict[str, object]] = {
    "title": {"bold": True, "font_size": 18},
    "banner": {"font_color": "#404040"},
    "head": {**_HEADING, "bg_color": "#EDF2F9"},
    "need": {**_HEADING, "bg_color": "#BDD0E9"},
    "example": {**_EXAMPLE, "num_format": "@", "text_wrap": True},
    "example-amount": {**_EXAMPLE, "num_format": "#,##0.00"},
    "text": {"num_format": "@"},
    "long": {"num_format": "@", "text_wrap": True},
    "amount": {"num_format": "#,##0.00"},
    "guide": {**_LINED, "text_wrap": True, "valign": "top"},
    "link": {**_LINED, "font_color": "#1F4E9E", "underline": 1, "valign": "top"},
}


class Style(NamedTuple):
    """What all sheets share: formats by name, where the lists of codes stand, the language of the help."""

    formats: dict[str, Format]
    lists: dict[str, str]
    lang: str


def workbook(
    ledger: Ledger | None, out: BinaryIO, edition: str, year: int, lang: str = "zh", notes: Sequence[Row] = ()
) -> None:
    """Write a workbook to be filled, or one that holds a ledger; `notes` say how it was recovered.

    Raises filling.Unfit.
    """
    import xlsxwriter

    large = ledger is not None and len(ledger.lines) > _LARGE
    book = xlsxwriter.Workbook(out, {"constant_memory": large, "strings_to_formulas": False})
    book.set_properties({"title": say("workbook.title", lang), "created": _WRITTEN})
    formats = {name: book.add_format({**_BASE, **told}) for name, told in _FORMATS.items()}
    guide = book.add_worksheet(GUIDE)
    sheets = {page.holds: book.add_worksheet(page.name) for page in pages()}
    style = Style(formats, _lists(book, year), lang)
    _guide(guide, style, edition)
    for told, rows in _rows(ledger, edition, year):
        _sheet(sheets[told.holds], told, rows, style, ledger is None)
    if notes:
        _notes(book.add_worksheet(RECOVERED), notes, style)
    sheets["unit" if ledger is None else "lines"].activate()
    book.close()


def tables(
    ledger: Ledger | None, edition: str, year: int, lang: str = "zh", notes: Sequence[Row] = ()
) -> Iterator[tuple[str, bytes]]:
    """The same as CSV files: each file's name and bytes. Raises filling.Unfit."""
    for told, rows in _rows(ledger, edition, year):
        yield f"{told.name}.csv", table(told, rows, _example(told) if ledger is None else ())
    if notes:
        heads = say("workbook.recovered-heads", lang).split("|")
        yield f"{RECOVERED}.csv", _csv_file([heads, *(map(_csv, row) for row in notes)])


def table(told: Page, rows: Iterable[Row], first: Sequence[str] = ()) -> bytes:
    """A sheet as a CSV file, with a mark for spreadsheets; `first` stands above the rows as it is."""
    heads = [[REMARK, *(column.name for column in told.columns)], *([first] if first else ())]
    return _csv_file(chain(heads, (["", *map(_csv, row)] for row in rows)))


def _csv_file(rows: Iterable[Iterable[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def protected(text: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe stands before what begins like one."""
    return f"'{text}" if text.startswith(_RISKY) else text


def protected_column(texts: Sequence[str]) -> Sequence[str]:
    """Texts so protected; most columns hold a few texts, again and again."""
    risky = {text for text in set(texts) if text.startswith(_RISKY)}
    return [f"'{text}" if text in risky else text for text in texts] if risky else texts


def _csv(value: Value) -> str:
    return protected(value) if isinstance(value, str) else money.yuan(value)


def _rows(ledger: Ledger | None, edition: str, year: int) -> Iterator[tuple[Page, Iterable[Row]]]:
    """Each sheet and its rows; of a workbook to be filled only the forms and the year are known."""
    if ledger is not None:
        yield from ((page(holds), rows) for holds, rows in filled(ledger))
        return
    for told in pages():
        known: Row = ["", "", str(year), forms.edition(edition).money_unit, edition]
        yield told, [known] if told.holds == "unit" else []


def _example(told: Page) -> list[str]:
    return [EXAMPLE, *(column.example for column in told.columns)]


def _lists(book: Workbook, year: int) -> dict[str, str]:
    """A hidden sheet with the codes of each classification: with their names, then alone to be typed."""
    sheet = book.add_worksheet(LISTS)
    sheet.hide()
    columns = {}
    for kind in ("function", "economic"):
        codes = list(leaves(kind, year))
        columns[kind] = [*(f"{code.code} {code.name}" for code in codes), *(code.code for code in codes)]
    longest = max(map(len, columns.values()))
    for at in range(longest):
        for i, values in enumerate(columns.values()):
            if at < len(values):
                sheet.write_string(at, i, values[at])
    return {
        kind: f"='{LISTS}'!${chr(65 + i)}$1:${chr(65 + i)}${len(values)}"
        for i, (kind, values) in enumerate(columns.items())
    }


def _guide(sheet: Worksheet, style: Style, edition: str) -> None:
    """What the workbook is for, how to fill it, and a line for each sheet."""
    formats, lang = style.formats, style.lang
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 90)
    sheet.set_row(0, 32)
    sheet.write_string(0, 0, say("workbook.title", lang), formats["title"])
    at = 1
    for line in say("workbook.guide", lang, {"edition": edition}).split("|"):
        sheet.write_string(at, 0, line, formats["banner"])
        at += 1
    for told in pages():
        at += 1
        sheet.write_url(at, 0, f"internal:'{told.name}'!A1", formats["link"], told.name)
        sheet.write_string(at, 1, told.help(lang), formats["guide"])
    _print(sheet, A4, 0)


def _notes(sheet: Worksheet, notes: Sequence[Row], style: Style) -> None:
    """How the ledger was recovered, a row for each inference and each figure that is not supported."""
    widths = (44, 30, 14, 34, 30, 16, 16, 16)
    for i, width in enumerate(widths):
        sheet.set_column(i, i, width, style.formats["amount" if i > 4 else "text"])
    sheet.write_string(0, 0, say("workbook.recovered", style.lang), style.formats["banner"])
    for i, head in enumerate(say("workbook.recovered-heads", style.lang).split("|")):
        sheet.write_string(_HEAD, i, head, style.formats["head"])
    for at, row in enumerate(notes, _BODY):
        for i, value in enumerate(row):
            if isinstance(value, int):
                sheet.write_number(at, i, float(money.yuan(value)))
            elif value:
                sheet.write_string(at, i, value)
    sheet.freeze_panes(_BODY, 0)
    _print(sheet, A3, _HEAD)


def _sheet(sheet: Worksheet, told: Page, rows: Iterable[Row], style: Style, empty: bool) -> None:
    formats = style.formats
    sheet.set_column(0, 0, 7, formats["text"])
    for i, column in enumerate(told.columns, 1):
        sheet.set_column(i, i, column.width, formats[_format(column)])
    sheet.set_row(0, 24)
    sheet.write_string(0, 0, f"{told.name}：{told.help(style.lang)}", formats["banner"])
    sheet.set_row(_HEAD, 34)
    _headings(sheet, told, style)
    at = _BODY
    if empty:
        _example_row(sheet, told, formats)
        at += 1
    first = at
    for row in rows:
        _row(sheet, at, told.columns, row, formats)
        at += 1
    for i, column in enumerate(told.columns, 1):
        _validate(sheet, first, at + _ROOM, i, column, style)
    sheet.freeze_panes(_BODY, 2 if told.holds != "lines" else 5)
    sheet.hide_gridlines(0)
    wide = sum(column.width for column in told.columns) > _WIDE
    _print(sheet, A3 if wide else A4, _HEAD)


def _headings(sheet: Worksheet, told: Page, style: Style) -> None:
    sheet.write_string(_HEAD, 0, REMARK, style.formats["head"])
    sheet.write_comment(_HEAD, 0, say("workbook.remark", style.lang), {"x_scale": 1.6, "y_scale": 0.6})
    for i, column in enumerate(told.columns, 1):
        sheet.write_string(_HEAD, i, column.heading, style.formats["need" if column.need else "head"])
        if help := column.help(style.lang):
            sheet.write_comment(_HEAD, i, help, {"x_scale": 1.6, "y_scale": 0.6})


def _example_row(sheet: Worksheet, told: Page, formats: dict[str, Format]) -> None:
    sheet.write_string(_BODY, 0, EXAMPLE, formats["example"])
    for i, column in enumerate(told.columns, 1):
        if column.kind in ("amount", "price") and column.example:
            sheet.write_number(_BODY, i, float(column.example), formats["example-amount"])
        else:
            sheet.write_string(_BODY, i, column.example or "", formats["example"])


def _row(sheet: Worksheet, at: int, columns: Sequence[Column], row: Row, formats: dict[str, Format]) -> None:
    for i, (column, value) in enumerate(zip(columns, row, strict=True), 1):
        if isinstance(value, int):
            sheet.write_number(at, i, float(money.yuan(value)), formats["amount"])
        elif value and column.kind == "price" and (price := _price(value)) is not None:
            sheet.write_number(at, i, float(money.yuan(price)), formats["amount"])
        elif value:
            sheet.write_string(at, i, value, formats[_format(column)])


def _price(text: str) -> int | None:
    """A price that is printed as amounts are; None for any other text, which is then kept as it is."""
    try:
        found = money.parse(text)
    except money.NotAnAmount:
        return None
    return found.fen if found and money.show(found.fen) == text else None


def _format(column: Column) -> str:
    return {"amount": "amount", "price": "amount", "long": "long"}.get(column.kind, "text")


def _validate(sheet: Worksheet, first: int, last: int, at: int, column: Column, style: Style) -> None:
    """Drop-down lists, and a stop when what is typed cannot be right."""
    rule = _rule(column, reference(first, at), style)
    if rule is None:
        return
    help = column.help(style.lang)
    told = {"input_title": column.name[:32], "input_message": help[:255]} if help else {}
    title, message = (say(f"workbook.wrong{of}", style.lang) for of in ("", f".{column.kind}"))
    wrong = {"error_title": title, "error_message": message}
    sheet.data_validation(first, at, last, at, {**rule, **told, **wrong})


def _rule(column: Column, cell: str, style: Style) -> dict[str, Any] | None:
    match column.kind:
        case "function" | "economic":
            return {"validate": "list", "source": style.lists[column.kind]}
        case "choice":
            return {"validate": "list", "source": list(column.values)}
        case "open" | "operator":
            return {"validate": "list", "source": list(column.values), "error_type": "warning"}
        case "yes":
            return {"validate": "list", "source": [YES]}
        case "unit":
            names = page("units").columns[1]
            at = page("units").columns.index(names) + 1
            where = f"='{page('units').name}'!${chr(65 + at)}${_BODY + 1}:${chr(65 + at)}${_BODY + _ROOM}"
            return {"validate": "list", "source": where, "ignore_blank": False}
        case "amount" | "price":
            return {"validate": "custom", "value": f"=AND(ISNUMBER({cell}),ROUND({cell},2)={cell})"}
        case "count":
            return {"validate": "custom", "value": f"=ISNUMBER(VALUE({cell}))"}
        case "year":
            return {"validate": "custom", "value": f"=AND(LEN({cell})=4,ISNUMBER(VALUE({cell})))"}
        case "ref":
            where = f"'{page('lines').name}'!$B:$B"
            return {"validate": "custom", "value": f"=COUNTIF({where},{cell})>0"}
    return None


def _print(sheet: Worksheet, paper: int, head: int) -> None:
    sheet.set_landscape()
    sheet.set_paper(paper)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(0.4, 0.4, 0.5, 0.5)
    sheet.set_footer("&C&P / &N")
    if head:
        sheet.repeat_rows(head)
