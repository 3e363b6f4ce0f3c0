"""The figures that a book prints, row by row, with what each counts."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from gouji.meaning import Panel, Sense
from gouji.scope import OPEN, Opens, Scope, dimensions
from gouji.write.layout import flat

DIMENSIONS = (*dimensions().fields, *OPEN)
"""What the scope of a figure may set conditions on."""
Printed = list[tuple[int, int, Scope | None]]
"""Of a row the amount columns that are not blank, each with its amount in 分 and what it counts."""


def printed(sense: Sense) -> Iterator[tuple[Panel, int, Printed]]:
    """Each panel and row with its figures. The scope is None where the words contradict each other."""
    for panel in sense.panels:
        width = len(panel.columns)
        for at, node in enumerate(panel.nodes):
            first = panel.first + at * width
            amounts = sense.amounts[first : first + width]
            if amounts.count(None) < width:
                row = panel.base.scope.meet(node.scope)
                yield (
                    panel,
                    at,
                    [
                        (column, fen, row.meet(panel.columns[column].scope) if row else None)
                        for column, fen in enumerate(amounts)
                        if fen is not None
                    ],
                )


def conditions(scope: Scope | None) -> tuple[str, ...]:
    """What a scope says of each of DIMENSIONS; blank where it says nothing."""
    return _closed(scope.closed) + _open(scope.opens) if scope else ("",) * len(DIMENSIONS)


@lru_cache(maxsize=4000)
def _closed(closed: int) -> tuple[str, ...]:
    told = dict(words.split("=", 1) for words in Scope(closed).words())
    return tuple(flat(told.get(dimension, "")) for dimension in dimensions().fields)


@lru_cache(maxsize=4000)
def _open(opens: Opens) -> tuple[str, ...]:
    told = dict(opens)
    return tuple(flat("|".join(told.get(dimension, ()))) for dimension in OPEN)
