"""Figures of different tables that count the same money."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from gouji.identities.model import Identity
from gouji.identities.scopes import in_short, uncoded
from gouji.lexicon import opened
from gouji.meaning import LINE, Panel, Sense
from gouji.scope import Opens, Scope, narrowed


class Member(NamedTuple):
    """A figure that counts some money.

    `loose` where the words themselves only tie as a rule, `expected` where this or the way to its scope does.
    """

    panel: int
    row: int
    column: int
    figure: int
    loose: bool
    expected: bool


class Money(NamedTuple):
    """Money that figures count: its scope, the figures, and the panels that they are in."""

    scope: Scope
    members: tuple[Member, ...]
    panels: frozenset[int]


class SameMoney:
    """The figures of a book by the money that they count."""

    def __init__(self, sense: Sense) -> None:
        self.sense = sense
        self.counted: list[int | None] = [None] * len(sense.amounts)  # figure -> the number of its money
        found: dict[Scope, tuple[int, list[Member]]] = {}
        for number in sense.ordered:
            if sense.panels[number].base.understood:
                self._collect(number, sense.panels[number], found)
        same: dict[frozenset[int], frozenset[int]] = {}  # one object for all that are equal
        self.money: list[Money] = []
        for scope, (_, members) in found.items():
            panels = frozenset({member.panel for member in members})
            self.money.append(Money(scope, tuple(members), same.setdefault(panels, panels)))

    def _collect(self, number: int, panel: Panel, into: dict[Scope, tuple[int, list[Member]]]) -> None:
        """What a row counts on open dimensions is worked out once for columns that are alike."""
        live, usual, alike = self.sense.live, panel.base.usual, _alike(panel)
        summary = _summary_lines(panel)
        for r, node in enumerate(panel.nodes):
            if not node.understood or (node.kind == LINE and r not in summary):
                continue
            first, row = panel.figure(r, 0), node.scope
            for opens, columns in alike:
                met = narrowed(opens, row.opens)
                if met is None:
                    continue
                named, held = uncoded(met)
                for c, closed, soft in columns:
                    found = in_short(closed & row.closed, held, live, usual)
                    if found is None:
                        continue
                    scope = Scope(found[0], opened(found[1], held, named))
                    known = into.get(scope)
                    if known is None:
                        known = into[scope] = len(into), []
                    known[1].append(Member(number, r, c, first + c, soft, soft or found[2]))
                    self.counted[first + c] = known[0]

    def ties(self) -> Iterator[Identity]:
        """Figures of different tables with the same scope are equal."""
        amounts = self.sense.amounts
        for _, members, _ in self.money:
            if len(members) > 1 and any([amounts[m.figure] is not None for m in members]):
                yield from self._ties(members)

    def _ties(self, members: Sequence[Member]) -> Iterator[Identity]:
        """Between panels: figures that say the same in words, then the widest figure of each panel."""
        worded: dict[int, list[Member]] = {}
        widest: dict[int, tuple[int, Member]] = {}
        for member in members:
            closed = self._worded(member)
            worded.setdefault(closed, []).append(member)
            width = closed.bit_count()
            if member.panel not in widest or width > widest[member.panel][0]:
                widest[member.panel] = width, member
        pairs: dict[tuple[int, int], tuple[Member, Member]] = {}
        for hub, *others in [*worded.values(), [member for _, member in widest.values()]]:
            for member in others:
                if member.panel != hub.panel:
                    pairs.setdefault((hub.figure, member.figure), (hub, member))
        for hub, member in pairs.values():
            yield self._tie(hub, member)

    def _worded(self, member: Member) -> int:
        """The closed conditions as the words say them, before this book's blanks are taken into account."""
        panel = self.sense.panels[member.panel]
        row, column = panel.nodes[member.row].scope, panel.columns[member.column].scope
        return panel.base.scope.closed & column.closed & row.closed

    def _tie(self, hub: Member, member: Member) -> Identity:
        a, b = self.sense.panels[hub.panel], self.sense.panels[member.panel]
        same_words = self._worded(hub) == self._worded(member)
        code = "balance.total" if a.is_income != b.is_income else "same.across"
        left, right = (member, hub) if a.table.withheld and not b.table.withheld else (hub, member)
        return Identity(
            code,
            (left.figure, right.figure),
            slack=self.sense.rounding[hub.figure] + self.sense.rounding[member.figure],
            expected=hub.loose or member.loose if same_words else hub.expected or member.expected,
            secret=bool(a.table.withheld or b.table.withheld),
        )


def _alike(panel: Panel) -> list[tuple[Opens, list[tuple[int, int, bool]]]]:
    """Columns with their closed conditions, and whether these are only expected, by their open conditions.

    Only neighbours are put together, so that the order of columns stays.
    """
    found: list[tuple[Opens, list[tuple[int, int, bool]]]] = []
    for c, column in enumerate(panel.columns):
        base = panel.base.scope.meet(column.scope)
        if column.meaning.understood and base is not None:
            if not found or found[-1][0] != base.opens:
                found.append((base.opens, []))
            found[-1][1].append((c, base.closed, panel.base.expected or column.meaning.expected))
    return found


def _summary_lines(panel: Panel) -> set[int]:
    """Lines that alone stand for all the money of their scope: those of tables with one row a project."""
    lines = [r for r, node in enumerate(panel.nodes) if node.kind == LINE]
    if panel.base.within or any(_itemised(panel.nodes[r].scope) for r in lines):
        return set()
    seen: dict[Scope, int] = {}
    for r in lines:
        seen[panel.nodes[r].scope] = seen.get(panel.nodes[r].scope, 0) + 1
    return {r for r in lines if seen[panel.nodes[r].scope] == 1}


def _itemised(scope: Scope) -> bool:
    return scope.get("function") is not None or scope.get("economic") is not None
