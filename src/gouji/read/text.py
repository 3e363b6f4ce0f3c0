"""Text, Markdown, TSV and CSV: lines to blocks, each with a title, its grid and what stands around it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from functools import lru_cache

from gouji import lexicon
from gouji.book import Cell, Place, cells_of
from gouji.read.grid import Block, Unreadable, belongs, is_title

_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>")
_YEAR = re.compile(r"20\d\d年度?")
_ENDED = ("。", "；", "：")
_PIPE = re.compile(r"(?<!\\)\|")
MOST_COLUMNS = 1000

Line = tuple[int, str, list[str] | None]
"""Line number, its text, and its cells where it is a row."""


def blocks(text: str, source: str) -> tuple[list[Block], list[Cell]]:
    """The tables of a text, and the lines outside them. Raises Unreadable."""
    found: list[Block] = []
    loose: list[Cell] = []
    current: Block | None = None
    waiting: list[Cell] = []  # lines between a table's rows and whatever comes next
    tag: Cell | None = None
    for number, line, cells in _lines(text):
        if cells is None and not line:
            continue
        heading = cells is None and line[0] == "#"
        texts = "".join(cells or ())
        words = line.strip("# \t") if heading else line
        if heading or (cells is None and is_title(words)):
            if not words.strip():
                continue
            loose += waiting
            waiting = []
            current = Block(Cell(clean(words), Place(source, number, 1)), tag)
            tag = None
            found.append(current)
        elif cells is not None and not (
            current is not None and _around(current, cells, texts, number, source)
        ):
            if current is None:
                current = Block(Cell("", Place(source, number, 1)))
                found.append(current)
            for cell in waiting:
                current.rows.append([cell])
            waiting = []
            current.rows.append(cells_of(_cleaned(cells, texts), source, number))
        elif cells is None:
            cell = Cell(clean(line), Place(source, number, 1))
            if lexicon.sentence("tag", line):
                tag = cell
            elif current is None:
                loose.append(cell)
            elif not belongs(current, cell):
                (waiting if current.rows and not current.notes else loose).append(cell)
    return found, loose + waiting


def _cleaned(cells: list[str], texts: str) -> list[str]:
    """The cells of a row, whose texts together are `texts`, without markup and outer spaces."""
    if "<" in texts:
        return [clean(cell) for cell in cells]
    if " " not in texts and texts.isprintable():  # no space of any kind
        return cells
    return [cell.strip() for cell in cells]


def clean(text: str) -> str:
    """A cell's text without markup and outer spaces."""
    if not text:
        return text
    text = text.strip()
    if "<" in text:
        text = " ".join(_TAG.sub(" ", text).split())
    return text


def _around(block: Block, cells: list[str], texts: str, number: int, source: str) -> bool:
    """A row that is really a line around the table (单位名称：…\t\t单位：元, a note)."""
    if "：" not in texts and ":" not in texts:
        return not texts.strip()
    filled = [(i, c) for i, c in enumerate(cells, 1) if c.strip()]
    told = [Cell(clean(c), Place(source, number, i)) for i, c in filled if not _YEAR.fullmatch(c.strip())]
    if (
        not told
        or len(told) > 2
        or not all(
            any(lexicon.sentence(kind, cell.text) for kind in ("money", "unit", "note")) for cell in told
        )
    ):
        return False
    return all([belongs(block, cell) for cell in told])


def _lines(text: str) -> Iterator[Line]:
    if _is_csv(text):
        yield from _csv_lines(text)
        return
    for number, line in enumerate(text.split("\n"), 1):
        tabs, pipes = line.count("\t"), line.count("|")
        if tabs >= MOST_COLUMNS or pipes >= MOST_COLUMNS:
            raise Unreadable("columns", f"{number}", f"{MOST_COLUMNS}")
        stripped = line.strip(" \r\ufeff\u3000")
        if tabs:
            alone = stripped.strip()
            cells = None if "\t" not in alone and _is_line(alone) else stripped.split("\t")
            yield number, alone if cells is None else stripped, cells
        elif pipes > 1:
            if not _is_rule(stripped):
                inner = stripped.removeprefix("|").removesuffix("|")
                yield number, stripped, [c.replace("\\|", "|") for c in _PIPE.split(inner)]
        else:
            yield number, stripped.strip(), None


@lru_cache(maxsize=4000)
def _is_line(text: str) -> bool:
    """Is a cell that stands alone in its row really a line around a table?"""
    return is_title(text) or any(lexicon.sentence(kind, text) for kind in ("note", "unit", "money", "tag"))


def _is_rule(line: str) -> bool:
    """|---|:--:| between the heading and the body of a Markdown table."""
    return "--" in line and not line.strip("|-: \t")


def _is_csv(text: str) -> bool:
    """Do most lines have commas, and few of them tabs or pipes? Sentences with amounts do not count."""
    lines = [line for line in text[:20000].split("\n") if line.strip()]
    others = [line for line in lines if "\t" in line or line.count("|") > 1]
    if len(lines) < 2 or len(others) * 4 >= len(lines):
        return False
    commas = [line for line in lines if line.count(",") >= 2 and not line.rstrip().endswith(_ENDED)]
    return len(commas) * 2 > len(lines)


def _csv_lines(text: str) -> Iterator[Line]:
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        for cells in reader:
            filled = [c for c in cells if c.strip()]
            if len(cells) > MOST_COLUMNS:
                raise Unreadable("columns", f"{reader.line_num}", f"{MOST_COLUMNS}")
            alone = len(filled) == 1 and bool(cells[0].strip())
            if alone and (len(cells) == 1 or _is_line(filled[0])):
                yield reader.line_num, filled[0].strip(), None
            elif filled:
                yield reader.line_num, "", cells
    except csv.Error as problem:
        raise Unreadable("csv", f"{reader.line_num}", str(problem)) from None
