"""The classifications (科目), a list a year, and how to look codes and names up in them.

A list is read when it is first asked for, and its rows become `Code`s when they are looked up.
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Final, Literal, NamedTuple

LISTS: Final = ("functional", "economic_dept", "economic_gov", "income")

_FOLDER: Final = Path(__file__).parent
_COLUMNS: Final = ["code", "name", "level", "parent", "year", "source", "fund", "confidence"]
_OFFICE: Final = ("501", "502", "503", "504")
_PLAIN: Final = {
    "“": '"',
    "”": '"',
    "「": '"',
    "」": '"',
    "＂": '"',
    "〔": "(",
    "〕": ")",
    "﹙": "(",
    "﹚": ")",
}
_HALF_WIDTH: Final = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_NORMAL: Final = _HALF_WIDTH | {ord(mark): plain for mark, plain in _PLAIN.items()}


@dataclass(frozen=True, slots=True)
class Code:
    """One code of a list. `level` is 1 类, 2 款, 3 项; `seen` whether a published book prints it;
    `fund` the budget it belongs to ('' where several may use it)."""

    code: str
    name: str
    level: int
    parent: str | None
    seen: bool
    fund: str


class Alias(NamedTuple):
    """Another name for a code; `former` if it was changed, `alias` if it is still in use."""

    code: str
    name: str
    kind: Literal["alias", "former"]
    source: str


class List:
    """One classification in one year's edition; `official` if typed from the official workbook."""

    def __init__(self, name: str, year: int) -> None:
        meta, rows = _read(_FOLDER / str(year) / f"{name}.csv")
        if next(rows) != _COLUMNS:
            raise ValueError(f"codes/{year}/{name}.csv: the columns must be {','.join(_COLUMNS)}")
        self.name = name
        self.year = year
        self.title = meta.get("title", name)
        self.official = meta.get("official") == "yes"
        self._rows = {row[0]: row for row in rows}
        self._codes: dict[str, Code] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, code: str) -> bool:
        return code in self._rows

    def __iter__(self) -> Iterator[Code]:
        return map(self._code, self._rows)

    def get(self, code: str) -> Code | None:
        """The code, or None where the list has no such code."""
        return self._code(code) if code in self._rows else None

    def named(self, name: str) -> tuple[Code, ...]:
        """Every code of that name, other and former names included; names repeat within a list."""
        return tuple(map(self._code, self._by_name.get(normal(name), ())))

    def class_named(self, name: str) -> Code | None:
        """The 类 of that name, other and former names included."""
        code = self._class_by_name.get(normal(name))
        return self._code(code) if code else None

    def match(self, code: str, name: str) -> Literal["listed", "alias", "former"] | None:
        """Whether `name` is the listed name of `code`, another one in use, a former one, or none of these."""
        row, wanted = self._rows.get(code), normal(name)
        if row and normal(row[1]) == wanted:
            return "listed"
        return next((a.kind for a in self.aliases if a.code == code and normal(a.name) == wanted), None)

    def moved(self, code: str) -> Code | None:
        """The code that replaced `code`, where that is known."""
        return self.get(_moves(self.name).get(code, ""))

    def children(self, code: str) -> tuple[Code, ...]:
        """The codes right under `code`; of '' the 类."""
        return tuple(map(self._code, self._by_parent.get(code, ())))

    @cached_property
    def aliases(self) -> tuple[Alias, ...]:
        return tuple(alias for name, alias in _all_aliases() if name == self.name and alias.code in self)

    def _code(self, code: str) -> Code:
        found = self._codes.get(code)
        if found is None:
            _, name, level, parent, _, _, fund, confidence = self._rows[code]
            found = Code(code, name, int(level), parent or None, confidence == "printed", fund)
            self._codes[code] = found
        return found

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        names = [(row[1], code) for code, row in self._rows.items()]
        names += [(alias.name, alias.code) for alias in self.aliases]
        return _grouped((normal(name), code) for name, code in names)

    @cached_property
    def _class_by_name(self) -> dict[str, str]:
        names = {normal(alias.name): alias.code for alias in self.aliases if len(alias.code) == 3}
        return names | {normal(row[1]): code for code, row in self._rows.items() if len(code) == 3}

    @cached_property
    def _by_parent(self) -> dict[str, list[str]]:
        return _grouped((row[3], code) for code, row in self._rows.items())


