"""Changes from last year to this: amounts, rates, and whether they are called what they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from gouji.checks.common import once, verdict
from gouji.checks.said.common import (
    MOST_LEVELS,
    NONE,
    Chapters,
    Judged,
    about,
    in_unit,
    is_headed,
    judged,
    signed,
)
from gouji.findings import Finding, Result
from gouji.meaning import Sense
from gouji.narrative import Change, Claims, Level, Mark
from gouji.narrative.arithmetic import Range, growth, growth_by, places, rounded

FLAT = "持平"


def rate(sense: Sense) -> Result:
    """A rate follows from this year's amount and last year's, or from the change between them."""
    return _changes(sense, "prose.rate")


def change(sense: Sense) -> Result:
    """A change is what lies between the two amounts that are told."""
    return _changes(sense, "prose.change")


def direction(sense: Sense) -> Result:
    """What is called an increase is one."""
    return _changes(sense, "prose.direction")


def _changes(sense: Sense, code: str) -> Result:
    findings, held = _all_changes(sense)
    return verdict([f for f in findings if f.code == code], held, NONE)


@once
def _all_changes(sense: Sense) -> Judged:
    return judged(sense, _judge_changes)


def _judge_changes(chapters: Chapters) -> Judged:
    """All that is wrong with changes, one finding a change; and how many hold."""
    findings, held = [], 0
    for chapter in chapters:
        for claims in chapter:
            for one in claims.changes:
                if one.level is not None and (one.last or (one.amount and one.rate)):
                    wrong = _wrong(claims, one, _near(claims, one, one.level))
                    held += wrong is None
                    findings += [wrong] if wrong else []
    return findings, held


def _near(claims: Claims, one: Change, last: Level) -> list[Level]:
    """The amounts that a change may be meant of: those of its sentence, and at the head of its point.

    Where a sentence ended between the two, all of the paragraph.
    """
    head = claims.levels[0]
    same = (
        level
        for level in claims.levels
        if one.weak or level.sentence == last.sentence or (level is head and is_headed(head))
    )
    return list(islice(same, MOST_LEVELS))


def _wrong(claims: Claims, one: Change, levels: Sequence[Level]) -> Finding | None:
    """The first thing that is certainly wrong with a change."""
    assert one.level is not None
    if one.level.special or one.level.year != "this" or (one.last and one.last.special):
        return None
    if one.flat:
        return _flat(claims, one)
    if one.amount and one.rate and one.sign * one.rate_sign < 0 and one.amount.value and one.rate.value:
        return _direction(claims, one, signed(one.sign, one.amount), signed(one.rate_sign, one.rate))
    if one.amount and one.last:
        wrong = _difference(claims, one, levels)
        if wrong:
            return wrong
    return _rate(claims, one, levels) if one.rate and one.rate.unit == "%" else None


def _flat(claims: Claims, one: Change) -> Finding | None:
    """持平 is said of two amounts that differ."""
    if one.level is None or one.last is None:
        return None
    this, last = one.level.mark, one.last.mark
    if abs(this.value - last.value) <= (this.step + last.step) / 2:
        return None
    start, end = sorted((this.start, last.start))[0], max(this.end, last.end)
    args = {"printed": FLAT, "other": in_unit(this.value - last.value, this)}
    return about("prose.direction", claims.paragraph, start, end, args)


def _direction(claims: Claims, one: Change, printed: str, other: str) -> Finding:
    last = one.rate or one.amount
    assert one.level is not None and last is not None
    args = {"printed": printed, "other": other}
    return about("prose.direction", claims.paragraph, one.level.mark.start, last.end, args)


def _difference(claims: Claims, one: Change, levels: Sequence[Level]) -> Finding | None:
    assert one.level is not None and one.last is not None and one.amount is not None
    this, last = one.level.mark, one.last.mark
    signed_change = one.sign * abs(one.amount.value)
    slack = (this.step + last.step + one.amount.step) / 2
    if abs(this.value - last.value - signed_change) <= slack:
        return None
    near = (level.mark for level in levels if level.year == "this")
    if any(abs(other.value - last.value - signed_change) <= slack for other in near):
        return None
    gap = this.value - last.value
    if abs(gap + signed_change) <= slack:
        return _direction(claims, one, signed(one.sign, one.amount), in_unit(gap, one.amount))
    args = {
        "this": this.text,
        "last": last.text,
        "change": signed(one.sign, one.amount),
        "implied": in_unit(gap, one.amount),
    }
    return about("prose.change", claims.paragraph, this.start, one.amount.end, args)


def _rate(claims: Claims, one: Change, levels: Sequence[Level]) -> Finding | None:
    assert one.level is not None and one.rate is not None
    this, said = one.level.mark, one.rate
    percent = (one.rate_sign or 1) * abs(said.value)
    implied = next(_implied(this, one), None)
    if implied is None or not said.value:
        return None
    others = [level.mark for level in levels if level.year == "this"]
    for mark in (this, *others):
        for known in _implied(mark, one):
            if known.admits(percent, said.step):
                return None
    args = {
        "this": this.text,
        "base": one.last.mark.text if one.last else one.amount.text if one.amount else "",
        "printed": signed(one.rate_sign, said),
        "implied": f"{'+' if implied.plain > 0 else ''}{rounded(implied.plain, max(places(said.step), 2))}%",
    }
    if implied.admits(-percent, said.step):
        return _direction(claims, one, signed(one.rate_sign, said), args["implied"])
    return about("prose.rate", claims.paragraph, this.start, said.end, args)


def _implied(this: Mark, one: Change) -> Iterator[Range]:
    if one.amount is not None and (known := growth_by(this, one.amount, one.sign)):
        yield known
    if one.last is not None and (known := growth(this, one.last.mark)):
        yield known
