"""This year against last year: a table with a pair of bars in each row."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from gouji.draft import Compared
from gouji.money import show


def bars(changes: Sequence[Compared], year: int) -> str:
    most = max((max(c.this, c.last, 0) for c in changes), default=0) or 1
    rows = "".join(_row(change, most) for change in changes)
    heads = "".join(
        f'<th scope=col role="columnheader"{kind}>{text}</th>'
        for text, kind in (
            ("项目", ""),
            ('<span class="unseen">图示</span>', " class=drawn"),
            (f"{year}年", " class=n"),
            (f"{year - 1}年", " class=n"),
            ("增减", " class=n"),
        )
    )
    years = f"--now:'{year}年';--then:'{year - 1}年'"  # said beside the amounts on a phone
    return (
        f'<table class="plain bars" role="table" style="{years}">'
        f'<thead role="rowgroup"><tr role="row">{heads}</tr></thead>'
        f'<tbody role="rowgroup">{rows}</tbody></table>'
    )


def _row(change: Compared, most: int) -> str:
    amounts = (change.this, change.last, change.this - change.last)
    told = "".join(
        f'<td role="cell" class="n {kind}">{show(fen)}</td>'
        for kind, fen in zip(("of-now", "of-then"), amounts, strict=False)
    )
    drawn = "".join(
        f'<rect y="{2 + 11 * i}" height="9" width="{100 * max(fen, 0) / most:.2f}" class="{kind}"/>'
        for i, (fen, kind) in enumerate(((change.this, "now"), (change.last, "before")))
    )
    picture = f'<svg viewBox="0 0 100 24" preserveAspectRatio="none" aria-hidden="true">{drawn}</svg>'
    return (
        f'<tr role="row"><th scope=row role="rowheader">{escape(change.name)}</th>'
        f'<td role="cell" class="drawn">{picture}</td>{told}<td role="cell" class="n change">'
        f"{_signed(amounts[2])}{_rate(change)}</td></tr>"
    )


def _signed(fen: int) -> str:
    return f"+{show(fen)}" if fen > 0 else show(fen)


def _rate(change: Compared) -> str:
    """The rate of change to a tenth of a percent, half away from zero; none where last year had nothing."""
    if change.last <= 0:
        return ""
    rise = change.this - change.last
    tenths = (2000 * abs(rise) + change.last) // (2 * change.last)
    sign = ("+" if rise > 0 else "-") if tenths else ""
    return f" <small>{sign}{tenths // 10}.{tenths % 10}%</small>"
