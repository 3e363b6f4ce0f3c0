"""Cells that a panel leaves out: which of them an identity would count if they were printed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from gouji.identities import Identity, Rows, System, opens_to
from gouji.identities.scopes import standing
from gouji.scope import Scope

Scopes = tuple[Scope, ...]


class Atom(NamedTuple):
    """Money left out that no identity tells apart: what its rows count, and its column."""

    scope: Scope
    column: int


class Unprinted:
    """What a panel of a system leaves out."""

    def __init__(self, system: System, number: int) -> None:
        self.system, self.number = system, number
        self.panel = system.sense.panels[number]
        self._scopes = tuple([column.scope for column in self.panel.columns])

    def atoms(self, scopes: Sequence[Scope]) -> list[Atom]:
        """Of some rows, a cell in each column that holds no other column's money, 其中 aside."""
        plain = tuple([c.meaning.understood and not c.meaning.of for c in self.panel.columns])
        leaves = _leaves(self._scopes, plain)
        return [Atom(scope, column) for scope in scopes for column in leaves]

    def asked(self, identity: Identity) -> Scope | None:
        """What an identity asks of the rows of the panel."""
        for rows in identity.rows:
            if rows.panel == self.number and rows.scope is not None:
                return rows.scope
        panel, row, _ = self.system.sense.at(identity.figures[-1])
        return panel.nodes[row].scope if panel is self.panel else None

    def counted(self, identity: Identity, atoms: Sequence[Atom]) -> list[int]:
        """The positions of the atoms that an identity would count."""
        for rows in identity.rows:
            if rows.panel == self.number:
                return self._taken(rows, atoms)
        panel, row, column = self.system.sense.at(identity.figures[-1])
        if identity.rows or panel is not self.panel:
            return []
        columns, whole = _inside(self._scopes, (column,)), panel.nodes[row].scope
        return [k for k, atom in enumerate(atoms) if atom.column in columns and atom.scope.inside(whole)]

    def _taken(self, rows: Rows, atoms: Sequence[Atom]) -> list[int]:
        columns, found = _inside(self._scopes, rows.columns), []
        last, is_taken = None, False  # atoms of one scope follow each other
        for k, (scope, column) in enumerate(atoms):
            if column in columns:
                if scope is not last:
                    last, is_taken = scope, opens_to(rows, standing(self.panel.base.scope, scope))
                if is_taken:
                    found.append(k)
        return found


@lru_cache(maxsize=1000)
def _leaves(scopes: Scopes, plain: tuple[bool, ...]) -> list[int]:
    own = {c: scope for c, scope in enumerate(scopes) if plain[c]}
    return [c for c, mine in own.items() if not any(s != mine and s.inside(mine) for s in own.values())]


@lru_cache(maxsize=1000)
def _inside(scopes: Scopes, columns: tuple[int, ...]) -> frozenset[int]:
    """The columns all of whose money is in one of some columns."""
    wide = [scopes[c] for c in columns]
    return frozenset(c for c, scope in enumerate(scopes) if any(scope.inside(whole) for whole in wide))
