"""Identities between tables: a figure of one = the sum of another's rows of the same money."""

from __future__ import annotations

from collections.abc import Iterator

from gouji.identities.cells import Cells, Cover
from gouji.identities.model import Identity, Rows
from gouji.identities.same import Member, SameMoney
from gouji.scope import Opens, Scope

LOOSE, EXPECTED, CERTAIN = 0, 1, 2
"""How firmly a scope is tied to a cover, by itself or through its parts."""


def across(money: SameMoney, cells: Cells) -> list[Identity]:
    """Every scope that is printed with every cover that itemises it, unless all its parts are tied."""
    found: list[Identity] = []
    tied: list[dict[Scope, int]] = []
    parts = _Parts(money, cells)
    for cover in cells.covers:
        weaver = _Weaver(money, cells, cover, tied, parts)
        tied.append(weaver.tied)
        for key in money.members:
            if key not in weaver.tied and weaver.tells(key):
                weaver.tie(key)
        found += weaver.found
    return found


class _Parts:
    """The scopes of the figures that make up a figure in its own table, by rows and by columns."""

    def __init__(self, money: SameMoney, cells: Cells) -> None:
        self.money, self.cells = money, cells
        self._known: dict[Scope, list[list[Scope]]] = {}

    def of(self, key: Scope) -> list[list[Scope]]:
        if key not in self._known:
            self._known[key] = [parts for m in self.money.members[key] for parts in self._of_member(m)]
        return self._known[key]

    def _of_member(self, member: Member) -> Iterator[list[Scope]]:
        number, r, c = member.at
        nodes, scopes = self.money.sense.panels[number].nodes, self.money.scopes
        wholes = [
            [(number, r, k) for k in columns] for columns in self.cells.layouts[number].parts.get(c, ())
        ]
        if nodes[r].children:
            wholes.insert(0, [(number, k, c) for k in nodes[r].children if not nodes[k].of])
        for at in wholes:
            found = [scopes[one] for one in at if one in scopes]
            if found and len(found) == len(at):
                yield list(dict.fromkeys(found))


class _Weaver:
    """Ties scopes to one cover. `before` is how firmly they are tied to the covers that came earlier."""

    def __init__(
        self, money: SameMoney, cells: Cells, cover: Cover, before: list[dict[Scope, int]], parts: _Parts
    ) -> None:
        self.money, self.cells, self.cover, self.parts = money, cells, cover, parts
        self.sense = money.sense
        self.tied: dict[Scope, int] = {}
        self.found: list[Identity] = []
        self.own = frozenset(cover.panels)
        singles = [c for c in cells.covers if len(c.panels) == 1 and c.panels[0] in self.own]
        self.outside, self.fixed = ~cover.base.closed, cells.fixed(cover)
        self._told: dict[Opens, bool] = {}
        self.singles = [(c.base, before[c.number]) for c in singles if len(cover.panels) > 1]

    def tie(self, key: Scope) -> int:
        """Derive the identity of a scope with the cover, first those of its parts; returns how firm it is."""
        tied = self.tied
        already = self._already(key)
        if already is not None:
            tied[key] = already
            return already
        tied[key] = best = LOOSE
        for parts in self.parts.of(key):
            if best != CERTAIN:
                best = max(best, min([tied[p] if p in tied else self.tie(p) for p in parts]))
        if best != CERTAIN:
            firm, identity = self._identity(key)
            if identity and firm > best:
                self.found.append(identity)
            best = max(best, firm)
        tied[key] = best
        return best

    def _already(self, key: Scope) -> int | None:
        """How firm the tie is where none needs to be derived: by equality, through one panel, or never."""
        if not self.own.isdisjoint(self.money.panels[key]):
            return CERTAIN
        if not self.tells(key):
            return LOOSE
        return next((known.get(key, LOOSE) for base, known in self.singles if key.inside(base)), None)

    def tells(self, key: Scope) -> bool:
        """Can the cover tell this money from other money?"""
        if key.closed & self.outside or self.fixed & ~key.closed:
            return False
        told = self._told.get(key.opens)
        if told is None:
            told = self._told[key.opens] = self.cover.tells(key.opens)
        return told

    def _identity(self, key: Scope) -> tuple[int, Identity | None]:
        """How firmly a scope ties to the cover's cells, and the identity unless both sides are blank."""
        taken = self.cells.of(self.cover, key)
        if taken is None:
            return LOOSE, None
        panels = self.sense.panels
        member = min(self.money.members[key], key=lambda m: (panels[m.panel].is_income, m.expected))
        identity = self._sum_of(member, key, taken)
        return (EXPECTED if identity and identity.expected else CERTAIN), identity

    def _sum_of(self, member: Member, key: Scope, taken: list[Rows]) -> Identity | None:
        amounts, rounding = self.sense.amounts, self.sense.rounding
        parts = self.cells.figures(taken)
        tables = [self.sense.panels[rows.panel].table for rows in taken]
        blank = amounts[member.figure] is None and all(amounts[figure] is None for _, figure in parts)
        if blank and not any(table.incomplete for table in tables):
            return None  # where rows may be missing, that nothing is missing says something
        if not parts and key.get("project"):
            return None
        return Identity(
            "balance.total" if self.cover.income else "sum.across",
            ((member.figure, 1), *(self.cells.less[figure] for _, figure in parts)),
            slack=rounding[member.figure] + sum([rounding[figure] for _, figure in parts]),
            expected=member.expected or any(self.cells.is_expected(rows) for rows in taken),
            secret=any(table.withheld for table in tables),
            rows=tuple(taken),
        )
