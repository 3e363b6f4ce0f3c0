"""A Comparison as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from gouji.compare import ADDED, CHANGED, MOVED, PARAGRAPH, REMOVED, RESTATED, TARGET, Comparison, Wording
from gouji.report.differences.view import DIMENSIONS, TEXTS, Shown, Words, differing, sections, worded
from gouji.report.layout import wrap
from gouji.report.words import safe

WIDEST = 110
STYLES = {ADDED: "green", REMOVED: "red", CHANGED: "yellow", MOVED: "magenta", RESTATED: "cyan"}
AMOUNTS = ("old", "new", "difference")
_BESIDE = 4  # cells: the mark, and a space after each column


def write(comparison: Comparison, lang: str, console: Console) -> None:
    console.width = min(console.width, WIDEST)
    for part in _parts(Words(comparison, lang), console.width):
        console.print(part)


def _parts(words: Words, width: int) -> Iterator[RenderableType]:
    comparison = words.comparison
    yield Text(words.title(), "bold")
    if about := words.about():
        yield Text(about)
    if units := words.units():
        yield Text(units, "yellow")
    for key, side in (("old", comparison.old), ("new", comparison.new)):
        yield Text(f"{words.word(key)}  {safe(side.source)}", "dim")
    yield Text("")
    yield Text("\n".join(wrap(words.counts(), width)), "bold")
    if comparison.changes:
        yield Text(words.word("money-unit", unit=words.unit), "dim")
    for dimension in DIMENSIONS:
        yield from _totals(words, dimension)
    for section in sections(comparison):
        yield from _head(words.word(section.name))
        for number, (table, shown) in enumerate(section.tables):
            yield Text(words.table(table), "bold underline")
            yield _changes(shown, words, headed=not number)
    for what, name in TEXTS.items():
        told = worded(comparison, what)
        if told:
            yield from _head(words.word(name))
        for table, wordings in told:
            title = safe(table) if what == PARAGRAPH else words.table(table)
            yield Text(title or words.word("no-heading"), "bold underline")
            yield _wordings(wordings, words, width)


def _head(title: str) -> Iterator[Text]:
    yield Text("")
    yield Text(f"── {title} ──", "bold")


def _totals(words: Words, dimension: str) -> Iterator[RenderableType]:
    totals = differing(words.comparison, dimension)
    if not totals:
        return
    yield from _head(f"{words.word(dimension)}  {words.basis(dimension)}")
    coded = dimension == "function"
    table = _table("" if coded else words.word("project-name"), words, words.word("code") if coded else None)
    for total in totals:
        level = " " * max(0, len(total.value) - 3)
        names = (
            (Text(level + safe(total.value)), Text(words.bare(total)))
            if coded
            else (Text(words.name(total)),)
        )
        table.add_row(
            *names,
            Text(words.amount(total.old)),
            Text(words.amount(total.new)),
            Text(words.difference(total.difference)),
        )
    yield table


def _changes(shown: tuple[Shown, ...], words: Words, headed: bool) -> Table:
    table = _table(words.word("row"), words, words.word("kind") if headed else "")
    table.show_header = headed
    for change, also in shown:
        name = Text(words.row(change))
        same = words.word("also", tables=words.word("and").join(map(safe, also))) if also else ""
        where = "  ".join(filter(None, (words.places(change), same)))
        for line in filter(None, (words.moved(change), *words.beside(change), where)):
            name.append(f"\n{line}", "dim")
        amounts = (Text(words.amount(fen)) for fen in (change.old, change.new))
        difference = "" if change.old is change.new is None else words.difference(change.difference)
        table.add_row(Text(words.kind(change), STYLES[change.kind]), name, *amounts, Text(difference))
    return table


def _wordings(told: tuple[Wording, ...], words: Words, width: int) -> Table:
    room = width - max(cell_len(words.kind(one)) for one in told) - _BESIDE
    table = Table(box=None, padding=(0, 1, 0, 0), expand=True, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(ratio=1, overflow="fold")
    for one in told:
        kind = Text(words.kind(one), STYLES[one.kind])
        if one.what == TARGET:
            table.add_row(kind, "", Text(safe(one.label)))
            kind = Text("")
        for mark, said, style in zip("-+", words.texts(one), ("red", "green"), strict=True):
            if said:
                table.add_row(kind, Text(mark, style), Text("\n".join(wrap(said, room)), style))
                kind = Text("")
        if where := words.places(one):
            table.add_row("", "", Text(where, "dim"))
    return table


def _table(first: str, words: Words, before: str | None = None) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 0), expand=True, header_style="dim")
    if before is not None:
        table.add_column(Text(before), no_wrap=True)
    table.add_column(Text(first), ratio=1, overflow="fold")
    for key in AMOUNTS:
        table.add_column(Text(words.word(key)), justify="right", no_wrap=True)
    return table
