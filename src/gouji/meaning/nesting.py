"""Which row contains which."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

from gouji import lexicon
from gouji.meaning.model import CODE, GROUP, LABEL, LINE, TOTAL, Node
from gouji.scope import Scope

WIDE = (TOTAL, GROUP, LABEL)
ORDER = (TOTAL, GROUP, CODE, LABEL, LINE)


class Holder(NamedTuple):
    """Rows that count the same and are of one kind, in their order; the greater the weight, the wider."""

    scope: Scope
    level: int
    weight: tuple[int, int]
    rows: list[int]


Holders = dict[tuple[Scope, str], Holder]


def nest(nodes: list[Node]) -> None:
    """Find for each row the smallest row that contains it; of equal ones the nearest above, else below."""
    totals: Holders = {}
    holders: dict[tuple[str, str], Holders] = {}
    for i, node in enumerate(nodes):
        if not node.understood or node.kind == LINE:
            continue
        if node.kind in WIDE and not node.scope.opens:
            _add(totals, i, node)
        for dimension, values in node.scope.opens:
            for value in values:
                _add(holders.setdefault((dimension, value), {}), i, node)
    lengths: dict[str, set[int]] = {}
    for dimension, value in holders:
        lengths.setdefault(dimension, set()).add(len(value))
    for i, node in enumerate(nodes):
        if node.understood:
            node.parent = _parent(i, node, [*_holding(node, holders, lengths), totals], len(nodes))
    for i, node in enumerate(nodes):
        if node.parent is not None:
            nodes[node.parent].children.append(i)


def _add(holders: Holders, i: int, node: Node) -> None:
    key = node.scope, node.kind
    if key not in holders:
        level = ORDER.index(node.kind) if node.kind in ORDER else len(ORDER)
        holders[key] = Holder(node.scope, level, _weight(node), [])
    holders[key].rows.append(i)


def _weight(node: Node) -> tuple[int, int]:
    """Smaller is nearer: more conditions, longer codes."""
    narrow = sum([len(values[0]) if lexicon.is_code(d) else 10 for d, values in node.scope.opens])
    return -narrow - (node.kind != TOTAL), node.scope.closed.bit_count()


def _parent(i: int, node: Node, around: list[Holders], count: int) -> int | None:
    best, found = None, None
    mine, level = node.scope, ORDER.index(node.kind) if node.kind in ORDER else -1
    for holders in around:
        for scope, above, weight, rows in holders.values():
            if best is not None and weight > best[0]:
                continue
            if above < level if scope == mine else mine.inside(scope):
                j = _nearest(rows, i)
                rank = weight, i - j if j < i else count + j - i
                if best is None or rank < best:
                    best, found = rank, j
    return found


def _holding(
    node: Node, holders: dict[tuple[str, str], Holders], lengths: dict[str, set[int]]
) -> Iterator[Holders]:
    for dimension, values in node.scope.opens:
        for value in values:
            whole = len(value)
            shortest = 3 if lexicon.is_code(dimension) else whole
            for k in lengths.get(dimension, ()):
                if shortest <= k <= whole and (dimension, value[:k]) in holders:
                    yield holders[dimension, value[:k]]


def _nearest(rows: list[int], i: int) -> int:
    at = bisect_left(rows, i)
    return rows[at - 1] if at else rows[0]
