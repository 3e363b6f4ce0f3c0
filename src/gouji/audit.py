"""One book through reading, identities, checks, causes: the only room that ties them together."""

from __future__ import annotations

from dataclasses import dataclass

from gouji.book import Book, Cell
from gouji.findings import Cause, Finding, Outcome


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much was checked: figures printed, with a scope, in at least one identity; texts not understood."""

    figures: int
    scoped: int
    in_identities: int
    not_understood: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Audit:
    book: Book
    findings: tuple[Finding, ...]
    causes: tuple[Cause, ...]
    outcomes: tuple[Outcome, ...]
    coverage: Coverage
