"""What a page prints outside its tables: its lines put together to titles, notes and paragraphs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from gouji.book import Cell, Place
from gouji.read.pdf.page import Box, Char, Page
from gouji.read.pdf.words import CHINESE, box_of, parts, rows, text_of

INDENT = 0.8  # of a character's height
INDENTED = (1.2, 2.8)  # of a character's height: how far a paragraph's first line begins from the others
APART = 2.4  # of a line's height: further down another paragraph starts
FEWEST = 2  # lines that show where those of a paragraph start
MARGIN = 12.0  # points by which the margins of two pages differ at most
FULL, RAGGED = 2.0, 5.0  # of a character's height: as near to the right a line is full, or may be
FLUSH = ((-0.3, 0.3), (-2.8, -1.2))  # of a character's height: from a line, or an indented one, to the next
ALIKE = 0.2  # of a line's height: lines of one paragraph differ by less
_ENDED = ("。", "；", ";", "：", ":", "！", "？")
_OPEN = ("，", "、", ",", "（", "(", "第", "和", "及")
_LED = re.compile(r"(?:[.．·・…]\s*){4,}[-—\s]*\d{0,4}[-—\s]*$")  # to a page, in a list of contents
_NUMBERED = re.compile(
    r"第?[一二三四五六七八九十]{1,3}(?:、|部分|章)|[（(](?:[一二三四五六七八九十]{1,3}|\d{1,2})[）)]"
    r"|\d{1,2}(?:、|[.．](?!\d))"
)


Start = tuple[float, float]
"""Where a line starts, and how high it is."""


class Text(NamedTuple):
    """A title, a note or a paragraph; `open` when it could go on at the top of the next page."""

    cell: Cell
    box: Box
    open: bool


def lines_of(chars: Sequence[Char]) -> list[list[list[Char]]]:
    """The lines of a page, each cut into its texts."""
    return [cut for row in rows(chars) if (cut := parts(row))]


def texts_of(page: Page, source: str, lines: list[list[list[Char]]], right: float) -> list[Text]:
    """The texts of a page in reading order; `right` is how far its tables go."""
    right = max([right, *(cut[-1][-1].x1 for cut in lines)])
    starts = [(cut[0][0].x0, _height(_usual(cut[0]))) for cut in lines]
    texts: list[list[list[Char]]] = []
    for cut in lines:
        if len(cut) == 1 and texts and _goes_on(texts[-1][-1], cut[0], starts, right):
            texts[-1].append(cut[0])
        else:
            texts += [[part] for part in cut]
    return [_text(page, source, text, right) for text in texts]


def paragraphs(texts: Sequence[Text]) -> list[Cell]:
    """Texts in order; one that is open at a page's end goes on with the first of the next page."""
    found: list[Cell] = []
    before: Text | None = None
    for text in texts:
        if before is not None and _over_page(before, text):
            found[-1] = Cell(found[-1].text + text.cell.text, found[-1].place)
        else:
            found.append(text.cell)
        before = text
    return found


def _goes_on(above: list[Char], below: list[Char], starts: Sequence[Start], right: float) -> bool:
    """Is a line the next of the same paragraph: as large, right below, not indented, after a full line?"""
    one, other = _usual(above), _usual(below)
    high, step = _height(one), other.y0 - one.y0
    inward = (below[0].x0 - above[0].x0) / high
    return (
        0 < step < APART * high
        and abs(_height(other) - high) < ALIKE * high
        and -3 <= inward <= INDENT
        and (
            _is_full(above, right, FULL)
            or (_is_ragged(above, right) and any(a <= inward <= b for a, b in FLUSH))
        )
        and not _begins(below, above)
        and not (above[-1].text in _ENDED and abs(inward) <= INDENT and _is_indented(below, starts))
        and not _LED.search("".join(c.text for c in above[-20:]))
    )


def _is_indented(line: Sequence[Char], starts: Sequence[Start]) -> bool:
    """Do other lines of the page, as high, start where those of a paragraph do that begins like this one?"""
    at, high = line[0].x0, _height(_usual(line))
    inward = ((at - x0) / high for x0, other in starts if abs(other - high) < ALIKE * high)
    return sum(INDENTED[0] <= one <= INDENTED[1] for one in inward) >= FEWEST


def _usual(line: Sequence[Char]) -> Char:
    """A character as high as those of its line are: digits, and marks beside them, may be of another font."""
    words = [c for c in line if c.text >= CHINESE] or line
    return sorted(words, key=_height)[len(words) // 2]


def _height(char: Char) -> float:
    return char.y1 - char.y0


def _is_full(line: Sequence[Char], right: float, room: float) -> bool:
    """Does a line go to the right side?"""
    return line[-1].x1 > right - room * (line[-1].y1 - line[-1].y0)


def _is_ragged(line: Sequence[Char], right: float) -> bool:
    """Does a line go nearly to the right side, and no sentence ends there?"""
    return line[-1].text not in _ENDED and _is_full(line, right, RAGGED)


def _begins(line: Sequence[Char], above: Sequence[Char]) -> bool:
    """Does a line start with a number, as those of lists do?"""
    return bool(_NUMBERED.match("".join(c.text for c in line[:6]))) and above[-1].text not in _OPEN


def _text(page: Page, source: str, text: list[list[Char]], right: float) -> Text:
    chars = [char for line in text for char in line]
    box = box_of(chars)
    cell = Cell(text_of(text), Place(file=source, page=page.number, box=page.shown(box)))
    return Text(cell, box, _is_full(text[-1], right, FULL) or _is_ragged(text[-1], right))


def _over_page(one: Text, two: Text) -> bool:
    """Does a text go on at the top of the next page: no sentence ends there, no indent or number begins?"""
    told, more = one.cell.text, two.cell.text
    if two.cell.place.page != one.cell.place.page + 1 or not one.open or told.endswith(_ENDED):
        return False
    begins = _NUMBERED.match(more) and not told.endswith(_OPEN)
    return not begins and two.box[0] <= one.box[0] + MARGIN
