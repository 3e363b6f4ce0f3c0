"""A ledger's file, or folder of CSV files, to the cells of its sheets."""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple
from zipfile import ZipFile, ZipInfo

from gouji.ledger.cells import Raw
from gouji.read import Unreadable
from gouji.read.decode import MOST_BYTES, bounded, decode
from gouji.read.sniff import Package, kind, xml

MOST_UNPACKED = 1024 * 1024 * 1024
_PIECE, _LONGEST_CELL = 1024 * 1024, 100_000
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PROTECTED = ("'=", "'+", "'-", "'@", "'\t", "'\r", "''")
_FAULTY = re.compile(rb'<c r="([A-Z]+[0-9]+)"[^>]* t="e"')


class Cells(NamedTuple):
    """A sheet as its file holds it: all rows from the first, and the cells whose formula gives an error."""

    file: str
    name: str
    rows: Sequence[Sequence[Raw]]
    faulty: Sequence[str] = ()


def cells(path: str) -> list[Cells]:
    """The sheets of a workbook, or of a folder with a CSV file for each. Raises Unreadable."""
    if os.path.isdir(path):
        found = sorted(Path(path).glob("*.csv"))
        if not found:
            raise Unreadable("no-files")
        return [_csv(file) for file in found]
    data = _bytes(path)
    if kind(data) not in ("xlsx", "xls"):
        raise Unreadable("not-ledger")
    return list(_workbook(data, os.path.basename(path)))


def _bytes(path: str | Path) -> bytes:
    try:
        with open(path, "rb") as file:
            data = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise Unreadable("missing") from None
    except OSError as problem:
        raise Unreadable("denied", problem.strerror or str(problem)) from None
    bounded(len(data))
    return data


def _csv(path: Path) -> Cells:
    data = _bytes(path)
    if not data.strip():
        return Cells(path.name, path.stem, [])
    reader = csv.reader(io.StringIO(decode(data), newline=""), strict=True)
    try:
        known: dict[str, str] = {}  # each text once: cells repeat names and codes
        rows = [[known.setdefault(cell, cell) for cell in map(_unprotected, row)] for row in reader]
        return Cells(path.name, path.stem, rows)
    except csv.Error as problem:
        raise Unreadable("csv", str(reader.line_num), str(problem)) from None


def _unprotected(text: str) -> str:
    """A text without the apostrophe that keeps spreadsheets from taking it for a formula."""
    return text[1:] if text.startswith(_PROTECTED) else text


def _workbook(data: bytes, file: str) -> Iterator[Cells]:
    try:
        from python_calamine import CalamineWorkbook
    except ImportError:
        raise Unreadable("needs", "office") from None
    faulty = _faulty(data)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for at, name in enumerate(book.sheet_names):
            rows = book.get_sheet_by_index(at).to_python(skip_empty_area=False)
            yield Cells(file, name, rows, faulty.get(name, ()))
    except BaseException as problem:  # what goes wrong inside calamine may be no Exception
        if isinstance(problem, KeyboardInterrupt | SystemExit | MemoryError | GeneratorExit):
            raise
        raise Unreadable("damaged") from None


def _faulty(data: bytes) -> dict[str, list[str]]:
    """The cells of each sheet whose formula gives an error, which calamine reads as blank."""
    if kind(data) == "xls":
        return {}
    package = Package(data)
    parts = package.related(package.main)
    sheets = xml(package.part(package.main)).iter(f"{{{_MAIN}}}sheet")
    names = {
        parts.get(sheet.get(f"{{{_RELATED}}}id", ""), ("", ""))[1]: sheet.get("name", "") for sheet in sheets
    }
    with ZipFile(io.BytesIO(data)) as unpacked:
        if sum(info.file_size for info in unpacked.infolist()) > MOST_UNPACKED:
            raise Unreadable("packed", str(MOST_UNPACKED // 1024 // 1024))
        known = [(info, names[info.filename]) for info in unpacked.infolist() if info.filename in names]
        return {name: _errors(unpacked, info) for info, name in known}


def _errors(package: ZipFile, info: ZipInfo) -> list[str]:
    """The cells of a sheet's part that hold an error, read piece by piece."""
    found: list[str] = []
    with package.open(info) as part:
        end = b""
        while piece := part.read(_PIECE):
            piece = end + piece
            if b't="e"' in piece:
                found += [cell.decode() for cell in _FAULTY.findall(piece)]
            end = piece[piece.rfind(b"<c ") :][:_LONGEST_CELL] if b"<c " in piece else b""
    return found
