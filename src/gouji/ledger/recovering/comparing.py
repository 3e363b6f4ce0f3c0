"""The printed figures of a book against a ledger, scope by scope."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from gouji import lexicon
from gouji.ledger.lines import Ledger
from gouji.ledger.recovering.draft import Unsupported
from gouji.ledger.recovering.lines import is_lines, unsupported
from gouji.meaning import LINE, Sense, TableSense
from gouji.scope import CODES, Scope

_KEYED = ("project", "area", "function", "economic", "unit", "unit_code")
"""Open dimensions by which lines are found, those with the fewest lines to a value first."""


class Totals:
    """The sums of a ledger's lines by scope."""

    def __init__(self, ledger: Ledger) -> None:
        self.lines = [(own, line.fen) for line, own in ledger.scoped]
        self.by_value: dict[tuple[str, str], list[tuple[Scope, int]]] = defaultdict(list)
        self.known: dict[Scope, int] = {}
        for own, fen in self.lines:
            for dimension, (value, *_) in own.opens:
                ends = range(3, len(value) + 1) if dimension in CODES else (len(value),)
                for end in ends:
                    self.by_value[dimension, value[:end]].append((own, fen))

    def total(self, scope: Scope) -> int:
        found = self.known.get(scope)
        if found is None:
            found = self.known[scope] = sum(fen for own, fen in self._near(scope) if own.inside(scope))
        return found

    def _near(self, scope: Scope) -> list[tuple[Scope, int]]:
        for dimension in _KEYED:
            values = scope.get(dimension)
            if values and len(values) == 1 and (dimension not in CODES or len(values[0]) >= 3):
                return self.by_value.get((dimension, values[0]), [])
        return self.lines


def compare(sense: Sense, ledger: Ledger) -> Iterator[Unsupported]:
    """Each figure that is not the sum of the lines in its scope; rows that lines came from are left out."""
    totals = Totals(ledger)
    for table in sense.tables:
        made = is_lines(table) or "item" in table.roles
        yield from _compare(sense, table, totals, made)


def _compare(sense: Sense, table: TableSense, totals: Totals, made: bool) -> Iterator[Unsupported]:
    for panel in table.panels:
        if not panel.base.understood:
            continue
        for row, node in enumerate(panel.nodes):
            if (made and node.kind == LINE) or not node.understood:
                continue
            for at, column in enumerate(panel.columns):
                fen = sense.amounts[panel.figure(row, at)]
                scope = lexicon.counted(panel.base.scope, node.scope, column.scope)
                if fen is None or scope is None or not column.meaning.understood:
                    continue
                lines = totals.total(scope)
                if lines != fen:
                    yield unsupported(panel, row, at, fen, lines)


def printed(sense: Sense) -> int:
    """How many figures the book prints."""
    return sum(amount is not None for amount in sense.amounts)
