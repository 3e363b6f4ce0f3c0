"""The single slips that could account for something broken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from gouji import lexicon, money
from gouji.explain.slips import COSTS, WAN_SLIP, Hole, Slip, is_round, resemblance
from gouji.identities import CROSS, EQUAL, Rows, System, is_broken, takes
from gouji.meaning import GROUP, LINE, SINGLE, TOTAL, Panel
from gouji.scope import Scope

MOST_AMOUNTS = 4
MOST_MOVES = 400


class Ground:
    """A system with its present residuals: what is broken, and what a change would do."""

    def __init__(self, system: System, residuals: list[int] | None = None) -> None:
        self.system = system
        self.sense = system.sense
        self.residuals = list(system.residuals if residuals is None else residuals)
        self._peers: dict[int, list[int]] = {}
        self.broken = {i for i, r in enumerate(self.residuals) if r and is_broken(system.identities[i], r)}

    def peers(self, panel: Panel, column: int) -> list[int]:
        """The columns that differ from one only in year, or in 其中."""
        at = panel.first + column
        if at not in self._peers:
            self._peers[at] = _peers(panel, column)
        return self._peers[at]

    def effect(self, changes: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
        """(figure, change in 分) -> what it adds to each identity's residual."""
        total: dict[int, int] = {}
        for figure, delta in changes:
            for i, sign in self.system.by_figure.get(figure, ()):
                total[i] = total.get(i, 0) + sign * delta
        return tuple((i, d) for i, d in total.items() if d)

    def mends(self, slip: Slip) -> tuple[int, int]:
        """How many identities a slip mends, and how many it breaks or leaves broken in another way."""
        mended = spoiled = 0
        for i, delta in slip.effect:
            after = is_broken(self.system.identities[i], self.residuals[i] + delta)
            if i in self.broken and not after:
                mended += 1
            elif after:
                spoiled += 1
        return mended, spoiled

    def breaks(self, slip: Slip) -> bool:
        """Would a slip break an identity that holds?"""
        identities = self.system.identities
        return any(
            i not in self.broken and is_broken(identities[i], self.residuals[i] + d) for i, d in slip.effect
        )

    def narrowed(self, identities: set[int]) -> Ground:
        """The same ground, with only some of the broken identities to mend."""
        narrow = Ground(self.system, self.residuals)
        narrow.broken = self.broken & identities
        return narrow

    def after(self, slips: Iterable[Slip]) -> Ground:
        residuals = list(self.residuals)
        for slip in slips:
            for i, delta in slip.effect:
                residuals[i] += delta
        return Ground(self.system, residuals)


def candidates(ground: Ground, within: set[int] | None = None) -> list[Slip]:
    """All single slips that mend at least one identity; none that breaks more than it mends.

    A slip may leave identities broken in another way: those that a second slip is in too. With `within`,
    only what mends these identities.
    """
    if within is not None:
        ground = ground.narrowed(within)
    found: dict[tuple[object, ...], Slip] = {}
    wanted = wanted_changes(ground)
    makers = (
        _figures(ground, wanted),
        equal_cells(ground, wanted),
        _moves(ground, wanted),
        _shifts(ground),
        _scaled_rows(ground),
        _surplus_rows(ground),
        _missing_rows(ground),
    )
    for maker in makers:
        for slip in maker:
            mended, spoiled = ground.mends(slip)
            if mended and (mended >= spoiled or not ground.breaks(slip)):
                key = (slip.kind, slip.changes, slip.hole, slip.row)
                found.setdefault(key, slip)
    return list(found.values())


def wanted_changes(ground: Ground) -> dict[int, list[int]]:
    """figure -> the changes that would each mend one of its broken identities, commonest first."""
    counts: dict[int, Counter[int]] = {}
    for i in ground.broken:
        residual = ground.residuals[i]
        for figure, sign in ground.system.identities[i].terms:
            counts.setdefault(figure, Counter())[-sign * residual] += 1
    return {
        figure: [delta for delta, _ in counter.most_common(MOST_AMOUNTS)]
        for figure, counter in counts.items()
    }


def _figures(ground: Ground, wanted: dict[int, list[int]]) -> Iterator[Slip]:
    """One wrong figure."""
    for figure, deltas in wanted.items():
        for delta in deltas:
            yield _wrong(ground, (figure,), delta)


