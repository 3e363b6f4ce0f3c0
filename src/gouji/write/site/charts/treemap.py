"""A treemap: each project a rectangle as large as its amount, as square as can be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from gouji.money import show
from gouji.write.site.charts.flows import Share
from gouji.write.site.charts.svg import label, picture, rect, table, titled, wrapped
from gouji.write.widths import em

_SIZES = {"wide": (900.0, 430.0), "narrow": (350.0, 560.0)}
_MOST, _MOST_TOLD = 40, 500  # projects that have a box, and a row in the table
_SIZE, _STEP, _PAD = 13.0, 16.0, 6.0
_KINDS = ("人员经费", "公用经费", "项目支出")


class Box(NamedTuple):
    x: float
    y: float
    width: float
    height: float


def treemap(shares: Sequence[Share], title: str) -> str:
    """For desks and for phones: each page shows one of the two."""
    some = _kept(shares, _MOST)
    drawn = []
    for kind, (width, height) in _SIZES.items():
        boxes = squares([share.fen for share in some], Box(0, 0, width, height))
        parts = (_drawn(share, box) for share, box in zip(some, boxes, strict=True))
        drawn.append(picture(kind, title, width, height, parts))
    return "".join(drawn)


def told(shares: Sequence[Share]) -> str:
    """The same as a table."""
    some = _kept(shares, _MOST_TOLD)
    return table(("项目", "类别", "金额"), (((share.name, share.kind), share.fen) for share in some))


def kinds(shares: Sequence[Share]) -> Iterator[tuple[str, str]]:
    """The kinds of expenditure that have boxes, and their looks."""
    present = {share.kind for share in shares}
    yield from ((kind, _look(kind)) for kind in (*_KINDS, *sorted(present - {*_KINDS})) if kind in present)


def _kept(shares: Sequence[Share], most: int) -> list[Share]:
    """The largest; the others together are one."""
    kept, rest = list(shares[:most]), shares[most:]
    if rest:
        kept.append(Share(f"其他{len(rest)}个项目", "", sum(share.fen for share in rest)))
    return sorted(kept, key=lambda share: -share.fen)


def squares(amounts: Sequence[int], room: Box) -> list[Box]:
    """A box for each amount, the largest first, in rows along the shorter side of what room is left."""
    boxes: list[Box] = []
    total = sum(amounts)
    at = 0
    while at < len(amounts):
        short, area = min(room.width, room.height), room.width * room.height
        size = [amount * area / total for amount in amounts[at:]]
        count = 1
        while count < len(size) and _worst(size[: count + 1], short) <= _worst(size[:count], short):
            count += 1
        row = size[:count]
        boxes += _row(row, room)
        room = _rest(room, sum(row))
        total -= sum(amounts[at : at + count])
        at += count
    return boxes


def _worst(row: Sequence[float], side: float) -> float:
    """How far from a square the worst box of a row is."""
    total = sum(row)
    return max(side * side * max(row) / total**2, total**2 / (side * side * min(row)))


def _row(row: Sequence[float], room: Box) -> Iterator[Box]:
    thick, along = sum(row) / min(room.width, room.height), 0.0
    for size in row:
        length = size / thick
        if room.width >= room.height:
            yield Box(room.x, room.y + along, thick, length)
        else:
            yield Box(room.x + along, room.y, length, thick)
        along += length


def _rest(room: Box, area: float) -> Box:
    thick = area / min(room.width, room.height)
    if room.width >= room.height:
        return Box(room.x + thick, room.y, max(room.width - thick, 1e-6), room.height)
    return Box(room.x, room.y + thick, room.width, max(room.height - thick, 1e-6))


def _drawn(share: Share, box: Box) -> str:
    shape = rect(box.x, box.y, box.width, box.height, f"cell {_look(share.kind)}")
    lines = _lines(share, box)
    words = label(box.x + _PAD, box.y + _PAD + _SIZE, lines, step=_STEP) if lines else ""
    return titled(f"{share.name}（{share.kind}）", share.fen, shape + words)


def _look(kind: str) -> str:
    return f"c{_KINDS.index(kind)}" if kind in _KINDS else "c3"


def _lines(share: Share, box: Box) -> list[str]:
    """The name over some lines and the amount, as far as there is room for them."""
    wide, high = (box.width - 2 * _PAD) / _SIZE, int((box.height - _PAD) // _STEP)
    amount = show(share.fen)
    name = wrapped(share.name, wide)
    if em(amount, 0.6) <= wide and len(name) < high:
        return [*name, amount]
    return name if name and len(name) <= high and wide >= 3 else []
