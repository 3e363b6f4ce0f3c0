"""Explanations to causes: the slip in the book's own terms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from gouji import money
from gouji.codes import economics, functions
from gouji.explain.slips import Explanation, Slip
from gouji.findings import Cause, Finding, Spot, quoted, spot_of
from gouji.identities import System
from gouji.meaning import Panel, Sense
from gouji.scope import Scope

MOST_LISTED = 12


def causes(system: System, explanations: Sequence[Explanation], found: Mapping[int, Finding]) -> list[Cause]:
    """The causes of findings, C1, C2, …; alternatives to C1 are C1.2, C1.3, …"""
    told = []
    for number, explanation in enumerate(explanations, 1):
        ids = tuple(found[i].id for i in sorted(explanation.identities))
        for rank, slip in enumerate(explanation.slips, 1):
            name = f"C{number}" if rank == 1 else f"C{number}.{rank}"
            told.append(_cause(system, explanation, slip, name, rank, ids))
    return told


def _cause(
    system: System, explanation: Explanation, slip: Slip, name: str, rank: int, ids: tuple[str, ...]
) -> Cause:
    sense = system.sense
    spots = _spots(sense, slip)
    fen = sense.book.tables[spots[0].table].fen
    args = {
        "form": spots[0].form,
        "row": quoted(spots[0].row or spots[0].column),
        "column": quoted(_columns(slip, spots)),
        "printed": spots[0].text or "—",
        "other_row": quoted(spots[-1].row or spots[-1].column),
        "other_column": quoted(_leaf(spots[-1].column)),
        "amount": money.show(slip.amount, fen),
    }
    proposed = _proposed(slip)
    if proposed is not None:
        args["proposed"] = money.show(proposed, fen)
    if slip.carried:
        args["also"] = f"，由它加出的 {len(spots) - 1} 个合计随之有误"
        args["also_en"] = f", and so are the {len(spots) - 1} totals added up from it"
    if slip.hole and (what := _what(system, slip, explanation)):
        args |= {"what": f"：{what}", "what_en": f": {what}"}
    return Cause(
        id=name,
        kind=slip.kind,
        spots=spots,
        args=args,
        amount=slip.amount,
        proposed=None if proposed is None else money.yuan(proposed),
        rank=rank,
        findings=ids,
        tied=explanation.tied and slip.cost - explanation.slips[0].cost < 0.15,
        slip=slip.how,
    )


def _columns(slip: Slip, spots: Sequence[Spot]) -> str:
    """The column of the slip, or the columns of its row where the same figure is wrong in all of them."""
    if slip.carried or slip.kind == "wrong-column":
        return _leaf(spots[0].column)
    return "、".join(dict.fromkeys(_leaf(s.column) for s in spots if s.row == spots[0].row))


def _leaf(column: str) -> str:
    return column.replace("资金来源/", "")


def _proposed(slip: Slip) -> int | None:
    """The amount that should be printed, where one change of a figure is proposed."""
    if slip.kind in ("wrong-figure", "wrong-total", "unit-slip") and slip.changes:
        return slip.changes[0][1]
    return None


def _spots(sense: Sense, slip: Slip) -> tuple[Spot, ...]:
    if slip.row is not None:
        return tuple(_row_spots(sense, sense.panels[slip.row[0]], slip.row[1]))
    if slip.changes:
        return tuple(spot_of(sense, figure) for figure, _ in slip.changes)
    assert slip.hole is not None
    panel = sense.panels[slip.hole.panel]
    if slip.kind == "cut-off":
        return tuple(_last_row(panel))
    row = slip.hole.parent
    if row is None:
        row = next((r for r, node in enumerate(panel.nodes) if node.children and node.parent is None), 0)
    figures = [panel.figure(row, c) for c, _ in slip.hole.amounts]
    filled = [f for f in figures if sense.amounts[f] is not None]
    return tuple(spot_of(sense, f) for f in filled) or tuple(_row_spots(sense, panel, row))[:1]


def _row_spots(sense: Sense, panel: Panel, row: int) -> Iterable[Spot]:
    figures = [panel.figure(row, c) for c in range(len(panel.columns))]
    filled = [f for f in figures if sense.amounts[f] is not None]
    return [spot_of(sense, f) for f in filled or figures[:1]]


def _last_row(panel: Panel) -> Iterable[Spot]:
    cells = [cell for cell in panel.table.rows[-1] if cell.text]
    label = " ".join(cell.text for cell in cells)
    columns = panel.table.columns
    for i, cell in enumerate(panel.table.rows[-1]):
        if cell.text:
            yield Spot(panel.table.name, label, columns[i].label, cell.text, cell.place, panel.number)


def _what(system: System, slip: Slip, explanation: Explanation) -> str:
    """What the missing money counts, in words."""
    assert slip.hole is not None
    if slip.kind == "cut-off":
        return "；".join(_gaps(system, explanation))
    return describe(slip.hole.scope, system.sense.book.year)


def _gaps(system: System, explanation: Explanation) -> list[str]:
    """The missing amounts by code, as the other tables tell them; the finest that are known."""
    told: dict[tuple[str, ...], list[tuple[str, int]]] = {}
    for i in sorted(explanation.identities):
        identity = system.identities[i]
        for rows in identity.rows:
            code = rows.scope.get("function") if rows.scope else None
            if code and identity.code == "sum.across":
                spot = spot_of(system.sense, identity.figures[0])
                told.setdefault(code, []).append((f"{spot.row} {_last(spot.column)}", system.residuals[i]))
    lines = []
    finest = [code for code in told if not any(o != code and o[0].startswith(code[0]) for o in told)]
    for entries in (told[code] for code in finest):
        parts = (
            entries[:-1]
            if len(entries) > 1 and sum(r for _, r in entries[:-1]) == entries[-1][1]
            else entries[-1:]
        )
        lines += [f"{label} {money.show(residual)}" for label, residual in parts]
    return lines[:MOST_LISTED] + (["…"] if len(lines) > MOST_LISTED else [])


def _last(column: str) -> str:
    return column.rsplit("/", 1)[-1]


def describe(scope: Scope, year: int | None) -> str:
    """A scope's open conditions in words: codes with their names, the project."""
    words = []
    for dimension, values in scope.opens:
        known = {"function": functions, "economic": economics}.get(dimension)
        for value in values:
            code = known(year).get(value) if known else None
            if dimension not in ("year", "unit_code"):
                words.append(f"{value} {code.name}" if code else value)
    return "，".join(reversed(words))
