"""Identities between tables: a figure of one = the sum of another's rows of the same money."""

from __future__ import annotations

from array import array
from collections.abc import Iterator

from gouji.identities.cells import Cells, Taken
from gouji.identities.covers import Cover, opened
from gouji.identities.lines import begun_by
from gouji.identities.model import EQUAL, Identity
from gouji.identities.same import Member, Money, SameMoney
from gouji.scope import Scope

LOOSE, EXPECTED, CERTAIN = 0, 1, 2
"""How firmly a scope is tied to a cover, by itself or through its parts."""
_MANY = 100
"""Parts from which on an array holds them: a large book has sums of thousands, and a million terms in all."""


def across(money: SameMoney, cells: Cells) -> list[Identity]:
    """Every scope that is printed with every cover that itemises it, unless all its parts are tied."""
    found: list[Identity] = []
    tied: list[dict[int, int]] = []
    parts = _Parts(money, cells)
    for cover in cells.covers:
        weaver = _Weaver(money, cells, cover, tied, parts)
        tied.append(weaver.tied)
        for k in sorted(weaver.told):
            if k not in weaver.tied:
                weaver.tie(k)
        found += weaver.found
    return found


class _Parts:
    """The money of the figures that make up a figure in its own table, by rows and by columns."""

    def __init__(self, money: SameMoney, cells: Cells) -> None:
        self.money, self.cells = money, cells
        self.opened = [opened(opens) for opens in dict.fromkeys([one.scope.opens for one in money.money])]
        numbers = {asked.opens: k for k, asked in enumerate(self.opened)}
        self.by_closed: dict[int, list[tuple[int, int]]] = {}  # -> the numbers of open conditions, of money
        for k, (scope, _, _) in enumerate(money.money):
            self.by_closed.setdefault(scope.closed, []).append((numbers[scope.opens], k))
        self._known: dict[int, list[list[int]]] = {}

    def of(self, k: int) -> list[list[int]]:
        if k not in self._known:
            self._known[k] = [parts for m in self.money.money[k].members for parts in self._of_member(m)]
        return self._known[k]

    def _of_member(self, member: Member) -> Iterator[list[int]]:
        number, r, c, figure = member[:4]
        panel, counted = self.money.sense.panels[number], self.money.counted
        nodes, below, beside = panel.nodes, panel.nodes[r].children, self.cells.layouts[number].parts.get(c)
        wholes = [[figure - c + k for k in columns] for columns in beside] if beside else []
        if below:
            first, width = panel.first + c, len(panel.columns)
            wholes.insert(0, [first + k * width for k in below if not nodes[k].of])
        for figures in wholes:
            found = [k for f in figures if (k := counted[f]) is not None]
            if found and len(found) == len(figures):
                yield list(dict.fromkeys(found))

    def told(self, cover: Cover, fixed: int) -> set[int]:
        """The money that a cover can tell from other money."""
        outside = ~cover.base.closed
        near = [
            one
            for closed, money in self.by_closed.items()
            if not (closed & outside or fixed & ~closed)
            for one in money
        ]
        told = {opens: cover.tells(self.opened[opens]) for opens in {opens for opens, _ in near}}
        return {k for opens, k in near if told[opens]}


