"""Open data: lines, figures, targets and codes as CSV with a Fiscal Data Package, as Parquet and as JSON.

Lines that are withheld are in none of them: only the printed totals hold them. Amounts are never floats.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence

from gouji import money
from gouji.book import Book
from gouji.forms import Edition
from gouji.ledger import Ledger
from gouji.meaning import Sense, understand
from gouji.write.data import parquet
from gouji.write.data.package import Field, descriptor, readme, schemas
from gouji.write.data.rows import Row, Value, resources
from gouji.write.ledger import protected

_COLUMNAR = ("lines", "figures")


def files(
    ledger: Ledger, book: Book, edition: Edition, sense: Sense | None = None
) -> Iterator[tuple[str, bytes]]:
    """`sense` is that of the book, where it is known already."""
    fields, document = schemas(), io.BytesIO()
    names = {name: [field.name for field in some] for name, some in fields.items()}
    document.write(_opening(ledger, book).encode())
    for name, batches in resources(ledger, sense or understand(book), edition, names):
        text, columns = _Csv(fields[name]), parquet.Writer(fields[name])
        document.write(f',\n"{name}": ['.encode())
        between = b""
        for rows in batches:
            text.add(rows)
            if name in _COLUMNAR:
                columns.add(rows)
            document.write(between + ",\n".join(_records(fields[name], rows)).encode())
            between = b",\n"
        document.write(b"]")
        yield f"{name}.csv", text.file.getvalue()
        if name in _COLUMNAR:
            yield f"{name}.parquet", columns.done()
    document.write(b"}\n")
    yield "book.json", document.getvalue()
    yield "datapackage.json", (_json(descriptor(ledger, book), indent=1) + "\n").encode()
    yield "README.txt", readme(ledger, book).encode()


class _Csv:
    """UTF-8 with a mark, for spreadsheets; amounts are plain numbers."""

    def __init__(self, fields: Sequence[Field]) -> None:
        self.file = io.BytesIO()
        self._text = io.TextIOWrapper(self.file, "utf-8-sig", newline="", write_through=True)
        self._writer = csv.writer(self._text, lineterminator="\n")
        self._writer.writerow([field.name for field in fields])
        self._types = [field.type for field in fields]

    def add(self, rows: Iterable[Row]) -> None:
        types = self._types
        self._writer.writerows([_cell(t, value) for t, value in zip(types, row, strict=True)] for row in rows)


def _cell(type: str, value: Value) -> str:
    if type == "amount":
        return money.yuan(int(value))
    if type == "boolean":
        return "true" if value else "false"
    return protected(value) if isinstance(value, str) else str(value)


def _opening(ledger: Ledger, book: Book) -> str:
    """The beginning of the document that holds everything."""
    about = {"unit": book.unit, "year": ledger.year, "edition": book.edition, "currency": "CNY"}
    return _json({"schema": "gouji.data/1", **about}).removesuffix("}")


def _records(fields: Sequence[Field], rows: Iterable[Row]) -> Iterator[str]:
    """Rows as JSON, without what is blank; amounts are texts, which no program rounds."""
    names, types = [field.name for field in fields], [field.type for field in fields]
    for row in rows:
        told = zip(names, types, row, strict=True)
        yield _json({n: money.yuan(int(v)) if t == "amount" else v for n, t, v in told if v != ""})


def _json(told: object, indent: int | None = None) -> str:
    return json.dumps(told, ensure_ascii=False, indent=indent)
