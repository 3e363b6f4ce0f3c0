"""What stands around a table: its title, tag, unit and money unit, notes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from gouji import lexicon
from gouji.book import Cell
from gouji.lexicon import normal
from gouji.read.grid import is_title
from gouji.read.pdf.grids import Grid, Line, Row
from gouji.read.pdf.texts import Text

LONGEST_TITLE = 60
SHORT = 30  # characters of a title that does not say 表
NEAR_TITLE = 4  # lines above a table among which an unofficial title is looked for
ALIKE = 0.15  # of a line's height: two lines of a title differ by less
LINES_APART = 2.2  # of a line's height: from a line of a title to the next
NOTED = ("note", "withheld", "declared")
_BOTH = re.compile(r"(.*?[:：].+?)\s*((?:金额|计量)?单\s*位\s*[:：]\s*(?:人民币)?[千百万亿]*元)")
_TAGGED = re.compile(r"(表[一二三四五六七八九十]{1,3}|表\d{1,2}|(?:预算|公开)\d{1,2}表)[:：.．、]?(.+)")
_CONTENTS = re.compile(r"[.…·]{3,}\s*\d*$|[^年]\d{1,3}$")
_IN_BRACKETS = re.compile(r"\((?!\d+年度?\))[^()]+\)")
_IS_WHOLE = re.compile(r"表|^[（(]|[。；;：:，,]|部分|附件|^[一二三四五六七八九十]+、|预算$|公开$")
_SENTENCE = re.compile(r"[。；;，,：:、]|\d元|万元")
_ENDS = tuple("。；;，,：:、")


@dataclass(slots=True)
class Around:
    """The texts before a table, by what they say."""

    title: Cell | None = None
    tag: Cell | None = None
    unit: Cell | None = None
    money: Cell | None = None
    rest: list[Text] = field(default_factory=list)


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
    both = _BOTH.fullmatch(cell.text)
    if both:
        return all([_take(Cell(part.strip(), cell.place), around) for part in both.groups()])
    if says(cell, ("tag",)):
        around.tag = cell
    elif says(cell, ("money",)):
        around.money = cell
    elif says(cell, ("unit",)) and len(cell.text) < LONGEST_TITLE:
        around.unit = cell
    else:
        return False
    return True


def _title_at(texts: Sequence[Text]) -> tuple[int, int] | None:
    """The first and last text of the title: an official one, or the nearest that looks like one."""
    for i in reversed(range(len(texts))):
        if is_title(texts[i].cell.text):
            return i, _with_brackets(texts, i)
        above = texts[i - 1].cell.text if i else ""
        if above and not is_title(above) and is_title(above + texts[i].cell.text):
            return i - 1, i
    for i in reversed(range(max(0, len(texts) - NEAR_TITLE), len(texts))):
        if _looks_like_title(texts[i].cell.text):
            return _whole_title(texts, i)
    last = len(texts) - 1
    return (last, last) if texts and _names_a_table(texts[-1].cell.text) else None


def _names_a_table(text: str) -> bool:
    """Is a line right above a table its title though it does not say 表?"""
    numbered = lexicon.label(text).depth or _CONTENTS.search(text)
    return (
        len(text) <= SHORT and lexicon.title(text).understood and not numbered and not _SENTENCE.search(text)
    )


def _whole_title(texts: Sequence[Text], at: int) -> tuple[int, int]:
    """With the line above it that it goes on from, and the brackets under it."""
    above = at and _one_title(texts[at - 1], texts[at]) and not _IS_WHOLE.search(texts[at - 1].cell.text)
    return at - bool(above), _with_brackets(texts, at)


def _with_brackets(texts: Sequence[Text], at: int) -> int:
    """The last line of a title: brackets under it say which of several tables it is."""
    below = texts[at + 1] if at + 1 < len(texts) else None
    if below and _one_title(texts[at], below) and _IN_BRACKETS.fullmatch(normal(below.cell.text)):
        return at + 1
    return at


def _one_title(one: Text, two: Text) -> bool:
    """Two lines of one size, one right under the other and both in the middle of the page."""
    high = one.box[3] - one.box[1]
    middles = [(text.box[0] + text.box[2]) / 2 for text in (one, two)]
    return (
        one.cell.place.page == two.cell.place.page
        and abs(two.box[3] - two.box[1] - high) < ALIKE * high
        and 0 < two.box[1] - one.box[1] < LINES_APART * high
        and abs(middles[0] - middles[1]) < high
    )


def _tag_and_title(cell: Cell, around: Around) -> Cell:
    """A title printed as `预算01表 收支总表` is its tag and its title."""
    tag, _, title = cell.text.partition(" ")
    if not title and (found := _TAGGED.fullmatch(cell.text)) and is_title(found[2]):
        tag, title = found.groups()
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


def says(cell: Cell, kinds: Sequence[str]) -> bool:
    return any(lexicon.sentence(kind, cell.text) for kind in kinds)


def take_inside(grid: Grid, around: Around) -> list[Cell]:
    """Take rows that are not the table's own: titles and units above it, notes below it."""
    while grid.lines and _take_row(grid.lines[0], around):
        del grid.lines[0]
    notes: list[Cell] = []
    while len(grid.lines) > 1 and len(said := _filled(grid.lines[-1].cells)) == 1 and says(said[0], NOTED):
        notes.insert(0, said[0])
        del grid.lines[-1]
    return notes


def _take_row(line: Line, around: Around) -> bool:
    said = _filled(line.cells)
    if len(said) == 1 and line.full and (is_title(said[0].text) or _looks_like_title(said[0].text)):
        around.title = _tag_and_title(said[0], around)
        return True
    if not said or len(said) > 3 or not all(says(cell, ("tag", "money", "unit")) for cell in said):
        return False
    return all([_take(cell, around) for cell in said])


def _filled(row: Row) -> list[Cell]:
    return [cell for cell in row if cell.text]
