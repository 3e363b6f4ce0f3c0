"""What the checks of sentences share: the narrative of a book, places, excerpts, the words of an amount."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from fractions import Fraction

from gouji.book import Place
from gouji.checks.common import found, grouped, once, short
from gouji.findings import WARNING, Finding, Spot
from gouji.meaning import Sense
from gouji.narrative import Claims, Level, Mark, Narrative, Paragraph, narrative
from gouji.narrative.arithmetic import places, rounded
from gouji.narrative.marks import UNITS
from gouji.narrative.subjects import GENERIC, of_heading

NONE = "no-sentences"
UNHEADED = "文字说明"
MOST_LEVELS = 200
"""Amounts of one chapter that a rate or a share is tried with."""
EXCERPT = 70

Chapters = list[list[Claims]]
Judged = tuple[list[Finding], int]
"""What is wrong, and how much holds."""

_HEADED = re.compile(r"[(\d](?:类|款|项)\)|\(\d{5,7}\)|^\d{7}|科目$")


@once
def told(sense: Sense) -> Narrative:
    return narrative(sense.book)


def by_chapter(claims: Iterable[Claims]) -> Chapters:
    return list(grouped((one.paragraph.number, one) for one in claims).values())


def judged(sense: Sense, judge: Callable[[Chapters], Judged]) -> Judged:
    """What is wrong with the numbers; a warning where it only is if zeros at their end were dropped."""
    read = told(sense)
    if not read.strict:
        return judge(by_chapter(read.claims))
    strict, held = judge(by_chapter(read.strict))
    if not strict:
        return [], held
    plain, _ = judge(by_chapter(read.claims))
    known = {_where(finding) for finding in plain}
    return [*plain, *(replace(one, level=WARNING) for one in strict if _where(one) not in known)], held


def _where(finding: Finding) -> tuple[Place, str]:
    return finding.spots[0].place, finding.args["text"]


def spot(paragraph: Paragraph, start: int) -> Spot:
    """The line in which something stands, under the heading above it; a note stands in its table."""
    cell = paragraph.cell(start)
    table = -paragraph.number - 1 if paragraph.number < 0 else -1
    return Spot(short(paragraph.heading or UNHEADED), "", "", cell.text, cell.place, table)


def excerpt(paragraph: Paragraph, start: int, end: int) -> str:
    """The words from the beginning of a clause to the end of a number."""
    start = max(paragraph.text.rfind(mark, 0, start) for mark in ",;。:") + 1
    text = paragraph.text[start:end].replace('"', "")
    return text if len(text) <= EXCERPT else f"{text[: EXCERPT // 2]}…{text[-EXCERPT // 2 :]}"


def about(code: str, paragraph: Paragraph, start: int, end: int, args: dict[str, str]) -> Finding:
    return found(code, [spot(paragraph, end - 1)], {"text": excerpt(paragraph, start, end), **args})


def in_unit(fen: Fraction, like: Mark) -> str:
    """An amount in the unit of another, with at least as many decimals."""
    unit = UNITS[like.unit]
    return f"{rounded(fen / unit, max(places(like.step / unit), 2))}{like.unit}"


def signed(sign: int, mark: Mark) -> str:
    """A number with the direction that the words give it."""
    return f"{'-' if sign < 0 else '+'}{mark.text.lstrip('-')}"


def subject_words(claims: Claims, level: Level) -> str:
    """The words before an amount; of 2026年预算安排 those at the head of the paragraph, or in the heading."""
    if not GENERIC.fullmatch(level.phrase):
        return level.phrase
    first = claims.levels[0]
    return (
        of_heading(claims.paragraph.heading) if first is level else first.phrase if is_headed(first) else ""
    )


def is_headed(level: Level) -> bool:
    """Is the amount that of a subject, named with its 类款项?"""
    return _HEADED.search(level.phrase) is not None
