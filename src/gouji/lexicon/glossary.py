"""The terms that a reader may not know, and what they mean (`glossary.tsv`)."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from gouji.scope import rows_of

_FILE = Path(__file__).parent / "glossary.tsv"


class Term(NamedTuple):
    """A row of the glossary, by its number; `also` are other spellings, between |."""

    number: int
    term: str
    also: str
    en: str
    said: str
    said_en: str

    @property
    def spellings(self) -> list[str]:
        return [self.term, *filter(None, self.also.split("|"))]


@lru_cache(maxsize=1)
def glossary() -> tuple[Term, ...]:
    return tuple(Term(i, *row) for i, row in enumerate(rows_of(_FILE)))
