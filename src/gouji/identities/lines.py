"""The rows of a panel by what they are of, so that those of others are passed over."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

from gouji.identities.scopes import Standing, position
from gouji.meaning import LINE, Panel, Sense
from gouji.meaning.model import has_money
from gouji.scope import ACROSS, CODES, INSIDE, Scope

CLASS_DIGITS = 3
INDEXED = frozenset({"function", "project", "unit"})
"""Open dimensions by which the rows of a panel are found."""

Stands = Callable[[int], tuple[int, bool]]
"""A row -> whether its money is inside a scope, outside or across its edge, and if that is only expected."""


class Below:
    """The rows under each row of a panel by project, unit and class of expenditure."""

    def __init__(self, panel: Panel) -> None:
        self._panel = panel
        self._by_name: dict[str, _ByName] = {}
        self.rows: dict[int | None, list[int]] = {}
        for r, node in enumerate(panel.nodes):
            self.rows.setdefault(node.parent, []).append(r)

    def near(self, scope: Scope) -> Callable[[int | None], list[int]]:
        """The rows under a row, or under none, that are not surely outside a scope."""
        for dimension, asked in scope.opens:
            if names := dimension in INDEXED and begun_by(dimension, asked):
                if dimension not in self._by_name:
                    self._by_name[dimension] = _by_name(self._panel, dimension)
                named, any_name = self._by_name[dimension]
                return lambda r: [
                    *any_name.get(r, ()),
                    *[k for name in names for k in named.get((r, name), ())],
                ]
        return lambda r: list(self.rows.get(r, ()))


def begun_by(dimension: str, names: tuple[str, ...]) -> Collection[str]:
    """Names, or the classes of codes, as those of others do not hold one another; none where one is wider."""
    if dimension not in CODES:
        return names
    wider = any([len(code) < CLASS_DIGITS for code in names])
    return () if wider else {code[:CLASS_DIGITS] for code in names}


class _ByName(NamedTuple):
    """Rows by the row above them and a name; and those that may hold any name's money."""

    named: dict[tuple[int | None, str], list[int]]
    any_name: dict[int | None, list[int]]


def _by_name(panel: Panel, dimension: str) -> _ByName:
    found = _ByName({}, {})
    known: dict[int, frozenset[str] | None] = {}
    for r, node in enumerate(panel.nodes):
        names = _names(panel, r, dimension, known)
        if names is None:
            found.any_name.setdefault(node.parent, []).append(r)
        for name in names or ():
            found.named.setdefault((node.parent, name), []).append(r)
    return found


def _names(
    panel: Panel, r: int, dimension: str, known: dict[int, frozenset[str] | None]
) -> frozenset[str] | None:
    """The names whose money a row holds, by its own condition or by those of all rows under it."""
    if r not in known:
        node = panel.nodes[r]
        told = begun_by(dimension, node.scope.get(dimension) or ()) if node.understood else ()
        if told or not node.children or not node.understood:
            known[r] = frozenset(told) if told else None
        else:
            below = [_names(panel, k, dimension, known) for k in node.children]
            found = [names for names in below if names is not None]
            known[r] = frozenset().union(*found) if len(found) == len(below) else None
    return known[r]


class Lines:
    """The lines of a panel by function: the rows of one function are found without walking the others."""

    def __init__(self, sense: Sense, panel: Panel) -> None:
        self._by_class: dict[str, dict[str, list[int]]] = {}  # the first digits -> the code -> its lines
        self._found: dict[tuple[str, ...], list[int]] = {}
        self.whole = True
        for r, node in enumerate(panel.nodes):
            if node.kind == LINE:
                code = (node.scope.get("function") or ("",))[0]
                self.whole = self.whole and len(code) >= CLASS_DIGITS and not node.of
                self._by_class.setdefault(code[:CLASS_DIGITS], {}).setdefault(code, []).append(r)
            elif (not node.understood and has_money(sense, panel, r)) or node.scope.get("function"):
                self.whole = False

    def answers(self, scope: Scope) -> bool:
        return self.whole and scope.get("function") is not None

    def inside(
        self, scope: Scope, standings: Sequence[Standing], stands: Stands | None
    ) -> tuple[list[int], bool] | None:
        taken: list[int] = []
        expected = False
        for r in self._near(scope.get("function") or ()):
            where, soft = stands(r) if stands else position(standings[r], scope)
            if where == ACROSS:
                return None
            expected = expected or soft
            if where == INSIDE:
                taken.append(r)
        return taken, expected

    def _near(self, asked: tuple[str, ...]) -> list[int]:
        """The lines of the functions asked for, of those inside them and of those that hold them."""
        if asked not in self._found:
            lines: list[int] = []
            for begun in begun_by("function", asked) or self._by_class:
                for code, rows in self._by_class.get(begun, {}).items():
                    if code.startswith(asked) or any([prefix.startswith(code) for prefix in asked]):
                        lines += rows
            self._found[asked] = sorted(lines)
        return self._found[asked]
