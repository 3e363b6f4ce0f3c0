"""An identity, and all the identities of a book as one sparse linear system over its figures."""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

from gouji.identities.scopes import INSIDE, position, standing
from gouji.meaning import Panel, Sense
from gouji.scope import Scope

EQUAL, AT_MOST = "=", "<="
CROSS = frozenset({"sum.across", "same.across", "balance.total"})
"""The codes of identities between tables."""


class Rows(NamedTuple):
    """The rows that an identity sums: of a panel's columns, all that lie under `parent` or inside `scope`.

    A row that the book lost would have been among them: this is how a missing row is recognised.
    """

    panel: int
    columns: tuple[int, ...]
    parent: int | None = None
    scope: Scope | None = None
    whole: tuple[int, ...] = ()  # rows taken as they stand: what lies under them is counted already
    blank: bool = False  # nothing is printed in these columns
    sign: int = -1


class Identity(NamedTuple):
    """Σ sign × figure = 0 (or ≤ 0). `slack` is the rounding it admits, in half 分."""

    code: str
    terms: tuple[tuple[int, int], ...]  # (figure, +1 or -1): first the printed whole
    relation: str = EQUAL
    slack: int = 0
    expected: bool = False  # ties as a rule, not by duty
    secret: bool = False  # the right side comes from a table that declares items left out
    rows: tuple[Rows, ...] = ()


class System:
    """All identities of one book."""

    def __init__(self, sense: Sense, identities: list[Identity]) -> None:
        self.sense = sense
        self.identities = identities

    @cached_property
    def touching(self) -> list[list[tuple[int, int]]]:
        """figure -> the identities that it is in, each with its sign there."""
        index: list[list[tuple[int, int]]] = [[] for _ in self.sense.amounts]
        for i, identity in enumerate(self.identities):
            more, less = (i, 1), (i, -1)
            for figure, sign in identity.terms:
                index[figure].append(more if sign > 0 else less)
        return index

    @cached_property
    def figures(self) -> bytearray:
        """figure -> 1 where it is in any identity; a large book has millions"""
        if "touching" in vars(self):
            return bytearray(map(bool, self.touching))
        found = bytearray(len(self.sense.amounts))
        for identity in self.identities:
            for figure, _ in identity.terms:
                found[figure] = 1
        return found

    @cached_property
    def by_panel(self) -> dict[int, list[tuple[int, Rows]]]:
        """panel -> [(identity, the rows of the panel that it sums)]"""
        index: dict[int, list[tuple[int, Rows]]] = {}
        for i, identity in enumerate(self.identities):
            for rows in identity.rows:
                index.setdefault(rows.panel, []).append((i, rows))
        return index

    def crossing(self, panel: int) -> list[int]:
        """The identities between a panel and other tables."""
        return self._crossing.get(panel, [])

    @cached_property
    def _crossing(self) -> dict[int, list[int]]:
        index: dict[int, list[int]] = {}
        panel_of = self.sense.panel_of
        for i, identity in enumerate(self.identities):
            if identity.code in CROSS:
                for panel in {
                    *(rows.panel for rows in identity.rows),
                    *(panel_of[f] for f, _ in identity.terms),
                }:
                    index.setdefault(panel, []).append(i)
        return index

    def of(self, figure: int) -> list[Identity]:
        return [self.identities[i] for i, _ in self.touching[figure]]

    @cached_property
    def residuals(self) -> list[int]:
        """What each identity is off by, in 分."""
        amounts = [amount or 0 for amount in self.sense.amounts]
        terms = [identity.terms for identity in self.identities]
        return [sum([amounts[f] if sign > 0 else -amounts[f] for f, sign in one]) for one in terms]

    @cached_property
    def broken(self) -> list[int]:
        return [i for i, r in enumerate(self.residuals) if r and is_broken(self.identities[i], r)]


def takes(rows: Rows, panel: Panel, parent: int | None, scope: Scope) -> bool:
    """Would an identity sum a further row of this panel, standing under `parent` and counting `scope`?"""
    if rows.parent is not None:
        return rows.parent == parent
    if rows.scope is None or position(standing(panel.base.scope, scope), rows.scope)[0] != INSIDE:
        return False
    return not any(scope.inside(panel.nodes[r].scope) for r in rows.whole)


def is_broken(identity: Identity, residual: int) -> bool:
    if identity.relation == AT_MOST and residual < 0:
        return False
    return 2 * abs(residual) > identity.slack
