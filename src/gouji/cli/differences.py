"""`gouji diff`: two versions or two years of a book, or of a ledger."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from io import StringIO

from gouji.book import Book
from gouji.cli.check import edition_of, terminal_width, usable
from gouji.cli.files import STDIN, load, name_of, written
from gouji.cli.options import Parser
from gouji.cli.pool import Limits, results
from gouji.cli.work import BOOK, FAILED, FAULTY, LEDGER, OK, Done, How, Task, collect_rarely, internal, lost
from gouji.compare import Comparison, Side, book_side, compare, ledger_side
from gouji.forms import UnknownEdition, edition
from gouji.ledger import Ledger, compile
from gouji.ledger.reading import Reading
from gouji.ledger.workbook import pages
from gouji.messages import say
from gouji.read import Unreadable, read
from gouji.read.sniff import Package, kind, xml
from gouji.report.words import safe

Source = Book | Ledger
NEEDED = ("unit", "lines")
"""What the sheets hold by which a ledger is known."""


def diff(options: argparse.Namespace, asked: Parser) -> int:
    """Exit status 0: no difference; 1: some; 2: one of the two cannot be read."""
    collect_rarely()
    forms = edition_of(options, asked)
    if options.format == "xlsx" and not options.output:
        asked.error(say("cli.diff-xlsx", options.lang))
    if options.old == options.new == STDIN:
        asked.error(say("cli.diff-stdin", options.lang))
    ends = sources((options.old, options.new), forms, options.lang)
    if ends[0] is None or ends[1] is None:
        return FAILED
    try:
        found = compare(*_sides(ends[0], ends[1], options))
        with usable(options.output, asked, options.lang):
            _put(found, options, asked)
    except OSError:
        raise
    except Exception as problem:
        print(internal(name_of(options.new), problem, options.lang), file=sys.stderr)
        return FAILED
    return FAULTY if found.changes or found.texts else OK


def sources(paths: Sequence[str], forms: str | None, lang: str) -> list[Source | None]:
    """Books or ledgers, each read in a process of its own that is ended where it takes too much.

    None for one that cannot be read, which is told.
    """
    tasks = [_task(path, forms, lang) for path in paths]
    read = [task for task in tasks if isinstance(task, Task)]
    done = dict(zip(map(id, read), results(read, 2, Limits()), strict=True))
    return [_told(done[id(task)] if isinstance(task, Task) else task, lang) for task in tasks]


def _task(path: str, forms: str | None, lang: str) -> Task | Done:
    """What is to be read, or what is wrong before that."""
    source, how = name_of(path), How(BOOK, lang, forms, one_book=True)
    try:
        if path == STDIN:
            return Task(path, how, load(path))
        return Task(path, how._replace(format=LEDGER) if _is_ledger(path) else how)
    except Unreadable as problem:
        return lost(Task(path, how), problem.key, *problem.values)
    except Exception as problem:
        return Done(source, FAILED, problem=internal(source, problem, lang))


def _told(done: Done, lang: str) -> Source | None:
    """What was read; what could not be is told."""
    if done.problem:
        print(done.problem, file=sys.stderr)
    found: Book | Reading | None = done.result
    return _ledger(found, lang) if isinstance(found, Reading) else found


def _is_ledger(path: str) -> bool:
    """Does a workbook or a folder have the sheets that every ledger has?"""
    needed = {page.name for page in pages() if page.holds in NEEDED}
    if os.path.isdir(path):
        return all(os.path.isfile(os.path.join(path, f"{name}.csv")) for name in needed)
    if not path.lower().endswith((".xlsx", ".xlsm")):
        return False
    package = Package(load(path)) if kind(load(path)) == "xlsx" else None
    sheets = xml(package.part(package.main)).iterfind("{*}sheets/{*}sheet") if package else ()
    return needed <= {sheet.get("name", "") for sheet in sheets}


def _ledger(found: Reading, lang: str) -> Ledger | None:
    """The ledger; its problems, all of them, are told."""
    for one in found.problems:
        print(safe(one.say(lang)), file=sys.stderr)
    if found.ledger is None:
        count = sum(one.level == "error" for one in found.problems)
        print(say("diff.unread", lang, {"count": str(count)}), file=sys.stderr)
    return found.ledger


def _sides(old: Source, new: Source, options: argparse.Namespace) -> tuple[Side, Side]:
    """Two ledgers line by line; a ledger and a book as two books."""
    names = name_of(options.old), name_of(options.new)
    if isinstance(old, Ledger) and isinstance(new, Ledger):
        return ledger_side(old, names[0]), ledger_side(new, names[1])
    known = next((book.edition for book in (old, new) if isinstance(book, Book)), None)
    books = [
        _compiled(one, options.edition or known, name) for one, name in zip((old, new), names, strict=True)
    ]
    by_form = books[0].edition == books[1].edition
    return book_side(books[0], by_form), book_side(books[1], by_form)


def _compiled(one: Source, forms: str | None, name: str) -> Book:
    if isinstance(one, Book):
        return one
    from gouji.write.text import document

    try:
        made = edition(one.edition or forms or "")
    except UnknownEdition:
        made = edition(forms or "")
    return read(document(compile(one, made), made), name, made.name)


def _put(found: Comparison, options: argparse.Namespace, asked: Parser) -> None:
    try:
        data = _written(found, options)
    except ImportError:
        asked.error(say("cli.needs", options.lang, {"what": "xlsx", "extra": "office"}))
    if options.output:
        with written(options.output) as file:
            file.write(data)
    else:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()


def _written(found: Comparison, options: argparse.Namespace) -> bytes:
    if options.format == "xlsx":
        from gouji.report.differences.workbook import workbook

        return workbook(found, options.lang)
    if options.format == "html":
        from gouji.report.differences.page import page

        return page(found, options.lang).encode()
    if options.format == "json":
        from gouji.report.data import line
        from gouji.report.differences.data import difference

        return (line(difference(found, options.lang)) + "\n").encode()
    return _terminal(found, options)


def _terminal(found: Comparison, options: argparse.Namespace) -> bytes:
    from rich.console import Console

    from gouji.report.differences.terminal import write

    tty = not options.output and sys.stdout.isatty()
    text, width = StringIO(), terminal_width() if tty else 80
    write(found, options.lang, Console(file=text, width=width, force_terminal=tty or None, highlight=False))
    encoding = "utf-8" if options.output else sys.stdout.encoding
    return "\n".join(line.rstrip() for line in text.getvalue().split("\n")).encode(encoding, "replace")
