"""Characters to text: lines of a cell or of a page, joined as a reader reads them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from operator import itemgetter, sub

from gouji.read.pdf.page import Box, Char

WIDE_GAP = 2.0  # characters: a gap like this separates two texts on one line
GAP = 0.5  # of a character's height: a gap like this is a space between words that are not Chinese
SAME = 0.3  # of a character's width: the same character again as near as this was drawn twice
CHINESE = "\u2e80"  # from here on
PADDING = 5.0  # points: what a cell keeps free beside its text
OPENING = frozenset("“‘（《〈【「『〔［｛")  # a font as wide as high draws these at the right of their box
_LEVEL = itemgetter(2, 4)  # of a character: from where down to where it goes
_NUMBER = re.compile(r"[-－−]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d*)?%?")
_DIGITS = re.compile(r"[-－−\d,.%]+")
_FINISHED = tuple(re.compile(one) for one in (r".*\.\d\d+", r"\d{3}", r"\d{5}", r"\d{7}"))
_TAIL = re.compile(r"[-－−\w,.%]+$", re.ASCII)
_HEAD = re.compile(r"[-－−\w,.%]+", re.ASCII)


def rows(chars: Sequence[Char]) -> list[list[Char]]:
    """Characters by line, from top to bottom, each line from left to right and drawn once."""
    if len(set(map(_LEVEL, chars))) == 1:  # as in most cells
        return [_once(sorted(chars, key=_left))]
    found: list[list[Char]] = []
    middle = height = 0.0
    for char in sorted(chars, key=lambda c: c.y0 + c.y1):
        y0, y1 = char.y0, char.y1
        at, high = (y0 + y1) / 2, y1 - y0
        if found and at - middle <= (high if high < height else height) / 2:
            found[-1].append(char)
        else:
            found.append([char])
            middle, height = at, high
    return [_once(sorted(row, key=_left)) for row in found]


def _left(char: Char) -> float:
    """Where a character begins; type set close draws a mark that opens over the character before it."""
    return (char.x0 + char.x1) / 2 if char.text in OPENING else char.x0


def _once(row: list[Char]) -> list[Char]:
    kept = row[:1]
    last = row[0].x0
    for char in row[1:]:
        x0 = char.x0
        near = x0 - SAME * (char.x1 - x0)
        if last < near or not any(c.text == char.text and c.x0 >= near for c in kept[-3:]):
            kept.append(char)
            last = x0
    return kept


def parts(line: Sequence[Char]) -> list[list[Char]]:
    """A page's line cut where wide gaps separate its texts."""
    cut: list[list[Char]] = []
    for char in line:
        if char.text == " ":
            continue
        wide = WIDE_GAP * (char.y1 - char.y0)
        if cut and char.x0 - cut[-1][-1].x1 < wide:
            cut[-1].append(char)
        else:
            cut.append([char])
    return cut


def is_number(text: str) -> bool:
    return bool(_NUMBER.fullmatch(text))


def numbers_in(text: str) -> list[str]:
    """The amounts of digits that touch: one number, or several with as many decimals as the last."""
    if is_number(text):
        return [text]
    decimals = len(text) - text.rfind(".") - 1 if "." in text else 0
    found = re.findall(rf"-?(?:\d{{1,3}}(?:,\d{{3}})+|\d+)\.\d{{{decimals}}}", text) if decimals else []
    return found if "".join(found) == text else []


def text_in(chars: Sequence[Char], left: float, right: float) -> str:
    """A cell's text: its lines joined, where the cell goes from left to right."""
    if (plain := _plain(chars)) is not None:
        return plain
    found = rows(chars)
    if len(found) == 1:
        return _text(found[0])
    return text_of([row for row in found if any(c.text != " " for c in row)], right - left)


def _plain(chars: Sequence[Char]) -> str | None:
    """The text of one line of characters in their order, none twice and none apart; as most cells are.

    No line of Python for each character, which is what most of the time would go into.
    """
    texts, x0, y0, x1, y1 = zip(*chars, strict=True)
    text = "".join(texts)
    if " " in text or y0.count(y0[0]) < len(y0) or y1.count(y1[0]) < len(y1):
        return None
    if len(x0) == 1:
        return text
    after = x0[1:]
    steps = min(map(sub, after, x0))
    wide, gap = max(map(sub, x1, x0)), max(map(sub, after, x1))
    apart = steps > 0 and steps > SAME * wide
    return text if apart and gap <= GAP * (y1[0] - y0[0]) else None


def text_of(found: Sequence[Sequence[Char]], width: float | None = None) -> str:
    """Lines joined to one text; they were wrapped where they fill the width, always when there is none."""
    text = ""
    for i, row in enumerate(found):
        here = _text(row)
        text = _join(text, here, width is None or _full(found[i - 1], width)) if i else here
    return text


def _full(row: Sequence[Char], width: float) -> bool:
    """Does a line leave no room for two more characters in its cell?"""
    box = box_of([c for c in row if c.text != " "] or row)
    return width - (box[2] - box[0]) < 2 * max(c.x1 - c.x0 for c in row) + PADDING


def _join(above: str, below: str, wrapped: bool) -> str:
    """Two lines of a cell. A word or number is one across them only when it was wrapped."""
    tail, head = _TAIL.search(above), _HEAD.match(below)
    if not tail or not head:
        return above + below
    if _one_word(tail[0], head[0], wrapped):
        return above + below
    return f"{above} {below}"


def _one_word(above: str, below: str, wrapped: bool) -> bool:
    """A number is one when the whole is a number and the halves are not two; a code when it has digits."""
    if _DIGITS.fullmatch(above) and _DIGITS.fullmatch(below):
        two = any(half.fullmatch(above) and half.fullmatch(below) for half in _FINISHED)
        return is_number(above + below) and not two and (wrapped or _unfinished(above, below))
    return wrapped and any(c.isdigit() for c in above + below)


def _unfinished(above: str, below: str) -> bool:
    """Does the upper half of a number stop short: at its point, within a group of three or its decimals?"""
    if "." in above:
        return below.isdigit()
    return below[0] in ".," or (0 < len(above) - above.rfind(",") < 4 and "," in above)


def _text(row: Sequence[Char]) -> str:
    """A line's text; a space where one is printed, or where words that are not Chinese stand apart."""
    text = ""
    end = 0.0
    spaced = False
    for char in row:
        told = char.text
        if told == " ":
            spaced = True
            continue
        if text and (
            spaced or (told < CHINESE and text[-1] < CHINESE and char.x0 - end > GAP * (char.y1 - char.y0))
        ):
            text += " "
        text += told
        end, spaced = char.x1, False
    return text


def box_of(chars: Sequence[Char]) -> Box:
    """The box around characters."""
    _, x0, y0, x1, y1 = zip(*chars, strict=True)
    return (min(x0), min(y0), max(x1), max(y1))
