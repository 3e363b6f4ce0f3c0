"""The official vocabulary: what a title, a heading or a row label means.

The words are data (`words.tsv`, `implied.tsv`, `classes.tsv`); this file only looks them up.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from gouji.codes import functions
from gouji.scope import CODES, Scope, condition, dimensions, everything, rows_of

HERE = Path(__file__).parent
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_WIDE: dict[int, str | None] = {
    ord("（"): "(",
    ord("）"): ")",
    ord("“"): '"',
    ord("”"): '"',
    ord("："): ":",
    ord("，"): ",",
    ord("．"): ".",
}
_WIDE |= {ord(c): None for c in " \t\r\n\u3000\u00a0\ufeff\u200b"}
_YEAR = re.compile(r"^(\d{4})年度?")
_NUMBERING = re.compile(r"^(?:([一二三四五六七八九十]+)、|\(([一二三四五六七八九十]+)\)|(\d+)[.、])")
_IN_UNIT = re.compile(r"\((?:单位:)?(?:元|万元)\)$")
_PART = ("其中:", "其中")


class Meaning(NamedTuple):
    """What a phrase says: conditions, and marks as `words.tsv` explains them."""

    scope: Scope
    key: str = ""
    subject: str = ""
    measure: str = ""  # text, count or price: a column that holds no money
    of: bool = False
    expected: bool = False
    usual: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    understood: bool = True

    def and_(self, other: Meaning) -> Meaning:
        """Both together; conditions that exclude each other make it not understood."""
        scope = self.scope.meet(other.scope)
        return Meaning(
            scope or self.scope,
            other.key or self.key,
            other.subject or self.subject,
            other.measure or self.measure,
            self.of or other.of,
            self.expected or other.expected,
            self.usual + other.usual,
            self.within + other.within,
            self.understood and other.understood and scope is not None,
        )


class Label(NamedTuple):
    """A row label without its numbering; depth 1 for 一、, 2 for (一), 3 for 1., 0 for none."""

    text: str
    depth: int
    ordinal: str


@lru_cache(maxsize=4000)
def normal(text: str) -> str:
    """A phrase as the vocabulary spells it: no markup, no spaces, half-width brackets and quotes."""
    if "<" in text:
        text = _TAG.sub("", text)
    return text.translate(_WIDE)


def nothing() -> Meaning:
    return Meaning(everything())


def parse(meaning: str) -> Meaning:
    """The meaning that a data file writes as `fund=一般公共预算 key=unit of`."""
    scope = everything()
    named: dict[str, str] = {}
    lifted: dict[str, tuple[str, ...]] = {"usual": (), "within": ()}
    for word in meaning.split():
        name, _, value = word.partition("=")
        if name in lifted:
            lifted[name] += (value,)
        elif name in ("key", "subject"):
            named[name] = value
        elif value:
            met = scope.meet(condition(name, *value.split("|")))
            if met is None:
                raise ValueError(meaning)
            scope = met
        elif name in ("text", "count", "price"):
            named["measure"] = name
    words = meaning.split()
    return Meaning(
        scope,
        named.get("key", ""),
        named.get("subject", ""),
        named.get("measure", ""),
        of="of" in words,
        expected="expected" in words,
        usual=lifted["usual"],
        within=lifted["within"],
    )


@lru_cache(maxsize=1)
def words() -> dict[str, dict[str, Meaning]]:
    """where -> phrase -> meaning."""
    book: dict[str, dict[str, Meaning]] = {"title": {}, "heading": {}, "row": {}}
    for where, phrase, meaning in rows_of(HERE / "words.tsv"):
        for kind in ("heading", "row") if where == "any" else (where,):
            book[kind][phrase] = parse(meaning)
    return book


@lru_cache(maxsize=1)
def _title_phrases() -> re.Pattern[str]:
    return re.compile("|".join(re.escape(p) for p in sorted(words()["title"], key=len, reverse=True)))


@lru_cache(maxsize=2000)
def title(text: str) -> Meaning:
    """What a table's title says: all its known phrases together. Not understood when it has none."""
    phrase, year = split_year(normal(text))
    meaning = nothing()._replace(understood=False)
    found = _title_phrases().findall(phrase)
    for one in found:
        meaning = meaning.and_(words()["title"][one]._replace(understood=meaning.understood))
    meaning = meaning._replace(understood=bool(found))
    return _in_year(meaning, year)


