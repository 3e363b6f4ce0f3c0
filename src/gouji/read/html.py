"""Web pages: headings, paragraphs and tables in reading order; and `Flow`, which makes blocks of them.

Nothing is fetched, run or laid out: scripts and styles are passed over, as is what is marked as hidden.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, takewhile
from typing import TYPE_CHECKING, NamedTuple

from gouji import lexicon, money
from gouji.book import Cell, Place
from gouji.lexicon import normal
from gouji.read.decode import decode
from gouji.read.grid import Block, Unreadable, is_title
from gouji.read.text import MOST_COLUMNS, _belongs

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

MOST_CELLS = 2_000_000
MOST_DEPTH = 2000
_TITLE_LIKE = re.compile(r"^(?![此本该])[^。；，,;]{2,58}表(?:[（(][^（）()]{1,20}[）)])?$")
_AROUND = ("tag", "money", "unit", "note")
_GAP = re.compile(r"\t+|[ \u00a0\u3000]{2,}")
_SPACE = re.compile(r"[ \t\r\n\f\u00a0]+")
_BETWEEN_CJK = re.compile(r"(?<=[^\x00-\xff]) ?\n\s*(?=[^\x00-\xff])")
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]{1,20})", re.IGNORECASE)
_DEEPER = re.compile(r"<(/?)(?:div|span|table|font|section|article|b|i|u|em|strong|a|ul|ol)\b", re.IGNORECASE)
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_PASSED = frozenset(("script", "style", "noscript", "template", "head", "svg", "math", "iframe", "object"))
_PASSED |= frozenset(("select", "textarea", "button", "-comment"))
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_BLOCKS = frozenset(("table", "caption", "thead", "tbody", "tfoot", "tr", "td", "th", "p", "div", "br", "hr"))
_BLOCKS |= frozenset(("pre", "center", "li", "ul", "ol", "dl", "dt", "dd", "section", "article", "header"))
_BLOCKS |= frozenset(
    ("footer", "main", "nav", "aside", "form", "fieldset", "blockquote", "address", "figure")
)
_BLOCKS |= _HEADINGS


class Row(NamedTuple):
    """A row of a grid: its texts, and how many columns the first filled cell goes over."""

    texts: list[str]
    span: int = 1
    number: int = 0


class Flow:
    """Lines and tables in reading order, gathered into blocks as a text's lines are.

    In a place `line` counts the lines and rows in that order, `sheet` names the sheet or the table (表3), and
    `cell` is the cell's reference in it.
    """

    def __init__(self, source: str) -> None:
        self._source = source
        self._found: list[Block] = []
        self._loose: list[Cell] = []
        self._tag: Cell | None = None
        self._line = 0
        self._cells = 0
        self._tables = 0
        self._width = 0  # of the table that the last line of all belongs to; 0 after any other line

    def line(self, text: str, heading: bool = False) -> None:
        """A line outside tables; a heading, like a title, begins a block."""
        told = [part for part in map(tidy, _GAP.split(text)) if part]
        if not told:
            return
        if len(told) > 1 and not all(_around(part) for part in told):
            told = [tidy(text)]
        self._line += 1
        self._width = 0
        for column, part in enumerate(told, 1):
            self._said(Cell(part, Place(self._source, self._line, column)), heading)

    def table(self, rows: Sequence[Row], name: str = "") -> None:
        """A table as a grid; a sheet is one too, with its titles inside and `name` on its tab."""
        self._tables += 1
        width = max((len(row.texts) for row in rows), default=0)
        self._cells += width * len(rows)
        if self._cells > MOST_CELLS:
            raise Unreadable("cells", str(MOST_CELLS))
        sheet = name or f"表{self._tables}"
        rows, continues = self._continued(rows, width) if not name else (rows, False)
        if not continues and (name or not self._found or self._found[-1].rows) and any(map(_filled, rows)):
            self._found.append(Block(Cell(_tab(name), Place(self._source, self._line + 1, 0, sheet))))
        for at, row in enumerate(rows, 1):
            if _filled(row):
                self._line += 1
                across = row.span * 2 > width and (row.span > 1 or width == 1)
                self._row(self._placed(row, width, sheet, row.number or at), across)
        self._width = width

    def blocks(self) -> tuple[list[Block], list[Cell]]:
        """The tables, and the lines outside them. A title in a list of contents is a line."""
        filled = Counter(normal(block.title.text) for block in self._found if block.rows)
        kept = []
        for block in self._found:
            if block.rows or (not filled[normal(block.title.text)] and is_title(block.title.text)):
                kept.append(block)
            else:
                self._loose += [cell for cell in (block.title, *block.notes) if cell.text]
        return kept, sorted(self._loose, key=lambda cell: cell.place.line)

    def _continued(self, rows: Sequence[Row], width: int) -> tuple[Sequence[Row], bool]:
        """A table that goes on where the last one stopped: its own rows, and whether it does."""
        if not self._width or self._width != width or not self._found[-1].rows:
            return rows, False
        heading = [[cell.text for cell in row] for row in self._found[-1].rows[: len(rows)]]
        texts = [[*row.texts, *[""] * (width - len(row.texts))] for row in rows]
        again = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(heading, texts, strict=False)))
        begins = again > 0 or any(map(money.looks_like, texts[0]))
        return rows[again:], begins

    def _said(self, cell: Cell, heading: bool) -> None:
        if heading or is_title(cell.text) or _TITLE_LIKE.match(cell.text):
            self._open(cell)
        elif lexicon.sentence("tag", cell.text):
            self._tag = cell
        elif not self._found or not _belongs(self._found[-1], cell):
            self._loose.append(cell)

    def _open(self, title: Cell) -> None:
        """A block begins; one that is open and empty may only have lacked its title."""
        last = self._found[-1] if self._found else None
        if last is not None and not last.rows and not last.title.place.column and not last.title.place.cell:
            last.title, last.tag = title, self._tag
        else:
            self._found.append(Block(title, self._tag))
        self._tag = None

    def _placed(self, row: Row, width: int, sheet: str, number: int) -> list[Cell]:
        file, line = self._source, self._line
        texts = [*row.texts, *[""] * (width - len(row.texts))]
        return [
            Cell(text, Place(file, line, column, sheet, f"{letters(column)}{number}"))
            for column, text in enumerate(texts, 1)
        ]

    def _row(self, cells: list[Cell], across: bool) -> None:
        filled = [cell for cell in cells if cell.text]
        block = self._found[-1]
        if len(filled) <= 3 and self._is_around(filled, across, block):
            for cell in filled:
                if _around(cell.text):
                    self._beside(cell)
                else:
                    self._open(cell)
        elif len(filled) == 1 and block.rows and _belongs(block, filled[0]):
            return
        elif len(filled) == 1 and not block.rows and not lexicon.heading((filled[0].text,)).understood:
            self._loose.append(filled[0])
        else:
            block.rows.append(cells)

    def _is_around(self, filled: list[Cell], across: bool, block: Block) -> bool:
        """Is a row no more than a title, or what stands around a table?"""
        titles = [cell for cell in filled if not _around(cell.text)]
        if len(titles) != 1:
            return not titles
        text = titles[0].text
        lone = across or not block.rows
        return is_title(text) or (len(filled) == 1 and lone and bool(_TITLE_LIKE.match(text)))

    def _beside(self, cell: Cell) -> None:
        block = self._found[-1]
        if not lexicon.sentence("tag", cell.text):
            _belongs(block, cell)
        elif block.rows or not block.title.text or block.tag:
            self._tag = cell
        else:
            block.tag = cell


def tidy(text: str) -> str:
    """A text on one line: a break between Chinese characters is only a wrap."""
    if "\n" in text:
        text = _BETWEEN_CJK.sub("", text.strip())
    return _SPACE.sub(" ", text).strip()


@lru_cache(maxsize=2000)
def letters(column: int) -> str:
    """1 is A, 27 is AA."""
    found = ""
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(65 + rest) + found
    return found


def _around(text: str) -> bool:
    return any(lexicon.sentence(kind, text) for kind in _AROUND)


def _filled(row: Row) -> bool:
    return any(row.texts)


def _tab(name: str) -> str:
    """A sheet's name, where it can be a title."""
    return name if is_title(name) or _TITLE_LIKE.match(name) else ""


