"""Numbers and units as sentences print them."""

from __future__ import annotations

import re

from gouji.checks.common import once, verdict
from gouji.checks.said.common import NONE, about, is_headed, told
from gouji.findings import Result
from gouji.meaning import Sense
from gouji.narrative import Claims, Level, Paragraph
from gouji.narrative.claims import THIS
from gouji.narrative.marks import BAD_NUMBER

LEAST_DIGITS = 4
"""Significant digits of a number that is not the same as another by chance."""
_OF_YEAR = r"{year}年度?(?:当年|年初)?预算(?:安排|数)*(?:支出)?(?:为|是)?"


def unit(sense: Sense) -> Result:
    """One number is not printed in 元 here and in 万元 there."""
    findings = [
        about(
            "prose.unit",
            paragraph,
            level.mark.start,
            level.mark.end,
            {"printed": level.mark.text, "other": other.mark.text},
        )
        for paragraph, level, other in slips(sense)
    ]
    return verdict(findings, len(_in_yuan(sense)) - len(findings), "no-yuan")


@once
def slips(sense: Sense) -> list[tuple[Paragraph, Level, Level]]:
    """Amounts in 元, each with the same number in 万元 elsewhere."""
    wide: dict[str, Level] = {}
    for claims in told(sense).claims:
        for level in claims.levels:
            if level.mark.unit != "元":
                wide.setdefault(_number(level), level)
    return [(p, level, wide[_number(level)]) for p, level in _in_yuan(sense) if _number(level) in wide]


def _in_yuan(sense: Sense) -> list[tuple[Paragraph, Level]]:
    return [
        (claims.paragraph, level)
        for claims in told(sense).claims
        for level in claims.levels
        if level.mark.unit == "元" and len(level.mark.digits) >= LEAST_DIGITS
    ]


def _number(level: Level) -> str:
    return level.mark.text.removesuffix(level.mark.unit)


def number(sense: Sense) -> Result:
    """What stands before 元 is a number."""
    read = told(sense)
    findings = [
        about("prose.number", paragraph, hit.start(), hit.end(), {"printed": hit[0]})
        for paragraph in read.paragraphs
        for hit in BAD_NUMBER.finditer(paragraph.text)
    ]
    return verdict(findings, sum(len(claims.levels) for claims in read.claims), NONE)


def two_amounts(sense: Sense) -> Result:
    """A point that gives its amount at the head and again for the year gives one amount."""
    pairs = heads(sense)
    findings = [
        about(
            "prose.two-amounts",
            claims.paragraph,
            a.mark.start,
            b.mark.end,
            {"printed": a.mark.text, "other": b.mark.text},
        )
        for claims, a, b in pairs
        if torn(a, b)
    ]
    return verdict(findings, len(pairs) - len(findings), "no-points")


@once
def heads(sense: Sense) -> list[tuple[Claims, Level, Level]]:
    """The amount at the head of a point, under its subject's name, and the one that it gives for the year."""
    read = told(sense)
    of_year = re.compile(_OF_YEAR.format(year=read.year))
    told_twice = []
    for claims in read.claims:
        this = [level for level in claims.levels if level.year == THIS and not level.depth]
        if len(this) > 1 and is_headed(this[0]) and all(of_year.fullmatch(one.phrase) for one in this[1:]):
            told_twice.append((claims, this[0], this[1]))
    return told_twice


def torn(a: Level, b: Level) -> bool:
    return abs(a.mark.value - b.mark.value) > (a.mark.step + b.mark.step) / 2
