"""Findings and causes in HTML: the sentence, the sum with every term linked to its cell, what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from html import escape

from gouji.book import Book
from gouji.findings import Cause, Finding, Spot
from gouji.report.links import Links, cause_id
from gouji.report.sheet import text
from gouji.report.view import Group, Shown
from gouji.report.words import (
    Arithmetic,
    Step,
    arithmetic,
    cause_text,
    finding_text,
    place_text,
    proposal,
    remedy_text,
    safe,
    slip_text,
    spot_text,
    word,
)

OPEN_TERMS = 8
"""A sum with more terms is folded away until asked for."""
PLACES = 12
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
        title = f'{also}<span class="badge cause">{escape(cause.id)}</span> {word(f"kind.{cause.kind}", lang)}'
        slip = slip_text(cause, lang)
        title += f" <small>{slip}</small>" if slip else ""
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
            f'<li class="{finding.level}"><a href="#f{number}"><span class="badge {finding.level}">{number}</span>'
            f'<span class="unseen">{level}</span> {escape(finding_text(finding, lang))}</a>'
            f"{_first_place(finding, links, lang)}</li>"
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
    if not finding.spots or not (place := place_text(finding.spots[0].place, lang)):
        return ""
    return f' <small>{spot_link(finding.spots[0], links, text(f"{finding.spots[0].form} {place}"))}</small>'


def _proposed(cause: Cause, lang: str) -> str:
    told = proposal(cause, lang)
    return f'<p class="proposed">{word("proposed", lang)} <strong>{escape(told)}</strong></p>' if told else ""


def _places(spots: Iterable[Spot], links: Links, lang: str) -> str:
    told = [line for spot in dict.fromkeys(spots) if (line := _place(spot, links, lang))]
    more = f"<li>{word('more', lang, count=len(told) - PLACES)}</li>" if len(told) > PLACES else ""
    return f'<ul class="places">{"".join(told[:PLACES])}{more}</ul>' if told else ""


def _place(spot: Spot, links: Links, lang: str) -> str:
    place = place_text(spot.place, lang)
    if not place and not spot_text(spot):
        return ""
    label = text(" ".join(part for part in (spot.form, place) if part))
    return f"<li>{spot_link(spot, links, label)} {text(spot_text(spot))}</li>"


def _sum(finding: Finding, book: Book, links: Links, lang: str) -> str:
    told = arithmetic(finding, book)
    if told is None:
        return ""
    table = "".join(_ledger(told, finding, links, lang))
    if len(told.terms) <= OPEN_TERMS:
        return table
    count = word("terms", lang, count=len(told.terms))
    shown = f"{told.printed.amount or word('blank', lang)} {told.sign} {told.implied}"
    return f"<details><summary>{escape(shown)} <small>{count}</small></summary>{table}</details>"


def _ledger(told: Arithmetic, finding: Finding, links: Links, lang: str) -> Iterator[str]:
    label = _labels([told.printed, *told.terms])
    implied = {"=": "implied", "<=": "at-most", ">=": "at-least"}[finding.relation]
    yield f'<table class="sum"><caption class="unseen">{word("sum", lang)} ({told.unit})</caption><tbody>'
    yield _line(word("printed", lang), told.printed, label(told.printed.spot), links, lang, "printed")
    for number, step in enumerate(told.terms):
        sign = "−" if step.sign < 0 else "+" if number else ""
        yield _line(sign, step, label(step.spot), links, lang, "")
    for key, amount in ((implied, told.implied), ("difference", told.difference)):
        yield f'<tr class="{key}"><th scope=row colspan=2>{word(key, lang)}</th><td>{amount}</td></tr>'
    yield "</tbody></table>"


def _labels(steps: Sequence[Step]) -> Callable[[Spot], str]:
    """What names a term among the others: its form, row and column, each only where they differ."""
    told = [name for name in ("form", "row", "column") if len({getattr(step.spot, name) for step in steps}) > 1]
    return lambda spot: " · ".join(safe(getattr(spot, name)) for name in told if getattr(spot, name))


def _line(sign: str, step: Step, label: str, links: Links, lang: str, kind: str) -> str:
    """A term: its sign, its cell, its amount as a link."""
    amount = spot_link(step.spot, links, step.amount or word("blank", lang))
    place = text(place_text(step.spot.place, lang))
    return (
        f'<tr class="{kind}"><td class="sign">{sign}</td><th scope=row title="{place}">{escape(label)}</th>'
        f"<td>{amount}</td></tr>"
    )
