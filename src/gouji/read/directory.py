"""The list of a book's tables, where it says which of them are empty and why."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from gouji.book import Cell, Table
from gouji.forms import title_key
from gouji.lexicon import normal
from gouji.read.grid import Block

HEADING = "是否空表"
_NUMBER = re.compile(r"\d+(?:-\d+)?")


def declared_empty(tables: Sequence[Table], blocks: Sequence[Block]) -> tuple[Table, ...]:
    """The tables; those without figures are marked as empty where the list of tables says so."""
    said = dict(pair for block in blocks if _is_list(block) for pair in _said(block))
    if not said:
        return tuple(tables)
    tags = {id(block.title): _numbered(block.tag) for block in blocks}
    return tuple(_marked(table, said, tags.get(id(table.title), "")) for table in tables)


def _is_list(block: Block) -> bool:
    return any(HEADING in cell.text for row in block.rows[:2] for cell in row)


def _said(block: Block) -> Iterator[tuple[str, Cell]]:
    """By the title and by the number of each table that is empty: the reason, or the word that says so."""
    columns = [i for row in block.rows[:2] for i, cell in enumerate(row) if HEADING in cell.text]
    for row in block.rows:
        at = columns[0]
        if at < len(row) and normal(row[at].text) == "是":
            reason = next((cell for cell in row[at + 1 :] if cell.text), row[at])
            for cell in row[:at]:
                if cell.text:
                    yield title_key(cell.text) if "表" in cell.text[1:] else _numbered(cell), reason


def _numbered(tag: Cell | None) -> str:
    """表15 and 附表15 are one number."""
    found = _NUMBER.search(tag.text) if tag else None
    return found[0] if found else ""


def _marked(table: Table, said: dict[str, Cell], number: str) -> Table:
    reason = said.get(title_key(table.title.text)) or (said.get(number) if number else None)
    has_figures = table.state != "empty" and any(column.path for column in table.columns)
    if reason is None or has_figures or table.declared:
        return table
    return replace(table, declared=(reason,), state="declared-empty")
