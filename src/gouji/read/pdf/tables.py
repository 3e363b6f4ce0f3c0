"""Pages to blocks: what stands around a table is its title, unit and notes; a table goes on over pages."""

from __future__ import annotations

import math
from collections.abc import Sequence

from gouji.book import Cell, Place, Remark
from gouji.read.grid import Block, is_title
from gouji.read.pdf.around import NOTED, Around, around_of, says, take_inside
from gouji.read.pdf.grids import Grid, Parts
from gouji.read.pdf.header import header_of
from gouji.read.pdf.over import (
    bare,
    carry_on,
    ended,
    is_header,
    is_rest,
    near,
    rejoined,
    repeated,
    wider,
    within,
)
from gouji.read.pdf.texts import Text, paragraphs
from gouji.read.table import split


class Reader:
    """Takes pages one after another and makes blocks of them."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.edges: tuple[float, ...] = ()  # of the last block's columns
        self.last_page = 0  # where the last block was
        self.open: frozenset[int] = frozenset()  # columns whose text there could go on
        self.waiting: list[Text] = []  # since the last table
        self.loose: list[Text] = []

    def page(self, page: Parts) -> None:
        texts = page.texts
        for i, grid in enumerate(page.grids):
            beside = _beside(grid, page.grids[i + 1 :])
            below: list[Text] = []
            for text in texts:
                is_above = text.box[1] < grid.box[1] and _middle(text) < beside
                (self.waiting if is_above else below).append(text)
            texts = below
            self._table(grid, page.number, first=i == 0)
        self.waiting += texts

    def finish(self) -> tuple[list[Block], list[Cell]]:
        self._notes()
        self.loose += self.waiting
        for block in self.blocks:
            _drop_blank_columns(block)
        return self.blocks, paragraphs(self.loose)

    def _table(self, grid: Grid, page: int, first: bool) -> None:
        self._notes()
        printed = [cell for row in grid.rows for cell in row if cell.text]
        around = around_of(self.waiting)
        notes = take_inside(grid, around)
        if not grid.lines:  # a frame around the title of the next table
            self.waiting += [Text(cell, grid.box, False) for cell in printed]
            return
        follows = self.blocks and (page == self.last_page + 1 if first else page == self.last_page)
        if not (follows and self._goes_on(grid, around)):
            self._start(grid, around)
        self.blocks[-1].notes += notes
        self.last_page, self.open = page, grid.open
        self.loose += around.rest
        self.waiting = []

    def _notes(self) -> None:
        """Texts right after a table that say something of it are its notes."""
        while self.waiting and self.blocks and says(self.waiting[0].cell, NOTED):
            if is_title(self.waiting[0].cell.text):
                return
            self.blocks[-1].notes.append(self.waiting.pop(0).cell)

    def _start(self, grid: Grid, around: Around) -> None:
        title = around.title or Cell("", Place(*grid.rows[0][0].place))
        self.blocks.append(Block(title, around.tag, around.unit, around.money, grid.rows))
        self.blocks[-1].header = header_of(grid)
        if grid.unruled:
            first = tuple(cell for cell in grid.rows[0] if cell.text)
            self.blocks[-1].remarks.append(Remark("read.unruled", first))
        self.edges = grid.xs

    def _goes_on(self, grid: Grid, around: Around) -> bool:
        """Put the grid under the last block when it carries that block on; False when it is another table."""
        block = self.blocks[-1]
        again = repeated(grid.rows, _heading(block))
        same = around.title is not None and bare(around.title) == bare(block.title)
        if around.title is not None and not (same and again):
            return False
        if not again and (ended(around.rest) or (block.header and is_header(grid.rows[0]))):
            return False
        if len(grid.xs) == len(self.edges) and (again or near(grid.xs, self.edges)):
            more = grid.rows[again:]
            if more and is_rest(block.rows[-1], more[0], self.open):
                block.rows[-1] = rejoined(block.rows[-1], more.pop(0))
            carry_on(block.rows, more, len(_heading(block)))
            block.rows += more
            return True
        return self._spread(block, grid) or self._fill_in(block, grid, around)

    def _fill_in(self, block: Block, grid: Grid, around: Around) -> bool:
        """A form to fill in, whose columns have no headings, goes on however the next page is cut."""
        other = around.tag and around.tag.text != _text_of(block.tag)
        if block.header != 0 or other or header_of(grid) != 0:
            return False
        block.rows += grid.rows
        self.edges = grid.xs
        return True

    def _spread(self, block: Block, grid: Grid) -> bool:
        """Bring both to the finer columns, where one has all the edges of the other."""
        for fine, coarse in ((self.edges, grid.xs), (grid.xs, self.edges)):
            places = within(coarse, fine)
            if places is None:
                continue
            if coarse is self.edges:
                block.rows = [wider(row, places, len(fine) - 1) for row in block.rows]
                self.edges, more = fine, grid.rows
            else:
                more = [wider(row, places, len(fine) - 1) for row in grid.rows]
            block.rows += more[repeated(more, _heading(block)) :]
            return True
        return False


def _heading(block: Block) -> list[list[Cell]]:
    """The rows that a next page may print again: its first group's name, too, may stand first on both."""
    if not block.header:
        return block.rows
    header, numbers, _ = split(block.rows, block.header)
    return block.rows[: len(header) + bool(numbers)]


def _beside(grid: Grid, later: Sequence[Grid]) -> float:
    """Where on the page the texts of a table to the right of this one start."""
    right = [two.box[0] for two in later if two.box[1] < grid.box[3] and two.box[0] >= grid.box[2]]
    return min(right, default=math.inf)


def _middle(text: Text) -> float:
    return (text.box[0] + text.box[2]) / 2


def _text_of(cell: Cell | None) -> str:
    return cell.text if cell else ""


def _drop_blank_columns(block: Block) -> None:
    """Columns without any text are edges that only a merged cell has."""
    width = max(map(len, block.rows))
    for row in block.rows:
        row += [Cell("", row[-1].place)] * (width - len(row))
    kept = [i for i in range(len(block.rows[0])) if any(row[i].text for row in block.rows)]
    block.rows = [[row[i] for i in kept] for row in block.rows]
