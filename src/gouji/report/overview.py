"""The sections of a page around its tables: verdict, causes and findings, contents, what was checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape

from gouji.audit import Coverage
from gouji.book import Book
from gouji.findings import ERROR, WARNING, Outcome
from gouji.messages import catalogue
from gouji.report.cards import causes, listed
from gouji.report.frame import heads, said
from gouji.report.links import Links
from gouji.report.sheet import badges, text
from gouji.report.view import LEVELS, Shown, View, counts
from gouji.report.words import book_title, form_title, money_unit, place_text, reason_text, word

COUNTS = ("errors", "warnings", "notes")


def top(view: View, lang: str) -> Iterator[str]:
    """The book, the verdict, and how much it rests on."""
    book, coverage = view.audit.book, view.audit.coverage
    levels = counts(view.audit.findings)
    worst = next((level for level in (ERROR, WARNING) if levels[level]), "clean")
    source = book.source.rpartition("/")[2]
    kind = word(f"book-kind.{book.kind}", lang)
    about = {"book-kind": kind, "edition": book.edition, "money-unit": money_unit(book.fen), "source": source}
    figures = {name: getattr(coverage, name) for name in ("figures", "scoped", "in_identities")}
    yield f'<header class="top" id="top"><h1>{text(book_title(book, lang))}</h1><dl class="about">'
    for key, value in about.items():
        yield f"<div><dt>{said(key, lang)}</dt><dd>{text(value)}</dd></div>"
    yield f'</dl><p class="verdict {worst}">{said(f"verdict.{worst}", lang, count=levels.get(worst, 0))}</p>'
    yield '<dl class="counts">'
    for level, key in zip(LEVELS, COUNTS, strict=True):
        yield f'<div class="{level}"><dt>{said(key, lang)}</dt><dd>{levels[level]}</dd></div>'
    yield f'</dl><p class="covered">{said("covered", lang, **figures)}</p></header>\n'


def findings(view: View, links: Links, lang: str) -> Iterator[str]:
    yield '<section id="findings" aria-labelledby="findings-h">'
    yield f'<h2 id="findings-h">{said("findings", lang)}</h2>'
    if not view.groups:
        yield f"<p>{said('verdict.clean', lang)}</p></section>\n"
        return
    yield f'<fieldset class="filter"><legend>{said("show", lang)}</legend>'
    for level, key in zip(LEVELS, COUNTS, strict=True):
        yield f'<label><input type="checkbox" id="show-{level}" checked> {said(key, lang)}</label>'
    yield "</fieldset>"
    for group in view.groups:
        if group.causes:
            yield causes(group, links, lang)
        else:
            title = f"<h3>{said('without-cause', lang)}</h3>" if len(view.groups) > 1 else ""
            yield f'<article class="causes">{title}{listed(group, links, lang)}</article>'
    yield "</section>\n"


def contents(book: Book, beside: Mapping[int, Sequence[Shown]], links: Links, lang: str) -> Iterator[str]:
    """Every form with its state and the findings beside it; `beside` is by index of table, -1 for none."""
    columns = ("form", "name", "state", *COUNTS)
    title = said("tables", lang)
    yield f'<nav aria-labelledby="contents-h"><h2 id="contents-h">{said("summary", lang)}</h2>'
    yield '<div class="box" tabindex="0"><table class="contents">'
    yield f'<caption class="unseen">{title}</caption><thead><tr>'
    yield f"{heads(columns, lang)}</tr></thead><tbody>"
    for number, table in enumerate(book.tables):
        title = text(table.title.text) or said("unrecognised", lang)
        name = f'<th scope=row><a href="#t{number}">{title}</a></th>'
        yield _content(table.form or "", name, table.state, beside.get(number, ()), lang)
    for number, form in enumerate(book.absent):
        mine = [one for one in beside.get(-1, ()) if any(spot.form == form for spot in one.finding.spots)]
        marks = badges(links.marks(f"a{number}"), lang)
        name = f'<th scope=row id="a{number}">{marks}{text(form_title(book, form))}</th>'
        yield _content(form, name, "absent", mine, lang)
    yield "</tbody></table></div></nav>\n"


def checks(outcomes: Sequence[Outcome], coverage: Coverage, source: str, lang: str) -> Iterator[str]:
    """What became of every check, and the texts that were not understood."""
    columns = ("check", "code", "outcome", "count", "reason")
    title = said("checks", lang)
    yield f'<section id="checks" aria-labelledby="checks-h"><h2 id="checks-h">{title}</h2>'
    if coverage.not_understood:
        yield f'<h3>{said("not-understood", lang)}</h3><ul class="places">'
        for cell in coverage.not_understood:
            place = place_text(cell.place, lang, source)
            yield f"<li>{text(cell.text)} <small>{text(place)}</small></li>"
        yield "</ul>"
    yield '<div class="box" tabindex="0"><table class="contents">'
    yield f'<caption class="unseen">{title}</caption><thead><tr>'
    yield f"{heads(columns, lang)}</tr></thead><tbody>"
    yield from (_outcome(outcome, lang) for outcome in outcomes)
    yield "</tbody></table></div></section>\n"


def _content(form: str, name: str, state: str, shown: Sequence[Shown], lang: str) -> str:
    levels = counts(one.finding for one in shown)
    numbers = "".join(f"<td class=n>{levels[level] or ''}</td>" for level in LEVELS)
    told = said(f"state.{state}", lang)
    return f'<tr><td>{text(form)}</td>{name}<td class="state {state}">{told}</td>{numbers}</tr>'


def _outcome(outcome: Outcome, lang: str) -> str:
    entry = catalogue().get(outcome.code)
    reason = reason_text(outcome.reason, lang) if outcome.reason else ""
    what = escape(entry.what(lang)) if entry else ""
    return (
        f"<tr><th scope=row>{what}</th><td><code>{escape(outcome.code)}</code></td>"
        f'<td class="outcome {outcome.outcome}">{said(f"outcome.{outcome.outcome}", lang)}</td>'
        f"<td class=n>{outcome.cases or ''}</td><td>{escape(reason)}</td></tr>"
    )
