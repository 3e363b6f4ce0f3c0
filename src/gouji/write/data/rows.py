"""The rows of the open data: lines, figures, targets and codes as plain values, amounts in 分."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from functools import lru_cache
from itertools import islice

from gouji import codes
from gouji.forms import Edition
from gouji.ledger import Ledger, Line
from gouji.meaning import Sense
from gouji.write.counted import conditions, printed
from gouji.write.layout import flat
from gouji.write.public import public_lines, public_targets

Value = str | int | bool
Record = dict[str, Value]
Row = tuple[Value, ...]
"""The values of a record in the order of the resource's fields."""
_BATCH = 20_000
_CODED = ("function", "economic", "gov_economic")
_LINE = [field.name for field in fields(Line) if field.name not in ("fen", "withheld", "entry")]


def resources(
    ledger: Ledger, sense: Sense, edition: Edition, fields: Mapping[str, Sequence[str]]
) -> Iterator[tuple[str, Iterator[list[Row]]]]:
    """Each resource and its rows, some at a time; `fields` are the names of its fields.

    They must be taken in their order: the codes are those that the rows before them use.
    """
    names, used = Names(ledger.year), set[str]()
    told = {
        "lines": _in_order(
            (_line(i, line, names) for i, line in public_lines(ledger, edition)), fields["lines"]
        ),
        "figures": _figures(sense),
        "targets": _in_order((_clean(t._asdict()) for t in public_targets(ledger)), fields["targets"]),
        "codes": _in_order(names.rows(used), fields["codes"]),
    }
    for name, rows in told.items():
        yield name, _batches(rows, fields[name], used)


def _in_order(records: Iterable[Record], fields: Sequence[str]) -> Iterator[Row]:
    return (tuple([record[field] for field in fields]) for record in records)


def _batches(rows: Iterator[Row], fields: Sequence[str], used: set[str]) -> Iterator[list[Row]]:
    coded = [i for i, field in enumerate(fields) if field in _CODED]
    while batch := list(islice(rows, _BATCH)):
        some = {row[i] for row in batch for i in coded}
        used.update(code for told in some for code in str(told).split("|"))
        yield batch


class Names:
    """The classifications of a year, looked up by code."""

    def __init__(self, year: int) -> None:
        self.lists = (codes.functions(year), codes.economics(year), codes.gov_economics(year))

    def of(self, code: str) -> codes.List:
        return self.lists[0 if code.startswith("2") else 2 if code.startswith("5") else 1]

    def name(self, code: str) -> str:
        found = self.of(code).get(code)
        return found.name if found else ""

    def rows(self, used: Iterable[str]) -> Iterator[Record]:
        """Each code and those above it; one that is in no list has no name."""
        wanted = {code[:end] for code in used for end in (3, 5, 7, len(code)) if code}
        for code in sorted(wanted):
            listed = self.of(code)
            found = listed.get(code)
            parent = next((code[:end] for end in (5, 3) if end < len(code)), "")
            yield {
                "code": code,
                "name": found.name if found else "",
                "level": len(code) // 2,
                "parent": parent,
                "classification": listed.title,
                "source": source(listed) if found else "",
            }


def source(listed: codes.List) -> str:
    told = "财政部发布" if listed.official else "据已公开的预算整理，非官方文本"
    return f"{listed.year}年{listed.title}（{told}）"


def _line(number: int, line: Line, names: Names) -> Record:
    told: dict[str, Value] = {name: getattr(line, name) for name in _LINE}
    told["function_name"], told["economic_name"] = names.name(line.function), names.name(line.economic)
    return {"id": number + 1, **_clean(told), "amount": line.fen}


def _figures(sense: Sense) -> Iterator[Row]:
    """The printed figures, their values in the order of fields.tsv."""
    for panel, at, figures in printed(sense):
        table, node = panel.table, panel.nodes[at]
        form = (panel.number + 1, flat(table.form or ""), flat(table.title.text), node.index + 1)
        label, cells = flat(node.label), table.rows[node.index]
        for column, fen, scope in figures:
            money = panel.columns[column].at
            heading, text = _heading(table.columns[money].path), flat(cells[money].text)
            yield (*form, money + 1, label, heading, text, *conditions(scope), fen)


@lru_cache(maxsize=1000)
def _heading(path: tuple[str, ...]) -> str:
    return flat("/".join(path))


def _clean(values: Mapping[str, Value]) -> Record:
    """Values that every file may hold."""
    return {name: flat(value) if isinstance(value, str) else value for name, value in values.items()}
