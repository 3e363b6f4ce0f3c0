"""Bytes to text: UTF-8 with or without a mark, UTF-16 with a mark, GB18030."""

from __future__ import annotations

import codecs

from gouji.read.grid import Unreadable

MEGABYTE = 1024 * 1024
MOST_BYTES = 64 * MEGABYTE


def bounded(size: int) -> None:
    """Raises Unreadable for more bytes than any book has."""
    if size > MOST_BYTES:
        raise Unreadable("large", str(-(-size // MEGABYTE)), str(MOST_BYTES // MEGABYTE))


def decode(data: bytes) -> str:
    """Raises Unreadable: empty, too large, binary, or of no encoding that is known."""
    if not data.strip():
        raise Unreadable("empty")
    bounded(len(data))
    utf32 = data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE))
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and not utf32:
        return _as(data, "utf-16")
    if b"\0" in data:
        raise Unreadable("binary", str(data.index(b"\0")))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as utf8:
        text = _as(data, "gb18030", utf8.start)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text


def _as(data: bytes, encoding: str, at: int = 0) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as problem:
        raise Unreadable("encoding", str(at or problem.start)) from None
    if encoding == "utf-16" or _plausible(text):
        return text.replace("\r\n", "\n").replace("\r", "\n")
    raise Unreadable("binary", str(at))


def _plausible(text: str) -> bool:
    """GB18030 decodes almost anything: real text has few control and private-use characters."""
    sample = text[:4000]
    odd = sum(
        1 for c in sample if (c < " " and c not in "\t\n\r\f") or "\ue000" <= c <= "\uf8ff" or c > "\uffff"
    )
    return odd * 50 <= len(sample)
