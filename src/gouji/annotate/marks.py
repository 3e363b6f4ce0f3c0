"""What is to be marked: each place with the findings on it, by the numbers that a report gives them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from gouji.audit import Audit
from gouji.book import Place
from gouji.findings import Cause, Finding, worst
from gouji.report.view import Shown, marked, view
from gouji.report.words import cause_text, finding_text, proposal, remedy_text, safe, slip_text, word

AUTHOR = "勾稽 Gouji"
LONGEST = 8000
NOWHERE = Place()
_NONCHARACTERS = re.compile("[\ufffe\uffff]")  # no XML may hold them


class Mark(NamedTuple):
    """A place (NOWHERE: none in the file), the numbers of its findings, their worst level, what they say."""

    place: Place
    numbers: tuple[int, ...]
    level: str
    text: str

    @property
    def label(self) -> str:
        return ",".join(map(str, self.numbers))


def marks(audit: Audit, lang: str) -> list[Mark]:
    """One for each place, in the order of the findings."""
    told: dict[Place, list[Shown]] = {}
    for shown in view(audit).shown:
        for place in _places(shown.finding):
            told.setdefault(place, []).append(shown)
    return [_mark(place, shown, lang) for place, shown in told.items()]


def _places(finding: Finding) -> list[Place]:
    """Where a finding is seen: the cells that it marks, otherwise any that it names."""
    for spots in (marked(finding), finding.spots):
        found = dict.fromkeys(spot.place for spot in spots if _is_somewhere(spot.place))
        if found:
            return list(found)
    return [NOWHERE]


def _is_somewhere(place: Place) -> bool:
    return bool(place.sheet or place.page or place.line)


def _mark(place: Place, shown: list[Shown], lang: str) -> Mark:
    text = "\n\n".join("\n".join(lines) for lines in _told(shown, lang))
    level = worst(one.finding.level for one in shown) or shown[0].finding.level
    text = _NONCHARACTERS.sub("\N{REPLACEMENT CHARACTER}", text)[:LONGEST]
    return Mark(place, tuple(one.number for one in shown), level, text)


def _told(shown: list[Shown], lang: str) -> Iterator[Iterable[str]]:
    """Each finding, then the causes of them all."""
    for number, finding, _ in shown:
        yield _finding(number, finding, lang)
    causes = {cause.id: cause for _, _, cause in shown if cause}
    for cause in causes.values():
        yield _cause(cause, lang)


def _finding(number: int, finding: Finding, lang: str) -> Iterator[str]:
    yield f"{number}. {word(f'level.{finding.level}', lang)} {finding.code}"
    yield finding_text(finding, lang)
    if remedy := remedy_text(finding, lang):
        yield f"{word('remedy', lang)}{remedy}"


def _cause(cause: Cause, lang: str) -> Iterator[str]:
    kind = "  ".join(filter(None, (word(f"kind.{cause.kind}", lang), slip_text(cause, lang))))
    yield safe(f"{word('cause', lang)} {cause.id}  {kind}")
    yield cause_text(cause, lang)
    if told := proposal(cause):
        yield f"{word('proposed', lang)} {told}"
