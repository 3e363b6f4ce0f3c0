"""The page that lists many books and links to the page of each."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import NamedTuple
from urllib.parse import quote

from gouji.findings import ERROR, WARNING
from gouji.report.frame import foot, head, heads, said
from gouji.report.sheet import text

HEADS = ("source", "book", "year", "errors", "warnings", "notes")


class Entry(NamedTuple):
    """One book; `page` is empty for one that could not be read, and `problem` says what could not and why."""

    source: str
    page: str = ""
    unit: str = ""
    year: int | None = None
    levels: tuple[int, int, int] = (0, 0, 0)
    problem: str = ""


def index(entries: Iterable[Entry], lang: str) -> str:
    title = said("books", lang)
    return "".join(
        [
            *head(title, lang),
            f'<header class="top"><h1>{title}</h1></header>',
            '<main class="listing" id="findings"><div class="box" id="tables" tabindex="0">',
            f'<table class="contents"><caption class="unseen">{title}</caption><thead><tr>',
            heads(HEADS, lang),
            "</tr></thead><tbody>",
            *(_row(entry, lang) for entry in entries),
            "</tbody></table></div></main>",
            foot(lang),
        ]
    )


def _row(entry: Entry, lang: str) -> str:
    if not entry.page:
        problem = f'<td colspan=5 class="state absent">{text(entry.problem)}</td>'
        return f"<tr><td>{text(entry.source)}</td>{problem}</tr>"
    unit = text(entry.unit) or said("no-unit", lang)
    worst = ERROR if entry.levels[0] else WARNING if entry.levels[1] else "clean"
    numbers = "".join(f"<td class=n>{count or ''}</td>" for count in entry.levels)
    problem = f"<br><small>{text(entry.problem)}</small>" if entry.problem else ""
    return (
        f'<tr class="{worst}"><td>{text(entry.source)}{problem}</td>'
        f'<th scope=row><a href="{escape(quote(entry.page))}">'
        f"{unit}</a></th><td>{entry.year or ''}</td>{numbers}</tr>"
    )
