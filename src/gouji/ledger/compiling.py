"""A ledger to a Book: every form of an edition, filled by the meanings that the checks read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from gouji import lexicon, money
from gouji.book import Book, Cell, Place, Table
from gouji.book import Row as Cells
from gouji.forms import Edition
from gouji.ledger import rows
from gouji.ledger.lines import Chapter, Ledger, Target
from gouji.ledger.rows import Entry, Row
from gouji.ledger.sheets import Sheet, sheet
from gouji.lexicon import normal
from gouji.scope import Scope, everything

_NOWHERE = Place()
_UNITS = {money.YUAN: "元", money.WAN: "万元"}


def compile(ledger: Ledger, edition: Edition) -> Book:
    """The book that a ledger makes in the forms of an edition."""
    tables = tuple(_table(sheet(form, ledger), ledger) for form in edition.forms if not form.optional)
    return Book("", normal(ledger.unit), ledger.year, edition.name, ledger.fen, tables, prose(ledger.parts))


def prose(parts: Sequence[Chapter]) -> tuple[Cell, ...]:
    """The narrative: titles and paragraphs in their order."""
    texts = (line.strip() for part in parts for line in (part.title, *part.text.splitlines()))
    return tuple(_cell(text) for text in texts if text)


def _table(made: Sheet, ledger: Ledger) -> Table:
    body, withheld = _body(made, ledger)
    filled = any(sum(bool(cell.text) for cell in row) > 1 for row in body)
    notes = () if filled and not withheld else (_cell(_note(made, ledger, withheld)),)
    return Table(
        title=_cell(made.title),
        form=made.form.id,
        columns=made.columns,
        rows=body,
        notes=notes,
        unit=_cell(f"单位名称：{ledger.unit}"),
        money_unit=_money_unit(made),
        fen=ledger.fen if made.form.rows == "targets" else made.fen,
        withheld=notes if withheld else (),
        declared=() if withheld else notes,
        state="filled" if filled else "empty" if withheld else "declared-empty",
    )


def _money_unit(made: Sheet) -> Cell | None:
    """Where the money unit is told: above the table, or in a heading."""
    if made.says_unit:
        return _cell(f"单位：{_UNITS[made.fen]}")
    texts = (text for column in made.columns for text in column.path if "(元)" in normal(text))
    return next(map(_cell, texts), None)


def _note(made: Sheet, ledger: Ledger, withheld: bool) -> str:
    """The statement under a table that leaves secret money out, or that is empty."""
    if withheld:
        return f"说明：{ledger.unit}{made.title}中有涉密项目，此表不公开涉密相关信息。"
    subject = made.form.title.removeprefix("部门").removesuffix("表").removesuffix("预算")
    return f"说明：{ledger.unit}{ledger.year}年无{subject}，故此表为空。"


def _body(made: Sheet, ledger: Ledger) -> tuple[tuple[Cells, ...], bool]:
    """The body rows, and whether something is withheld from them."""
    if made.form.rows == "labels":
        return tuple(_labelled(made, ledger)), False
    if made.form.rows == "targets":
        told, withheld = _targets(made, ledger)
        return tuple(_cells(made, row) for row in rows.targets(told)), withheld
    entries, withheld = _entries(made, ledger)
    laid_out = rows.LAYOUTS[made.form.rows](made.roles, entries, ledger)
    return tuple(_cells(made, row) for row in laid_out), withheld


def _entries(made: Sheet, ledger: Ledger) -> tuple[list[Entry], bool]:
    """The lines that the table counts, and whether some of them are withheld from it."""
    entries, withheld = [], False
    scopes = made.amounts
    for line, own in ledger.scoped:
        if own.inside(made.base):
            amounts = tuple(line.fen if own.inside(scope) else 0 for scope in scopes)
            if not any(amounts):
                continue
            if line.withheld and made.itemises:
                withheld = True
            else:
                entries.append(Entry(line, amounts))
    return entries, withheld


def _targets(made: Sheet, ledger: Ledger) -> tuple[list[Target], bool]:
    """The performance targets that the table tells, and whether some of them are withheld from it."""
    passed_on = {line.project for line in ledger.lines if line.level == "对下"}
    secret = {line.project for line in ledger.lines if line.withheld}
    mine = [t for t in ledger.targets if (t.project in passed_on) == made.passed_on]
    return [t for t in mine if t.project not in secret], any(t.project in secret for t in mine)


def _cells(made: Sheet, row: Row) -> Cells:
    sums = iter([sum(column) for column in zip(*(e.amounts for e in row.entries), strict=True)])
    texts = []
    for role, column in zip(made.roles, made.columns, strict=True):
        if not role:
            texts.append(_amount(next(sums, 0), made.fen))
        else:
            texts.append(row.keys.get(role) or row.told.get(normal(column.path[-1]), ""))
    return tuple(map(_cell, texts))


def _labelled(made: Sheet, ledger: Ledger) -> Iterator[Cells]:
    """The two lists of a 收支 table side by side, their last rows level."""
    form = made.form
    sides = ((form.left, form.left_end), (form.right, form.right_end))
    length = max(len(labels) for labels, _ in sides)
    padded = [[*labels, *[""] * (length - len(labels)), *end] for labels, end in sides]
    counted = [
        _label_totals(made, labels, scope, ledger) for labels, scope in zip(padded, made.amounts, strict=True)
    ]
    for left, a, right, b in zip(padded[0], counted[0], padded[1], counted[1], strict=True):
        yield tuple(map(_cell, (left, a, right, b)))


def _label_totals(made: Sheet, labels: Sequence[str], counted: Scope, ledger: Ledger) -> list[str]:
    """The amount beside each label of a list: the lines in its scope."""
    inside = [(line.fen, own) for line, own in ledger.scoped if own.inside(made.base) and own.inside(counted)]
    scopes = _label_scopes(labels, ledger.year)
    return [
        "" if scope is None else _amount(sum(fen for fen, own in inside if own.inside(scope)), made.fen)
        for scope in scopes
    ]


def _label_scopes(labels: Sequence[str], year: int) -> Iterator[Scope | None]:
    """What each label means within the numbered labels above it; None for a blank and a word not known."""
    above: list[tuple[int, Scope | None]] = []
    for text in labels:
        phrase, depth, _ = lexicon.label(text)
        meaning = lexicon.row(phrase, year)
        scope = meaning.scope if meaning.understood else None
        while above and above[-1][0] >= (depth or 1):
            above.pop()
        if depth:
            outer = above[-1][1] if above else everything()
            scope = scope.meet(outer) if scope and outer else None
            above.append((depth, scope))
        yield lexicon.imply(scope)[0] if scope else None


def _amount(fen: int, unit: int) -> str:
    return money.show(fen, unit) if fen else ""


@lru_cache(maxsize=50_000)
def _cell(text: str) -> Cell:
    """A cell, the same object for all that say the same: most are blank, or repeat a name."""
    return Cell(text, _NOWHERE)
