"""Open data: lines, figures, targets and codes as CSV with a Fiscal Data Package, as Parquet and as JSON.

Lines that are withheld are in none of them: only the printed totals hold them. Amounts are never floats.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from tempfile import SpooledTemporaryFile
from typing import IO

import orjson

from gouji import money
from gouji.book import Book
from gouji.forms import Edition
from gouji.ledger import Ledger
from gouji.meaning import Sense, understand
from gouji.write.data import parquet
from gouji.write.data.package import Field, descriptor, readme, schemas
from gouji.write.data.rows import Row, Value, resources
from gouji.write.folder import Data
from gouji.write.ledger import protected_column

_COLUMNAR = ("lines", "figures")
_KEPT = 16_000_000
"""Bytes of a file that are kept in memory."""
Columns = Sequence[Sequence[Value]]
"""Some rows' values, column by column."""


def files(
    ledger: Ledger, book: Book, edition: Edition, sense: Sense | None = None
) -> Iterator[tuple[str, Data]]:
    """`sense` is that of the book, where it is known already."""
    fields, document = schemas(), _file()
    names = {name: [field.name for field in some] for name, some in fields.items()}
    document.write(_opening(ledger, book).encode())
    for name, batches in resources(ledger, sense or understand(book), edition, names):
        text, columns = _Csv(fields[name]), parquet.Writer(fields[name])
        document.write(f',\n"{name}": ['.encode())
        between = b""
        for rows in batches:
            values = _shown(fields[name], rows)
            text.add(values)
            if name in _COLUMNAR:
                columns.add(values)
            document.write(between + b",\n".join(_records(names[name], values)))
            between = b",\n"
        document.write(b"]")
        yield f"{name}.csv", _again(text.file)
        if name in _COLUMNAR:
            yield f"{name}.parquet", columns.done()
    document.write(b"}\n")
    yield "book.json", _again(document)
    yield "datapackage.json", (_json(descriptor(ledger, book), indent=1) + "\n").encode()
    yield "README.txt", readme(ledger, book).encode()


def _file() -> IO[bytes]:
    """A file that is not kept in memory once it is large."""
    return SpooledTemporaryFile(_KEPT)


def _again(file: IO[bytes]) -> Iterator[bytes]:
    """What was written to a file."""
    file.seek(0)
    with file:
        while piece := file.read(_KEPT):
            yield piece


class _Csv:
    """UTF-8 with a mark, for spreadsheets; amounts are plain numbers."""

    def __init__(self, fields: Sequence[Field]) -> None:
        self.file = _file()
        self._text = io.TextIOWrapper(self.file, "utf-8-sig", newline="", write_through=True)
        self._writer = csv.writer(self._text, lineterminator="\n")
        self._writer.writerow([field.name for field in fields])
        self._types = [field.type for field in fields]

    def add(self, columns: Columns) -> None:
        told = [_in_csv(type, values) for type, values in zip(self._types, columns, strict=True)]
        self._writer.writerows(zip(*told, strict=True))


def _shown(fields: Sequence[Field], rows: Sequence[Row]) -> Columns:
    """The values column by column, amounts in 元."""
    columns = zip(fields, zip(*rows, strict=True), strict=True)
    return [[money.yuan(int(fen)) for fen in v] if f.type == "amount" else v for f, v in columns]


def _in_csv(type: str, values: Sequence[Value]) -> Sequence[Value]:
    if type == "boolean":
        return ["true" if value else "false" for value in values]
    return protected_column([str(value) for value in values]) if type == "string" else values


def _opening(ledger: Ledger, book: Book) -> str:
    """The beginning of the document that holds everything."""
    about = {"unit": book.unit, "year": ledger.year, "edition": book.edition, "currency": "CNY"}
    return _json({"schema": "gouji.data/1", **about}).removesuffix("}")


def _records(names: Sequence[str], columns: Columns) -> Iterator[bytes]:
    """Rows as JSON, without what is blank; amounts are texts, which no program rounds."""
    for row in zip(*columns, strict=True):
        yield orjson.dumps({n: v for n, v in zip(names, row, strict=True) if v != ""})


def _json(told: object, indent: int | None = None) -> str:
    return json.dumps(told, ensure_ascii=False, indent=indent)
