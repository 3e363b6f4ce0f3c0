"""The prose of a book as paragraphs: lines that a page broke are joined, headers of pages are left out."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from gouji.book import Cell

MOST = 20_000
"""Characters of one line that are looked at."""
HEADER_TIMES, HEADER_LENGTH = 3, 6
HEADING_LENGTH = 40
FULL_LINE = 28
"""A line with so many characters, or with a mark in it, is no title."""
MOST_LINES = 40
"""Lines that are joined to one paragraph at most."""

_PLAIN = str.maketrans(
    "０１２３４５６７８９，．（）％：；－−［］【】“”‘’",
    '0123456789,.()%:;--()()""""',
)
_SPACES = re.compile(r"\s+")
_ENDED = re.compile(r"[。;:!?…)\"]$")
_NUMBERED = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}[、.]|\([一二三四五六七八九十]{1,3}\)|第[一二三四五六七八九十]+部分"
    r"|\d{1,2}[.、](?!\d)|\(\d{1,2}\)|[①-⑳])"
)
_HEADING = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}[、.]|\([一二三四五六七八九十]{1,3}\)|第[一二三四五六七八九十]+部分)"
)
_CHAPTER = re.compile(r"^(?:[一二三四五六七八九十]{1,3}[、.]|第[一二三四五六七八九十]+部分)")
_MARK = re.compile("[,;、:。]")
_DOTS = re.compile(r"[.…·]{6,}|…{2,}")


class Paragraph(NamedTuple):
    """Lines that belong together, in plain characters and without spaces; `heading` is the last one above."""

    text: str
    heading: str
    cells: tuple[Cell, ...]
    starts: tuple[int, ...]
    number: int = 0  # of its chapter: 一、 and all its （一）

    def cell(self, at: int) -> Cell:
        """The line in which a character stands."""
        return self.cells[bisect_right(self.starts, at) - 1]


def plain(text: str) -> str:
    """Half-width digits, brackets and marks; no spaces; 收、支 as one word."""
    return _SPACES.sub("", text.translate(_PLAIN)).replace("收、支", "收支").replace("收入、支出", "收入支出")


def paragraphs(prose: Sequence[Cell]) -> list[Paragraph]:
    """The paragraphs of a book, each under its heading."""
    lines = [(plain(cell.text[:MOST]), cell) for cell in prose]
    headers = _headers(text for text, _ in lines)
    told: list[Paragraph] = []
    heading, section = "", 0
    for group in _joined(_without(headers, lines)):
        text = "".join(line for line, _ in group)
        if is_heading(text):
            heading, section = text, section + (_CHAPTER.match(text) is not None)
        starts, at = [], 0
        for line, _ in group:
            starts.append(at)
            at += len(line)
        told.append(Paragraph(text, heading, tuple(cell for _, cell in group), tuple(starts), section))
    return told


def is_heading(text: str) -> bool:
    """A short numbered line that does not end a sentence: 三、支出预算情况说明."""
    short = len(text) <= HEADING_LENGTH and _HEADING.match(text) is not None
    return short and text[-1] not in "。;," and "元" not in text


def _headers(texts: Iterable[str]) -> list[str]:
    """Lines without amounts that stand on many pages."""
    counts = Counter(text for text in texts if len(text) >= HEADER_LENGTH)
    found = [t for t, n in counts.items() if n >= HEADER_TIMES and "元" not in t and "%" not in t]
    return sorted(found, key=len, reverse=True)


def _without(headers: list[str], lines: Iterable[tuple[str, Cell]]) -> Iterator[tuple[str, Cell]]:
    for text, cell in lines:
        for header in headers:
            if header in text:
                text = text.replace(header, "")
        if text and not _DOTS.search(text):
            yield text, cell


def _joined(lines: Iterable[tuple[str, Cell]]) -> Iterator[list[tuple[str, Cell]]]:
    """Lines of a page that run on: the one before does not end, and the next does not begin a point."""
    group: list[tuple[str, Cell]] = []
    for text, cell in lines:
        broken = group and cell.place.page and len(group) < MOST_LINES
        if group and not (broken and _runs_on(group[-1][0], text)):
            yield group
            group = []
        group.append((text, cell))
    if group:
        yield group


def _runs_on(before: str, text: str) -> bool:
    if _ENDED.search(before) or is_heading(before) or _NUMBERED.match(text):
        return False
    return len(before) >= FULL_LINE or before[-1].isdigit() or _MARK.search(before) is not None