def blocks(data: bytes, source: str) -> tuple[list[Block], list[Cell]]:
    """The tables of a page, and the lines outside them. Raises Unreadable."""
    from selectolax.lexbor import LexborHTMLParser

    text = _text(data)
    deepest = max(accumulate(-1 if m[1] else 1 for m in _DEEPER.finditer(text)), default=0)
    if deepest > MOST_DEPTH:
        raise Unreadable("nested", str(MOST_DEPTH))
    flow = Flow(source)
    body = LexborHTMLParser(text).body
    if body is not None:
        _read(body, flow)
    return flow.blocks()


def _text(data: bytes) -> str:
    """What the page says of its encoding is believed where its bytes bear it out."""
    said = _CHARSET.search(data[:4096])
    if said and said[1].lower() in (b"gb2312", b"gbk", b"gb18030", b"big5") and b"\0" not in data:
        try:
            return data.decode("big5" if said[1].lower() == b"big5" else "gb18030")
        except UnicodeDecodeError:
            pass
    return decode(data)


def _read(body: LexborNode, flow: Flow) -> None:
    layout = _layout_tables(body)
    words: list[str] = []
    heading = False
    for node, entered in _walk(body, layout):
        tag = node.tag
        if tag == "-text":
            words.append(_SPACE.sub(" ", node.text_content or "") if entered else "")
        elif tag in _BLOCKS:
            flow.line("".join(words), heading)
            words = []
            heading = entered and tag in _HEADINGS
            if entered and tag == "table" and node.mem_id not in layout:
                caption = node.css_first("caption")
                flow.line(_cell_text(caption) if caption else "", True)
                flow.table(_rows(node))
    flow.line("".join(words))


