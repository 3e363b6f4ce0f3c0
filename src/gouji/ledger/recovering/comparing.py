"""The printed figures of a book against a ledger, scope by scope."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from gouji import codes, lexicon
from gouji.forms import edition
from gouji.ledger.filling import MARKS
from gouji.ledger.lines import Ledger, Line
from gouji.ledger.recovering.draft import OTHERWISE, PURCHASE, ROUNDING, UNTOLD, YEAR, Unsupported
from gouji.ledger.recovering.lines import is_lines, unsupported
from gouji.ledger.sheets import named
from gouji.meaning import CODE, LINE, Panel, Sense
from gouji.scope import CODES, Scope, condition, dimensions, everything

_KEYED = ("project", "area", "function", "economic", "unit", "unit_code")
"""Open dimensions by which lines are found, those with the fewest lines to a value first."""


class Totals:
    """The sums of amounts by scope. With each amount 分 in one unit of its last place, 0 where exact."""

    def __init__(self, amounts: Iterable[tuple[Scope, int, int]]) -> None:
        self.lines = list(amounts)
        self.by_value: dict[tuple[str, str], list[tuple[Scope, int, int]]] = defaultdict(list)
        self.known: dict[Scope, tuple[int, int]] = {}
        for line in self.lines:
            for dimension, (value, *_) in line[0].opens:
                ends = range(3, len(value) + 1) if dimension in CODES else (len(value),)
                for end in ends:
                    self.by_value[dimension, value[:end]].append(line)

    def total(self, scope: Scope) -> tuple[int, int]:
        """The sum of what is in a scope, and how far rounding may have put it off, in half 分."""
        found = self.known.get(scope)
        if found is None:
            inside = [(fen, step) for own, fen, step in self._near(scope) if own.inside(scope)]
            found = self.known[scope] = sum(fen for fen, _ in inside), sum(step for _, step in inside)
        return found

    def _near(self, scope: Scope) -> list[tuple[Scope, int, int]]:
        for dimension in _KEYED:
            values = scope.get(dimension)
            if values and len(values) == 1 and (dimension not in CODES or len(values[0]) >= 3):
                return self.by_value.get((dimension, values[0]), [])
        return self.lines


class Figure(NamedTuple):
    """A printed figure with what it counts, and what the rows of its table that count the same come to.

    `government` is the code of the government's class that stands beside the department's.
    """

    panel: Panel
    node: int
    column: int
    scope: Scope
    fen: int
    printed: int
    step: int
    government: str


def compare(sense: Sense, ledger: Ledger) -> Iterator[Unsupported]:
    """Each figure that is not the sum of the lines in its scope; rows that lines came from are left out."""
    totals = Totals((own, line.fen, 0) for line, own in ledger.scoped)
    for figure in figures(sense):
        lines = _total(totals, figure, ledger)
        if lines != figure.fen and (figure.government or lines != figure.printed):
            cause = _cause(figure, lines, ledger)
            yield unsupported(figure.panel, figure.node, figure.column, figure.fen, lines, cause)


def _cause(figure: Figure, lines: int, ledger: Ledger) -> str:
    scope, dims = figure.scope, dimensions()
    if any(scope.closed & dims.fields[mark] != dims.fields[mark] for mark in MARKS):
        return PURCHASE
    year = scope.get("year")
    if year and year[0].isdecimal() and int(year[0]) < ledger.year:
        return YEAR
    if not lines:
        return UNTOLD
    return ROUNDING if 2 * abs(figure.fen - lines) <= figure.step * len(ledger.lines) else OTHERWISE


def _total(totals: Totals, figure: Figure, ledger: Ledger) -> int:
    """The lines in a figure's scope: what its heading has a name of its own for is counted as in the form,
    and the government's economic class as it follows from the department's."""
    counted = named(figure.scope, ledger)
    if counted is not None:
        return sum(line.fen for line, own in ledger.scoped if counted.holds(own) and counted.has(line.unit))
    if figure.government:
        inside = (line for line, own in ledger.scoped if own.inside(figure.scope))
        return sum(line.fen for line in inside if _government(line, ledger).startswith(figure.government))
    return totals.total(figure.scope)[0]


def _government(line: Line, ledger: Ledger) -> str:
    found = codes.government(line.economic, line.unit in ledger.offices, ledger.year)
    return found.code if found else ""


def holds(totals: Totals, figure: Figure) -> bool:
    """Do amounts add up to a figure, or to what the rows of its table that name the same print together?

    What rounding can explain does not count.
    """
    lines, rounding = totals.total(figure.scope)
    return 2 * min(abs(figure.fen - lines), abs(figure.printed - lines)) <= figure.step + rounding


def figures(sense: Sense) -> Iterator[Figure]:
    """The figures that can be compared with lines; rows that lines are made of are left out."""
    for table in sense.tables:
        made = is_lines(table) or "item" in table.roles
        for panel in table.panels:
            if panel.base.understood:
                yield from _figures(sense, panel, made)


def _figures(sense: Sense, panel: Panel, made: bool) -> Iterator[Figure]:
    for at, column in enumerate(panel.columns):
        if not column.meaning.understood:
            continue
        found: dict[Scope, list[tuple[int, int]]] = defaultdict(list)
        for row, node in enumerate(panel.nodes):
            fen = sense.amounts[panel.figure(row, at)]
            scope = counted(base_of(sense, panel), node.scope, column.scope)
            left_out = made and node.kind == LINE
            if fen is not None and scope is not None and node.understood and not left_out:
                found[_as_lines(panel, scope)].append((row, fen))
        for scope, rows in found.items():
            same = _together(panel, rows)
            for row, fen in rows:
                step = sense.rounding[panel.figure(row, at)]
                beside = panel.nodes[row].scope.get("gov_economic") if scope.get("economic") else None
                told = beside[0] if beside and len(beside) == 1 else ""
                yield Figure(panel, row, at, scope, fen, fen if same is None else same, step, told)


def _together(panel: Panel, rows: list[tuple[int, int]]) -> int | None:
    """What rows that name the same come to, where none of them stands under another."""
    at = {row for row, _ in rows}
    if any(panel.nodes[row].kind not in (LINE, CODE) or panel.nodes[row].parent in at for row in at):
        return None
    return sum(fen for _, fen in rows)


def base_of(sense: Sense, panel: Panel) -> Scope:
    """What a table counts: by its title, and as its form is filled where the title does not say it."""
    form = edition(sense.book.edition).form(panel.table.form or "")
    told = lexicon.parse(form.print.counts).scope if form and form.print.counts else everything()
    return panel.base.scope.meet(told) or panel.base.scope


def counted(base: Scope, row: Scope, column: Scope) -> Scope | None:
    """What a figure counts by its words and what they imply; nothing that is only expected of them."""
    met = base.meet(row)
    met = met.meet(column) if met else None
    if met is None:
        return None
    scope, expected = lexicon.imply(met)
    return lexicon.proper(met if expected else scope)


def _as_lines(panel: Panel, scope: Scope) -> Scope:
    """A scope as lines have it: income by function is what is spent on it, and the government's economic
    class follows from the department's."""
    if scope.get("economic") is not None:
        scope = scope.without("gov_economic")
    if not panel.is_income or scope.get("function") is None:
        return scope
    return scope.without("flow").meet(condition("flow", "本年支出")) or scope


def printed(sense: Sense) -> int:
    """How many figures the book prints."""
    return sum(amount is not None for amount in sense.amounts)
