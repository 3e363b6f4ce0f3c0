"""The printed figures of a book by the money that they count, to compare amounts in sentences with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from gouji import lexicon
from gouji.identities.scopes import canonical
from gouji.meaning import LABEL, LINE, Node, Panel, Sense
from gouji.scope import Opens, Scope, everything

_WORDS = re.compile("[一-鿿]{2}")


class Printed(NamedTuple):
    """A figure with the scope that its words say, and with the one name for it in this book."""

    figure: int
    panel: Panel
    amount: int
    worded: Scope
    key: Scope
    step: int  # 分 in its last printed place, 0 when exact


class Figures:
    """Those of one year: what a table prints of another is left out.

    `blanks`: blank cells count as 0, and rows of single units and projects are left out.
    """

    def __init__(self, sense: Sense, year: int | None, blanks: bool = False) -> None:
        self.sense = sense
        self.all = list(_printed(sense, str(year) if year else "", blanks))
        self.by_key: dict[Scope, list[Printed]] = {}
        self.by_opens: dict[Opens, list[Printed]] = {}
        for one in self.all:
            self.by_key.setdefault(one.key, []).append(one)
            self.by_opens.setdefault(one.key.opens, []).append(one)

    def exactly(self, scope: Scope) -> list[Printed]:
        """The figures that count just this money."""
        if scope.get("item"):  # a table of its own, whatever else its title says
            return self.like(scope)
        known = canonical(everything(), scope, self.sense.live, ())
        return self.by_key.get(known[0], []) if known else []

    def like(self, scope: Scope) -> list[Printed]:
        """The figures of the same codes, whatever their fund, kind or side."""
        return self.by_opens.get(scope.opens, [])


def _printed(sense: Sense, year: str, blanks: bool) -> Iterator[Printed]:
    for number, panel in enumerate(sense.panels):
        if not panel.base.understood or not _of_year(lexicon.title(panel.table.title.text).scope, year):
            continue
        rows = [row for row in _rows(panel, year) if not (blanks and _is_of_one(row[1]))]
        for c, column in enumerate(panel.columns):
            said = lexicon.heading(panel.table.columns[column.at].path)
            base = panel.base.scope.meet(column.scope.without("year"))
            if not column.meaning.understood or base is None or not _of_year(said.scope, year):
                continue
            for r, node in rows:
                amount = sense.amounts[panel.figure(r, c)]
                if amount is None and blanks:
                    amount = 0
                if amount is None or (node.kind == LABEL and _of_other_label(panel, node, column.at)):
                    continue
                scope = node.scope.without("year")
                known = canonical(base, scope, sense.live, panel.base.usual)
                worded = base.meet(scope)
                if known is not None and worded is not None:
                    step = sense.steps[number]
                    yield Printed(panel.figure(r, c), panel, amount, worded, known[0], step)


def _is_of_one(node: Node) -> bool:
    """Is a row that of a single unit or project?"""
    return any(node.scope.get(dimension) for dimension in ("unit", "unit_code", "project"))


def _rows(panel: Panel, year: str) -> list[tuple[int, Node]]:
    """The rows that count money of the year; where some name a year, those that name none are left out."""
    dated = any(node.scope.get("year") for node in panel.nodes)
    return [
        (r, node)
        for r, node in enumerate(panel.nodes)
        if node.understood
        and node.kind != LINE
        and _of_year(node.scope, year)
        and (not dated or node.scope.get("year"))
    ]


def _of_other_label(panel: Panel, node: Node, column: int) -> bool:
    """Do words stand between a row's label and the amount, so that it may be theirs?"""
    cells = panel.table.rows[node.index]
    at = next((k for k in range(column) if cells[k].text == node.label), column)
    return any(_WORDS.search(cell.text) for cell in cells[at + 1 : column])


def _of_year(scope: Scope, year: str) -> bool:
    said = scope.get("year")
    return not said or not year or said == (year,)