def _layout_tables(body: LexborNode) -> set[int]:
    """Tables that hold tables: they only lay out the page."""
    found = set()
    for table in body.css("table"):
        above = table.parent
        while above is not None and above.tag != "table":
            above = above.parent
        if above is not None:
            found.add(above.mem_id)
    return found


def _walk(body: LexborNode, layout: set[int]) -> Iterator[tuple[LexborNode, bool]]:
    """Every node as it is entered, and again as it is left; without recursion, as pages nest deeply."""
    node: LexborNode | None = body.child
    depth = 0
    while node is not None:
        yield node, True
        inside = None if _whole(node, layout) else node.child
        if inside is not None:
            node, depth = inside, depth + 1
            continue
        yield node, False
        while node is not None and node.next is None:
            if not depth:
                return
            node, depth = node.parent, depth - 1
            if node is not None:
                yield node, False
        node = node.next if node is not None else None


def _whole(node: LexborNode, layout: set[int]) -> bool:
    """Is what is inside a node passed over, or read with it?"""
    tag = node.tag or ""
    if tag in _PASSED or tag == "-text" or (tag == "table" and node.mem_id not in layout):
        return True
    return _hidden(node)


def _hidden(node: LexborNode) -> bool:
    attributes = node.attributes
    return bool(attributes) and (
        "hidden" in attributes or bool(_HIDDEN.search(attributes.get("style") or ""))
    )


def _rows(table: LexborNode) -> list[Row]:
    """The grid of a table without tables in it: a merged cell's text stands in its first place."""
    rows = []
    down: dict[int, int] = {}  # columns that cells of rows above still cover, and for how many rows
    cells = 0
    for number, tr in enumerate(table.css("tr"), 1):
        row = _row(tr, down, number)
        cells += max(len(row.texts), len(down), 1)
        if cells > MOST_CELLS:
            raise Unreadable("cells", str(MOST_CELLS))
        rows.append(row)
    return [row for row in rows if row.texts]


def _row(tr: LexborNode, down: dict[int, int], number: int) -> Row:
    texts: list[str] = []
    spans: list[int] = []
    fresh: dict[int, int] = {}
    for node in tr.iter():
        if node.tag not in ("td", "th") or _hidden(node):
            continue
        while len(texts) in down:
            texts.append("")
        wide, high = _span(node, "colspan"), _span(node, "rowspan")
        text = _cell_text(node)
        if text:
            spans.append(wide)
        if high > 1:
            fresh.update((len(texts) + i, high) for i in range(wide))
        texts += [text, *[""] * (wide - 1)]
        if len(texts) > MOST_COLUMNS:
            raise Unreadable("columns", str(number), str(MOST_COLUMNS))
    down.update(fresh)
    for column in [column for column, left in down.items() if left < 2]:
        del down[column]
    for column in down:
        down[column] -= 1
    return Row(texts, spans[0] if spans else 1, number)


def _span(node: LexborNode, name: str) -> int:
    said = node.attributes.get(name) or ""
    if said == "0" and name == "rowspan":
        return MOST_CELLS
    return max(1, min(int(said), MOST_COLUMNS)) if re.fullmatch(r"[0-9]{1,9}", said) else 1


def _cell_text(cell: LexborNode) -> str:
    first = cell.child
    if first is None:
        return ""
    if first.tag == "-text" and first.next is None:
        return tidy(_SPACE.sub(" ", first.text_content or ""))
    words = []
    for node, entered in _walk(cell, set()):
        if node.tag == "-text" and entered:
            words.append(_SPACE.sub(" ", node.text_content or ""))
        elif node.tag in _BLOCKS:
            words.append("\n")
    return tidy("".join(words))
