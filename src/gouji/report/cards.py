"""Findings and causes in HTML: the sentence, the sum with every term linked to its cell, what to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import takewhile

from gouji.book import Book
from gouji.findings import Cause, Finding, Spot
from gouji.report.links import Links, cause_id
from gouji.report.sheet import text
from gouji.report.view import Group, Shown
from gouji.report.words import (
    Arithmetic,
    Step,
    arithmetic,
    by_row,
    cause_text,
    finding_text,
    place_text,
    proposal,
    remedy_text,
    row_text,
    safe,
    slip_text,
    word,
)

OPEN_TERMS = 8
"""A sum with more terms is folded away until asked for."""
PLACES = 6
"""Cells listed for one finding; further ones are counted, and marked in the table all the same."""


def card(shown: Shown, book: Book, links: Links, lang: str) -> str:
    """A finding as it stands beside its table."""
    number, finding, cause = shown
    why = f' <a href="#{cause_id(cause)}">{word("cause", lang)} {escape(cause.id)}</a>' if cause else ""
    remedy = remedy_text(finding, lang)
    parts = [
        f'<article class="finding {finding.level}" id="f{number}" tabindex="-1">',
        f'<h4><span class="badge {finding.level}">{number}</span> {word(f"level.{finding.level}", lang)}',
        f" <code>{escape(finding.code)}</code>{why}</h4>",
        f"<p>{escape(finding_text(finding, lang))}</p>",
        _sum(finding, book, links, lang) or _places(finding.spots, links, lang),
        f'<p class="remedy">{escape(remedy)}</p>' if remedy else "",
        "</article>",
    ]
    return "".join(parts)


def causes(group: Group, links: Links, lang: str) -> str:
    """The causes of one group with the findings that they explain."""
    parts = []
    for cause in group.causes:
        first = cause is group.causes[0]
        also = "" if first else f'<span class="also">{word("also", lang)}</span> '
        slip = f" <small>{told}</small>" if (told := slip_text(cause, lang)) else ""
        kind = word(f"kind.{cause.kind}", lang)
        title = f'{also}<span class="badge cause">{escape(cause.id)}</span> {kind}{slip}'
        parts += [
            f'<section class="cause{"" if first else " less"}" id="{cause_id(cause)}" tabindex="-1">',
            f"<h3>{title}</h3><p>{escape(cause_text(cause, lang))}</p>",
            _proposed(cause, lang),
            _places(cause.spots, links, lang),
            "</section>",
        ]
    if any(cause.tied for cause in group.causes):
        parts.append(f'<p class="tied">{word("tied", lang)}</p>')
    return f'<article class="causes">{"".join(parts)}{listed(group, links, lang)}</article>'


def listed(group: Group, links: Links, lang: str) -> str:
    """The findings of a group, a line each."""
    lines = []
    for number, finding, _ in group.shown:
        level = word(f"level.{finding.level}", lang)
        lines.append(
            f'<li class="{finding.level}"><span class="badge {finding.level}">{number}</span><div>'
            f'<span class="unseen">{level}</span> '
            f'<a href="#f{number}">{escape(finding_text(finding, lang))}</a>'
            f"{_first_place(finding, links, lang)}</div></li>"
        )
    shared = ""
    if group.shared:
        numbers = ", ".join(f'<a href="#f{number}">{number}</a>' for number in group.shared)
        shared = f"<p>{word('shared', lang, numbers=numbers)}</p>"
    return (f'<ul class="listed">{"".join(lines)}</ul>' if lines else "") + shared


def spot_link(spot: Spot, links: Links, label: str) -> str:
    id = links.id(spot)
    return f'<a href="#{id}">{label}</a>' if id else label


def _first_place(finding: Finding, links: Links, lang: str) -> str:
    if not finding.spots or not (place := place_text(finding.spots[0].place, lang, links.source)):
        return ""
    return f" <small>{spot_link(finding.spots[0], links, text(f'{finding.spots[0].form} {place}'))}</small>"


def _proposed(cause: Cause, lang: str) -> str:
    told = proposal(cause)
    return f'<p class="proposed">{word("proposed", lang)} <strong>{escape(told)}</strong></p>' if told else ""


def _places(spots: Iterable[Spot], links: Links, lang: str) -> str:
    told = [line for row in by_row(spots) if (line := _place(row, links, lang))]
    more = f"<li>{word('more', lang, count=len(told) - PLACES)}</li>" if len(told) > PLACES else ""
    return f'<ul class="places">{"".join(told[:PLACES])}{more}</ul>' if told else ""


def _place(spots: Sequence[Spot], links: Links, lang: str) -> str:
    """Cells of one row, with a link to the first."""
    place, name = place_text(spots[0].place, lang, links.source), row_text(spots, lang)
    if not place and not name:
        return ""
    label = text(" ".join(part for part in (spots[0].form, place) if part))
    return f"<li>{spot_link(spots[0], links, label)} {escape(name)}</li>"


def _sum(finding: Finding, book: Book, links: Links, lang: str) -> str:
    told = arithmetic(finding, book)
    if told is None:
        return ""
    table = "".join(_ledger(told, finding, links, lang))
    if len(told.terms) <= OPEN_TERMS:
        return table
    count = word("terms", lang, count=len(told.terms))
    shown = f"{told.total} {told.sign} {told.implied}"
    return f"<details><summary>{escape(shown)} <small>{count}</small></summary>{table}</details>"


def _ledger(told: Arithmetic, finding: Finding, links: Links, lang: str) -> Iterator[str]:
    implied = {"=": "implied", "<=": "at-most", ">=": "at-least"}[finding.relation]
    yield f'<table class="sum"><caption class="unseen">{word("sum", lang)} ({told.unit})</caption><tbody>'
    forms = len({step.spot.form for step in (*told.printed, *told.terms)}) > 1
    for steps, sign, kind in ((told.printed, word("printed", lang), "printed"), (told.terms, "", "term")):
        common, labels = _labels(steps, forms)
        if common:
            yield f'<tr><th colspan=3 class="common">{escape(common)}</th></tr>'
        for number, (step, label) in enumerate(zip(steps, labels, strict=True)):
            yield _line("+" if number else sign, step, label, links, lang, kind)
        if kind == "printed" and len(steps) > 1:
            yield _result("together", told.total, lang)
    yield _result(implied, told.implied, lang)
    yield _result("difference", told.difference, lang)
    yield "</tbody></table>"


def _result(key: str, amount: str, lang: str) -> str:
    return f'<tr class="{key}"><th scope=row colspan=2>{word(key, lang)}</th><td>{amount}</td></tr>'


def _labels(steps: Sequence[Step], forms: bool) -> tuple[str, list[str]]:
    """What names each term, and apart from that what is common to all of them."""
    spots = [step.spot for step in steps]
    words = [[[spot.form] * forms, safe(spot.row).split(" "), [safe(spot.column)]] for spot in spots]
    if len(words) < 2:
        return "", [_joined(parts) for parts in words]
    common: list[list[str]] = []
    for parts in zip(*words, strict=True):
        shared = [same[0] for same in takewhile(lambda told: len(set(told)) == 1, zip(*parts, strict=False))]
        common.append(shared)
        for part in parts:
            del part[: len(shared)]
    return _joined(common), [_joined(parts) for parts in words]


def _joined(parts: Sequence[Sequence[str]]) -> str:
    return " · ".join(told for part in parts if (told := " ".join(part)))


def _line(sign: str, step: Step, label: str, links: Links, lang: str, kind: str) -> str:
    """A term: its sign, its cell, its amount as a link."""
    amount = spot_link(step.spot, links, step.amount or word("blank", lang))
    place = text(place_text(step.spot.place, lang, links.source))
    return (
        f'<tr class="{kind}"><td class="sign">{sign}</td>'
        f'<th scope=row title="{place}">{escape(label) or place}</th>'
        f"<td>{amount}</td></tr>"
    )
