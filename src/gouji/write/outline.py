"""The parts of a publication before its tables: cover, narrative with its headings, contents."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from gouji.book import Book
from gouji.lexicon import normal
from gouji.narrative.text import is_heading, plain
from gouji.write.layout import Laid, flat

CONTENTS = "目　录"
_BLANK = re.compile("(【待填[^】]*】)")
_LEVELS = (re.compile(r"^第[一二三四五六七八九十]+部分"), re.compile(r"^[一二三四五六七八九十]+[、.]"))
_LISTED = 2  # levels of headings that the contents list


class Part(NamedTuple):
    """A line of the narrative: a heading of a level from 1, or a paragraph (0).

    `mark` numbers what the contents list.
    """

    level: int
    text: str
    mark: int = 0


def pieces(text: str) -> list[tuple[str, bool]]:
    """A text in pieces, and which of them are blanks left to fill in, to be marked for whoever fills them."""
    return [(piece, k % 2 == 1) for k, piece in enumerate(_BLANK.split(text)) if piece]


class Publication(NamedTuple):
    """`cover` is the unit and the title; the narrative does not say them again."""

    cover: tuple[str, ...]
    title: str
    narrative: tuple[Part, ...]
    tables: tuple[Laid, ...]

    def mark(self, table: int) -> int:
        """The mark of a table; none where it has no title."""
        listed = sum(part.mark > 0 for part in self.narrative)
        return listed + table + 1 if self.tables[table].title else 0

    @property
    def table_level(self) -> int:
        """The level of the tables' titles: that of 一、 where the narrative has no 第一部分 above."""
        levels = {part.level for part in self.narrative if part.mark}
        return 2 if levels == {2} else 1

    def contents(self) -> list[Part]:
        level = self.table_level
        titles = (Part(level, table.title, self.mark(i)) for i, table in enumerate(self.tables))
        return [part for part in (*self.narrative, *titles) if part.mark]


def cover_of(book: Book) -> tuple[str, ...]:
    return tuple(filter(None, _named(book)))


def _named(book: Book) -> tuple[str, str]:
    """The unit and the title of its book."""
    return flat(book.unit), f"{book.year}年部门预算公开" if book.year else "部门预算公开"


def publication(book: Book, tables: Sequence[Laid]) -> Publication:
    unit, title = _named(book)
    lines = [text for cell in book.prose if (text := flat(cell.text))]
    if lines and normal(lines[0]).removesuffix("公开") == normal(unit + title).removesuffix("公开"):
        lines = lines[1:]
    return Publication(cover_of(book), unit + title, tuple(_parts(lines)), tuple(tables))


def _parts(lines: Sequence[str]) -> Iterator[Part]:
    mark = 0
    for text in lines:
        part = Part(level(text), text)
        listed = 0 < part.level <= _LISTED
        mark += listed
        yield part._replace(mark=mark) if listed else part


def level(text: str) -> int:
    """Of a heading: 1 for 第一部分, 2 for 一、, 3 for （一）; 0 for a paragraph."""
    phrase = plain(text)
    if not phrase or not is_heading(phrase):
        return 0
    return next((i for i, form in enumerate(_LEVELS, 1) if form.match(phrase)), 3)
