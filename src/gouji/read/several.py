"""One book in several files: those of a zip or of a folder, in the order of their names.

The tables of all of them are the book's; each cell's place names its own file. A file that cannot be read
is left out, and a remark says so. What is packed inside a zip is read in memory and never written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from gouji.book import Cell, Remark
from gouji.messages import catalogue
from gouji.read.grid import Block, Unreadable
from gouji.read.sniff import Archive

PLAIN = (".txt", ".md", ".tsv", ".csv", ".html", ".htm")
SUFFIXES = (*PLAIN, ".xlsx", ".xlsm", ".xls", ".et", ".docx", ".doc", ".wps", ".pdf", ".zip")
PACKED = (".zip", ".rar", ".7z", ".gz", ".tar")  # said to be left out of a zip, where pictures are not
LEFT_OUT = "read.left-out"
MOST_FILES = 500

Part = tuple[str, Callable[[], bytes]]
"""A file's name, and how to get its bytes."""
Read = tuple[list[Block], list[Cell], tuple[Remark, ...]]
"""The blocks of a file, the lines outside them, and remarks."""


def together(parts: Sequence[Part], read: Callable[[bytes, str], Read]) -> Read:
    """What all files hold. Raises Unreadable where none of them has a table and one cannot be read."""
    if len(parts) > MOST_FILES:
        raise Unreadable("many-files", str(len(parts)), str(MOST_FILES))
    blocks: list[Block] = []
    prose: list[Cell] = []
    remarks: list[Remark] = []
    problems: list[tuple[str, Unreadable]] = []
    for name, load in sorted(parts, key=lambda part: _natural(part[0])):
        try:
            its_blocks, its_prose, its_remarks = read(load(), name)
        except Unreadable as problem:
            problems.append((name, problem))
        else:
            blocks += its_blocks
            prose += its_prose
            remarks += its_remarks
    if problems and not any(block.rows for block in blocks):
        raise problems[0][1]
    return blocks, prose, (*remarks, *(_left_out(name, problem) for name, problem in problems))


def members(data: bytes, source: str) -> list[Part]:
    """The files in a zip that can be read, and those that are packed once more. Raises Unreadable."""
    archive = Archive(data)
    names = ((name, info) for name, info in archive.files() if is_readable(name, (*SUFFIXES, *PACKED)))
    found: list[Part] = [(f"{source}/{name}", partial(archive.read, info)) for name, info in names]
    if not found:
        raise Unreadable("archive")
    return found


def is_readable(name: str, suffixes: Iterable[str] = SUFFIXES) -> bool:
    """Is it a file to read, by its name? Those that begin with a point are not, nor what macOS adds."""
    folders = name.split("/")
    hidden = any(part.startswith((".", "__MACOSX", "~$")) for part in folders)
    return name.lower().endswith(tuple(suffixes)) and not hidden


def _natural(name: str) -> list[str]:
    """附件2 before 附件10: each number in a name with how long it is."""
    words = re.split(r"0*(\d+)", name)
    return [f"{len(word):05}{word}" if i % 2 else word for i, word in enumerate(words)]


def _left_out(name: str, problem: Unreadable) -> Remark:
    entry = catalogue()[f"unreadable.{problem.key}"]
    why, why_en = (entry.message(lang).format(*problem.values, source=name) for lang in ("zh", "en"))
    return Remark(LEFT_OUT, (), (("file", name), ("why", why), ("why_en", why_en)))
