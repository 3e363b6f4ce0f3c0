"""How well an audit tells the slips that were planted in a book."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from benchmarks.slips import Planted
from gouji import money
from gouji.audit import Audit
from gouji.book import Book, Place
from gouji.findings import ERROR, Cause, Finding
from gouji.identities import AT_MOST, System, system
from gouji.meaning import LINE, understand


class Verdict(NamedTuple):
    """What became of one planted slip. `bound`: it lies in an equality; `rank`: of the right cause, or 0."""

    bound: bool
    found: bool
    rank: int
    false: int


def judge(planted: Planted, clean: Audit, told: Audit) -> Verdict:
    """Judge the audit of a book with one slip in it, beside that of the same book without."""
    right = [cause for cause in told.causes if is_right(cause, planted, told)]
    rank = min((cause.rank for cause in right), default=0)
    before = {finding.id for finding in clean.findings}
    found = any(_tells(finding) for finding in told.findings if finding.id not in before)
    return Verdict(is_bound(planted, clean.book), found, rank, len(false_errors(told, right)))


def is_bound(planted: Planted, before: Book, known: System | None = None) -> bool:
    """Does the slip touch a figure of any equality? Bounds alone do not tell every change of a figure.

    A row that sums others, or stands for them, takes its own equalities along when it gets lost: then it
    counts whether others broke that held in the book before. `known` is the system of that book.
    """
    whole = known or system(understand(before))
    if planted.kind == "lost-row" and not _is_line(whole, planted.table, planted.row):
        return bool(_broken(system(understand(planted.book))) - _broken(whole))
    figures = figures_at(whole, planted.table, planted.row, planted.columns)
    return any(identity.relation != AT_MOST for figure in figures for identity in whole.of(figure))


def _is_line(whole: System, table: int, row: int) -> bool:
    nodes = (node for panel in whole.sense.panels if panel.number == table for node in panel.nodes)
    return any(node.index == row and node.kind == LINE for node in nodes)


def _broken(whole: System) -> Counter[tuple[str, int]]:
    """The broken identities by code, and what each is off by."""
    return Counter((whole.identities[i].code, whole.residuals[i]) for i in whole.broken)


def figures_at(whole: System, table: int, row: int, columns: Collection[int]) -> list[int]:
    """The numbers of the figures in some cells of a row."""
    return [
        panel.figure(n, c)
        for panel in whole.sense.panels
        if panel.number == table
        for n, node in enumerate(panel.nodes)
        if node.index == row
        for c, column in enumerate(panel.columns)
        if column.at in columns
    ]


def is_right(cause: Cause, planted: Planted, told: Audit) -> bool:
    """Does a cause name the slip: its kind, its place and its amount?"""
    slipped = told.book
    if cause.kind not in planted.causes:
        return False
    if cause.kind == "missing-row":
        form = slipped.tables[planted.table].name
        near = _rounding(cause, told) >= 2 * abs(cause.amount - planted.fen)
        return near and any(spot.form == form for spot in cause.spots)
    told = {spot.place for spot in cause.spots}
    if cause.kind in ("extra-row", "shifted-row"):
        lines = {_line(place) for place in told}
        rows = (planted.row, planted.row + 1) if cause.kind == "extra-row" else (planted.row,)
        cells = (cell for row in rows for cell in slipped.tables[planted.table].rows[row] if cell.text)
        return any(_line(cell.place) in lines for cell in cells)
    places = _places(slipped, planted)
    if cause.kind == "wrong-column":
        return set(places) <= told
    return places[0] in told and _proposed(cause) == planted.fen


def _rounding(cause: Cause, told: Audit) -> int:
    """How far off the amount of a lost row may be, in half 分: sums of rounded figures tell no more."""
    found = [finding for finding in told.findings if finding.id in cause.findings]
    return max((len(f.terms) * _step(told.book, f) for f in found), default=0)


def _step(book: Book, finding: Finding) -> int:
    """分 in one unit of the last place that the terms of a finding are printed to."""
    spots = [term.spot for term in finding.terms]
    decimals = max((len(spot.text.partition(".")[2]) for spot in spots), default=0)
    return money.step(decimals, book.tables[spots[0].table].fen) if spots else 0


def false_errors(told: Audit, right: Iterable[Cause]) -> list[Finding]:
    """Errors that no right cause explains."""
    explained = {finding for cause in right for finding in cause.findings}
    return [f for f in told.findings if f.level == ERROR and f.outcome == "broken" and f.id not in explained]


def judge_all(slips: Sequence[Planted], told: Audit) -> int:
    """How many of several slips in one book are explained right at first rank."""
    first = [cause for cause in told.causes if cause.rank == 1]
    return sum(any(is_right(cause, planted, told) for cause in first) for planted in slips)


def _tells(finding: Finding) -> bool:
    """Is it an error, or arithmetic that does not hold?"""
    return finding.level == ERROR or bool(finding.terms)


def _proposed(cause: Cause) -> int | None:
    if cause.proposed is None:
        return None
    amount = money.parse(cause.proposed)
    return amount.fen if amount else 0


def _line(place: Place) -> Place | tuple[str, int]:
    """The line of a text; of a page, which has none, the place itself."""
    return (place.file, place.line) if place.line else place


def _places(book: Book, planted: Planted) -> list[Place]:
    row = book.tables[planted.table].rows[planted.row]
    return [row[c].place for c in planted.columns]
