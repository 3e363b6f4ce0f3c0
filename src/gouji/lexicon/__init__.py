"""The official vocabulary: what a title, a heading or a row label means.

The words are data (`words.tsv`, `implied.tsv`, `classes.tsv`); this file only looks them up.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from gouji.codes import economics, functions, gov_economics
from gouji.scope import CODES, Opens, Scope, condition, dimensions, everything, rows_of

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
_TITLE_YEAR = re.compile(r"(20\d\d)年度?")
_NUMBERING = re.compile(
    r"^(?:([一二三四五六七八九十]+)、|\(([一二三四五六七八九十]+)\)|(\d+)[.、]|\((\d+)\))"
)
_IN_UNIT = re.compile(r"\((?:单位:)?(?:元|万元)\)$")
_CHOICE = re.compile(r"([^\[]*)(?:\[([^\]]*)\]|$)")
_PART = ("其中:", "其中")
_MARKS = re.compile(r"[()\[\]《》【】,.;:、·/_\-—–*\d]")
_NAME = re.compile(r"^.{2,40}?[局委办厅院部站所校会馆团社处队府心学段矿场园]$")


ANY = ("",)
"""Stands for values of an open dimension that do not matter."""
MEASURES = ("text", "count", "price", "change")

CLASSES = {"function": functions, "economic": economics, "gov_economic": gov_economics}


class Meaning(NamedTuple):
    """What a phrase says: conditions, and marks as `words.tsv` explains them."""

    scope: Scope
    key: str = ""
    subject: str = ""
    measure: str = ""  # one of MEASURES: a column that holds no money of its own
    of: bool = False
    expected: bool = False
    usual: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    named: bool = False  # of a title: what stands before it is a name
    understood: bool = True

    def and_(self, other: Meaning) -> Meaning:
        """Both together; conditions that exclude each other make it not understood."""
        scope = self.scope.meet(other.scope)
        return Meaning(
            scope or self.scope,
            other.key or ("" if other.measure else self.key),  # a column of text names nothing
            other.subject or self.subject,
            other.measure or self.measure,
            self.of or other.of,
            self.expected or other.expected,
            self.usual + other.usual,
            self.within + other.within,
            self.named or other.named,
            self.understood and other.understood and scope is not None,
        )


class Label(NamedTuple):
    """A row label without its numbering; depth 1 for 一、, 2 for (一), 3 for 1., 4 for (1), 0 for none."""

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
        elif name in MEASURES:
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
        named="named" in words,
    )


@lru_cache(maxsize=1)
def words() -> dict[str, dict[str, Meaning]]:
    """where -> phrase -> meaning; `instead` holds what a heading means where its first meaning cannot be."""
    book: dict[str, dict[str, Meaning]] = {
        where: {} for where in ("title", "untitled", "heading", "row", "instead")
    }
    for where, phrase, meaning, *instead in rows_of(HERE / "words.tsv"):
        says = parse(meaning)
        for kind in ("heading", "row") if where == "any" else (where,):
            book[kind] |= dict.fromkeys(_spelt_out(phrase), says)
        if instead:
            book["instead"] |= dict.fromkeys(_spelt_out(phrase), parse(instead[0]))
    return book


def spelt(where: str) -> dict[str, str]:
    """The phrases of titles, headings or rows, each with its meaning as `words.tsv` writes it."""
    lines = [row for row in rows_of(HERE / "words.tsv") if row[0] in (where, "any")]
    return {phrase: row[2] for row in lines for phrase in _spelt_out(row[1])}


def _spelt_out(phrase: str) -> list[str]:
    """`政府性基金[预算|]` -> 政府性基金预算, 政府性基金."""
    told = [""]
    for fixed, choices in _CHOICE.findall(phrase):
        told = [one + fixed + choice for one in told for choice in choices.split("|")]
    return told


@lru_cache(maxsize=1)
def _title_phrases() -> re.Pattern[str]:
    return re.compile("|".join(re.escape(p) for p in sorted(words()["title"], key=len, reverse=True)))


@lru_cache(maxsize=2000)
def title(text: str) -> Meaning:
    """What a table's title says: all its known phrases together.

    Not understood where it has none, where they contradict each other, or where it says more than they do.
    """
    phrase, year = _dated(normal(text))
    meaning = nothing()
    found = list(_title_phrases().finditer(phrase))
    for one in found:
        meaning = meaning.and_(words()["title"][one[0]])
    says = any(words()["title"][one[0]] != nothing() for one in found)
    rest = _rest(phrase, found) if found and not meaning.named else ""
    return _in_year(meaning._replace(understood=meaning.understood and says and not rest), year)


@lru_cache(maxsize=2000)
def untitled(paths: tuple[tuple[str, ...], ...]) -> Meaning:
    """What a table without a title is about, as the last headings of its columns tell it."""
    known = (words()["untitled"].get(normal(path[-1])) for path in paths if path)
    return next((meaning for meaning in known if meaning), nothing()._replace(understood=False))


def beyond(text: str) -> str:
    """What a title says beyond the phrases that are known."""
    phrase, _ = _dated(normal(text))
    return _rest(phrase, list(_title_phrases().finditer(phrase))) or phrase


def _dated(phrase: str) -> tuple[str, int | None]:
    """A title without its year, and without the name of a unit before the year."""
    found = _TITLE_YEAR.search(phrase)
    if found is None:
        return phrase, None
    before = _MARKS.sub("", phrase[: found.start()]).removeprefix("表")
    keeps = before and not _NAME.match(before)
    return (phrase[: found.start()] if keeps else "") + phrase[found.end() :], int(found[1])


def _rest(phrase: str, found: Sequence[re.Match[str]]) -> str:
    """What a title says beyond the phrases that are known; the name of a unit in front is none of it."""
    ends = [0, *(one.end() for one in found)]
    starts = [*(one.start() for one in found), len(phrase)]
    first, *others = (_MARKS.sub("", phrase[a:b]) for a, b in zip(ends, starts, strict=True))
    return ("" if _NAME.match(first) else first) + "".join(others)


@lru_cache(maxsize=4000)
def heading(path: tuple[str, ...], base: Scope | None = None) -> Meaning:
    """What a column counts or names, from its heading path, in a table whose title says `base`."""
    meaning, above = nothing(), ""
    for text in path:
        phrase, year = split_year(_IN_UNIT.sub("", normal(text)))
        of = is_part(phrase)
        if of:
            phrase = phrase[len("其中") :].lstrip(":")
            phrase, inner = split_year(phrase)
            year = year or inner
        known = words()["heading"].get(f"{above}/{phrase}") or words()["heading"].get(phrase)
        if known is None:
            phrase = _TITLE_YEAR.sub("", phrase)
            known = words()["heading"].get(phrase)
        if known is None:
            known = nothing() if not phrase else nothing()._replace(understood=False)
        elif phrase in words()["instead"] and not _can_be(meaning, known, base):
            known = words()["instead"][phrase]
        meaning = _in_year(meaning.and_(known._replace(of=known.of or of)), year)
        above = phrase or "其中"
    return meaning


def _can_be(meaning: Meaning, known: Meaning, base: Scope | None) -> bool:
    scope = meaning.scope.meet(known.scope)
    return scope is not None and (base is None or base.meet(scope) is not None)


@lru_cache(maxsize=4000)
def is_sum_heading(path: tuple[str, ...]) -> bool:
    """Is the last heading 合计, 小计 or 总计?"""
    return bool(path) and normal(path[-1]) in ("合计", "小计", "总计")


@lru_cache(maxsize=4000)
def label(text: str) -> Label:
    """A row label taken apart: `（三）国防支出` is 国防支出 at depth 2."""
    phrase, _ = split_year(normal(text))
    if is_part(phrase):
        phrase = phrase[len("其中") :].lstrip(":")
    found = _NUMBERING.match(phrase)
    if not found:
        return Label(phrase, 0, "")
    depth = next(i for i in (1, 2, 3, 4) if found[i])
    return Label(phrase[found.end() :], depth, found[depth])


def is_part(text: str) -> bool:
    """其中: a part of what stands above or beside it."""
    return text.startswith(_PART)


@lru_cache(maxsize=4000)
def row(text: str, year: int, subject: str = "function") -> Meaning:
    """What a row label means: a word of the vocabulary, or the name of a class of the classification."""
    known = words()["row"].get(text)
    if known:
        return known
    classes = CLASSES[subject](year)
    code = classes.class_named(text) or classes.class_named(f"{text}支出")
    if code:
        return Meaning(condition(subject, code.code))
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


@lru_cache(maxsize=1)
def _weighed() -> frozenset[str]:
    """The open dimensions whose values imply something, or are implied."""
    return frozenset(
        name for _, given, then, _ in _implied() for scope in (given, then) for name, _ in scope.opens
    )


@lru_cache(maxsize=4000)
def imply(scope: Scope) -> tuple[Scope, bool]:
    """A scope with what its conditions imply, and whether that rests on an expectation."""
    held = held_of(scope.opens)
    implied, expected = imply_held(scope.closed, held)
    return Scope(implied.closed, opened(implied.opens, held, scope.opens)), expected


@lru_cache(maxsize=4000)
def held_of(opens: Opens) -> Opens:
    """Open conditions with the values that imply anything: lines differ in their projects and units, of which
    it matters only that they name one."""
    weighed = _weighed()
    return tuple([item if item[0] in weighed else (item[0], ANY) for item in opens])


def opened(implied: Opens, held: Opens, opens: Opens) -> Opens:
    """What `held_of` left out of open conditions put back into what it implies."""
    if implied == held:
        return opens
    told = dict(opens)
    return tuple([(d, told[d] if values == ANY else values) for d, values in implied])


@lru_cache(maxsize=4000)
def imply_held(closed: int, held: Opens) -> tuple[Scope, bool]:
    """What `imply` says, of open conditions without the values that imply nothing."""
    return _imply(Scope(closed, held))


def _imply(scope: Scope) -> tuple[Scope, bool]:
    expected = False
    for bare, given, then, soft in _implied():
        if all(conditioned(scope, dimension) for dimension in bare) and scope.inside(given):
            met = scope.meet(then)
            if met is not None and met != scope:
                scope, expected = met, expected or soft
    return scope, expected


@lru_cache(maxsize=1)
def _budget_proper() -> Scope:
    return condition("stage", "部门预算")


def proper(scope: Scope) -> Scope:
    """Money of the budget proper, where its conditions name no stage."""
    return scope if conditioned(scope, "stage") else scope.meet(_budget_proper()) or scope


@lru_cache(maxsize=20_000)
def counted(base: Scope, row: Scope, column: Scope) -> Scope | None:
    """What a figure counts, with what that implies; None where its table, row and column contradict."""
    scope = _of_row(base, row)
    scope = scope.meet(column) if scope else None
    return proper(imply(scope)[0]) if scope else None


@lru_cache(maxsize=100)
def _of_row(base: Scope, row: Scope) -> Scope | None:
    """What all columns of a row have in common."""
    return base.meet(row)


@lru_cache(maxsize=4000)
def is_unusual(scope: Scope) -> bool:
    """Do a scope's conditions go against what is expected of them?"""
    return any(
        soft and all(conditioned(scope, d) for d in bare) and scope.inside(given) and scope.meet(then) is None
        for bare, given, then, soft in _implied()
    )


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


@lru_cache(maxsize=4000)
def sentence(kind: str, text: str) -> re.Match[str] | None:
    """Does a line declare something (withheld, declared, note, money, unit, tag)?"""
    return _sentences()[kind].search(normal(text))
