"""What is bought for a project costs at most the project (采购、购买服务)."""

from __future__ import annotations

from collections.abc import Iterator

from gouji.identities.cells import Cells
from gouji.identities.model import AT_MOST, Identity
from gouji.identities.scopes import canonical
from gouji.meaning import LINE, Panel
from gouji.scope import Scope, condition


def within_projects(cells: Cells) -> Iterator[Identity]:
    for number in cells.sense.ordered:
        panel = cells.sense.panels[number]
        if panel.base.within:
            for project, rows in _lines(panel).items():
                yield from _bounds(cells, number, project, rows)


def _lines(panel: Panel) -> dict[str, list[int]]:
    lines: dict[str, list[int]] = {}
    for r, node in enumerate(panel.nodes):
        project = node.scope.get("project")
        if project and node.kind == LINE:
            lines.setdefault(project[0], []).append(r)
    return lines


def _bounds(cells: Cells, number: int, project: str, rows: list[int]) -> Iterator[Identity]:
    panel, rounding = cells.sense.panels[number], cells.sense.rounding
    for c, column in enumerate(panel.columns):
        base = panel.base.scope.meet(column.scope)
        if base is None or not column.meaning.understood or column.meaning.of:
            continue
        found = canonical(base.without(*panel.base.within), condition("project", project), cells.live, ())
        whole = _project_cells(cells, found[0]) if found else None
        if whole is not None:
            figures = (*(panel.figure(r, c) for r in rows), *whole)
            slack = sum(rounding[figure] for figure in figures)
            yield Identity("bound.project", figures, AT_MOST, slack, left=len(rows))


def _project_cells(cells: Cells, key: Scope) -> list[int] | None:
    """The figures that hold a project's money; None where no table itemises the project."""
    for cover in reversed(cells.covers):
        found = cells.of(cover, key)
        if found and any(cells.has_rows(taken) for taken in found):
            return cells.figures(found)
    return None
