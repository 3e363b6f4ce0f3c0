"""Two readings of one line made one: where they differ, the likelier, with the other beside it."""

from __future__ import annotations

import re
from typing import NamedTuple

from gouji.read.ocr.engine import Box, Told

SURER = 0.1  # by this much a reading must be surer than that of the cell for itself, to count instead
_AMOUNT = re.compile(r"[-－−]?(?:\d{1,3}(?:,\d{3})+|\d{1,12})(?:\.\d\d)?%?")
_NEARLY = re.compile(r"[-－−]?[\d,.]*\d[\d,.]*%?")
_PARTED = re.compile(r"([-－−]?)(\d+(?:[.,](?:\d{3}){1,2})*)[.,](\d\d%?)")
_MEANT = str.maketrans(
    {"，": ",", "．": ".", "。": ".", "·": ".", "：": ".", "、": ",", " ": "", "O": "0", "o": "0"}
)


class Seen(NamedTuple):
    """A line of text, where it stands in points, how sure its reader is, and what another made of it."""

    text: str
    box: Box
    confidence: float
    other: str = ""


def tidy(text: str) -> str:
    """A number as it is meant, with commas and a point; other text as it was read."""
    meant = text.translate(_MEANT)
    if parted := _PARTED.fullmatch(meant):
        return parted[1] + _grouped(parted[2]) + "." + parted[3]
    return meant if _NEARLY.fullmatch(meant) else text.strip()


def _grouped(whole: str) -> str:
    """The digits before the point. Where one comma was seen there is one at every third of them: commas and
    points are the smallest marks of a page, and the first to be taken for each other or missed."""
    digits = whole.replace(",", "").replace(".", "")
    if whole == digits:
        return whole
    first = len(digits) % 3 or 3
    return ",".join([digits[:first], *(digits[i : i + 3] for i in range(first, len(digits), 3))])


def has_number(text: str) -> bool:
    """Could it be a figure? Of those all are read twice."""
    digits = sum(c.isdigit() for c in text)
    return digits > 0 and 2 * digits >= len(text)


def joined(one: Told, two: Told | None) -> tuple[str, float, str]:
    """The text, the confidence in it, and the other text where there is one."""
    first = tidy(one.text)
    if two is None:
        return first, one.confidence, ""
    second = tidy(two.text)
    if first == second:
        return first, max(one.confidence, two.confidence), ""
    if not second:
        return first, one.confidence, ""
    ranks = _rank(first), _rank(second)
    surer = two.confidence > one.confidence + SURER
    if ranks[1] > ranks[0] or (ranks[0] == ranks[1] and surer):
        return second, two.confidence, first
    return first, one.confidence, second


def _rank(text: str) -> int:
    """How much a text looks like a figure as it is printed."""
    return 2 if _AMOUNT.fullmatch(text) else 1 if _NEARLY.fullmatch(text) else 0
