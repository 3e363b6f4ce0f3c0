"""Many books as HTML: a folder with a page for each, and an index of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from gouji.cli.files import STDIN, written
from gouji.cli.work import Done
from gouji.report.index import Entry, index

INDEX = "index"


@contextmanager
def pages(folder: str, lang: str) -> Iterator[Callable[[Done], None]]:
    os.makedirs(folder, exist_ok=True)
    entries: list[Entry] = []
    taken = {INDEX}

    def put(done: Done) -> None:
        page = f"{_name(done.source, taken)}.html" if done.text else ""
        entries.append(Entry(done.source, page, done.unit, done.year, done.levels, done.problem))
        if page:
            _write(os.path.join(folder, page), done.text)

    yield put
    _write(os.path.join(folder, f"{INDEX}.html"), index(entries, lang).encode())


def _name(source: str, taken: set[str]) -> str:
    """A name for a book's page: its file's, with a number where another book has that already."""
    stem = os.path.splitext(os.path.basename(source))[0] if source != STDIN else "stdin"
    name, number = stem, 1
    while name.casefold() in taken:
        number += 1
        name = f"{stem}-{number}"
    taken.add(name.casefold())
    return name


def _write(path: str, text: bytes) -> None:
    with written(path) as file:
        file.write(text)