def _wrong(ground: Ground, figures: tuple[int, ...], delta: int) -> Slip:
    old = ground.sense.amounts[figures[0]]
    new = (old or 0) + delta
    panel, row, column = ground.sense.at(figures[0])
    how = resemblance(old, new)
    cost = COSTS[how] + (0.8 if len(figures) > 1 else 0.0)
    if len(figures) > 1 and is_round(old or 0):
        cost += 1.0
    node = panel.nodes[row]
    total = node.kind in (TOTAL, GROUP) or bool(node.children)
    if how == "other":
        cost -= 0.6 if total else 0.0
        if old == _neighbour(ground, panel, row, column):
            how, cost = "copy", COSTS["copy"]
    cost += _unusual(ground, panel, row, column, old, new) if len(figures) == 1 else 0.0
    cost += 2.5 if new < 0 <= (old or 0) else 0.0
    kind = "unit-slip" if how == "unit" else "wrong-total" if total else "wrong-figure"
    changes = tuple((figure, new) for figure in figures)
    return Slip(kind, changes, ground.effect((f, delta) for f in figures), cost, how, abs(delta))


def _neighbour(ground: Ground, panel: Panel, row: int, column: int) -> int | None:
    return ground.sense.amounts[panel.figure(row - 1, column)] if row else None


def _unusual(ground: Ground, panel: Panel, row: int, column: int, old: int | None, new: int) -> float:
    """Figures of a row that differ only in year, or in 其中, are usually equal: to part them is odd."""
    product = _product(panel, row, column)
    if product is not None:
        return 1.5 if old == product else -0.8 if new == product else 0.0
    peers = ground.peers(panel, column)
    values = [ground.sense.amounts[panel.figure(row, c)] for c in peers]
    if not peers or (old is None and not any(values)):
        return 0.0
    if new in values:
        return -0.5
    return 1.5 if old in values else 0.0


def _product(panel: Panel, row: int, column: int) -> int | None:
    """数量 × 单价 of a row, where the table prints both."""
    roles = {
        c.measure: i
        for i, c in enumerate(lexicon.heading(col.path) for col in panel.table.columns)
        if c.measure
    }
    if not {"count", "price"} <= roles.keys():
        return None
    cells = panel.table.rows[panel.nodes[row].index]
    count, price = cells[roles["count"]].text, cells[roles["price"]].text
    try:
        amount = money.parse(price, panel.table.fen)
    except money.NotAnAmount:
        return None
    return int(count) * amount.fen if amount and count.isdecimal() else None


def _peers(panel: Panel, column: int) -> list[int]:
    meaning = panel.columns[column].meaning
    mine = meaning.scope.without("year", "release")
    return [
        c
        for c, other in enumerate(panel.columns)
        if c != column and other.meaning.understood and other.meaning.scope.without("year", "release") == mine
    ]


def equal_cells(
    ground: Ground, wanted: dict[int, list[int]], ways: frozenset[str] | None = None
) -> Iterator[Slip]:
    """The same wrong amount all along one row (合计 = 小计 = 本次下达); with `ways`, only such slips."""
    seen = set()
    for figure in wanted:
        amount = ground.sense.amounts[figure]
        if not amount:
            continue
        panel, row, _ = ground.sense.at(figure)
        same = tuple(
            f for c in range(len(panel.columns)) if ground.sense.amounts[f := panel.figure(row, c)] == amount
        )
        if len(same) > 1 and same not in seen:
            seen.add(same)
            deltas = Counter(delta for f in same for delta in wanted.get(f, ()))
            for delta, _ in deltas.most_common(MOST_AMOUNTS):
                if ways is None or resemblance(amount, amount + delta) in ways:
                    yield _wrong(ground, same, delta)


def _moves(ground: Ground, wanted: dict[int, list[int]]) -> Iterator[Slip]:
    """A figure printed in another cell of its row, or of its column one row off; or two cells exchanged."""
    amounts = ground.sense.amounts
    out = [f for f, deltas in wanted.items() if amounts[f] and -(amounts[f] or 0) in deltas]
    for figure in out[:MOST_MOVES]:
        panel, row, column = ground.sense.at(figure)
        value = amounts[figure] or 0
        for target in _reachable(panel, row, column):
            if not amounts[target] and value in wanted.get(target, ()):
                effect = ground.effect(((figure, -value), (target, value)))
                cost = 1.3 if panel.nodes[row].children else 1.2
                yield Slip("wrong-column", ((figure, None), (target, value)), effect, cost, "moved", value)
    for figure, deltas in list(wanted.items())[: MOST_MOVES * 5]:
        if not amounts[figure]:
            continue
        panel, row, column = ground.sense.at(figure)
        for target in _reachable(panel, row, column):
            a, b = amounts[figure] or 0, amounts[target] or 0
            if figure < target and b and a != b and b - a in deltas and a - b in wanted.get(target, ()):
                effect = ground.effect(((figure, b - a), (target, a - b)))
                yield Slip("wrong-column", ((figure, b), (target, a)), effect, 1.3, "exchanged", abs(a - b))


