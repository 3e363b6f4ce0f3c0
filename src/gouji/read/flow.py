"""Lines and tables in reading order, made into blocks: what web pages, Word and sheets have in common."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import takewhile
from typing import NamedTuple

from gouji import lexicon, money
from gouji.book import Cell, Place
from gouji.lexicon import normal
from gouji.read.grid import Block, Unreadable, belongs, is_title

MOST_CELLS = 2_000_000
SPACE = re.compile(r"[ \t\r\n\f\u00a0]+")
_TITLE_LIKE = re.compile(r"^(?![此本该])[^。；，,;]{2,58}表(?:[（(][^（）()]{1,20}[）)])?$")
_AROUND = ("tag", "money", "unit", "note")
_GAP = re.compile(r"\t+|[ \u00a0\u3000]{2,}")
_BETWEEN_CJK = re.compile(r"(?<=[^\x00-\xff]) ?\n\s*(?=[^\x00-\xff])")


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

    @property
    def lines(self) -> int:
        """How many lines and rows there have been."""
        return self._line

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
        if not heading and lexicon.sentence("tag", cell.text):
            if self._found:
                self._beside(cell)
            else:
                self._tag = cell
        elif heading or is_title(cell.text) or _TITLE_LIKE.match(cell.text):
            self._open(cell)
        elif not self._found or not belongs(self._found[-1], cell):
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
        elif len(filled) == 1 and block.rows and belongs(block, filled[0]):
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
            belongs(block, cell)
        elif block.rows or not block.title.text or block.tag:
            self._tag = cell
        else:
            block.tag = cell


def tidy(text: str) -> str:
    """A text on one line: a break between Chinese characters is only a wrap."""
    if "\n" in text:
        text = _BETWEEN_CJK.sub("", text.strip())
    return SPACE.sub(" ", text).strip()


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
