"""The glossary and the English labels of the site, and terms marked where they stand."""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape
from pathlib import Path

from gouji.lexicon.glossary import Term, glossary
from gouji.scope import rows_of

_HERE = Path(__file__).parent


@lru_cache(maxsize=1)
def english() -> dict[str, str]:
    """Chinese phrases, without spaces, and their English."""
    labels = {_plain(zh): en for zh, en in rows_of(_HERE / "labels.tsv")}
    return {spelling: term.en for term in glossary() for spelling in term.spellings} | labels


@lru_cache(maxsize=1)
def _terms() -> tuple[re.Pattern[str], dict[str, Term]]:
    known = {escape(spelling): term for term in glossary() for spelling in term.spellings}
    longest_first = sorted(known, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first))), known


def _plain(text: str) -> str:
    return "".join(text.split())


class Marker:
    """Marks terms with links to the glossary, each once in a part of the page, and remembers which."""

    def __init__(self) -> None:
        self.used: set[int] = set()
        self.here: set[int] = set()

    def part(self) -> None:
        """A new part of the page begins."""
        self.here = set()

    def __call__(self, text: str) -> str:
        """A text as HTML."""
        pattern, known = _terms()

        def link(found: re.Match[str]) -> str:
            term = known[found[0]]
            if term.number in self.here:
                return found[0]
            self.here.add(term.number)
            self.used.add(term.number)
            return f'<a class="term" href="#g{term.number}">{found[0]}</a>'

        return pattern.sub(link, escape(text))

    def entries(self) -> list[Term]:
        return [term for term in glossary() if term.number in self.used]
