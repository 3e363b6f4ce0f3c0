"""A table of a book in HTML, as printed: merged headings, column numbers, body."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from html import escape
from typing import NamedTuple

from gouji import lexicon, money
from gouji.book import Table
from gouji.meaning import column_roles, is_total
from gouji.report.links import Links, Mark
from gouji.report.words import safe, word

NUMERIC = ("", "count", "price")
LONG = 60
"""Characters from which a cell scrolls inside its own box."""
FROZEN_WIDTH = 30.0
"""Widths are in em. The first columns stay in view up to this width together."""


class Head(NamedTuple):
    text: str
    column: int
    across: int
    down: int


def sheet(table: Table, number: int, links: Links, lang: str) -> str:
    """The <table> of a table; `number` is its index in the book."""
    roles, _ = column_roles(table.columns, lexicon.title(table.title.text))
    numeric = [_is_numeric(table, i, role) for i, role in enumerate(roles)]
    widths = [_width(table, i, numeric[i], number, links) for i in range(len(roles))]
    narrow = [_narrow(width, numeric[i], len(widths)) for i, width in enumerate(widths)]
    frozen = _frozen(widths, numeric)
    lefts = "".join(f"--k{i}:{sum(widths[:i]):.1f}em;" for i in range(frozen))
    parts = [
        f'<table class="sheet" style="--w:{sum(widths):.1f};--wp:{sum(narrow):.1f};',
        f'--f:{sum(widths[:frozen]):.1f};{lefts}">',
        f'<caption class="unseen">{text(table.title.text)}</caption><colgroup>',
        *(f'<col style="--s:{s:.1f}em;--p:{p:.1f}em">' for s, p in zip(widths, narrow, strict=True)),
        "</colgroup><thead>",
        *_headings(table, number, links, lang, frozen),
        "</thead><tbody>",
        *_body(table, number, links, lang, numeric, frozen),
        "</tbody></table>",
    ]
    return "".join(parts)


def text(printed: str) -> str:
    return escape(safe(printed))


def badges(marks: Sequence[Mark], lang: str) -> str:
    """The numbers that stand on a cell, each a link to its finding or cause."""
    told = []
    for mark in marks:
        if mark.level:
            name = word("finding", lang, number=mark.text, level=word(f"level.{mark.level}", lang))
        else:
            name = f"{word('cause', lang)} {mark.text}"
        told.append(
            f'<a class="badge {mark.level or "cause"}" href="#{mark.target}" aria-label="{escape(name)}">'
            f"{escape(mark.text)}</a>"
        )
    return "".join(told)


@lru_cache(maxsize=1000)
def merged(paths: tuple[tuple[str, ...], ...]) -> tuple[tuple[Head, ...], ...]:
    """The rows of a heading: equal neighbours are one cell, and a short path reaches down to the body."""
    depth = max(map(len, paths), default=0)
    rows: list[list[Head]] = [[] for _ in range(depth)]

    def fill(start: int, end: int, level: int) -> None:
        at = start
        while at < end:
            first, after = paths[at][: level + 1], at + 1
            if len(first) <= level:
                rows[level].append(Head("", at, 1, depth - level))
            else:
                while after < end and paths[after][: level + 1] == first:
                    after += 1
                deeper = any(len(path) > level + 1 for path in paths[at:after])
                rows[level].append(Head(first[level], at, after - at, 1 if deeper else depth - level))
                if deeper:
                    fill(at, after, level + 1)
            at = after

    if depth:
        fill(0, len(paths), 0)
    return tuple(map(tuple, rows))


def _headings(table: Table, number: int, links: Links, lang: str, frozen: int) -> Iterator[str]:
    for row in merged(tuple(column.path for column in table.columns)):
        yield "<tr>"
        for head in row:
            leaf = head.text in ("", *table.columns[head.column].path[-1:])
            id = f"t{number}h{head.column}"
            told = _attributes(id if leaf else "", links, _keep(head.column, frozen, head.across))
            spans = (f" colspan={head.across}" if head.across > 1 else "") + (
                f" rowspan={head.down}" if head.down > 1 else ""
            )
            scope = "colgroup" if head.across > 1 else "col"
            marks = badges(links.marks(id), lang) if leaf else ""
            afloat = head.across > 1 and head.column >= frozen
            title = f"<span>{text(head.text)}</span>" if afloat else text(head.text)
            yield f"<th scope={scope}{spans}{told}>{marks}{title}</th>"
        yield "</tr>"
    if any(column.number for column in table.columns):
        yield '<tr class="numbers">'
        for i, column in enumerate(table.columns):
            yield f"<td{_attributes('', links, _keep(i, frozen))}>{text(column.number)}</td>"
        yield "</tr>"


def _body(
    table: Table, number: int, links: Links, lang: str, numeric: Sequence[bool], frozen: int
) -> Iterator[str]:
    keeps = [_keep(i, frozen) for i in range(len(numeric))]
    for r, row in enumerate(table.rows):
        total = any(cell.text and is_total(cell.text) for cell in row)
        yield '<tr class="total">' if total else "<tr>"
        named = False
        for c, cell in enumerate(row):
            id = f"t{number}r{r}c{c}"
            classes = keeps[c] + (" n" if numeric[c] else "")
            if not links.used(id) and not cell.text:
                yield f'<td class="{classes.strip()}"></td>' if keeps[c] else "<td></td>"
                continue
            names = cell.text != "" and not numeric[c] and (not named or c < frozen)
            named = named or names
            tag = "th scope=row" if names else "td"
            yield f"<{tag}{_attributes(id, links, classes)}>"
            yield badges(links.marks(id), lang) + _content(cell.text)
            yield "</th>" if names else "</td>"
        yield "</tr>"


def _content(printed: str) -> str:
    told = text(printed)
    return f'<div class="long" tabindex=0>{told}</div>' if len(printed) > LONG else told


def _attributes(id: str, links: Links, classes: str) -> str:
    if id and links.used(id):
        if links.marks(id):
            classes += f" mark {links.level(id)}"
        return f' id={id} class="{classes.strip()}"'
    return f' class="{classes.strip()}"' if classes.strip() else ""


def _keep(column: int, frozen: int, across: int = 1) -> str:
    return f"k k{column}" if column + across <= frozen else ""


def _is_numeric(table: Table, column: int, role: str) -> bool:
    if role != "?":
        return role in NUMERIC
    told = [row[column].text for row in table.rows if row[column].text]
    return bool(told) and all(money.looks_like(printed) for printed in told)


def _width(table: Table, column: int, numeric: bool, number: int, links: Links) -> float:
    """Room for the longest amount with the marks on it; for words less, as they wrap."""
    longest = max((size(row[column].text) for row in table.rows), default=0.0)
    heading = max((size(part) for part in table.columns[column].path[-1:]), default=0.0)
    if numeric:
        ids = ((f"t{number}r{r}c{column}", row[column].text) for r, row in enumerate(table.rows))
        marked = max((_marked_size(id, printed, links) for id, printed in ids), default=0.0)
        return min(max(longest + 1.4, marked + 1.2, min(heading + 0.9, 3.3)), 12.0)
    if longest > LONG:
        return 24.0
    widest = 16.0 if len(table.columns) <= 10 else 10.0
    code = max((size(row[column].text) for row in table.rows if row[column].text.isdecimal()), default=0.0)
    return min(max(longest + 1.0, min(heading + 1.0, 5.0), 3.0), max(widest, min(code + 1.0, 13.5)))


def _marked_size(id: str, printed: str, links: Links) -> float:
    marks = links.marks(id)
    return size(printed) + sum(1.3 + 0.5 * len(mark.text) for mark in marks) if marks else 0.0


def _narrow(width: float, numeric: bool, columns: int) -> float:
    """The width on paper, where a wide table must fit a page and still be read."""
    if columns <= 12:
        return width
    return max(width - 0.6, 3.0) if numeric else min(width, 7.5)


def size(printed: str) -> float:
    """The width of a text in em."""
    return sum(1.0 if char > "\u2e7f" else 0.57 for char in printed)


def _frozen(widths: Sequence[float], numeric: Sequence[bool]) -> int:
    """How many leading columns stay in view: those that name the row, at least one, within their width."""
    count = next((i for i, told in enumerate(numeric) if told), len(numeric))
    while count > 1 and sum(widths[:count]) > FROZEN_WIDTH:
        count -= 1
    return count if widths and widths[0] <= FROZEN_WIDTH else 0
