"""Which tables stand on which page: all on the first, the further rows of long ones on pages of their own.

Of a large book all tables have pages of their own, and the first lists them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from gouji.write.layout import Laid

INDEX = "index.html"
ROWS = 300
"""Rows of one table on a page."""
MOST = 2000
"""Rows of all tables on the first page: with more a browser takes seconds to open it."""


class Piece(NamedTuple):
    """Some rows of a table; `part` counts from 1."""

    table: int
    rows: range
    part: int
    parts: int


class Page(NamedTuple):
    file: str
    pieces: tuple[Piece, ...]


def planned(tables: Sequence[Laid]) -> list[Page]:
    pieces = [list(_pieces(number, laid)) for number, laid in enumerate(tables)]
    first = tuple(some[0] for some in pieces)
    is_large = sum(len(piece.rows) for piece in first) > MOST
    further = [
        Page(f"table{piece.table + 1}-{piece.part}.html", (piece,))
        for some in pieces
        for piece in (some if is_large else some[1:])
    ]
    return [Page(INDEX, () if is_large else first), *further]


def _pieces(number: int, laid: Laid) -> Iterator[Piece]:
    cuts = [0, *_cuts(laid), len(laid.rows)]
    for i, start in enumerate(cuts[:-1]):
        yield Piece(number, range(start, cuts[i + 1]), i + 1, len(cuts) - 1)


def _cuts(laid: Laid) -> Iterator[int]:
    """Rows at which a new page begins; no cell over several rows is cut through."""
    inside = {span.row + i for span in laid.merged for i in range(1, span.rows)}
    last = 0
    for row in range(len(laid.rows)):
        if row - last >= ROWS and row not in inside:
            last = row
            yield row
