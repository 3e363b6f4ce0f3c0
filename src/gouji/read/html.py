"""Web pages: headings, paragraphs and tables in reading order.

Nothing is fetched, run or laid out: scripts and styles are passed over, as is what is marked as hidden.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import accumulate
from typing import TYPE_CHECKING

from gouji.book import Cell
from gouji.read.decode import decode
from gouji.read.flow import MOST_CELLS, SPACE, Flow, Row, tidy
from gouji.read.grid import Block, Unreadable
from gouji.read.text import MOST_COLUMNS

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

MOST_DEPTH = 2000
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
            words.append(SPACE.sub(" ", node.text_content or "") if entered else "")
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
        return tidy(SPACE.sub(" ", first.text_content or ""))
    words = []
    for node, entered in _walk(cell, set()):
        if node.tag == "-text" and entered:
            words.append(SPACE.sub(" ", node.text_content or ""))
        elif node.tag in _BLOCKS:
            words.append("\n")
    return tidy("".join(words))