def _reachable(panel: Panel, row: int, column: int) -> Iterator[int]:
    yield from (panel.figure(row, c) for c in range(len(panel.columns)) if c != column)
    yield from (panel.figure(r, column) for r in (row - 1, row + 1) if 0 <= r < len(panel.nodes))


def _rows_in_trouble(ground: Ground) -> Counter[tuple[int, int]]:
    """(panel, row) -> how many broken identities its cells are in."""
    rows: Counter[tuple[int, int]] = Counter()
    for i in ground.broken:
        rows.update({_row_of(ground, figure) for figure, _ in ground.system.identities[i].terms})
    return rows


def _row_of(ground: Ground, figure: int) -> tuple[int, int]:
    number = ground.sense._panel_of[figure]
    panel = ground.sense.panels[number]
    return number, (figure - panel.first) // len(panel.columns)


def _shifts(ground: Ground) -> Iterator[Slip]:
    """Amounts that slid one or two columns along their row."""
    for (number, row), times in _rows_in_trouble(ground).items():
        if times > 1:
            panel = ground.sense.panels[number]
            first = panel.figure(row, 0)
            values = ground.sense.amounts[first : first + len(panel.columns)]
            if sum(v is not None for v in values) > 1:
                yield from _shifted(ground, (number, row), first, values)


def _shifted(ground: Ground, at: tuple[int, int], first: int, values: list[int | None]) -> Iterator[Slip]:
    width = len(values)
    for by in (1, 2):
        for start in range(width - by):
            if not any(values[start : start + by]) and _several(values[start + by :]):
                yield _shift(
                    ground, at, first, values, [*values[:start], *values[start + by :], *[None] * by]
                )
            if not any(values[width - by :]) and _several(values[start:]):
                yield _shift(
                    ground, at, first, values, [*values[:start], *[None] * by, *values[start : width - by]]
                )


def _several(values: list[int | None]) -> bool:
    """One amount in the wrong column is no shift."""
    return sum(bool(v) for v in values) > 1


def _shift(
    ground: Ground, at: tuple[int, int], first: int, old: list[int | None], new: list[int | None]
) -> Slip:
    changes = tuple(
        (first + k, b) for k, (a, b) in enumerate(zip(old, new, strict=True)) if (a or 0) != (b or 0)
    )
    effect = ground.effect((figure, (b or 0) - (old[figure - first] or 0)) for figure, b in changes)
    return Slip("shifted-row", changes, effect, 1.0 + 0.01 * len(changes), "shifted", 0, row=at)


