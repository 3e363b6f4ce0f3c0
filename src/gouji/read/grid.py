"""What every reader makes of a file: blocks, each a titled grid of cells with the lines around it."""

from __future__ import annotations

from dataclasses import dataclass, field

from gouji import forms
from gouji.book import Cell


class Unreadable(ValueError):
    """A file that cannot be read: a key of the catalogue (`unreadable.<key>`) and its arguments."""

    def __init__(self, key: str, *args: str) -> None:
        super().__init__(key, *args)
        self.key = key
        self.values = args


@dataclass(slots=True)
class Block:
    """A table before its headings are understood: `rows` hold header and body alike."""

    title: Cell
    tag: Cell | None = None
    unit: Cell | None = None
    money_unit: Cell | None = None
    rows: list[list[Cell]] = field(default_factory=list)
    notes: list[Cell] = field(default_factory=list)


def is_title(text: str) -> bool:
    """Is a plain line the title of a form of some edition?"""
    if len(text) > 60 or "表" not in text:
        return False
    return any(forms.edition(name).titled(text) for name in forms.names())
