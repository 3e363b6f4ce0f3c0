"""The body rows of a form: which lines each row stands for, and what its key cells say.

How a form's rows are laid out follows from its key columns: a row for each line where a function and an
economic code are asked for, for each project, for each thing bought; under a row for each unit or project.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

from gouji import codes
from gouji.forms import Print
from gouji.ledger.lines import Ledger, Line, Target
from gouji.ledger.sheets import Sheet

_T = TypeVar("_T")
_K = TypeVar("_K", bound=Hashable)
_CODE_LENGTHS = (3, 5, 7)
_LEVELS = ((0, 3), (3, 5), (5, 7))
_CLASSES = {"function": codes.functions, "gov_economic": codes.gov_economics, "economic": codes.economics}
_CATALOGUE = "采购目录"
"""What is told of a thing that is procured: its code in the catalogue, whose first letter is its sort."""


class Entry(NamedTuple):
    """A line in one table, and its amount in each of the table's amount columns."""

    line: Line
    amounts: tuple[int, ...]


class Row(NamedTuple):
    """A body row: its key cells by role, or by # and their column from 0; its lines; and what is told of the
    thing bought, by heading."""

    keys: Mapping[str, str]
    entries: Sequence[Entry] = ()
    told: Mapping[str, str] = {}


Layout = Callable[[Sheet, Sequence[Entry], Ledger], Iterator[Row]]


def single(made: Sheet, entries: Sequence[Entry], ledger: Ledger) -> Iterator[Row]:
    if entries:
        yield Row({}, entries)


def units(made: Sheet, entries: Sequence[Entry], ledger: Ledger) -> Iterator[Row]:
    """The department, its units, and the total."""
    rows = [Row({"unit.code": ledger.code, "unit": ledger.unit}, entries)] if entries else []
    for unit in ledger.units:
        own = [entry for entry in entries if entry.line.unit == unit.name]
        rows.append(Row({"unit.code": unit.code, "unit": unit.name}, own))
    yield from _with_total(made, rows, entries)


def coded(made: Sheet, entries: Sequence[Entry], ledger: Ledger) -> Iterator[Row]:
    """Every 类, 款 and 项 that has money, or the lines' own codes alone; by unit where units are named.

    Where several classifications are asked for, every combination of their codes.
    """
    by_unit = (
        _grouped(_told(entries, "unit"), lambda e: e.line.unit) if "unit" in made.roles else {"": entries}
    )
    asked = [s for s in _CLASSES if any(role.startswith(f"{s}.") for role in made.roles)]
    rows: list[Row] = []
    for unit, members in by_unit.items():
        if len(asked) > 1:
            rows += _combined(asked, unit, members, ledger, made.form.print)
        else:
            rows += _codes(asked[0], unit, members, ledger, made.form.print)
    yield from _with_total(made, rows, entries)


def lines(made: Sheet, entries: Sequence[Entry], ledger: Ledger) -> Iterator[Row]:
    """Lines, projects or things bought, under their unit or project, and the total."""
    roles = made.roles
    group = "unit" if roles[0].startswith("unit") else "project" if roles[0] == "class" else ""
    every = entries
    if "item" not in roles:
        entries = _told(entries, "function" if "function.code" in roles else "project")
    if group:
        for name, members in _grouped(_told(entries, group), lambda e: getattr(e.line, group)).items():
            yield Row({roles[0] if group == "unit" else group: name}, members)
            yield from _members(roles, members, ledger)
    else:
        yield from _members(roles, entries, ledger)
    yield _total(made, every)


def things(made: Sheet, entries: Sequence[Entry], ledger: Ledger) -> Iterator[Row]:
    """Things of one name and description, whoever buys them, and the total."""

    def told(entry: Entry) -> Mapping[str, str]:
        item = ledger.item(entry.line)
        return item.told if item else {}

    alike = _grouped(entries, lambda e: (e.line.item, tuple(sorted(told(e).items()))))
    rows = [Row({"item": item}, members, told(members[0])) for (item, _), members in alike.items()]
    yield from _with_total(made, rows, entries)


def sorts(made: Sheet, entries: Sequence[Entry], ledger: Ledger) -> Iterator[Row]:
    """The sorts of things bought, by the catalogue; a thing without a code in it is a sort of its own."""

    def sort(entry: Entry) -> str:
        item = ledger.item(entry.line)
        code = item.told.get(_CATALOGUE, "")[:1] if item else ""
        return made.form.print.sorts.get(code, entry.line.item)

    alike = sorted(_grouped(entries, sort).items(), key=lambda pair: pair[0])
    yield from _with_total(made, [Row({"item": name}, members) for name, members in alike], entries)


