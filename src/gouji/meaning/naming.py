"""What the key cells of a row say: codes in one column or in three, joined to names, or told by names alone.

Most tables print a code and its name in two columns. Others print 类, 款 and 项 in a column each, blank where
they go on; or `2010301-行政运行` in one cell; or names alone, which the classification and the order of the
rows resolve.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from gouji import lexicon
from gouji.book import Cell, Row
from gouji.lexicon import normal
from gouji.meaning.names import Names
from gouji.meaning.rows import is_total

DIMENSION = {"2": "function", "3": "economic", "5": "gov_economic"}
"""What a code's first digit says: national classifications begin with different digits."""

SUBJECTS = tuple(DIMENSION.values())
UNIT_DIGITS = 6
ENOUGH = 200  # rows that show which classification a column is of
_JOINED = re.compile(r"[\[(]?(\d{3}|\d{5}|\d{7}|\d{9})[\])]?[-—–_:.、]*([^\d\s].*)")
_ASIDE = re.compile(r"\([^)]*\)$")
_JOINED_UNIT = re.compile(r"\d{3,9}[-—–_]*(?=\D)")


@lru_cache(maxsize=4000)
def joined(text: str) -> tuple[str, str]:
    """`[2010301]行政运行` as its code and its name; two blanks where the text is no such thing."""
    found = _JOINED.fullmatch(normal(text))
    return (found[1], found[2]) if found and found[1][0] in DIMENSION else ("", "")


def settled(roles: tuple[str, ...], rows: Sequence[Row]) -> tuple[str, ...]:
    """The roles of a table's columns with what the codes printed in them show beyond the headings."""
    told, rows = list(roles), rows[:ENOUGH]
    for i, role in enumerate(roles):
        subject, _, part = role.partition(".")
        if subject in SUBJECTS and part in ("code", "code.1"):
            shown = _shown([normal(row[i].text)[:1] for row in rows if row[i].text])
            beside = any(other.startswith("economic.code") for other in told[:i])
            if shown and shown != subject and (shown != "gov_economic" or subject == "function" or beside):
                _rename(told, i, shown)
        elif role == "label" or (subject in SUBJECTS and part == "name"):
            shown = _shown([joined(row[i].text)[0][:1] for row in rows if row[i].text])
            if shown:
                told[i] = f"{shown}.name"
    return tuple(told)


def _shown(digits: Sequence[str]) -> str:
    """The classification that most codes of a column are of."""
    coded = [DIMENSION[digit] for digit in digits if digit in DIMENSION]
    most = max(SUBJECTS, key=coded.count)
    return (
        most if 2 * coded.count(most) > len(coded) and 2 * len(coded) > len([d for d in digits if d]) else ""
    )


def _rename(roles: list[str], first: int, subject: str) -> None:
    """A column of codes, with those of its lower levels and its names, is of another classification."""
    old = roles[first].partition(".")[0]
    for i in range(first, len(roles)):
        if not roles[i].startswith(f"{old}.") or (i > first and roles[i] in (f"{old}.code", f"{old}.code.1")):
            return
        roles[i] = roles[i].replace(old, subject, 1)
        if roles[i].endswith(".name"):
            return


def is_plain(roles: Sequence[str], at: Sequence[int], rows: Sequence[Row]) -> bool:
    """Does each key column name one thing by itself, as in most tables?"""
    named = {roles[i] for i in at}
    if len(named) < len(at) or named & {"unit.item", "unit.tree", "project.part", "item.group"}:
        return False
    for subject in SUBJECTS:
        if f"{subject}.code.1" in named or (f"{subject}.name" in named and f"{subject}.code" not in named):
            return False
    coded = [i for i in at if roles[i] in ("function.code", "economic.code")]
    return not any(len(row[i].text) in (2, UNIT_DIGITS) for i in coded for row in rows)


