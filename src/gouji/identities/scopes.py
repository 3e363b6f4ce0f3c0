"""Scopes of one book compared: one name for the same money, and where a row stands to a scope."""

from __future__ import annotations

from functools import lru_cache

from gouji import lexicon
from gouji.scope import ACROSS, INSIDE, OUTSIDE, Opens, Scope, dimensions, narrowed, placed


def canonical(base: Scope, row: Scope, live: int, usual: tuple[str, ...]) -> tuple[Scope, bool] | None:
    """One name for the same money: without what this book cannot distinguish, income as what it pays for.

    None where the scope is empty, or nothing in this book can be money of it.
    """
    opens = narrowed(base.opens, row.opens)
    if opens is None:
        return None
    opens, held = uncoded(opens)
    found = in_short(base.closed & row.closed, held, live, usual)
    return (Scope(found[0], lexicon.opened(found[1], held, opens)), found[2]) if found else None


@lru_cache(maxsize=4000)
def uncoded(opens: Opens) -> tuple[Opens, Opens]:
    """Open conditions without codes of units, which have names; and as `lexicon.held_of` shortens them."""
    named = tuple([item for item in opens if item[0] != "unit_code"])
    return named, lexicon.held_of(named)


@lru_cache(maxsize=4000)
def in_short(closed: int, held: Opens, live: int, usual: tuple[str, ...]) -> tuple[int, Opens, bool] | None:
    """What `canonical` says, of open conditions in short."""
    dims = dimensions()
    if not dims.possible(closed):
        return None
    scope, soft = lexicon.imply_held(closed, held)
    if usual and scope.get("project"):
        scope, soft = scope.without(*usual), True
    closed = scope.closed & live
    if not dims.possible(closed):
        return None
    flow, income = closed & dims.fields["flow"], dims.values["flow", "收入总计"]
    if not flow & ~income:
        closed, expected = _spent(closed, flow, live)
        soft = soft or expected
    return closed, scope.opens, soft


def _spent(closed: int, flow: int, live: int) -> tuple[int, bool]:
    """Income as what it pays for: all for all, what was carried over for what is spent of it."""
    dims = dimensions()
    rest = closed & ~dims.fields["flow"]
    if flow == dims.values["flow", "收入总计"] & live:
        return rest | dims.values["flow", "支出总计"] & live, False
    granted = flow in (dims.values["flow", "本年收入"], dims.values["flow", "上年结转"])
    if not granted or dims.values["flow", "年终结转"] & live:
        return closed, False
    carried = dims.values["carried", "结转" if flow == dims.values["flow", "上年结转"] else "本年"]
    if not rest & carried:
        return closed, False
    return rest & ~dims.fields["carried"] | carried | dims.values["flow", "本年支出"], True


class Standing:
    """What a row of a panel counts: by its words, and with all that these imply, be it only expected."""

    __slots__ = ("expected", "implied", "own")

    def __init__(self, own: Scope) -> None:
        self.own = own
        self.implied, self.expected = lexicon.imply(own)


@lru_cache(maxsize=4000)
def standing(base: Scope, row: Scope) -> Standing:
    return Standing(base.meet(row) or row)


@lru_cache(maxsize=8000)
def position(row: Standing, scope: Scope) -> tuple[int, bool]:
    """Is a row's money inside or outside a scope, or across its edge; and is that only expected?"""
    closed, asked = scope
    known: Opens | None = None
    for (mine, opens), expected in ((row.own, False), (row.implied, row.expected)):
        if opens != known:
            known, named = opens, placed(opens, asked)
        if named == INSIDE and not mine & ~closed:
            return INSIDE, expected
        if named == OUTSIDE or not dimensions().possible(mine & closed):
            return OUTSIDE, expected
    return ACROSS, False
