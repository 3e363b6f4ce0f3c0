"""Excel: each sheet as a grid of what its cells show. A formula is not worked out: its kept value is read.

A new workbook (xlsx) is read from its parts, so that a number reads as its cell's format prints it. An old
one (xls) is read by calamine, which keeps no formats: a number reads with the decimals that it has.
"""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from gouji.book import Cell, Place, Remark
from gouji.read.flow import MOST_CELLS, Flow, Row, tidy
from gouji.read.grid import Block, Unreadable
from gouji.read.sniff import XML, Package, refuse_dtd, xml
from gouji.read.text import MOST_COLUMNS

if TYPE_CHECKING:
    from lxml.etree import _Element

Read = tuple[list[Block], list[Cell], tuple[Remark, ...]]
Grid = dict[int, dict[int, str]]
"""The texts of a sheet by row and column, from 1; blank cells are not in it."""

_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_BUILT_IN = {
    **{1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00"},
    **dict.fromkeys((14, 15, 16, 17, 22), "yyyy-mm-dd"),
    **dict.fromkeys((27, 31, 36, 50, 54, 57, 58), "yyyy年m月d日"),
    **dict.fromkeys((18, 19, 20, 21, 45, 46, 47), "h:mm"),
    **dict.fromkeys((37, 38, 41, 42), "#,##0"),
    **dict.fromkeys((39, 40, 43, 44), "#,##0.00"),
}


def blocks(data: bytes, source: str) -> Read:
    """The tables of a workbook, the lines outside them, and a remark where sheets or rows are hidden."""
    book = _Workbook(Package(data))
    flow = Flow(source)
    hidden: list[Cell] = []
    for name, part, shown in book.sheets():
        grid, spans, unseen = book.grid(part)
        flow.table(_table(grid, spans), name)
        for row in unseen if shown else list(grid)[:1]:
            text = next(iter(grid[row].values()))
            hidden.append(Cell(text, Place(source, 0, 0, name, f"A{row}" if shown else "")))
    remarks = (Remark("read.hidden", tuple(hidden), (("count", str(len(hidden))),)),) if hidden else ()
    return *flow.blocks(), remarks


def old_blocks(data: bytes, source: str) -> Read:
    """The same of an old workbook."""
    try:
        from python_calamine import CalamineWorkbook, SheetVisibleEnum
    except ImportError:
        raise Unreadable("needs", "office") from None
    flow = Flow(source)
    hidden: list[Cell] = []
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for at, about in enumerate(book.sheets_metadata):
            sheet = book.get_sheet_by_index(at)
            flow.table(_table(*_old_grid(sheet)), about.name)
            if about.visible is not SheetVisibleEnum.Visible and sheet.total_height:
                hidden.append(Cell(about.name, Place(source, 0, 0, about.name)))
    except Unreadable:
        raise
    except BaseException as problem:  # what goes wrong inside calamine may be no Exception
        if isinstance(problem, KeyboardInterrupt | SystemExit | MemoryError):
            raise
        raise Unreadable("damaged") from None
    remarks = (Remark("read.hidden", tuple(hidden), (("count", str(len(hidden))),)),) if hidden else ()
    return *flow.blocks(), remarks


def _old_grid(sheet: Any) -> tuple[Grid, dict[tuple[int, int], int]]:
    if sheet.total_height * sheet.total_width > 4 * MOST_CELLS:
        raise Unreadable("cells", str(MOST_CELLS))
    grid: Grid = {}
    for row, values in enumerate(sheet.to_python(skip_empty_area=False), 1):
        texts = {column: text for column, value in enumerate(values, 1) if (text := _old_text(value))}
        if texts:
            grid[row] = texts
    merged = [(r1 + 1, c1 + 1, r2 + 1, c2 + 1) for (r1, c1), (r2, c2) in sheet.merged_cell_ranges or ()]
    return grid, _merge(grid, merged)


def _old_text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float | int):
        return shown(repr(value), "")
    return tidy(str(value))


def _table(grid: Grid, spans: Mapping[tuple[int, int], int]) -> list[Row]:
    """The rows of a sheet that hold anything."""
    rows = []
    for number in sorted(grid):
        texts = grid[number]
        last, first = max(texts), min(texts)
        if last > MOST_COLUMNS:
            raise Unreadable("columns", str(number), str(MOST_COLUMNS))
        span = spans.get((number, first), 1)
        rows.append(Row([texts.get(column, "") for column in range(1, last + 1)], span, number))
    return rows


