"""Money left out of a table: as secret where the book declares it, else as a row lost with its total."""

from __future__ import annotations

from collections.abc import Iterator

from gouji.explain.ground import Ground
from gouji.explain.slips import Hole, Slip
from gouji.identities import CROSS, EQUAL, Rows, opens_to
from gouji.identities.scopes import Standing, standing
from gouji.meaning import LINE, Panel
from gouji.scope import Scope


def left_out(ground: Ground) -> Iterator[Slip]:
    """For each gap between two tables: a line that the table of lines and its totals leave out."""
    for i in sorted(ground.broken):
        identity, gap = ground.system.identities[i], ground.residuals[i]
        if identity.code != "sum.across" or identity.relation != EQUAL or gap <= 0:
            continue
        for rows in identity.rows:
            if rows.scope is not None and rows.scope.opens and _has_lines(ground.sense.panels[rows.panel]):
                yield _slip(ground, i, rows, gap)


def _has_lines(panel: Panel) -> bool:
    return any(node.kind == LINE for node in panel.nodes)


def _slip(ground: Ground, i: int, rows: Rows, gap: int) -> Slip:
    assert rows.scope is not None
    panel = ground.sense.panels[rows.panel]
    secret = bool(panel.table.withheld)
    scope, effect = _narrowed(ground, rows, gap)
    effect[i] = -gap
    columns = [panel.columns[c].scope for c in rows.columns]
    line = standing(panel.base.scope, scope)
    for j in ground.system.crossing(rows.panel):
        if j not in effect and _lacks(ground, j, rows.panel, line, scope, columns):
            effect[j] = -gap
    if secret:
        effect.update(own_totals(ground, gap))
    hole = Hole(rows.panel, None, scope, None, tuple((c, gap) for c in rows.columns))
    kind, cost = ("withheld", 0.7) if secret else ("missing-row", 2.4)
    return Slip(kind, (), tuple(effect.items()), cost, "left-out", gap, hole=hole)


def _narrowed(ground: Ground, rows: Rows, gap: int) -> tuple[Scope, dict[int, int]]:
    """What the line counted, by all identities that lack just its amount: its function, its unit."""
    assert rows.scope is not None
    scope, effect = rows.scope, {}
    for j, other in ground.system.by_panel.get(rows.panel, ()):
        if (
            j in ground.broken
            and ground.residuals[j] == gap
            and other.scope is not None
            and other.scope.opens
        ):
            met = scope.meet(other.scope)
            if met is not None:
                scope, effect[j] = met, -gap
    return scope, effect


def _lacks(ground: Ground, j: int, number: int, line: Standing, scope: Scope, columns: list[Scope]) -> bool:
    """Does the right side of an identity lack a line left out of a panel and of its totals?"""
    panel, identity = ground.sense.panels[number], ground.system.identities[j]
    for rows in identity.rows:
        if rows.panel == number and opens_to(rows, line):
            return _counts(panel, rows.columns, columns, j in ground.broken)
    if identity.code == "sum.across":
        return False
    figure = identity.figures[-1]
    if len(identity.figures) == identity.left or not panel.first <= figure < panel.first + panel.size:
        return False
    _, row, column = ground.sense.at(figure)
    node = panel.nodes[row]
    return (
        scope.inside(node.scope)
        and node.kind != LINE
        and _counts(panel, (column,), columns, j in ground.broken)
    )


def _counts(panel: Panel, columns: tuple[int, ...], hidden: list[Scope], broken: bool) -> bool:
    """Would hidden amounts stand in one of these columns? In a part of them only if that falls short."""
    for c in columns:
        scope = panel.columns[c].scope
        if any(h.inside(scope) for h in hidden) or (broken and any(scope.inside(h) for h in hidden)):
            return True
    return False


def own_totals(ground: Ground, gap: int) -> dict[int, int]:
    """Totals of tables that declare secret items, off by just the gap: one of them still counts the money."""
    return {
        i: -ground.residuals[i]
        for i in ground.broken
        if ground.system.identities[i].secret
        and ground.system.identities[i].code not in CROSS
        and abs(ground.residuals[i]) == gap
    }
