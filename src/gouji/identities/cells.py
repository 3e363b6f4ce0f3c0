"""Which cells of which tables are together exactly the money of a scope."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from gouji import lexicon
from gouji.identities.columns import Layout
from gouji.identities.covers import Cover, covers
from gouji.identities.lines import Below, Lines, Stands, begun_by
from gouji.identities.model import Rows
from gouji.identities.scopes import Standing, position, standing
from gouji.meaning import GROUP, LINE, Panel, Sense
from gouji.meaning.model import has_money
from gouji.scope import ACROSS, INSIDE, Opens, Scope, dimensions, narrowed, volume

NAMES = ("project", "unit", "unit_code", "item", "area")
"""Open dimensions on which nothing that `lexicon.imply` knows depends."""

MANY = 1000
"""Rows of a panel from which on they are told apart by kinds."""


class Taken(NamedTuple):
    """Rows of a panel as an identity sums them: which these are, where any is printed, and how firmly."""

    rows: Rows
    nodes: Sequence[int] = ()
    expected: bool = False  # they lie where they do only by expectation


class Cells:
    """Finds the cells for a scope, and remembers them for one book."""

    def __init__(self, sense: Sense, layouts: Sequence[Layout]) -> None:
        self.sense = sense
        self.live = sense.live
        self.layouts = layouts
        self.covers = covers(sense)
        self.incomplete = [panel.table.incomplete for panel in sense.panels]
        self._filled = [_filled(sense, panel) for panel in sense.panels]
        self._standings = [
            [standing(panel.base.scope, node.scope) for node in panel.nodes] for panel in sense.panels
        ]
        self._narrowed = [
            _narrowed_by_rows(panel, rows) for panel, rows in zip(sense.panels, self._standings, strict=True)
        ]
        self._kinds = [_kinds(standings) for standings in self._standings]
        self._lines = [Lines(sense, panel) if panel.has_lines else None for panel in sense.panels]
        self._below = [Below(panel) for panel in sense.panels]
        self._fixed = [
            (panel.base.scope.closed & self.live & ~told, dimensions().all & ~told)
            for panel, told in zip(sense.panels, self._narrowed, strict=True)
        ]
        self._parts: list[dict[Opens, tuple[Opens, Opens] | None]] = [{} for _ in sense.panels]
        self._known: list[dict[Scope, tuple[list[int], bool] | None]] = [{} for _ in sense.panels]

    def of(self, cover: Cover, scope: Scope) -> list[Taken] | None:
        """The cells of a cover that are exactly the money of a scope; None where that is not certain."""
        closed = self._source(scope.closed) if cover.income else scope.closed
        if closed is None:
            return None
        found, filled, possible = [], 0, dimensions().possible
        for number in cover.panels:
            parts = self._parted(number, scope.opens)
            mine = closed & self.sense.panels[number].base.scope.closed & self.live
            if parts is None or not possible(mine):
                continue
            taken = self._in_panel(number, mine, *parts)
            if taken is None:
                return None
            filled += volume(mine, self.live)
            found.append(taken)
        return found if found and filled == volume(closed, self.live) else None

    def _parted(self, number: int, opens: Opens) -> tuple[Opens, Opens] | None:
        """What open conditions ask of a panel's columns and of its rows; None where it has no such money."""
        known = self._parts[number]
        if opens not in known:
            met = narrowed(opens, self.sense.panels[number].base.scope.opens)
            known[opens] = None if met is None else self.layouts[number].parted(met)
        return known[opens]

    def fixed(self, cover: Cover) -> int:
        """The closed values that all cells of a cover have in common, so that it cannot tell them apart."""
        if len(cover.panels) > 1:
            return 0
        number = cover.panels[0]
        told = self._narrowed[number] | self.layouts[number].by_columns
        if cover.income:
            told |= dimensions().fields["flow"]
        return self.sense.panels[number].base.scope.closed & self.live & ~told

    def _source(self, closed: int) -> int | None:
        """All that is spent, or kept at the end of the year, as the income that pays for it."""
        dims = dimensions()
        flow, income = dims.fields["flow"], dims.values["flow", "收入总计"]
        if closed & flow != flow & ~income & self.live:
            return None
        return closed & ~flow | income & self.live

    def listed(self, cover: Cover) -> frozenset[str] | None:
        """The classes of expenditure of a cover's rows; None where others may be meant or missing."""
        classes: set[str] = set()
        for number in cover.panels:
            panel, decided = self.sense.panels[number], self.layouts[number].decided
            if self.incomplete[number] or "function" in decided or panel.base.scope.get("function"):
                return None
            for node in panel.nodes:
                if codes := node.scope.get("function"):
                    begun = begun_by("function", codes)
                    if not begun:
                        return None
                    classes.update(begun)
        return frozenset(classes)

    def figures(self, found: Sequence[Taken]) -> list[int]:
        """The figures of every cell."""
        figures: list[int] = []
        for rows, nodes, _ in found:
            panel = self.sense.panels[rows.panel]
            first, width = panel.first, len(panel.columns)
            figures += [first + r * width + c for r in nodes for c in rows.columns]
        return figures

    def has_rows(self, taken: Taken) -> bool:
        """Has the panel rows of what is asked, be their amounts blank?"""
        rows = taken.rows
        found = self._inside(rows.panel, rows.scope) if rows.blank and rows.scope is not None else None
        return bool(found[0] if found else taken.nodes)

    def _in_panel(self, number: int, closed: int, by_columns: Opens, by_rows: Opens) -> Taken | None:
        layout, panel = self.layouts[number], self.sense.panels[number]
        columns = layout.inside(closed, by_columns)
        if columns is None:
            return None
        wanted = Scope(closed | layout.by_columns, by_rows)
        expected = bool(panel.base.scope.closed & ~wanted.closed & lexicon.expected_dimensions())
        if self._filled[number].isdisjoint(columns):
            return Taken(Rows(number, columns, scope=wanted, blank=True), (), expected)
        found = self._inside(number, wanted)
        if found is None:
            return None
        nodes, soft = found
        whole = tuple([r for r in nodes if panel.nodes[r].kind != LINE])
        return Taken(Rows(number, columns, scope=wanted, whole=whole), nodes, expected or soft)

    def _inside(self, number: int, scope: Scope) -> tuple[list[int], bool] | None:
        """The widest rows inside a scope where all others are outside; and whether that is only expected."""
        base, fixed = self._fixed[number]
        if base & ~scope.closed:
            return None
        scope = Scope(scope.closed | fixed, scope.opens)
        known = self._known[number]
        if scope not in known:
            lines = self._lines[number]
            stands = self._stands(number, scope)
            if lines and lines.answers(scope):
                known[scope] = lines.inside(scope, self._standings[number], stands)
            else:
                known[scope] = self._walk(number, scope, stands)
        return known[scope]

    def _stands(self, number: int, scope: Scope) -> Stands | None:
        """Where the rows of a panel stand to a scope; None where that is to be asked of each by itself."""
        standings, kinds = self._standings[number], self._kinds[number]
        if kinds is None or any([d in NAMES for d, _ in scope.opens]):
            return None
        known: dict[int, tuple[int, bool]] = {}

        def stands(r: int) -> tuple[int, bool]:
            kind = kinds[r]
            found = known.get(kind)
            if found is None:
                found = known[kind] = position(standings[r], scope)
            return found

        return stands

    def _walk(self, number: int, scope: Scope, stands: Stands | None) -> tuple[list[int], bool] | None:
        """From the widest rows down to those that are inside or outside."""
        panel, standings = self.sense.panels[number], self._standings[number]
        taken: list[int] = []
        expected = False
        near = self._below[number].near(scope)
        waiting = near(None)
        while waiting:
            r = waiting.pop()
            node = panel.nodes[r]
            if not node.understood and has_money(self.sense, panel, r):
                return None
            if node.of or not node.understood:
                continue
            where, soft = stands(r) if stands else position(standings[r], scope)
            expected = expected or soft
            if where == INSIDE:
                taken.append(r)
            elif where == ACROSS and node.children:
                waiting.extend(near(r))
            elif where == ACROSS and not (node.kind == GROUP and panel.has_lines):
                return None
        if panel.labelled and not self._labels_fill(panel, taken, scope):
            return None
        return sorted(taken), expected

    def _labels_fill(self, panel: Panel, taken: list[int], scope: Scope) -> bool:
        """Labelled rows are a scope when they fill its closed conditions, or are classes of expenditure."""
        scopes = [panel.nodes[r].scope for r in taken]
        if scope.get("function") or all(s.get("function") for s in scopes):
            return True
        base = panel.base.scope
        asked = base.meet(scope)
        have = sum(volume(met.closed, self.live) for s in scopes if (met := base.meet(s)))
        return asked is not None and have == volume(asked.closed, self.live)


def _filled(sense: Sense, panel: Panel) -> set[int]:
    """The columns of a panel with any amount."""
    width, amounts = len(panel.columns), sense.amounts[panel.first : panel.first + panel.size]
    return {c for c in range(width) if amounts[c::width].count(None) < len(panel.nodes)}


def _kinds(standings: Sequence[Standing]) -> list[int] | None:
    """Rows numbered by all that they count but for names; None where there are few.

    Rows of one kind stand alike to whatever asks for no name.
    """
    if len(standings) < MANY:
        return None
    known: dict[Scope, int] = {}
    return [known.setdefault(_nameless(one.own), len(known)) for one in standings]


def _nameless(scope: Scope) -> Scope:
    return Scope(scope.closed, tuple([item for item in scope.opens if item[0] not in NAMES]))


def _narrowed_by_rows(panel: Panel, standings: Sequence[Standing]) -> int:
    """The closed dimensions that some row of a panel narrows."""
    bits = dimensions().all
    for one in standings:
        bits &= one.implied.closed
    bits |= ~panel.base.scope.closed
    return sum([field for field in dimensions().fields.values() if bits & field != field])
