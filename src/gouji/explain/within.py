"""Rows that do not add up by themselves: what is wrong in one shows, whatever rows its table lacks."""

from __future__ import annotations

from collections.abc import Sequence

from gouji.explain.ground import Ground, row_of
from gouji.explain.slips import Slip
from gouji.identities import is_broken

ALONG = "sum.row"
MOST_WAYS = 3


def row_slips(ground: Ground, broken: set[int], slips: Sequence[Slip]) -> list[list[Slip]]:
    """For each row with broken sums along it: the likeliest slips of which each mends all of these.

    They break nothing that holds; sums down the columns, broken by rows that are lost, they may leave so.
    """
    rows: dict[tuple[int, int], set[int]] = {}
    for i in broken:
        identity = ground.system.identities[i]
        if identity.code == ALONG:
            rows.setdefault(row_of(ground, identity.figures[0]), set()).add(i)
    told = []
    for mine in rows.values():
        fit = [slip for slip in slips if mine <= mended(ground, slip) and not ground.breaks(slip)]
        if fit:
            told.append(sorted(fit, key=lambda slip: slip.cost)[:MOST_WAYS])
    return told


def mended(ground: Ground, slip: Slip) -> set[int]:
    """The broken identities that hold with a slip put right."""
    identities, residuals = ground.system.identities, ground.residuals
    return {
        i for i, d in slip.effect if i in ground.broken and not is_broken(identities[i], residuals[i] + d)
    }
