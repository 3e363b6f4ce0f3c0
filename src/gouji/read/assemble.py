"""Blocks to a Book: its unit, its year, its edition, and which official tables are not there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import TypeVar

from gouji import forms, lexicon, money
from gouji.book import BUDGET, FINAL_ACCOUNTS, Book, Cell, Table
from gouji.lexicon import normal, split_year
from gouji.read.cover import Cover, cover
from gouji.read.directory import declared_empty
from gouji.read.grid import Block, Unreadable
from gouji.read.table import table_of

T = TypeVar("T")
DEFAULT_EDITION = "yunnan-2026"
COMMON_EDITION = "national-2016"  # what is asked of every department
FORM_HEAD = 4  # rows of a form among which its unit stands
_YEAR = re.compile(r"(20\d\d)年")


def assemble(blocks: Sequence[Block], prose: Sequence[Cell], source: str, edition: str | None) -> Book:
    """Raises Unreadable when there is no table at all, nor sentences that speak of a budget."""
    blocks = [block for block, after in zip_longest(blocks, blocks[1:]) if not _said_again(block, after)]
    if not any(block.rows for block in blocks):
        return _without_tables(blocks, prose, source, edition)
    chosen = forms.edition(edition or _edition_of(blocks))
    tables = tuple(
        table_of(block, chosen) for block in blocks if block.rows or chosen.titled(block.title.text)
    )
    present = {table.form for table in tables if table.form}
    fen = _most(table.fen for table in tables if table.money_unit) or money.YUAN
    unit, year = _unit(tables), _titled_year(tables)
    title = cover(prose)
    kind = _kind(tables, title)
    return Book(
        source=source,
        unit=unit or title.unit or _form_unit(tables),
        year=year or title.year or _headed_year(tables),
        edition=chosen.name,
        fen=fen,
        tables=declared_empty(
            [t if t.money_unit or t.fen == fen else replace(t, fen=fen) for t in tables], blocks
        ),
        prose=tuple([*prose, *(b.title for b in blocks if not b.rows and not chosen.titled(b.title.text))]),
        absent=chosen.absent(present) if kind == BUDGET else (),
        kind=kind,
    )


def _said_again(block: Block, after: Block | None) -> bool:
    """A title alone, with the same title right below it."""
    same = after is not None and forms.title_key(block.title.text) == forms.title_key(after.title.text)
    return same and not block.rows and not block.notes


def _edition_of(blocks: Sequence[Block]) -> str:
    """The edition with the most of the book's titles; one that has a title word for word counts twice.

    A place's own wording of a general edition is taken where every form of it is there word for word.
    """
    titles = [block.title.text for block in blocks if block.title.text]
    places = {name for name in forms.names() if forms.edition(name).like}
    own = next((name for name in sorted(places) if forms.edition(name).is_of(titles)), None)
    if own:
        return own
    names = [name for name in forms.names() if name not in places]
    exact = {name: sum(forms.edition(name).exactly(t) is not None for t in titles) for name in names}
    best = max(exact, key=lambda name: (exact[name], name == DEFAULT_EDITION))
    if exact[best] == len(titles):
        return best if titles else DEFAULT_EDITION
    scores = {
        name: (
            exact[name] + sum(forms.edition(name).titled(t) is not None for t in titles),
            name == DEFAULT_EDITION,
        )
        for name in exact
    }
    best = max(scores, key=lambda name: scores[name])
    return best if scores[best][0] else DEFAULT_EDITION


def _without_tables(blocks: Sequence[Block], prose: Sequence[Cell], source: str, edition: str | None) -> Book:
    """The text of a book whose tables are not there. A title alone is a line of a list, no empty table."""
    lines = sorted((*prose, *_lines_of(blocks)), key=lambda cell: (cell.place.page, cell.place.line))
    if not all(any(lexicon.sentence(kind, cell.text) for cell in lines) for kind in ("book", "prose")):
        raise Unreadable("no-tables")
    chosen, title = forms.edition(edition or COMMON_EDITION), cover(lines)
    return Book(
        source=source,
        unit=title.unit,
        year=title.year,
        edition=chosen.name,
        fen=money.YUAN,
        tables=(),
        prose=tuple(lines),
        absent=() if title.final else chosen.absent(set()),
        kind=FINAL_ACCOUNTS if title.final else BUDGET,
    )


def _lines_of(blocks: Iterable[Block]) -> Iterator[Cell]:
    for block in blocks:
        around = (block.title, block.tag, block.unit, block.money_unit, *block.notes)
        yield from (cell for cell in around if cell and cell.text)


def _kind(tables: Iterable[Table], title: Cover) -> str:
    """Final accounts where most titles say so, or the cover does."""
    said = [lexicon.sentence("accounts", table.title.text) is not None for table in tables if table.form]
    return FINAL_ACCOUNTS if title.final or 2 * sum(said) > len(said) else BUDGET


def _unit(tables: Iterable[Table]) -> str:
    said = (lexicon.sentence("unit", table.unit.text) for table in tables if table.unit)
    return _most(found[1] for found in said if found) or ""


def _titled_year(tables: Iterable[Table]) -> int | None:
    return _most(year for table in tables if (year := split_year(normal(table.title.text))[1]))


def _headed_year(tables: Iterable[Table]) -> int | None:
    """The first year that a title, a heading or the first row of a form names."""
    for table in tables:
        first = [cell.text for cell in table.rows[0]] if table.rows and _is_form(table) else []
        for text in (table.title.text, *(column.label for column in table.columns), *first):
            if found := _YEAR.search(text):
                return int(found[1])
    return None


def _form_unit(tables: Iterable[Table]) -> str:
    """The unit that a form to fill in names: the cell beside 部门名称."""
    for table in tables:
        for row in table.rows[:FORM_HEAD] if _is_form(table) else ():
            filled = [normal(cell.text) for cell in row if cell.text]
            if len(filled) > 1 and filled[0] in ("部门名称", "单位名称", "部门(单位)名称"):
                return filled[1]
    return ""


def _is_form(table: Table) -> bool:
    """Is it a form to fill in, without headings over its columns?"""
    return not any(column.path for column in table.columns)


def _most(items: Iterable[T]) -> T | None:
    counted = Counter(items).most_common(1)
    return counted[0][0] if counted else None
