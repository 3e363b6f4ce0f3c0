"""What a panel's columns have to do with each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from gouji import lexicon
from gouji.meaning import Panel
from gouji.meaning.rows import CHANGE, is_change
from gouji.scope import Opens, Scope, dimensions, partition, volume

MOST_KNOWN = 2000
SPENT = ("执行数",)
Meanings = tuple[lexicon.Meaning, ...]
Paths = tuple[tuple[str, ...], ...]


class Layout:
    """What a panel's columns have to do with each other; the same for all books that print them."""

    def __init__(self, columns: Meanings, paths: Paths, base: Scope, live: int) -> None:
        self.columns, self.base, self.live = columns, base, live
        self.sums, self.bounds = _splits(columns, paths, base, live)
        self.parts: dict[int, list[list[int]]] = {}  # column -> the columns that make it up, in each way
        for whole, columns_of in self.sums:
            self.parts.setdefault(whole, []).append(columns_of)
        self.decided = _column_dimensions(columns)
        fields = dimensions().fields
        self.by_columns = sum(field for name, field in fields.items() if name in self.decided)
        self.by_rows = dimensions().all & ~self.by_columns
        self._columns: dict[Scope, tuple[int, ...] | None] = {}

    def parted(self, opens: Opens) -> tuple[Opens, Opens]:
        """Open conditions inside the panel: those that its columns decide, and those on its rows."""
        own = [item for item in opens if item not in self.base.opens]
        columns = tuple([item for item in own if item[0] in self.decided])
        return columns, tuple([item for item in own if item[0] not in self.decided])

    def inside(self, closed: int, opens: Opens) -> tuple[int, ...] | None:
        """The columns that are exactly some money of the panel, by what the columns decide of it."""
        asked = Scope(closed | self.by_rows, opens)
        try:
            return self._columns[asked]
        except KeyError:
            if len(self._columns) > MOST_KNOWN:
                self._columns.clear()
            found = _columns_inside(self.columns, self.base, asked, self.live)
            self._columns[asked] = found
            return found


def layout(panel: Panel, live: int) -> Layout:
    paths = tuple(panel.table.columns[column.at].path for column in panel.columns) + panel.strange
    return _layout(tuple(column.meaning for column in panel.columns), paths, panel.base.scope, live)


@lru_cache(maxsize=1000)
def _layout(columns: Meanings, paths: Paths, base: Scope, live: int) -> Layout:
    return Layout(columns, paths, base, live)


def _splits(
    columns: Meanings, paths: Paths, base: Scope, live: int
) -> tuple[list[tuple[int, list[int]]], list[tuple[int, int]]]:
    """Columns that are the sum of others [(whole, parts)], and 其中 columns [(part, whole)]."""
    scopes = [base.meet(m.scope) if m.understood else None for m in columns]
    sums, bounds = [], []
    for i, whole in enumerate(scopes):
        if whole is None or columns[i].of:
            continue
        inside = [
            j
            for j, s in enumerate(scopes)
            if s and j != i and not columns[j].of and s != whole and s.inside(whole)
        ]
        found = list(_partitions(inside, scopes, whole, live))
        if not found and any(meaning.of for meaning in columns):
            every = [j for j, s in enumerate(scopes) if s and j != i and s != whole and s.inside(whole)]
            found = list(_partitions(every, scopes, whole, live))
        found = [parts for parts in found if not _leaves_out(parts, inside, scopes)]
        beside = _beside(i, inside, columns, paths, scopes)
        if beside and beside not in found:
            found.append(beside)
        sums += [(i, parts) for parts in found]
    sums += _changes(columns, scopes)
    for i, meaning in enumerate(columns):
        if meaning.of and (part := scopes[i]) is not None:
            wholes = [
                j for j, s in enumerate(scopes) if s and j != i and not columns[j].of and part.inside(s)
            ]
            if wholes:
                bounds.append((i, min(wholes, key=lambda j: _size(scopes[j]))))
    return sums, bounds


def _changes(columns: Meanings, scopes: Sequence[Scope | None]) -> Iterator[tuple[int, list[int]]]:
    """This year is last year and the change; what is set aside in all three is a change of its own."""
    for i, scope in enumerate(scopes):
        if scope is None or not (year := scope.get("year")) or not is_change(scope):
            continue
        aside = scope.get("item") != (CHANGE,)
        near = [
            (j, other)
            for j, other in enumerate(scopes)
            if other
            and columns[j].of == aside
            and not is_change(other)
            and _undated(other) == _undated(scope)
        ]
        now = [j for j, other in near if other.get("year") == year and other.get("item") != SPENT]
        before = [j for j, other in near if other.get("year") == (str(int(year[0]) - 1),)]
        if len(now) == len(before) == 1:
            yield now[0], [*before, i]


