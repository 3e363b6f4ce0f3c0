"""Editions: the forms that one authority prescribed for one year, as data (`*.toml`)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from gouji import lexicon
from gouji.lexicon import normal, split_year
from gouji.scope import Scope, dimensions

HERE = Path(__file__).parent
_BAR = re.compile(r"\s\|(?=\s|$)")
_SHARED = ("money_unit", "by_meaning", "numbers")
Paths = tuple[tuple[str, ...], ...]
REPEATED, BESIDE, ABOVE = "*", "<", "^"
"""In a form to fill in: a row for each target; a cell that the one to its left, or above it, goes on over."""


@dataclass(frozen=True, slots=True)
class Print:
    """How a form is worded and filled where it is laid out; the TOML files say what each key means.

    `unit`, `money` and `empty` are sentences with names in braces; `fixed_unit` is 元 or 万元 where the form
    has one of its own; `sorts` names the sorts of things bought, by the first letter of their codes.
    """

    year_in_title: bool = True
    unit: str = "单位名称：{unit}"
    money: str = "单位：{money}"
    empty: str = "说明：{unit}{year}年无{subject}，故此表为空。"
    subject: str = ""
    fixed_unit: str = ""
    decimals: int = 2
    counts: str = ""
    levels: str = "all"
    joined: str = ""
    total: str = "last"
    sorts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Form:
    """One official form. `rows` names its row plan; `left`/`right` are the fixed labels of a 收支 table.

    An optional form is known, and not missed where it is not there.
    """

    id: str
    title: str
    also: tuple[str, ...]
    rows: str
    provisional: bool
    numbers: str
    headings: Paths
    left: tuple[str, ...] = ()
    left_end: tuple[str, ...] = ()
    right: tuple[str, ...] = ()
    right_end: tuple[str, ...] = ()
    optional: bool = False
    serves: tuple[str, ...] = ()  # the forms that are not missed where this one is there
    print: Print = field(default_factory=lambda: Print())
    grid: Paths = ()  # the cells of a form to fill in, which has no headings

    def columns(self, year: int) -> Paths:
        """The heading paths as printed in a given year."""
        return _in_year(self.headings, year)

    def printed_numbers(self) -> tuple[str, ...]:
        if self.numbers == "none":
            return ()
        return tuple(self.numbers.split()) or tuple(str(i + 1) for i in range(len(self.headings)))


@dataclass(frozen=True, slots=True)
class Edition:
    """`like` names the general edition that this one is a place's wording and choice of.

    `counts_as` tells what the place's forms count money as that they do not tell apart: dimension -> value ->
    the value that it is to them.
    """

    name: str
    place: str
    year: int
    money_unit: str
    forms: tuple[Form, ...]
    by_meaning: bool = False  # a title that means the same is the same form, however it is worded
    like: str = ""
    counts_as: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def printed(self) -> tuple[Form, ...]:
        """The forms whose columns are known: those that a book is laid out in."""
        return tuple(form for form in self.forms if form.headings)

    def absent(self, present: set[str]) -> tuple[str, ...]:
        """The forms that are not there and should be."""
        served = {id for form in self.forms if form.id in present for id in form.serves}
        return tuple(f.id for f in self.forms if f.id not in present | served and not f.optional)

    def form(self, id: str) -> Form | None:
        return next((form for form in self.forms if form.id == id), None)

    def titled(self, title: str) -> Form | None:
        """The form with this title, whatever its year, spacing or brackets."""
        exact = self.exactly(title)
        if exact is None and self.by_meaning:
            exact = _meant(self.name, title)
        if exact is None and self.like:
            general = edition(self.like).titled(title)
            return self.form(general.id) if general else None
        return exact

    def exactly(self, title: str) -> Form | None:
        return _titles(self.name).get(title_key(title))

    def is_of(self, titles: Iterable[str]) -> bool:
        """Do these titles have, word for word, every form that the edition lays out?"""
        there = {form.id for title in titles if (form := self.exactly(title))}
        return all(form.id in there for form in self.printed)


def known(title: str) -> bool:
    """Is a line the title of a form of some edition?"""
    editions = [edition(name) for name in names()]
    if any(one.exactly(title) for one in editions):
        return True
    general = (one for one in editions if one.by_meaning and not one.like)
    return not lexicon.label(title).depth and any(one.titled(title) for one in general)


class UnknownEdition(ValueError):
    pass


@lru_cache(maxsize=1)
def names() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in HERE.glob("*.toml")))


@lru_cache(maxsize=32)
def edition(name: str) -> Edition:
    """Raises UnknownEdition for a name that no data file has."""
    data = _data(name)
    return Edition(
        name=data["edition"],
        place=data["place"],
        year=data["year"],
        money_unit=data["money_unit"],
        forms=tuple(_form(entry, data) for entry in _entries(data)),
        by_meaning=data.get("by_meaning", False),
        like=data.get("like", ""),
        counts_as=data["counts_as"],
    )


@lru_cache(maxsize=32)
def _data(name: str) -> dict[str, Any]:
    """What an edition's file says, with what it leaves to the edition that it is like; its own forms only."""
    if name not in names():
        raise UnknownEdition(name)
    own = tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))
    general = _data(own["like"]) if "like" in own else {}
    told = {key: general.get(key, {}) | own.get(key, {}) for key in ("print", "counts_as")}
    return {key: value for key, value in general.items() if key in _SHARED} | own | told


