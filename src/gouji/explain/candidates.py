"""The single slips that could account for something broken."""

from __future__ import annotations

from gouji.explain.carried import carried
from gouji.explain.figures import equal_cells, figures, misreadings, moves
from gouji.explain.ground import Ground, rows_in_trouble, wanted_changes
from gouji.explain.rows import missing_rows, scaled_rows, shifts, surplus_rows
from gouji.explain.slips import Slip


def candidates(ground: Ground, within: set[int] | None = None) -> list[Slip]:
    """All single slips that help: each maker asks `Ground.helps` before it makes one.

    A slip may leave identities broken in another way: those that a second slip is in too. With `within`,
    only what mends these identities.
    """
    if within is not None:
        ground = ground.narrowed(within)
    found: dict[tuple[object, ...], Slip] = {}
    wanted, trouble = wanted_changes(ground), rows_in_trouble(ground)
    makers = (
        figures(ground, wanted),
        misreadings(ground, wanted),
        equal_cells(ground, wanted),
        carried(ground, wanted),
        moves(ground, wanted),
        shifts(ground, trouble),
        scaled_rows(ground, trouble),
        surplus_rows(ground, trouble),
        missing_rows(ground),
    )
    for maker in makers:
        for slip in maker:
            found.setdefault((slip.kind, frozenset(slip.changes), slip.hole, slip.row), slip)
    return list(found.values())
