"""A printed book for tests: its forms by number, their rows, and amounts by printed column number."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal

from gouji.book import Book, Table

ZERO = Decimal(0)


def amount(text: str) -> Decimal:
    return Decimal(text.replace(",", "")) if text else ZERO


class Row:
    """A printed row: row[4] is the text in the column numbered 4, row(4) its amount."""

    def __init__(self, numbers: list[str], texts: list[str]) -> None:
        self.cells = dict(zip(numbers, texts, strict=True))
        self.texts = texts

    def __getitem__(self, number: int) -> str:
        return self.cells[str(number)]

    def __call__(self, *numbers: int) -> Decimal:
        return sum((amount(self[n]) for n in numbers), ZERO)


class Form:
    """A printed form: its total row, and its other rows."""

    def __init__(self, table: Table) -> None:
        numbers = [column.number or str(i) for i, column in enumerate(table.columns, 1)]
        rows = [Row(numbers, [cell.text for cell in row]) for row in table.rows]
        totals = [row for row in rows if any(text.replace(" ", "") == "合计" for text in row.texts[:3])]
        self.total = totals[-1] if totals else Row(numbers, [""] * len(numbers))
        self.rows = [row for row in rows if row not in totals]
        self.numbers = [int(n) for n in numbers]
        self.withheld = bool(table.withheld)

    def where(self, number: int, test: Callable[[str], bool] = bool) -> list[Row]:
        return [row for row in self.rows if test(row[number])]


def total(rows: Iterable[Row], *numbers: int) -> Decimal:
    return sum((row(*numbers) for row in rows), ZERO)


def labels(table: Table, side: int) -> dict[str, Decimal]:
    """One side of a 收支 table; a label that stands twice keeps its first amount."""
    told: dict[str, Decimal] = {}
    for row in table.rows:
        told.setdefault(row[side].text.replace(" ", ""), amount(row[side + 1].text))
    return told


class Forms:
    """All forms of a book, by their numbers."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.all = {table.form: Form(table) for table in book.tables if table.form}

    def __getitem__(self, form: str) -> Form:
        return self.all[form]

    def side(self, form: str, side: int) -> dict[str, Decimal]:
        table = self.book.table(form)
        assert table
        return labels(table, side)
