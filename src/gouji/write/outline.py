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
_LEVELS = (re.compile(r"^第[一二三四五六七八九十]+部分"), re.compile(r"^[一二三四五六七八九十]+[、.]"))
LISTED = 2  # levels of headings that the contents list


class Part(NamedTuple):
    """A line of the narrative: a heading of a level from 1, or a paragraph (0)."""

    level: int
    text: str


class Publication(NamedTuple):
    """`cover` is the unit and the title; the narrative does not say them again."""

    cover: tuple[str, ...]
    title: str
    narrative: tuple[Part, ...]
    tables: tuple[Laid, ...]

    def contents(self) -> Iterator[Part]:
        yield from (part for part in self.narrative if 0 < part.level <= LISTED)
        yield from (Part(1, table.title) for table in self.tables if table.title)


def publication(book: Book, tables: Sequence[Laid]) -> Publication:
    unit, title = flat(book.unit), f"{book.year}年部门预算公开" if book.year else "部门预算公开"
    lines = [text for cell in book.prose if (text := flat(cell.text))]
    if lines and normal(lines[0]).removesuffix("公开") == normal(unit + title).removesuffix("公开"):
        lines = lines[1:]
    parts = tuple(Part(level(text), text) for text in lines)
    return Publication(tuple(filter(None, (unit, title))), unit + title, parts, tuple(tables))


def level(text: str) -> int:
    """Of a heading: 1 for 第一部分, 2 for 一、, 3 for （一）; 0 for a paragraph."""
    phrase = plain(text)
    if not phrase or not is_heading(phrase):
        return 0
    return next((i for i, form in enumerate(_LEVELS, 1) if form.match(phrase)), 3)
