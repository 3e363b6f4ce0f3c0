"""`gouji build` and `gouji draft`: a ledger to a whole book, and to the draft of its narrative."""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from gouji import __version__
from gouji.book import Book
from gouji.cli.apart import apart, together
from gouji.cli.check import edition_of, terminal_width, usable
from gouji.cli.files import name_of, written
from gouji.cli.options import Parser
from gouji.cli.pool import cores
from gouji.cli.work import FAILED, FAULTY, OK, collect_rarely, internal, unreadable
from gouji.draft import Amounts, Compared, blanks, compared, draft_of, of_book, of_ledger
from gouji.findings import NOTE, Finding
from gouji.forms import Edition, UnknownEdition, edition, names
from gouji.ledger import Chapter, Ledger, compile, unplaced
from gouji.ledger.compiling import prose
from gouji.lexicon import normal
from gouji.meaning import Sense, understand
from gouji.messages import say
from gouji.money import show
from gouji.read import Unreadable
from gouji.report.layout import wrap
from gouji.report.words import finding_text, remedy_text, safe

if TYPE_CHECKING:
    from gouji.write.folder import Data

_LARGE = 100_000
"""Figures from which on the check has a process of its own, and two write the formats."""
_LANES = 2
"""Processes that write formats: each takes memory."""
_SECRETS = "withheld."
"""Findings about secrets that a book keeps: told, and for the clerk to weigh."""
_DEDUCIBLE = "withheld.deducible"
_BLANK = "text.placeholder"
WIDTH = 80
_INDENT = "  "


class Job(NamedTuple):
    """What is to be built: the ledger, its forms, and what last year's book printed."""

    ledger: Ledger
    forms: Edition
    last: Amounts | None


Work = Callable[[Job, argparse.Namespace, Parser], int]


def build(options: argparse.Namespace, asked: Parser) -> int:
    """Compile a ledger, check the book, and write it in all formats."""
    _asked_for(options, asked)
    return _with(options, asked, _build)


def draft(options: argparse.Namespace, asked: Parser) -> int:
    """Write the narrative of a ledger, its own parts and drafts of the others."""
    if not options.output.endswith((".xlsx", ".csv", ".txt")):
        asked.error(say("cli.draft-suffix", options.lang, {"path": name_of(options.output)}))
    return _with(options, asked, _draft)


def _with(options: argparse.Namespace, asked: Parser, work: Work) -> int:
    collect_rarely()
    made = _read(options)
    if made is None:
        return FAILED
    forms = _forms(options, asked, made)
    try:
        last = _last(options, asked, forms, made)
        if options.last and last is None:
            return FAILED
        return work(Job(made, forms, last), options, asked)
    except Exception as problem:
        print(internal(name_of(options.path), problem, options.lang), file=sys.stderr)
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


def _last(options: argparse.Namespace, asked: Parser, forms: Edition, made: Ledger) -> Amounts | None:
    """What last year's ledger or book prints; None where it cannot be read, which is told."""
    if not options.last:
        return None
    from gouji.cli.differences import sources

    (found,), path = sources((options.last,), None, options.lang), name_of(options.last)
    if found is None:
        return None
    if found.year != made.year - 1:
        told = {"path": path, "year": str(found.year or "?"), "wanted": str(made.year - 1)}
        asked.error(say("cli.last-year", options.lang, told))
    if found.unit and normal(found.unit) != normal(made.unit):
        told = {"path": path, "other": found.unit, "unit": made.unit}
        print(safe(say("cli.last-unit", options.lang, told)), file=sys.stderr)
    if isinstance(found, Book):
        return of_book(understand(found))
    own = edition(found.edition) if found.edition in names() else forms
    return of_ledger(found, understand(compile(found, own)))


