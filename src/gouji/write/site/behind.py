"""What makes up a figure: the ledger's lines in its scope, and the figures that it is the sum of.

Nothing is told that does not add up to the 分: lines whose sum is not the figure are not its lines.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from gouji import lexicon
from gouji.identities import Identity, is_sum, system
from gouji.ledger import Ledger, Line
from gouji.meaning import LINE, Sense
from gouji.scope import CODES, Opens, Scope, dimensions
from gouji.write.public import Numbered

_LARGE = 100_000
"""Figures from which on a book is not searched for sums."""
_MOST = 200
"""Figures from which on a sum is too long to be read."""
Terms = tuple[tuple[int, int], ...]
"""Figures, each with +1 where it is added and -1 where it is taken away."""


class Whole(NamedTuple):
    """The positions of a figure's lines; `secret`: others of it are withheld, so the sum is not told."""

    lines: tuple[int, ...]
    secret: bool = False


class Sum(NamedTuple):
    """How a figure is made of others; one of a single term says where the same money stands as well."""

    code: str
    terms: Terms


class Behind:
    def __init__(self, ledger: Ledger, sense: Sense, public: Sequence[Numbered]) -> None:
        self.ledger = ledger
        self.sense = sense
        self.public = {number for number, _ in public}
        self._fen = [line.fen for line in ledger.lines]
        self.index = _Index(ledger)
        self._rows: dict[int, dict[Scope, list[int]]] = {}

    def figure(self, asked: Scope) -> int | None:
        """The first figure that prints just this money, nothing of it withheld from its table."""
        for panel in self.sense.panels:
            for row, node in enumerate(() if panel.table.withheld else panel.nodes):
                if len(node.scope.opens) <= len(asked.opens):
                    for figure in range(panel.figure(row, 0), panel.figure(row + 1, 0)):
                        if self.sense.amounts[figure] is not None and self.scope(figure) == asked:
                            return figure
        return None

    def scope(self, figure: int) -> Scope | None:
        """The money that a figure counts; None where that is not understood."""
        panel, row, at = self.sense.at(figure)
        node, column = panel.nodes[row], panel.columns[at]
        known = panel.base.understood and node.understood and column.meaning.understood
        return lexicon.counted(panel.base.scope, node.scope, column.scope) if known else None

    def lines(self, figure: int) -> Whole | None:
        """The lines that add up to a figure; None where they cannot be told."""
        scope, fen = self.scope(figure), self.sense.amounts[figure]
        if scope is None or fen is None or not self.public:
            return None
        found = self.index.inside(scope)
        told = tuple(found if len(self.public) == len(self._fen) else [i for i in found if i in self.public])
        if self._sum(found) == fen:
            return Whole(told, len(told) < len(found))
        for some in (told, self._of_twin(figure, told)):
            if some and self._sum(some) == fen:
                return Whole(some)
        return None

    def sums(self) -> dict[int, list[Sum]]:
        """Each figure that others make up, with all the ways in which they do."""
        found: dict[int, list[Sum]] = defaultdict(list)
        if len(self.sense.amounts) > _LARGE:
            return found
        for identity in system(self.sense).identities:
            (whole, _), *parts = identity.terms
            if len(parts) > _MOST or not self._holds(identity, parts):
                continue
            if len(parts) == 1:
                found[parts[0][0]].append(Sum("same", ((whole, 1),)))
            code = identity.code if len(parts) > 1 else "same"
            told = tuple((figure, -sign) for figure, sign in parts if self.sense.amounts[figure])
            found[whole].append(Sum(code, told))
        return found

    def _holds(self, identity: Identity, parts: list[tuple[int, int]]) -> bool:
        """Is it an equality that holds to the 分, of figures that are printed?"""
        amounts = self.sense.amounts
        return any(amounts[figure] for figure, _ in parts) and is_sum(identity, amounts)

    def _sum(self, lines: Iterable[int]) -> int:
        fen = self._fen
        return sum([fen[i] for i in lines])

    def _of_twin(self, figure: int, lines: Sequence[int]) -> tuple[int, ...]:
        """Rows that count the same, such as equal lines, share the lines out in their order."""
        panel, row, _ = self.sense.at(figure)
        if panel.nodes[row].kind != LINE:
            return ()
        rows = self._alike(self.sense.panel_of[figure])[panel.nodes[row].scope]
        groups = list(_grouped(self.ledger.lines, lines).values())
        return groups[rows.index(row)] if len(groups) == len(rows) else ()

    def _alike(self, panel: int) -> dict[Scope, list[int]]:
        """The rows of lines of a panel by what they count."""
        found = self._rows.get(panel)
        if found is None:
            found = self._rows[panel] = defaultdict(list)
            for row, node in enumerate(self.sense.panels[panel].nodes):
                if node.kind == LINE:
                    found[node.scope].append(row)
        return found


def _grouped(lines: Sequence[Line], positions: Sequence[int]) -> dict[int, tuple[int, ...]]:
    """Lines by the row that prints them: those of one entry together."""
    groups: dict[int, tuple[int, ...]] = {}
    for i in positions:
        key = lines[i].entry or -1 - i
        groups[key] = (*groups.get(key, ()), i)
    return groups


class _Index:
    """Which lines are in a scope: by the rarest of its open conditions, without any by their closed ones."""

    def __init__(self, ledger: Ledger) -> None:
        self.scopes = [own for _, own in ledger.scoped]
        self.by_value: dict[tuple[str, str], list[int]] = defaultdict(list)
        self.alike: dict[Scope, list[int]] = defaultdict(list)
        self.totals = lru_cache(maxsize=20)(self._totals)
        self.opened = lru_cache(maxsize=20)(self._opened)
        for i, own in enumerate(self.scopes):
            years = tuple(item for item in own.opens if item[0] == "year")
            self.alike[Scope(own.closed, years)].append(i)
            for dimension, (value, *_) in own.opens:
                for end in range(3, len(value) + 1) if dimension in CODES else (len(value),):
                    self.by_value[dimension, value[:end]].append(i)

    def inside(self, scope: Scope) -> Sequence[int]:
        if all(dimension == "year" for dimension, _ in scope.opens):
            return self.totals(scope)
        scopes, outside = self.scopes, ~scope.closed
        return [i for i in self.opened(scope.opens) if not scopes[i].closed & outside]

    def _totals(self, scope: Scope) -> list[int]:
        return sorted(i for own, lines in self.alike.items() if own.inside(scope) for i in lines)

    def _opened(self, opens: Opens) -> list[int]:
        """The lines that open conditions hold for: those of a row are the same in all its columns."""
        asked, scopes = Scope(dimensions().all, opens), self.scopes
        return [i for i in self._near(opens) if scopes[i].inside(asked)]

    def _near(self, opens: Opens) -> Sequence[int]:
        near: Sequence[int] = range(len(self.scopes))
        for dimension, values in opens:
            if len(values) == 1 and (dimension not in CODES or len(values[0]) >= 3):
                some = self.by_value.get((dimension, values[0]), ())
                near = some if len(some) < len(near) else near
        return near
