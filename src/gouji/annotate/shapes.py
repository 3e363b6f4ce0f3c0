"""The boxes of a sheet's comments, in VML: the only form in which spreadsheet programs take them."""

from __future__ import annotations

import re
from collections.abc import Iterable

WIDTH, LINE, MOST_LINES = 330, 14, 24
"""Points; and lines that a box is high at most: it can be scrolled and made larger."""
PER_LINE = 30
_SPACES = (
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"'
)
_EMPTY = f'<xml {_SPACES}><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/></o:shapelayout></xml>'
_TYPE = (
    f'<v:shapetype {_SPACES} id="_x0000_t202" coordsize="21600,21600" o:spt="202" '
    'path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/>'
    '<v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_SHAPE = (
    f'<v:shape {_SPACES} id="_x0000_s{{id}}" type="#_x0000_t202" style="position:absolute;margin-left:80pt;'
    'margin-top:5pt;width:{width}pt;height:{height}pt;z-index:{id};visibility:hidden" fillcolor="#ffffe1" '
    'o:insetmode="auto"><v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/>'
    '<v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"/>'
    '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
    "<x:Anchor>{left}, 15, {top}, 2, {right}, 15, {bottom}, 4</x:Anchor><x:AutoFill>False</x:AutoFill>"
    "<x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)
_ID = re.compile(rb"_x0000_s(\d{1,9})")
_NOTE = re.compile(rb"<x:Row>(\d+)</x:Row>\s*<x:Column>(\d+)</x:Column>")


def drawing(cells: Iterable[tuple[int, int, str]], old: bytes = b"") -> bytes:
    """Boxes for comments (row and column from 1, text), added to a drawing that is there."""
    known = {(int(row), int(column)) for row, column in _NOTE.findall(old)}
    id = max([1024, *map(int, _ID.findall(old))])
    made = [] if b"_x0000_t202" in old else [_TYPE]
    for row, column, text in cells:
        if (row - 1, column - 1) not in known:
            id += 1
            made.append(_shape(id, row - 1, column - 1, text))
    head, _, tail = (old or _EMPTY.encode()).rpartition(b"</xml>")
    return head + "".join(made).encode() + b"</xml>" + tail


def _shape(id: int, row: int, column: int, text: str) -> str:
    lines = sum(1 + len(line) // PER_LINE for line in text.split("\n"))
    high = min(lines, MOST_LINES) * LINE + 10
    return _SHAPE.format(
        id=id,
        width=WIDTH,
        height=high,
        row=row,
        column=column,
        left=column + 1,
        top=max(row - 1, 0),
        right=column + 5,
        bottom=max(row - 1, 0) + high // 15,
    )
