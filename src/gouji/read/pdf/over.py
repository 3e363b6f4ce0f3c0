"""A table over pages: whether a grid carries the last one on, with its rows and columns put together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gouji import lexicon, money
from gouji.book import Cell
from gouji.lexicon import normal
from gouji.read.pdf.grids import Row
from gouji.read.pdf.texts import Text

LONGEST_HEAD = 30  # a longer text between two tables ends the first
MOST_HEADER = 8
SAME_EDGE = 4.0  # points
USUALLY = 0.8  # of the groups print an amount; a page's end may cut one through its figures
_CONTINUED = re.compile(r"\(?续(?:表)?\d*\)?$|^续表\d*")


def repeated(rows: Sequence[Row], header: Sequence[Row]) -> int:
    """How many of the rows are the header printed again."""
    count = 0
    for row, above in zip(rows[:MOST_HEADER], header, strict=False):
        texts = _normal(row)
        if not _same(texts, _normal(above), count) or any("." in t and money.looks_like(t) for t in texts):
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


def carry_on(rows: Sequence[Row], more: Sequence[Row], header: int) -> None:
    """Put together the merged cells of a group of rows (a project, its goal) that a page's end cut in two.

    Amounts or names tell that it is one group: all others print theirs, and this one on one page at most.
    `header` of the rows are headings.
    """
    if not rows or not more:
        return
    cuts = [(_start(rows, i), _end(more, i)) for i in range(len(more[0]))]
    for i, cut in enumerate(cuts):
        columns = [k for k, other in enumerate(cuts) if other == cut]
        if cut != (len(rows) - 1, 1) and _is_one(rows, more, i, columns, header):
            for k in columns:
                _put_together(rows[cut[0]], more[: cut[1]], k)
            return


def _is_one(rows: Sequence[Row], more: Sequence[Row], i: int, columns: Sequence[int], header: int) -> bool:
    """Are the last cells of some columns and the first ones of the next page one group?"""
    above, below = rows[_start(rows, i)], more[0]
    if any(_paid(above[k]) and _paid(below[k]) for k in columns):
        return False
    return _as_amounts_tell(rows, more, i, columns) or _as_names_tell(rows, more, i, header)


def _as_amounts_tell(rows: Sequence[Row], more: Sequence[Row], i: int, columns: Sequence[int]) -> bool:
    above, below = rows[_start(rows, i)], more[0]
    once = _paid(above[i]) or _paid(below[i])
    first = next((k for k, row in enumerate(rows) if _paid(row[i])), len(rows))
    whole = [_paid(cell) for cell in _whole(rows, more, i, first)]
    if sum(whole) < (USUALLY if once else 1) * len(whole):
        return False
    named = above[columns[0]].text and below[columns[0]].text
    return bool(whole) if named else once


def _as_names_tell(rows: Sequence[Row], more: Sequence[Row], i: int, header: int) -> bool:
    above, below = rows[_start(rows, i)], more[0]
    whole = [bool(cell.text) for cell in _whole(rows, more, i, header)]
    return bool(whole) and all(whole) and bool(above[i].text) != bool(below[i].text)


def _put_together(above: Row, below: Sequence[Row], i: int) -> None:
    """The text of both parts in the upper one; the lower one is a part of that merged cell."""
    one, two = above[i], below[0][i]
    again = normal(one.text) == normal(two.text)
    above[i] = Cell(one.text if again else one.text + two.text, one.place)
    for row in below:
        row[i] = Cell("", one.place)


def _start(rows: Sequence[Row], i: int) -> int:
    """Where the last merged cell of a column begins."""
    at = len(rows) - 1
    while at and rows[at - 1][i].place == rows[at][i].place:
        at -= 1
    return at


def _end(rows: Sequence[Row], i: int) -> int:
    """Where the first merged cell of a column ends."""
    return next((k for k, row in enumerate(rows) if row[i].place != rows[0][i].place), len(rows))


def _whole(rows: Sequence[Row], more: Sequence[Row], i: int, first: int) -> Iterator[Cell]:
    """The merged cells of a column but for the two in question and the last, from a row on."""
    for part in (rows[first : _start(rows, i)], more[_end(more, i) : _start(more, i)]):
        for k, row in enumerate(part):
            if not k or part[k - 1][i].place != row[i].place:
                yield row[i]


def _paid(cell: Cell) -> bool:
    return money.looks_like(cell.text)


def _normal(row: Row) -> list[str]:
    return [normal(cell.text) for cell in row if cell.text]


def _same(row: list[str], above: list[str], under: int = 0) -> bool:
    """The same texts; what a row cut at the page's edge printed over some of them may follow.

    Under a row of headings that is the same, one text that is will do. In a picture some are misread.
    """
    if row == above:
        return True
    if under and all(map(_is_index, (*row, *above))):
        return 2 * len(set(row) & set(above)) > len(above)
    equal = sum(a == b for a, b in zip(row, above, strict=False))
    alike = equal > 0 if under else 2 * equal > len(row)
    return len(row) == len(above) and alike and all(map(_goes_on, row, above))


def _is_index(text: str) -> bool:
    """The number of a column, as a row under the headings prints it."""
    return text.isdecimal() and len(text) < 3


def _goes_on(text: str, above: str) -> bool:
    """Does a text begin as another, or share half of its characters?"""
    one, two = set(text), set(above)
    return text.startswith(above) or 2 * len(one & two) >= len(one | two)


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