def _draft(job: Job, options: argparse.Namespace, asked: Parser) -> int:
    this = of_ledger(job.ledger, understand(compile(job.ledger, job.forms)))
    parts = draft_of(job.ledger, this, job.last)
    out = options.output
    if out.endswith(".xlsx"):
        from gouji.cli.ledgers import write_ledger

        ledger = replace(job.ledger, parts=parts)
        write_ledger(ledger, out, job.forms.name, ledger.year, options, asked)
    else:
        with usable(out, asked, options.lang):
            if not options.force and os.path.exists(out):
                asked.error(say("cli.is-there", options.lang, {"path": name_of(out)}))
            with written(out) as file:
                file.write(_sheet(parts) if out.endswith(".csv") else _text(parts))
    told = {"path": name_of(out), "count": str(len(parts))}
    print(say("cli.draft-made", options.lang, told))
    for line in _left(parts, options.lang):
        print(line)
    return OK


def _sheet(parts: Sequence[Chapter]) -> bytes:
    from gouji.ledger.workbook import page
    from gouji.write.ledger import table

    return table(page("parts"), ([part.title, part.text] for part in parts))


def _text(parts: Sequence[Chapter]) -> bytes:
    return "\n".join(f"{part.title}\n\n{part.text}\n" for part in parts).encode()


def _left(parts: Sequence[Chapter], lang: str) -> Iterator[str]:
    """The blanks that are left to fill in, in one line."""
    left = blanks(parts)
    if left:
        told = ("; " if lang == "en" else "；").join(f"{title} {count}" for title, count in left.items())
        yield safe(say("cli.build-blanks", lang, {"count": str(sum(left.values())), "parts": told}))


def _build(job: Job, options: argparse.Namespace, asked: Parser) -> int:
    from gouji.write.folder import Foreign, publish

    sense, parts, beside = _compiled(job, options)
    names = _formats(sense.book, options, asked)
    is_large = len(sense.amounts) > _LARGE
    progress = _Progress(options.lang, is_large)
    progress.say("cli.build-large", figures=f"{len(sense.amounts):,}", formats=", ".join(names))
    status, stops = _checked(job, sense, parts, options, is_large)
    if stops:
        return FAULTY
    with usable(options.output, asked, options.lang):
        try:
            sets = _sets(names, job, sense, beside, progress)
            run = partial(together, lanes=min(cores(), _LANES))
            paths = publish(options.output, sets, f"gouji {__version__}", run if is_large else None)
        except Foreign as problem:
            asked.error(say("cli.foreign", options.lang, {"path": name_of(str(problem))}))
    print(say("cli.build-made", options.lang, {"path": name_of(options.output), "count": str(len(paths))}))
    return status


def _checked(
    job: Job, sense: Sense, parts: Sequence[Chapter], options: argparse.Namespace, is_large: bool
) -> tuple[int, bool]:
    """Tells what the check finds; returns the status of the build, and whether nothing is to be written."""
    faults = apart(partial(_faults, sense)) if is_large else _faults(sense)
    told = (_unplaced(job, options.lang), _findings(faults, options.lang))
    for line in chain(*told, _weighed(faults, parts, options.lang)):
        print(line, file=sys.stderr)
    return FAULTY if _certain(faults) else OK, _stops(faults, parts, options)


def _faults(sense: Sense) -> list[Finding]:
    from gouji.audit import audit

    return [f for f in audit(sense.book, sense=sense).findings if f.level != NOTE and not _is_blank(f)]


class _Progress(NamedTuple):
    """What a large build tells on a terminal while it works."""

    lang: str
    is_large: bool

    def say(self, code: str, **args: str) -> None:
        if self.is_large and sys.stderr.isatty():
            print(say(code, self.lang, args), file=sys.stderr, flush=True)


def _compiled(job: Job, options: argparse.Namespace) -> tuple[Sense, tuple[Chapter, ...], Sequence[Compared]]:
    """The book with its narrative, understood; the narrative's parts; and this year beside the last."""
    sense = understand(compile(job.ledger, job.forms))
    if options.no_draft and job.last is None:
        return sense, job.ledger.parts, ()
    this = of_ledger(job.ledger, sense)
    parts = job.ledger.parts if options.no_draft else draft_of(job.ledger, this, job.last)
    beside = compared(this, job.last) if job.last else ()
    before = sense.book.prose[: len(sense.book.prose) - len(prose(job.ledger.parts))]
    told = replace(sense.book, prose=(*before, *prose(parts)))
    return replace(sense, book=told), parts, beside


