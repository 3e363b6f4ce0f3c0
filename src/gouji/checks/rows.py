"""Body rows as printed: doubled lines, amounts below zero, 数量 × 单价."""

from __future__ import annotations

from collections.abc import Iterator

from gouji import money
from gouji.book import Row
from gouji.checks.common import condition_of, found, grouped, row_label, short, spot, verdict
from gouji.findings import Finding, Result
from gouji.meaning import GROUP, LINE, Node, Panel, Sense, TableSense
from gouji.meaning.rows import is_change

MOST_DIGITS = 9
"""Of a count: a longer one is none."""
MOST_HAVE = 3
"""How many projects must have a row of their own for each that has none."""


def duplicate(sense: Sense) -> Result:
    """No line is printed twice in a row. Lines that differ in nothing can be right, so this is a note."""
    findings, held = [], 0
    for panel in sense.panels:
        for run in _runs(sense, panel):
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


def _runs(sense: Sense, panel: Panel) -> Iterator[list[int]]:
    """The lines of a panel, neighbours that print the same together."""
    width, rows = len(panel.columns), panel.table.rows
    run: list[int] = []
    before: list[int | None] = []
    for at, node in enumerate(panel.nodes):
        if node.kind != LINE:
            continue
        start = panel.first + at * width
        amounts = sense.amounts[start : start + width]  # these differ nearly always
        if run and not (
            amounts == before and node.index == run[-1] + 1 and _alike(rows[run[-1]], rows[node.index])
        ):
            yield run
            run = []
        run.append(node.index)
        before = amounts
    if run:
        yield run


def _alike(one: Row, other: Row) -> bool:
    """Do two rows print the same?"""
    return [cell.text for cell in one] == [cell.text for cell in other]


def negative(sense: Sense) -> Result:
    """No amount is below zero, but for what is set off against last year's advances and what has changed."""
    advances = condition_of("release", "抵扣上年垫付资金")
    if min(filter(None, sense.amounts), default=0) >= 0:
        return verdict((), sense.printed, "no-amounts")
    below = [sense.at(figure) for figure, amount in enumerate(sense.amounts) if amount and amount < 0]
    rows = grouped(
        ((panel.number, panel.nodes[row].index), panel.columns[column].at)
        for panel, row, column in below
        if not panel.columns[column].scope.inside(advances) and not _is_change(panel, row, column)
    )
    findings = (_negative(sense.tables[table], row, columns) for (table, row), columns in rows.items())
    return verdict(findings, sense.printed - sum(map(len, rows.values())), "no-amounts")


def _is_change(panel: Panel, row: int, column: int) -> bool:
    """Is it what differs between two years?"""
    return is_change(panel.columns[column].scope) or is_change(panel.nodes[row].scope)


def _negative(table: TableSense, row: int, columns: list[int]) -> Finding:
    spots = [spot(table, row, column) for column in columns]
    args = {
        "row": short(spots[0].row, 60),
        "column": spots[0].column,
        "text": spots[0].text,
        "count": str(len(spots)),
    }
    return found("amount.negative", spots, args)


def product(sense: Sense) -> Result:
    """金额 is 数量 × 单价, as exactly as the price is printed."""
    findings, held = [], 0
    for panel in sense.panels:
        table = sense.tables[panel.number]
        if {"count", "price"} <= set(table.roles) and len(panel.columns) == 1:
            for node in panel.nodes:
                off = _off_product(table, panel, node.index)
                if off is not None:
                    findings += off
                    held += not off
    return verdict(findings, held, "no-prices")


def _off_product(table: TableSense, panel: Panel, row: int) -> list[Finding] | None:
    """The finding where count and price do not make the amount; None where one of the three is not there."""
    cells, fen = table.table.rows[row], table.table.fen
    count, price, column = table.roles.index("count"), table.roles.index("price"), panel.columns[0].at
    if not cells[count].text.isdecimal() or len(cells[count].text) > MOST_DIGITS:
        return None
    try:
        each, amount = money.parse(cells[price].text, fen), money.parse(cells[column].text, fen)
    except money.NotAnAmount:
        return None
    if each is None or amount is None:
        return None
    pieces = int(cells[count].text)
    implied = pieces * each.fen
    slack = pieces * money.step(each.decimals, fen) + money.step(amount.decimals, fen)
    if 2 * abs(implied - amount.fen) <= slack:
        return []
    args = {
        "row": short(row_label(table, row), 60),
        "count": cells[count].text,
        "price": cells[price].text,
        "amount": cells[column].text,
        "implied": money.show(implied, fen),
    }
    return [found("amount.product", (spot(table, row, i) for i in (column, count, price)), args)]


def group_missing(sense: Sense) -> Result:
    """Where the projects of a table have a row of their own above their lines, each has one."""
    findings, held = [], 0
    for panel in sense.panels:
        if GROUP not in panel.kinds:
            continue
        groups = {
            name for node in panel.nodes if node.kind == GROUP for name in node.scope.get("project") or ()
        }
        lines = grouped(
            (name, node)
            for node in panel.nodes
            if node.kind == LINE
            for name in node.scope.get("project") or ()
        )
        bare = {name: nodes for name, nodes in lines.items() if name not in groups}
        held += len(groups)
        if bare and len(groups) >= MOST_HAVE * len(bare):
            findings += [_bare(sense, panel, name, nodes, len(groups)) for name, nodes in bare.items()]
    return verdict(findings, held, "no-groups")


def _bare(sense: Sense, panel: Panel, name: str, nodes: list[Node], others: int) -> Finding:
    table = sense.tables[panel.number]
    at = table.roles.index("project") if "project" in table.roles else 0
    args = {"project": short(name, 60), "rows": str(len(nodes)), "others": str(others)}
    return found("row.group-missing", (spot(table, node.index, at) for node in nodes), args)
