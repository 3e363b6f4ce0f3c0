"""`gouji annotate`: the findings on a book, put into its own file."""

from __future__ import annotations

import argparse
import os
import sys

from gouji.annotate import SUFFIXES, annotated, marks
from gouji.annotate.marks import NOWHERE
from gouji.audit import Audit, audit
from gouji.cli.check import edition_of, usable
from gouji.cli.files import STDIN, load, name_of, written
from gouji.cli.options import Parser, chosen
from gouji.cli.work import FAILED, FAULTY, OK, collect_rarely, internal, unreadable
from gouji.findings import ERROR, NOTE, WARNING
from gouji.messages import say
from gouji.read import Unreadable, read
from gouji.read.sniff import kind
from gouji.report.view import counts

TEXT = ("text", "html")


def annotate(options: argparse.Namespace, asked: Parser) -> int:
    """Exit status as of `gouji check`: 0: no error-level finding; 1: some; 2: nothing written."""
    collect_rarely()
    source, lang = name_of(options.path), options.lang
    forms, only, skip = edition_of(options, asked), chosen(options.only, asked), chosen(options.skip, asked)
    if _same(options.path, options.output):
        asked.error(say("cli.annotate-same", lang, {"path": source}))
    try:
        if os.path.isdir(options.path):
            return _refused("zip", source, lang)
        data = load(options.path)
        what = kind(data)
        if what not in SUFFIXES:
            return _refused("text" if what in TEXT else what, source, lang)
        if not options.output.lower().endswith(_ending(what, source)):
            told = {"what": source, "suffix": _ending(what, source)}
            asked.error(say("cli.annotate-suffix", lang, told))
        found = audit(read(data, source, forms), only, skip)
        return _put(data, found, options, asked)
    except Unreadable as problem:
        print(unreadable(source, problem, lang), file=sys.stderr)
    except Exception as problem:
        print(internal(source, problem, lang), file=sys.stderr)
    return FAILED


def _same(book: str, out: str) -> bool:
    """Are they one file, under whatever names?"""
    if book == STDIN:
        return False
    same = os.path.exists(out) and os.path.exists(book) and os.path.samefile(book, out)
    return same or os.path.realpath(book) == os.path.realpath(out)


def _ending(what: str, source: str) -> str:
    """What the new file's name must end in: programs refuse a workbook with macros under another ending."""
    return ".xlsm" if source.lower().endswith(".xlsm") else SUFFIXES[what]


def _refused(why: str, source: str, lang: str) -> int:
    print(say(f"annotate.{why}", lang, {"source": source}), file=sys.stderr)
    return FAILED


def _put(data: bytes, found: Audit, options: argparse.Namespace, asked: Parser) -> int:
    told = marks(found, options.lang)
    made = annotated(data, told)
    with usable(options.output, asked, options.lang), written(options.output) as file:
        file.write(made)
    levels = counts(found.findings)
    loose = sum(len(mark.numbers) for mark in told if mark.place == NOWHERE)
    args = {
        "path": name_of(options.output),
        "errors": str(levels[ERROR]),
        "warnings": str(levels[WARNING]),
        "notes": str(levels[NOTE]),
        "marks": str(sum(mark.place != NOWHERE for mark in told)),
        "loose": str(loose),
    }
    print(say("annotate.made", options.lang, args))
    return FAULTY if levels[ERROR] else OK