def targets(made: Sheet, told: Iterable[Target], entries: Sequence[Entry]) -> Iterator[Row]:
    """Performance targets: a row for each unit, then its projects' indicators, each goal said once.

    Where no rows name units, a project is said with its money, if the table has columns for it.
    """
    by_unit = "unit.project" in made.roles
    money = _grouped(entries, lambda e: (e.line.unit, e.line.project))
    unit, project = "", ""
    for target in told:
        if target.unit != unit:
            if by_unit:
                yield Row({"unit.project": target.unit})
            unit, project = target.unit, ""
        keys = {f"target.{name}": value for name, value in target._asdict().items() if name in _INDICATOR}
        members: Sequence[Entry] = ()
        if target.project != project:
            project = target.project
            members = money.get((unit, project), ())
            code = members[0].line.code if members else ""
            keys |= {"unit.project": project, "project": project, "target.goal": target.goal}
            keys["project.joined"] = _join(made.form.print.joined, code, project)
        yield Row(keys, members)


LAYOUTS: Mapping[str, Layout] = {
    "single": single,
    "units": units,
    "codes": coded,
    "lines": lines,
    "things": things,
    "sorts": sorts,
}

_INDICATOR = ("level1", "level2", "level3", "operator", "value", "measure", "attribute", "note")


def _codes(dimension: str, unit: str, entries: Sequence[Entry], ledger: Ledger, told: Print) -> Iterator[Row]:
    under: dict[str, list[Entry]] = {}
    for entry in entries:
        code = _code_of(entry.line, dimension, ledger)
        if not code:
            continue  # not told: in totals alone
        above = (code[:length] for length in _CODE_LENGTHS) if told.levels == "all" else ()
        for prefix in dict.fromkeys((*above, code)):
            under.setdefault(prefix, []).append(entry)
    for code in sorted(under):
        yield Row({"unit": unit} | _class_keys(dimension, code, told.joined, ledger.year), under[code])


def _combined(
    asked: Sequence[str], unit: str, entries: Sequence[Entry], ledger: Ledger, told: Print
) -> Iterator[Row]:
    found = _grouped(entries, lambda e: tuple(_code_of(e.line, dimension, ledger) for dimension in asked))
    for together in sorted(filter(lambda codes: codes[0], found)):
        keys = {"unit": unit}
        for dimension, code in zip(asked, together, strict=True):
            keys |= _class_keys(dimension, code, told.joined, ledger.year)
        yield Row(keys, found[together])


def _code_of(line: Line, dimension: str, ledger: Ledger) -> str:
    """A line's code in a classification; the government one follows from the department's and the unit."""
    if dimension == "function":
        return line.function
    if line.economic.startswith("5"):
        return line.economic if dimension == "gov_economic" else ""
    if dimension == "economic":
        return line.economic
    found = codes.government(line.economic, line.unit in ledger.offices, ledger.year)
    return found.code if found else ""


def _class_keys(dimension: str, code: str, mark: str, year: int) -> dict[str, str]:
    """What key cells say of a code: in one column or a column a level, beside its name or joined to it."""
    found = _CLASSES[dimension](year).get(code)
    name = found.name if found else ""
    levels = {f"{dimension}.code.{i}": code[a:b] for i, (a, b) in enumerate(_LEVELS, 1)}
    return levels | {
        f"{dimension}.code": code,
        f"{dimension}.name": name,
        f"{dimension}.joined": _join(mark, code, name),
    }


def _join(mark: str, code: str, name: str) -> str:
    return mark.join(filter(None, (code, name)))


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


def _told(entries: Sequence[Entry], name: str) -> list[Entry]:
    """The lines that tell something; what they leave open is in totals alone."""
    return [entry for entry in entries if getattr(entry.line, name)]


def _with_total(made: Sheet, rows: Sequence[Row], entries: Sequence[Entry]) -> Iterator[Row]:
    """The rows with the total where the form prints it."""
    if made.form.print.total == "first":
        yield _total(made, entries)
    yield from rows
    if made.form.print.total == "last":
        yield _total(made, entries)


def _total(made: Sheet, entries: Sequence[Entry]) -> Row:
    at = next(i for i, role in enumerate(made.roles) if not role.endswith(".code"))
    return Row({f"#{at}": "合计" if at else "合 计"}, entries)


def _grouped(items: Iterable[_T], key: Callable[[_T], _K]) -> dict[_K, list[_T]]:
    groups: dict[_K, list[_T]] = {}
    for item in items:
        groups.setdefault(key(item), []).append(item)
    return groups
