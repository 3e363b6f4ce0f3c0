"""A ledger as the rows of the ledger workbook's sheets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import NamedTuple

from gouji import codes, money
from gouji.ledger.lines import Ledger, Line
from gouji.ledger.workbook import TOLD, UNTOLD, YES, Page, page

Value = str | int
"""What a cell holds: text, or an amount in 分."""
Row = list[Value]

MARKS = ("procured", "bought", "asset")
_WHOLE = {"fen": 0, "item": "", "area": "", "procured": False, "bought": False, "asset": False}
_WHOLE |= {"moved": False, "reserved": False}
_NAMES = [field.name for field in fields(Line)]
_AT = {name: i for i, name in enumerate(_NAMES)}


class Unfit(ValueError):
    """A ledger that the workbook has no place for; the text names the line."""


class Part(NamedTuple):
    """A part of a line that buys one thing, or goes to one area."""

    item: str
    area: str
    marks: tuple[bool, ...]  # as MARKS


@dataclass(slots=True)
class Spent:
    """A row of 支出明细: a line with its parts put together again. `parts`: [all of it, what is reserved]."""

    id: str
    line: Line
    fen: int = 0
    moved: int = 0
    parts: dict[Part, list[int]] = field(default_factory=dict)


def filled(ledger: Ledger) -> Iterator[tuple[str, Iterator[Row]]]:
    """What each sheet holds, by what it holds (lines, targets, …). Raises Unfit."""
    spent = spendings(ledger)
    yield "unit", iter([_unit(ledger)])
    yield "units", ([unit.code, unit.name] for unit in ledger.units)
    yield "lines", (_spent(row, ledger) for row in spent)
    yield "income", (_income(line, ledger) for line in ledger.lines if _is_income(line, ledger))
    for holds in MARKS:
        yield holds, _bought(holds, spent, ledger)
    yield "area", ([s.id, p.area, fen] for s in spent for p, (fen, _) in s.parts.items() if p.area)
    yield "plan", _plan(ledger, spent)
    yield "targets", ([_unit_of(t.unit, ledger), *t[1:]] for t in ledger.targets)
    yield "parts", ([part.title, part.text] for part in ledger.parts)


def spendings(ledger: Ledger) -> list[Spent]:
    """The rows of 支出明细 in the order of the lines. Raises Unfit."""
    found: dict[tuple[object, ...], Spent] = {}
    for at, line in enumerate(ledger.lines):
        if line.year == ledger.year and line.flow == "本年支出":
            key = _key(line, at)
            spent = found.get(key)
            if spent is None:
                spent = found[key] = Spent("", replace(line, **_WHOLE))  # type: ignore[arg-type]
            _add(spent, line)
    rows = list(found.values())
    _number(rows)
    return rows


def _key(line: Line, at: int) -> tuple[object, ...]:
    """What lines of one row have in common."""
    own = line.entry or -1 - at
    return (own, line.unit, line.fund, line.carried, line.kind, line.part, line.function, line.economic,
            line.project, line.code, line.category, line.release, line.level, line.stage, line.planned,
            line.withheld, line.offset)  # fmt: skip


def _add(spent: Spent, line: Line) -> None:
    spent.fen += line.fen
    part = Part(line.item, line.area, tuple(getattr(line, mark) for mark in MARKS))
    bought = any(part.marks)
    if line.moved:
        spent.moved += line.fen
    if bool(line.item) != bought or (line.reserved and not line.procured):
        raise Unfit(f"{line.project} {line.item}")
    if bought + bool(line.area) + line.moved > 1:
        raise Unfit(f"{line.project} {line.item} {line.area}")
    if bought or line.area:
        amounts = spent.parts.setdefault(part, [0, 0])
        amounts[0] += line.fen
        amounts[1] += line.fen if line.reserved else 0


def _number(rows: list[Spent]) -> None:
    """Rows are called by the number of their printed line, 12, or 12-1 where it has several rows."""
    together: dict[int, list[Spent]] = {}
    for row in rows:
        together.setdefault(row.line.entry, []).append(row)
    last = max(together, default=0)
    for row in together.pop(0, ()):
        if row.parts:  # other sheets refer to it
            last += 1
            row.id = str(last)
    for entry, several in together.items():
        for k, row in enumerate(several, 1):
            row.id = f"{entry}-{k}" if len(several) > 1 else str(entry)


def _unit(ledger: Ledger) -> Row:
    unit = "万元" if ledger.fen == money.WAN else "元"
    return [ledger.unit, ledger.code, str(ledger.year), unit, ledger.edition]


def _unit_of(name: str, ledger: Ledger) -> str:
    """A unit's name; blank where there is only the department."""
    return "" if name == ledger.unit and not ledger.units else name


def _spent(row: Spent, ledger: Ledger) -> Row:
    line = row.line
    economics = codes.gov_economics if line.economic.startswith("5") else codes.economics
    return [
        row.id,
        _unit_of(line.unit, ledger) if line.unit else UNTOLD,
        line.code,
        line.project or UNTOLD,
        line.category,
        line.kind or UNTOLD,
        line.part or (UNTOLD if line.kind == "基本支出" else ""),
        _named(line.function, codes.functions(ledger.year)) or UNTOLD,
        _named(line.economic, economics(ledger.year)) or UNTOLD,
        line.fund or UNTOLD,
        line.carried or UNTOLD,
        line.release,
        line.level,
        line.stage,
        row.fen,
        row.moved or "",
        YES if line.planned else "",
        YES if line.withheld else "",
        YES if line.offset else "",
    ]


def _named(code: str, listed: codes.List) -> str:
    found = listed.get(code)
    return f"{code} {found.name}" if found else code


def _is_income(line: Line, ledger: Ledger) -> bool:
    return line.year == ledger.year and line.flow != "本年支出"


def _income(line: Line, ledger: Ledger) -> Row:
    return [_unit_of(line.unit, ledger), line.flow, line.fund, line.carried, line.fen]


def _bought(holds: str, spent: list[Spent], ledger: Ledger) -> Iterator[Row]:
    """The rows of a sheet of things bought: of procurement, of services, or of assets."""
    mark, sheet = MARKS.index(holds), page(holds)
    items = {(item.project, item.name): item.told for item in ledger.items}
    for row in spent:
        for part, amounts in row.parts.items():
            if part.marks[mark]:
                told = items.get((row.line.project, part.item), {})
                yield _thing(row.id, part, amounts, told, sheet)


def _thing(id: str, part: Part, amounts: list[int], told: Mapping[str, str], sheet: Page) -> Row:
    known: dict[str, Value] = {"line": id, "item": part.item, "fen": amounts[0], "reserved": amounts[1] or ""}
    return [
        told.get(column.field.removeprefix(TOLD), "")
        if column.field.startswith(TOLD)
        else known[column.field]
        for column in sheet.columns
    ]


def _plan(ledger: Ledger, spent: list[Spent]) -> Iterator[Row]:
    """The two years after the book's, by project; what the project's own lines say is left blank."""
    known = {(row.line.unit, row.line.project) for row in spent}
    rows: dict[tuple[str, str], list[Value]] = {}
    for line in ledger.lines:
        ahead = line.year - ledger.year
        if not ahead:
            continue
        if ahead not in (1, 2):
            raise Unfit(f"{line.project} {line.year}")
        key = (line.unit, line.project)
        own = ["", "", ""] if key in known else [line.code, line.category, line.level]
        row = rows.setdefault(key, [_unit_of(line.unit, ledger), line.project, *own, "", ""])
        row[4 + ahead] = int(row[4 + ahead] or 0) + line.fen
    yield from rows.values()
