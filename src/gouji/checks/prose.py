"""What is wrong in words: numbering, placeholders, phrases doubled, another unit's plans, personal data."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice, pairwise
from typing import NamedTuple

from gouji.book import Cell
from gouji.checks.common import HERE, found, grouped, in_both, line_spot, once, short, spot, verdict
from gouji.checks.targets import plans
from gouji.findings import ERROR, WARNING, Finding, Result, Spot
from gouji.lexicon import normal
from gouji.meaning import Sense, TableSense
from gouji.privacy import is_identity, masked
from gouji.scope import rows_of

NONE = "no-texts"
_CHINESE = "一二三四五六七八九十"
_NUMBERED = re.compile(rf"[{_CHINESE}第（(0-9][{_CHINESE}0-9]{{0,2}}(?:是|[.、．)）](?!\d)|[，、])")
_POINT = re.compile(
    rf"([{_CHINESE}]+)是|([{_CHINESE}]+)、|(\d\d?)[.、．]|[（(](\d\d?)[)）]|[（(]([{_CHINESE}]+)[)）]|第([{_CHINESE}]+)[，、]"
)
_BEFORE = "。；;，,：: \n\u3000"
_DOUBLED = re.compile(r"([一-鿿]{4,12})\1")
_CLAUSES = re.compile("[。;,]")
_DIGITS = re.compile(r"[0-9][0-9]{10,}[Xx]?")  # a search is fast where the first character is told
_MOBILE = re.compile(r"1[3-9]\d{9}")
_ACCOUNT = re.compile(r"账[号户]|帐[号户]|卡号|开户")
_AMOUNT = re.compile(r"\d\s*[万亿]?元")


class Text(NamedTuple):
    """A text where it stands first. `row` is -1 outside the rows of a table, `table` None outside tables."""

    text: str
    cell: Cell
    table: TableSense | None
    row: int = -1
    column: int = -1

    def spot(self) -> Spot:
        if self.table is None:
            return Spot("", "", "", self.cell.text, self.cell.place)
        return line_spot(self.table, self.cell) if self.row < 0 else spot(self.table, self.row, self.column)


MOST = 20_000
"""Characters of one text that are looked at: no cell or paragraph of a book is nearly as long."""


Where = tuple[Cell, TableSense | None, int, int]
"""The fields of a `Text` behind its text."""


class Texts(NamedTuple):
    """All different texts of a book, joined by line breaks for searching at once."""

    all: tuple[str, ...]
    where: tuple[Where, ...]
    starts: tuple[int, ...]
    joined: str

    def text(self, number: int) -> Text:
        return Text(self.all[number], *self.where[number])

    def search(self, pattern: re.Pattern[str]) -> Iterator[tuple[int, re.Match[str]]]:
        """Each hit, with the number of the text that it is in."""
        for hit in pattern.finditer(self.joined):
            yield bisect_right(self.starts, hit.start()) - 1, hit


@once
def texts(sense: Sense) -> Texts:
    different: dict[str, Where] = {}
    for cell in sense.book.prose:
        different.setdefault(cell.text[:MOST], (cell, None, -1, -1))
    for table in sense.tables:
        for cell in (table.table.title, *table.table.notes):
            different.setdefault(cell.text[:MOST], (cell, table, -1, -1))
        _add_rows(table, different)
    starts, at = [], 0
    for text in different:
        starts.append(at)
        at += len(text) + 1
    return Texts(tuple(different), tuple(different.values()), tuple(starts), "\n".join(different))


def _add_rows(table: TableSense, different: dict[str, Where]) -> None:
    """The texts of the columns that hold words."""
    worded = [i for i, role in enumerate(table.roles) if role and not role.endswith(".code")]
    for at, row in enumerate(table.table.rows):
        for i in worded:
            text = row[i].text
            if len(text) > 1 and text not in different:
                different.setdefault(text[:MOST], (row[i], table, at, i))


@once
def has_sentences(sense: Sense) -> bool:
    """Has a book prose, or notes with amounts, that say anything about its figures?"""
    notes = (note.text for table in sense.book.tables for note in table.notes)
    return bool(sense.book.prose) or any("元" in text and _AMOUNT.search(text) for text in notes)


def numbering(sense: Sense) -> Result:
    """Numbered points run on: 一是…二是…, 1.…2.…; a new list may begin at one."""
    findings, held = [], 0
    said = texts(sense)
    hits = grouped((number, hit) for number, hit in said.search(_NUMBERED))
    for text, marks in ((said.text(number), marks) for number, marks in hits.items() if len(marks) > 2):
        lists = [points for points in _points(said.joined, marks) if len(points) > 2]
        slips = [(points, slip) for points in lists if (slip := _slip(points))]
        held += len(lists) - len(slips)
        for points, (before, after) in slips:
            told = short(" ".join(point.printed for point in points), 60)
            args = {"before": before.printed, "after": after.printed, "told": told}
            findings.append(found("text.numbering", [text.spot()], args))
    return verdict(findings, held, "no-numbering")


class Point(NamedTuple):
    style: int  # 一是, 一、, 1., （1）, （一）, 第一，: the group of _POINT
    number: int
    printed: str


def _points(text: str, hits: Iterable[re.Match[str]]) -> Iterable[list[Point]]:
    """The numbers of points, each at the start of a text or behind a mark; a list for each style."""
    points = []
    for hit in hits:
        if (hit.start() == 0 or text[hit.start() - 1] in _BEFORE) and (point := _POINT.fullmatch(hit[0])):
            said = point[point.lastindex or 0]
            number = int(said) if said.isdecimal() else _chinese(said)
            points.append(Point(point.lastindex or 0, number, hit[0]))
    return grouped((point.style, point) for point in points).values()


def _slip(points: list[Point]) -> tuple[Point, Point] | None:
    """The first two that do not follow each other, unless they are of two lists (1. and 1、) that run on."""
    slip = next(_breaks(points), None)
    marks = grouped((point.printed[-1], point) for point in points).values()
    if slip and len(marks) > 1 and not any(run[0].number != 1 or _slip(run) for run in marks):
        return None
    return slip


def _breaks(points: list[Point]) -> Iterator[tuple[Point, Point]]:
    """Points that do not follow each other. A list within a point begins at one; then the outer runs on."""
    open_: list[int] = []
    for before, point in pairwise(points):
        open_ = [*open_, before.number] if point.number == 1 else open_
        if point.number not in (before.number + 1, 1):
            outer = next((k for k in reversed(range(len(open_))) if open_[k] + 1 == point.number), None)
            if outer is None:
                yield before, point
            else:
                del open_[outer:]


def _chinese(digits: str) -> int:
    tens, ten, ones = digits.rpartition("十")
    unit = _CHINESE.find(ones) + 1 if ones else 0
    return unit if not ten else (_CHINESE.find(tens) + 1 if tens else 1) * 10 + unit


def placeholder(sense: Sense) -> Result:
    """Nothing is left to fill in: XX, ××, 待填, ……年, the error words of a spreadsheet."""
    said = texts(sense)
    marks = [pattern for sign, pattern in _placeholders() if sign in said.joined]
    hits = {number: hit[0] for pattern in marks for number, hit in said.search(pattern)}
    findings = (_in_text("text.placeholder", said.text(number), mark) for number, mark in hits.items())
    return verdict(findings, len(said.all) - len(hits), NONE)


def _in_text(code: str, text: Text, phrase: str) -> Finding:
    return found(code, [text.spot()], {"phrase": phrase, "text": short(text.text)})


@lru_cache(maxsize=1)
def _placeholders() -> list[tuple[str, re.Pattern[str]]]:
    rows = rows_of(HERE / "placeholders.tsv")
    return [(sign, re.compile(pattern, re.MULTILINE)) for sign, pattern in rows]


def doubled(sense: Sense) -> Result:
    """No phrase of four characters or more is printed twice running within a sentence."""
    said = texts(sense)
    sentences = [(n, text) for n, text in enumerate(said.all) if "，" in text or "。" in text or "；" in text]
    phrases = {n: hits[-1] for n, text in sentences if (hits := _DOUBLED.findall(text))}
    findings = (_in_text("text.doubled", said.text(n), phrase) for n, phrase in phrases.items())
    return verdict(findings, len(said.all) - len(phrases), NONE)


def other_unit(sense: Sense) -> Result:
    """A project's goal gives its own counts, not another organ's plan (市委组织部…应替代数为15台).

    Working with other organs is no fault: only a clause whose subject is one and which gives a count is.
    """
    goals = [(plan, row, text) for plan in plans(sense) for row, text in plan.goals[:1]]
    own = {normal(sense.book.unit), *sense.units}
    findings = []
    for plan, row, text in goals:
        clauses = [c for c in _CLAUSES.split(normal(text[:MOST])) if _organs().search(c)]
        for hit in islice((hit for clause in clauses for hit in _organ_plans().finditer(clause)), 20):
            if not any(hit[2] in unit for unit in own):
                args = {"project": plan.project, "other": hit[1], "count": hit[3]}
                findings.append(found("text.other-unit", [plan.goal_spot(row)], args))
    return verdict(findings, len(goals) - len({f.spots for f in findings}), "no-goals")


@lru_cache(maxsize=1)
def _organs() -> re.Pattern[str]:
    return re.compile("|".join(row[0] for row in rows_of(HERE / "organs.tsv")))


@lru_cache(maxsize=1)
def _organ_plans() -> re.Pattern[str]:
    area = r"(?:中共)?(?:[一-鿿]{1,4}?[省市州县区])?(?:[省市州县区]委?|国家)?"
    return re.compile(
        rf"(?:^|(?<=[:\s]))({area}({_organs().pattern}))[^。;,]{{0,12}}(?:计划|应|任务|指标)[^。;,]{{0,10}}?(\d+(?:台|辆|套|部|架|个|人|件))"
    )


def privacy(sense: Sense) -> Result:
    """No number of a person is published: of an identity card, a mobile telephone, a bank account.

    An identity number whose check digit is right is certain; what is shown of a number is masked.
    """
    said = texts(sense)
    hits = ((n, _kind(hit[0], said.all[n]), hit[0]) for n, hit in said.search(_DIGITS))
    told = grouped((n, (kind, number)) for n, kind, number in hits if kind)
    findings = (_private(said.text(n), numbers) for n, numbers in told.items())
    return verdict(findings, len(said.all) - len(told), NONE)


def _kind(number: str, text: str) -> str:
    """id, mobile or account; '' for a number that only has the length of one."""
    if is_identity(number):
        return "id"
    if _MOBILE.fullmatch(number):
        return "mobile"
    return "account" if len(number) in range(12, 22) and _ACCOUNT.search(text) else ""


def _private(text: Text, numbers: list[tuple[str, str]]) -> Finding:
    shown = text.spot()
    for number in dict.fromkeys(number for _, number in numbers):
        shown = shown._replace(
            **{part: getattr(shown, part).replace(number, masked(number)) for part in ("text", "row")}
        )
    kinds = sorted({kind for kind, _ in numbers})
    told = {"number": "、".join(masked(number) for _, number in numbers)}
    told |= in_both("kind", *(f"kind.{kind}" for kind in kinds))
    return found("text.privacy", [shown], told, ERROR if "id" in kinds else WARNING)
