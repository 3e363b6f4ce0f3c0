"""One book from its file to its report: what a worker process does."""

from __future__ import annotations

import gc
import os
from io import StringIO
from time import perf_counter
from typing import Any, NamedTuple

from gouji.audit import Audit, audit
from gouji.book import Book
from gouji.cli.files import STDIN, digest, digest_of, load, name_of, parts
from gouji.findings import ERROR, NOTE, WARNING
from gouji.messages import catalogue, say
from gouji.read import LEFT_OUT, Unreadable, read, read_parts
from gouji.report.words import safe

OK, FAULTY, FAILED = 0, 1, 2


BOOK, LEDGER, ANNOTATED = "book", "ledger", "annotated"
"""Formats of what another part of the command goes on with: `Done.result` instead of a text."""


class How(NamedTuple):
    """How to check a book and how to say what was found; `width` and `tty` are those of a terminal."""

    format: str
    lang: str
    edition: str | None = None
    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    width: int = 80
    tty: bool = False
    one_book: bool = False  # a folder's files are one book


class Task(NamedTuple):
    source: str
    how: How
    data: bytes | None = None  # where the bytes are at hand, as those of standard input


class Done(NamedTuple):
    """A book's report in UTF-8 and its exit status; for what could not be read of it, lines that say why."""

    source: str
    status: int
    text: bytes = b""
    problem: str = ""
    unit: str = ""
    year: int | None = None
    levels: tuple[int, int, int] = (0, 0, 0)
    seconds: float = 0.0
    result: Any = None  # a Book, what was read of a ledger, or an Annotated


class Annotated(NamedTuple):
    """A book's own file with the findings in it; how many are marked, and how many have no place."""

    data: bytes
    marks: int
    loose: int


def collect_rarely() -> None:
    """Objects are freed as they fall out of use; to look for circles often costs a quarter of the time."""
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)


def work(task: Task) -> Done:
    """Raises MemoryError alone."""
    start = perf_counter()
    try:
        done = _checked(task)
    except Unreadable as problem:
        done = lost(task, problem.key, *problem.values)
    except MemoryError:
        raise
    except Exception as problem:
        shown = name_of(task.source)
        done = Done(shown, FAILED, problem=internal(shown, problem, task.how.lang))
    return done._replace(seconds=perf_counter() - start)


def lost(task: Task, key: str, *values: str) -> Done:
    """A book that could not be read."""
    shown = name_of(task.source)
    return Done(shown, FAILED, problem=unreadable(shown, Unreadable(key, *values), task.how.lang))


def unreadable(source: str, problem: Unreadable, lang: str) -> str:
    """One line that says what could not be read, why, and what to do."""
    named = source if source != STDIN else catalogue()["cli.stdin"].message(lang)
    template = catalogue()[f"unreadable.{problem.key}"].message(lang)
    return safe(template.format(*problem.values, source=named))


def internal(source: str, problem: BaseException, lang: str) -> str:
    """One line for a fault of our own, with what a report of it needs."""
    import traceback

    frames = traceback.extract_tb(problem.__traceback__)
    at = f" ({frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno})" if frames else ""
    what = f"{type(problem).__name__}: {problem}{at}"
    return safe(catalogue()["cli.internal"].message(lang).format(source=source, what=what))


def left_out(book: Book, lang: str) -> str:
    """A line for each of the files of a book that was not read."""
    told = (remark for remark in book.remarks if remark.code == LEFT_OUT)
    return "\n".join(safe(say(remark.code, lang, dict(remark.args))) for remark in told)


def _checked(task: Task) -> Done:
    if task.how.format == LEDGER:
        from gouji.ledger.reading import read_ledger

        return Done(name_of(task.source), OK, result=read_ledger(task.source))
    book, sha256 = _book(task)
    problem = left_out(book, task.how.lang)
    if task.how.format == BOOK:
        return Done(book.source, FAILED if problem else OK, problem=problem, result=book)
    if task.how.format.startswith("book-"):
        return Done(book.source, FAILED if problem else OK, _as_read(book, task.how), problem)
    told = audit(book, task.how.only, task.how.skip)
    levels = [finding.level for finding in told.findings]
    counts = (levels.count(ERROR), levels.count(WARNING), levels.count(NOTE))
    status = FAILED if problem else FAULTY if counts[0] else OK
    if task.how.format == ANNOTATED:
        return Done(book.source, status, levels=counts, result=_annotated(task, told))
    return Done(book.source, status, _text(told, task.how, sha256), problem, book.unit, book.year, counts)


def _book(task: Task) -> tuple[Book, str]:
    """The book, and the digest of its bytes where the report is to hold it."""
    source, how = task.source, task.how
    wanted = how.format == "json"
    if task.data is None and how.one_book and os.path.isdir(source):
        book = read_parts(parts(source), name_of(source), how.edition)
        return book, digest_of(source, how.one_book) if wanted else ""
    data = load(source) if task.data is None else task.data
    return read(data, name_of(source), how.edition), digest(data) if wanted else ""


def _annotated(task: Task, told: Audit) -> Annotated:
    from gouji.annotate import annotated, marks
    from gouji.annotate.marks import NOWHERE

    found = marks(told, task.how.lang)
    data = load(task.source) if task.data is None else task.data
    loose = sum(len(mark.numbers) for mark in found if mark.place == NOWHERE)
    return Annotated(annotated(data, found), sum(mark.place != NOWHERE for mark in found), loose)


def _as_read(book: Book, how: How) -> bytes:
    if how.format == "book-json":
        from gouji.report.data import book_data, encoded

        return encoded(book_data(book, how.lang)) + b"\n"
    from gouji.write.text import write

    return write(book).encode(errors="replace")


def _text(told: Audit, how: How, sha256: str) -> bytes:
    if how.format == "json":
        from gouji.report.data import encoded, report

        return encoded(report(told, how.lang) | {"sha256": sha256}) + b"\n"
    if how.format == "survey":
        from gouji.report.data import encoded
        from gouji.report.survey import row

        return encoded(row(told))
    if how.format == "html":
        from gouji.report.html import page

        return page(told, how.lang).encode(errors="replace")
    from rich.console import Console

    from gouji.report.terminal import write

    text = StringIO()
    console = Console(file=text, width=how.width, force_terminal=how.tty or None, highlight=False)
    write(told, how.lang, console)
    return text.getvalue().encode(errors="replace")
