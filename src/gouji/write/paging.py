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
ROOMY, TIGHT = 1.6, 1.35  # em: how high a table's row of one line is
_LEADING, _EDGE = 1.2, 2.5  # of the lines in a row: em a line, points


def starts(whole: Publication, paper: Page, margin: float) -> Mapping[int, int]:
    """The page of each mark; `paper` and `margin` are those of the pages before the tables."""
    high = paper.sides[1] - 2 * margin
    listed = len(whole.contents())
    first = 2 + int((_CONTENTS_HEAD + listed * CONTENTS_LINE) // high)
    found, after = _narrative(whole, first + 1, high, (paper.sides[0] - 2 * margin) / TYPE)
    at = after
    for i, table in enumerate(whole.tables):
        found[whole.mark(i)] = at
        needed = widths(table)
        one = page(needed)
        wide = fitted(needed, one.room / one.size)
        at += _pages(table, wide, one, pitch(table, wide, one))
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


def pitch(table: Laid, wide: Sequence[float], one: Page) -> float:
    """How high a row of one line is in em: a little less than usual where that saves a page."""
    return TIGHT if _pages(table, wide, one, TIGHT) < _pages(table, wide, one, ROOMY) else ROOMY


def _pages(table: Laid, wide: Sequence[float], one: Page, row: float) -> int:
    high = one.sides[1] - 2 * MARGIN
    head = sum(head_heights(table, wide, one.size, row))
    pages, used = 1, _ABOVE + head
    for height in _row_heights(table, wide, one.size, row):
        if used + height > high:
            pages, used = pages + 1, head
        used += height
    return pages + (used + _NOTE * len(table.notes) > high)


def head_heights(table: Laid, wide: Sequence[float], size: float, row: float) -> Iterator[float]:
    """How high each row of headings is, the numbers of the columns last; `row` is that of one line in em."""
    heights = [max(row * size, _high("", 1.0, size))] * (table.depth + bool(table.numbers))
    for head in table.heads:
        room = sum(wide[head.column : head.column + head.columns])
        last = head.row + head.rows - 1
        wanted = _high(head.text, room, size) - (head.rows - 1) * row * size
        heights[last] = max(heights[last], wanted)
    yield from heights


def _row_heights(table: Laid, wide: Sequence[float], size: float, row: float) -> Iterator[float]:
    """How high each row of the body is."""
    least = shares(table, wide, size, row)
    merged = table.places() if table.merged else {}
    for r, texts in enumerate(table.rows):
        words = (
            (text, wide[c])
            for c, text in enumerate(texts)
            if text and table.aligns[c] != RIGHT and (r, c) not in merged
        )
        yield max([least[r], *(_high(text, room, size) for text, room in words)])


def shares(table: Laid, wide: Sequence[float], size: float, row: float) -> list[float]:
    """How high each row is at least: its share of the cells over it, more where a page's end may cut them.

    A program that lays a document out makes the last of them higher instead, and may cut a text that goes
    over a page's end.
    """
    heights = [max(row * size, _high("", 1.0, size))] * len(table.rows)
    for span in table.merged:
        room = sum(wide[span.column : span.column + span.columns])
        spare = _CUT * _LEADING * size if span.rows > TOGETHER else 0.0
        share = (_high(span.text, room, size) + spare) / span.rows
        for r in range(span.row, span.row + span.rows):
            heights[r] = max(heights[r], share)
    return heights


def _high(text: str, room: float, size: float) -> float:
    """How high a cell is for its lines."""
    return lines(text, room) * _LEADING * size + _EDGE