@lru_cache(maxsize=4000)
def heading(path: tuple[str, ...]) -> Meaning:
    """What a column counts or names, from its heading path."""
    meaning, above = nothing(), ""
    for text in path:
        phrase, year = split_year(_IN_UNIT.sub("", normal(text)))
        of = phrase.startswith(_PART)
        if of:
            phrase = phrase[len("其中") :].lstrip(":")
        known = words()["heading"].get(f"{above}/{phrase}") or words()["heading"].get(phrase)
        if known is None:
            known = nothing() if not phrase else nothing()._replace(understood=False)
        meaning = _in_year(meaning.and_(known._replace(of=known.of or of)), year)
        above = phrase
    return meaning


@lru_cache(maxsize=4000)
def is_sum_heading(path: tuple[str, ...]) -> bool:
    """Is the last heading 合计, 小计 or 总计?"""
    return bool(path) and normal(path[-1]) in ("合计", "小计", "总计")


@lru_cache(maxsize=4000)
def label(text: str) -> Label:
    """A row label taken apart: `（三）国防支出` is 国防支出 at depth 2."""
    phrase, _ = split_year(normal(text))
    found = _NUMBERING.match(phrase)
    if not found:
        return Label(phrase, 0, "")
    depth = next(i for i in (1, 2, 3) if found[i])
    return Label(phrase[found.end() :], depth, found[depth])


@lru_cache(maxsize=4000)
def row(text: str, year: int) -> Meaning:
    """What a row label means: a word of the vocabulary, or the name of a functional class."""
    known = words()["row"].get(text)
    if known:
        return known
    code = functions(year).class_named(text)
    if code:
        return Meaning(condition("function", code.code))
    return nothing()._replace(understood=False)


@lru_cache(maxsize=2000)
def project_class(text: str) -> Scope:
    """The conditions of a printed project category, such as `311 专项业务类`."""
    digits = normal(text)[:3]
    if not digits.isdigit():
        return everything()
    return next((scope for prefix, scope in _classes() if digits.startswith(prefix)), everything())


@lru_cache(maxsize=1)
def _classes() -> list[tuple[str, Scope]]:
    rows = rows_of(HERE / "classes.tsv")
    return sorted(((prefix, parse(meaning).scope) for prefix, meaning in rows), key=lambda r: -len(r[0]))


@lru_cache(maxsize=1)
def _implied() -> list[tuple[tuple[str, ...], Scope, Scope, bool]]:
    rules = []
    for given, then, strength in rows_of(HERE / "implied.tsv"):
        bare = tuple(word for word in given.split() if "=" not in word)
        scoped = parse(" ".join(word for word in given.split() if "=" in word)).scope
        rules.append((bare, scoped, parse(then).scope, strength == "expected"))
    return rules


@lru_cache(maxsize=4000)
def imply(scope: Scope) -> tuple[Scope, bool]:
    """A scope with what its conditions imply, and whether that rests on an expectation."""
    expected = False
    for bare, given, then, soft in _implied():
        if all(conditioned(scope, dimension) for dimension in bare) and scope.inside(given):
            met = scope.meet(then)
            if met is not None and met != scope:
                scope, expected = met, expected or soft
    return scope, expected


@lru_cache(maxsize=1)
def expected_dimensions() -> int:
    """The closed dimensions in which rows are placed by expectation only."""
    narrowed = dimensions().all
    for _, _, then, soft in _implied():
        narrowed &= then.closed if soft else dimensions().all
    return sum(field for field in dimensions().fields.values() if narrowed & field != field)


def conditioned(scope: Scope, dimension: str) -> bool:
    field = dimensions().fields.get(dimension)
    if field is None:
        return scope.get(dimension) is not None
    return scope.closed & field != field


def is_code(dimension: str) -> bool:
    return dimension in CODES


def split_year(phrase: str) -> tuple[str, int | None]:
    """`2026年预算数` -> (`预算数`, 2026)."""
    found = _YEAR.match(phrase)
    return (phrase[found.end() :], int(found[1])) if found else (phrase, None)


def _in_year(meaning: Meaning, year: int | None) -> Meaning:
    return meaning if year is None else meaning.and_(Meaning(condition("year", str(year))))


@lru_cache(maxsize=1)
def _sentences() -> dict[str, re.Pattern[str]]:
    return {kind: re.compile(pattern) for kind, pattern in rows_of(HERE / "sentences.tsv")}


def sentence(kind: str, text: str) -> re.Match[str] | None:
    """Does a line declare something (withheld, declared, note, money, unit, tag)?"""
    return _sentences()[kind].search(normal(text))
