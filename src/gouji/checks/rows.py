"""Body rows as printed: doubled lines, amounts below zero."""

from __future__ import annotations

from collections.abc import Iterator

from gouji.checks.common import condition_of, found, grouped, short, spot, verdict
from gouji.findings import Finding, Result
from gouji.meaning import LINE, Panel, Sense, TableSense


def duplicate(sense: Sense) -> Result:
    """No line is printed twice in a row. Lines that differ in nothing can be right, so this is a note."""
    findings, held = [], 0
    for panel in sense.panels:
        for run in _runs(panel):
            held += len(run) == 1
            if len(run) > 1:
                table = sense.tables[panel.number]
                column = panel.columns[0].at
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
    advances = condition_of("release", "抵扣上年垫付资金")
    below = [
        sense.at(figure) for figure, amount in enumerate(sense.amounts) if amount is not None and amount < 0
    ]
    rows = grouped(
        ((panel.number, panel.nodes[row].index), panel.columns[column].at)
        for panel, row, column in below
        if not panel.columns[column].scope.inside(advances)
    )
    findings = (_negative(sense.tables[table], row, columns) for (table, row), columns in rows.items())
    read = sum(amount is not None for amount in sense.amounts)
    return verdict(findings, read - sum(map(len, rows.values())), "no-amounts")


def _negative(table: TableSense, row: int, columns: list[int]) -> Finding:
    spots = [spot(table, row, column) for column in columns]
    args = {
        "row": short(spots[0].row, 60),
        "column": spots[0].column,
        "text": spots[0].text,
        "count": str(len(spots)),
    }
    return found("amount.negative", spots, args)
