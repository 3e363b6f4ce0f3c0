"""Amounts with nested scopes taken apart: the smallest amounts that make all of them up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from gouji.scope import Scope, condition, dimensions, volume

CHOICES = {
    "flow": ("本年收入", "上年结转"),
    "fund": (
        "一般公共预算",
        "其他收入",
        "财政专户管理资金",
        "政府性基金预算",
        "国有资本经营预算",
        "事业收入",
        "事业单位经营收入",
        "上级补助收入",
        "附属单位上缴收入",
    ),
    "carried": ("本年", "结转"),
    "release": ("本次下达", "另文下达", "已提前安排", "抵扣上年垫付资金"),
}
"""Values of the dimensions that an amount must have; where the print does not tell, the first that can be."""


class Atom(NamedTuple):
    """An amount with one value in each dimension asked for; `guessed` are those that print leaves open."""

    values: dict[str, str]
    scope: Scope
    fen: int
    guessed: tuple[str, ...]


Pair = tuple[Scope, int | None]


def atoms(pairs: Iterable[Pair], asked: tuple[str, ...]) -> list[Atom]:
    """What amounts of nested scopes are made of, the narrow ones first; what they do not reach is left.

    A scope whose amount is blank has none, so what is only in a wider one lies outside it.
    """
    everything = dimensions().all
    ordered = sorted(pairs, key=lambda pair: volume(pair[0].closed, everything))
    found: list[Atom] = []
    seen: dict[Scope, bool] = {}  # scopes done, and whether an amount is printed there
    for scope, fen in ordered:
        rest = (fen or 0) - sum(atom.fen for atom in found if atom.scope.inside(scope))
        again = scope in seen
        seen[scope] = seen.get(scope, False) or bool(fen)
        if fen and rest and (rest > 0) == (fen > 0) and not again:
            narrower = [one for one in seen if one != scope and not scope.inside(one)]
            printed = [one for one in narrower if seen[one]]
            told = _first(scope, tuple(narrower), asked) or _first(scope, tuple(printed), asked)
            if told:
                found.append(told._replace(fen=rest))
    return found


def without_marks(scope: Scope, marks: Sequence[str]) -> bool:
    """Does a scope leave these dimensions open?"""
    return all(scope.closed & dimensions().fields[mark] == dimensions().fields[mark] for mark in marks)


@lru_cache(maxsize=4000)
def _first(scope: Scope, others: tuple[Scope, ...], asked: tuple[str, ...]) -> Atom | None:
    """The first choice of values that is inside a scope and outside the others; None where there is none."""
    able = [(dict(zip(asked, values, strict=True)), own) for values, own in _within(scope, others, asked)]
    if not able:
        return None
    guessed = tuple(name for name in asked if len({values[name] for values, _ in able}) > 1)
    return Atom(*able[0], 0, guessed)


def _within(
    scope: Scope, others: Sequence[Scope], asked: Sequence[str]
) -> Iterator[tuple[tuple[str, ...], Scope]]:
    for values in product(*(CHOICES[name] for name in asked)):
        own: Scope | None = scope
        for name, value in zip(asked, values, strict=True):
            own = own.meet(condition(name, value)) if own else None
        if own and all(own.disjoint(other) for other in others):
            yield values, own


def value(scope: Scope, dimension: str) -> str:
    """The one value that a scope leaves in a closed dimension; '' where it leaves several."""
    dims = dimensions()
    bits = scope.closed & dims.fields[dimension]
    return next((name for (d, name), own in dims.values.items() if d == dimension and own == bits), "")


@lru_cache(maxsize=400)
def name_of(dimension: str, closed: int, live: int) -> str:
    """The narrowest value that holds what a scope admits of those that have money; "" for all of them."""
    dims = dimensions()
    field = dims.fields[dimension] & live
    bits = closed & field
    able = [
        (own.bit_count(), name)
        for (d, name), own in dims.values.items()
        if d == dimension and not bits & ~own
    ]
    found = min(able, default=(0, ""))[1]
    return found if bits != field or bits.bit_count() == 1 else ""
