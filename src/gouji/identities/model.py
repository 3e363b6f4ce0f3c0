"""An identity, and all the identities of a book as one sparse linear system over its figures."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from itertools import accumulate, chain
from typing import NamedTuple, Protocol

from gouji.identities.scopes import Standing, position, standing
from gouji.meaning import Panel, Sense
from gouji.scope import INSIDE, Scope

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
    """What figures add up to: those on the left, usually one printed whole, and all others on the right.

    Left - right = 0 (or ≤ 0). `slack` is the rounding it admits, in half 分.
    """

    code: str
    figures: Sequence[int]  # a tuple, or where there are thousands an array
    relation: str = EQUAL
    slack: int = 0
    expected: bool = False  # ties as a rule, not by duty
    secret: bool = False  # the right side comes from a table that declares items left out
    rows: tuple[Rows, ...] = ()
    left: int = 1  # how many of the figures, the first, stand on the left

    @property
    def terms(self) -> list[tuple[int, int]]:
        """Each figure with +1 on the left, -1 on the right."""
        left = self.left
        return [(figure, 1 if k < left else -1) for k, figure in enumerate(self.figures)]


class Identities(Protocol):
    """Identities in their order: a list, or what makes them when they are asked for."""

    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Identity]: ...
    def __getitem__(self, at: int, /) -> Identity: ...


class Repeated:
    """Identities that repeat row by row, or column by column: `make` makes the `each` of a step anew."""

    __slots__ = ("_each", "_make", "_steps")

    def __init__(self, steps: int, each: int, make: Callable[[int], Sequence[Identity]]) -> None:
        self._steps, self._each, self._make = steps, each, make

    def __len__(self) -> int:
        return self._steps * self._each

    def __iter__(self) -> Iterator[Identity]:
        return chain.from_iterable(map(self._make, range(self._steps)))

    def __getitem__(self, at: int) -> Identity:
        step, k = divmod(at, self._each)
        return self._make(step)[k]


class Chained:
    """Identities one after the other."""

    def __init__(self, parts: Sequence[Identities]) -> None:
        self._parts = parts
        self._starts = [0, *accumulate(map(len, parts))]

    def __len__(self) -> int:
        return self._starts[-1]

    def __iter__(self) -> Iterator[Identity]:
        return chain.from_iterable(self._parts)

    def __getitem__(self, at: int) -> Identity:
        part = bisect_right(self._starts, at) - 1
        return self._parts[part][at - self._starts[part]]


class System:
    """All identities of one book."""

    def __init__(self, sense: Sense, identities: Identities) -> None:
        self.sense = sense
        self.identities = identities

    @cached_property
    def touching(self) -> list[list[tuple[int, int]]]:
        """figure -> the identities that it is in, each with its sign there."""
        index: list[list[tuple[int, int]]] = [[] for _ in self.sense.amounts]
        for i, identity in enumerate(self.identities):
            more, less, left = (i, 1), (i, -1), identity.left
            for figure in identity.figures[:left]:
                index[figure].append(more)
            for figure in identity.figures[left:]:
                index[figure].append(less)
        return index

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
                    *(panel_of[figure] for figure in identity.figures),
                }:
                    index.setdefault(panel, []).append(i)
        return index

    def of(self, figure: int) -> list[Identity]:
        return [self.identities[i] for i, _ in self.touching[figure]]

    @cached_property
    def _swept(self) -> tuple[list[int], bytearray, dict[str, int], dict[str, int]]:
        """Residuals, figures and codes, in one pass: the identities of a large book are made for it."""
        amounts = self.sense.amounts
        residuals: list[int] = []
        tied, certain, expected = bytearray(len(amounts)), dict[str, int](), dict[str, int]()
        for code, figures, _, _, soft, _, _, left in self.identities:
            every = 0
            for figure in figures:
                tied[figure] = 1
                amount = amounts[figure]
                if amount:
                    every += amount
            first = amounts[figures[0]] if left == 1 else sum([amounts[f] or 0 for f in figures[:left]])
            residuals.append(2 * (first or 0) - every)
            codes = expected if soft else certain
            codes[code] = codes.get(code, 0) + 1
        return residuals, tied, certain, expected

    @property
    def residuals(self) -> list[int]:
        """What each identity is off by, in 分."""
        return self._swept[0]

    @property
    def figures(self) -> bytearray:
        """figure -> 1 where it is in any identity"""
        return self._swept[1]

    @property
    def codes(self) -> Counter[tuple[str, bool]]:
        """A code, and whether it is only expected -> how many identities are of it"""
        _, _, certain, expected = self._swept
        told = {(code, False): count for code, count in certain.items()}
        return Counter(told | {(code, True): count for code, count in expected.items()})

    @cached_property
    def broken(self) -> list[int]:
        return [i for i, r in enumerate(self.residuals) if r and is_broken(self.identities[i], r)]


def takes(rows: Rows, panel: Panel, parent: int | None, scope: Scope) -> bool:
    """Would an identity sum a further row of this panel, standing under `parent` and counting `scope`?"""
    if rows.parent is not None:
        return rows.parent == parent
    if not opens_to(rows, standing(panel.base.scope, scope)):
        return False
    return not any(scope.inside(panel.nodes[r].scope) for r in rows.whole)


def opens_to(rows: Rows, further: Standing) -> bool:
    """Would rows count a further one beside those printed, whatever of these is taken as a whole?"""
    return rows.parent is None and rows.scope is not None and position(further, rows.scope)[0] == INSIDE


def is_sum(identity: Identity, amounts: Sequence[int | None]) -> bool:
    """Is it an equality whose whole is printed, and exactly what the other figures make up?"""
    if identity.relation != EQUAL or amounts[identity.figures[0]] is None:
        return False
    told = [amounts[figure] or 0 for figure in identity.figures]
    return 2 * sum(told[: identity.left]) == sum(told)


def is_broken(identity: Identity, residual: int) -> bool:
    if identity.relation == AT_MOST and residual < 0:
        return False
    return 2 * abs(residual) > identity.slack
