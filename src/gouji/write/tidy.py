"""Tidy CSV: every figure of a book with what it counts, and every line of its ledger; one row each.

Lines that are withheld are in neither: only the printed totals hold them.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import fields

from gouji import codes, money
from gouji.book import Book
from gouji.forms import Edition
from gouji.ledger import Ledger, Line
from gouji.meaning import Sense, understand
from gouji.scope import OPEN, dimensions
from gouji.write.ledger import protected
from gouji.write.public import public_lines

_LINE = tuple(field.name for field in fields(Line) if field.name not in ("fen", "withheld"))
_NAMED = ("function_name", "economic_name")


def files(
    ledger: Ledger, book: Book, edition: Edition, sense: Sense | None = None
) -> Iterator[tuple[str, bytes]]:
    """`sense` is that of the book, where it is known already."""
    yield "figures.csv", _csv(_figures(sense or understand(book), edition))
    yield "lines.csv", _csv(_lines(ledger, edition))


def _figures(sense: Sense, edition: Edition) -> Iterator[Iterable[str]]:
    closed = tuple(dimensions().fields)
    yield ("edition", "form", "title", "row", "column", "amount", *closed, *OPEN)
    for panel in sense.panels:
        table = panel.table
        for at, node in enumerate(panel.nodes):
            for c, column in enumerate(panel.columns):
                fen = sense.amounts[panel.figure(at, c)]
                if fen is None:
                    continue
                scope = panel.base.scope.meet(node.scope)
                scope = scope.meet(column.scope) if scope else None
                told = dict(words.split("=", 1) for words in scope.words()) if scope else {}
                label = table.columns[column.at].label
                yield (
                    edition.name,
                    table.name,
                    table.title.text,
                    node.label,
                    label,
                    money.yuan(fen),
                    *(told.get(dimension, "") for dimension in (*closed, *OPEN)),
                )


def _lines(ledger: Ledger, edition: Edition) -> Iterator[Iterable[str]]:
    functions = codes.functions(ledger.year)
    yield (*_LINE, *_NAMED, "amount")
    for _, line in public_lines(ledger, edition):
        listed = codes.gov_economics if line.economic.startswith("5") else codes.economics
        names = (functions.get(line.function), listed(ledger.year).get(line.economic))
        values = (getattr(line, name) for name in _LINE)
        yield (*map(_text, values), *(code.name if code else "" for code in names), money.yuan(line.fen))


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _csv(rows: Iterable[Iterable[str]]) -> bytes:
    """UTF-8 with a mark, for spreadsheets; amounts are numbers and stay as they are."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for *texts, last in _with_amount_last(rows):
        writer.writerow([*map(protected, texts), last])
    return text.getvalue().encode("utf-8-sig")


def _with_amount_last(rows: Iterable[Iterable[str]]) -> Iterator[list[str]]:
    at = -1
    for row in rows:
        cells = list(row)
        at = cells.index("amount") if at < 0 else at
        yield [*cells[:at], *cells[at + 1 :], cells[at]]
