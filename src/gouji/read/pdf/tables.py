"""Pages to blocks: what stands around a table is its title, unit and notes; a table goes on over pages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from gouji import lexicon, money
from gouji.book import Cell, Place
from gouji.lexicon import normal
from gouji.read.grid import Block, is_title
from gouji.read.pdf.grids import Grid, Parts, Row, Text

LONGEST_TITLE = 60
NEAR_TITLE = 4  # lines above a table among which an unofficial title is looked for
LONGEST_HEAD = 30  # a longer text between two tables ends the first
MOST_HEADER = 8
SAME_EDGE = 4.0  # points
NOTED = ("note", "withheld", "declared")
_PAGE_NUMBER = re.compile(r"[-—–－·~\s]*第?\s*\d{1,4}\s*页?[-—–－·~\s]*(?:[,，/]?\s*共?\s*\d{1,4}\s*页?)?")
_CONTINUED = re.compile(r"\(?续(?:表)?\d*\)?$|^续表\d*")
_CONTENTS = re.compile(r"[.…·]{3,}\s*\d*$|[^年]\d{1,3}$")
_ENDS = tuple("。；;，,：:、")


@dataclass(slots=True)
class Around:
    """The texts before a table, by what they say."""

    title: Cell | None = None
    tag: Cell | None = None
    unit: Cell | None = None
    money: Cell | None = None
    rest: list[Text] = field(default_factory=list)


class Reader:
    """Takes pages one after another and makes blocks of them."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.edges: tuple[float, ...] = ()  # of the last block's columns
        self.last_page = 0  # where the last block was
        self.waiting: list[Text] = []  # since the last table
        self.loose: list[Text] = []

    def page(self, page: Parts) -> None:
        texts = _without_page_numbers(page.texts)
        for i, grid in enumerate(page.grids):
            above = [text for text in texts if text.box[1] < grid.box[1]]
            texts = [text for text in texts if text.box[1] >= grid.box[1]]
            self.waiting += above
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
        notes = _take_inside(grid, around)
        if not grid.rows:  # a frame around the title of the next table
            self.waiting += [Text(cell, grid.box, False) for cell in printed]
            return
        near = self.blocks and first and page == self.last_page + 1
        if not (near and self._goes_on(grid, around)):
            self._start(grid, around)
        self.blocks[-1].notes += notes
        self.last_page = page
        self.loose += around.rest
        self.waiting = []

    def _notes(self) -> None:
        """Texts right after a table that say something of it are its notes."""
        while self.waiting and self.blocks and _says(self.waiting[0].cell, NOTED):
            if is_title(self.waiting[0].cell.text):
                return
            self.blocks[-1].notes.append(self.waiting.pop(0).cell)

    def _start(self, grid: Grid, around: Around) -> None:
        title = around.title or Cell("", Place(*grid.rows[0][0].place))
        self.blocks.append(Block(title, around.tag, around.unit, around.money, list(grid.rows)))
        self.edges = grid.xs

    def _goes_on(self, grid: Grid, around: Around) -> bool:
        """Put the grid under the last block when it carries that block on; False when it is another table."""
        block = self.blocks[-1]
        repeated = _repeated(grid.rows, block.rows)
        same = around.title is not None and _bare(around.title) == _bare(block.title)
        if around.title is not None and not (same and repeated):
            return False
        if not repeated and (_ended(around.rest) or _is_header(grid.rows[0])):
            return False
        if len(grid.xs) == len(self.edges) and (repeated or _near(grid.xs, self.edges)):
            block.rows += grid.rows[repeated:]
            return True
        return self._spread(block, grid)

    def _spread(self, block: Block, grid: Grid) -> bool:
        """Bring both to the finer columns, where one has all the edges of the other."""
        for fine, coarse in ((self.edges, grid.xs), (grid.xs, self.edges)):
            places = _within(coarse, fine)
            if places is None:
                continue
            if coarse is self.edges:
                block.rows = [_wider(row, places, len(fine) - 1) for row in block.rows]
                self.edges, more = fine, grid.rows
            else:
                more = [_wider(row, places, len(fine) - 1) for row in grid.rows]
            block.rows += more[_repeated(more, block.rows) :]
            return True
        return False


# What stands around a table


def around_of(texts: Sequence[Text]) -> Around:
    """Title, tag, unit and money unit among the texts above a table; the nearest of each kind."""
    around = Around()
    plain: list[Text] = []
    for text in texts:
        if not _take(text.cell, around):
            plain.append(text)
    at = _title_at(plain)
    if at is not None:
        first, last = at
        around.title = _tag_and_title(_title([text.cell for text in plain[first : last + 1]]), around)
        del plain[first : last + 1]
    around.rest = plain
    return around


def _take(cell: Cell, around: Around) -> bool:
    if _says(cell, ("tag",)):
        around.tag = cell
    elif _says(cell, ("money",)):
        around.money = cell
    elif _says(cell, ("unit",)) and len(cell.text) < LONGEST_TITLE:
        around.unit = cell
    else:
        return False
    return True


def _title_at(texts: Sequence[Text]) -> tuple[int, int] | None:
    """The first and last text of the title: an official one, or the nearest that looks like one."""
    for i in reversed(range(len(texts))):
        if is_title(texts[i].cell.text):
            return i, i
        if i and is_title(texts[i - 1].cell.text + texts[i].cell.text):
            return i - 1, i
    for i in reversed(range(max(0, len(texts) - NEAR_TITLE), len(texts))):
        if _looks_like_title(texts[i].cell.text):
            return i, i
    return None


