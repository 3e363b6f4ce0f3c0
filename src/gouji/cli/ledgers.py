"""`gouji new` and `gouji ledger`: the ledger workbook, empty and from a book."""

from __future__ import annotations

import argparse
import os
import sys
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
from gouji.messages import say
from gouji.money import show
from gouji.read import Unreadable, read, read_parts
from gouji.report.words import safe
from gouji.write.ledger import tables, workbook

_XLSX = ".xlsx"
_NO_FOLDER = (
    ".xls",
    ".xlsm",
    ".csv",
    ".tsv",
    ".ods",
    ".et",
    ".docx",
    ".doc",
    ".txt",
    ".pdf",
    ".zip",
    ".json",
)
"""Ends of names that nobody means to be a folder's."""


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
    write_ledger(found.ledger, options.output, book.edition, found.ledger.year, options, asked)
    for line in _account(found, options):
        print(line)
    return FAULTY if found.unsupported else OK


def _account(found: Recovered, options: argparse.Namespace) -> Iterator[str]:
    """What was recovered, what had to be inferred, and each figure that the lines do not add up to."""
    lang, made = options.lang, found.ledger
    told = {
        "rows": str(found.rows),
        "targets": str(len(made.targets)),
        "path": name_of(options.output),
        "inferred": str(len(found.inferred)),
        "unsupported": str(len(found.unsupported)),
        "figures": str(found.figures),
    }
    yield say("cli.ledger-made", lang, told)
    if found.inferred:
        yield say("cli.ledger-inferred", lang, told)
        yield from (f"  {safe(line)}" for line in _inferred(found.inferred, lang))
    if not found.rows:
        yield say("cli.ledger-no-lines", lang, told)
    elif found.unsupported:
        yield say("cli.ledger-unsupported", lang, told)
        yield from (f"  {safe(_unsupported(one, lang))}" for one in found.unsupported)
    else:
        yield say("cli.ledger-supported", lang, told)


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
    made: Ledger | None, out: str, forms: str, year: int, options: argparse.Namespace, asked: Parser
) -> None:
    """Write a ledger to a workbook or a folder of CSV files; one that is there is not overwritten unasked."""
    as_workbook = out.endswith(_XLSX)
    if out.lower().endswith(_NO_FOLDER) and not os.path.isdir(out):
        asked.error(say("cli.ledger-suffix", options.lang, {"path": name_of(out)}))
    with usable(out, asked, options.lang):
        if not options.force and (os.path.isfile(out) or (os.path.isdir(out) and os.listdir(out))):
            asked.error(say("cli.is-there", options.lang, {"path": name_of(out)}))
        try:
            if as_workbook:
                with written(out) as file:
                    workbook(made, file, forms, year, options.lang)
                return
            os.makedirs(out, exist_ok=True)
            for name, data in tables(made, forms, year):
                with written(os.path.join(out, name)) as file:
                    file.write(data)
        except ImportError:
            asked.error(say("cli.needs", options.lang, {"what": "xlsx", "extra": "office"}))
        except Unfit as problem:
            asked.error(say("cli.unfit", options.lang, {"what": str(problem)}))
