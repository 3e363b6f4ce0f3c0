"""On which page of a Word document each part begins, as far as it can be told before a program lays it out.

The numbers stand in the contents until Word or LibreOffice counts the pages itself, which may differ by one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from gouji.write.layout import Laid
from gouji.write.merging import RIGHT
from gouji.write.outline import Publication
from gouji.write.widths import MARGIN, TOGETHER, Page, em, fitted, lines, page, widths

LINE, CONTENTS_LINE = 28.0, 24.0  # points, as word/styles.xml has them
TYPE, INDENT = 16.0, 2.0  # of the narrative: points, and em
_DIGIT, _GAP = 0.5, 0.2  # em
_BETWEEN = re.compile(r"(?<=[一-鿿])(?=[!-~])|(?<=[!-~])(?=[一-鿿])")
_CONTENTS_HEAD, _ABOVE, _NOTE = 44.0, 65.0, 17.0
_CUT = 4  # lines that are lost where a page's end cuts a cell
_ROW, _LEADING, _EDGE = 1.6, 1.2, 2.0  # of a table's row: em, em a line, points


def starts(whole: Publication, paper: Page, margin: float) -> Mapping[int, int]:
    """The page of each mark; `paper` and `margin` are those of the pages before the tables."""
    high = paper.sides[1] - 2 * margin
    listed = len(whole.contents())
    first = 2 + int((_CONTENTS_HEAD + listed * CONTENTS_LINE) // high)
    found, after = _narrative(whole, first + 1, high, (paper.sides[0] - 2 * margin) / TYPE)
    at = after
    for i, table in enumerate(whole.tables):
        found[whole.mark(i)] = at
        at += _pages(table)
    return found


def _narrative(whole: Publication, first: int, high: float, wide: float) -> tuple[dict[int, int], int]:
    """The pages of the headings, and the page behind all; no page begins or ends with a line alone."""
    found: dict[int, int] = {}
    most = int(high // LINE)
    at, used = first, 0
    for i, part in enumerate(whole.narrative):
        size = 2 if part.level == 1 else 1
        rows = size * _lines(part.text, wide)
        if (part.level == 1 and i) or used + min(rows + (part.level > 0), 2) > most:
            at, used = at + 1, 0  # a heading stays with the line below it
        if part.mark:
            found[part.mark] = at
        used += rows
        while used > most:
            left = used - most
            at, used = at + 1, max(left, 2)
    return found, at + 1 if whole.narrative else first


def _lines(text: str, wide: float) -> int:
    """Over how many lines a paragraph goes; there is a little room between 汉字 and digits or letters."""
    size = em(text, _DIGIT) + _GAP * len(_BETWEEN.findall(text)) + INDENT
    return max(1, -(-int(size * 100) // int(wide * 100)))


def _pages(table: Laid) -> int:
    needed = widths(table)
    one = page(needed)
    wide = fitted(needed, one.room / one.size)
    high = one.sides[1] - 2 * MARGIN
    head = sum(head_heights(table, wide, one.size))
    pages, used = 1, _ABOVE + head
    for row in _row_heights(table, wide, one.size):
        if used + row > high:
            pages, used = pages + 1, head
        used += row
    return pages + (used + _NOTE * len(table.notes) > high)


def head_heights(table: Laid, wide: Sequence[float], size: float) -> Iterator[float]:
    """How high each row of headings is, the numbers of the columns last."""
    heights = [_ROW * size] * (table.depth + bool(table.numbers))
    for head in table.heads:
        room = sum(wide[head.column : head.column + head.columns])
        last = head.row + head.rows - 1
        wanted = _high(head.text, room, size) - (head.rows - 1) * _ROW * size
        heights[last] = max(heights[last], wanted)
    yield from heights


def _row_heights(table: Laid, wide: Sequence[float], size: float) -> Iterator[float]:
    """How high each row of the body is at least; of a cell over several rows each has its share.

    A program that lays a document out makes the last of them higher instead, and may cut a text that goes
    over a page's end.
    """
    least = shares(table, wide, size)
    merged = table.places() if table.merged else {}
    for r, row in enumerate(table.rows):
        texts = (
            (text, wide[c])
            for c, text in enumerate(row)
            if text and table.aligns[c] != RIGHT and (r, c) not in merged
        )
        yield max([least[r], *(_high(text, room, size) for text, room in texts)])


def shares(table: Laid, wide: Sequence[float], size: float) -> list[float]:
    """What each row gives to the cells that go over it; more where a page's end may cut them."""
    heights = [_ROW * size] * len(table.rows)
    for span in table.merged if table.merged else ():
        room = sum(wide[span.column : span.column + span.columns])
        spare = _CUT * _LEADING * size if span.rows > TOGETHER else 0.0
        share = (_high(span.text, room, size) + spare) / span.rows
        for r in range(span.row, span.row + span.rows):
            heights[r] = max(heights[r], share)
    return heights


def _high(text: str, room: float, size: float) -> float:
    return max(_ROW * size, lines(text, room) * _LEADING * size + _EDGE)
