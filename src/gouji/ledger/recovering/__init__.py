"""A book to a ledger: its lines, what had to be inferred, and the figures that the lines do not support.

No line is invented: each comes from a printed row, and money that no row tells stays without a line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count
from typing import NamedTuple

from gouji.book import Book
from gouji.ledger.lines import Chapter, Ledger, Line, Unit
from gouji.ledger.parts import lines_of
from gouji.ledger.recovering.bought import recover_areas, recover_items, recover_purchases
from gouji.ledger.recovering.comparing import compare, printed
from gouji.ledger.recovering.draft import Draft, Inferred, Unsupported
from gouji.ledger.recovering.income import recover_income, recover_units
from gouji.ledger.recovering.lines import recover_lines
from gouji.ledger.recovering.pieces import recover_pieces
from gouji.ledger.recovering.told import recover_plan, recover_targets
from gouji.lexicon import normal
from gouji.meaning import understand

__all__ = ["Inferred", "Recovered", "Unsupported", "recover"]


DEPARTMENT = "001"
"""The department's code where none is printed."""


class Recovered(NamedTuple):
    """`rows` are the printed rows that became lines, `figures` all that the book prints.

    `apart`: no table prints a row for each line; the lines come from what the tables tell in several ways.
    """

    ledger: Ledger
    inferred: tuple[Inferred, ...]
    unsupported: tuple[Unsupported, ...]
    rows: int
    figures: int
    apart: bool


def recover(book: Book) -> Recovered:
    sense = understand(book)
    draft = Draft(sense, _unit(book), book.year or 0)
    recover_units(draft)
    recover_lines(draft)
    if not draft.rows:
        recover_pieces(draft)
    recover_purchases(draft)
    recover_areas(draft)
    recover_plan(draft)
    recover_income(draft)
    recover_targets(draft)
    recover_items(draft)
    ledger = _ledger(draft, book)
    unsupported = (*draft.unsupported, *compare(sense, ledger))
    return Recovered(ledger, tuple(draft.inferred), unsupported, draft.rows, printed(sense), draft.apart)


def _ledger(draft: Draft, book: Book) -> Ledger:
    prose = "\n".join(cell.text for cell in book.prose)
    lines = (*draft.income, *(line for s in draft.spent for line in lines_of(s)), *draft.plan)
    code = draft.code or DEPARTMENT
    return Ledger(
        unit=draft.unit,
        year=draft.year,
        lines=lines,
        code=code,
        units=(*draft.units, *_uncoded(draft, lines, code)),
        items=tuple(draft.items),
        targets=tuple(draft.targets),
        fen=book.fen,
        parts=(Chapter("", prose),) if prose else (),
        edition=book.edition,
    )


def _uncoded(draft: Draft, lines: Sequence[Line], code: str) -> Iterator[Unit]:
    """The units of lines whose codes are not printed: numbered under the department's, as codes are made.

    The department's own office is one of several units.
    """
    known = {unit.name for unit in draft.units}
    named = [name for name in dict.fromkeys(line.unit for line in lines) if name and name not in known]
    taken = {unit.code for unit in draft.units}
    free = (made for n in count(1) if (made := f"{code}{n:03d}") not in taken)
    title = draft.sense.tables[0].table.title
    for name in named if known or named != [draft.unit] else ():
        unit = Unit(next(free), name)
        draft.infer("unit-code", draft.sense.tables[0].table.name, title.place, unit=name, value=unit.code)
        yield unit


def _unit(book: Book) -> str:
    """The department's name as it is printed."""
    for table in book.tables:
        if table.unit:
            name = table.unit.text.partition("：")[2].strip() or table.unit.text.partition(":")[2].strip()
            if normal(name) == book.unit:
                return name
    return book.unit
