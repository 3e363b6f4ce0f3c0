"""Pieces of SVG. Numbers of pixels are rounded; amounts are told in full."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from gouji.money import show
from gouji.write.widths import em

_CLOSING = "）)」”"


def picture(kind: str, title: str, width: float, height: float, parts: Iterable[str]) -> str:
    """An image with a name, `wide`, or `narrow` for phones; what it shows stands in the table under it."""
    return (
        f'<svg viewBox="0 0 {width:.0f} {height:.0f}" role="img" aria-label="{escape(title)}" class="{kind}">'
        f"{''.join(parts)}</svg>"
    )


def rect(x: float, y: float, width: float, height: float, kind: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" class="{kind}"/>'


def label(x: float, y: float, lines: Sequence[str], anchor: str = "start", step: float = 15) -> str:
    """Lines of text one under another, the first with its base at `y`."""
    told = "".join(
        f'<tspan x="{x:.1f}" y="{y + i * step:.1f}">{escape(line)}</tspan>' for i, line in enumerate(lines)
    )
    return f'<text text-anchor="{anchor}">{told}</text>'


def wrapped(text: str, wide: float) -> list[str]:
    """A text over lines of some em."""
    lines = [""]
    for char in text:
        if em(lines[-1] + char) > wide and lines[-1] and char not in _CLOSING:
            lines.append("")
        lines[-1] += char
    return lines


def titled(name: str, fen: int, inner: str) -> str:
    """Something with its name and amount, told when pointed at."""
    return f"<g><title>{escape(name)} {show(fen)}</title>{inner}</g>"


def table(headings: Sequence[str], rows: Iterable[tuple[Sequence[str], int]]) -> str:
    """What a picture shows, for those who do not see it."""
    heads = "".join(f"<th scope=col>{escape(h)}</th>" for h in headings)
    body = "".join(
        f"<tr>{''.join(f'<td>{escape(n)}</td>' for n in names)}<td class=n>{show(fen)}</td></tr>"
        for names, fen in rows
    )
    return f'<table class="plain"><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>'
