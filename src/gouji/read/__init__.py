"""A file to a Book."""

from __future__ import annotations

from dataclasses import replace

from gouji.book import Book, Cell, Remark
from gouji.read.assemble import assemble
from gouji.read.decode import MOST_BYTES
from gouji.read.grid import Block, Unreadable
from gouji.read.sniff import kind

__all__ = ["Unreadable", "read"]


def read(data: bytes, source: str, edition: str | None = None) -> Book:
    """The Book in a file's bytes. Raises Unreadable with what, where and what to do."""
    blocks, prose, remarks = _read(data, source)
    book = assemble(blocks, prose, source, edition)
    return replace(book, remarks=remarks) if remarks else book


def _read(data: bytes, source: str) -> tuple[list[Block], list[Cell], tuple[Remark, ...]]:
    """The blocks of a file, the lines outside them, and remarks, by the reader of what its bytes are."""
    if len(data) > MOST_BYTES:
        raise Unreadable("large", str(len(data) // 1024 // 1024), str(MOST_BYTES // 1024 // 1024))
    found = kind(data)
    if found == "doc":
        from gouji.read.docx import converted

        data, found = converted(data), "docx"
    if found in ("xlsx", "xls"):
        from gouji.read import xlsx

        return xlsx.blocks(data, source) if found == "xlsx" else xlsx.old_blocks(data, source)
    return *_lines(found, data, source), ()


def _lines(found: str, data: bytes, source: str) -> tuple[list[Block], list[Cell]]:
    if found == "pdf":
        try:
            from gouji.read import pdf
        except ModuleNotFoundError:
            raise Unreadable("needs", "pdf") from None
        return pdf.blocks(data, source)
    if found == "docx":
        from gouji.read import docx

        return docx.blocks(data, source)
    if found == "html":
        from gouji.read import html

        return html.blocks(data, source)
    from gouji.read import text
    from gouji.read.decode import decode

    return text.blocks(decode(data), source)
