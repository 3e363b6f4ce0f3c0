"""Identities inside one table: along its rows, and down its columns."""

from __future__ import annotations

from collections.abc import Iterator

from gouji.forms import edition
from gouji.identities.columns import Layout
from gouji.identities.model import AT_MOST, EQUAL, Identity, Rows
from gouji.meaning import CODE, GROUP, LINE, TOTAL, Node, Panel, Sense
from gouji.scope import Scope, partition

ITEM_DIGITS = 7
_CODES = {CODE: "sum.code", GROUP: "sum.group"}


def in_rows(panel: Panel, layout: Layout, step: int) -> Iterator[Identity]:
    """小计 = its parts, within each row; 其中 ≤ what it is a part of."""
    width = len(panel.columns)
    for start in range(panel.first, panel.first + panel.size, width):
        for whole, children in layout.sums:
            terms = ((start + whole, 1), *[(start + c, -1) for c in children])
            yield Identity("sum.row", terms, EQUAL, step * len(terms))
        for part, whole in layout.bounds:
            yield Identity("bound.part", ((start + part, 1), (start + whole, -1)), AT_MOST, 2 * step)


def in_columns(sense: Sense, number: int) -> Iterator[Identity]:
    """A total, a group or a code = the rows directly under it; 其中 ≤ what it is a part of."""
    panel, step = sense.panels[number], sense.steps[number]
    for r, node in enumerate(panel.nodes):
        children = _children(sense, panel, r)
        if children is not None:
            yield from _sums(panel, number, r, children, step)
        for k in node.children if node.understood else ():
            if panel.nodes[k].of:
                for c in range(len(panel.columns)):
                    terms = ((panel.figure(k, c), 1), (panel.figure(r, c), -1))
                    yield Identity("bound.part", terms, AT_MOST, 2 * step)


def _sums(panel: Panel, number: int, r: int, children: list[int], step: int) -> Iterator[Identity]:
    node = panel.nodes[r]
    secret = bool(panel.table.withheld) and not node.scope.get("project")
    code = _CODES.get(node.kind, "sum.column")
    width = len(panel.columns)
    starts = [panel.first + k * width for k in children]
    slack = step * (len(children) + 1)
    for c in range(width):
        terms = ((panel.first + r * width + c, 1), *[(start + c, -1) for start in starts])
        yield Identity(code, terms, slack=slack, secret=secret, rows=(Rows(number, (c,), parent=r),))


def _children(sense: Sense, panel: Panel, r: int) -> list[int] | None:
    """The rows that make up a row; None where nothing says that they do."""
    node = panel.nodes[r]
    if not node.understood or node.kind == LINE:
        return None
    children = [k for k in node.children if not panel.nodes[k].of]
    if panel.labelled:
        return children if children and _labels_complete(panel, node, children, sense.live) else None
    if children or node.kind == TOTAL or (node.kind == CODE and _should_go_deeper(sense, panel, node)):
        return children
    if node.kind != GROUP or not panel.has_lines:
        return None
    return [k for k, n in enumerate(panel.nodes) if n.kind == LINE and n.scope.inside(node.scope)]


def _labels_complete(panel: Panel, node: Node, children: list[int], live: int) -> bool:
    """Labelled rows make up a row when they are classes of expenditure, or fill its closed conditions."""
    kids = [panel.nodes[k].scope for k in children]
    if all(kid.get("function") for kid in kids):
        return True
    base = panel.base.scope
    whole = base.meet(node.scope)
    parts: list[Scope] = [met for kid in kids if (met := base.meet(kid)) is not None]
    return whole is not None and len(parts) == len(kids) and partition(whole, parts, live)


def _should_go_deeper(sense: Sense, panel: Panel, node: Node) -> bool:
    """A functional code above the 项 in a form that is itemised to the 项 (公开到项级)."""
    code = node.scope.get("function")
    if not code or len(code[0]) >= ITEM_DIGITS or panel.table.form is None:
        return False
    form = edition(sense.book.edition).form(panel.table.form)
    return form is not None and form.rows == "codes"
