"""A book's identities: which figures must agree, derived from what they count.

Two figures of the same money are equal; a figure that others split completely is their sum; a part
cannot exceed the whole. All identities of a book are one sparse linear system over its figures.
"""

from __future__ import annotations

from collections.abc import Sequence

from gouji.identities.across import across
from gouji.identities.cells import Cells
from gouji.identities.columns import Layout, layout
from gouji.identities.model import AT_MOST, CROSS, EQUAL, Identity, Rows, System, is_broken, takes
from gouji.identities.projects import within_projects
from gouji.identities.same import SameMoney
from gouji.identities.tables import in_columns, in_rows
from gouji.identities.unusual import without_unusual
from gouji.meaning import Sense

__all__ = ["AT_MOST", "CROSS", "EQUAL", "Identity", "Rows", "System", "is_broken", "system", "takes"]


def system(sense: Sense) -> System:
    """Derive every identity of a book."""
    layouts = [layout(panel, sense.live) for panel in sense.panels]
    less = [(figure, -1) for figure in range(len(sense.amounts))]  # one for each, however many identities
    found: list[Identity] = []
    for number in sense.ordered:
        panel = sense.panels[number]
        if panel.base.understood:
            found += in_rows(panel, layouts[number], sense.places[number], less)
            found += in_columns(sense, number, less)
    found += _between(sense, layouts, less)
    if sense.shortened:
        found = [_slackened(one, sense.shortened) for one in found]
    return System(sense, without_unusual(sense, found))


def _between(sense: Sense, layouts: Sequence[Layout], less: Sequence[tuple[int, int]]) -> list[Identity]:
    """The identities between tables. What they are found with takes much memory, and is let go of."""
    money, cells = SameMoney(sense), Cells(sense, layouts, less)
    return [*money.ties(), *across(money, cells), *within_projects(cells)]


def _slackened(identity: Identity, shortened: dict[int, int]) -> Identity:
    """With the rounding of figures that are coarser than their columns."""
    more = sum(shortened.get(figure, 0) for figure, _ in identity.terms)
    return identity._replace(slack=identity.slack + more) if more else identity
