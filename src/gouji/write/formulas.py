"""Which cells of a book are sums of cells of the same table, by the identities of its meanings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain

from gouji.book import Book
from gouji.identities import EQUAL, Identity
from gouji.identities.columns import layout
from gouji.identities.tables import in_columns, in_rows
from gouji.meaning import Sense, understand

At = tuple[int, int]
"""The row and column of a body cell, from 0."""
Formulas = Mapping[At, tuple[At, ...]]
"""A cell that is a sum, and the cells it sums."""


def formulas(book: Book, sense: Sense | None = None) -> list[Formulas]:
    """The sums of each table that hold to the 分. No cell is, by way of others, a sum of itself."""
    sense = sense or understand(book)
    found: list[dict[At, tuple[At, ...]]] = [{} for _ in book.tables]
    for identity in _identities(sense):
        (whole, _), *parts = identity.terms
        if identity.relation != EQUAL or len(parts) < 2 or not _holds(sense, identity):
            continue
        number = sense.panels[sense.panel_of[whole]].number
        found[number].setdefault(_at(sense, whole), tuple(_at(sense, part) for part, _ in parts))
    return [_without_circles(one) for one in found]


def _identities(sense: Sense) -> Iterator[Identity]:
    """The sums down the columns, then those along the rows."""
    understood = [i for i, panel in enumerate(sense.panels) if panel.base.understood]
    for i in understood:
        yield from chain.from_iterable(in_columns(sense, i))
    for i in understood:
        yield from in_rows(sense.panels[i], layout(sense.panels[i], sense.live), sense.places[i])


def _holds(sense: Sense, identity: Identity) -> bool:
    """Is the whole printed, and exactly the sum of its parts?"""
    whole = sense.amounts[identity.terms[0][0]]
    return whole is not None and not sum(sense.value(figure) * sign for figure, sign in identity.terms)


def _at(sense: Sense, figure: int) -> At:
    panel, row, column = sense.at(figure)
    return panel.nodes[row].index, panel.columns[column].at


def _without_circles(sums: dict[At, tuple[At, ...]]) -> Formulas:
    """The sums in an order in which each needs only those before it; what runs in a circle is left out."""
    kept: dict[At, tuple[At, ...]] = {}
    waiting = sums
    while True:
        ready = {at: parts for at, parts in waiting.items() if not any(part in waiting for part in parts)}
        if not ready:
            return kept
        kept |= ready
        waiting = {at: parts for at, parts in waiting.items() if at not in ready}
