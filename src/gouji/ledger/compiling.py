"""A ledger to a Book: every form of an edition, filled by the meanings that the checks read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache

from gouji.book import Book, Cell, Place, Table
from gouji.book import Row as Cells
from gouji.forms import Edition
from gouji.ledger import rows
from gouji.ledger.grids import grid
from gouji.ledger.labels import label_lists
from gouji.ledger.lines import WHOLE, Chapter, Ledger, Target
from gouji.ledger.rows import Entry, Row
from gouji.ledger.sheets import Counted, Narrow, Sheet, as_counted, sheet
from gouji.lexicon import normal
from gouji.scope import Scope

_NOWHERE = Place()


def compile(ledger: Ledger, edition: Edition) -> Book:
    """The book that a ledger makes in the forms of an edition."""
    counted = as_counted(ledger, edition.counts_as)
    tables = tuple(_table(sheet(form, edition, counted), counted) for form in edition.printed)
    told = prose(ledger.parts)
    title = _cell(f"{ledger.unit}{ledger.year}年部门预算")
    if not any(table.unit for table in tables) and not _says(told, title):
        told = (title, *told)
    return Book("", normal(ledger.unit), ledger.year, edition.name, ledger.fen, tables, told)


def prose(parts: Sequence[Chapter]) -> tuple[Cell, ...]:
    """The narrative: titles and paragraphs in their order."""
    texts = (line.strip() for part in parts for line in (part.title, *part.text.splitlines()))
    return tuple(_cell(text) for text in texts if text)


def _says(prose: Sequence[Cell], title: Cell) -> bool:
    """Does the narrative begin with the title of the book, which says whose the tables are?"""
    return bool(prose) and normal(prose[0].text).startswith(normal(title.text))


def _table(made: Sheet, ledger: Ledger) -> Table:
    body, withheld = _body(made, ledger)
    filled = any(sum(bool(cell.text) for cell in row) > 1 for row in body)
    if made.form.rows == "single":
        filled = any(cell.text for row in body for cell in row)
    notes = () if filled and not withheld else (_cell(_note(made, ledger, withheld)),)
    unit = made.form.print.unit.format(unit=ledger.unit)
    return Table(
        title=_cell(made.title),
        form=made.form.id,
        columns=made.columns,
        rows=body,
        notes=notes,
        unit=_cell(unit) if unit else None,
        money_unit=_money_unit(made, body),
        fen=made.fen,
        withheld=notes if withheld else (),
        declared=() if withheld else notes,
        state="filled" if filled else "empty" if withheld else "declared-empty",
    )


def _money_unit(made: Sheet, body: Sequence[Cells]) -> Cell | None:
    """Where the money unit is told: above the table, in a heading, or beside the amounts of a form."""
    if made.says_unit:
        return _cell(made.form.print.money.format(money=made.money))
    texts = (text for column in made.columns for text in column.path)
    if made.form.grid:
        texts = (cell.text for row in body for cell in row)
    return next((_cell(text) for text in texts if f"({made.money})" in normal(text)), None)


def _note(made: Sheet, ledger: Ledger, withheld: bool) -> str:
    """The statement under a table that leaves secret money out, or that is empty."""
    if withheld:
        return f"说明：{ledger.unit}{made.title}中有涉密项目，此表不公开涉密相关信息。"
    told = made.form.print
    subject = told.subject or made.form.title.removeprefix("部门").removesuffix("表").removesuffix("预算")
    return told.empty.format(unit=ledger.unit, year=ledger.year, subject=subject)


def _body(made: Sheet, ledger: Ledger) -> tuple[tuple[Cells, ...], bool]:
    """The body rows, and whether something is withheld from them."""
    if made.form.rows == "labels":
        return tuple(_labelled(made, ledger)), False
    if made.form.grid:
        return tuple(tuple(map(_cell, texts)) for texts in grid(made, ledger)), False
    entries, withheld = _entries(made, ledger)
    made = made.exact(fen for entry in entries for fen in entry.amounts)
    if made.form.rows == "targets":
        told, secret = _targets(made, ledger)
        laid_out = rows.targets(made, told, entries)
        withheld = secret
    else:
        laid_out = rows.LAYOUTS[made.form.rows](made, entries, ledger)
    return tuple(_cells(made, row) for row in laid_out), withheld


def _entries(made: Sheet, ledger: Ledger) -> tuple[list[Entry], bool]:
    """The lines that the table counts, and whether some of them are withheld from it."""
    entries, withheld = [], False
    narrow = Narrow([made.base, *(scope for counted in made.counted for scope in counted.scopes)])
    known: dict[Scope, tuple[Counted | None, ...]] = {}  # the columns that count lines like these
    for line, own in ledger.scoped if made.counted else ():
        like = narrow(own)
        columns = known.get(like)
        if columns is None:
            columns = known[like] = _columns(made, like)
        if columns and (amounts := tuple(line.fen if c and c.has(line.unit) else 0 for c in columns)):
            if not any(amounts):
                continue
            if line.withheld and made.itemises:
                withheld = True
            else:
                entries.append(Entry(line, amounts))
    return entries, withheld


def _columns(made: Sheet, own: Scope) -> tuple[Counted | None, ...]:
    """The columns with those that do not count a scope left blank; none where no column does."""
    counted = tuple(c if c.holds(own) else None for c in made.counted) if own.inside(made.base) else ()
    return counted if any(counted) else ()


def _targets(made: Sheet, ledger: Ledger) -> tuple[list[Target], bool]:
    """The performance targets that the table tells, and whether some of them are withheld from it."""
    passed_on = {line.project for line in ledger.lines if line.level == "对下"}
    secret = {line.project for line in ledger.lines if line.withheld}
    projects = [target for target in ledger.targets if target.project != WHOLE]
    mine = [t for t in projects if made.passed_on is None or (t.project in passed_on) == made.passed_on]
    return [t for t in mine if t.project not in secret], any(t.project in secret for t in mine)


def _cells(made: Sheet, row: Row) -> Cells:
    sums = iter([sum(column) for column in zip(*(e.amounts for e in row.entries), strict=True)])
    texts = []
    for i, (role, column) in enumerate(zip(made.roles, made.columns, strict=True)):
        if not role:
            texts.append(made.shown(next(sums, 0)))
        else:
            told = row.keys.get(f"#{i}") or row.keys.get(role)
            texts.append(told or row.told.get(normal(column.path[-1]), ""))
    return tuple(map(_cell, texts))


def _labelled(made: Sheet, ledger: Ledger) -> Iterator[Cells]:
    """The lists of a 收支 table side by side, each with its amount columns."""
    lists = [
        (one.texts, [_label_totals(one.scopes, counted, made, ledger) for counted in one.counted])
        for one in label_lists(made, ledger)
    ]
    exact = made.exact(fen for _, sums in lists for column in sums for fen in column)
    columns: list[Sequence[str]] = []
    for texts, sums in lists:
        columns += [texts, *(list(map(exact.shown, column)) for column in sums)]
    for row in zip(*columns, strict=True):
        yield tuple(map(_cell, row))


def _label_totals(scopes: Sequence[Scope | None], counted: Counted, made: Sheet, ledger: Ledger) -> list[int]:
    """The amount beside each label of a list: the lines in its scope."""
    narrow, sums = Narrow([made.base, *counted.scopes, *scopes]), Counter[Scope]()
    for line, own in ledger.scoped:
        if counted.has(line.unit):
            sums[narrow(own)] += line.fen
    inside = [(fen, own) for own, fen in sums.items() if own.inside(made.base) and counted.holds(own)]
    return [0 if scope is None else sum(fen for fen, own in inside if own.inside(scope)) for scope in scopes]


@lru_cache(maxsize=50_000)
def _cell(text: str) -> Cell:
    """A cell, the same object for all that say the same: most are blank, or repeat a name."""
    return Cell(text, _NOWHERE)
