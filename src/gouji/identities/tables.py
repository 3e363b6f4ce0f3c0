"""Identities inside one table: along its rows, and down its columns."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from gouji.forms import edition
from gouji.identities.columns import Layout
from gouji.identities.model import AT_MOST, EQUAL, Identity, Repeated, Rows
from gouji.meaning import CODE, GROUP, LINE, TOTAL, Node, Panel, Sense
from gouji.meaning.model import has_money
from gouji.scope import Scope, partition

ITEM_DIGITS = 7
CLASS_DIGITS = 3
ECONOMIC = ("economic", "gov_economic")
TARGETS = "targets"
_new = tuple.__new__
"""A book has hundreds of identities: this is a third of the time of calling their class."""
_CODES = {CODE: "sum.code", GROUP: "sum.group"}


def in_rows(panel: Panel, layout: Layout, places: tuple[int, ...]) -> Repeated:
    """小计 = its parts, within each row; 其中 ≤ what it is a part of."""
    first, width = panel.first, len(panel.columns)
    sums = [(whole, parts, sum(places[c] for c in (whole, *parts))) for whole, parts in layout.sums]

    def of_row(row: int) -> list[Identity]:
        start, found = first + row * width, []
        for whole, children, slack in sums:
            figures = (start + whole, *[start + c for c in children])
            found.append(_new(Identity, ("sum.row", figures, EQUAL, slack, False, False, (), 1)))
        for part, whole in layout.bounds:
            figures = (start + part, start + whole)
            slack = places[part] + places[whole]
            found.append(_new(Identity, ("bound.part", figures, AT_MOST, slack, False, False, (), 1)))
        return found

    return Repeated(len(panel.nodes), len(sums) + len(layout.bounds), of_row)


def in_columns(sense: Sense, number: int) -> Iterator[Repeated]:
    """A total, a group or a code = the rows directly under it; 其中 ≤ what it is a part of."""
    panel, places = sense.panels[number], sense.places[number]
    if panel.base.key == TARGETS or any(_hides(sense, panel, r) for r in range(len(panel.nodes))):
        return
    for r, node in enumerate(panel.nodes):
        children = _children(sense, panel, r)
        if children is not None:
            yield _sums(panel, number, r, children, places)
            for k in _twins(panel, r) if panel.labelled and children else ():
                yield _sums(panel, number, k, [r], places)
        for k in node.children if node.understood else ():
            if panel.nodes[k].of:
                yield _bounds(panel, k, r, places)


def _hides(sense: Sense, panel: Panel, r: int) -> bool:
    """Is it not understood which rows a row's money belongs to?"""
    node = panel.nodes[r]
    return not (node.understood or node.of) and has_money(sense, panel, r)


def _sums(panel: Panel, number: int, r: int, children: list[int], places: tuple[int, ...]) -> Repeated:
    node = panel.nodes[r]
    secret = bool(panel.table.withheld) and not node.scope.get("project")
    code = _CODES.get(node.kind, "sum.column")
    width = len(panel.columns)
    first, starts = panel.first + r * width, [panel.first + k * width for k in children]

    def of_column(c: int) -> tuple[Identity]:
        figures = (first + c, *[start + c for start in starts])
        slack = places[c] * (len(children) + 1)
        rows = _new(Rows, (number, _alone(c), r, None, (), False, -1))
        return (_new(Identity, (code, figures, EQUAL, slack, False, secret, (rows,), 1)),)

    return Repeated(width, 1, of_column)


def _bounds(panel: Panel, part: int, whole: int, places: tuple[int, ...]) -> Repeated:
    def of_column(c: int) -> tuple[Identity]:
        figures = (panel.figure(part, c), panel.figure(whole, c))
        return (Identity("bound.part", figures, AT_MOST, 2 * places[c]),)

    return Repeated(len(panel.columns), 1, of_column)


@lru_cache(maxsize=2000)
def _alone(column: int) -> tuple[int, ...]:
    """One column; the same object for all identities of it."""
    return (column,)


