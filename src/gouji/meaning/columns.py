"""What a table's columns count or name."""

from __future__ import annotations

from functools import lru_cache

from gouji import lexicon
from gouji.book import Column
from gouji.lexicon import Meaning, normal
from gouji.scope import Scope, condition, dimensions


@lru_cache(maxsize=2000)
def column_roles(columns: tuple[Column, ...], title: Meaning) -> tuple[tuple[str, ...], tuple[Meaning, ...]]:
    """Each column's role and meaning. An amount has role "", a heading not understood "?"."""
    meanings, roles = [], []
    for column in columns:
        meaning = lexicon.heading(column.path)
        if not meaning.understood and lexicon.conditioned(title.scope, "level"):
            meaning = _area(column, meaning)
        role = meaning.key or meaning.measure
        if role.startswith("subject."):
            subject = meaning.subject or title.subject or "function"
            role = role.replace("subject", subject)
        if not meaning.understood or (meaning.subject and not role):
            role = "?"  # 科目 alone names codes and names in one column
        meanings.append(meaning)
        roles.append(role)
    return tuple(roles), tuple(_contrast(meanings, roles))


def _area(column: Column, meaning: Meaning) -> Meaning:
    """In a table of transfers a last heading that no word explains is the area that gets the money."""
    above = lexicon.heading(column.path[:-1])
    if not above.understood or not column.path or not normal(column.path[-1]):
        return meaning
    return above.and_(Meaning(condition("area", normal(column.path[-1]))))


def _contrast(meanings: list[Meaning], roles: list[str]) -> list[Meaning]:
    """一般公共预算 beside 结转结余/一般公共预算 is this year's money only."""
    dims = dimensions()
    field_ = dims.fields["carried"]
    old, new = dims.values["carried", "结转"], dims.values["carried", "本年"]
    funds = dims.fields["fund"]
    carried = {
        m.scope.closed & funds
        for m, r in zip(meanings, roles, strict=True)
        if not r and m.scope.closed & field_ == old
    }
    told = []
    for meaning, role in zip(meanings, roles, strict=True):
        bits = meaning.scope.closed
        if not role and bits & field_ == field_ and bits & funds != funds and bits & funds in carried:
            meaning = meaning._replace(scope=Scope(bits & ~field_ | new, meaning.scope.opens))
        told.append(meaning)
    return told


@lru_cache(maxsize=4000)
def in_year(meaning: Meaning, year: str) -> Meaning:
    """A column that names no year is of its table's year."""
    if meaning.scope.get("year") or not year:
        return meaning
    return meaning.and_(Meaning(condition("year", year)))
