"""`gouji new` and `gouji ledger`: the ledger workbook, empty and from a book."""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from gouji.cli.check import edition_of, usable
from gouji.cli.files import load, name_of, parts, written
from gouji.cli.options import Parser
from gouji.cli.work import FAILED, FAULTY, OK, internal, unreadable
from gouji.forms import edition
from gouji.ledger import Ledger
from gouji.ledger.filling import Unfit
from gouji.ledger.recovering import Inferred, Recovered, Unsupported, recover
from gouji.ledger.workbook import RECOVERED
from gouji.messages import say
from gouji.money import show
from gouji.read import Unreadable, read, read_parts
from gouji.report.words import safe
from gouji.write.ledger import tables, workbook

_XLSX = ".xlsx"
_OTHERS = (
    ".xls",
    ".xlsm",
    ".ods",
    ".et",
    ".csv",
    ".tsv",
    ".txt",
    ".json",
    ".pdf",
    ".doc",
    ".docx",
    ".html",
    ".zip",
)
"""Endings of files that a ledger is not written to; a folder has none."""
_MOST = 12
"""Inferences that are told in the terminal."""


def new(options: argparse.Namespace, asked: Parser) -> int:
    """Make a ledger to be filled."""
    wanted = edition(edition_of(options, asked) or options.default)
    out = options.csv or options.output
    if not out or (options.csv and options.output):
        asked.error(say("cli.new-one", options.lang))
    write_ledger(None, out, wanted.name, options.year or wanted.year, options, asked)
    print(say("cli.new-made", options.lang, {"path": name_of(out)}))
    return OK


def ledger(options: argparse.Namespace, asked: Parser) -> int:
    """Rebuild a ledger from a book."""
    source = name_of(options.path)
    given = edition_of(options, asked)
    try:
        if os.path.isdir(options.path):
            book = read_parts(parts(options.path), source, given)
        else:
            book = read(load(options.path), source, given)
        found = recover(book)
    except Unreadable as problem:
        print(unreadable(source, problem, options.lang), file=sys.stderr)
        return FAILED
    except Exception as problem:
        print(internal(source, problem, options.lang), file=sys.stderr)
        return FAILED
    notes = list(_notes(found, options.lang))
    write_ledger(found.ledger, options.output, book.edition, found.ledger.year, options, asked, notes)
    for line in _account(found, options):
        print(line)
    return FAULTY if found.unsupported or not found.rows else OK


def _account(found: Recovered, options: argparse.Namespace) -> Iterator[str]:
    """What was recovered, what had to be inferred, how many figures the lines do not add up to, and why."""
    lang, made = options.lang, found.ledger
    told = {
        "rows": str(found.rows),
        "targets": str(len(made.targets)),
        "path": name_of(options.output),
        "inferred": str(len(found.inferred)),
        "unsupported": str(len(found.unsupported)),
        "figures": str(found.figures),
        "list": _list(options),
    }
    yield say("cli.ledger-made", lang, told)
    yield from _apart(found, lang)
    if found.inferred:
        yield say("cli.ledger-inferred", lang, told)
        lines = list(_inferred(found.inferred, lang))
        shown = lines if options.all else lines[:_MOST]
        yield from (f"  {safe(line)}" for line in shown)
        if len(lines) > len(shown):
            yield "  " + say("cli.ledger-more", lang, told | {"count": str(len(lines) - len(shown))})
    if not found.rows:
        yield say("cli.ledger-no-lines" if found.figures else "cli.ledger-no-figures", lang, told)
    elif found.unsupported:
        yield say("cli.ledger-unsupported", lang, told)
    else:
        yield say("cli.ledger-supported", lang, told)
    every = (_unsupported(one, lang) for one in found.unsupported)
    yield from (f"  {safe(line)}" for line in (every if options.all else _causes(found.unsupported, lang)))