def _children(sense: Sense, panel: Panel, r: int) -> list[int] | None:
    """The rows that make up a row; None where nothing says that they do."""
    node = panel.nodes[r]
    if not node.understood or node.kind == LINE:
        return None
    children = [k for k in node.children if not panel.nodes[k].of]
    if panel.labelled:
        children = _classes(sense, panel, _distinct(panel, children))
        if len(children) < len(node.children) and _fill(panel, node, node.children, sense.live):
            return node.children
        return children if children and _labels_complete(panel, node, children, sense.live) else None
    if node.kind == TOTAL and not children:  # a total printed above and below its rows
        same = (n for n in panel.nodes if n.kind == TOTAL and n.scope == node.scope and n.children)
        return next((n.children for n in same), [])
    if children or (node.kind == CODE and _should_go_deeper(sense, panel, node)):
        return children
    if node.kind != GROUP or not panel.has_lines or node.children:
        return None
    return [k for k, n in enumerate(panel.nodes) if n.kind == LINE and n.scope.inside(node.scope)]


def _distinct(panel: Panel, children: list[int]) -> list[int]:
    """Of rows that say the same without a code, as 部门预算 and 本年支出合计 do, the first."""
    first: dict[Scope, int] = {}
    return [
        k for k in children if panel.nodes[k].scope.opens or first.setdefault(panel.nodes[k].scope, k) == k
    ]


def _classes(sense: Sense, panel: Panel, children: list[int]) -> list[int]:
    """Without rows that print no money among classes of expenditure and name none (国有资本经营预算)."""
    named = [k for k in children if panel.nodes[k].scope.get("function")]
    if not named or len(named) == len(children):
        return children
    return [k for k in children if k in named or has_money(sense, panel, k)]


def _twins(panel: Panel, r: int) -> Iterator[int]:
    """The rows that say the same, without a code, as one that is made up of others, under the same row."""
    node = panel.nodes[r]
    if node.scope.opens:
        return
    for k, other in enumerate(panel.nodes):
        alike = other.parent == node.parent and other.scope == node.scope
        if alike and k != r and other.understood and not other.of and not other.children:
            yield k


def _labels_complete(panel: Panel, node: Node, children: list[int], live: int) -> bool:
    """Labelled rows make up a row when they are classes of expenditure, or fill its closed conditions."""
    kids = [panel.nodes[k].scope for k in children]
    if all(kid.get("function") for kid in kids) or any(_are_classes(kids, d) for d in ECONOMIC):
        return True
    return _fill(panel, node, children, live)


def _are_classes(kids: list[Scope], dimension: str) -> bool:
    """Are rows the 类 of an economic classification, each of them one?"""
    return all(len(told := kid.get(dimension) or ()) == 1 and len(told[0]) == CLASS_DIGITS for kid in kids)


def _fill(panel: Panel, node: Node, children: list[int], live: int) -> bool:
    """Do labelled rows split the conditions of a row between them?"""
    kids = [panel.nodes[k].scope for k in children]
    base = panel.base.scope
    whole = base.meet(node.scope)
    parts: list[Scope] = [met for kid in kids if (met := base.meet(kid)) is not None]
    return whole is not None and len(parts) == len(kids) and partition(whole, parts, live)


def _should_go_deeper(sense: Sense, panel: Panel, node: Node) -> bool:
    """A functional code above the 项 in a form that is itemised to the 项 (公开到项级)."""
    code = node.scope.get("function")
    if not code or len(code[0]) >= ITEM_DIGITS or panel.table.form is None:
        return False
    forms = edition(sense.book.edition)
    form = forms.form(panel.table.form)
    if form is None or form.rows != "codes":
        return False
    return not forms.by_meaning or any(_is_item(other) for other in panel.nodes)


def _is_item(node: Node) -> bool:
    code = node.scope.get("function")
    return code is not None and len(code[0]) == ITEM_DIGITS
