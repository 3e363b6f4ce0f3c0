"""A Sankey diagram: money flows from the left to the right, each band as wide as its amount."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from gouji.money import show
from gouji.write.site.charts.flows import Flow
from gouji.write.site.charts.svg import label, picture, rect, table, titled, wrapped

_BAR, _GAP, _TOP = 12.0, 6.0, 8.0


class Shape(NamedTuple):
    """A drawing: its width, the height of all the money without gaps, and the room for labels.

    `line` is that of a label in em, `step` from one of its lines to the next.
    """

    kind: str
    width: float
    height: float
    left: float
    right: float
    line: float
    step: float

    def slot(self, name: str) -> float:
        """How high the label of a bar is, its amount included."""
        return self.step * (len(wrapped(name, self.line)) + 1) + 2


_SHAPES = (Shape("wide", 900, 300, 150, 190, 14, 15), Shape("narrow", 360, 420, 76, 80, 6.1, 13))


class Bar(NamedTuple):
    name: str
    fen: int
    x: float
    y: float
    height: float
    layer: int


def sankey(flow: Flow, title: str) -> str:
    """For desks and for phones: each page shows one of the two."""
    return "".join(_sankey(flow, title, shape) for shape in _SHAPES)


def _sankey(flow: Flow, title: str, shape: Shape) -> str:
    bars = [list(_bars(flow, layer, shape)) for layer in range(len(flow.layers))]
    height = max(bar.y + max(bar.height, shape.slot(bar.name)) for layer in bars for bar in layer) + _TOP
    parts = [*_ribbons(flow, bars, shape), *(_drawn(bar, shape) for layer in bars for bar in layer)]
    return picture(shape.kind, title, shape.width, height, parts)


def told(flow: Flow) -> str:
    """The same as a table."""
    rows = [(pair, fen) for links in flow.links for pair, fen in links.most_common()]
    return table(("来源", "去向", "金额"), rows)


def _bars(flow: Flow, layer: int, shape: Shape) -> Iterator[Bar]:
    side = 1 if layer else 0
    sums = Counter[str]()
    for pair, fen in flow.links[max(0, layer - 1)].items():
        sums[pair[side]] += fen
    room = shape.width - shape.left - shape.right - _BAR
    x = shape.left + layer * room / (len(flow.layers) - 1)
    y, scale = _TOP, shape.height / sum(flow.links[0].values())
    for name in flow.layers[layer]:
        height = max(1.5, sums[name] * scale)
        yield Bar(name, sums[name], x, y, height, layer)
        y += max(height, shape.slot(name)) + _GAP


def _ribbons(flow: Flow, bars: list[list[Bar]], shape: Shape) -> Iterator[str]:
    scale = shape.height / sum(flow.links[0].values())
    for layer, links in enumerate(flow.links):
        left, right = bars[layer], bars[layer + 1]
        filled = Counter[str]()
        ends = {bar.name: bar.y for bar in right}
        for number, start in enumerate(left):
            for end in right:
                fen = links[start.name, end.name]
                if fen:
                    wide = max(0.8, fen * scale)
                    y0, y1 = start.y + filled[start.name] * scale, ends[end.name]
                    kind = f"band c{number % 6}" if layer == 0 else "band plain"
                    drawn = _ribbon(start.x + _BAR, y0, end.x, y1, wide, kind)
                    yield titled(f"{start.name} → {end.name}", fen, drawn)
                    filled[start.name] += fen
                    ends[end.name] += fen * scale


def _ribbon(x0: float, y0: float, x1: float, y1: float, wide: float, kind: str) -> str:
    middle = (x0 + x1) / 2
    there = f"M{x0:.1f},{y0:.1f}C{middle:.1f},{y0:.1f} {middle:.1f},{y1:.1f} {x1:.1f},{y1:.1f}"
    back = f"v{wide:.1f}C{middle:.1f},{y1 + wide:.1f} {middle:.1f},{y0 + wide:.1f} {x0:.1f},{y0 + wide:.1f}Z"
    return f'<path d="{there}{back}" class="{kind}"/>'


def _drawn(bar: Bar, shape: Shape) -> str:
    first = bar.layer == 0
    x = bar.x - 4 if first else bar.x + _BAR + 4
    lines = [*wrapped(bar.name, shape.line), show(bar.fen)]
    middle = bar.y + max(bar.height, shape.slot(bar.name)) / 2
    top = middle - shape.step * (len(lines) / 2 - 0.75)
    words = label(x, top, lines, "end" if first else "start", shape.step)
    return titled(bar.name, bar.fen, rect(bar.x, bar.y, _BAR, bar.height, "bar") + words)