def functions(year: int | None = None) -> List:
    """支出功能分类科目 of the year; of the nearest year that has a list, and of the latest for None."""
    return _list("functional", year)


def economics(year: int | None = None) -> List:
    """部门预算支出经济分类科目, 301 to 399; the year as for `functions`."""
    return _list("economic_dept", year)


def gov_economics(year: int | None = None) -> List:
    """政府预算支出经济分类科目, 501 to 599; the year as for `functions`."""
    return _list("economic_gov", year)


def incomes(year: int | None = None) -> List:
    """收入分类科目, 101 to 110; the year as for `functions`."""
    return _list("income", year)


def government(code: str, office: bool, year: int | None = None) -> Code | None:
    """The government economic code that a department economic code is reported under, where the table says.

    Of several it is that of an organ (501 to 504) for an `office`, else that of an institution (505, 506).
    """
    listed, rows = gov_economics(year), _government(_nearest("economic_gov_dept_map", year))
    found = [*rows.get(code, ()), *rows.get(f"{code[:3]}*", ())]
    apart = [gov for gov in found if (gov[:3] in _OFFICE) == office] or found
    return listed.get(apart[0]) if apart else None


def find(text: str, year: int | None = None) -> list[tuple[str, Code]]:
    """Codes that begin with the digits `text`, or whose name holds it: (list name, code), best first.

    An exact code or name comes before the codes under it and the names that only hold it.
    """
    wanted = normal(text)
    if not wanted:
        return []
    seek = _by_prefix if wanted.isdecimal() else _by_part
    found = [(rank, name, code) for name in LISTS for rank, code in seek(_list(name, year), wanted)]
    found.sort(key=lambda entry: entry[0])
    return [(name, code) for _, name, code in found]


def normal(name: str) -> str:
    """A name as it is compared: without spaces, brackets and quotation marks of one kind, half-width."""
    return "".join(name.translate(_NORMAL).split())


def _by_prefix(codes: List, digits: str) -> Iterator[tuple[bool, Code]]:
    return ((code.code != digits, code) for code in codes if code.code.startswith(digits))


def _by_part(codes: List, part: str) -> Iterator[tuple[bool, Code]]:
    exact = codes.named(part)
    yield from ((False, code) for code in exact)
    held = (code for code in codes if part in normal(code.name))
    other = (codes.get(alias.code) for alias in codes.aliases if part in normal(alias.name))
    seen = set(exact)
    for code in (*held, *other):
        if code and code not in seen:
            seen.add(code)
            yield True, code


def _list(name: str, year: int | None) -> List:
    return _load(name, _nearest(name, year))


@lru_cache
def _load(name: str, year: int) -> List:
    return List(name, year)


@lru_cache
def _nearest(name: str, year: int | None) -> int:
    """The year whose list serves `year`: the nearest, of two as near the earlier."""
    years = sorted(int(path.parent.name) for path in _FOLDER.glob(f"[0-9]*/{name}.csv"))
    return years[-1] if year is None else min(years, key=lambda listed: abs(listed - year))


@lru_cache
def _government(year: int) -> dict[str, list[str]]:
    """department code, or class and *  ->  government codes"""
    _, rows = _read(_FOLDER / str(year) / "economic_gov_dept_map.csv")
    next(rows)
    return _grouped((row[2], row[0]) for row in rows)


@lru_cache
def _all_aliases() -> list[tuple[str, Alias]]:
    _, rows = _read(_FOLDER / "aliases.tsv")
    next(rows)
    kinds: dict[str, Literal["alias", "former"]] = {"alias": "alias", "former": "former"}
    return [(name, Alias(code, other, kinds[kind], source)) for name, code, other, kind, source in rows]


@lru_cache
def _moves(name: str) -> dict[str, str]:
    _, rows = _read(_FOLDER / "moved.tsv")
    return {row[1]: row[2] for row in rows if row[0] == name}


def _read(path: Path) -> tuple[dict[str, str], Iterator[list[str]]]:
    """The `# key: value` lines above a table, and its rows, the heading first."""
    lines = path.read_text(encoding="utf-8").splitlines()
    first = next(at for at, line in enumerate(lines) if not line.startswith("#"))
    meta = dict(line[2:].split(": ", 1) for line in lines[:first] if ": " in line)
    delimiter = "\t" if path.suffix == ".tsv" else ","
    return meta, csv.reader(lines[first:], delimiter=delimiter)


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for key, value in pairs:
        groups.setdefault(key, []).append(value)
    return groups
