"""Body rows as printed: doubled lines, amounts below zero."""

from __future__ import annotations

from collections.abc import Iterator

from gouji.checks.common import condition_of, found, short, spot, verdict
from gouji.findings import Result
from gouji.meaning import LINE, Panel, Sense


def duplicate(sense: Sense) -> Result:
    """No line is printed twice in a row. Lines that differ in nothing can be right, so this is a note."""
    findings, held = [], 0
    for panel in sense.panels:
        for run in _runs(panel):
            held += len(run) == 1
            if len(run) > 1:
                table = sense.tables[panel.number]
                column = panel.columns[0].index
                label = next(node.label for node in panel.nodes if node.index == run[0])
                args = {
                    "count": str(len(run)),
                    "row": short(label, 60),
                    "amount": table.table.rows[run[0]][column].text,
                }
                findings.append(found("row.duplicate", (spot(table, row, column) for row in run), args))
    return verdict(findings, held, "no-lines")


def _runs(panel: Panel) -> Iterator[list[int]]:
    """The lines of a panel, neighbours that print the same together."""
    run: list[int] = []
    before: list[str] = []
    for node in panel.nodes:
        if node.kind != LINE:
            continue
        texts = [cell.text for cell in panel.table.rows[node.index]]
        if run and (texts != before or node.index != run[-1] + 1):
            yield run
            run = []
        run.append(node.index)
        before = texts
    if run:
        yield run


def negative(sense: Sense) -> Result:
    """No amount is below zero, but for what is set off against last year's advances."""
    findings, held = [], 0
    advances = condition_of("release", "抵扣上年垫付资金")
    for figure, amount in enumerate(sense.amounts):
        if amount is None:
            continue
        held += 1
        if amount < 0:
            panel, row, column = sense.at(figure)
            if not panel.columns[column].scope.inside(advances):
                at = spot(sense.tables[panel.number], panel.nodes[row].index, panel.columns[column].index)
                findings.append(
                    found("amount.negative", [at], {"text": at.text, "row": at.row, "column": at.column})
                )
    return verdict(findings, held - len(findings), "no-amounts")