def _entries(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The forms as the files write them; one of a place says only what differs from the general edition's.

    What the place does not print is known where it is printed, and not missed.
    """
    general = {entry["id"]: entry for entry in _entries(_data(data["like"]))} if "like" in data else {}
    for entry in data["form"]:
        like = general.pop(entry["id"], {})
        own = {key: value for key, value in like.items() if key != "also"} | entry
        yield own | {"optional": entry.get("optional", False)}
    yield from ({**entry, "optional": True, "columns": "", "grid": ""} for entry in general.values())


@lru_cache(maxsize=4000)
def title_key(title: str) -> str:
    """A title for comparing: no year, no 部门 in front, no spaces."""
    return split_year(normal(title))[0].removeprefix("部门")


@lru_cache(maxsize=32)
def _titles(name: str) -> dict[str, Form]:
    return {title_key(title): form for form in edition(name).forms for title in (form.title, *form.also)}


Sort = tuple[Scope, tuple[str, ...], tuple[str, ...], str, str]


def _sort(title: str) -> Sort | None:
    """What a table of this title is, as far as its words are understood."""
    meaning = lexicon.title(title)
    if not meaning.understood:
        return None
    scope = meaning.scope.without("year")
    if scope.closed & ~dimensions().values["carried", "本年"] & dimensions().fields["carried"] == 0:
        scope = scope.without("carried")  # a table of this year's money alone is the same form
    return (scope, meaning.usual, meaning.within, meaning.key, meaning.subject)


@lru_cache(maxsize=32)
def _sorts(name: str) -> dict[Sort, Form]:
    found = ((_sort(title), form) for form in edition(name).forms for title in (form.title, *form.also))
    return {sort: form for sort, form in found if sort is not None}


@lru_cache(maxsize=4000)
def _meant(name: str, title: str) -> Form | None:
    if not normal(title).endswith(("表", ")", "]")) or "表" not in title:
        return None
    sort = _sort(title)
    if sort is None:
        return None
    return _sorts(name).get(sort) or _sorts(name).get((*sort[:-1], ""))


def _form(entry: dict[str, Any], data: dict[str, Any]) -> Form:
    """A form; how it is printed may be said for all forms of an edition at once."""

    def lines(key: str) -> tuple[str, ...]:
        return tuple(entry.get(key, "").splitlines())

    headings = tuple(tuple(part.strip() for part in line.split(" / ")) for line in lines("columns"))
    grid = tuple(tuple(cell.strip() for cell in _BAR.split(line)) for line in lines("grid"))
    return Form(
        id=entry["id"],
        title=entry["title"],
        also=tuple(entry.get("also", ())),
        rows=entry.get("rows", "any"),
        provisional=entry.get("provisional", False),
        numbers=entry.get("numbers", data.get("numbers", "")),
        headings=headings or ((),) * max(map(len, grid), default=0),
        left=lines("left"),
        left_end=lines("left_end"),
        right=lines("right"),
        right_end=lines("right_end"),
        optional=entry.get("optional", False),
        serves=tuple(entry.get("serves", ())),
        print=Print(**(data["print"] | entry.get("print", {}))),
        grid=grid,
    )


@lru_cache(maxsize=500)
def _in_year(headings: Paths, year: int) -> Paths:
    marks = {"{year}": str(year), "{year+1}": str(year + 1), "{year+2}": str(year + 2)}

    def fill(text: str) -> str:
        for mark, value in marks.items():
            text = text.replace(mark, value)
        return text

    return tuple(tuple(fill(text) for text in path) for path in headings)
