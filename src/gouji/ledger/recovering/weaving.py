"""Tellings of the same money put together to lines.

What two tellings say of the same money is joined where only one pairing can be; what can be paired in several
ways stays told twice, once in each way, and a line takes out what is there twice. So every sum is right, and
nothing is claimed that the book does not say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

from gouji.ledger.recovering.tellings import Amount, Telling
from gouji.scope import CODES, Scope

_LENGTHS = (7, 5, 3)
_MOST = 6
"""Tellings of the same money that are weighed against each other: their combinations double with each."""


class Piece(NamedTuple):
    """A line in the making; `offset` takes money out that others tell twice."""

    amount: Amount
    offset: bool = False

    @property
    def scope(self) -> Scope:
        return self.amount.scope


class Group(NamedTuple):
    """Amounts of two tellings, by number, that are the same money: they overlap, directly or over others."""

    old: list[int]
    new: list[int]


class Held(NamedTuple):
    """The printed figures that pieces add up to: all, and those that are totals."""

    all: frozenset[int]
    totals: frozenset[int]


Weigh = Callable[[Sequence[Piece]], Held]


class Tried(NamedTuple):
    """A way to add a telling, and the figures that it bears out."""

    pieces: list[Piece]
    held: Held


def weave(tellings: Sequence[Telling], weigh: Weigh) -> list[Piece]:
    """The pieces that tell most of what the tellings say, without spoiling a total."""
    best = Tried([], weigh([]))
    told: list[Telling] = []
    for telling in _refined(tellings):
        joined, rest = _joined(best.pieces, telling)
        ways = [best] if joined == best.pieces else [best, Tried(joined, weigh(joined))]
        for before, more in zip(ways[::-1], (rest, telling), strict=False):
            ways += _added(before, told, more, weigh)
        found = max(ways, key=lambda way: len(way.held.all))
        if found is not best:
            best = found
            told.append(telling)
    return best.pieces


def _added(before: Tried, told: Sequence[Telling], telling: Telling, weigh: Weigh) -> list[Tried]:
    """Pieces with a telling beside them, in the ways that leave no fewer totals right."""
    cells, halved = ([g for one in told for g in _shared(one, telling, apart)] for apart in (True, False))
    whole = [group._replace(halves=()) for group in halved]
    half = {k for group in cells if group.halves for k in group.parts}
    every, plain = range(len(telling)), [k for k in range(len(telling)) if k not in half]
    choices = ((every, halved), (every, cells), (every, whole), (plain, whole))
    made: list[list[Piece]] = []
    for parts, groups in choices if telling else ():
        beside = _beside(telling, parts, groups)
        if beside not in made:
            made.append(beside)
    tried = [Tried(pieces, weigh(pieces)) for pieces in (before.pieces + beside for beside in made)]
    return [one for one in tried if len(before.held.totals) <= len(one.held.totals)]


def _refined(tellings: Sequence[Telling]) -> list[Telling]:
    """Each telling with what the others say of its amounts for certain."""
    made = list(tellings)
    for i in range(len(made)):
        for k, other in enumerate(made):
            if k != i:
                joined, _ = _joined([Piece(amount) for amount in made[i]], other)
                made[i] = tuple(piece.amount for piece in joined)
    return made


def _joined(pieces: list[Piece], telling: Telling) -> tuple[list[Piece], Telling]:
    """The pieces with what a telling adds to them for certain, and the rest of it."""
    made: list[Piece] = []
    rest: list[Amount] = []
    for group in _groups([piece.amount for piece in pieces], telling):
        old, new = [pieces[i] for i in group.old], [telling[i] for i in group.new]
        amounts = [piece.amount for piece in old]
        if not old or not new or any(piece.offset for piece in old) or not _same(amounts, new):
            made += old
            rest += new
        elif shared := _flows(amounts, new):
            made += [_both(old[i], new[k], fen) for (i, k), fen in shared.items()]
        else:  # it is one money: what is said of all of it on one side holds on the other
            made += [piece._replace(amount=_within(piece.amount, new)) for piece in old]
            rest += [_within(amount, amounts) for amount in new]
    return made, tuple(rest)


def _same(old: Sequence[Amount], new: Sequence[Amount]) -> bool:
    """Do amounts come to the same, but for rounding?"""
    apart = sum(one.fen for one in old) - sum(one.fen for one in new)
    amounts = (*old, *new)
    return all(one.fen > 0 for one in amounts) and 2 * abs(apart) <= sum(one.step for one in amounts)


def _within(amount: Amount, others: Sequence[Amount]) -> Amount:
    scope = amount.scope.meet(_around([other.scope for other in others])) or amount.scope
    return amount._replace(scope=scope, joined=amount.joined or scope != amount.scope)


def _flows(old: Sequence[Amount], new: Sequence[Amount]) -> dict[tuple[int, int], int] | None:
    """How much of each amount is of which other, where that can be only in one way; None otherwise.

    What overlaps but one other is all of that; so it goes on as long as there is such an amount.
    """
    left = {(0, i): one.fen for i, one in enumerate(old)} | {(1, k): one.fen for k, one in enumerate(new)}
    edges = {
        (i, k) for i in range(len(old)) for k in range(len(new)) if not old[i].scope.disjoint(new[k].scope)
    }
    found: dict[tuple[int, int], int] = {}
    while edges:
        ends = Counter(end for i, k in edges for end in ((0, i), (1, k)))
        edge = next((edge for edge in edges if ends[0, edge[0]] == 1 or ends[1, edge[1]] == 1), None)
        if edge is None:
            return None
        i, k = edge
        fen = left[0, i] if ends[0, i] == 1 else left[1, k]
        if fen < 0:
            return None
        left[0, i], left[1, k] = left[0, i] - fen, left[1, k] - fen
        edges.remove(edge)
        if fen:
            found[edge] = fen
    return dict(sorted(found.items()))


def _both(piece: Piece, amount: Amount, fen: int) -> Piece:
    """The money that a piece and an amount share."""
    scope = piece.scope.meet(amount.scope) or piece.scope
    nearer = piece.amount if piece.scope == scope else amount
    told = {**piece.amount.told, **amount.told}
    joined = piece.amount.joined or amount.joined or scope not in (piece.scope, amount.scope)
    return Piece(nearer._replace(scope=scope, fen=fen, told=told, joined=joined))


class Shared(NamedTuple):
    """Amounts of a telling, by number, that another tells too: the scope in which that is all the same money.

    `halves` are scopes within it that these amounts tell, and what of each the other tells as narrowly; the
    rest of it wider.
    """

    parts: tuple[int, ...]
    scope: Scope
    halves: tuple[tuple[Scope, int], ...]


def _beside(telling: Telling, parts: Collection[int], groups: Sequence[Shared]) -> list[Piece]:
    """Amounts of a telling as pieces, with pieces that take out what others say of the same money.

    Each of these holds a part of it in a scope of its own; what several hold is taken out once.
    """
    offsets: Counter[Scope] = Counter()
    for k in parts:
        scopes = _narrowest({group.scope for group in groups if k in group.parts})[:_MOST]
        for size in range(1, len(scopes) + 1):
            for some in combinations(scopes, size):
                offsets[_around(some)] += telling[k].fen if size % 2 == 0 else -telling[k].fen
    for group in groups:
        for own, fen in group.halves if group.parts[0] in parts else ():
            offsets[group.scope] += fen
            offsets[own] -= fen
    new = [telling[k] for k in parts if offsets[telling[k].scope] != -telling[k].fen]
    known = {telling[k].scope for k in parts if telling[k] not in new}  # told before, just so
    taken = [telling[0]._replace(scope=scope, fen=fen, step=0, told={}) for scope, fen in offsets.items()]
    return [
        *map(Piece, new),
        *(Piece(one, offset=True) for one in taken if one.fen and one.scope not in known),
    ]


def _shared(old: Telling, new: Telling, apart: bool) -> Iterator[Shared]:
    for group in _groups(old, new):
        if group.old and group.new:
            before, after = [old[i] for i in group.old], [new[k].scope for k in group.new]
            scope = _around([*(one.scope for one in before), *after])
            yield Shared(tuple(group.new), scope, tuple(_halves(before, after, apart)))


def _halves(before: Sequence[Amount], after: Sequence[Scope], apart: bool) -> Iterator[tuple[Scope, int]]:
    """What the first tell as narrowly as the second: within each of its closed conditions, or within all."""
    every = dict.fromkeys(scope.closed for scope in after)
    for closed in every if apart else [_around(after).closed]:
        inside = [one for one in before if not one.scope.closed & ~closed]
        if 0 < len(inside) < len(before):
            own = [scope for scope in after if not scope.closed & ~closed]
            yield _around([*own, *(one.scope for one in inside)]), sum(one.fen for one in inside)


def _narrowest(scopes: Collection[Scope]) -> list[Scope]:
    """The scopes that hold none of the others."""
    return [one for one in scopes if not any(other != one and other.inside(one) for other in scopes)]


def _groups(old: Sequence[Amount], new: Sequence[Amount]) -> list[Group]:
    """Which amounts of two tellings are the same money."""
    groups: list[Group] = []
    for k, one in enumerate(new):
        mine = Group([i for i, other in enumerate(old) if not one.scope.disjoint(other.scope)], [k])
        apart = []
        for group in groups:
            if set(group.old).isdisjoint(mine.old):
                apart.append(group)
            else:
                mine = Group(sorted({*group.old, *mine.old}), [*group.new, *mine.new])
        groups = [*apart, mine]
    seen = {i for group in groups for i in group.old}
    return [*groups, *(Group([i], []) for i in range(len(old)) if i not in seen)]


def _around(scopes: Sequence[Scope]) -> Scope:
    """The narrowest scope that holds all of them."""
    closed = 0
    for scope in scopes:
        closed |= scope.closed
    opens = []
    for name, _ in scopes[0].opens:
        values = [scope.get(name) for scope in scopes]
        found = _common(name, [value[0] for value in values if value]) if all(values) else ""
        if found:
            opens.append((name, (found,)))
    return Scope(closed, tuple(opens))


def _common(name: str, values: Sequence[str]) -> str:
    """What values have in common: the same name, or the code above codes."""
    if len(set(values)) == 1:
        return values[0]
    lengths = _LENGTHS if name in CODES else ()
    return next((values[0][:n] for n in lengths if len({value[:n].ljust(n) for value in values}) == 1), "")
