"""Shares of a whole, and lists that make it up."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import accumulate

from gouji.checks.common import grouped, verdict
from gouji.checks.said.common import (
    MOST_LEVELS,
    NONE,
    Chapters,
    Judged,
    about,
    in_unit,
    judged,
    subject_words,
)
from gouji.findings import Finding, Result
from gouji.meaning import Sense
from gouji.narrative import Change, Claims, Level, Mark, Share
from gouji.narrative.arithmetic import HUNDRED, places, rounded
from gouji.narrative.arithmetic import share as share_of
from gouji.narrative.claims import THIS
from gouji.narrative.files import HERE
from gouji.scope import rows_of

ADJUSTED = 3
"""By how many units of its last place a share may be off to make a list come to 100 %."""
MORE = 3
"""Amounts behind a list that may belong to it."""
PAIR = 2
"""Of two parts, any other amount between them may be a third."""


def share(sense: Sense) -> Result:
    """A share follows from its amount and the whole that the other shares of the list are of."""
    return verdict(*judged(sense, _judge_shares), NONE)


def _judge_shares(chapters: Chapters) -> Judged:
    findings, held = [], 0
    for chapter in chapters:
        levels = [level for claims in chapter for level in claims.levels][:MOST_LEVELS]
        lists = grouped((s.whole, (claims, s)) for claims in chapter for s in claims.shares)
        for shares in lists.values():
            wrong = list(_shares(shares, levels))
            findings += wrong
            held += len(shares) - len(wrong)
    return findings, held


def _shares(shares: list[tuple[Claims, Share]], levels: Sequence[Level]) -> Iterator[Finding]:
    from gouji.narrative.arithmetic import share as share_of

    wholes = {level.mark.value: level.mark for level in levels if level.mark.value > 0}
    fits = {value: [_fits(one, mark) for _, one in shares] for value, mark in wholes.items()}
    if not fits:
        return
    best = max(fits, key=lambda value: sum(fits[value]))
    telling = [k for k, (_, one) in enumerate(shares) if fits[best][k] and 0 < one.percent.value < 100]
    distinct = {shares[k][1].level.mark.value for k in telling} - {best}
    if not (len(distinct) > 1 or (len(distinct) == 1 and _make_up(shares, wholes[best]))):
        return
    full = sum(one.percent.value for _, one in shares) == HUNDRED
    for k, (claims, one) in enumerate(shares):
        if not any(fit[k] for fit in fits.values()) and not one.level.special and one.percent.unit == "%":
            known = share_of(one.level.mark, wholes[best])
            if known is None or (full and known.admits(one.percent.value, ADJUSTED * one.percent.step)):
                continue
            args = {
                "part": one.level.mark.text,
                "whole": wholes[best].text,
                "printed": one.percent.text,
                "implied": f"{rounded(known.plain, max(places(one.percent.step), 2))}%",
            }
            yield about("prose.share", claims.paragraph, one.level.mark.start, one.percent.end, args)


def _fits(one: Share, whole: Mark) -> bool:
    if _far(one.level.mark, whole, one.percent):
        return False
    known = share_of(one.level.mark, whole)
    return known is not None and known.admits(one.percent.value, one.percent.step)


def _far(part: Mark, whole: Mark, percent: Mark) -> bool:
    """Quickly, in integers: is the share certainly another one?"""
    numbers = (part.value, part.step, whole.value, whole.step)
    if any(number.denominator != 1 for number in numbers):
        return False
    a, b, w, v = (number.numerator for number in numbers)
    p, q = percent.value.numerator, percent.value.denominator
    near = (2 * w * q) // percent.step.denominator + 100 * q * b + (abs(p) + 1) * v + q
    return abs(100 * a * q - p * w) > near * max(percent.step.numerator, 1)


def _make_up(shares: list[tuple[Claims, Share]], whole: Mark) -> bool:
    """Are the amounts together the whole?"""
    parts = [one.level.mark for _, one in shares]
    slack = (whole.step + sum(p.step for p in parts)) / 2
    return len(parts) > 1 and abs(sum(p.value for p in parts) - whole.value) <= slack


def parts(sense: Sense) -> Result:
    """The parts of a list that is known to be complete make up its whole."""
    return verdict(*judged(sense, _judge_lists), NONE)


def _judge_lists(chapters: Chapters) -> Judged:
    findings, held = [], 0
    for chapter in chapters:
        levels = [(c, level) for c in chapter for level in c.levels if level.year == THIS][:MOST_LEVELS]
        for claims, whole, members in _lists(levels):
            wrong = _sum(claims, whole, members, [level for _, level in levels])
            held += wrong is None
            findings += [wrong] if wrong else []
    return findings, held


def _lists(levels: list[tuple[Claims, Level]]) -> Iterator[tuple[Claims, Level, list[Level]]]:
    """Each whole with its parts, all of which are printed before another whole of its kind."""
    for whole_words, part_words in _closed():
        whole: tuple[Claims, Level] | None = None
        taken: dict[int, Level] = {}
        for claims, level in levels:
            said = subject_words(claims, level)
            kind = next((k for k, words in enumerate(part_words) if words.search(said)), None)
            if kind is None:
                if whole_words.search(said):
                    whole, taken = (claims, level), {}
                elif len(part_words) == PAIR:
                    whole = None
            elif whole is not None:
                if kind in taken:
                    whole = None
                    continue
                taken[kind] = level
                if len(taken) == len(part_words):
                    yield *whole, list(taken.values())
                    whole = None


@lru_cache(maxsize=1)
def _closed() -> list[tuple[re.Pattern[str], list[re.Pattern[str]]]]:

    return [
        (re.compile(row[0]), [re.compile(part) for part in row[1:]]) for row in rows_of(HERE / "closed.tsv")
    ]


def parts_change(sense: Sense) -> Result:
    """The changes of all parts of a list that is known to be complete make up the change of its whole."""
    return verdict(*judged(sense, _judge_change_lists), NONE)


def _judge_change_lists(chapters: Chapters) -> Judged:
    findings, held = [], 0
    for chapter in chapters:
        levels = [(c, level) for c in chapter for level in c.levels if level.year == THIS][:MOST_LEVELS]
        told_of = {change.level: change for c in chapter for change in c.changes if change.level}
        for claims, whole, members in _lists(levels):
            changes = [told_of.get(level) for level in (whole, *members)]
            known = [c for c in changes if c is not None and (c.amount or c.flat)]
            if len(known) == len(changes):
                wrong = _change_sum(claims, known)
                held += wrong is None
                findings += [wrong] if wrong else []
    return findings, held


def _change_sum(claims: Claims, known: Sequence[Change]) -> Finding | None:
    whole, *members = (one.sign * abs(one.amount.value) if one.amount else Fraction(0) for one in known)
    slack = sum((one.amount.step for one in known if one.amount), Fraction(0)) / 2
    if abs(sum(members) - whole) <= slack:
        return None
    first = known[0]
    assert first.level is not None
    end = (first.amount or first.level.mark).end
    like = next(one.amount for one in known if one.amount)
    args = {
        "whole": in_unit(whole, like),
        "parts": " + ".join(in_unit(value, like) for value in members),
        "implied": in_unit(sum(members, Fraction(0)), like),
    }
    return about("prose.change-sum", claims.paragraph, first.level.mark.start, end, args)


def _sum(claims: Claims, whole: Level, members: list[Level], levels: Sequence[Level]) -> Finding | None:
    if whole.special or any(level.special for level in members):
        return None
    total = sum((level.mark.value for level in members), Fraction(0))
    slack = sum((level.mark.step for level in members), Fraction(0)) / 2
    behind = next(k for k, level in enumerate(levels, 1) if level is members[-1])
    with_more = accumulate((level.mark.value for level in levels[behind : behind + MORE]), initial=total)
    others = [level.mark for level in levels if level not in members]
    if any(mark.agrees(one, slack) for mark in others for one in (total, *with_more)):
        return None
    args = {
        "whole": whole.mark.text,
        "parts": " + ".join(level.mark.text for level in members),
        "implied": in_unit(total, whole.mark),
        "difference": in_unit(whole.mark.value - total, whole.mark),
    }
    return about("prose.sum", claims.paragraph, whole.mark.start, whole.mark.end, args)