def _undated(scope: Scope) -> Scope:
    """What a scope counts, of whatever year, and whether planned or spent."""
    bare = scope.without("year", "item")
    return Scope(bare.closed | dimensions().fields["carried"], bare.opens)


def _partitions(
    inside: list[int], scopes: Sequence[Scope | None], whole: Scope, live: int
) -> Iterator[list[int]]:
    """The columns that split a column completely: all narrower ones, or those of one dimension."""
    for group in _by_difference(inside, scopes, whole):
        top = _widest(group, scopes)
        if top and _complete(whole, [s for j in top if (s := scopes[j])], live):
            yield top
            if len(top) == len(inside):
                return


def _widest(group: list[int], scopes: Sequence[Scope | None]) -> list[int]:
    def inner(j: int) -> bool:
        return any(k != j and scopes[j] != scopes[k] and _in(scopes, j, k) for k in group)

    return [j for j in group if not inner(j)]


def _leaves_out(parts: list[int], inside: list[int], scopes: Sequence[Scope | None]) -> bool:
    """Is there money of a name of its own (item) beside the parts, of which none is known to hold it?"""
    named = [j for j in inside if j not in parts and (s := scopes[j]) and s.get("item")]
    return any(not any(_in(scopes, j, k) for k in parts) for j in named)


def _beside(
    i: int, inside: list[int], columns: Meanings, paths: Paths, scopes: Sequence[Scope | None]
) -> list[int]:
    """What stands beside 合计 or 小计 under one heading makes it up, whatever other values there are."""
    if not lexicon.is_sum_heading(paths[i]):
        return []
    above = paths[i][:-1]
    siblings = [j for j in range(len(paths)) if j != i and paths[j][: len(above)] == above]
    if any(j >= len(columns) or scopes[j] is None for j in siblings):
        return []
    top = _widest([j for j in inside if j in siblings], scopes)
    parts = [s for j in top if (s := scopes[j])]
    apart = all(a.disjoint(b) for k, a in enumerate(parts) for b in parts[:k])
    return top if len(top) > 1 and apart else []


def _in(scopes: Sequence[Scope | None], inner: int, outer: int) -> bool:
    a, b = scopes[inner], scopes[outer]
    return a is not None and b is not None and a.inside(b)


def _size(scope: Scope | None) -> tuple[int, int]:
    assert scope is not None
    return (-len(scope.opens), scope.closed.bit_count())


def _by_difference(inside: list[int], scopes: Sequence[Scope | None], whole: Scope) -> Iterator[list[int]]:
    """All narrower columns together; then those that differ in one and the same dimension."""
    if inside:
        yield inside
    kinds: dict[frozenset[str], list[int]] = {}
    for j in inside:
        scope = scopes[j]
        assert scope is not None
        kinds.setdefault(_differing(scope, whole), []).append(j)
    if len(kinds) > 1:
        yield from kinds.values()


def _differing(scope: Scope, whole: Scope) -> frozenset[str]:
    closed = {d for d, field in dimensions().fields.items() if scope.closed & field != whole.closed & field}
    opens = {d for d, v in scope.opens if whole.get(d) != v}
    return frozenset(closed | opens)


def _complete(whole: Scope, parts: list[Scope], live: int) -> bool:
    areas = [part.get("area") for part in parts]
    if all(areas) and not whole.get("area"):
        return len(set(areas)) == len(areas) and len({p.closed for p in parts} | {whole.closed}) == 1
    return partition(whole, parts, live)


def _column_dimensions(columns: Meanings) -> frozenset[str]:
    """The dimensions that a panel's columns distinguish."""
    names = {d for m in columns for d in dimensions().fields if lexicon.conditioned(m.scope, d)}
    return frozenset(names | {d for m in columns for d, _ in m.scope.opens})


def _columns_inside(columns: Meanings, base: Scope, wanted: Scope, live: int) -> tuple[int, ...] | None:
    """The widest columns that together are exactly the wanted part of a panel."""
    asked = _live_meet(base, wanted, live)
    if asked is None:
        return None
    found: list[tuple[int, Scope]] = []
    for i, meaning in enumerate(columns):
        scope = _live_meet(base, meaning.scope, live) if meaning.understood else None
        if scope is not None and scope.inside(asked):
            found.append((i, scope))
    widest = [(i, s) for i, s in found if not any(s != t and s.inside(t) for _, t in found)]
    distinct = {s: i for i, s in reversed(widest)}
    taken = sorted(distinct.values())
    parts = list(distinct)
    if any(not a.disjoint(b) for k, a in enumerate(parts) for b in parts[:k]):
        return None
    if sum(volume(s.closed, live) for s in parts) != volume(asked.closed, live):
        return None
    return tuple(taken)


@lru_cache(maxsize=4000)
def _live_meet(a: Scope, b: Scope, live: int) -> Scope | None:
    met = a.meet(b)
    if met is None or not dimensions().possible(met.closed & live):
        return None
    return Scope(met.closed & live, met.opens)
