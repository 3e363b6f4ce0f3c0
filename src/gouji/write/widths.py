"""How wide columns must be, and the page and size of type that hold them. Widths are in em: 汉 is 1 wide."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
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
_PARTS = (1, 2, 3, 4)  # lines into which a text is broken evenly; a longer one gets em by em
_GRAIN = 0.25  # em: widths are tried as finely as this

Told = tuple[str, int]
"""A cell's text, and over how many rows it goes."""
Lost = tuple[float, float]
"""A width, and the lines that are lost at it."""


class Width(NamedTuple):
    """What a column needs, so that no word is broken, and what it wants.

    `tried` are widths from the one to the other, each with how many lines its texts take there beyond one.
    `head` is that of its heading on one line.
    """

    least: float
    wish: float
    tried: tuple[tuple[float, float], ...] = ()
    head: float = 0.0


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
TITLE, SMALLEST_TITLE = 18.0, 10.5  # points
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
_EASE = {10.5: 0.5, 10: 0.5, 9: 0.5, 8: 0.35, 7: 0.25, 6: 0.0}
"""For each size of type, what share the columns have of all that they want beyond their least: larger paper
is better than small type that is crowded, too."""


@lru_cache(maxsize=20_000)
def em(text: str, narrow: float = NARROW) -> float:
    """How wide a text is on one line."""
    return sum(1.0 if east_asian_width(c) in _WIDE else _THIN if c in _POINTS else narrow for c in text)


def widths(table: Laid, narrow: float = NARROW) -> list[Width]:
    """What each column of a table needs and wants, by its heading and its cells."""
    leaves = {head.column: head.text for head in table.heads if head.columns == 1}
    return [_width(leaves.get(i, ""), texts, narrow) for i, texts in enumerate(_texts(table))]


def _texts(table: Laid) -> Iterator[Counter[Told]]:
    """The cells of each column, those that go on over others left out, and how often each is there."""
    found = [Counter(texts) for texts in zip(*table.rows, strict=True)]
    beside = [Counter[Told]() for _ in found]
    for (row, column), span in table.places().items():
        found[column][table.rows[row][column]] -= 1
        if span.columns == 1 and span.row == row:
            beside[column][span.text, span.rows] += 1
    for texts, more in zip(found, beside, strict=True):
        yield Counter({(text, 1): count for text, count in texts.items() if count > 0}) + more


def _width(heading: str, cells: Counter[Told], narrow: float) -> Width:
    texts = {text for text, _ in cells}
    head = em(heading, narrow)
    longest = max((em(text, narrow) for text in texts), default=0.0)
    word = max(_longest_word(text, narrow) for text in (heading, *texts))
    shortest_head = min(head, max(_SHORTEST, head / _HEAD_LINES + 0.5))
    least = max(word, shortest_head, min(longest, _NARROWEST_WORDS))
    wish = max(least, min(longest, _LONGEST), min(head, 6.0))
    lengths = Counter({(_rounded(head), 1): 1})
    for (text, rows), count in cells.items():
        lengths[_rounded(em(text, narrow)), rows] += count
    return Width(least + PAD, wish + PAD, tuple(_tried(lengths, least, wish)), head + PAD)


def _rounded(length: float) -> float:
    return math.ceil(length / _GRAIN) * _GRAIN


def _tried(lengths: Counter[tuple[float, int]], least: float, wish: float) -> Iterator[tuple[float, float]]:
    """`lengths` are those of the texts in em, with the rows that each has."""
    if wish > least:
        wides = {_rounded(length / parts) for length, _ in lengths for parts in _PARTS}
        wides |= {least + more for more in range(1, int(wish - least) + 1)}
        for width in (least, *sorted(width for width in wides if least < width < wish + _GRAIN)):
            yield width + PAD, _lost(lengths, width)


def _lost(lengths: Counter[tuple[float, int]], width: float) -> float:
    """How many lines texts take beyond one; beside several rows a text has a line of each of them."""
    return sum(count * max(0, -(-length // width) - rows) for (length, rows), count in lengths.items())


@lru_cache(maxsize=20_000)
def _longest_word(text: str, narrow: float) -> float:
    """How wide the longest part is that a line does not break."""
    return max((em(word, narrow) for word in _WORD.findall(text) if len(word) <= LONGEST_WORD), default=0.0)


def page(needed: Sequence[Width]) -> Page:
    """The smallest page and the largest type on which the columns stand with some ease."""
    wish, least = sum(width.wish for width in needed), sum(width.least for width in needed)
    upright = (one for one in _PAGES if not one.landscape and wish * one.size <= one.room)
    if (found := next(upright, None)) is not None:
        return found
    for one in _PAGES:
        if (least + _EASE[one.size] * (wish - least)) * one.size <= one.room:
            return one
    last = _PAGES[-1]
    return last._replace(size=last.room / least)


def title_size(title: str, one: Page) -> float:
    """The type of a title in points: that of all titles, or as large as keeps it on one line."""
    size = one.room / max(1.0, em(title) + _GRAIN)
    return TITLE if size >= TITLE else max(SMALLEST_TITLE, int(2 * size) / 2)


def fitted(needed: Sequence[Width], room: float) -> list[float]:
    """Widths that fill `room` em: each column has what it needs, the rest goes where it saves most lines."""
    least, wish = sum(w.least for w in needed), sum(w.wish for w in needed)
    if wish <= room:
        whole = [max(w.wish, w.head) for w in needed]
        given = whole if sum(whole) <= room else [w.wish for w in needed]
        return [wide * room / sum(given) for wide in given]
    if least >= room:
        return [w.least * room / least for w in needed]
    given = _widened(needed, room - least)
    share = room / sum(given)
    return [wide * share for wide in given]


def _widened(needed: Sequence[Width], room: float) -> list[float]:
    """Again and again that column is widened which saves most lines for the room that it takes."""
    given = [(w.least, w.tried[0][1] if w.tried else 0.0) for w in needed]
    best = [_best(w, at, room) for w, at in zip(needed, given, strict=True)]
    while True:
        gains = [_gain(at, to) for at, to in zip(given, best, strict=True)]
        i = max(range(len(gains)), key=gains.__getitem__)
        if not gains[i]:
            return [wide for wide, _ in given]
        room -= best[i][0] - given[i][0]
        given[i] = best[i]
        for k, at in enumerate(given):
            if k == i or best[k][0] - at[0] > room:
                best[k] = _best(needed[k], at, room)


def _best(column: Width, at: Lost, room: float) -> Lost:
    """The widening that saves most lines for its width; where it stands if none does."""
    fits = (to for to in column.tried if at[0] < to[0] <= at[0] + room)
    return max(fits, key=lambda to: _gain(at, to), default=at)


def _gain(at: Lost, to: Lost) -> float:
    return (at[1] - to[1]) / (to[0] - at[0]) if to[0] > at[0] else 0.0


def lines(text: str, width: float) -> int:
    """Over how many lines a text goes in a cell, taken rather too high."""
    return max(1, -(-int(em(text) * 10) // max(1, int((width - PAD) * 10))))
