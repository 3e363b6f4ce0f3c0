"""What a table's columns count or name."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from gouji import lexicon
from gouji.book import Column, Table
from gouji.forms import Paths
from gouji.lexicon import Meaning, normal
from gouji.scope import Scope, condition, dimensions

PLANNED = "预算数"
PROJECTS = "projects"


Roles = tuple[tuple[str, ...], tuple[Meaning, ...]]


def column_roles(columns: Iterable[Column], title: Meaning) -> Roles:
    """Each column's role and meaning. An amount has role "", a heading not understood "?"."""
    return _roles(paths_of(columns), title)


def titled(table: Table) -> Meaning:
    """What a table is about: as its title says, or its headings where it has none."""
    if table.title.text:
        return lexicon.title(table.title.text)
    return lexicon.untitled(paths_of(table.columns))


def paths_of(columns: Iterable[Column]) -> Paths:
    return tuple([column.path for column in columns])


@lru_cache(maxsize=2000)
def _roles(paths: Paths, title: Meaning) -> Roles:
    meanings, roles = [], []
    for path in paths:
        meaning = lexicon.heading(path, title.scope)
        if not meaning.understood and lexicon.conditioned(title.scope, "level"):
            meaning = _area(path, meaning)
        role = meaning.key or meaning.measure or ("" if path else "text")
        if role.startswith("subject."):
            subject = meaning.subject or title.subject or "function"
            role = role.replace("subject", subject)
        if role == "label" and title.key == PROJECTS:
            role = "project"
        if role != "change" and (not meaning.understood or (meaning.subject and not role)):
            role = "?"  # 科目 alone names codes and names in one column
        meanings.append(meaning)
        roles.append(role)
    meanings = _planned(paths, _contrast(meanings, roles), roles)
    return tuple(roles), tuple(_this_year(meanings, roles, title))


def _planned(paths: Paths, meanings: list[Meaning], roles: list[str]) -> list[Meaning]:
    """预算数 beside 决算数 of the same year is what had been planned, and none of what was spent."""

    def years(kind: str) -> dict[int, tuple[str, ...] | None]:
        amounts = (i for i, role in enumerate(roles) if not role)
        told = (i for i in amounts if any(lexicon.sentence(kind, text) for text in paths[i]))
        return {i: meanings[i].scope.get("year") for i in told}

    planned = years("planned")
    actual = set(years("actual").values()) if planned else set()
    return [
        meaning.and_(Meaning(condition("item", PLANNED))) if planned.get(i, ()) in actual else meaning
        for i, meaning in enumerate(meanings)
    ]


def _area(path: tuple[str, ...], meaning: Meaning) -> Meaning:
    """In a table of transfers a last heading that no word explains is the area that gets the money."""
    above = lexicon.heading(path[:-1])
    if not above.understood or not path or not normal(path[-1]):
        return meaning
    return above.and_(Meaning(condition("area", normal(path[-1]))))


def _contrast(meanings: list[Meaning], roles: list[str]) -> list[Meaning]:
    """一般公共预算 beside 结转结余/一般公共预算, or beside 上年结转, is this year's money only."""
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
        apart = bits & funds in carried or funds in carried
        if not role and bits & field_ == field_ and bits & funds != funds and apart:
            meaning = meaning._replace(scope=Scope(bits & ~field_ | new, meaning.scope.opens))
        told.append(meaning)
    return told


def _this_year(meanings: list[Meaning], roles: list[str], title: Meaning) -> list[Meaning]:
    """In a table of income, a fund beside 上年结转 or 本年收入合计 is this year's income only."""
    dims = dimensions()
    field_, income = dims.fields["flow"], dims.values["flow", "收入总计"]
    apart = {dims.values["flow", name] for name in ("本年收入", "上年结转", "使用结余", "实户余额")}
    money = [m.scope.closed for m, r in zip(meanings, roles, strict=True) if not r]
    if title.scope.closed & field_ & ~income or not any(bits & field_ in apart for bits in money):
        return meanings
    new, funds = dims.values["flow", "本年收入"], dims.fields["fund"]

    def told(meaning: Meaning) -> Meaning:
        bits = meaning.scope.closed
        if bits & field_ != field_ or bits & funds == funds:
            return meaning
        return meaning._replace(scope=Scope(bits & ~field_ | new, meaning.scope.opens))

    return [m if r else told(m) for m, r in zip(meanings, roles, strict=True)]


def in_year(columns: Iterable[Column], title: Meaning, year: str) -> tuple[Meaning, ...]:
    """The columns' meanings in a table of a year."""
    return _in_year(paths_of(columns), title, year)


@lru_cache(maxsize=2000)
def _in_year(paths: Paths, title: Meaning, year: str) -> tuple[Meaning, ...]:
    return tuple([_of_year(meaning, year) for meaning in _roles(paths, title)[1]])


def _of_year(meaning: Meaning, year: str) -> Meaning:
    """A column that names no year is of its table's year; year=-1 is the one before."""
    if not year:
        return meaning
    told = meaning.scope.get("year")
    if told == ("-1",):
        scope = meaning.scope.without("year").meet(condition("year", str(int(year) - 1)))
        return meaning._replace(scope=scope or meaning.scope)
    if told:
        return meaning
    return meaning.and_(Meaning(condition("year", year)))
