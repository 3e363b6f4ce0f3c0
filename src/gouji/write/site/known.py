"""What the page's script knows: of each figure its name, its lines and its sums."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from heapq import nlargest
from typing import NamedTuple

from gouji import codes
from gouji.ledger import Ledger, Line
from gouji.lexicon.glossary import glossary
from gouji.money import show
from gouji.write.layout import flat
from gouji.write.site.behind import Behind, Sum
from gouji.write.site.words import english

_MOST, _FEWER = 200, 20
"""Lines that are listed of one figure; of more the largest are, and fewer where the page has very many."""
_PAGE = 6000
"""Lines on a page from which on these are very many."""


class Made(NamedTuple):
    """Of a figure its lines, how many they are where not all are listed, and why they are not all told.

    In `sums` figures count from 1, so that each has a sign.
    """

    lines: list[int]
    number: int
    untold: str
    sums: list[tuple[str, list[int]]]


class Known:
    """Gathers what the figures of one page need."""

    def __init__(self, behind: Behind, sums: dict[int, list[Sum]]) -> None:
        self.behind = behind
        self.sums = sums

    def of(
        self, figures: Iterable[int], page_of: Callable[[int], int], files: list[str]
    ) -> dict[str, object]:
        mine = list(figures)
        named = dict.fromkeys(mine) | {
            f: None for i in mine for s in self.sums.get(i, ()) for f, _ in s.terms
        }
        made = {i: self._made(i, _MOST) for i in mine}
        if len(lines := _lines(made)) > _PAGE:
            made = {i: self._made(i, _FEWER) for i in mine}
            lines = _lines(made)
        book = self.behind.sense.book
        return {
            "figures": {i: [*self._name(i), page_of(i)] for i in named},
            "made": made,
            "lines": {i: _line(self.behind.ledger.lines[i], self.behind.ledger) for i in sorted(lines)},
            "tables": [f"{table.form or ''} {flat(table.title.text)}".strip() for table in book.tables],
            "files": files,
            "english": english(),
            "terms": {term.number: [term.term, term.said, term.en, term.said_en] for term in glossary()},
        }

    def _name(self, figure: int) -> tuple[int, str, str, str]:
        """The table, the row, the column and the amount in 元."""
        sense = self.behind.sense
        panel, row, column = sense.at(figure)
        label = panel.table.columns[panel.columns[column].at].label
        return panel.number, flat(panel.nodes[row].label), flat(label), show(sense.value(figure))

    def _made(self, figure: int, most: int) -> Made:
        whole = self.behind.lines(figure)
        lines = list(whole.lines) if whole else []
        if len(lines) > most:
            fen = self.behind.ledger.lines
            lines = nlargest(most, lines, key=lambda i: fen[i].fen)
        sums = [(s.code, [(f + 1) * sign for f, sign in s.terms]) for s in self.sums.get(figure, ())]
        number = len(whole.lines) if whole and len(whole.lines) > len(lines) else 0
        return Made(lines, number, "untold" if whole is None else "secret" if whole.secret else "", sums)


def _lines(made: Mapping[int, Made]) -> set[int]:
    return {i for told in made.values() for i in told.lines}


def _line(line: Line, ledger: Ledger) -> list[str]:
    """What it is for, the rest of what is known of it, and its amount."""
    economics = codes.gov_economics if line.economic.startswith("5") else codes.economics
    told = (
        _named(line.function, codes.functions(line.year)),
        _named(line.economic, economics(line.year)),
        line.fund if line.project else "",
        "上年结转" if line.carried == "结转" and line.project else "",
        line.item,
        line.area,
        str(line.year) if line.year != ledger.year else "",
        line.unit if len(ledger.units) > 1 else "",
    )
    what = line.project or f"{line.flow}：{line.fund}"
    return [flat(what), flat(" · ".join(filter(None, told))), show(line.fen)]


def _named(code: str, listed: codes.List) -> str:
    found = listed.get(code)
    return f"{code} {found.name}" if found else code
