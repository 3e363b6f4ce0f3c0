"""Words of tables as they are spelled: by the official vocabulary, or as the book itself mostly has them.

Only a word that was not surely read is looked at, and few of its characters may be others; what was read
stays beside it as the other reading. Numbers are left alone.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import chain

from gouji import codes, lexicon
from gouji.book import Cell, Place, Reading
from gouji.lexicon import normal

SURE = 0.97  # what is read as surely is left as it was read
SURE_OF_OTHER = 0.995  # the same where the vocabulary has almost this word
SHORTEST = 4  # characters: shorter words are too often one character from each other
LONG = 8  # characters: as long a word may have two misread ones
MOST_WORDS = 2000  # of a book, the most frequent ones, with which others are compared
TELLING = frozenset(
    "0123456789〇一二三四五六七八九十甲乙丙丁上中下东南西北左右内外大小新老前后省市州区县乡镇村"
)
"""Characters by which words differ that are not the same: 第一小学 and 第二小学, 省级 and 市级."""


def spelled(cells: Mapping[Place, tuple[Cell, Reading]]) -> dict[Place, tuple[str, Reading]]:
    """The cells that are to be spelled otherwise: their text, and their reading with what was read."""
    told = {
        place: meant
        for place, (cell, one) in cells.items()
        if one.confidence < SURE_OF_OTHER and (meant := _official(cell.text))
    }
    count = Counter(normal(told.get(place, cell.text)) for place, (cell, _) in cells.items())
    usual = _by_length(word for word, _ in count.most_common(MOST_WORDS))
    for place, (cell, one) in cells.items():
        word = normal(cell.text)
        if place not in told and one.confidence < SURE and _is_word(word) and word not in _vocabulary():
            likely = [other for other in _alike(word, usual) if count[other] > count[word]]
            if likely:
                told[place] = max(likely, key=lambda other: (count[other], other))
    return {
        place: (meant, Reading(cells[place][1].confidence, cells[place][0].text))
        for place, meant in told.items()
    }


@lru_cache(maxsize=4000)
def _official(text: str) -> str:
    """A text whose word is almost one of the vocabulary with that one; "" where there is no such word."""
    word = normal(lexicon.label(text).text)
    if not _is_word(word) or word in _vocabulary():
        return ""
    found = _alike(word, _official_by_length())
    return normal(text).replace(word, found[0]) if len(found) == 1 else ""


def _is_word(text: str) -> bool:
    return len(text) >= SHORTEST and 2 * sum(c.isdigit() for c in text) < len(text)


def _by_length(words: Iterable[str]) -> Mapping[int, list[str]]:
    told = defaultdict[int, list[str]](list)
    for word in words:
        told[len(word)].append(word)
    return told


def _alike(word: str, words: Mapping[int, list[str]]) -> list[str]:
    """The words from which this one differs in the fewest characters, if these are few and tell nothing."""
    most = 2 if len(word) >= LONG else 1
    told = defaultdict[int, list[str]](list)
    for other in words.get(len(word), ()):
        off = [(a, b) for a, b in zip(word, other, strict=True) if a != b]
        if 0 < len(off) <= most and TELLING.isdisjoint(chain(*off)):
            told[len(off)].append(other)
    return told[min(told)] if told else []


@lru_cache(maxsize=1)
def _vocabulary() -> frozenset[str]:
    lists = (codes.functions(), codes.economics(), codes.gov_economics(), codes.incomes())
    names = (code.name for code in chain(*lists))
    others = (alias.name for each in lists for alias in each.aliases)
    return frozenset(chain(map(normal, chain(names, others)), *lexicon.words().values()))


@lru_cache(maxsize=1)
def _official_by_length() -> Mapping[int, list[str]]:
    return _by_length(sorted(_vocabulary()))
