"""A Book to text, laid out as books are published on web pages; `gouji.read` makes the same Book of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gouji import lexicon
from gouji.book import Book, Table
from gouji.forms import Edition, Paths
from gouji.write.layout import flat, heads


def write(book: Book) -> str:
    """The text of a book: for each table its title, unit, headings, rows and notes.

    A cell loses what would break a line or a column: line breaks and tabs become spaces.
    """
    prose = [line for cell in book.prose for line in (flat(cell.text), "")]
    return "\n".join([*prose, *(line for table in book.tables for line in _lines(table))])


def document(book: Book, edition: Edition) -> bytes:
    """The same as a file; a text looks the same in all editions."""
    return write(book).encode()


def _lines(table: Table) -> Iterator[str]:
    yield f"## {flat(table.title.text)}"
    yield ""
    if table.unit:
        yield from (flat(table.unit.text), "")
    if table.money_unit and lexicon.sentence("money", table.money_unit.text):
        yield from (flat(table.money_unit.text), "")
    yield from map(_row, headings([column.path for column in table.columns]))
    if any(column.number for column in table.columns):
        yield _row([column.number for column in table.columns])
    for row in table.rows:
        yield _row([cell.text for cell in row])
    yield ""
    for note in table.notes:
        yield from (flat(note.text), "")


def headings(paths: Sequence[tuple[str, ...]] | Paths) -> list[list[str]]:
    """Merged headings flattened: a heading stands over its first column, and blanks over the others."""
    rows = [[""] * len(paths) for _ in range(max(map(len, paths), default=0))]
    for head in heads(paths):
        rows[head.row][head.column] = head.text
    return rows


def _row(texts: Sequence[str]) -> str:
    """A line of cells; with a tab even when it has one cell, for without one it is no row."""
    return "\t".join(map(flat, texts)) if len(texts) > 1 else flat("".join(texts)) + "\t"
