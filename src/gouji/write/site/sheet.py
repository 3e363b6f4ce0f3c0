"""A table of the book as HTML: merged headings, fixed first columns, every figure a button."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

from gouji.meaning import Panel, Sense, is_total
from gouji.write.layout import Laid
from gouji.write.merging import CENTER, RIGHT, Span
from gouji.write.site.words import Marker
from gouji.write.widths import widths

_DIGIT = 0.6  # em, on a screen
_ALIGNED = {RIGHT: "n", CENTER: "c"}
_FIXED = 22.0  # em that the first columns may take to stay in view
_LONG = 60  # characters from which a text may scroll by itself

At = tuple[int, int]


class Figures:
    """The printed figures of a table."""

    def __init__(self, sense: Sense, panels: Sequence[Panel]) -> None:
        self._amounts = sense.amounts
        self._panels = [(panel, {node.index: r for r, node in enumerate(panel.nodes)}) for panel in panels]

    def of(self, row: int) -> dict[int, int]:
        """column -> figure, for a row of the body"""
        told: dict[int, int] = {}
        for panel, nodes in self._panels:
            if row in nodes:
                first = panel.figure(nodes[row], 0)
                columns = enumerate(panel.columns, first)
                told |= {money.at: f for f, money in columns if self._amounts[f] is not None}
        return told


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table ready to be written, in as many pieces as it takes. `fixed` first columns stay in view."""

    laid: Laid
    figures: Figures
    widths: tuple[float, ...]
    fixed: int
    merged: Mapping[At, Span]  # each cell over several rows or columns, at all places that it takes
    blanks: list[str] = field(default_factory=list)  # a blank cell of each column

    def html(self, rows: range, name: str, mark: Marker) -> Iterator[str]:
        """Some rows under the headings; `name` is the id of the title."""
        held = [f"{sum(self.widths[:i]):.1f}em" for i in range(self.fixed + 1)]
        offsets = "".join(f"--k{i}:{width};" for i, width in enumerate(held)) + f"--f:{held[-1]}"
        total = sum(self.widths)
        yield f'<table class="sheet" aria-labelledby="{name}" style="--w:{total:.1f};{offsets}"><colgroup>'
        yield "".join(f'<col style="width:{100 * width / total:.2f}%">' for width in self.widths)
        yield "</colgroup><thead>"
        yield from self._head(mark)
        yield "</thead><tbody>"
        first = True
        for row in rows:
            told, figures = self._row(row, first, mark)
            first = first and not figures
            yield told
        yield "</tbody></table>"

    def _head(self, mark: Marker) -> Iterator[str]:
        laid = self.laid
        for row in range(laid.depth):
            yield "<tr>"
            for span in laid.heads:
                if span.row == row:
                    yield self._heading(span, mark(span.text))
            yield "</tr>"
        if laid.numbers:
            cells = (f"<td{self._class(Span(0, i))}>{escape(n)}</td>" for i, n in enumerate(laid.numbers))
            yield f'<tr class="numbers">{"".join(cells)}</tr>'

    def _heading(self, span: Span, told: str) -> str:
        """A heading; over several columns its words stay in view as they go by."""
        scope = "colgroup" if span.columns > 1 else "col"
        afloat = span.columns > 1 and span.column >= self.fixed
        told = f"<span>{told}</span>" if afloat else told
        return f"<th scope={scope}{_spans(span)}{self._class(span._replace(align=''))}>{told}</th>"

    def _row(self, row: int, first: bool, mark: Marker) -> tuple[str, bool]:
        """A body row, and whether it has figures; the first figure of a table is the one that Tab reaches."""
        cells, named, total = [], False, False
        figures, left = self.figures.of(row), first
        for span in self._spans(row):
            if not span.text and span.rows == span.columns == 1:
                cells.append(self.blanks[span.column])
                continue
            total = total or (span.text.endswith("计") and is_total(span.text))
            figure = figures.get(span.column)
            if figure is not None and span.text:
                reach, left = "" if left else " tabindex=-1", False
                cells.append(
                    f"<td{_spans(span)} class=n><button id=f{figure}{reach}>{escape(span.text)}</button></td>"
                )
            elif span.text and not named and span.align != RIGHT:
                named = True
                cells.append(f"<th scope=row{_spans(span)}{self._class(span)}>{_text(span.text, mark)}</th>")
            else:
                cells.append(f"<td{_spans(span)}{self._class(span)}>{_text(span.text)}</td>")
        return f"<tr{' class=total' if total else ''}>{''.join(cells)}</tr>", first and not left

    def _spans(self, row: int) -> Iterator[Span]:
        """The cells that begin in a row."""
        for column, (text, align) in enumerate(zip(self.laid.rows[row], self.laid.aligns, strict=True)):
            merged = self.merged.get((row, column))
            if merged is None:
                is_sum = text.endswith("计") and is_total(text)
                yield Span(row, column, 1, 1, text, CENTER if is_sum else align)
            elif (merged.row, merged.column) == (row, column):
                yield from self._held(merged)

    def _held(self, span: Span) -> Iterator[Span]:
        """A cell that goes on beyond the columns that stay in view, in two: its words stay with them."""
        if span.column == 0 < self.fixed < span.columns:
            yield span._replace(columns=self.fixed)
            yield Span(span.row, self.fixed, span.rows, span.columns - self.fixed)
        else:
            yield span

    def _class(self, span: Span) -> str:
        kinds = [f"k k{span.column}"] if span.column + span.columns <= self.fixed else []
        kinds += [_ALIGNED[span.align]] if span.align in _ALIGNED else []
        return f' class="{" ".join(kinds)}"' if kinds else ""


def sheet(laid: Laid, figures: Figures) -> Sheet:
    room = tuple(min(width.wish, 26.0) for width in widths(laid, _DIGIT))
    made = Sheet(laid, figures, room, _fixed(room, laid.aligns) if laid.depth else 0, laid.places())
    for column, align in enumerate(laid.aligns):
        made.blanks.append(f"<td{made._class(Span(0, column, align=align))}></td>")
    return made


def _fixed(room: Sequence[float], aligns: Sequence[str]) -> int:
    """How many leading columns of words stay in view."""
    count = next((i for i, align in enumerate(aligns) if align == RIGHT), len(aligns))
    while count > 1 and sum(room[:count]) > _FIXED:
        count -= 1
    return count if room and room[0] <= _FIXED else 0


def _spans(span: Span) -> str:
    across = f" colspan={span.columns}" if span.columns > 1 else ""
    return across + (f" rowspan={span.rows}" if span.rows > 1 else "")


def _text(text: str, mark: Marker | None = None) -> str:
    told = mark(text) if mark else escape(text)
    return f'<div class="long" tabindex=0>{told}</div>' if len(text) > _LONG else told
