"""A file to a Book."""

from __future__ import annotations

from gouji.book import Book
from gouji.read import text
from gouji.read.assemble import assemble
from gouji.read.decode import decode
from gouji.read.grid import Unreadable

__all__ = ["Unreadable", "read"]


def read(data: bytes, source: str, edition: str | None = None) -> Book:
    """The Book in a file's bytes. Raises Unreadable with what, where and what to do."""
    blocks, prose = text.blocks(decode(data), source)
    return assemble(blocks, prose, source, edition)
