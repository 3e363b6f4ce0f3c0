"""`gouji annotate`: the findings on a book, put into its own file."""

from __future__ import annotations

import argparse
import os
import sys

from gouji.annotate import SUFFIXES
from gouji.cli.check import edition_of, usable
from gouji.cli.files import STDIN, load, name_of, written
from gouji.cli.options import Parser, chosen
from gouji.cli.pool import Limits, results
from gouji.cli.work import ANNOTATED, FAILED, Annotated, Done, How, Task, internal, unreadable
from gouji.messages import say
from gouji.read import Unreadable
from gouji.read.sniff import kind

TEXT = ("text", "html")


def annotate(options: argparse.Namespace, asked: Parser) -> int:
    """Exit status as of `gouji check`: 0: no error-level finding; 1: some; 2: nothing written."""
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
        task = Task(options.path, How(ANNOTATED, lang, forms, only, skip), data)
        (done,) = results([task], 1, Limits())
        return _put(done, options, asked)
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


def _put(done: Done, options: argparse.Namespace, asked: Parser) -> int:
    made: Annotated | None = done.result
    if made is None:
        print(done.problem, file=sys.stderr)
        return FAILED
    with usable(options.output, asked, options.lang), written(options.output) as file:
        file.write(made.data)
    counts = zip(("errors", "warnings", "notes"), map(str, done.levels), strict=True)
    args = {"path": name_of(options.output), **dict(counts)}
    code = "annotate.made-loose" if made.loose else "annotate.made"
    print(say(code, options.lang, args | {"marks": str(made.marks), "loose": str(made.loose)}))
    return done.status
