"""What the words before an amount say that it is of, as a scope; nothing where they say anything else too."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from gouji import codes, lexicon
from gouji.narrative.files import HERE
from gouji.narrative.text import plain
from gouji.scope import Scope, condition, rows_of

_PATH = re.compile(r"(?:(.{2,20}?)\((\d{3})?类\))?(.{2,24}?)\((\d\d)?款\)(.{2,28}?)\((\d\d)?项\)")
_CLASS = re.compile(r"(.{2,20}?)\((\d{3})?类\)")
_DASHED = re.compile(r"([^-]{2,20})-([^-]{2,24})-([^-]{2,28})")
_CODED = re.compile(r".{2,28}?\((\d{3}|\d{5}|\d{7})\)|(\d{7})-?.{2,28}")
_TRAILING = re.compile(
    r"(?:科目)?(?:20\d\d年度?)?(?:当年|年初)?(?:支出|经费)?(?:的?预算)?(?:安排)?(?:支出)?(?:数|金额)?(?:为|是|共)?$"
)
_LEADING = re.compile(
    r"^(?:20\d\d年度?)?(?:其中)?(?:主要)?(?:包括)?"
    r"(?:\([一二三四五六七八九十]+\)|[一二三四五六七八九十]+、|\(?\d{1,2}[).、]|[①-⑳])?(?:20\d\d年度?)?"
)
GENERIC = re.compile(r"(?:20\d\d年度?)?(?:当年|年初)?预算(?:安排|数)*(?:为|是)?")
"""Words that name no subject: that is the head of the paragraph, or the heading."""
_HEADING = re.compile(r"(?:预算)?(?:情况)?(?:说明)?$")


class Words(NamedTuple):
    short: tuple[tuple[re.Pattern[str], str], ...]
    fillers: tuple[re.Pattern[str], ...]
    subjects: tuple[tuple[re.Pattern[str], Scope], ...]


@lru_cache(maxsize=1)
def _words() -> Words:
    rows = rows_of(HERE / "subjects.tsv")
    return Words(
        tuple((re.compile(row[1]), row[2]) for row in rows if row[0] == "short"),
        tuple(re.compile(row[1]) for row in rows if row[0] == "filler"),
        tuple((re.compile(row[1]), lexicon.parse(row[2]).scope) for row in rows if row[0] == "subject"),
    )


@lru_cache(maxsize=4000)
def subject(phrase: str, unit: str, year: int) -> Scope | None:
    """The money that words such as 一般公共预算财政拨款支出预算 or 司法(款)行政运行(项) are about."""
    words = phrase.replace('"', "")
    return _function(words, year) or _named(words, unit)


_BARE = ("收入", "支出", "收支")
_OF_BOOK = re.compile(r"预算|总|合计|本部门|本单位|年")
"""Alone, 支出 may be anybody's; with one of these it is the book's."""


def _named(words: str, unit: str) -> Scope | None:
    said = words
    if unit:
        words = words.replace(plain(unit), "")
    known = _words()
    for pattern, short in known.short:
        words = pattern.sub(short, words)
    for pattern in known.fillers:
        words = pattern.sub("", words)
    if words in _BARE and not _OF_BOOK.search(said):
        return None
    return next((scope for pattern, scope in known.subjects if pattern.fullmatch(words)), None)


def of_heading(text: str) -> str:
    """The subject that a heading names: （二）公务接待费情况 -> 公务接待费."""
    return _HEADING.sub("", _LEADING.sub("", text).rstrip("。:"))


def _function(words: str, year: int) -> Scope | None:
    """类款项 by their names or codes; the code that is printed, and else the only one of these names."""
    words = _LEADING.sub("", words)
    for said in dict.fromkeys((words, _TRAILING.sub("", words))):
        if "款)" in said and (hit := _PATH.fullmatch(said)):
            return _by_names([plain(name) for name in (hit[1] or "", hit[3], hit[5])], year)
        if "类)" in said and (hit := _CLASS.fullmatch(said)):
            names = _classes(hit[1], year)
            return condition("function", names.pop()) if len(names) == 1 else None
        if hit := _CODED.fullmatch(said):
            return _by_code(hit[1] or hit[2], year)
        if hit := _DASHED.fullmatch(said):
            return _by_names([plain(name) for name in hit.groups()], year)
        if named := codes.functions(year).class_named(said):
            return condition("function", named.code)
    return None


def _by_code(code: str, year: int) -> Scope | None:
    if code in codes.functions(year):
        return condition("function", code)
    return condition("economic", code) if code in codes.economics(year) else None


def _by_names(names: list[str], year: int) -> Scope | None:
    listed = codes.functions(year)
    found = {
        item.code
        for item in listed.named(names[2])
        if len(item.code) == 7
        and any(above.code == item.code[:5] for above in listed.named(names[1]))
        and (not names[0] or item.code[:3] in _classes(names[0], year))
    }
    return condition("function", found.pop()) if len(found) == 1 else None


def _classes(name: str, year: int) -> set[str]:
    listed = codes.functions(year)
    return {code.code for said in (name, name + "支出") if (code := listed.class_named(said))}
