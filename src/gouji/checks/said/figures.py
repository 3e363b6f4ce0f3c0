"""What sentences say against what the tables print."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from gouji import money
from gouji.checks.common import found, once, verdict
from gouji.checks.said.common import Judged, excerpt, spot, subject_words, told
from gouji.checks.said.numbers import heads, slips, torn
from gouji.findings import WARNING, Finding, Result, spot_of
from gouji.meaning import Sense
from gouji.narrative import Claims, Level, Paragraph
from gouji.narrative.claims import THIS
from gouji.narrative.figures import Figures, Printed
from gouji.narrative.subjects import subject
from gouji.scope import Scope, condition, dimensions

_OF_UNIT = re.compile(r"(?:局|委|办|厅|处|中心|院|所|校|学|站|队|馆|会)(?:\(.{2,6}\))?$")
"""A heading that names a unit: what stands under it may be of that unit alone."""
_TRAVEL = re.compile("三公|公务接待费?情况|公务用车|出国")
SLIPS = (10, 100, 1000, 10_000, 100_000_000)
"""How many times too large or too small an amount in another unit, or with a digit more, is."""
LEAST_DIGITS = 3


@once
def figures(sense: Sense) -> Figures:
    return Figures(sense, told(sense).year or sense.book.year)


def amount(sense: Sense) -> Result:
    """An amount is that of the figure that counts the same money."""
    return _amounts(sense, "prose.amount")


def magnitude(sense: Sense) -> Result:
    """An amount is not ten, a hundred or ten thousand times the figure."""
    return _amounts(sense, "prose.magnitude")


def _amounts(sense: Sense, code: str) -> Result:
    findings, held = _compared(sense)
    return verdict([f for f in findings if f.code == code], held, "no-same-figure")


@once
def _compared(sense: Sense) -> Judged:
    """All amounts whose words are understood in full, each against the figures of just that money."""
    findings: dict[tuple[Scope, Fraction], Finding] = {}
    held = 0
    for claims, level, scope in _understood(sense):
        same, like = figures(sense).exactly(scope), figures(sense).like(scope)
        if not same:
            continue
        if any(_agrees(level, one) for one in (*same, *like)):
            held += 1
        elif _certain(same) and _of_all_funds(sense, scope, like):
            nearest = _nearest(level, scope, same, like)
            findings.setdefault((scope, level.mark.value), _differs(sense, claims, level, nearest))
    return list(findings.values()), held


def _understood(sense: Sense) -> Iterator[tuple[Claims, Level, Scope]]:
    """This year's amounts with what they are of, but for those that other checks have found torn already."""
    read, unit = told(sense), sense.book.unit
    year = read.year or sense.book.year or 0
    torn_already = {(p.number, level.mark) for p, level, _ in slips(sense)}
    torn_already |= {(c.paragraph.number, one.mark) for c, *two in heads(sense) if torn(*two) for one in two}
    for claims in read.claims:
        if _OF_UNIT.search(claims.paragraph.heading):
            continue
        before: list[tuple[Level, Scope | None]] = []
        for level in claims.levels:
            scope = subject(subject_words(claims, level), unit, year)
            usual = level.year == THIS and not level.special
            new = (claims.paragraph.number, level.mark) not in torn_already
            if scope is not None and usual and new and _in_place(sense, claims, level, scope, before):
                yield claims, level, scope
            before.append((level, scope))


def _in_place(
    sense: Sense, claims: Claims, level: Level, scope: Scope, before: list[tuple[Level, Scope | None]]
) -> bool:
    """Is the amount the book's own, and not that of a subject, a project or a unit named before it?"""
    if scope.get("item"):
        return not before
    if scope.get("economic") and not level.phrase.endswith(")"):
        return (
            _TRAVEL.search(claims.paragraph.heading + claims.paragraph.text[: level.mark.start]) is not None
        )
    if scope.opens:
        return True
    totals = figures(sense).like(scope)
    return not any(
        known.opens if known else one.sentence == level.sentence and not any(_agrees(one, t) for t in totals)
        for one, known in before
    )


def _agrees(level: Level, one: Printed) -> bool:
    """Within a unit of the coarser last place: the sum of amounts rounded one by one is not cried."""
    return abs(level.mark.value - one.amount) <= max(level.mark.step, Fraction(one.step))


def _certain(same: list[Printed]) -> bool:
    """Do the tables themselves agree on the figure, and leave nothing out?"""
    slack = 2 * max(one.step for one in same)
    amounts = [one.amount for one in same]
    return max(amounts) - min(amounts) <= slack and not any(one.panel.table.incomplete for one in same)


