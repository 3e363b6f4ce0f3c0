"""A Sankey diagram: money flows from the left to the right, each band as wide as its amount."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from gouji.money import show
from gouji.write.site.charts.flows import Flow
from gouji.write.site.charts.svg import label, picture, rect, table, titled

_WIDTH, _HEIGHT = 900.0, 300.0  # of all the money, without gaps
_LEFT, _RIGHT = 150.0, 190.0  # room for the labels
_BAR, _SLOT, _GAP, _TOP = 12.0, 32.0, 6.0, 8.0


class Bar(NamedTuple):
    name: str
    fen: int
    x: float
    y: float
    height: float
    layer: int


def sankey(flow: Flow, title: str) -> str:
    bars = [list(_bars(flow, layer)) for layer in range(len(flow.layers))]
    height = max(bar.y + max(bar.height, _SLOT) for layer in bars for bar in layer) + _TOP
    parts = [*_ribbons(flow, bars), *(_drawn(bar) for layer in bars for bar in layer)]
    return picture("sankey", title, _WIDTH, height, parts)


def told(flow: Flow) -> str:
    """The same as a table."""
    rows = [(pair, fen) for links in flow.links for pair, fen in links.most_common()]
    return table(("来源", "去向", "金额"), rows)


def _bars(flow: Flow, layer: int) -> Iterator[Bar]:
    side = 1 if layer else 0
    sums = Counter[str]()
    for pair, fen in flow.links[max(0, layer - 1)].items():
        sums[pair[side]] += fen
    x = _LEFT + layer * (_WIDTH - _LEFT - _RIGHT - _BAR) / (len(flow.layers) - 1)
    y, scale = _TOP, _HEIGHT / sum(flow.links[0].values())
    for name in flow.layers[layer]:
        height = max(1.5, sums[name] * scale)
        yield Bar(name, sums[name], x, y, height, layer)
        y += max(height, _SLOT) + _GAP


def _ribbons(flow: Flow, bars: list[list[Bar]]) -> Iterator[str]:
    scale = _HEIGHT / sum(flow.links[0].values())
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
                    shape = _ribbon(start.x + _BAR, y0, end.x, y1, wide, kind)
                    yield titled(f"{start.name} → {end.name}", fen, shape)
                    filled[start.name] += fen
                    ends[end.name] += fen * scale


def _ribbon(x0: float, y0: float, x1: float, y1: float, wide: float, kind: str) -> str:
    middle = (x0 + x1) / 2
    there = f"M{x0:.1f},{y0:.1f}C{middle:.1f},{y0:.1f} {middle:.1f},{y1:.1f} {x1:.1f},{y1:.1f}"
    back = f"v{wide:.1f}C{middle:.1f},{y1 + wide:.1f} {middle:.1f},{y0 + wide:.1f} {x0:.1f},{y0 + wide:.1f}Z"
    return f'<path d="{there}{back}" class="{kind}"/>'


def _drawn(bar: Bar) -> str:
    first = bar.layer == 0
    x = bar.x - 6 if first else bar.x + _BAR + 6
    middle = bar.y + max(bar.height, _SLOT if bar.height < _SLOT else 0) / 2
    words = label(x, middle - 3, (bar.name, show(bar.fen)), "end" if first else "start")
    return titled(bar.name, bar.fen, rect(bar.x, bar.y, _BAR, bar.height, "bar") + words)
