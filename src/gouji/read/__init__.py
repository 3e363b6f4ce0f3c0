"""A file to a Book."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gouji.book import Book, Cell
from gouji.read.assemble import assemble
from gouji.read.decode import bounded
from gouji.read.grid import Block, Unreadable
from gouji.read.several import LEFT_OUT, Part, Read, members, together
from gouji.read.sniff import kind

__all__ = ["LEFT_OUT", "Unreadable", "read", "read_parts"]


def read(data: bytes, source: str, edition: str | None = None) -> Book:
    """The Book in a file's bytes; of a zip, that in all its files. Raises Unreadable with what to do."""
    found = _kind(data)
    whole = together(members(data, source), _part) if found == "zip" else _read(found, data, source)
    return _book(whole, source, edition)


def read_parts(parts: Sequence[Part], source: str, edition: str | None = None) -> Book:
    """The Book in several files. Raises Unreadable."""
    if not parts:
        raise Unreadable("no-files")
    return _book(together(parts, _part), source, edition)


def _book(whole: Read, source: str, edition: str | None) -> Book:
    blocks, prose, remarks = whole
    book = assemble(blocks, prose, source, edition)
    return replace(book, remarks=remarks) if remarks else book


def _part(data: bytes, source: str) -> Read:
    """One of several files. Raises Unreadable for one that holds files itself."""
    found = _kind(data)
    if found == "zip":
        raise Unreadable("archive-inside")
    return _read(found, data, source)


def _kind(data: bytes) -> str:
    bounded(len(data))
    return kind(data)


def _read(found: str, data: bytes, source: str) -> Read:
    """The blocks of a file, the lines outside them, and remarks, by the reader of what its bytes are."""
    if found == "doc":
        from gouji.read.docx import converted

        data, found = converted(data), "docx"
    if found in ("xlsx", "xls"):
        from gouji.read import xlsx

        return xlsx.blocks(data, source) if found == "xlsx" else xlsx.old_blocks(data, source)
    if found == "pdf":
        try:
            from gouji.read import pdf
        except ModuleNotFoundError:
            raise Unreadable("needs", "pdf") from None
        return pdf.read(data, source)
    if found == "picture":
        try:
            from gouji.read import pdf

            return pdf.picture(data, source)
        except ModuleNotFoundError:
            raise Unreadable("needs", "ocr") from None
    return *_lines(found, data, source), ()


def _lines(found: str, data: bytes, source: str) -> tuple[list[Block], list[Cell]]:
    if found == "docx":
        from gouji.read import docx

        return docx.blocks(data, source)
    if found == "html":
        from gouji.read import html

        return html.blocks(data, source)
    from gouji.read import text
    from gouji.read.decode import decode

    return text.blocks(decode(data), source)
