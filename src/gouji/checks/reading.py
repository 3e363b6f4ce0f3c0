"""What reading noticed, as findings: shifted rows, broken-off tables, stray cells, texts not understood."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from gouji.book import Remark, Table
from gouji.checks.common import (
    cell_spots,
    found,
    grouped,
    in_both,
    label_column,
    line_spot,
    once,
    short,
    spot,
    verdict,
)
from gouji.findings import ERROR, WARNING, Check, Finding, Result, Spot
from gouji.lexicon import heading, normal
from gouji.meaning import LABEL, Sense, TableSense


def _tables(sense: Sense) -> int:
    return len(sense.tables)


def _rows(sense: Sense) -> int:
    return sum(len(t.table.rows) for t in sense.tables)


def _sheets(sense: Sense) -> int:
    return len(
        {(t.table.title.place.file, sheet) for t in sense.tables if (sheet := t.table.title.place.sheet)}
    )


def _pages(sense: Sense) -> int:
    return len({(t.table.title.place.file, page) for t in sense.tables if (page := t.table.title.place.page)})


HELD: dict[str, tuple[Callable[[Sense], int], str]] = {
    "read.headings": (_tables, "no-tables"),
    "read.beyond": (_tables, "no-tables"),
    "read.cut-off": (_tables, "no-tables"),
    "read.shifted-row": (_rows, "no-tables"),
    "read.hidden": (_sheets, "no-sheets"),
    "read.unruled": (_pages, "no-pages"),
    "read.no-columns": (_pages, "no-pages"),
    "read.picture-pages": (_pages, "no-pages"),
    "read.recognised": (_pages, "no-pages"),
}
"""The remarks that reading makes, among how many cases, and why there may be none."""


def remark_checks() -> tuple[Check, ...]:
    return tuple(Check(code, _remarks(code)) for code in HELD)


def _remarks(code: str) -> Callable[[Sense], Result]:
    def check(sense: Sense) -> Result:
        findings = [_remark(table, remark, sense) for table, remark in _remarked(sense).get(code, ())]
        count, none = HELD[code]
        return verdict(findings, max(0, count(sense) - len(findings)), none)

    return check


@once
def _remarked(sense: Sense) -> dict[str, list[tuple[Table | None, Remark]]]:
    return grouped((remark.code, (table, remark)) for table, remark in sense.book.remarked())


def _remark(table: Table | None, remark: Remark, sense: Sense) -> Finding:
    mine = next((t for t in sense.tables if t.table is table), None)
    spots = (
        cell_spots(mine, remark.cells) if mine else (Spot("", "", "", c.text, c.place) for c in remark.cells)
    )
    return found(remark.code, spots, dict(remark.args))


def not_amount(sense: Sense) -> Result:
    """Every cell under a heading of money can be read as an amount. Words without a digit are a warning."""
    return verdict(
        (_not_amount(spot(sense.tables[u.table], u.row, u.column), u.reason) for u in sense.unread),
        sense.printed,
        "no-amounts",
    )


def _not_amount(where: Spot, reason: str) -> Finding:
    words = in_both("reason", f"not-amount.{reason}")
    level = ERROR if any(c.isdigit() for c in where.text) else WARNING
    return found("read.not-amount", [where], {"text": short(where.text), **words}, level)


def not_understood(sense: Sense) -> Result:
    """Titles, headings and row labels are of the vocabulary; what is not is said, never guessed."""
    unknown = grouped(
        ((t.number, kind, where.text), where) for t in sense.tables for kind, where in _not_understood(t)
    )
    findings = [_unknown(kind, spots) for (_, kind, _), spots in unknown.items()]
    return verdict(findings, sum(len(t.roles) - t.roles.count("?") for t in sense.tables), "no-tables")


def _unknown(kind: str, spots: list[Spot]) -> Finding:
    words = in_both("kind", f"kind.{kind}")
    return found("read.not-understood", spots, {"text": short(spots[0].text), **words})


def _not_understood(table: TableSense) -> Iterator[tuple[str, Spot]]:
    title = table.table.title
    if table.panels and not table.title.understood and title.text:
        yield "title", line_spot(table, title)
    for column, role in zip(table.table.columns, table.roles, strict=True):
        if role == "?":
            text = next((part for part in column.path if not heading((part,)).understood), column.label)
            yield "heading", Spot(table.table.name, "", column.label, text, column.place, table.number)
    for panel in table.panels:
        if not panel.labelled:
            continue
        label = label_column(table, panel)
        for at, node in enumerate(panel.nodes):
            heads = node.of and not any(panel.cell(at, c).text for c in range(len(panel.columns)))
            if node.kind == LABEL and not node.understood and normal(node.label) and not heads:
                yield "row", spot(table, node.index, label)
