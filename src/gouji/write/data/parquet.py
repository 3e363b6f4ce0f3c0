"""Rows as Parquet: texts as they are, amounts as exact decimals."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
from pyarrow.parquet import ParquetWriter

from gouji.write.data.package import Field
from gouji.write.data.rows import Value

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

    def add(self, columns: Sequence[Sequence[Value]]) -> None:
        """Some rows' values, column by column; amounts are texts in 元."""
        told = zip(columns, self._schema.types, strict=True)
        self._writer.write_table(pa.table([_array(v, t) for v, t in told], schema=self._schema))

    def done(self) -> bytes:
        self._writer.close()
        return self._file.getvalue()


def _array(values: Sequence[Value], type: Any) -> Any:
    return pa.array(values).cast(type) if pa.types.is_decimal(type) else pa.array(values, type)
