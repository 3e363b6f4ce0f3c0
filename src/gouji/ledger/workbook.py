"""The sheets and columns of the ledger workbook (`workbook.tsv`), for writing and for reading."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from gouji import codes, forms
from gouji.scope import dimensions, rows_of

HERE = Path(__file__).parent
REMARK, EXAMPLE = "备注", "示例"
"""The heading of every sheet's first column, and how a remark begins in a row that is not read."""
GUIDE, LISTS, RECOVERED = "填写说明", "选项", "还原说明"
"""Sheets of the workbook that are not read."""
YES = "是"
UNTOLD = "未列"
"""What a cell says of what the book that a ledger comes from does not tell."""
TOLD = "told:"


class Column(NamedTuple):
    """A column of a sheet; `values` are those that may be chosen, `wide` what else names several of them.

    `need`: a cell must be filled; `untold`: it may say UNTOLD.
    """

    name: str
    field: str
    kind: str
    values: tuple[str, ...]
    wide: tuple[str, ...]
    need: bool
    untold: bool
    width: int
    example: str
    zh: str
    en: str

    @property
    def heading(self) -> str:
        return f"{self.name}＊" if self.need else self.name

    def help(self, lang: str) -> str:
        return self.en if lang == "en" else self.zh


class Page(NamedTuple):
    """A sheet, and what it holds (lines, targets, …)."""

    name: str
    holds: str
    columns: tuple[Column, ...]
    zh: str
    en: str

    def help(self, lang: str) -> str:
        return self.en if lang == "en" else self.zh


@lru_cache(maxsize=1)
def pages() -> tuple[Page, ...]:
    found: list[tuple[list[str], list[Column]]] = []
    for row in rows_of(HERE / "workbook.tsv"):
        if not row[1]:
            found.append((row, []))
        else:
            found[-1][1].append(_column(row))
    return tuple(Page(row[0], row[2], tuple(columns), *row[8:10]) for row, columns in found)


def page(holds: str) -> Page:
    return next(page for page in pages() if page.holds == holds)


def _column(row: list[str]) -> Column:
    _, name, field, kind, values, need, width, example, zh, en = row
    must, may = "*" in need, "?" in need
    wide = _wide(values) if may else ()
    return Column(name, field, kind, _values(values), wide, must, may, int(width), example, zh, en)


def _values(told: str) -> tuple[str, ...]:
    if told == "@editions":
        return forms.names()
    if told.startswith("@"):
        parents = dimensions().values
        return tuple(
            value
            for (dimension, value), bits in parents.items()
            if dimension == told[1:] and bits.bit_count() == 1
        )
    return tuple(filter(None, told.split("|")))


def _wide(told: str) -> tuple[str, ...]:
    """The values of a dimension that are several of its values, as 财政拨款."""
    return tuple(
        v for (d, v), bits in dimensions().values.items() if told == f"@{d}" and bits.bit_count() > 1
    )


def code_lists(kind: str, year: int) -> tuple[codes.List, ...]:
    """The classifications that a column of codes chooses from."""
    if kind == "function":
        return (codes.functions(year),)
    return (codes.economics(year), codes.gov_economics(year))


def leaves(kind: str, year: int) -> Iterator[codes.Code]:
    """The codes that a line may have: those without codes under them."""
    return (code for listed in code_lists(kind, year) for code in listed if not listed.children(code.code))
