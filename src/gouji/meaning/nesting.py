"""Which row contains which."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from gouji import lexicon
from gouji.meaning.model import CODE, GROUP, LABEL, LINE, SINGLE, TOTAL, Node
from gouji.scope import Scope

WIDE = (TOTAL, GROUP, LABEL)
ORDER = (TOTAL, GROUP, CODE, LABEL, LINE)

Alike = dict[tuple[Scope, str], list[int]]
"""Rows that count the same and are of one kind, in their order."""


def nest(nodes: list[Node]) -> None:
    """Find for each row the smallest row that contains it; of equal ones the nearest above, else below."""
    totals: Alike = {}
    holders: dict[tuple[str, str], Alike] = {}
    for i, node in enumerate(nodes):
        if not node.understood or node.kind == LINE:
            continue
        if node.kind in WIDE and not node.scope.opens:
            totals.setdefault((node.scope, node.kind), []).append(i)
        for dimension, values in node.scope.opens:
            alike = holders.setdefault((dimension, values[0]), {})
            alike.setdefault((node.scope, node.kind), []).append(i)
    for i, node in enumerate(nodes):
        if node.understood:
            node.parent = _parent(i, node, [totals, *_holding(node, holders)], nodes)
    for i, node in enumerate(nodes):
        if node.parent is not None:
            nodes[node.parent].children.append(i)


def _parent(i: int, node: Node, around: list[Alike], nodes: list[Node]) -> int | None:
    found = [
        _nearest(rows, i)
        for alike in around
        for (scope, kind), rows in alike.items()
        if _contains(scope, kind, node)
    ]
    return min(found, key=lambda j: _rank(nodes, j, i), default=None)


def _holding(node: Node, holders: dict[tuple[str, str], Alike]) -> Iterator[Alike]:
    for dimension, values in node.scope.opens:
        for value in values:
            codes = lexicon.is_code(dimension)
            for prefix in (value[:k] for k in range(3, len(value) + 1)) if codes else (value,):
                if (dimension, prefix) in holders:
                    yield holders[dimension, prefix]


def _nearest(rows: list[int], i: int) -> int:
    at = bisect_left(rows, i)
    return rows[at - 1] if at else rows[0]


def _contains(scope: Scope, kind: str, node: Node) -> bool:
    if not node.scope.inside(scope):
        return False
    return node.scope != scope or (node.kind != SINGLE and ORDER.index(kind) < ORDER.index(node.kind))


def _rank(nodes: list[Node], outer: int, inner: int) -> tuple[int, int, int]:
    """Smaller is nearer: more conditions, longer codes, then the nearest above."""
    scope = nodes[outer].scope
    narrow = sum(len(values[0]) if lexicon.is_code(d) else 10 for d, values in scope.opens)
    distance = inner - outer if outer < inner else len(nodes) + outer - inner
    return (-narrow - (nodes[outer].kind != TOTAL), scope.closed.bit_count(), distance)