def _list(options: argparse.Namespace) -> str:
    """Where each figure that the lines do not support is listed."""
    name = RECOVERED if options.output.lower().endswith(_XLSX) else f"{RECOVERED}.csv"
    return say("cli.ledger-list", options.lang, {"name": name})


def _apart(found: Recovered, lang: str) -> Iterator[str]:
    """That the lines come from what the tables tell in several ways, and what of it is told twice."""
    if found.apart and found.rows:
        yield say("cli.ledger-apart", lang)
        if offsets := sum(line.offset for line in found.ledger.lines):
            yield say("cli.ledger-twice", lang, {"offsets": str(offsets)})


def _causes(found: Sequence[Unsupported], lang: str) -> Iterator[str]:
    """How many figures the lines do not support, by cause and table, the most first."""
    for cause, count in Counter(one.cause for one in found).most_common():
        tables = Counter(one.form for one in found if one.cause == cause).most_common()
        named = [say("recover.table", lang, {"form": form, "count": str(n)}) for form, n in tables]
        told = {"cause": say(f"recover.{cause}", lang), "count": str(count)}
        yield say("recover.cause", lang, told | {"tables": say("recover.and", lang).join(named)})


def _notes(found: Recovered, lang: str) -> Iterator[list[str | int]]:
    """The rows that list every inference, and every figure that the lines do not support."""
    for guess in found.inferred:
        what = say("workbook.inferred", lang, {"what": guess.say(lang)})
        yield [what, guess.form, str(guess.place), "", "", "", "", ""]
    for one in found.unsupported:
        amounts = [one.printed, one.lines, one.printed - one.lines]
        yield [say(f"recover.{one.cause}", lang), one.form, str(one.place), one.row, one.column, *amounts]


def _inferred(found: Sequence[Inferred], lang: str) -> Iterator[str]:
    """The same inference in many rows is one line, with the places of the rows."""
    told = sorted(((one.form, one.say(lang), one.place) for one in found), key=lambda one: one[:2])
    for (form, words), several in groupby(told, key=lambda one: one[:2]):
        places = list(dict.fromkeys(str(place) for *_, place in several))
        more = "…" if len(places) > 8 else ""
        yield f"{form} {', '.join(places[:8])}{more}  {words}"


def _unsupported(one: Unsupported, lang: str) -> str:
    args = {
        "where": f"{one.form} {one.place}",
        "figure": " · ".join(filter(None, (one.row, one.column))),
        "printed": show(one.printed, one.fen),
        "lines": show(one.lines, one.fen),
        "difference": show(one.printed - one.lines, one.fen),
    }
    return say("recover.unsupported", lang, args)


def write_ledger(
    made: Ledger | None,
    out: str,
    forms: str,
    year: int,
    options: argparse.Namespace,
    asked: Parser,
    notes: Sequence[list[str | int]] = (),
) -> None:
    """Write a ledger to a workbook or a folder of CSV files; one that is there is not overwritten unasked."""
    suffix = os.path.splitext(out)[1].lower()
    as_workbook = suffix == _XLSX
    if suffix in _OTHERS and not os.path.isdir(out):
        asked.error(say("cli.ledger-suffix", options.lang, {"path": name_of(out)}))
    with usable(out, asked, options.lang):
        if not options.force and (os.path.isfile(out) or (os.path.isdir(out) and os.listdir(out))):
            asked.error(say("cli.is-there", options.lang, {"path": name_of(out)}))
        try:
            if as_workbook:
                with written(out) as file:
                    workbook(made, file, forms, year, options.lang, notes)
                return
            os.makedirs(out, exist_ok=True)
            for name, data in tables(made, forms, year, options.lang, notes):
                with written(os.path.join(out, name)) as file:
                    file.write(data)
        except ImportError:
            asked.error(say("cli.needs", options.lang, {"what": "xlsx", "extra": "office"}))
        except Unfit as problem:
            asked.error(say("cli.unfit", options.lang, {"what": str(problem)}))
