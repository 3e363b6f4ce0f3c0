"""What a book holds and how much of it was checked, a row a book: as data, CSV or a table for a terminal."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from io import StringIO
from typing import Any

from gouji.audit import Audit
from gouji.findings import ERROR, NOTE, WARNING, WITHHELD
from gouji.messages import say
from gouji.report.view import counts
from gouji.report.words import safe

Row = dict[str, Any]
SCHEMA = "gouji.survey/1"
NUMBERS = (
    "pages",
    "tables",
    "absent",
    "figures",
    "scoped",
    "in_identities",
    "errors",
    "warnings",
    "notes",
    "withheld",
    "seconds",
)
FIELDS = ("source", "kind", *NUMBERS, "error")
FEWEST = 12  # cells for a name
_FORMULA = tuple("=+-@＝＋－＠")


def row(audit: Audit) -> Row:
    """The numbers of a book, but for the seconds that it took; `pages` is None where the file has none."""
    book, levels = audit.book, counts(audit.findings)
    cells = [*book.prose, *(table.title for table in book.tables)]
    rows = (line for table in book.tables for line in table.rows)
    pages = {cell.place.page for cell in cells} | {cell.place.page for line in rows for cell in line[:1]}
    return {
        "source": book.source,
        "kind": book.kind,
        "pages": max(pages, default=0) or None,
        "tables": len(book.tables),
        "absent": len(book.absent),
        "figures": audit.coverage.figures,
        "scoped": audit.coverage.scoped,
        "in_identities": audit.coverage.in_identities,
        "errors": levels[ERROR],
        "warnings": levels[WARNING],
        "notes": levels[NOTE],
        "withheld": sum(finding.outcome == WITHHELD for finding in audit.findings),
        "seconds": None,
        "error": None,
    }


def unread(source: str, error: str) -> Row:
    return dict.fromkeys(FIELDS) | {"source": source, "error": error}


def survey(rows: Sequence[Row]) -> Row:
    return {"schema": SCHEMA, "books": list(rows), "total": total(rows)}


def total(rows: Sequence[Row]) -> Row:
    read = [row for row in rows if row["tables"] is not None]
    sums = {name: sum(row[name] or 0 for row in rows) for name in NUMBERS}
    return (
        {"books": len(rows), "unread": len(rows) - len(read)} | sums | {"seconds": round(sums["seconds"], 3)}
    )


def as_json(rows: Sequence[Row]) -> str:
    return json.dumps(survey(rows), ensure_ascii=False, indent=1) + "\n"


def as_csv(rows: Sequence[Row], lang: str) -> str:
    """A header, a row a book, the totals; no cell is a formula to a spreadsheet."""
    text = StringIO()
    lines = csv.DictWriter(text, FIELDS, extrasaction="ignore", lineterminator="\n")
    lines.writeheader()
    for line in (*rows, total(rows) | {"source": say("survey.total", lang)}):
        lines.writerow({name: _plain(line.get(name)) for name in FIELDS})
    return text.getvalue()


def as_table(rows: Sequence[Row], lang: str, width: int, tty: bool) -> str:
    """A line a book, as wide as the terminal; of a name that is too long the end is shown."""
    from rich.cells import cell_len
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    sums = total(rows)
    lines = [
        [_kind(row.get("kind"), lang), *(_shown(name, row[name]) for name in NUMBERS)]
        for row in (*rows, sums)
    ]
    heads = [say(f"survey.{name}", lang) for name in ("kind", *NUMBERS)]
    left = width - sum(max(map(cell_len, column)) + 1 for column in zip(heads, *lines, strict=True))
    table = Table(box=None, padding=(0, 0, 0, 1), pad_edge=False, show_footer=True, footer_style="bold")
    table.add_column(say("survey.source", lang), say("survey.total", lang), no_wrap=True)
    for k, (head, foot) in enumerate(zip(heads, lines[-1], strict=True)):
        table.add_column(head, foot, justify="right" if k else "left", no_wrap=True)
    for row, numbers in zip(rows, lines, strict=False):
        table.add_row(Text(_end(safe(row["source"]), max(left, FEWEST))), *numbers)
    text = StringIO()
    console = Console(file=text, width=max(width, width - left + FEWEST), force_terminal=tty or None)
    console.print(table)
    console.print(say("survey.books", lang, {name: str(sums[name]) for name in ("books", "unread")}))
    return text.getvalue()


def _end(name: str, width: int) -> str:
    """A name, or as much of its end as has room."""
    from rich.cells import cell_len

    if cell_len(name) <= width:
        return name
    while cell_len(name) >= width:
        name = name[1:]
    return "…" + name


def _kind(kind: str | None, lang: str) -> str:
    return say(f"survey.kind.{kind}", lang) if kind else ""


def _shown(name: str, value: float | None) -> str:
    if value is None:
        return "—"
    return f"{value:.1f}" if name == "seconds" else f"{value}"


def _plain(value: object) -> object:
    """A text that a spreadsheet does not take for a formula, on one line."""
    if not isinstance(value, str):
        return value
    text = safe(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
