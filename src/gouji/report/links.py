"""Which cells of a page are linked: their ids, and the findings and causes marked on them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from gouji.findings import Cause, Spot, worst
from gouji.report.locate import CELL, HEADING, NOTE, PROSE, TITLE, Index, Where
from gouji.report.view import View, marked

_IDS = {CELL: "t{0}r{1}c{2}", HEADING: "t{0}h{2}", NOTE: "t{0}n{1}", PROSE: "p{1}", TITLE: "t{0}"}


class Mark(NamedTuple):
    """A number on a cell: what it links to, and its level ("" for a cause)."""

    text: str
    target: str
    level: str


class Links:
    def __init__(self, view: View) -> None:
        book = view.audit.book
        self.source = book.source
        self._index = Index(book)
        self._absent = {form: f"a{i}" for i, form in enumerate(book.absent)}
        self._marks: dict[str, list[Mark]] = {}
        self._used: set[str] = set()
        for number, finding, _ in view.shown:
            self._mark(marked(finding), Mark(str(number), f"f{number}", finding.level))
            self._used.update(id for term in finding.terms if (id := self.id(term.spot)))
        for cause in (cause for group in view.groups for cause in group.causes):
            self._mark(cause.spots, Mark(cause.id, cause_id(cause), ""))

    def id(self, spot: Spot) -> str | None:
        """The id of what a finding names; None where the page has no such place."""
        if spot.table < 0 and spot.form in self._absent:
            return self._absent[spot.form]
        where = self._index.where(spot)
        return id_of(where) if where else None

    def used(self, id: str) -> bool:
        return id in self._used

    def marks(self, id: str) -> list[Mark]:
        return self._marks.get(id, [])

    def level(self, id: str) -> str:
        """The worst level marked on a cell; "cause" where only causes are."""
        return worst(mark.level for mark in self.marks(id)) or "cause"

    def _mark(self, spots: Iterable[Spot], mark: Mark) -> None:
        for id in dict.fromkeys(self.id(spot) for spot in spots):
            if id:
                self._used.add(id)
                self._marks.setdefault(id, []).append(mark)


def id_of(where: Where) -> str:
    return _IDS[where.kind].format(*where[1:])


def cause_id(cause: Cause) -> str:
    return f"cause-{cause.id}"
