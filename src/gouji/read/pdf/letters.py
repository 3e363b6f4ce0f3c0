"""The characters of a page: those that stand as most of them do and that are seen."""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable, Iterator, Sequence
from itertools import compress, pairwise, repeat
from typing import NamedTuple

from gouji.read.pdf import native
from gouji.read.pdf.native import Handle, Sides
from gouji.read.pdf.page import Char

NARROW, TOO_WIDE = 0.3, 0.8  # of a box: where the next one starts, when the box is too wide
QUARTER = math.pi / 2
UPRIGHT = 0.08  # radians: text at more of an angle is a watermark
FEW = 2  # characters of a wrapped heading that did not fit
SLIVER = 0.1  # points
TOUCHING = 0.5  # points between two characters of one run
WRAPPED = 1.3  # of a character's height: as far down the next line of one text can be
_SAME = {"\xa0": " ", "\u3000": " ", "\x02": "-", "\ufffe": "-"}  # PDFium marks a hyphen at a line's end


class Letters(NamedTuple):
    """Characters, and their left, top, right and bottom sides in the page's own coordinates."""

    texts: list[str]
    numbers: list[int]  # as the page counts them
    sides: Sides
    turn: int  # quarter turns of the characters to the right


def letters_of(text: Handle, texts: Sequence[Handle], forms: int) -> Letters:
    """The characters that stand as most of the page's do."""
    told = _unicode(text)
    numbers = [i for i, c in enumerate(told) if c > " " or (c == " " and not native.is_generated(text, i))]
    found, sides = native.char_boxes(text, numbers)
    letters = Letters([told[i] for i in numbers], numbers, sides, 0)
    if all(found) and not forms and 2 * len(texts) < len(numbers) and _straight(texts):
        return letters
    angles = list(map(native.angle, repeat(text), numbers))
    return letters if all(found) and not any(angles) else _standing(letters, found, angles)


def _straight(texts: Sequence[Handle]) -> bool:
    """Do all texts of a page run from left to right? Then no character need be asked for its angle."""
    found, (a, b, c, *_) = native.matrices(texts)
    return all(found) and not any(b) and not any(c) and min(a, default=1.0) > 0


def _standing(letters: Letters, found: Sequence[int], angles: Sequence[float]) -> Letters:
    """Those that have a box and stand as most do."""
    turns = [_turn(angle) if has_box else None for angle, has_box in zip(angles, found, strict=True)]
    turn = max(range(4), key=turns.count)
    kept = [one == turn for one in turns]
    left, top, right, bottom = (list(compress(side, kept)) for side in letters.sides)
    texts, numbers = list(compress(letters.texts, kept)), list(compress(letters.numbers, kept))
    return Letters(texts, numbers, (left, top, right, bottom), turn)


def _turn(angle: float) -> int | None:
    """The quarter turns of a character; None where it stands at an angle."""
    turn = round(angle / QUARTER)
    return turn % 4 if abs(angle - turn * QUARTER) <= UPRIGHT else None


def _unicode(text: Handle) -> str:
    """The text of a page, one character for each that PDFium counts."""
    told = _told(text)
    for char, same in _SAME.items():
        told = told.replace(char, same)
    return told


def _told(text: Handle) -> str:
    count = max(native.count_chars(text), 0)
    buffer = array("H", bytes(2 * count + 2))
    if native.all_text(text, 0, count, buffer.buffer_info()[0]) == count + 1:
        told = buffer[:count].tobytes().decode("utf-16-le", "replace")
        if len(told) == count:
            return told
    return "".join(_char(native.unicode_of(text, i)) for i in range(count))


def _char(code: int) -> str:
    return "\ufffd" if 0xD800 <= code < 0xE000 or code > 0x10FFFF else chr(code)


def shown(chars: Sequence[Char], seen: Callable[[int], bool]) -> list[Char]:
    """The texts that are seen, if only in part; one or two characters that did not fit stay with theirs."""
    kept: list[Char] = []
    for start, end in runs(chars):
        found = chars[start:end]
        for i, char in enumerate(found, start):
            if char.text != " " and seen(i):
                kept += found
                break
        else:
            if kept and len(found) <= FEW and _wrapped(kept[-1], found[0]):
                _, _, y0, x1, y1 = kept[-1]
                kept += [Char(char.text, x1 - SLIVER, y0, x1, y1) for char in found]
    return kept


def runs(chars: Sequence[Char]) -> Iterator[tuple[int, int]]:
    """From where to where characters were drawn one right after the other on one line."""
    start, right, top = 0, math.inf, math.inf
    for i, (_, x0, y0, x1, _) in enumerate(chars):
        if abs(x0 - right) > TOUCHING or abs(y0 - top) > TOUCHING:
            if i:
                yield start, i
            start = i
        right, top = x1, y0
    if chars:
        yield start, len(chars)


def _wrapped(before: Char, char: Char) -> bool:
    return 0 < char.y0 - before.y0 < WRAPPED * (char.y1 - char.y0) and char.x0 < before.x1


def trim(chars: list[Char]) -> None:
    """Where a font states no widths boxes are too wide: each ends where the next character starts."""
    share = 1.0  # what was left of the box before, for the last digit
    for i, (one, two) in enumerate(pairwise(list(chars))):
        if two[1] < one[3] and _too_wide(one, two):  # x0 and x1
            share = (two.x0 - one.x0) / (one.x1 - one.x0)
            chars[i] = one._replace(x1=two.x0)
        elif share < 1:
            if one.text.isdigit():
                chars[i] = one._replace(x1=one.x0 + share * (one.x1 - one.x0))
            share = 1.0


def _too_wide(one: Char, two: Char) -> bool:
    wide, step = one.x1 - one.x0, two.x0 - one.x0
    return one.y0 == two.y0 and NARROW * wide < step < TOO_WIDE * wide
