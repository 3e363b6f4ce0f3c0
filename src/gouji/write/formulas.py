"""Which cells of a book are sums of cells of the same table, by the identities of its meanings."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from itertools import chain

from gouji.book import Book
from gouji.identities import Identity, is_sum
from gouji.identities.columns import layout
from gouji.identities.tables import in_columns, in_rows
from gouji.meaning import Panel, Sense, understand

At = tuple[int, int]
"""The row and column of a body cell, from 0."""
_COLUMNS = 1 << 20
"""More than any table has: a cell is kept as one number, for a large table has a million terms of sums."""
_Sums = dict[int, "array[int]"]


class Formulas:
    """The sums of a table that hold to the 分. No cell is, by way of others, a sum of itself."""

    def __init__(self, sums: _Sums) -> None:
        self._sums = _without_circles(sums)

    def of(self, row: int, column: int) -> list[At]:
        """The cells that a cell is the sum of; none where it is no sum."""
        return [divmod(part, _COLUMNS) for part in self._sums.get(row * _COLUMNS + column, ())]


def formulas(book: Book, sense: Sense | None = None) -> Iterator[Formulas]:
    """Those of each table, made when it is its turn."""
    sense = sense or understand(book)
    for number in range(len(book.tables)):
        panels = [(i, p) for i, p in enumerate(sense.panels) if p.number == number and p.base.understood]
        sums: _Sums = {}
        for i, panel in panels:
            _add(sums, sense, panel, chain.from_iterable(in_columns(sense, i)))
        for i, panel in panels:
            _add(sums, sense, panel, in_rows(panel, layout(panel, sense.live), sense.places[i]))
        yield Formulas(sums)


def _add(sums: _Sums, sense: Sense, panel: Panel, identities: Iterable[Identity]) -> None:
    """Adds the sums of a panel that have at least two parts; a cell keeps its first."""
    first, width = panel.first, len(panel.columns)
    starts, columns = [node.index * _COLUMNS for node in panel.nodes], [c.at for c in panel.columns]
    for identity in identities:
        if len(identity.figures) > 2 and is_sum(identity, sense.amounts):
            at = [divmod(figure - first, width) for figure in identity.figures]
            whole, *parts = [starts[row] + columns[column] for row, column in at]
            sums.setdefault(whole, array("q", parts))


def _without_circles(sums: _Sums) -> _Sums:
    """The sums in an order in which each needs only those before it; what runs in a circle is left out."""
    kept: _Sums = {}
    waiting = sums
    while True:
        ready = {at: parts for at, parts in waiting.items() if not any(part in waiting for part in parts)}
        if not ready:
            return kept
        kept |= ready
        waiting = {at: parts for at, parts in waiting.items() if at not in ready}