def _tag_and_title(cell: Cell, around: Around) -> Cell:
    """A title printed as `预算01表 收支总表` is its tag and its title."""
    tag, _, title = cell.text.partition(" ")
    if title and lexicon.sentence("tag", tag):
        around.tag = around.tag or Cell(tag, cell.place)
        return Cell(title, cell.place)
    return cell


def _title(cells: Sequence[Cell]) -> Cell:
    return Cell("".join(cell.text for cell in cells), cells[0].place)


def _looks_like_title(text: str) -> bool:
    return (
        "表" in text
        and len(text) <= LONGEST_TITLE
        and not text.endswith(_ENDS)
        and not _CONTENTS.search(text)
        and "。" not in text
    )


def _says(cell: Cell, kinds: Sequence[str]) -> bool:
    return any(lexicon.sentence(kind, cell.text) for kind in kinds)


def _without_page_numbers(texts: list[Text]) -> list[Text]:
    edges = {0, 1, len(texts) - 2, len(texts) - 1}
    return [t for i, t in enumerate(texts) if i not in edges or not _PAGE_NUMBER.fullmatch(t.cell.text)]


def _take_inside(grid: Grid, around: Around) -> list[Cell]:
    """Take rows that are not the table's own: titles and units above it, notes below it."""
    while grid.rows and _take_row(grid, around):
        del grid.rows[0], grid.full[0]
    notes: list[Cell] = []
    while len(grid.rows) > 1 and len(said := _filled(grid.rows[-1])) == 1 and _says(said[0], NOTED):
        notes.insert(0, said[0])
        del grid.rows[-1], grid.full[-1]
    return notes


def _take_row(grid: Grid, around: Around) -> bool:
    said = _filled(grid.rows[0])
    if len(said) == 1 and grid.full[0] and (is_title(said[0].text) or _looks_like_title(said[0].text)):
        around.title = _tag_and_title(said[0], around)
        return True
    if not said or len(said) > 3 or not all(_says(cell, ("tag", "money", "unit")) for cell in said):
        return False
    return all([_take(cell, around) for cell in said])


def _filled(row: Row) -> list[Cell]:
    return [cell for cell in row if cell.text]


# Tables over pages


def _repeated(rows: Sequence[Row], header: Sequence[Row]) -> int:
    """How many of the rows are the header printed again."""
    count = 0
    for row, above in zip(rows[:MOST_HEADER], header, strict=False):
        texts = _normal(row)
        if not _same(texts, _normal(above)) or any("." in t and money.looks_like(t) for t in texts):
            break
        count += 1
    return count


def _normal(row: Row) -> list[str]:
    return [normal(cell.text) for cell in row if cell.text]


def _same(row: list[str], above: list[str]) -> bool:
    """The same texts; what a row cut at the page's edge printed over some of them may follow."""
    if row == above:
        return True
    equal = sum(a == b for a, b in zip(row, above, strict=False))
    return len(row) == len(above) and 2 * equal > len(row) and all(map(str.startswith, row, above))


def _bare(title: Cell) -> str:
    return _CONTINUED.sub("", normal(title.text))


def _ended(rest: Sequence[Text]) -> bool:
    return any(len(t.cell.text) > LONGEST_HEAD or t.cell.text.endswith("。") for t in rest)


def _is_header(row: Row) -> bool:
    texts = [cell.text for cell in row if cell.text]
    return len(texts) > 1 and all(
        not money.looks_like(text) and lexicon.heading((text,)).understood for text in texts
    )


def _near(one: Sequence[float], two: Sequence[float]) -> bool:
    """The same edges, but for where the table starts on its page."""
    shift = two[0] - one[0]
    return all(abs(a + shift - b) <= SAME_EDGE for a, b in zip(one, two, strict=True))


def _within(coarse: Sequence[float], fine: Sequence[float]) -> list[int] | None:
    """Where each edge of the coarse columns is among the fine ones; None unless all are there."""
    if len(coarse) >= len(fine) or len(coarse) < 3:
        return None
    for shift in (0.0, fine[0] - coarse[0], fine[1] - coarse[0], fine[-1] - coarse[-1]):
        places = [min(range(len(fine)), key=lambda i: abs(fine[i] - at - shift)) for at in coarse]
        near = all(abs(fine[i] - at - shift) <= SAME_EDGE for i, at in zip(places, coarse, strict=True))
        if near and len(set(places)) == len(places):
            return places
    return None


def _wider(row: Row, places: Sequence[int], width: int) -> Row:
    wide = [Cell("", row[0].place)] * width
    for cell, start, end in zip(row, places, places[1:], strict=False):
        wide[start:end] = [cell, *[Cell("", cell.place)] * (end - start - 1)]
    return wide


def _drop_blank_columns(block: Block) -> None:
    """Columns without any text are edges that only a merged cell has."""
    kept = [i for i in range(len(block.rows[0])) if any(row[i].text for row in block.rows)]
    block.rows = [[row[i] for i in kept] for row in block.rows]


# Texts outside the tables


def paragraphs(texts: Sequence[Text]) -> list[Cell]:
    """Texts in order; one that fills its page's last line goes on with the first of the next page."""
    found: list[Cell] = []
    before: Text | None = None
    for text in texts:
        if before is not None and _over_page(before, text):
            found[-1] = Cell(found[-1].text + text.cell.text, found[-1].place)
        else:
            found.append(text.cell)
        before = text
    return found


def _over_page(one: Text, two: Text) -> bool:
    follows = two.cell.place.page == one.cell.place.page + 1
    return follows and one.full and two.box[0] <= one.box[0] and not one.cell.text.endswith(_ENDS[:3])
