"""How wide columns must be, and the page and size of type that hold them. Widths are in em: 汉 is 1 wide."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import NamedTuple
from unicodedata import east_asian_width

from gouji.write.layout import Laid

NARROW = 0.64  # a digit or letter, in the widest of the fonts that may stand in for the one asked for
TOGETHER = 12  # rows beside a cell over all of them, up to which a page does not part them
LONGEST_WORD = 30  # characters; a longer one is broken anywhere
PAD = 0.8  # beside the text of a cell, both sides together
_POINTS, _THIN = ",.:;'!|()[] ", 0.33
_WIDE = ("W", "F", "A")
_WORD = re.compile(r"[\x21-\x7e]+")
_HEAD_LINES = 4  # over which the heading of a narrow column goes
_SHORTEST, _LONGEST = 2.0, 22.0  # of what a column of words wants
_NARROWEST_WORDS = 5.0


class Width(NamedTuple):
    """What a column needs, so that no word is broken, and what it wants."""

    least: float
    wish: float


class Page(NamedTuple):
    """A sheet of paper in points, and the size of type of a table on it."""

    paper: str
    landscape: bool
    size: float

    @property
    def sides(self) -> tuple[float, float]:
        """Its width and height in points."""
        short, long = _PAPERS[self.paper]
        return (long, short) if self.landscape else (short, long)

    @property
    def room(self) -> float:
        """The width that a table may have."""
        return self.sides[0] - 2 * MARGIN


MARGIN = 45.0
_PAPERS = {"a4": (595.0, 842.0), "a3": (842.0, 1191.0)}
_PAGES = (
    Page("a4", False, 10.5),
    Page("a4", False, 9),
    Page("a4", True, 10),
    Page("a4", True, 9),
    Page("a4", True, 8),
    Page("a4", True, 7),
    Page("a3", True, 8),
    Page("a3", True, 7),
    Page("a3", True, 6),
)


@lru_cache(maxsize=20_000)
def em(text: str, narrow: float = NARROW) -> float:
    """How wide a text is on one line."""
    return sum(1.0 if east_asian_width(c) in _WIDE else _THIN if c in _POINTS else narrow for c in text)


def widths(table: Laid, narrow: float = NARROW) -> list[Width]:
    """What each column of a table needs and wants, by its heading and its cells."""
    leaves = {head.column: head.text for head in table.heads if head.columns == 1}
    columns = zip(*table.rows, strict=True)
    return [_width(leaves.get(i, ""), set(texts), narrow) for i, texts in enumerate(columns)]


def _width(heading: str, texts: Collection[str], narrow: float) -> Width:
    head = em(heading, narrow)
    longest = max((em(text, narrow) for text in texts), default=0.0)
    word = max(_longest_word(text, narrow) for text in (heading, *texts))
    shortest_head = min(head, max(_SHORTEST, head / _HEAD_LINES + 0.5))
    least = max(word, shortest_head, min(longest, _NARROWEST_WORDS))
    wish = max(least, min(longest, _LONGEST), min(head, 6.0))
    return Width(least + PAD, wish + PAD)


@lru_cache(maxsize=20_000)
def _longest_word(text: str, narrow: float) -> float:
    """How wide the longest part is that a line does not break."""
    return max((em(word, narrow) for word in _WORD.findall(text) if len(word) <= LONGEST_WORD), default=0.0)


def page(needed: Sequence[Width]) -> Page:
    """The smallest page and the largest type on which the columns stand with some ease."""
    ease = sum(width.least + width.wish for width in needed) / 2
    least = sum(width.least for width in needed)
    for one in _PAGES:
        wanted = ease if one.size > 8 else least
        if wanted * one.size <= one.room:
            return one
    last = _PAGES[-1]
    return last._replace(size=last.room / least)


def fitted(needed: Sequence[Width], room: float) -> list[float]:
    """Widths that fill `room` em: each column has what it needs, and of the rest a share by what it wants."""
    least, wish = sum(w.least for w in needed), sum(w.wish for w in needed)
    if wish <= room:
        return [w.wish * room / wish for w in needed]
    if least >= room or wish == least:
        return [w.least * room / least for w in needed]
    share = (room - least) / (wish - least)
    return [w.least + (w.wish - w.least) * share for w in needed]


def lines(text: str, width: float) -> int:
    """Over how many lines a text goes in a cell, taken rather too high."""
    return max(1, -(-int(em(text) * 10) // max(1, int((width - PAD) * 10))))
