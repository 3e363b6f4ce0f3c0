"""A system with its present residuals: what is broken, and what a change would do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from gouji import lexicon
from gouji.explain.slips import Slip, resemblance
from gouji.identities import EQUAL, System, is_broken
from gouji.meaning import Panel
from gouji.scope import Scope

COPIES = 2
"""The terms of an identity that says the same amount twice; a blank one may be the wrong one."""
MOST_AMOUNTS = 4
MOST_TERMS = 3000
"""A sum of more is explained by its total or its rows, not by trying each of its figures."""


class _Known(NamedTuple):
    """What is worked out once for a system, whatever is broken."""

    peers: dict[int, dict[int, list[int]]]
    measures: dict[int, tuple[int, int] | None]
    looks: dict[tuple[int | None, int], str]
    filled: dict[int, int]


class Ground:
    """A system with its present residuals: what is broken, and what a change would do."""

    def __init__(
        self,
        system: System,
        residuals: list[int] | None = None,
        broken: set[int] | None = None,
        known: _Known | None = None,
    ) -> None:
        self.system = system
        self.sense = system.sense
        self.residuals = list(system.residuals) if residuals is None else residuals
        self.broken = set(system.broken) if broken is None else broken
        self._known = known or _Known({}, {}, {}, {})

    def looks(self, old: int | None, new: int) -> str:
        """Which slip turns the true amount `new` into the printed `old`, both in 分."""
        looks = self._known.looks
        if (old, new) not in looks:
            looks[old, new] = resemblance(old, new)
        return looks[old, new]

    def filled(self, i: int) -> int:
        """How many terms of an identity print an amount other than zero, the one that is wrong among them."""
        filled = self._known.filled
        if i not in filled:
            amounts = self.sense.amounts
            figures = self.system.identities[i].figures
            filled[i] = max(COPIES, sum([bool(amounts[figure]) for figure in figures]))
        return filled[i]

    def printed(self, at: tuple[int, int]) -> tuple[str, ...]:
        """The texts of a row, given by panel and node."""
        panel = self.sense.panels[at[0]]
        return tuple(cell.text for cell in panel.table.rows[panel.nodes[at[1]].index])

    def can_print(self, figure: int, amount: int) -> bool:
        """Has the figure's column the decimals that an amount needs?"""
        return not amount % (self.sense.rounding[figure] or 1)

    def peers(self, panel: Panel, column: int) -> list[int]:
        """The columns that differ from one only in year, or in 其中."""
        peers = self._known.peers
        if panel.first not in peers:
            alike: dict[Scope, list[int]] = {}
            for c, other in enumerate(panel.columns):
                if other.meaning.understood:
                    alike.setdefault(other.scope.without("year", "release"), []).append(c)
            peers[panel.first] = {c: columns for columns in alike.values() for c in columns}
        return [c for c in peers[panel.first].get(column, ()) if c != column]

    def measures(self, panel: Panel) -> tuple[int, int] | None:
        """The columns of 数量 and 单价 in a panel's table, where it has both."""
        measures = self._known.measures
        if panel.first not in measures:
            said = [lexicon.heading(column.path).measure for column in panel.table.columns]
            both = "count" in said and "price" in said
            measures[panel.first] = (said.index("count"), said.index("price")) if both else None
        return measures[panel.first]

    def effect(self, changes: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
        """(figure, change in 分) -> what it adds to each identity's residual."""
        total: dict[int, int] = {}
        touching = self.system.touching
        for figure, delta in changes:
            for i, sign in touching[figure]:
                more = delta if sign > 0 else -delta
                total[i] = total[i] + more if i in total else more
        return tuple([item for item in total.items() if item[1]])

    def mends(self, slip: Slip) -> tuple[int, int]:
        """How many identities a slip mends, and how many it breaks or leaves broken in another way."""
        return self._mended(slip.effect)

    def helps(self, effect: Iterable[tuple[int, int]]) -> bool:
        """Does what a slip does mend something, without breaking more than it mends?"""
        mended, spoiled = self._mended(effect)
        return mended > 0 and (mended >= spoiled or not self._breaks(effect))

    def _mended(self, effect: Iterable[tuple[int, int]]) -> tuple[int, int]:
        mended = spoiled = 0
        identities, residuals, broken = self.system.identities, self.residuals, self.broken
        for i, delta in effect:
            after = residuals[i] + delta
            if after and is_broken(identities[i], after):
                spoiled += 1
            elif i in broken:
                mended += 1
        return mended, spoiled

    def breaks(self, slip: Slip) -> bool:
        """Would a slip break an identity that holds?"""
        return self._breaks(slip.effect)

    def _breaks(self, effect: Iterable[tuple[int, int]]) -> bool:
        identities = self.system.identities
        return any(
            i not in self.broken and is_broken(identities[i], self.residuals[i] + d) for i, d in effect
        )

    def narrowed(self, identities: set[int]) -> Ground:
        """The same ground, with only some of the broken identities to mend."""
        return Ground(self.system, self.residuals, self.broken & identities, self._known)

    def after(self, slips: Iterable[Slip]) -> Ground:
        """The ground once some slips are put right."""
        residuals, broken = list(self.residuals), set(self.broken)
        for slip in slips:
            for i, delta in slip.effect:
                residuals[i] += delta
                if is_broken(self.system.identities[i], residuals[i]):
                    broken.add(i)
                else:
                    broken.discard(i)
        return Ground(self.system, residuals, broken, self._known)

    def hopeless(self, figure: int) -> bool:
        """Would any change of a figure break more than it can mend?"""
        broken = ties = 0
        for i, _ in self.system.touching[figure]:
            if i in self.broken:
                broken += 1
            elif self.system.identities[i].relation == EQUAL:
                ties += 1
        return ties > broken


def wanted_changes(ground: Ground) -> dict[int, list[int]]:
    """figure -> the changes that would each mend one of its broken identities, commonest first."""
    wanted: dict[int, list[int]] = {}
    for i in ground.broken:
        residual, identity = ground.residuals[i], ground.system.identities[i]
        figures, left = identity.figures, identity.left
        for k, figure in enumerate(figures if len(figures) < MOST_TERMS else figures[:1]):
            wanted.setdefault(figure, []).append(-residual if k < left else residual)
    return {
        figure: [delta for delta, _ in Counter(deltas).most_common(MOST_AMOUNTS)]
        if len(deltas) > 1
        else deltas
        for figure, deltas in wanted.items()
    }


def rows_in_trouble(ground: Ground) -> Counter[tuple[int, int]]:
    """(panel, row) -> how many broken identities its cells are in."""
    rows: Counter[tuple[int, int]] = Counter()
    for i in ground.broken:
        rows.update({row_of(ground, figure) for figure in ground.system.identities[i].figures})
    return rows


def row_of(ground: Ground, figure: int) -> tuple[int, int]:
    number = ground.sense.panel_of[figure]
    panel = ground.sense.panels[number]
    return number, (figure - panel.first) // len(panel.columns)
