"""Word: the paragraphs and tables of a document in order, as they stand once its changes are accepted."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from gouji.book import Cell
from gouji.read.flow import MOST_CELLS, Flow, Row, tidy
from gouji.read.grid import Block, Unreadable
from gouji.read.sniff import Package, xml
from gouji.read.text import MOST_COLUMNS

if TYPE_CHECKING:
    from lxml.etree import _Element

MOST_SECONDS = 60
_BREAKS = {"br": "\n", "cr": "\n", "tab": "\t", "ptab": "\t", "noBreakHyphen": "-"}
_PASSED = frozenset(("del", "moveFrom", "Fallback", "pPr", "rPr", "tbl", "instrText", "delText"))
"""What is not printed, or is read elsewhere: deleted text, the second form of a drawing, tables in cells."""


def blocks(data: bytes, source: str) -> tuple[list[Block], list[Cell]]:
    """The tables of a document, and the lines outside them. Raises Unreadable."""
    package = Package(data)
    part = package.part(package.main)
    if not part:
        raise Unreadable("damaged")
    flow = Flow(source)
    for _, told in parts(xml(part)):
        if isinstance(told, str):
            flow.line(told)
        else:
            flow.table(told)
    return flow.blocks()


def parts(root: _Element) -> Iterator[tuple[_Element, str | list[Row]]]:
    """The lines and the tables of a document in order, each with the paragraph or table that holds it."""
    body = next((node for node in root if _name(node) == "body"), None)
    for node in _contents(body) if body is not None else ():
        if _name(node) == "tbl":
            yield from _table(node)
        else:
            for line in _text(node).split("\n"):
                yield node, line


def _name(node: _Element) -> str:
    """An element's name without its namespace; empty for a comment or a processing instruction."""
    tag = node.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _contents(holder: _Element) -> Iterator[_Element]:
    """The paragraphs and tables of a body or a cell, those in content controls and insertions included."""
    for node in holder:
        name = _name(node)
        if name in ("p", "tbl"):
            yield node
        elif name in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"):
            yield from _contents(node)


def _text(paragraph: _Element) -> str:
    return "".join(_words(paragraph))


def _words(holder: _Element) -> Iterator[str]:
    for node in holder:
        name = _name(node)
        if name == "t":
            yield node.text or ""
        elif name in _BREAKS:
            yield _BREAKS[name]
        elif name and name not in _PASSED and not (name == "r" and _vanishes(node)):
            yield from _words(node)
            if name == "p":  # of a text box
                yield "\n"


def _vanishes(run: _Element) -> bool:
    mark = run.find("{*}rPr/{*}vanish")
    return mark is not None and _value(mark) not in ("0", "false", "off")


def _value(node: _Element, name: str = "val") -> str:
    return next((str(value) for key, value in node.items() if str(key).rpartition("}")[2] == name), "")


def _table(table: _Element) -> Iterator[tuple[_Element, list[Row]]]:
    """A table, then the tables in its cells."""
    inner: list[_Element] = []
    rows = []
    cells = 0
    for number, tr in enumerate(_rows(table), 1):
        row = _row(tr, number, inner)
        cells += len(row.texts)
        if cells > MOST_CELLS:
            raise Unreadable("cells", str(MOST_CELLS))
        rows.append(row)
    yield table, rows
    for node in inner:
        yield from _table(node)


def cell_at(table: _Element, row: int, column: int) -> _Element | None:
    """The cell that goes over a column of a row, both from 1."""
    tr = next(islice(_rows(table), row - 1, None), None)
    at = _count(tr, "trPr/{*}gridBefore") if tr is not None else 0
    for tc in _cells(tr) if tr is not None else ():
        at += _count(tc, "tcPr/{*}gridSpan") or 1
        if column <= at:
            return tc
    return None


def _rows(holder: _Element) -> Iterator[_Element]:
    for node in holder:
        name = _name(node)
        if name == "tr" and node.find("{*}trPr/{*}del") is None:
            yield node
        elif name in ("sdt", "sdtContent", "ins", "moveTo", "customXml"):
            yield from _rows(node)


def _row(tr: _Element, number: int, inner: list[_Element]) -> Row:
    texts = [""] * _count(tr, "trPr/{*}gridBefore")
    spans = []
    for tc in _cells(tr):
        wide = _count(tc, "tcPr/{*}gridSpan") or 1
        text = "" if _continues(tc) else _cell(tc, inner)
        if text:
            spans.append(wide)
        texts += [text, *[""] * (wide - 1)]
        if len(texts) > MOST_COLUMNS:
            raise Unreadable("columns", str(number), str(MOST_COLUMNS))
    return Row(texts, spans[0] if spans else 1, number)


def _cells(holder: _Element) -> Iterator[_Element]:
    for node in holder:
        name = _name(node)
        if name == "tc":
            yield node
        elif name in ("sdt", "sdtContent", "customXml"):
            yield from _cells(node)


def _count(node: _Element, path: str) -> int:
    found = node.find("{*}" + path)
    said = "" if found is None else _value(found)
    return min(int(said), MOST_COLUMNS + 1) if said.isdecimal() and len(said) < 10 else 0


def _continues(tc: _Element) -> bool:
    """Is a cell the lower part of a merged one?"""
    merge = tc.find("{*}tcPr/{*}vMerge")
    return merge is not None and _value(merge) != "restart"


def _cell(tc: _Element, inner: list[_Element]) -> str:
    lines = []
    for node in _contents(tc):
        if _name(node) == "tbl":
            inner.append(node)
        else:
            lines.append(_text(node))
    return tidy("\n".join(lines))


def converted(data: bytes) -> bytes:
    """An old Word or WPS document as docx, by LibreOffice where it is installed. Raises Unreadable."""
    import shutil
    import subprocess
    import tempfile
    from pathlib import Path

    office = shutil.which("soffice") or shutil.which("libreoffice")
    if not office:
        raise Unreadable("legacy")
    with tempfile.TemporaryDirectory(prefix="gouji-", ignore_cleanup_errors=True) as folder:
        old = Path(folder, "book.doc")
        old.write_bytes(data)
        profile = f"-env:UserInstallation={Path(folder, 'profile').as_uri()}"
        command = [
            office,
            profile,
            "--headless",
            "--norestore",
            "--convert-to",
            "docx",
            "--outdir",
            folder,
            str(old),
        ]
        try:
            _run(command, folder)
            return Path(folder, "book.docx").read_bytes()
        except (OSError, subprocess.SubprocessError):
            raise Unreadable("legacy-failed") from None


def _run(command: list[str], folder: str) -> None:
    """A command in a folder, for so long and no longer: it is ended with all that it started."""
    import os
    import signal
    import subprocess

    quiet = subprocess.DEVNULL
    with subprocess.Popen(
        command, cwd=folder, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True
    ) as process:
        try:
            process.wait(MOST_SECONDS)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
