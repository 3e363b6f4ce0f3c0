"""The body rows of a form: which lines each row stands for, and what its key cells say.

How a form's rows are laid out follows from its key columns: a row for each line where a function and an
economic code are asked for, for each project, for each thing bought; under a row for each unit or project.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

from gouji import codes
from gouji.ledger.lines import Ledger, Line, Target

_T = TypeVar("_T")
_K = TypeVar("_K", bound=Hashable)
_CODE_LENGTHS = (3, 5, 7)


class Entry(NamedTuple):
    """A line in one table, and its amount in each of the table's amount columns."""

    line: Line
    amounts: tuple[int, ...]


class Row(NamedTuple):
    """A body row: its key cells by role, its lines, and what is told of the thing bought by heading."""

    keys: Mapping[str, str]
    entries: Sequence[Entry] = ()
    told: Mapping[str, str] = {}


Layout = Callable[[Sequence[str], Sequence[Entry], Ledger], Iterator[Row]]


def single(roles: Sequence[str], entries: Sequence[Entry], ledger: Ledger) -> Iterator[Row]:
    if entries:
        yield Row({}, entries)


def units(roles: Sequence[str], entries: Sequence[Entry], ledger: Ledger) -> Iterator[Row]:
    """The department, its units, and the total."""
    if entries:
        yield Row({"unit.code": ledger.code, "unit": ledger.unit}, entries)
    for unit in ledger.units:
        yield Row(
            {"unit.code": unit.code, "unit": unit.name}, [e for e in entries if e.line.unit == unit.name]
        )
    yield _total(roles, entries)


def coded(roles: Sequence[str], entries: Sequence[Entry], ledger: Ledger) -> Iterator[Row]:
    """Every 类, 款 and 项 that has money, by unit where units are named, and the total."""
    by_unit = _grouped(entries, lambda e: e.line.unit) if "unit" in roles else {"": list(entries)}
    for unit, members in by_unit.items():
        yield from _codes("function" if "function.code" in roles else "economic", unit, members, ledger.year)
    yield _total(roles, entries)


def lines(roles: Sequence[str], entries: Sequence[Entry], ledger: Ledger) -> Iterator[Row]:
    """Lines, projects or things bought, under their unit or project, and the total."""
    group = "unit" if roles[0].startswith("unit") else "project" if roles[0] == "class" else ""
    if group:
        for name, members in _grouped(entries, lambda e: getattr(e.line, group)).items():
            yield Row({roles[0] if group == "unit" else group: name}, members)
            yield from _members(roles, members, ledger)
    else:
        yield from _members(roles, entries, ledger)
    yield _total(roles, entries)


def targets(told: Iterable[Target]) -> Iterator[Row]:
    """Performance targets: a row for each unit, then its projects' indicators, each goal said once."""
    unit, project = "", ""
    for target in told:
        if target.unit != unit:
            yield Row({"unit.project": target.unit})
            unit, project = target.unit, ""
        keys = {f"target.{name}": value for name, value in target._asdict().items() if name in _INDICATOR}
        if target.project != project:
            project = target.project
            keys |= {"unit.project": project, "target.goal": target.goal}
        yield Row(keys)


LAYOUTS: Mapping[str, Layout] = {"single": single, "units": units, "codes": coded, "lines": lines}

_INDICATOR = ("level1", "level2", "level3", "operator", "value", "measure", "attribute", "note")


def _codes(dimension: str, unit: str, entries: Sequence[Entry], year: int) -> Iterator[Row]:
    listed = codes.functions(year) if dimension == "function" else codes.economics(year)
    under: dict[str, list[Entry]] = {}
    for entry in entries:
        code = getattr(entry.line, dimension)
        for prefix in dict.fromkeys(code[:length] for length in _CODE_LENGTHS):
            under.setdefault(prefix, []).append(entry)
    for code in sorted(under):
        found = listed.get(code)
        keys = {"unit": unit, f"{dimension}.code": code, f"{dimension}.name": found.name if found else ""}
        yield Row(keys, under[code])


def _members(roles: Sequence[str], entries: Sequence[Entry], ledger: Ledger) -> Iterator[Row]:
    for members in _grouped(entries, _grain(roles)).values():
        line = members[0].line
        item = ledger.item(line)
        yield Row(_keys(line, roles, ledger.year), members, item.told if item else {})


def _grain(roles: Sequence[str]) -> Callable[[Entry], Hashable]:
    """What has a row of its own."""
    if "function.code" in roles:
        return lambda e: e.line.entry or id(e)
    if "item" in roles:
        return lambda e: (e.line.unit, e.line.project, e.line.item)
    return lambda e: (e.line.unit, e.line.category, e.line.project, e.line.level)


def _keys(line: Line, roles: Sequence[str], year: int) -> dict[str, str]:
    """What the key cells of a line's row say."""
    economics = codes.gov_economics(year) if line.economic.startswith("5") else codes.economics(year)
    function, economic = codes.functions(year).get(line.function), economics.get(line.economic)
    by_project = "level" in roles  # one row a project: the unit stands above, the category has its number
    return {
        "unit": "" if by_project else line.unit,
        "unit.project": line.project,
        "project": line.project,
        "project.code": line.code,
        "class": line.category if by_project else line.category.lstrip("0123456789 "),
        "level": line.level,
        "kind": line.kind,
        "item": line.item,
        "function.code": line.function,
        "function.name": function.name if function else "",
        "economic.code": line.economic,
        "economic.name": economic.name if economic else "",
    }


def _total(roles: Sequence[str], entries: Sequence[Entry]) -> Row:
    at = next(i for i, role in enumerate(roles) if not role.endswith(".code"))
    return Row({roles[at]: "合计" if at else "合 计"}, entries)


def _grouped(items: Iterable[_T], key: Callable[[_T], _K]) -> dict[_K, list[_T]]:
    groups: dict[_K, list[_T]] = {}
    for item in items:
        groups.setdefault(key(item), []).append(item)
    return groups