def _of_all_funds(sense: Sense, scope: Scope, like: list[Printed]) -> bool:
    """Words that name no fund may mean one: then the tables must tell the money of a fund too."""
    field = dimensions().fields["fund"]
    if scope.closed & field != field or (sense.live & field).bit_count() == 1:
        return True
    return any(one.worded.closed & field != field for one in like)


def _nearest(level: Level, scope: Scope, same: list[Printed], like: list[Printed]) -> Printed:
    """The figure to show: one that is a power of ten off, and else the nearest of just that kind of money.

    Words that name a subject alone may mean its money of one fund.
    """
    dims = dimensions()
    kinds = dims.fields["kind"] | dims.fields["part"]
    alike = [one for one in like if scope.opens and one.worded.closed & kinds == scope.closed & kinds]

    def distance(one: Printed) -> tuple[Fraction, bool]:
        return abs(one.amount - level.mark.value), one.worded.closed != scope.closed

    near = sorted([*same, *alike], key=distance)
    return next((one for one in near if _times(level, one)), near[0])


def _differs(sense: Sense, claims: Claims, level: Level, one: Printed) -> Finding:
    paragraph, mark = claims.paragraph, level.mark
    there = spot_of(sense, one.figure)
    args = {
        "text": excerpt(paragraph, mark.start, mark.end),
        "printed": mark.text,
        "implied": money.show(one.amount, one.panel.table.fen),
        "form": there.form,
        "row": there.row,
        "column": there.column,
    }
    spots = [spot(paragraph, mark.start), there]
    if times := _times(level, one):
        return found("prose.magnitude", spots, args | {"times": times})
    elsewhere = any(_agrees(level, other) for other in figures(sense).all)
    return found("prose.amount", spots, args, WARNING if elsewhere else "")


def _times(level: Level, one: Printed) -> str:
    """By what power of ten an amount is too large (×) or too small (÷); empty where it is not that."""
    if len(level.mark.digits) < LEAST_DIGITS or not one.amount:
        return ""
    for power in SLIPS:
        if level.mark.agrees(one.amount * power, Fraction(one.step * power, 2)):
            return f"×{power:,}"
        if level.mark.agrees(Fraction(one.amount, power), Fraction(one.step, 2 * power)):
            return f"÷{power:,}"
    return ""


# 无 said of what has money

_NOTHING = re.compile(
    r"(?:^|[,;。:(])(?:20\d\d年度?,?)?(?:本(?:部门|单位|级|局)|我(?:局|单位|部门))?(?:20\d\d年度?|当年|本年度?)?"
    r"(?:没有|未|无)(?:使用|安排|编制)?(?:当年|本年度?)?"
    r"((?:政府性基金|国有资本经营)(?:预算)?[^,;。:()]{0,30})"
)
_FUNDS = {"政府性基金": "政府性基金预算", "国有资本经营": "国有资本经营预算"}
_NOT_THIS = re.compile(r"结转|上年|以前|往年|增加|减少|变化|其他|下达|转移支付|绩效|说明")


def nothing_said(sense: Sense) -> Result:
    """Where sentences say that there is no money of a fund, the tables have none."""
    said = list(_nothings(sense))
    findings = [
        _nothing(sense, paragraph, hit, one)
        for paragraph, hit, fund in said
        if (one := _money_of(figures(sense), fund)) is not None
    ]
    return verdict(findings, len(said) - len(findings), "no-nothing-said")


def _nothings(sense: Sense) -> Iterator[tuple[Paragraph, re.Match[str], str]]:
    """The funds of which sentences say that there is no money this year."""
    for paragraph in told(sense).paragraphs:
        for hit in _NOTHING.finditer(paragraph.text):
            if not _NOT_THIS.search(hit[1]):
                yield from ((paragraph, hit, fund) for word, fund in _FUNDS.items() if word in hit[1])


def _nothing(sense: Sense, paragraph: Paragraph, hit: re.Match[str], one: Printed) -> Finding:
    there = spot_of(sense, one.figure)
    args = {
        "text": excerpt(paragraph, hit.start(1), hit.end()),
        "form": there.form,
        "row": there.row,
        "column": there.column,
        "implied": money.show(one.amount, one.panel.table.fen),
    }
    return found("prose.nothing-said", [spot(paragraph, hit.start(1)), there], args)


def _money_of(printed: Figures, fund: str) -> Printed | None:
    """A figure of this year's money of the fund alone."""
    wanted = condition("fund", fund)
    dims = dimensions()
    old = dims.values["flow", "上年结转"] | dims.values["flow", "年终结转"]
    for one in printed.all:
        flow = one.worded.closed & dims.fields["flow"]
        if one.amount > 0 and flow & ~old and one.worded.inside(wanted) and not one.panel.table.remarks:
            return one
    return None
