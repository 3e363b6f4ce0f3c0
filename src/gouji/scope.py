"""Which money a figure counts: dimensions, conditions and scopes.

A *closed* dimension has a known list of values (fund, kind, …): a condition on it is a set
of values, kept as bits. An *open* dimension (function, project, unit, …) has values that only
a book knows: a condition on it is a set of names or of code prefixes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

OPEN = ("year", "unit", "unit_code", "function", "economic", "gov_economic", "project", "area", "item")
CODES = frozenset({"unit_code", "function", "economic", "gov_economic"})
"""Open dimensions whose values are code prefixes: 201 contains 20140."""

DIMENSIONS = Path(__file__).parent / "lexicon" / "dimensions.tsv"
Opens = tuple[tuple[str, tuple[str, ...]], ...]


class Dimensions(NamedTuple):
    """The closed dimensions laid out as fields of one integer, with a spare bit above each field."""

    fields: dict[str, int]  # dimension -> the bits of all its values
    values: dict[tuple[str, str], int]  # (dimension, value) -> its bits
    all: int  # every bit: no condition at all
    spare: int  # the spare bits

    def possible(self, closed: int) -> bool:
        """Has every dimension a value? All ones added carry into each spare bit but an empty field's."""
        return (closed + self.all) & self.spare == self.spare

    def other_than(self, dimension: str, bits: int) -> int:
        """All bits, those of one dimension narrowed to `bits`."""
        return self.all & ~self.fields[dimension] | bits


def rows_of(path: Path) -> list[list[str]]:
    """The tab-separated rows of a data file, without comments and blank lines."""
    text = path.read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]


@lru_cache(maxsize=1)
def dimensions() -> Dimensions:
    rows = [(row[0], row[1], row[2] if len(row) > 2 else "") for row in rows_of(DIMENSIONS)]
    parents = {(dimension, parent) for dimension, _, parent in rows if parent}
    values: dict[tuple[str, str], int] = {}
    fields: dict[str, int] = {}
    bit, spare = 1, 0
    for name in dict.fromkeys(dimension for dimension, _, _ in rows):
        for dimension, value, _ in rows:
            if dimension == name and (dimension, value) not in parents:
                values[dimension, value] = bit
                fields[dimension] = fields.get(dimension, 0) | bit
                bit <<= 1
        spare |= bit
        bit <<= 1
    for dimension, value, parent in reversed(rows):
        if parent:
            values[dimension, parent] = values.get((dimension, parent), 0) | values[dimension, value]
    return Dimensions(fields, values, sum(fields.values()), spare)


class Scope(NamedTuple):
    """The conjunction of the conditions that say which money a figure counts."""

    closed: int
    opens: Opens = ()

    def inside(self, other: Scope) -> bool:
        """Is all of this money also the other's?"""
        return not self.closed & ~other.closed and placed(self.opens, other.opens) == INSIDE

    def disjoint(self, other: Scope) -> bool:
        """Can no money be in both?"""
        possible = dimensions().possible(self.closed & other.closed)
        return not possible or placed(self.opens, other.opens) == OUTSIDE

    def meet(self, other: Scope) -> Scope | None:
        """The money that is in both; None where there can be none."""
        closed = self.closed & other.closed
        if closed != self.closed and closed != other.closed and not dimensions().possible(closed):
            return None
        opens = narrowed(self.opens, other.opens)
        return None if opens is None else Scope(closed, opens)

    def get(self, dimension: str) -> tuple[str, ...] | None:
        """The condition on an open dimension, if any."""
        for d, values in self.opens:
            if d == dimension:
                return values
        return None

    def without(self, *names: str) -> Scope:
        """The scope with the conditions on some dimensions lifted."""
        closed = self.closed
        for name in names:
            closed |= dimensions().fields.get(name, 0)
        opens = [item for item in self.opens if item[0] not in names]
        return Scope(closed, tuple(opens) if len(opens) < len(self.opens) else self.opens)

    def words(self) -> list[str]:
        """The conditions as `dimension=value` texts, for people."""
        return [*_closed_words(self.closed), *(f"{d}={'|'.join(values)}" for d, values in self.opens)]


