"""Files for fuzzing: a small good file of each format, and what a little damage makes of it.

A mutant is known by its format and a number, so that any of them can be made again. The files inside a zip
are damaged before they are packed: damage to a packed file is mostly seen by its checksum alone.
"""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from tests.conftest import REPO
from tests.small_pdf import drawn, table, words
from tests.test_hostile import GOOD
from tests.test_read_formats import docx, sheet, xlsx, zipped

SAMPLE = REPO / "src" / "gouji" / "samples" / "yunnan-2026.txt"
MOST_CHANGES = 6
ROWS = [("科目编码", "科目名称", "合计"), ("201", "一般公共服务支出", "10.00"), ("", "合计", "10.00")]
PAGE = "<html><head><title>部门预算</title></head><body><h2>表</h2><table><tr>{}</tr></table></body></html>"
TOKENS: dict[str, tuple[bytes, ...]] = {
    "text": (b"\t", b"|", b'"', b"\n\n", b"## ", b"\xef\xbb\xbf", b"\0", b"\xff\xfe", "说明：".encode()),
    "html": (b"<table>", b"<tr>", b"<td colspan=999 rowspan=999>", b"</table>", b"<script>", b"&#x110000;"),
    "xlsx": (b"<row r='1048577'>", b"<c r='XFD1'>", b"<!DOCTYPE x>", b"&#0;", b"t='s'", b"<is><t>"),
    "docx": (b"<w:tbl>", b"<w:tc>", b"<w:vMerge/>", b'<w:gridSpan w:val="-1"/>', b"</w:tbl>", b"<w:tr>"),
    "xls": (b"\xff\xff\xff\xff", b"\x09\x08", b"\x85\0", b"\xfe\xff\xff\xff", b"\xfc\0", b"\xe5\0"),
    "pdf": (b"/Kids [2 0 R]", b"/Parent 5 0 R", b" Tf ", b" cm ", b"/X Do ", b"1e38 ", b"-9e9 0 0 0 0 0 cm "),
    "zip": (b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b"../", b"\xff\xff\xff\xff"),
}
_ELEMENT = re.compile(rb"<([\w:]+)\b[^<>]*(?:/>|>(?:(?!<\1\b).)*?</\1>)", re.DOTALL)
PARTS = {
    "html": _ELEMENT,
    "xlsx": _ELEMENT,
    "docx": _ELEMENT,
    "text": re.compile(rb"[^\n]*\n|[^\t\n]*\t"),
    "pdf": re.compile(rb"[^\n]*\n|\S+ "),
    "xls": re.compile(rb".{8}", re.DOTALL),
}
NUMBERS = (
    b"0",
    b"-1",
    b"1",
    b"65536",
    b"2147483648",
    b"99999999999999999999",
    b"1e999",
    b"NaN",
    b"0.0000001",
)


@lru_cache(maxsize=16)
def seed(kind: str) -> bytes:
    """A good file."""
    if kind == "text":
        return SAMPLE.read_text(encoding="utf-8")[:6_000].encode()
    if kind == "html":
        return PAGE.format("</tr><tr>".join("".join(f"<td>{c}</td>" for c in row) for row in ROWS)).encode()
    if kind == "xlsx":
        return xlsx(sheet())
    if kind == "docx":
        return docx([ROWS[0]], ROWS[1:])
    if kind == "xls":
        return (Path(__file__).parent / "seed.xls").read_bytes()
    if kind == "pdf":
        return drawn(words(90, 800, "部门预算支出表") + table(90, 780, ROWS), form=table(90, 500, ROWS))
    return zipped({"附件1.txt": GOOD.encode(), "附件2.xlsx": xlsx(sheet()), "x/说明.md": "# 说明\n".encode()})


def mutant(kind: str, number: int) -> bytes:
    """A damaged file."""
    dice = random.Random(f"{kind} {number}")
    data = seed(kind)
    if kind in ("xlsx", "docx", "zip") and dice.random() < 0.8:
        return _repacked(data, kind, dice)
    return changed(data, kind, dice)


def changed(data: bytes, kind: str, dice: random.Random) -> bytes:
    """Half of all files stay well formed: only whole parts of them and numbers change."""
    changes = dice.choice((WHOLE, CHANGES))
    for _ in range(dice.randint(1, MOST_CHANGES)):
        data = dice.choice(changes)(data, kind, dice)
    return data


def _repacked(data: bytes, kind: str, dice: random.Random) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    name = dice.choice(sorted(files))
    if name.endswith(".xlsx"):
        return zipped({**files, name: _repacked(files[name], "xlsx", dice)})
    return zipped({**files, name: changed(files[name], "text" if kind == "zip" else kind, dice)})


def _slice(data: bytes, dice: random.Random) -> slice:
    at = dice.randrange(len(data) + 1)
    return slice(at, at + int(dice.paretovariate(0.6)))


def _part(data: bytes, kind: str, dice: random.Random) -> bytes:
    """An element, a line or a cell is left out, doubled, or put in the place of another."""
    found = list(PARTS.get(kind, PARTS["text"]).finditer(data))
    if not found:
        return data
    one, other = dice.choice(found), dice.choice(found)
    new = dice.choice((b"", one[0] * 2, one[0] * 100, other[0]))
    return data[: one.start()] + new + data[one.end() :]


def _flip(data: bytes, _: str, dice: random.Random) -> bytes:
    at = dice.randrange(len(data) + 1)
    return data[:at] + bytes([dice.randrange(256)]) + data[at + 1 :]


def _cut(data: bytes, _: str, dice: random.Random) -> bytes:
    part = _slice(data, dice)
    return data[: part.start] + data[part.stop :]


def _double(data: bytes, _: str, dice: random.Random) -> bytes:
    part = _slice(data, dice)
    return data[: part.stop] + data[part][:2000] * dice.choice((1, 2, 50)) + data[part.stop :]


def _insert(data: bytes, kind: str, dice: random.Random) -> bytes:
    at = dice.randrange(len(data) + 1)
    return data[:at] + dice.choice(TOKENS[kind]) * dice.choice((1, 1, 1, 300)) + data[at:]


def _renumber(data: bytes, _: str, dice: random.Random) -> bytes:
    found = list(re.finditer(rb"-?\d+(?:\.\d+)?", data))
    if not found:
        return data
    one = dice.choice(found)
    return data[: one.start()] + dice.choice(NUMBERS) + data[one.end() :]


def _shorten(data: bytes, _: str, dice: random.Random) -> bytes:
    return data[: dice.randrange(len(data) + 1)] if dice.random() < 0.2 else data


Change = Callable[[bytes, str, random.Random], bytes]
WHOLE: tuple[Change, ...] = (_part, _part, _renumber)
CHANGES: tuple[Change, ...] = (_part, _flip, _cut, _double, _insert, _renumber, _shorten)
