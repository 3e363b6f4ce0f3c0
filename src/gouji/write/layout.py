"""How a Table stands on a page, whatever the format: merged headings and cells, what each column holds."""

from __future__ import annotations

import re
from bisect import insort
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from gouji import lexicon
from gouji.book import Book, Table
from gouji.forms import Edition, Paths
from gouji.meaning import column_roles
from gouji.write.merging import CENTER, LEFT, RIGHT, Span, merged

_FIGURES = frozenset(("", "count", "price"))
_INDICATOR = ("level1", "level2", "operator", "value", "measure", "attribute")
_SHORT = frozenset(("level", "kind", *(f"target.{name}" for name in _INDICATOR)))
_TOTAL = re.compile(r"[合总]\s*计$")
_CODE = re.compile(r"\.code(?:\.\d)?$")
_BREAKS = re.compile(r"[\t\n\r\f\v\x1c-\x1e\x85\u2028\u2029]")
_UNPRINTABLE = re.compile("[\0-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_NUMBERED = re.compile(r"\d{1,2}(?:-\d+)?")


@dataclass(frozen=True, slots=True)
class Laid:
    """A table laid out. `depth` rows hold the headings.

    `merged` are the body cells over several rows or columns.
    """

    title: str
    tag: str
    unit: str
    money: str
    heads: tuple[Span, ...]
    depth: int
    numbers: tuple[str, ...]
    aligns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    merged: tuple[Span, ...]
    notes: tuple[str, ...]

    @property
    def columns(self) -> int:
        return len(self.aligns)

    def head_grid(self) -> list[list[Span]]:
        """The headings row by row: in each row the cells that stand in it, those from above included."""
        return _grid(self.heads, self.depth)

    def body(self) -> list[Span]:
        """The cells of the body."""
        return [*chain.from_iterable(self._singles()), *self.merged]

    def body_grid(self) -> list[list[Span]]:
        """The same row by row."""
        return _grid(self.merged, len(self.rows), list(self._singles()))

    def places(self) -> dict[tuple[int, int], Span]:
        """The merged cells at all places that they take."""
        return {
            (span.row + i, span.column + k): span
            for span in self.merged
            for i in range(span.rows)
            for k in range(span.columns)
        }

    def _singles(self) -> Iterator[list[Span]]:
        """The cells of each row that are of that row alone."""
        covered: dict[int, set[int]] = {}
        for row, column in self.places():
            covered.setdefault(row, set()).add(column)
        for r, texts in enumerate(self.rows):
            cells = enumerate(zip(texts, self.aligns, strict=True))
            yield [
                Span(r, c, 1, 1, text, _shown(text, align) if text else align)
                for c, (text, align) in cells
                if r not in covered or c not in covered[r]
            ]


def _grid(spans: Iterable[Span], rows: int, singles: Sequence[list[Span]] = ()) -> list[list[Span]]:
    """Cells by the rows they stand in, from left to right."""
    grid = [list(row) for row in singles] or [[] for _ in range(rows)]
    for span in spans:
        for i in range(span.row, span.row + span.rows):
            insort(grid[i], span, key=_column)
    return grid


def _column(span: Span) -> int:
    return span.column


def _shown(text: str, align: str) -> str:
    """合计 and 收入总计 stand in the middle, all else as its column does."""
    return CENTER if text.endswith("计") and _TOTAL.search(text) else align


def laid_out(table: Table, edition: Edition) -> Laid:
    roles, _ = column_roles(table.columns, lexicon.title(table.title.text))
    paths = [tuple(map(flat, column.path)) for column in table.columns]
    rows = tuple(tuple(flat(cell.text) for cell in row) for row in table.rows)
    numbers = tuple(flat(column.number) for column in table.columns)
    aligns = tuple(map(_align, roles))
    form = edition.form(table.form or "")
    said = table.money_unit is not None and lexicon.sentence("money", table.money_unit.text)
    return Laid(
        title=flat(table.title.text),
        tag=f"预算{table.form}表" if _NUMBERED.fullmatch(table.form or "") else "",
        unit=flat(table.unit.text) if table.unit else "",
        money=flat(table.money_unit.text) if said and table.money_unit else "",
        heads=tuple(heads(paths)),
        depth=max(map(len, paths), default=0),
        numbers=numbers if any(numbers) else (),
        aligns=aligns,
        rows=rows or (("",) * len(roles),),
        merged=tuple(merged(roles, aligns, rows, form.grid if form else ())),
        notes=tuple(flat(note.text) for note in table.notes),
    )


def laid(book: Book, edition: Edition) -> list[Laid]:
    return [laid_out(table, edition) for table in book.tables]


def heads(paths: Sequence[tuple[str, ...]] | Paths) -> Iterator[Span]:
    """The heading cells, row by row: each over all columns that go on under it, or down to the body."""
    depth = max(map(len, paths), default=0)
    for level in range(depth):
        for i, path in enumerate(paths):
            if not path and not level:
                yield Span(0, i, depth)
            if level >= len(path) or (i and _goes_on(paths[i - 1], path, level)):
                continue
            end = i + 1
            while end < len(paths) and _goes_on(paths[end - 1], paths[end], level):
                end += 1
            rows = depth - level if level + 1 == len(path) else 1
            yield Span(level, i, rows, end - i, path[level])


def _goes_on(left: tuple[str, ...], path: tuple[str, ...], level: int) -> bool:
    """Are two columns side by side under one heading at this level, with more below it?"""
    return level + 1 < min(len(path), len(left)) and path[: level + 1] == left[: level + 1]


def _align(role: str) -> str:
    if role in _FIGURES:
        return RIGHT
    return CENTER if role in _SHORT or _CODE.search(role) else LEFT


def flat(text: str) -> str:
    """A text on one line, without characters that no file may hold."""
    if text.isprintable():
        return text.strip()
    return _UNPRINTABLE.sub("", _BREAKS.sub(" ", text)).strip()
