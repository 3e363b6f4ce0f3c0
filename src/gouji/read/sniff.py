"""What a file is, from its bytes and not its name; and the parts of a zipped document, within bounds."""

from __future__ import annotations

import io
import posixpath
import re
import zlib
from typing import TYPE_CHECKING, Any

from gouji.read.grid import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zipfile import ZipInfo

    from lxml.etree import _Element

MOST_UNPACKED = 128 * 1024 * 1024
MOST_PARTS = 20_000
UTF8 = 0x800  # the flag of a name in UTF-8
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STREAMS = {"EncryptedPackage": "encrypted", "WordDocument": "doc", "Workbook": "xls", "Book": "xls"}
_MAIN = (("xlsx", b"spreadsheetml", b"ms-excel"), ("docx", b"wordprocessingml", b"ms-word"))
_PICTURES = (b"\x89PNG\r\n", b"\xff\xd8\xff")
_HTML = re.compile(r"<!doctype\s+html|<html|<head|<body|<table", re.IGNORECASE)


def kind(data: bytes) -> str:
    """xlsx, docx, zip, xls, doc, pdf, picture, html or text. Raises Unreadable for another document."""
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return Package(data).kind
    if data.startswith(_OLE):
        return _ole(data)
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(_PICTURES):
        return "picture"
    return "html" if _is_html(data) else "text"


def _ole(data: bytes) -> str:
    """An old Office file by the names of its streams."""
    for name, found in _STREAMS.items():
        if name.encode("utf-16-le") + b"\0\0" in data:
            if found == "encrypted":
                raise Unreadable("encrypted")
            return found
    raise Unreadable("office")


def _is_html(data: bytes) -> bool:
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    head = data[:4096].decode("utf-16" if wide else "utf-8", "replace").lstrip("\ufeff \t\r\n")
    return head.startswith("<") and bool(_HTML.search(head))


class Archive:
    """The files in a zip. Nothing is written to disk, and what is unpacked in all is bounded."""

    def __init__(self, data: bytes) -> None:
        import zipfile

        if data.count(b"PK\x01\x02") > MOST_PARTS:
            raise Unreadable("packed", str(MOST_UNPACKED // 1024 // 1024))
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, *_BROKEN):
            raise Unreadable("damaged") from None
        self._left = MOST_UNPACKED

    def files(self) -> Iterator[tuple[str, ZipInfo]]:
        """The name of each file, inside the archive whatever it says, and what the archive says of it."""
        for info in self._zip.infolist():
            if not info.is_dir():
                yield posixpath.normpath("/" + _name(info).replace("\\", "/")).lstrip("/"), info

    def read(self, info: ZipInfo) -> bytes:
        """The bytes of a file. Raises Unreadable."""
        import zipfile

        if info.flag_bits & 1:
            raise Unreadable("encrypted")
        try:
            data = b"" if info.file_size > self._left else self._zip.open(info).read(self._left + 1)
        except (zipfile.BadZipFile, *_BROKEN):
            raise Unreadable("damaged") from None
        if max(info.file_size, len(data)) > self._left:
            raise Unreadable("packed", str(MOST_UNPACKED // 1024 // 1024))
        self._left -= len(data)
        return data


class Package(Archive):
    """The parts of an xlsx or docx; `kind` is zip where it is neither but a plain archive."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.kind, self.main = self._main()

    def part(self, name: str) -> bytes:
        """The bytes of a part; empty where there is none. Raises Unreadable."""
        try:
            info = self._zip.getinfo(name)
        except KeyError:
            return b""
        return self.read(info)

    def related(self, name: str) -> dict[str, tuple[str, str]]:
        """What a part refers to inside the package: id to the last word of its type, and its name."""
        folder, file = posixpath.split(name)
        data = self.part(posixpath.join(folder, "_rels", file + ".rels"))
        found = {}
        for relation in xml(data) if data else ():
            if relation.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, relation.get("Target", ""))).lstrip(
                    "/"
                )
                found[relation.get("Id", "")] = (relation.get("Type", "").rpartition("/")[2], target)
        return found

    def _main(self) -> tuple[str, str]:
        """What the package is, and the name of its main part."""
        types = self.part("[Content_Types].xml")
        if not types:
            return "zip", ""
        for override in xml(types):
            content = override.get("ContentType", "").encode()
            if content.endswith(b"main+xml"):
                for name, *words in _MAIN:
                    if any(word in content for word in words):
                        return name, override.get("PartName", "").lstrip("/")
        raise Unreadable("archive")


def _name(info: ZipInfo) -> str:
    """A file's name: where the archive does not say that it is UTF-8, it may be, or GB18030."""
    if info.flag_bits & UTF8:
        return info.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return info.filename.encode("cp437").decode(encoding)
        except UnicodeError:
            continue
    return info.filename


_BROKEN = (zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError, OverflowError)
"""What the reading of a broken zip can raise, beside BadZipFile."""


def xml(data: bytes) -> _Element:
    """The root of a part. One with a DTD, which no Office program writes, is refused: it can hold bombs."""
    from lxml import etree

    refuse_dtd(data)
    try:
        return etree.fromstring(data, etree.XMLParser(**XML))
    except etree.XMLSyntaxError:
        raise Unreadable("damaged") from None


XML: dict[str, Any] = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}


def refuse_dtd(data: bytes) -> None:
    if b"<!DOCTYPE" in (data.replace(b"\0", b"") if b"\0" in data[:400] else data):
        raise Unreadable("damaged")