def _merge(grid: Grid, ranges: Sequence[tuple[int, int, int, int]]) -> dict[tuple[int, int], int]:
    """How many columns each merged cell goes over. What lies under it is not shown: it goes."""
    spans = {}
    steps = 0
    for top, left, bottom, right in ranges:
        spans[top, left] = right - left + 1
        rows = range(top, bottom + 1) if bottom - top < len(grid) else [r for r in grid if top <= r <= bottom]
        steps += len(rows)
        if steps > MOST_CELLS:
            raise Unreadable("cells", str(MOST_CELLS))
        for row in rows:
            covered = [c for c in grid.get(row, ()) if left <= c <= right and (row, c) != (top, left)]
            for column in covered:
                del grid[row][column]
    for row in [row for row, texts in grid.items() if not texts]:
        del grid[row]
    return spans


class _Workbook:
    """The parts of an xlsx that say what its cells show."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._related = package.related(package.main)
        self._root = xml(self._named(package.main))
        dates = self._root.find("{*}workbookPr")
        self._since_1904 = dates is not None and dates.get("date1904") in ("1", "true")
        self._strings = self._shared()
        self._formats = self._styles()

    def sheets(self) -> Iterator[tuple[str, str, bool]]:
        """Name, part, and whether it is shown, of each sheet in order."""
        for sheet in self._root.iterfind("{*}sheets/{*}sheet"):
            key = next((str(v) for k, v in sheet.items() if str(k).endswith("}id")), "")
            kind, part = self._related.get(key, ("", ""))
            if kind == "worksheet":
                yield sheet.get("name") or "?", part, sheet.get("state", "visible") == "visible"

    def grid(self, part: str) -> tuple[Grid, dict[tuple[int, int], int], list[int]]:
        """The texts of a sheet, how far its merged cells go, and which of its filled rows are hidden."""
        grid: Grid = {}
        hidden: list[int] = []
        ranges: list[tuple[int, int, int, int]] = []
        number = cells = 0
        zeros = True
        for node in _each(self._named(part), "sheetView", "row", "mergeCell"):
            name = str(node.tag).rpartition("}")[2]
            if name == "sheetView":
                zeros = node.get("showZeros") not in ("0", "false")
            ranges += _range(node.get("ref", "")) if name == "mergeCell" else ()
            if name != "row":
                continue
            said = node.get("r", "")
            number = int(said) if said.isdecimal() and len(said) < 8 else number + 1
            texts = self._row(node, zeros)
            cells += len(texts)
            if cells > MOST_CELLS:
                raise Unreadable("cells", str(MOST_CELLS))
            if texts:
                grid[number] = texts
                if node.get("hidden") in ("1", "true"):
                    hidden.append(number)
        spans = _merge(grid, ranges)
        return grid, spans, [row for row in hidden if row in grid]

    def _row(self, row: _Element, zeros: bool) -> dict[int, str]:
        """The texts of a row. A sheet may show no zeros."""
        texts: dict[int, str] = {}
        column = 0
        for cell in row.iterfind("{*}c"):
            place = _REFERENCE.fullmatch(cell.get("r", ""))
            column = _number(place[1]) if place else column + 1
            text = self._text(cell)
            if text and (zeros or cell.get("t", "n") != "n" or text.strip("0.,")):
                texts[column] = text
                if column > MOST_COLUMNS:
                    raise Unreadable("columns", row.get("r", "?"), str(MOST_COLUMNS))
        return texts

    def _text(self, cell: _Element) -> str:
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            return tidy("".join(_string(inside) for inside in cell.iterfind("{*}is")))
        value = cell.findtext("{*}v") or ""
        if kind == "s":
            known = value.isdecimal() and len(value) < 9 and int(value) < len(self._strings)
            return self._strings[int(value)] if known else ""
        if not value:
            formula = cell.findtext("{*}f")
            return f"={formula}" if formula else ""  # never worked out, and so not to be passed over
        if kind == "b":
            return "TRUE" if value == "1" else "FALSE"
        if kind != "n":
            return tidy(_unescaped(value))
        style = cell.get("s", "0")
        known = style.isdecimal() and len(style) < 9 and int(style) < len(self._formats)
        return shown(value, self._formats[int(style)] if known else "", self._since_1904)

    def _shared(self) -> list[str]:
        part = self._of_type("sharedStrings")
        return [tidy(_string(node)) for node in _each(part, "si")] if part else []

    def _styles(self) -> list[str]:
        """The number format of each cell style."""
        part = self._of_type("styles")
        if not part:
            return []
        root = xml(part)
        own = {f.get("numFmtId"): f.get("formatCode", "") for f in root.iterfind("{*}numFmts/{*}numFmt")}
        used = [style.get("numFmtId", "0") for style in root.iterfind("{*}cellXfs/{*}xf")]
        return [own[n] if n in own else _BUILT_IN.get(int(n) if n.isdecimal() else 0, "") for n in used]

    def _of_type(self, kind: str) -> bytes:
        return next((self._package.part(part) for said, part in self._related.values() if said == kind), b"")

    def _named(self, part: str) -> bytes:
        data = self._package.part(part)
        if not data:
            raise Unreadable("damaged")
        return data


def _each(part: bytes, *names: str) -> Iterator[_Element]:
    """The elements of these names, one at a time, so that a large sheet never stands in memory whole."""
    from lxml import etree

    refuse_dtd(part)
    try:
        for _, node in etree.iterparse(io.BytesIO(part), tag=[f"{{*}}{name}" for name in names], **XML):
            yield node
            node.clear()
            while node.getprevious() is not None:
                del node.getparent()[0]
    except etree.XMLSyntaxError:
        raise Unreadable("damaged") from None


def _string(node: _Element) -> str:
    """The text of a string: plain or in runs, without its phonetic reading."""
    parts = [t.text or "" for path in ("{*}t", "{*}r/{*}t") for t in node.iterfind(path)]
    return _unescaped("".join(parts))


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda m: chr(int(m[1], 16)), text) if "_x" in text else text


def _range(reference: str) -> list[tuple[int, int, int, int]]:
    first, _, last = reference.partition(":")
    found = [_REFERENCE.fullmatch(end) for end in (first, last)]
    if not found[0] or not found[1]:
        return []
    return [(int(found[0][2]), _number(found[0][1]), int(found[1][2]), _number(found[1][1]))]


@lru_cache(maxsize=2000)
def _number(name: str) -> int:
    """A is 1, AA is 27."""
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - 64
    return number


# Number formats

_LITERAL = re.compile(r'"([^"]*)"|[\\!](.)|_.|\*.|\[\$([^\]-]*)[^\]]*\]|\[[^\]]*\]')
_DIGITS = re.compile(r"[#0?][#0?,]*(?:\.[#0?]*)?,*|\.[#0?]+,*")
_INSERTED = re.compile(r"[#0?,]*[\\!]\.([0?#]+)(,*)")
_CONDITION = re.compile(r"\[[<>=]")
_MARK = "\ue000"  # stands for the number, where a format's literal text has been set free


class _Format(NamedTuple):
    """One section of a number format. `around` has _MARK where the number stands."""

    around: str
    decimals: int = 0
    kept: int = 0  # decimals printed even where they are zero
    grouped: bool = False
    whole: int = 1  # digits printed at least before the point
    scale: int = 0  # powers of ten
    plain: bool = False  # as the number is, with no format


def shown(value: str, code: str, since_1904: bool = False) -> str:
    """What a cell shows of a number, exactly: 10715271.89 as #,##0.00 is 10,715,271.89.

    A double holds some 15 digits, and Excel shows no more: what a formula leaves in the 16th is no amount.
    """
    try:
        number = Decimal(f"{float(value):.15g}")
    except (ValueError, InvalidOperation):
        return tidy(value)
    if not number.is_finite():
        return tidy(value)
    if _is_date(code):
        return _date(number, code, since_1904)
    sections = _sections(code)
    at = 1 if number < 0 and len(sections) > 1 else 2 if not number and len(sections) > 2 else 0
    section = sections[at]
    if _MARK not in section.around:
        return section.around.strip()
    text = _digits(-number if at == 1 else number, section)
    return section.around.replace(_MARK, text).strip()


def _digits(number: Decimal, format: _Format) -> str:
    if format.plain:
        return _plain(number)
    number = number.scaleb(format.scale)
    if abs(number.adjusted()) > 25 and number:
        return str(number)
    text = f"{number.quantize(Decimal(1).scaleb(-format.decimals), ROUND_HALF_UP):f}"
    whole, _, part = text.lstrip("-").partition(".")
    while len(part) > format.kept and part.endswith("0"):
        part = part[:-1]
    whole = whole.lstrip("0").zfill(format.whole)
    if format.grouped and whole:
        whole = f"{int(whole):,}"
    sign = "-" if number < 0 and (whole + part).strip("0,") else ""
    return sign + whole + ("." + part if part else "")


def _plain(number: Decimal) -> str:
    if number and not -12 < number.adjusted() < 21:
        return str(number)
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@lru_cache(maxsize=500)
def _sections(code: str) -> tuple[_Format, ...]:
    """The sections of a format: for positive numbers or all, for negative ones, for zero.

    Where they have conditions of their own, the number reads as it is.
    """
    code = code[:255]
    ends = [at for at, character in enumerate(_bare(code)) if character == ";"]
    if not ends or _CONDITION.search(code):
        return (_section("" if ends else code),)
    starts = [0, *(at + 1 for at in ends)]
    parts = [code[a:b] for a, b in zip(starts[:3], [*ends, len(code)], strict=False)]
    return tuple(_section(part) if part else _Format("") for part in parts)


def _bare(code: str) -> str:
    """A format of the same length without what it only quotes."""
    return _LITERAL.sub(lambda m: "\0" * len(m[0]), code)


def _section(code: str) -> _Format:
    inserted = _INSERTED.search(code)
    if inserted:  # 0!.0000 writes a point before the last four digits: 元 shown as 万元
        places = len(inserted[1])
        around = _free(code[: inserted.start()]) + _MARK + _free(code[inserted.end() :])
        return _Format(around, places, places, False, 1, -places - 3 * len(inserted[2]))
    bare = _bare(code)
    if "General" in bare or "@" in bare:
        return _Format(_free(code.replace("General", _MARK).replace("@", _MARK)), plain=True)
    if not code or "E" in bare or "/" in bare:
        return _Format(_MARK, plain=True)
    found = _DIGITS.search(bare)
    if not found:
        return _Format(_free(code))
    whole, _, part = found[0].rstrip(",").partition(".")
    scale = 2 * bare.count("%") - 3 * (len(found[0]) - len(found[0].rstrip(",")))
    around = _free(code[: found.start()]) + _MARK + _free(code[found.end() :])
    kept = len(part.rstrip("#?"))
    return _Format(around, len(part), kept, "," in whole, whole.count("0"), scale)


def _free(code: str) -> str:
    """The literal text of a part of a format, without colours, conditions, padding and further digits."""
    spelt = _LITERAL.sub(lambda m: m[1] or m[2] or m[3] or "", code)
    return re.sub(r"[#?]", "", spelt)


@lru_cache(maxsize=500)
def _is_date(code: str) -> bool:
    bare = _LITERAL.sub("", code)
    return (
        "General" not in bare and not re.search(r"[#0?]", bare) and bool(re.search(r"[ymdhs]", bare.lower()))
    )


def _date(number: Decimal, code: str, since_1904: bool) -> str:
    first = datetime.datetime(1904, 1, 1) if since_1904 else datetime.datetime(1899, 12, 30)
    try:
        when = first + datetime.timedelta(seconds=int((number * 86400).to_integral_value(ROUND_HALF_UP)))
    except (OverflowError, InvalidOperation):
        return _plain(number)
    spelt = _LITERAL.sub(lambda m: m[1] or m[2] or "", code.partition(";")[0].lower())
    if not re.search("[yd]", spelt):
        return (
            when.strftime("%H:%M:%S" if "s" in spelt else "%H:%M")
            if re.search("[hs]", spelt)
            else f"{when.month}月"
        )
    if re.search("[hs]", spelt):
        return when.isoformat(" ")
    named = {"y": f"{when.year}", "m": f"{when.month}", "d": f"{when.day}"}
    return re.sub("y+|m+|d+", lambda m: named[m[0][0]].zfill(len(m[0]) if len(m[0]) < 3 else 0), spelt)
