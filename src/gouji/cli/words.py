"""`gouji words`: what titles, headings and rows say that is not understood, as lines for `words.tsv`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from typing import NamedTuple

from gouji import lexicon
from gouji.book import Book, Cell
from gouji.cli.files import load, name_of, sources
from gouji.cli.options import Parser
from gouji.cli.work import FAILED, OK, unreadable
from gouji.lexicon import normal
from gouji.meaning import LABEL, Sense, TableSense, understand
from gouji.meaning.model import has_money
from gouji.messages import say
from gouji.read import Unreadable, read
from gouji.report.words import safe

NEAR = 0.6  # how alike a known phrase must be to be suggested


class Phrase(NamedTuple):
    """A phrase that is not understood, and what kind of text it is: title, heading or row."""

    where: str
    text: str


def words(options: argparse.Namespace, _: Parser) -> int:
    status = OK
    found: dict[Phrase, list[str]] = {}
    for source in sources(options.paths):
        try:
            book = read(load(source), name_of(source))
        except Unreadable as problem:
            print(unreadable(name_of(source), problem, options.lang), file=sys.stderr)
            status = FAILED
            continue
        for phrase, place in unknown(book):
            found.setdefault(phrase, []).append(place)
    for phrase in sorted(found, key=lambda phrase: (-len(found[phrase]), phrase)):
        print("\n".join(_lines(phrase, found[phrase], options.lang)))
    if not found and status == OK:
        print(say("words.all", options.lang), file=sys.stderr)
    return status


def unknown(book: Book) -> Iterator[tuple[Phrase, str]]:
    """Every phrase of a book's tables that is not understood, with its place."""
    sense = understand(book)
    for table in sense.tables:
        for phrase, cell in _of(sense, table):
            if phrase.text:
                yield phrase, safe(f"{book.source} {cell.place}")


def _of(sense: Sense, table: TableSense) -> Iterator[tuple[Phrase, Cell]]:
    title = table.table.title
    if table.panels and not table.title.understood:
        yield Phrase("title", lexicon.beyond(title.text)), title
    for column, role in zip(table.table.columns, table.roles, strict=True):
        if role == "?":
            for part in column.path:
                if not lexicon.heading((part,)).understood:
                    text = lexicon.split_year(normal(part))[0]
                    yield Phrase("heading", text), Cell(part, column.place)
    for panel in table.panels:
        for r, node in enumerate(panel.nodes):
            if node.kind == LABEL and not node.understood and has_money(sense, panel, r):
                yield Phrase("row", lexicon.label(node.label).text), panel.cell(r, 0)


def _lines(phrase: Phrase, places: list[str], lang: str) -> list[str]:
    """What is known of a phrase, and the line that would teach it: commented out where nothing is near."""
    from difflib import get_close_matches

    known = lexicon.spelt(phrase.where)
    near = get_close_matches(phrase.text, known, n=1, cutoff=NEAR)
    told = say("words.near", lang, {"phrase": near[0]}) if near else say("words.none", lang)
    line = f"{phrase.where}\t{safe(phrase.text)}\t"
    return [f"# {len(places)} × {places[0]}  {told}", line + known[near[0]] if near else f"# {line}"]