def _scaled_rows(ground: Ground) -> Iterator[Slip]:
    """All amounts of a row in 万元 where the table is in 元, or the other way round."""
    for (number, row), times in _rows_in_trouble(ground).items():
        panel = ground.sense.panels[number]
        figures = [panel.figure(row, c) for c in range(len(panel.columns))]
        filled = [f for f in figures if ground.sense.amounts[f]]
        if times < 2 or len(filled) < 2:
            continue
        values = {f: ground.sense.amounts[f] or 0 for f in filled}
        for scaled in (
            {f: v * WAN_SLIP for f, v in values.items()},
            {f: v // WAN_SLIP for f, v in values.items() if not v % WAN_SLIP},
        ):
            if len(scaled) == len(values):
                effect = ground.effect((f, scaled[f] - values[f]) for f in filled)
                yield Slip(
                    "unit-slip",
                    tuple(scaled.items()),
                    effect,
                    1.0,
                    "unit",
                    max(map(abs, values.values())),
                    row=(number, row),
                )


def _surplus_rows(ground: Ground) -> Iterator[Slip]:
    """A row printed twice, or that should not be there."""
    for (number, row), times in _rows_in_trouble(ground).items():
        panel = ground.sense.panels[number]
        values = [
            (f, a)
            for c in range(len(panel.columns))
            if (a := ground.sense.amounts[f := panel.figure(row, c)])
        ]
        if not values or panel.nodes[row].kind in (TOTAL, SINGLE) or panel.nodes[row].children:
            continue
        twin = next((r for r in (row - 1, row + 1) if _same_row(ground, panel, row, r)), None)
        if times < 2 and twin is None:
            continue
        effect = _removal(ground, panel, values, row, twin)
        cost, how = (2.6, "surplus") if twin is None else (0.8, "doubled")
        changes = tuple((f, None) for f, _ in values)
        yield Slip("extra-row", changes, effect, cost, how, values[0][1], row=(number, row))


def _removal(
    ground: Ground, panel: Panel, values: list[tuple[int, int]], row: int, twin: int | None
) -> tuple[tuple[int, int], ...]:
    """What taking a row away does: its own sums go with it; ties to a doubled row stay with its twin."""
    effect = dict(ground.effect((f, -v) for f, v in values))
    if twin is None:
        return tuple(effect.items())
    own = set(range(panel.figure(row, 0), panel.figure(row + 1, 0)))
    other = set(range(panel.figure(twin, 0), panel.figure(twin + 1, 0)))
    for f in own:
        for i, _ in ground.system.by_figure.get(f, ()):
            identity = ground.system.identities[i]
            if identity.terms[0][0] in own and identity.code not in CROSS:
                effect[i] = -ground.residuals[i]
            elif not any(g in other for g, _ in identity.terms):
                effect.pop(i, None)
    return tuple((i, d) for i, d in effect.items() if d)


def _same_row(ground: Ground, panel: Panel, a: int, b: int) -> bool:
    if not 0 <= b < len(panel.nodes):
        return False
    rows = panel.table.rows
    return [c.text for c in rows[panel.nodes[a].index]] == [c.text for c in rows[panel.nodes[b].index]]


def _missing_rows(ground: Ground) -> Iterator[Slip]:
    """A row that the table has lost: what each column of its group lacks, with what the lost row counted."""
    gaps: dict[tuple[int, int], dict[int, int]] = {}
    scopes: dict[int, set[Scope]] = {}
    for i in ground.broken:
        identity = ground.system.identities[i]
        for rows in identity.rows:
            if rows.parent is not None:
                gaps.setdefault((rows.panel, rows.parent), {})[rows.columns[0]] = ground.residuals[i]
            elif rows.scope is not None and identity.relation == EQUAL:
                scopes.setdefault(rows.panel, set()).add(rows.scope)
    for (number, parent), amounts in gaps.items():
        panel = ground.sense.panels[number]
        if all(a > 0 for a in amounts.values()) and _row_ties(ground, panel, amounts):
            for scope, like in _possible(panel, parent, scopes.get(number, set())):
                yield _missing(ground, Hole(number, parent, scope, like, tuple(sorted(amounts.items()))))


def _row_ties(ground: Ground, panel: Panel, amounts: dict[int, int]) -> bool:
    """Would the lost row's own columns add up, and no 其中 exceed what it is a part of?"""
    first = panel.first
    for column in amounts:
        for i, _ in ground.system.by_figure.get(first + column, ()):
            identity = ground.system.identities[i]
            if identity.code in ("sum.row", "bound.part"):
                off = sum(s * amounts.get(f - first, 0) for f, s in identity.terms)
                if off and is_broken(identity, off):
                    return False
    return True


def _possible(panel: Panel, parent: int, scopes: set[Scope]) -> Iterator[tuple[Scope, int | None]]:
    """What a row lost under `parent` may have counted: as one of its fellows, or as another table says."""
    told = set()
    for child in panel.nodes[parent].children:
        node = panel.nodes[child]
        if node.scope not in told and node.understood and not node.children and node.kind != GROUP:
            told.add(node.scope)
            yield node.scope, child
    for scope in scopes:
        met = panel.nodes[parent].scope.meet(scope)
        if met is not None and not any(_is(panel, fellow, met) for fellow in told):
            told.add(met)
            yield met, None
    if not told:
        yield panel.nodes[parent].scope, None


def _is(panel: Panel, fellow: Scope, scope: Scope) -> bool:
    whole = panel.base.scope.meet(fellow)
    return whole is not None and lexicon.imply(whole)[0].inside(scope)


def _missing(ground: Ground, hole: Hole) -> Slip:
    panel = ground.sense.panels[hole.panel]
    amounts = dict(hole.amounts)
    effect: dict[int, int] = {}
    for i, rows in _summing(ground.system, hole.panel):
        if takes(rows, panel, hole.parent, hole.scope):
            delta = sum(rows.sign * amounts.get(c, 0) for c in rows.columns)
            if delta:
                effect[i] = effect.get(i, 0) + delta
    cost = 2.0
    if hole.like is not None and _equal_fellows(ground, panel, hole) > 1:
        cost = 0.9
    amount = max(amounts.values())
    return Slip("missing-row", (), tuple(effect.items()), cost, "lost", amount, hole=hole)


def _equal_fellows(ground: Ground, panel: Panel, hole: Hole) -> int:
    """How many rows of the group show just the missing amounts."""
    nodes = panel.nodes[hole.parent].children if hole.parent is not None else []
    return sum(
        all(ground.sense.amounts[panel.figure(r, c)] == a for c, a in hole.amounts)
        for r in nodes
        if panel.nodes[r].kind == LINE and panel.nodes[r].scope == hole.scope
    )


def _summing(system: System, panel: int) -> list[tuple[int, Rows]]:
    return system.by_panel.get(panel, [])
