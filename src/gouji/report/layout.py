"""Lines for a terminal: wrapped by the width of their characters, and rows cut to the cells that matter."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from rich.cells import cell_len, chop_cells, set_cell_size

_OPENING, _CLOSING = "（《“‘【〔", "，。；：、）》”’】〕！？％…,.;:)!?%"
# What stays together: a word or a number, or one wide character, with the marks that lean on it.
_PIECE = re.compile(rf"[{_OPENING}]*(?:[!-~]+|[^!-~\s{_OPENING}])[{re.escape(_CLOSING)}]*|[{_OPENING}]+|\s+")
CELL_WIDTH = 24
GAP = " | "
LEFT_OUT = ".."


def wrap(text: str, width: int) -> list[str]:
    """Lines of at most `width` terminal cells; no line begins with a closing mark."""
    if cell_len(text) <= width:
        return [text] if text else []
    lines, line, used = [], "", 0
    for piece in _pieces(text, width):
        size = len(piece) if piece.isascii() else cell_len(piece)
        if used + size > width and line:
            lines.append(line.rstrip())
            line, used = "", 0
        if line or not piece.isspace():
            line += piece
            used += size
    return [*lines, line.rstrip()] if line.strip() else lines


def excerpt(texts: Sequence[str], marked: Collection[int], width: int) -> tuple[str, str]:
    """The filled cells of a row around the marked ones, and the line of ^ that stands under these."""
    shown = [i for i, text in enumerate(texts) if text or i in marked]
    cut = {i: _cut(texts[i], CELL_WIDTH) for i in shown}
    first = min((n for n, i in enumerate(shown) if i in marked), default=0)
    start = end = first
    while True:
        if end + 1 < len(shown) and _fits(shown, cut, start, end + 1, width):
            end += 1
        elif start and _fits(shown, cut, start - 1, end, width):
            start -= 1
        else:
            break
    row = marks = LEFT_OUT + GAP if start else ""
    marks = " " * len(row)
    for n, i in enumerate(shown[start : end + 1]):
        gap = GAP if n else ""
        row += gap + cut[i]
        marks += " " * len(gap) + ("^" if i in marked else " ") * cell_len(cut[i])
    return row + (GAP + LEFT_OUT if end + 1 < len(shown) else ""), marks.rstrip()


def columns(left: str, right: str, width: int) -> str:
    """Two texts on one line, the second at its right end."""
    return set_cell_size(left, width - cell_len(right)) + right


def _fits(shown: Sequence[int], cut: dict[int, str], start: int, end: int, width: int) -> bool:
    size = sum(cell_len(cut[i]) for i in shown[start : end + 1]) + len(GAP) * (end - start)
    elided = (start > 0) + (end + 1 < len(shown))
    return size + elided * len(GAP + LEFT_OUT) <= width


def _cut(text: str, width: int) -> str:
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, width - len(LEFT_OUT)).rstrip() + LEFT_OUT


def _pieces(text: str, width: int) -> Iterator[str]:
    for match in _PIECE.finditer(text):
        piece = match[0]
        yield from [piece] if cell_len(piece) <= width else chop_cells(piece, width)
