"""Blocks to a Book: its unit, its year, its edition, and which official tables are not there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import TypeVar

from gouji import forms, lexicon, money
from gouji.book import Book, Cell, Table
from gouji.lexicon import normal, split_year
from gouji.read.grid import Block, Unreadable
from gouji.read.table import table_of

T = TypeVar("T")
DEFAULT_EDITION = "yunnan-2026"
_YEAR = re.compile(r"(20\d\d)年")


def assemble(blocks: Sequence[Block], prose: Sequence[Cell], source: str, edition: str | None) -> Book:
    """Raises Unreadable when there is no table at all."""
    blocks = [block for block, after in zip_longest(blocks, blocks[1:]) if not _said_again(block, after)]
    if not any(block.rows for block in blocks):
        raise Unreadable("no-tables")
    chosen = forms.edition(edition or _edition_of(blocks))
    tables = tuple(
        table_of(block, chosen) for block in blocks if block.rows or chosen.titled(block.title.text)
    )
    present = {table.form for table in tables}
    return Book(
        source=source,
        unit=_unit(tables),
        year=_year(tables),
        edition=chosen.name,
        fen=_most(table.fen for table in tables if table.money_unit) or money.YUAN,
        tables=tables,
        prose=tuple([*prose, *(b.title for b in blocks if not b.rows and not chosen.titled(b.title.text))]),
        absent=tuple(form.id for form in chosen.forms if form.id not in present),
    )


def _said_again(block: Block, after: Block | None) -> bool:
    """A title alone, with the same title right below it."""
    same = after is not None and forms.title_key(block.title.text) == forms.title_key(after.title.text)
    return same and not block.rows and not block.notes


def _edition_of(blocks: Sequence[Block]) -> str:
    """The edition with the most of the book's titles."""
    scores = {
        name: sum(forms.edition(name).titled(block.title.text) is not None for block in blocks)
        for name in forms.names()
    }
    best = max(scores, key=lambda name: scores[name])
    return best if scores[best] else DEFAULT_EDITION


def _unit(tables: Iterable[Table]) -> str:
    said = (lexicon.sentence("unit", table.unit.text) for table in tables if table.unit)
    return _most(found[1] for found in said if found) or ""


def _year(tables: Iterable[Table]) -> int | None:
    years = [year for table in tables if (year := split_year(normal(table.title.text))[1])]
    if not years:
        years = [int(y) for table in tables for column in table.columns for y in _YEAR.findall(column.label)][
            :1
        ]
    return _most(years)


def _most(items: Iterable[T]) -> T | None:
    counted = Counter(items).most_common(1)
    return counted[0][0] if counted else None
