"""The formats that a book is published in: a table of names and of who writes them, imported when used."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any, NamedTuple

from gouji.book import Book
from gouji.draft import Compared
from gouji.forms import Edition
from gouji.ledger import Ledger
from gouji.meaning import Sense
from gouji.write.folder import Data


class Format(NamedTuple):
    """`function` of `module` makes one file's bytes of a book and its edition; where there is no suffix, it
    yields names of files and what these hold, and takes the ledger too. `extra` is what it needs installed;
    `more` are the names of what it takes as well, `offers` the files of several that the site offers; what is
    `paged` is laid out in pages. `needs` is the module that `extra` installs."""

    module: str
    function: str
    suffix: str
    extra: str = ""
    more: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()
    paged: bool = False
    needs: str = ""


_OPEN_DATA = ("lines.csv", "figures.csv", "lines.parquet", "book.json", "datapackage.json")
FORMATS = {
    "text": Format("gouji.write.text", "document", ".txt"),
    "csv": Format("gouji.write.tidy", "files", "", more=("sense",)),
    "xlsx": Format("gouji.write.xlsx", "write", ".xlsx", "office", ("sense",), needs="xlsxwriter"),
    "docx": Format("gouji.write.docx", "write", ".docx", "office", paged=True),
    "pdf": Format("gouji.write.pdf", "write", ".pdf", "publish", paged=True, needs="typst"),
    "data": Format("gouji.write.data", "files", "", "data", ("sense",), _OPEN_DATA, needs="pyarrow"),
    "html": Format("gouji.write.site", "files", "", more=("compared", "beside", "sense")),
}

_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069]')
_DEVICE = re.compile(r"(?i)(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?")
_LONGEST = 60


MOST_PAGED = 200_000
"""Cells that a document laid out in pages may have. A PDF takes 12 KB of memory for each while it is made;
neither Word nor LibreOffice opens three times as many within minutes."""


class Missing(Exception):
    """A format that cannot be written here; the text is the extra that it needs, '' if there is none yet."""


class TooLarge(Exception):
    """A book of too many cells to be laid out in pages; the text is how many."""


def possible(name: str, book: Book) -> None:
    """Raises Missing or TooLarge where a format cannot be written. Imports nothing: it may start threads."""
    format = FORMATS[name]
    if format.needs and find_spec(format.needs) is None:
        raise Missing(format.extra)
    cells = sum(len(table.rows) * len(table.columns) for table in book.tables)
    if format.paged and cells > MOST_PAGED:
        raise TooLarge(f"{cells:,}")


def paths(name: str, book: Book) -> list[str]:
    """The files of a format that the site offers."""
    format = FORMATS[name]
    return [_named(book, format)] if format.suffix else [f"{name}/{path}" for path in format.offers]


def made(
    name: str,
    ledger: Ledger,
    book: Book,
    edition: Edition,
    compared: Sequence[Compared] = (),
    beside: Sequence[str] = (),
    sense: Sense | None = None,
) -> Iterator[tuple[str, Data]]:
    """The files of a format: each path, relative to the output, and what it holds. Raises Missing.

    `compared` is this year beside the last, `beside` the paths of the other formats,
    `sense` that of the book, where it is known already.
    """
    format, write = FORMATS[name], _writer(name)
    known = {"compared": compared, "beside": beside, "sense": sense}
    more = {name: known[name] for name in format.more}
    if format.suffix:
        yield _named(book, format), write(book, edition, **more)
    else:
        yield from ((f"{name}/{path}", data) for path, data in write(ledger, book, edition, **more))


def _writer(name: str) -> Callable[..., Any]:
    format = FORMATS[name]
    try:
        write: Callable[..., Any] | None = getattr(import_module(format.module), format.function, None)
    except ImportError as problem:
        ours = (problem.name or "").startswith("gouji")
        raise Missing("" if ours else format.extra) from None
    if write is None:
        raise Missing("")
    return write


def _named(book: Book, format: Format) -> str:
    return file_name(f"{book.unit}{book.year or ''}年部门预算") + format.suffix


def file_name(text: str) -> str:
    """A text as the name of a file that stays where it is put, on every system."""
    name = _UNSAFE.sub("_", text).strip(". ")[:_LONGEST].strip(". ")
    return f"_{name}" if not name or _DEVICE.fullmatch(name) else name