class Keys:
    """Reads the key cells of one block of a table, row after row."""

    def __init__(
        self, roles: Sequence[str], at: Sequence[int], year: int, units: frozenset[str], by_class: bool
    ) -> None:
        self.roles, self.at, self.units = roles, at, units
        self.by_class = by_class  # names below a unit are economic classes, not projects
        self.plain = {roles[i] for i in at}
        self.names = {s: Names(lexicon.CLASSES[s](year)) for s in SUBJECTS}
        self.above: dict[str, str] = {}  # classification -> the last code
        self.groups: dict[str, Cell] = {}  # what the rows go on to be part of

    def read(self, row: Row) -> dict[str, Cell]:
        """role -> cell, with codes put together."""
        told: dict[str, Cell] = {}
        levels: dict[str, list[Cell]] = {}
        for i in self.at:
            role, cell = self.roles[i], row[i]
            subject, _, part = role.partition(".")
            if part.startswith("code."):
                levels.setdefault(subject, []).append(cell)
            elif cell.text and role not in told:
                told[role] = cell
        for subject, cells in levels.items():
            told |= self._levels(subject, cells)
        for subject in SUBJECTS:
            self._code(told, subject)
            self._name(told, subject, bool(levels))
        return self._grouped(self._parts(self._mixed(told)))

    def _levels(self, subject: str, cells: list[Cell]) -> dict[str, Cell]:
        """类, 款 and 项 in a column each: what is blank goes on from above."""
        texts = [normal(cell.text) for cell in cells]
        filled = [i for i, text in enumerate(texts) if text]
        if not filled:
            return {}
        cell = cells[filled[-1]]
        if not all(texts[i].isdigit() for i in filled):
            return {f"{subject}.code": cells[filled[0]]}
        first = filled[0]
        code = "".join(texts[i] for i in filled)
        if first:
            code = self.above.get(subject, "")[: 1 + 2 * first] + code
        self.above[subject] = code
        return {f"{subject}.code": Cell(code, cell.place)}

    def _code(self, told: dict[str, Cell], subject: str) -> None:
        """A 款 printed without its 类, or a unit's code in a column of codes."""
        cell = told.get(f"{subject}.code")
        if cell is None:
            return
        text = normal(cell.text)
        if not text.isdigit():
            return
        if len(text) == 2 and self.above.get(subject):
            told[f"{subject}.code"] = Cell(self.above[subject][:3] + text, cell.place)
        elif len(text) == UNIT_DIGITS or (len(text) == 3 and text[0] not in DIMENSION):
            del told[f"{subject}.code"]
            told["unit.code"] = cell
            if name := told.pop(f"{subject}.name", None):
                told["unit"] = name
        else:
            self.above[subject] = text

    def _name(self, told: dict[str, Cell], subject: str, levels: bool) -> None:
        """A name that its code is joined to, or that stands alone."""
        cell = told.get(f"{subject}.name")
        if cell is None or f"{subject}.code" in told or f"{subject}.code" in self.plain or levels:
            return
        code, name = joined(cell.text)
        if code:
            told |= {f"{subject}.code": Cell(code, cell.place), f"{subject}.name": Cell(name, cell.place)}
        elif normal(cell.text) in self.units:
            told["unit"] = told.pop(f"{subject}.name")
            self.names[subject].last = ""
        elif code := self.names[subject].code(lexicon.label(cell.text).text):
            told[f"{subject}.code"] = Cell(code, cell.place)

    def _mixed(self, told: dict[str, Cell]) -> dict[str, Cell]:
        """One column for units and what stands below them: economic classes, or projects."""
        nested = told.pop("unit.tree", None)
        cell = told.pop("unit.item", nested)
        if cell is None:
            return told
        text = normal(cell.text)
        if is_total(text):
            return told | {"project": cell}
        if _is_unit(text, self.units):
            self.names["economic"].last = ""
            return told | {"unit": cell}
        if nested is not None:
            return told | {"project": cell, "nested": cell}
        if not self.by_class:
            return told | {"project": cell}
        code = self.names["economic"].code(text)
        return told | ({"economic.code": Cell(code, cell.place)} if code else {}) | {"economic.name": cell}

    def _parts(self, told: dict[str, Cell]) -> dict[str, Cell]:
        """A project with parts is what its parts are parts of."""
        if "project.part" not in self.plain:
            return told
        if project := told.pop("project", None):
            self.groups["item.group"] = project
        if part := told.pop("project.part", None):
            told["project"] = part
        return told if "class" in told and not part else told | self.groups

    def _grouped(self, told: dict[str, Cell]) -> dict[str, Cell]:
        """A column of groups, and of the units in each; the rows that leave it blank are theirs."""
        if "item.group" not in self.plain:
            return told
        cell = told.get("item.group")
        if cell is None:
            return told | self.groups
        if is_total(cell.text):
            return told
        if _is_unit(normal(cell.text), self.units):
            self.groups["unit.group"] = cell
        else:
            self.groups = {"item.group": cell}
        return told | self.groups


def _is_unit(text: str, units: frozenset[str]) -> bool:
    bare = _ASIDE.sub("", _JOINED_UNIT.sub("", text))
    return bare in units or text in units
