"""Rows as Parquet: texts as they are, amounts as exact decimals."""

from __future__ import annotations

import io
from collections.abc import Sequence
from decimal import Decimal

import pyarrow as pa
from pyarrow.parquet import ParquetWriter

from gouji.write.data.package import Field
from gouji.write.data.rows import Row, Value

_DIGITS, _DECIMALS = 20, 2


class Writer:
    """A file that rows are added to."""

    def __init__(self, fields: Sequence[Field]) -> None:
        amount = pa.decimal128(_DIGITS, _DECIMALS)
        types = {"string": pa.string(), "integer": pa.int64(), "boolean": pa.bool_(), "amount": amount}
        self._fields = fields
        self._schema = pa.schema([pa.field(f.name, types[f.type], metadata={"title": f.zh}) for f in fields])
        self._file = io.BytesIO()
        self._writer = ParquetWriter(self._file, self._schema, compression="zstd")

    def add(self, rows: Sequence[Row]) -> None:
        columns = zip(self._fields, self._schema.types, zip(*rows, strict=True), strict=True)
        arrays = [pa.array(_exact(field, values), type) for field, type, values in columns]
        self._writer.write_table(pa.table(arrays, schema=self._schema))

    def done(self) -> bytes:
        self._writer.close()
        return self._file.getvalue()


def _exact(field: Field, values: Sequence[Value]) -> Sequence[object]:
    return [Decimal(int(fen)).scaleb(-_DECIMALS) for fen in values] if field.type == "amount" else values
