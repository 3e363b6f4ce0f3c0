"""What a book says in sentences: paragraphs, and the amounts, changes and shares that they claim."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import accumulate
from typing import NamedTuple

from gouji.book import Book, Cell
from gouji.narrative.claims import Change, Claims, Level, Share, all_claims, strictly
from gouji.narrative.marks import Mark, drops_zeros
from gouji.narrative.text import Paragraph, paragraphs, plain

__all__ = ["Change", "Claims", "Level", "Mark", "Narrative", "Paragraph", "Share", "narrative"]


_YEAR = re.compile(r"(20\d\d)年度?[^,。;:\d]{0,24}预算")
_AMOUNT = re.compile(r"[\d０-９][\s]*[万亿]?元")
PLACES = 2
MOST_CHARACTERS = 400_000


class Narrative(NamedTuple):
    """`year` is the year that the sentences themselves are about, None where they do not say.

    `strict` are the claims again, where the book drops zeros at the end of amounts: 2.7 is then 2.70.
    """

    year: int | None
    paragraphs: tuple[Paragraph, ...]
    claims: tuple[Claims, ...]
    strict: tuple[Claims, ...] = ()


def narrative(book: Book) -> Narrative:
    """The prose of a book, and the notes with amounts under its tables, read."""
    told = [*paragraphs(_bounded(book.prose)), *_notes(book)]
    year = _year(told)
    claims = tuple(all_claims(told, year))
    drops = drops_zeros("\n".join(one.paragraph.text for one in claims))
    return Narrative(year, tuple(told), claims, tuple(strictly(claims, year, PLACES)) if drops else ())


def _bounded(prose: tuple[Cell, ...]) -> list[Cell]:
    """What lies beyond a bound that no honest book reaches is left out."""
    ends = accumulate(len(cell.text) for cell in prose)
    return [cell for cell, end in zip(prose, ends, strict=True) if end <= MOST_CHARACTERS]


def _notes(book: Book) -> Iterator[Paragraph]:
    """Each note by itself, under the title of its table."""
    for number, table in enumerate(book.tables, 1):
        for note in table.notes:
            if speaks(note.text):
                for paragraph in paragraphs([note]):
                    yield paragraph._replace(heading=plain(table.title.text), number=-number)


def speaks(text: str) -> bool:
    """Does a text say amounts?"""
    return "元" in text and _AMOUNT.search(text) is not None


def _year(told: list[Paragraph]) -> int | None:
    """The year that is named most often before 预算, and is not one behind another named nearly as often."""
    counts = Counter(int(y) for paragraph in told for y in _YEAR.findall(paragraph.text))
    if not counts:
        return None
    most = max(counts.values())
    return max(year for year, count in counts.items() if 3 * count >= most)
