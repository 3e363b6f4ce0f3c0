"""One book from its file to its report: what a worker process does."""

from __future__ import annotations

import gc
from io import StringIO
from typing import NamedTuple

from gouji.audit import Audit, audit
from gouji.cli.files import STDIN, load, name_of
from gouji.findings import ERROR, NOTE, WARNING
from gouji.messages import catalogue
from gouji.read import Unreadable, read
from gouji.report.words import safe

OK, FAULTY, FAILED = 0, 1, 2


class How(NamedTuple):
    """How to check a book and how to say what was found; `width` and `tty` are those of a terminal."""

    format: str
    lang: str
    edition: str | None = None
    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    width: int = 80
    tty: bool = False


class Task(NamedTuple):
    source: str
    how: How
    data: bytes | None = None  # where the bytes are at hand, as those of standard input


class Done(NamedTuple):
    """A book's report and exit status; for one that could not be read, one line that says why."""

    source: str
    status: int
    text: str = ""
    problem: str = ""
    unit: str = ""
    year: int | None = None
    levels: tuple[int, int, int] = (0, 0, 0)


def collect_rarely() -> None:
    """Objects are freed as they fall out of use; to look for circles often costs a quarter of the time."""
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)


def work(task: Task) -> Done:
    source, how = task.source, task.how
    shown = name_of(source)
    try:
        book = read(load(source) if task.data is None else task.data, shown, how.edition)
        told = audit(book, how.only, how.skip)
        levels = [finding.level for finding in told.findings]
        counts = (levels.count(ERROR), levels.count(WARNING), levels.count(NOTE))
        return Done(shown, FAULTY if counts[0] else OK, _text(told, how), "", book.unit, book.year, counts)
    except Unreadable as problem:
        return Done(shown, FAILED, problem=unreadable(shown, problem, how.lang))
    except Exception as problem:
        return Done(shown, FAILED, problem=internal(shown, problem, how.lang))


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


def _text(told: Audit, how: How) -> str:
    if how.format == "json":
        from gouji.report.data import line, report

        return line(report(told, how.lang)) + "\n"
    if how.format == "html":
        from gouji.report.html import page

        return page(told, how.lang)
    from rich.console import Console

    from gouji.report.terminal import write

    text = StringIO()
    console = Console(file=text, width=how.width, force_terminal=how.tty or None, highlight=False)
    write(told, how.lang, console)
    return text.getvalue()
