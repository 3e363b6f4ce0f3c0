"""The cell formats of a workbook, and what marked cells look like."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING

from lxml import etree

from gouji.annotate.parts import Parts
from gouji.findings import ERROR, NOTE, WARNING

if TYPE_CHECKING:
    from lxml.etree import _Element

FILLS = {ERROR: "FFFDD9D5", WARNING: "FFFFF0C2", NOTE: "FFDCE9F7"}
BORDERS = {
    ERROR: ("medium", "FFB3261E"),
    WARNING: ("mediumDashed", "FF8A5200"),
    NOTE: ("dashDotDot", "FF46607A"),
}
"""Levels differ in the kind of line too, so that they can be told without colours."""


class Styles:
    """The cell formats of a workbook; a marked cell's is its own with a fill and a border."""

    def __init__(self, parts: Parts) -> None:
        part = parts.related(parts.main, "styles")
        self._root = parts.tree(part) if part else None
        self._made: dict[tuple[str, str], str] = {}
        self._levels: dict[str, tuple[str, str]] = {}

    def marked(self, style: str, level: str) -> str:
        formats = self._root.find("{*}cellXfs") if self._root is not None else None
        if formats is None or not style.isdecimal() or int(style) >= len(formats):
            return style
        if (style, level) not in self._made:
            fill, border = self._look(level)
            new = deepcopy(formats[int(style)])
            for name, value in (
                ("fillId", fill),
                ("borderId", border),
                ("applyFill", "1"),
                ("applyBorder", "1"),
            ):
                new.set(name, value)
            self._made[style, level] = _append(formats, new)
        return self._made[style, level]

    def _look(self, level: str) -> tuple[str, str]:
        """The fill and the border of a level."""
        if level not in self._levels:
            assert self._root is not None
            space = etree.QName(self._root).namespace
            fill = etree.Element(f"{{{space}}}fill")
            pattern = etree.SubElement(fill, f"{{{space}}}patternFill", {"patternType": "solid"})
            etree.SubElement(pattern, f"{{{space}}}fgColor", {"rgb": FILLS[level]})
            etree.SubElement(pattern, f"{{{space}}}bgColor", {"indexed": "64"})
            border = etree.Element(f"{{{space}}}border")
            style, colour = BORDERS[level]
            for side in ("left", "right", "top", "bottom"):
                line = etree.SubElement(border, f"{{{space}}}{side}", {"style": style})
                etree.SubElement(line, f"{{{space}}}color", {"rgb": colour})
            etree.SubElement(border, f"{{{space}}}diagonal")
            ids = [
                _append(self._root.find(f"{{*}}{name}"), node)
                for name, node in (("fills", fill), ("borders", border))
            ]
            self._levels[level] = (ids[0], ids[1])
        return self._levels[level]


def _append(holder: _Element | None, node: _Element) -> str:
    """Add to a counted list; the index of what was added."""
    if holder is None:
        return "0"
    holder.append(node)
    holder.set("count", str(len(holder)))
    return str(len(holder) - 1)
