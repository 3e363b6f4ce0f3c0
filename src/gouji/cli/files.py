"""Files in and out: which files a path means, their bytes, and output that is whole or not there."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from gouji.read import Unreadable
from gouji.read.decode import MOST_BYTES, bounded
from gouji.read.several import Part, is_readable

STDIN = "-"


def sources(paths: Iterable[str], one_book: bool = False) -> Iterator[str]:
    """The files that paths mean: a folder stands for the files in it that can be read, or itself if none.

    Where its files are one book, it stands for itself too.
    """
    for path in paths:
        if path == STDIN or one_book or not os.path.isdir(path):
            yield path
        else:
            yield from _inside(path) or [path]


def parts(folder: str) -> list[Part]:
    """The files in a folder that is one book."""
    return [(name_of(path), partial(load, path)) for path in _inside(folder)]


def digest(data: bytes) -> str:
    return sha256(data).hexdigest()


def digest_of(source: str, one_book: bool) -> str:
    """The digest of a file; of a folder that is one book, that of a list of its files as sha256sum prints it.

    Raises Unreadable.
    """
    if not (one_book and os.path.isdir(source)):
        return digest(load(source))
    lines = (f"{digest(load(path))}  {name_of(path)}\n" for path in _inside(source))
    return digest("".join(lines).encode())


def load(source: str) -> bytes:
    """The bytes of a file; or of standard input, no more than a book can have. Raises Unreadable."""
    if source == STDIN:
        return sys.stdin.buffer.read(MOST_BYTES + 1)
    if "\0" in source:
        raise Unreadable("missing")
    try:
        with open(source, "rb") as file:
            return _limited(file)
    except FileNotFoundError:
        raise Unreadable("missing") from None
    except IsADirectoryError:
        if os.access(source, os.R_OK | os.X_OK):
            raise Unreadable("no-files") from None
        raise Unreadable("denied", os.strerror(errno.EACCES)) from None
    except OSError as problem:
        raise Unreadable("denied", problem.strerror or str(problem)) from None


@contextmanager
def written(path: str) -> Iterator[BinaryIO]:
    """A file that is there only when all of it is: written beside its place, then moved there."""
    target = Path(os.path.realpath(path))
    if target.exists() and not target.is_file():
        with target.open("wb") as file:
            yield file
        return
    beside = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with beside.open("wb") as file:
            yield file
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)


def name_of(source: str) -> str:
    """A file's name as it can be shown and written, whatever its bytes are."""
    return os.fsencode(source).decode("utf-8", "replace")


def _inside(folder: str) -> list[str]:
    found: list[str] = []

    def closed(problem: OSError) -> None:
        found.append(str(problem.filename))

    for root, folders, names in os.walk(folder, onerror=closed):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [os.path.join(root, name) for name in names if is_readable(name)]
    return sorted(found, key=lambda path: Path(path).parts)


def _limited(file: BinaryIO) -> bytes:
    """All that a file holds. What is larger than any book is not read to its end."""
    data = file.read(MOST_BYTES + 1)
    bounded(max(len(data), os.fstat(file.fileno()).st_size if len(data) > MOST_BYTES else 0))
    return data
