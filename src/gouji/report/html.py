"""An Audit as one HTML page that needs nothing else: no network, no other file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from gouji.audit import Audit
from gouji.book import Book, Table
from gouji.report.cards import card
from gouji.report.frame import foot, head, said
from gouji.report.links import Links
from gouji.report.overview import checks, contents, findings, top
from gouji.report.sheet import badges, sheet, text
from gouji.report.view import Shown, view
from gouji.report.words import book_title, file_text

TALL = 20
"""Rows from which a table may need to scroll up and down."""


def page(audit: Audit, lang: str) -> str:
    return "".join(_parts(audit, lang))


def _parts(audit: Audit, lang: str) -> Iterator[str]:
    book, seen = audit.book, view(audit)
    links = Links(seen)
    beside: dict[int, list[Shown]] = {}
    for shown in seen.shown:
        spots = shown.finding.spots
        beside.setdefault(spots[0].table if spots else -1, []).append(shown)
    yield from head(book_title(book, lang), lang)
    yield from top(seen, lang)
    yield '<main>\n<div class="overview">'
    yield from findings(seen, links, lang)
    yield from contents(book, beside, links, lang)
    yield '</div>\n<section id="tables" aria-labelledby="tables-h">'
    yield f'<h2 id="tables-h">{said("tables", lang)}</h2>\n'
    for number, table in enumerate(book.tables):
        title = _title(table, number, links, lang)
        cards = _cards(beside.get(number, ()), book, links, lang)
        yield from _section(number, title, cards, _printed(table, number, links, lang), lang)
    if book.prose or -1 in beside:
        title = said("prose" if book.prose else "whole-book", lang)
        cards = _cards(beside.get(-1, ()), book, links, lang)
        prose = "".join(_line(f"p{i}", cell.text, "prose", links, lang) for i, cell in enumerate(book.prose))
        yield from _section(-1, title, cards, [prose], lang)
    yield "</section>\n"
    yield from checks(audit.outcomes, audit.coverage, book.source, lang)
    yield "</main>\n"
    yield foot(lang)


def _section(number: int, title: str, cards: str, printed: Iterable[str], lang: str) -> Iterator[str]:
    """A table, or what stands outside tables, with the findings beside it."""
    told = " told" if cards else ""
    yield f'<section class="table{told}" id="t{number}" aria-labelledby="t{number}-h" tabindex="-1">'
    yield f'<h3 id="t{number}-h">{title}</h3>'
    if cards:
        yield f'<aside aria-label="{said("findings", lang)}" tabindex="0">{cards}</aside>'
    yield '<div class="printed" lang="zh-CN">'
    yield from printed
    yield "</div></section>\n"


def _title(table: Table, number: int, links: Links, lang: str) -> str:
    form = f'<span class="form">{text(table.form)}</span> ' if table.form else ""
    title = text(table.title.text) or said("unrecognised", lang)
    told = [said(f"state.{table.state}", lang)] if table.state != "filled" else []
    told += [said("withheld", lang)] if table.withheld else []
    told += [text(file)] if (file := file_text(table.title.place, links.source)) else []
    state = f" <small>{' · '.join(told)}</small>" if told else ""
    return f"{form}{title}{badges(links.marks(f't{number}'), lang)}{state}"


def _cards(shown: Sequence[Shown], book: Book, links: Links, lang: str) -> str:
    return "".join(card(one, book, links, lang) for one in shown)


def _printed(table: Table, number: int, links: Links, lang: str) -> Iterator[str]:
    """The lines above a table, the table in its own scrolling box, and its notes."""
    units = "".join(f"<span>{text(cell.text)}</span>" for cell in (table.unit, table.money_unit) if cell)
    scroll = said("scroll", lang, title=table.title.text)
    yield f'<div class="units">{units}</div>'
    tall = " tall" if len(table.rows) > TALL else ""
    yield f'<div class="box{tall}" tabindex="0" role="region" aria-label="{scroll}">'
    yield sheet(table, number, links, lang)
    yield "</div>"
    for i, note in enumerate(table.notes):
        yield _line(f"t{number}n{i}", note.text, "note-line", links, lang)


def _line(id: str, printed: str, kind: str, links: Links, lang: str) -> str:
    at = f' id={id} class="{kind} mark {links.level(id)}"' if links.used(id) else f' class="{kind}"'
    return f"<p{at}>{badges(links.marks(id), lang)}{text(printed)}</p>"
