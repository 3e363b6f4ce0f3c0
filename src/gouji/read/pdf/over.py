"""A table over pages: whether a grid carries the last one on, with its rows and columns put together."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gouji import lexicon, money
from gouji.book import Cell
from gouji.lexicon import normal
from gouji.read.pdf.grids import Row
from gouji.read.pdf.texts import Text

LONGEST_HEAD = 30  # a longer text between two tables ends the first
MOST_HEADER = 8
SAME_EDGE = 4.0  # points
_CONTINUED = re.compile(r"\(?续(?:表)?\d*\)?$|^续表\d*")


def repeated(rows: Sequence[Row], header: Sequence[Row]) -> int:
    """How many of the rows are the header printed again."""
    count = 0
    for row, above in zip(rows[:MOST_HEADER], header, strict=False):
        texts = _normal(row)
        if not _same(texts, _normal(above)) or any("." in t and money.looks_like(t) for t in texts):
            break
        count += 1
    return count


def is_rest(above: Row, below: Row, unfinished: frozenset[int]) -> bool:
    """Is a page's first row the rest of the last one: words for texts that could go on, amounts but once?"""
    one, two = _words(above), _words(below)
    paid = _amounts(above)
    if not two or (paid and _amounts(below)) or any(lexicon.label(below[i].text).depth for i in two):
        return False
    return two <= unfinished & one and bool(paid or one <= unfinished)


def _amounts(row: Row) -> set[int]:
    return {i for i, cell in enumerate(row) if money.looks_like(cell.text)}


def _words(row: Row) -> set[int]:
    return {i for i, cell in enumerate(row) if cell.text} - _amounts(row)


def rejoined(above: Row, below: Row) -> Row:
    """The row that a page's end cut in two; what only its lower half prints keeps its place there."""
    return [
        Cell(one.text + two.text, one.place) if one.text else two if two.text else one
        for one, two in zip(above, below, strict=True)
    ]


def _normal(row: Row) -> list[str]:
    return [normal(cell.text) for cell in row if cell.text]


def _same(row: list[str], above: list[str]) -> bool:
    """The same texts; what a row cut at the page's edge printed over some of them may follow."""
    if row == above:
        return True
    equal = sum(a == b for a, b in zip(row, above, strict=False))
    return len(row) == len(above) and 2 * equal > len(row) and all(map(str.startswith, row, above))


def bare(title: Cell) -> str:
    return _CONTINUED.sub("", normal(title.text))


def ended(rest: Sequence[Text]) -> bool:
    return any(len(t.cell.text) > LONGEST_HEAD or t.cell.text.endswith("。") for t in rest)


def is_header(row: Row) -> bool:
    texts = [cell.text for cell in row if cell.text]
    return len(texts) > 1 and all(
        not money.looks_like(text) and lexicon.heading((text,)).understood for text in texts
    )


def near(one: Sequence[float], two: Sequence[float]) -> bool:
    """The same edges, but for where the table starts on its page."""
    shift = two[0] - one[0]
    return all(abs(a + shift - b) <= SAME_EDGE for a, b in zip(one, two, strict=True))


def within(coarse: Sequence[float], fine: Sequence[float]) -> list[int] | None:
    """Where each edge of the coarse columns is among the fine ones; None unless all are there."""
    if len(coarse) >= len(fine) or len(coarse) < 3:
        return None
    for shift in (0.0, fine[0] - coarse[0], fine[1] - coarse[0], fine[-1] - coarse[-1]):
        places = [min(range(len(fine)), key=lambda i: abs(fine[i] - at - shift)) for at in coarse]
        near = all(abs(fine[i] - at - shift) <= SAME_EDGE for i, at in zip(places, coarse, strict=True))
        if near and len(set(places)) == len(places):
            return places
    return None


def wider(row: Row, places: Sequence[int], width: int) -> Row:
    wide = [Cell("", row[0].place)] * width
    for cell, start, end in zip(row, places, places[1:], strict=False):
        wide[start:end] = [cell, *[Cell("", cell.place)] * (end - start - 1)]
    return wide