def condition(dimension: str, *values: str) -> Scope:
    """The scope with a single condition. Raises KeyError for a value that a closed dimension lacks."""
    dims = dimensions()
    if dimension in dims.fields:
        bits = 0
        for value in values:
            bits |= dims.values[dimension, value]
        return Scope(dims.other_than(dimension, bits))
    if dimension not in OPEN:
        raise KeyError(dimension)
    return Scope(dims.all, ((dimension, tuple(sorted(values))),))


INSIDE, OUTSIDE, ACROSS = 0, 1, 2


def placed(mine: Opens, asked: Opens) -> int:
    """Is money of some open conditions inside or outside others, or across their edge?"""
    if not asked or mine == asked:
        return INSIDE
    told, where = dict(mine), INSIDE
    for d, values in asked:
        inner = told.get(d)
        if inner is None:
            where = ACROSS
        elif inner != values and not _within(d, inner, values):
            if not _overlap(d, inner, values):
                return OUTSIDE
            where = ACROSS
    return where


def narrowed(mine: Opens, others: Opens) -> Opens | None:
    """The conditions of both on open dimensions; None where there can be no money of both."""
    if not others:
        return mine
    if not mine:
        return others
    opens = dict(mine)
    for d, values in others:
        both = _common(d, opens[d], values) if d in opens else values
        if not both:
            return None
        opens[d] = both
    return tuple(sorted(opens.items()))


@lru_cache(maxsize=1)
def everything() -> Scope:
    return Scope(dimensions().all)


def volume(closed: int, live: int) -> int:
    """How many combinations of live values the closed conditions admit."""
    return _volume(closed & live)


@lru_cache(maxsize=4000)
def _volume(closed: int) -> int:
    count = 1
    for field in dimensions().fields.values():
        count *= (closed & field).bit_count()
    return count


def partition(whole: Scope, parts: Sequence[Scope], live: int) -> bool:
    """Are the parts disjoint, inside the whole, and together all of it?

    `live` holds the values of closed dimensions under which the book has money at all.
    """
    if not parts or any(a.disjoint(b) is False for i, a in enumerate(parts) for b in parts[:i]):
        return False
    if not all(part.inside(whole) for part in parts):
        return False
    if len({part.opens for part in parts}) == 1 and parts[0].opens == whole.opens:
        return sum(volume(part.closed, live) for part in parts) == volume(whole.closed, live)
    return len({part.closed & live for part in parts} | {whole.closed & live}) == 1 and _covers_open(
        whole, parts
    )


def _covers_open(whole: Scope, parts: Sequence[Scope]) -> bool:
    names = {d for scope in (whole, *parts) for d, _ in scope.opens}
    differing = [d for d in names if len({scope.get(d) for scope in (whole, *parts)}) > 1]
    if len(differing) != 1 or not (asked := whole.get(differing[0])):
        return False
    told = [value for part in parts for value in part.get(differing[0]) or ()]
    return sorted(told) == sorted(asked)


def _within(dimension: str, inner: Iterable[str], outer: tuple[str, ...]) -> bool:
    if dimension in CODES:  # str.startswith takes a tuple of prefixes
        return all([value.startswith(outer) for value in inner])
    return all([value in outer for value in inner])


def _overlap(dimension: str, a: Sequence[str], b: Sequence[str]) -> bool:
    if dimension in CODES:
        return any(x.startswith(y) or y.startswith(x) for x in a for y in b)
    return not set(a).isdisjoint(b)


def _common(dimension: str, a: Sequence[str], b: Sequence[str]) -> tuple[str, ...]:
    if dimension not in CODES:
        return tuple(value for value in a if value in b)
    both = [x if x.startswith(y) else y for x in a for y in b if x.startswith(y) or y.startswith(x)]
    return tuple(sorted(set(both)))


@lru_cache(maxsize=4000)
def _closed_words(closed: int) -> tuple[str, ...]:
    asked = ((d, closed & field, field) for d, field in dimensions().fields.items())
    return tuple(f"{d}={_name_of(d, bits)}" for d, bits, field in asked if bits != field)


def _name_of(dimension: str, bits: int) -> str:
    values = dimensions().values
    for (d, name), mask in values.items():
        if d == dimension and mask == bits:
            return name
    return "|".join(name for (d, name), mask in values.items() if d == dimension and mask & bits == mask)
