"""`gouji new`, `gouji ledger` and `gouji build`: the ledger workbook, from a book and to a book."""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from gouji import __version__
from gouji.book import Book
from gouji.cli.check import edition_of, usable
from gouji.cli.files import load, name_of, parts, written
from gouji.cli.options import Parser
from gouji.cli.work import FAILED, FAULTY, OK, collect_rarely, internal, unreadable
from gouji.findings import NOTE, Finding
from gouji.forms import Edition, UnknownEdition, edition, names
from gouji.ledger import Ledger, compile, unplaced
from gouji.ledger.filling import Unfit
from gouji.ledger.recovering import Inferred, Recovered, Unsupported, recover
from gouji.messages import say
from gouji.money import show
from gouji.read import Unreadable, read, read_parts
from gouji.report.words import finding_text, remedy_text, safe
from gouji.write.ledger import tables, workbook

_XLSX = ".xlsx"
_ITS_OWN_MATTER = "withheld."
"""Findings about secrets that a book keeps: told, and for the clerk to weigh."""


def new(options: argparse.Namespace, asked: Parser) -> int:
    """Make a ledger to be filled."""
    wanted = edition(edition_of(options, asked) or options.default)
    out = options.csv or options.output
    if not out or (options.csv and options.output):
        asked.error(say("cli.new-one", options.lang))
    _write(None, out, wanted.name, options.year or wanted.year, options, asked)
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
    _write(found.ledger, options.output, book.edition, found.ledger.year, options, asked)
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


def _write(
    made: Ledger | None, out: str, forms: str, year: int, options: argparse.Namespace, asked: Parser
) -> None:
    """Write a ledger to a workbook or a folder of CSV files; one that is there is not overwritten unasked."""
    as_workbook = out.endswith(_XLSX)
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


def build(options: argparse.Namespace, asked: Parser) -> int:
    """Compile a ledger, check the book, and write it in all formats."""
    collect_rarely()
    lang = options.lang
    made = _read(options)
    if made is None:
        return FAILED
    forms = _forms(options, asked, made)
    try:
        return _build(made, forms, options, asked)
    except Exception as problem:
        print(internal(name_of(options.path), problem, lang), file=sys.stderr)
        return FAILED


def _read(options: argparse.Namespace) -> Ledger | None:
    """The ledger; its problems, all of them, are told."""
    from gouji.ledger.reading import read_ledger

    source = name_of(options.path)
    try:
        found = read_ledger(options.path)
    except Unreadable as problem:
        print(unreadable(source, problem, options.lang), file=sys.stderr)
        return None
    for one in found.problems:
        print(safe(one.say(options.lang)), file=sys.stderr)
    if found.ledger is None:
        count = sum(one.level == "error" for one in found.problems)
        print(say("cli.build-unread", options.lang, {"count": str(count)}), file=sys.stderr)
    return found.ledger


def _forms(options: argparse.Namespace, asked: Parser, made: Ledger) -> Edition:
    name = edition_of(options, asked) or made.edition
    if not name:
        asked.error(say("cli.build-edition", options.lang))
    try:
        return edition(name)
    except UnknownEdition:
        asked.error(say("cli.unknown-edition", options.lang, {"name": name, "names": ", ".join(names())}))


def _build(made: Ledger, forms: Edition, options: argparse.Namespace, asked: Parser) -> int:
    from gouji.audit import audit
    from gouji.write.folder import Foreign, publish

    for line in _unplaced(made, forms, options.lang):
        print(line, file=sys.stderr)
    book = compile(made, forms)
    told = audit(book)
    faults = [f for f in told.findings if f.level != NOTE]
    for line in _findings(faults, options.lang):
        print(safe(line), file=sys.stderr)
    stops = [f for f in faults if not f.code.startswith(_ITS_OWN_MATTER)]
    if stops and not options.force:
        counts = Counter(f.level for f in stops)
        args = {"errors": str(counts["error"]), "warnings": str(counts["warning"])}
        print(say("cli.build-stopped", options.lang, args), file=sys.stderr)
        return FAULTY
    with usable(options.output, asked, options.lang):
        try:
            files = _files(made, book, forms, options, asked)
            paths = publish(options.output, files, f"gouji {__version__}")
        except Foreign as problem:
            asked.error(say("cli.foreign", options.lang, {"path": name_of(str(problem))}))
    print(say("cli.build-made", options.lang, {"path": name_of(options.output), "count": str(len(paths))}))
    return FAULTY if stops else OK


def _unplaced(made: Ledger, forms: Edition, lang: str) -> Iterator[str]:
    """What the forms have no place for; the check finds the sums that lack it."""
    for what, fen in unplaced(made, forms).items():
        yield say("cli.build-unplaced", lang, {"edition": forms.name, "what": what, "amount": show(fen)})


def _files(
    made: Ledger, book: Book, forms: Edition, options: argparse.Namespace, asked: Parser
) -> Iterator[tuple[str, bytes]]:
    """The files of all formats; one that is not asked for by name is left out where it cannot be written."""
    from gouji.write.formats import FORMATS, Missing
    from gouji.write.formats import made as files

    asked_for = [name.strip() for name in options.formats.split(",") if name.strip()]
    for name in asked_for:
        if name not in FORMATS:
            told = {"name": name, "names": ", ".join(FORMATS)}
            asked.error(say("cli.unknown-format", options.lang, told))
    beside: list[str] = []
    for name in sorted(asked_for, key=[*FORMATS].index) or FORMATS:
        try:
            for path, data in files(name, made, book, forms, beside=beside):
                beside.append(path)
                yield path, data
        except Missing as problem:
            told = {"what": name, "extra": str(problem)}
            message = say("cli.needs" if str(problem) else "cli.not-yet", options.lang, told)
            if asked_for:
                asked.error(message)
            print(message, file=sys.stderr)


def _findings(found: Iterable[Finding], lang: str) -> Iterator[str]:
    for finding in found:
        level, remedy = say(f"report.level.{finding.level}", lang), remedy_text(finding, lang)
        line = f"{level} {finding.code}  {finding_text(finding, lang)}"
        yield line + (f" {say('report.remedy', lang)}{remedy}" if remedy else "")
