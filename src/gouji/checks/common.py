"""What the checks share: spots and findings, and the tables by what they mean rather than by their number."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import TypeVar
from weakref import ref

from gouji import lexicon
from gouji.book import Cell
from gouji.findings import Finding, Result, Spot
from gouji.meaning import Panel, Sense, TableSense
from gouji.messages import LANGUAGES, catalogue, say
from gouji.scope import Scope, condition

T = TypeVar("T")
K = TypeVar("K")

LONG = 30
MOST_SPOTS = 1000
"""Cells that one finding lists."""
HERE = Path(__file__).parent


def once(function: Callable[[Sense], T]) -> Callable[[Sense], T]:
    """Remember the answer for the Sense last asked about: many checks ask the same of one book."""
    last: tuple[ref[Sense], T] | None = None

    def answer(sense: Sense) -> T:
        nonlocal last
        known = last
        if known is None or known[0]() is not sense:
            known = last = ref(sense), function(sense)
        return known[1]

    return answer


def found(code: str, spots: Iterable[Spot], args: dict[str, str], level: str = "") -> Finding:
    """A finding at the level that the catalogue gives its code, unless another is given."""
    return Finding(code, tuple(islice(spots, MOST_SPOTS)), args, level or catalogue()[code].level)


def verdict(findings: Iterable[Finding], held: int, none: str) -> Result:
    """What a check returns: `none` says why it does not apply where nothing was found and nothing held."""
    broken = tuple(findings)
    return Result(broken, held, None if broken or held else none)


def spot(table: TableSense, row: int, column: int) -> Spot:
    """The cell of a body row as people name it."""
    return _spot(table, row, column, row_label(table, row))


def _spot(table: TableSense, row: int, column: int, label: str) -> Spot:
    cell = table.table.rows[row][column]
    heading = table.table.columns[column].label
    return Spot(table.table.name, label, heading, cell.text, cell.place, table.number)


def line_spot(table: TableSense, cell: Cell) -> Spot:
    """A title, a heading or a line around a table."""
    return Spot(table.table.name, "", "", cell.text, cell.place, table.number)


def cell_spots(table: TableSense, cells: Sequence[Cell]) -> tuple[Spot, ...]:
    """Cells of one row, or around a table: named by row and column where they stand in one."""
    line, rows = (cells[0].place.line if cells else 0), table.table.rows
    start = bisect_left(rows, line, key=lambda row: row[-1].place.line) if line else 0
    near = range(start, min(start + 1, len(rows)) if line else len(rows))
    at = next((k for k in near if cells and cells[0] in rows[k]), None)
    if at is None:
        return tuple([line_spot(table, cell) for cell in cells])
    row, label = rows[at], row_label(table, at)
    return tuple([_spot(table, at, row.index(c), label) if c in row else line_spot(table, c) for c in cells])


def row_label(table: TableSense, row: int) -> str:
    """The keys that name a row: as its figures are named, or a target's project and name."""
    for panel in table.panels:
        nodes = panel.nodes
        usual = row < len(nodes) and nodes[row].index == row  # a node for each row
        at = row if usual else bisect_left(nodes, row, key=lambda node: node.index)
        if at < len(nodes) and nodes[at].index == row:
            return nodes[at].label
    cells = table.table.rows[row]
    roles = ("unit.project", "project", "target.level3")
    return " ".join(cells[i].text for i, role in enumerate(table.roles) if role in roles and cells[i].text)


def label_column(table: TableSense, panel: Panel) -> int:
    """The column that names the rows of a panel: the last of labels before its amounts."""
    before = range(panel.columns[0].at)
    return max((i for i in before if table.roles[i] == "label"), default=0)


def in_both(name: str, *keys: str) -> dict[str, str]:
    """Arguments that differ between the languages: words of the catalogue as {name} and {name_en}."""
    chinese, english = (", ".join(say(key, lang) for key in keys) for lang in LANGUAGES)
    return {name: chinese.replace(", ", "、"), f"{name}_en": english}


def short(text: str, length: int = LONG) -> str:
    """A text short enough to stand in a sentence."""
    return text if len(text) <= length else text[:length] + "…"


def grouped(pairs: Iterable[tuple[K, T]]) -> dict[K, list[T]]:
    groups: dict[K, list[T]] = {}
    for key, value in pairs:
        groups.setdefault(key, []).append(value)
    return groups


def says(table: TableSense, dimension: str, value: str) -> bool:
    """Does the title put this condition on all figures of the table?"""
    return table.title.scope.inside(condition_of(dimension, value))


@lru_cache(maxsize=100)
def condition_of(dimension: str, value: str) -> Scope:
    return condition(dimension, value)


def unit_name(text: str) -> str:
    """The unit that a `单位名称：…` line names."""
    said = lexicon.sentence("unit", text)
    return said[1] if said else ""


def amounts(sense: Sense, table: TableSense) -> Iterator[int | None]:
    """The amounts that a table prints, None where blank."""
    for panel in table.panels:
        yield from sense.amounts[panel.first : panel.first + panel.size]
