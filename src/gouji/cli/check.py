"""`gouji check`: books in, reports out, streamed in the order of the books."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from gouji.cli.files import STDIN, load, name_of, sources, written
from gouji.cli.options import Parser, chosen
from gouji.cli.work import OK, Done, How, Task, collect_rarely, work
from gouji.forms import names
from gouji.messages import say

NARROWEST = 40
Put = Callable[[Done], None]


def check(options: argparse.Namespace, asked: Parser) -> int:
    how = _how(options, asked)
    paths = list(sources(options.paths))
    folder = how.format == "html" and _is_folder(options.output, len(paths))
    if folder and not options.output:
        asked.error(say("cli.html-many", how.lang))
    status, dones = OK, _results(paths, how, options.jobs)
    try:
        with _output(options.output, folder, how) as put, _progress(len(paths), options.output) as step:
            for done in dones:
                if done.problem:
                    print(done.problem, file=sys.stderr)
                put(done)
                status = max(status, done.status)
                step()
    except BrokenPipeError:
        raise
    except OSError as problem:
        told = {"path": name_of(options.output or "stdout"), "what": problem.strerror or str(problem)}
        asked.error(say("cli.cannot-write", how.lang, told))
    return status


def edition_of(options: argparse.Namespace, asked: Parser) -> str | None:
    if options.edition is not None and options.edition not in names():
        told = {"name": options.edition, "names": ", ".join(names())}
        asked.error(say("cli.unknown-edition", options.lang, told))
    edition: str | None = options.edition
    return edition


def _how(options: argparse.Namespace, asked: Parser) -> How:
    tty = not options.output and sys.stdout.isatty()
    edition = edition_of(options, asked)
    only, skip = chosen(options.only, asked), chosen(options.skip, asked)
    return How(options.format, options.lang, edition, only, skip, _width() if tty else 80, tty)


def _width() -> int:
    from shutil import get_terminal_size

    return max(get_terminal_size().columns, NARROWEST)


def _is_folder(output: str | None, books: int) -> bool:
    return books > 1 or (output is not None and (output.endswith(os.sep) or os.path.isdir(output)))


def _results(paths: Sequence[str], how: How, jobs: int) -> Iterable[Done]:
    """One book is checked here; more than one, in processes of their own."""
    tasks = (Task(path, how, load(path) if path == STDIN and len(paths) > 1 else None) for path in paths)
    if len(paths) == 1 or jobs == 1:
        collect_rarely()
        return map(work, tasks)
    from gouji.cli.pool import cores, results

    return results(tasks, min(jobs or cores(), len(paths)))


@contextmanager
def _output(output: str | None, folder: bool, how: How) -> Iterator[Put]:
    if folder and output:
        from gouji.cli.pages import pages

        with pages(output, how.lang) as put:
            yield put
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
            write((gap + done.text).encode(encoding, "replace"))
            first = False

    return put


def _to_stdout(data: bytes) -> None:
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


@contextmanager
def _progress(books: int, output: str | None) -> Iterator[Callable[[], None]]:
    """A bar on a terminal's standard error, unless the reports themselves go to the terminal."""
    if books < 2 or not sys.stderr.isatty() or (not output and sys.stdout.isatty()):
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