class _Weaver:
    """Ties money to one cover. `before` is how firmly it is tied to the covers that came earlier."""

    def __init__(
        self, money: SameMoney, cells: Cells, cover: Cover, before: list[dict[int, int]], parts: _Parts
    ) -> None:
        self.money, self.cells, self.cover, self.parts = money, cells, cover, parts
        self.sense = money.sense
        self.tied: dict[int, int] = {}
        self.found: list[Identity] = []
        self.listed = cells.listed(cover)
        self.unlisted: dict[Scope | None, int] = {}  # what all such classes ask -> how firm they tie
        self.own = frozenset(cover.panels)
        self.told = parts.told(cover, cells.fixed(cover))
        singles = [c for c in cells.covers if len(c.panels) == 1 and c.panels[0] in self.own]
        self.singles = [(c.base, before[c.number]) for c in singles if len(cover.panels) > 1]

    def tie(self, k: int) -> int:
        """Derive the identity of some money, first those of its parts; returns how firm it is."""
        tied = self.tied
        already = self._already(k)
        if already is not None:
            tied[k] = already
            return already
        tied[k] = best = LOOSE
        for parts in self.parts.of(k):
            if best != CERTAIN:
                best = max(best, min([tied[p] if p in tied else self.tie(p) for p in parts]))
        if best != CERTAIN:
            firm, identity = self._identity(self.money.money[k])
            if identity and firm > best:
                self.found.append(identity)
            best = max(best, firm)
        tied[k] = best
        return best

    def _already(self, k: int) -> int | None:
        """How firm the tie is where none needs to be derived: by equality, through one panel, or never."""
        scope, _, panels = self.money.money[k]
        if not self.own.isdisjoint(panels):
            return CERTAIN
        if k not in self.told:
            return LOOSE
        for base, known in self.singles:
            if scope.inside(base):
                return known.get(k, LOOSE)
        return None

    def _identity(self, money: Money) -> tuple[int, Identity | None]:
        """How firmly a scope ties to the cover's cells, and the identity unless both sides are blank."""
        unlisted = self._unlisted(money)
        if unlisted in self.unlisted:
            return self.unlisted[unlisted], None
        firm, identity = self._found(money)
        if unlisted and not identity:
            self.unlisted[unlisted] = firm
        return firm, identity

    def _unlisted(self, money: Money) -> Scope | None:
        """What is asked for blank money of a class that the cover has no row of: the same for all of them."""
        if self.listed is None:
            return None
        (closed, opens), amounts = money.scope, self.sense.amounts
        asked = begun_by("function", money.scope.get("function") or ())
        if not asked or not self.listed.isdisjoint(asked):
            return None
        if any([amounts[member.figure] is not None for member in money.members]):
            return None
        return Scope(closed, tuple([item for item in opens if item[0] != "function"]))

    def _found(self, money: Money) -> tuple[int, Identity | None]:
        found = self.cells.of(self.cover, money.scope)
        if found is None:
            return LOOSE, None
        member, panels = money.members[0], self.sense.panels
        if len(money.members) > 1:
            member = min(money.members, key=lambda m: (panels[m.panel].is_income, m.expected))
        identity = self._sum_of(member, money.scope, found)
        return (EXPECTED if identity and identity.expected else CERTAIN), identity

    def _of_several(self, found: list[Taken], scope: Scope) -> bool:
        """Have several units projects of one name, and the figure does not say whose it means?"""
        nodes = (self.sense.panels[taken.rows.panel].nodes[r] for taken in found for r in taken.nodes)
        return not scope.get("unit") and len({node.scope.get("unit") for node in nodes}) > 1

    def _sum_of(self, member: Member, scope: Scope, found: list[Taken]) -> Identity | None:
        amounts, rounding = self.sense.amounts, self.sense.rounding
        parts = self.cells.figures(found)
        blank = amounts[member.figure] is None and all([amounts[figure] is None for figure in parts])
        if blank and not any([self.cells.incomplete[taken.rows.panel] for taken in found]):
            return None  # where rows may be missing, that nothing is missing says something
        if scope.get("project") and (not parts or (member.expected and self._of_several(found, scope))):
            return None
        return Identity(
            "balance.total" if self.cover.income else "sum.across",
            array("q", (member.figure, *parts)) if len(parts) > _MANY else (member.figure, *parts),
            EQUAL,
            rounding[member.figure] + sum([rounding[figure] for figure in parts]),
            member.expected or any([taken.expected for taken in found]),
            any([self.sense.panels[taken.rows.panel].table.withheld for taken in found]),
            tuple([taken.rows for taken in found]),
        )