def _unplaced(job: Job, lang: str) -> Iterator[str]:
    """What the forms have no place for; the check finds the sums that lack it."""
    for what, fen in unplaced(job.ledger, job.forms).items():
        yield say("cli.build-unplaced", lang, {"edition": job.forms.name, "what": what, "amount": show(fen)})


def _is_blank(finding: Finding) -> bool:
    """Is it a blank in the narrative? Those are told together."""
    return finding.code == _BLANK and finding.spots[0].table < 0 and finding.args["phrase"] == "待填"


def _weighed(faults: Sequence[Finding], parts: Sequence[Chapter], lang: str) -> Iterator[str]:
    """What the department has to weigh or to do itself."""
    count = sum(f.code == _DEDUCIBLE for f in faults)
    if count:
        yield say("cli.build-secret", lang, {"count": str(count)})
    yield from _left(parts, lang)


def _certain(faults: Sequence[Finding]) -> list[Finding]:
    return [f for f in faults if not f.code.startswith(_SECRETS)]


def _stops(faults: Sequence[Finding], parts: Sequence[Chapter], options: argparse.Namespace) -> bool:
    """Is nothing to be written? That is told."""
    if options.force:
        return False
    if certain := _certain(faults):
        counts = Counter(f.level for f in certain)
        args = {"errors": str(counts["error"]), "warnings": str(counts["warning"])}
        print(say("cli.build-stopped", options.lang, args), file=sys.stderr)
        return True
    if options.strict and (faults or blanks(parts)):
        print(say("cli.build-strict", options.lang), file=sys.stderr)
        return True
    return False


def _asked_for(options: argparse.Namespace, asked: Parser) -> list[str]:
    """The formats that are asked for by name; one that there is not is wrong usage."""
    from gouji.write.formats import FORMATS

    names = [name.strip() for name in options.formats.split(",") if name.strip()]
    for name in names:
        if name not in FORMATS:
            told = {"name": name, "names": ", ".join(FORMATS)}
            asked.error(say("cli.unknown-format", options.lang, told))
    return names


def _formats(book: Book, options: argparse.Namespace, asked: Parser) -> list[str]:
    """The formats to write; one that is not asked for by name is left out where it cannot be written."""
    from gouji.write.formats import FORMATS, MOST_PAGED, Missing, TooLarge, possible

    asked_for = _asked_for(options, asked)
    kept: list[str] = []
    for name in sorted(asked_for, key=[*FORMATS].index) or FORMATS:
        try:
            possible(name, book)
            kept.append(name)
        except (Missing, TooLarge) as problem:
            told = {"what": name, "extra": str(problem), "cells": str(problem), "most": f"{MOST_PAGED:,}"}
            is_large = isinstance(problem, TooLarge)
            code = "cli.build-pages" if is_large else "cli.needs" if str(problem) else "cli.not-yet"
            message = say(code, options.lang, told)
            if asked_for:
                asked.error(message)
            print(message, file=sys.stderr)
    return kept


def _sets(
    names: Sequence[str], job: Job, sense: Sense, beside: Sequence[Compared], progress: _Progress
) -> list[Iterator[tuple[str, Data]]]:
    """The files of each format, made when they are asked for."""
    from gouji.write.formats import made, paths

    others = [path for name in names for path in paths(name, sense.book)]

    def files(name: str) -> Iterator[tuple[str, Data]]:
        yield from made(name, job.ledger, sense.book, job.forms, beside, others, sense)
        progress.say("cli.build-written", what=name)

    return [files(name) for name in names]


def _findings(found: Iterable[Finding], lang: str) -> Iterator[str]:
    """The findings, each with its remedy under it, in lines that a terminal holds."""
    for finding in found:
        yield f"{say(f'report.level.{finding.level}', lang)}  {finding.code}"
        yield from _wrapped(finding_text(finding, lang))
        if remedy := remedy_text(finding, lang):
            yield from _wrapped(f"{say('report.remedy', lang)}{remedy}")


def _wrapped(text: str) -> Iterator[str]:
    width = (terminal_width() if sys.stderr.isatty() else WIDTH) - len(_INDENT)
    yield from (f"{_INDENT}{line}" for line in wrap(safe(text), width))
