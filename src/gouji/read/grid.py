"""What every reader makes of a file: blocks, each a titled grid of cells with the lines around it."""

from __future__ import annotations

from dataclasses import dataclass, field

from gouji import forms, lexicon
from gouji.book import Cell, Place, Reading, Remark


class Unreadable(ValueError):
    """A file that cannot be read: a key of the catalogue (`unreadable.<key>`) and its arguments."""

    def __init__(self, key: str, *args: str) -> None:
        super().__init__(key, *args)
        self.key = key
        self.values = args


@dataclass(slots=True)
class Block:
    """A table before its headings are understood: `rows` hold header and body alike.

    `header` is how many of the rows are headings where their merged cells show it: 0 where the table is a
    form to fill in, with labels beside values, and None where nothing shows it.
    """

    title: Cell
    tag: Cell | None = None
    unit: Cell | None = None
    money_unit: Cell | None = None
    rows: list[list[Cell]] = field(default_factory=list)
    notes: list[Cell] = field(default_factory=list)
    header: int | None = None
    remarks: list[Remark] = field(default_factory=list)
    readings: dict[Place, Reading] = field(default_factory=dict)


def is_title(text: str) -> bool:
    """Is a plain line the title of a form of some edition?"""
    if len(text) > 60 or "表" not in text:
        return False
    return forms.known(text)


def belongs(block: Block, cell: Cell) -> bool:
    """Take a line that says something of the table; False when it says nothing known."""
    if lexicon.sentence("money", cell.text):
        block.money_unit = block.money_unit or cell
    elif lexicon.sentence("note", cell.text):
        block.notes.append(cell)
    elif lexicon.sentence("unit", cell.text):
        block.unit = block.unit or cell
    elif block.rows and (lexicon.sentence("withheld", cell.text) or lexicon.sentence("declared", cell.text)):
        block.notes.append(cell)
    else:
        return False
    return True
