"""Tidy CSV: every figure of a book with what it counts, and every line of its ledger; one row each.

Lines that are withheld are in neither: only the printed totals hold them.
"""

from __future__ import annotations

import csv
import io
from codecs import BOM_UTF8
from collections.abc import Iterator
from dataclasses import fields
from itertools import islice

from gouji import codes, money
from gouji.book import Book
from gouji.forms import Edition
from gouji.ledger import Ledger, Line
from gouji.meaning import Sense, understand
from gouji.write.counted import DIMENSIONS, conditions, printed
from gouji.write.folder import Data
from gouji.write.ledger import protected_column
from gouji.write.public import public_lines

_LINE = tuple(field.name for field in fields(Line) if field.name not in ("fen", "withheld"))
_NAMED = ("function_name", "economic_name")
_BATCH = 20_000
Row = tuple[str, ...]


def files(
    ledger: Ledger, book: Book, edition: Edition, sense: Sense | None = None
) -> Iterator[tuple[str, Data]]:
    """`sense` is that of the book, where it is known already."""
    yield "figures.csv", _csv(_figures(sense or understand(book), edition))
    yield "lines.csv", _csv(_lines(ledger, edition))


def _figures(sense: Sense, edition: Edition) -> Iterator[Row]:
    yield ("edition", "form", "title", "row", "column", *DIMENSIONS, "amount")
    for panel, at, figures in printed(sense):
        table = panel.table
        row = (edition.name, table.name, table.title.text, panel.nodes[at].label)
        for column, fen, scope in figures:
            label = table.columns[panel.columns[column].at].label
            yield (*row, label, *conditions(scope), money.yuan(fen))


def _lines(ledger: Ledger, edition: Edition) -> Iterator[Row]:
    functions = codes.functions(ledger.year)
    yield (*_LINE, *_NAMED, "amount")
    for _, line in public_lines(ledger, edition):
        listed = codes.gov_economics if line.economic.startswith("5") else codes.economics
        names = (functions.get(line.function), listed(ledger.year).get(line.economic))
        values = (getattr(line, name) for name in _LINE)
        yield (*map(_text, values), *(code.name if code else "" for code in names), money.yuan(line.fen))


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _csv(rows: Iterator[Row]) -> Iterator[bytes]:
    """UTF-8 with a mark, for spreadsheets; amounts, the last column, are numbers and stay as they are."""
    yield BOM_UTF8
    while batch := list(islice(rows, _BATCH)):
        *texts, amounts = zip(*batch, strict=True)
        file = io.StringIO()
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows(zip(*map(protected_column, texts), amounts, strict=True))
        yield file.getvalue().encode()
