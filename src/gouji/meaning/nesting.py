"""Which row contains which."""

from __future__ import annotations

from gouji import lexicon
from gouji.meaning.model import CODE, GROUP, LABEL, LINE, SINGLE, TOTAL, Node

WIDE = (TOTAL, GROUP, LABEL)


def nest(nodes: list[Node]) -> None:
    """Find for each row the smallest row that contains it."""
    holders: dict[tuple[str, str], list[int]] = {}
    totals = [i for i, node in enumerate(nodes) if node.kind in WIDE and not node.scope.opens]
    for i, node in enumerate(nodes):
        if node.kind != LINE:
            for dimension, values in node.scope.opens:
                holders.setdefault((dimension, values[0]), []).append(i)
    for i, node in enumerate(nodes):
        if not node.understood:
            continue
        around = [j for j in _around(node, holders, totals) if j != i and _contains(nodes, j, i)]
        if around:
            node.parent = min(around, key=lambda j: _rank(nodes, j, i))
    for i, node in enumerate(nodes):
        if node.parent is not None:
            nodes[node.parent].children.append(i)


def _around(node: Node, holders: dict[tuple[str, str], list[int]], totals: list[int]) -> set[int]:
    found = set(totals)
    for dimension, values in node.scope.opens:
        for value in values:
            prefixes = (
                [value[:k] for k in range(3, len(value) + 1)] if lexicon.is_code(dimension) else [value]
            )
            for prefix in prefixes:
                found.update(holders.get((dimension, prefix), ()))
    return found


def _contains(nodes: list[Node], outer: int, inner: int) -> bool:
    a, b = nodes[outer], nodes[inner]
    if not a.understood or a.kind == LINE or not b.scope.inside(a.scope):
        return False
    if a.scope != b.scope:
        return True
    order = (TOTAL, GROUP, CODE, LABEL, LINE)
    return b.kind != SINGLE and order.index(a.kind) < order.index(b.kind)


def _rank(nodes: list[Node], outer: int, inner: int) -> tuple[int, int, int]:
    """Smaller is nearer: more conditions, longer codes, then the nearest above."""
    scope = nodes[outer].scope
    narrow = sum(len(values[0]) if lexicon.is_code(d) else 10 for d, values in scope.opens)
    closed = -scope.closed.bit_count()
    distance = inner - outer if outer < inner else len(nodes) + outer - inner
    return (-narrow - (1 if nodes[outer].kind != TOTAL else 0), -closed, distance)
