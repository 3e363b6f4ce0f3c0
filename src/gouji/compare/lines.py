"""A Ledger to rows that can be aligned with another ledger's: one a budget line."""

from __future__ import annotations

from dataclasses import fields
from functools import lru_cache

from gouji.book import Place
from gouji.codes import economics, functions, gov_economics
from gouji.compare.model import LINE, Column, Key, Printed, Row, Side
from gouji.compare.texts import TARGETS, ledger_passages
from gouji.findings import Spot
from gouji.ledger import Ledger, Line
from gouji.lexicon import normal
from gouji.scope import dimensions

LEDGER = "支出明细"
_APART = frozenset(("fen", "year", "code", "category", "entry"))
"""What does not say which money a line is."""
AMOUNT = "金额"


def ledger_side(ledger: Ledger, source: str) -> Side:
    place = Place(source)
    tables = {name: Spot(name, "", "", name, place) for name in (LEDGER, TARGETS)}
    rows = tuple(_row(line, ledger.year, place) for line in ledger.lines)
    texts = ledger_passages(ledger, place)
    return Side(source, ledger.unit, ledger.year, ledger.fen, tables, rows, texts)


def _row(line: Line, year: int, place: Place) -> Row:
    told = {field.name: getattr(line, field.name) for field in fields(line) if field.name not in _APART}
    ahead = line.year - year
    named = {name: normal(value) if isinstance(value, str) else "1" for name, value in told.items() if value}
    if line.economic.startswith("5"):
        named["gov_economic"] = named.pop("economic")
    if ahead:
        named["year"] = f"{ahead:+}"
    key: Key = tuple(sorted(named.items()))
    label = _label(line, line.year)
    spot = Spot(LEDGER, label, AMOUNT, "", place)
    cells = {Column(0, dimensions().all, ()): Printed(line.fen, 0, spot)}
    return Row(LEDGER, 0, key, LINE, True, normal(label), normal(line.code), dimensions().all, cells)


def _label(line: Line, year: int) -> str:
    parts = (
        line.unit,
        line.project,
        _named(line.function, year),
        _named(line.economic, year),
        line.item,
        line.area,
    )
    flow = "" if line.flow == "本年支出" else line.flow
    return " ".join(filter(None, (flow, *parts, line.fund, "涉密" if line.withheld else "")))


@lru_cache(maxsize=4000)
def _named(code: str, year: int) -> str:
    """A code with its name."""
    lists = {"2": functions, "3": economics, "5": gov_economics}
    known = lists[code[0]](year).get(code) if code[:1] in lists else None
    return f"{code} {known.name}" if known else code
