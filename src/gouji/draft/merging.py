"""The ledger's own parts of the narrative among the drafts: each in the place of what it covers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gouji.draft.templates import Part
from gouji.ledger import Chapter
from gouji.narrative.text import is_heading, plain

_DIGITS = "零一二三四五六七八九"
_NUMBER = re.compile(r"^[一二三四五六七八九十]{1,3}[、.]\s*")


def merged(own: Sequence[Chapter], drafts: Sequence[Chapter], parts: Sequence[Part]) -> tuple[Chapter, ...]:
    """Own parts stand where the first draft that they cover would; others behind the own part before them.

    Where drafts are left among them, all numbered titles are numbered anew: 一、二、…
    """
    places: list[list[Chapter]] = [[] for _ in range(len(drafts) + 1)]
    covered: set[int] = set()
    at = 0
    for chapter in own:
        mine = [i for i, part in enumerate(parts) if _covers(chapter, part)]
        at = mine[0] + 1 if mine else at
        covered |= set(mine)
        places[at].append(chapter)
    if len(covered) == len(drafts):
        return tuple(own)
    return tuple(_numbered(_in_order(places, drafts, covered)))


def _in_order(
    places: Sequence[list[Chapter]], drafts: Sequence[Chapter], covered: set[int]
) -> Iterator[tuple[Chapter, bool]]:
    """Each part, and whether it is a draft."""
    yield from ((chapter, False) for chapter in places[0])
    for i, draft in enumerate(drafts):
        if i not in covered:
            yield draft, True
        yield from ((chapter, False) for chapter in places[i + 1])


def _covers(chapter: Chapter, part: Part) -> bool:
    """Is it a heading of the part, or the title itself, that the draft is about?"""
    lines = (plain(line) for line in chapter.text.splitlines())
    headings = [plain(chapter.title), *(line for line in lines if line and is_heading(line))]
    return any(part.covers.search(heading.replace('"', "")) for heading in headings if heading)


def _numbered(chapters: Iterator[tuple[Chapter, bool]]) -> Iterator[Chapter]:
    count = 0
    for chapter, drafted in chapters:
        title = chapter.title.strip()
        bare = _NUMBER.sub("", title)
        if drafted or bare != title:
            count += 1
            title = f"{chinese(count)}、{bare}"
        yield Chapter(title, chapter.text)


def chinese(number: int) -> str:
    """1 to 99 as 一 to 九十九."""
    tens, ones = divmod(number, 10)
    head = "" if not tens else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return head + (_DIGITS[ones] if ones else "")
