"""Figures of different tables that count the same money."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from gouji.identities.model import Identity
from gouji.identities.scopes import canonical
from gouji.meaning import LINE, Panel, Sense
from gouji.scope import Scope


class Member(NamedTuple):
    """A figure that counts some money.

    `loose` where the words themselves only tie as a rule, `expected` where this or the way to its scope does.
    """

    panel: int
    row: int
    column: int
    figure: int
    worded: Scope  # the scope as the words say it, before this book's blanks are taken into account
    loose: bool
    expected: bool


class Money(NamedTuple):
    """Money that figures count: its scope, the figures, and the panels that they are in."""

    scope: Scope
    members: list[Member]
    panels: set[int]


class SameMoney:
    """The figures of a book by the money that they count."""

    def __init__(self, sense: Sense) -> None:
        self.sense = sense
        self.money: list[Money] = []
        self.counted: list[int | None] = [None] * len(sense.amounts)  # figure -> the number of its money
        self._numbers: dict[Scope, int] = {}
        for number in sense.ordered:
            if sense.panels[number].base.understood:
                self._collect(number, sense.panels[number])

    def _collect(self, number: int, panel: Panel) -> None:
        live, usual = self.sense.live, panel.base.usual
        columns = [
            (c, base, panel.base.expected or column.meaning.expected)
            for c, column in enumerate(panel.columns)
            if column.meaning.understood and (base := panel.base.scope.meet(column.scope)) is not None
        ]
        summary = _summary_lines(panel)
        for r, node in enumerate(panel.nodes):
            if not node.understood or (node.kind == LINE and r not in summary):
                continue
            for c, base, soft in columns:
                found = canonical(base, node.scope, live, usual)
                if found is not None:
                    scope, expected = found
                    figure = panel.figure(r, c)
                    worded = Scope(base.closed & node.scope.closed, scope.opens)
                    member = Member(number, r, c, figure, worded, soft, soft or expected)
                    self._add(scope, member)

    def _add(self, scope: Scope, member: Member) -> None:
        k = self._numbers.setdefault(scope, len(self.money))
        if k == len(self.money):
            self.money.append(Money(scope, [], set()))
        self.money[k].members.append(member)
        self.money[k].panels.add(member.panel)
        self.counted[member.figure] = k

    def ties(self) -> Iterator[Identity]:
        """Figures of different tables with the same scope are equal."""
        amounts = self.sense.amounts
        for _, members, _ in self.money:
            if len(members) > 1 and any(amounts[m.figure] is not None for m in members):
                yield from self._ties(members)

    def _ties(self, members: list[Member]) -> Iterator[Identity]:
        """Between panels: figures that say the same in words, then the widest figure of each panel."""
        worded: dict[Scope, list[Member]] = {}
        widest: dict[int, Member] = {}
        for member in members:
            worded.setdefault(member.worded, []).append(member)
            best = widest.get(member.panel)
            if best is None or member.worded.closed.bit_count() > best.worded.closed.bit_count():
                widest[member.panel] = member
        pairs: dict[tuple[int, int], tuple[Member, Member]] = {}
        for hub, *others in [*worded.values(), list(widest.values())]:
            for member in others:
                if member.panel != hub.panel:
                    pairs.setdefault((hub.figure, member.figure), (hub, member))
        for hub, member in pairs.values():
            yield self._tie(hub, member)

    def _tie(self, hub: Member, member: Member) -> Identity:
        a, b = self.sense.panels[hub.panel], self.sense.panels[member.panel]
        same_words = hub.worded == member.worded
        code = "balance.total" if a.is_income != b.is_income else "same.across"
        left, right = (member, hub) if a.table.withheld and not b.table.withheld else (hub, member)
        return Identity(
            code,
            ((left.figure, 1), (right.figure, -1)),
            slack=self.sense.rounding[hub.figure] + self.sense.rounding[member.figure],
            expected=hub.loose or member.loose if same_words else hub.expected or member.expected,
            secret=bool(a.table.withheld or b.table.withheld),
        )


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
