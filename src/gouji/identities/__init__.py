"""A book's identities: which figures must agree, derived from what they count.

Two figures of the same money are equal; a figure that others split completely is their sum; a part
cannot exceed the whole. All identities of a book are one sparse linear system over its figures.
"""

from __future__ import annotations

from collections.abc import Sequence

from gouji.identities.across import across
from gouji.identities.cells import Cells
from gouji.identities.columns import Layout, layout
from gouji.identities.model import (
    AT_MOST,
    CROSS,
    EQUAL,
    Chained,
    Identities,
    Identity,
    Repeated,
    Rows,
    System,
    is_broken,
    is_sum,
    opens_to,
    takes,
)
from gouji.identities.projects import within_projects
from gouji.identities.same import SameMoney
from gouji.identities.tables import in_columns, in_rows
from gouji.identities.unusual import without_unusual
from gouji.meaning import Sense

__all__ = [
    "AT_MOST",
    "CROSS",
    "EQUAL",
    "Identity",
    "Rows",
    "System",
    "is_broken",
    "is_sum",
    "opens_to",
    "system",
    "takes",
]

_LARGE = 200_000
"""Identities from which on those inside tables are made when they are asked for, and not kept."""


def system(sense: Sense) -> System:
    """Derive every identity of a book."""
    layouts = [layout(panel, sense.live) for panel in sense.panels]
    within: list[Identities] = []
    for number in sense.ordered:
        panel = sense.panels[number]
        if panel.base.understood:
            within.append(in_rows(panel, layouts[number], sense.places[number]))
            within += in_columns(sense, number)
    between = _between(sense, layouts)
    every = _kept(sense, [*within, between])
    left = without_unusual(sense, every, between)
    return System(sense, every if left is between else _kept(sense, [*within, left]))


def _kept(sense: Sense, parts: Sequence[Identities]) -> Identities:
    """Identities as a list, unless they are too many to be kept."""
    found = _slackened(sense, Chained(parts))
    return found if len(found) > _LARGE else list(found)


def _between(sense: Sense, layouts: Sequence[Layout]) -> list[Identity]:
    """The identities between tables. What they are found with takes much memory, and is let go of."""
    money, cells = SameMoney(sense), Cells(sense, layouts)
    return [*money.ties(), *across(money, cells), *within_projects(cells)]


def _slackened(sense: Sense, found: Identities) -> Identities:
    """With the rounding of figures that are coarser than their columns."""
    shortened = sense.shortened

    def with_more(at: int) -> tuple[Identity]:
        identity = found[at]
        more = sum(shortened.get(figure, 0) for figure in identity.figures)
        return (identity._replace(slack=identity.slack + more) if more else identity,)

    return Repeated(len(found), 1, with_more) if shortened else found
