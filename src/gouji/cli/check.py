"""`gouji check`: books in, reports out, streamed in the order of the books."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import BinaryIO

from gouji.cli.files import name_of, sources, written
from gouji.cli.options import Parser, chosen
from gouji.cli.pool import Limits, cores, results
from gouji.cli.work import OK, Done, How, Task
from gouji.forms import names
from gouji.messages import say

NARROWEST = 40
Put = Callable[[Done], None]


def check(options: argparse.Namespace, asked: Parser) -> int:
    how = how_of(options, asked)
    paths = list(sources(options.paths, options.one_book))
    folder = how.format == "html" and _is_folder(options.output, len(paths))
    if folder and not options.output:
        asked.error(say("cli.html-many", how.lang))
    if options.resume and not (options.output and how.format == "json"):
        asked.error(say("cli.resume-needs", how.lang))
    with usable(options.output, asked, how.lang):
        status, paths = _resumed(options, asked, paths) if options.resume else (OK, paths)
        with (
            _output(options, folder, how) as put,
            progress(len(paths), bool(options.output)) as step,
            closing(dones(paths, how, options)) as found,
        ):
            for done in found:
                if done.problem:
                    print(done.problem, file=sys.stderr)
                put(done)
                status = max(status, done.status)
                step()
    return status


def dones(paths: Sequence[str], how: How, options: argparse.Namespace) -> Generator[Done]:
    """The results on books, in their order."""
    tasks = (Task(path, how) for path in paths)
    limits = Limits(options.limit_seconds, options.limit_mb)
    return results(tasks, min(options.jobs or cores(), len(paths)), limits)


@contextmanager
def usable(output: str | None, asked: Parser, lang: str) -> Iterator[None]:
    """An output that cannot be written is wrong usage."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as problem:
        told = {"path": name_of(output or "stdout"), "what": problem.strerror or str(problem)}
        asked.error(say("cli.cannot-write", lang, told))


def edition_of(options: argparse.Namespace, asked: Parser) -> str | None:
    if options.edition is not None and options.edition not in names():
        told = {"name": options.edition, "names": ", ".join(names())}
        asked.error(say("cli.unknown-edition", options.lang, told))
    edition: str | None = options.edition
    return edition


def how_of(options: argparse.Namespace, asked: Parser) -> How:
    tty = not options.output and sys.stdout.isatty()
    edition = edition_of(options, asked)
    only, skip = chosen(options.only, asked), chosen(options.skip, asked)
    width = terminal_width() if tty else 80
    return How(options.format, options.lang, edition, only, skip, width, tty, options.one_book)


def terminal_width() -> int:
    from shutil import get_terminal_size

    return max(get_terminal_size().columns, NARROWEST)


def _is_folder(output: str | None, books: int) -> bool:
    return books > 1 or (output is not None and (output.endswith(os.sep) or os.path.isdir(output)))


def _resumed(options: argparse.Namespace, asked: Parser, paths: Sequence[str]) -> tuple[int, list[str]]:
    """The status of what an interrupted run has reported, and the files that are left to check."""
    from gouji.cli.resume import NotReports, kept

    try:
        told = kept(options.output, paths, options.one_book)
    except NotReports:
        asked.error(say("cli.not-reports", options.lang, {"path": name_of(options.output)}))
    return max(told.values(), default=OK), [path for path in paths if name_of(path) not in told]


@contextmanager
def _output(options: argparse.Namespace, folder: bool, how: How) -> Iterator[Put]:
    output = options.output
    if folder and output:
        from gouji.cli.pages import pages

        with pages(output, how.lang) as put:
            yield put
    elif options.resume:
        with open(output, "ab") as file:
            yield _stream(lambda data: _at_once(file, data), how, "utf-8")
    elif output:
        with written(output) as file:
            yield _stream(file.write, how, "utf-8")
    else:
        encoding = sys.stdout.encoding if how.format == "terminal" else "utf-8"
        yield _stream(_to_stdout, how, encoding)


def _stream(write: Callable[[bytes], object], how: How, encoding: str) -> Put:
    """Reports one after the other; on a terminal an empty line stands between them."""
    first = True

    def put(done: Done) -> None:
        nonlocal first
        if done.text:
            gap = "\n" if how.format == "terminal" and not first else ""
            told = gap.encode() + done.text
            write(told if encoding == "utf-8" else told.decode().encode(encoding, "replace"))
            first = False

    return put


def _to_stdout(data: bytes) -> None:
    _at_once(sys.stdout.buffer, data)


def _at_once(file: BinaryIO, data: bytes) -> None:
    file.write(data)
    file.flush()


@contextmanager
def progress(books: int, quiet: bool) -> Iterator[Callable[[], None]]:
    """A bar on a terminal's standard error, unless reports go to the terminal meanwhile."""
    if books < 2 or not sys.stderr.isatty() or (not quiet and sys.stdout.isatty()):
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), auto_refresh=False, transient=True) as progress:
        task = progress.add_task("", total=books)

        def step() -> None:
            progress.update(task, advance=1, refresh=True)

        yield step
