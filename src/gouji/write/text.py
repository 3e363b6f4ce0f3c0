"""A Book to text, laid out as books are published on web pages; `gouji.read` makes the same Book of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gouji import lexicon
from gouji.book import Book, Table
from gouji.forms import Paths

_BREAKS = str.maketrans({"\t": " ", "\n": " ", "\r": " ", "\f": " ", "\v": " ", "\0": None})


def write(book: Book) -> str:
    """The text of a book: for each table its title, unit, headings, rows and notes.

    A cell loses what would break a line or a column: line breaks and tabs become spaces.
    """
    prose = [line for cell in book.prose for line in (_flat(cell.text), "")]
    return "\n".join([*prose, *(line for table in book.tables for line in _lines(table))])


def _lines(table: Table) -> Iterator[str]:
    yield f"## {_flat(table.title.text)}"
    yield ""
    if table.unit:
        yield from (_flat(table.unit.text), "")
    if table.money_unit and lexicon.sentence("money", table.money_unit.text):
        yield from (_flat(table.money_unit.text), "")
    yield from map(_row, headings([column.path for column in table.columns]))
    if any(column.number for column in table.columns):
        yield _row([column.number for column in table.columns])
    for row in table.rows:
        yield _row([cell.text for cell in row])
    yield ""
    for note in table.notes:
        yield from (_flat(note.text), "")


def headings(paths: Sequence[tuple[str, ...]] | Paths) -> list[list[str]]:
    """Merged headings flattened: a heading stands over its first column, and blanks over the others."""
    depth = max(map(len, paths), default=0)
    return [[_shown(paths, i, level) for i in range(len(paths))] for level in range(depth)]


def _shown(paths: Sequence[tuple[str, ...]], i: int, level: int) -> str:
    """The text over column i: blank where its path has ended, or goes on under the heading at its left."""
    path, left = paths[i], paths[i - 1] if i else ()
    if level >= len(path):
        return ""
    goes_on = level + 1 < min(len(path), len(left)) and path[: level + 1] == left[: level + 1]
    return "" if goes_on else path[level]


def _row(texts: Sequence[str]) -> str:
    """A line of cells; with a tab even when it has one cell, for without one it is no row."""
    return "\t".join(map(_flat, texts)) if len(texts) > 1 else _flat("".join(texts)) + "\t"


def _flat(text: str) -> str:
    return text.translate(_BREAKS).strip()
