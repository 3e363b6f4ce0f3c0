"""The cells of a ledger's sheets, read exactly: what a cell says, or the problem with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from functools import lru_cache
from typing import NamedTuple

from gouji import money
from gouji.checks.indicators import operator
from gouji.ledger.workbook import UNTOLD, YES, Column, code_lists
from gouji.messages import say

Raw = object
"""A cell as a file holds it: text, a number, …"""
ERROR, WARNING = "error", "warning"

_CODE = re.compile(r"(\d+)\s*(.*)", re.DOTALL)
_ENTRY = re.compile(r"[1-9]\d{0,8}(?:-[1-9]\d{0,3})?")
_YEAR = re.compile(r"20\d\d")
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[eE]\+?\d+")
_MOST_DIGITS = 15
"""Digits that Excel keeps of a number."""
_NO = ("否", "")


class Problem(NamedTuple):
    """What is wrong with a cell: a code of the catalogue, where, and what its message tells."""

    code: str
    level: str
    file: str
    sheet: str
    cell: str
    args: Mapping[str, str]

    def say(self, lang: str) -> str:
        at = "!".join(filter(None, (self.sheet, self.cell)))
        where = " ".join(filter(None, (self.file, at)))
        return say(self.code, lang, {**self.args, "where": where})


def reference(row: int, column: int) -> str:
    """A cell's name, as P7; rows and columns count from 0."""
    letters, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


class Bad(Exception):
    """A cell that cannot be read: the end of its code, and the arguments of its message."""

    def __init__(self, code: str, level: str = ERROR, value: object = None, **args: str) -> None:
        super().__init__(code)
        self.code = code
        self.level = level
        self.value = value  # what it is taken for, where it is only a warning
        self.told = args


Parse = Callable[[str], object]


def parse(raw: Raw, column: Column, year: int) -> object:
    """What a cell that is not blank says, as its column's kind has it. Raises Bad."""
    if column.kind in ("amount", "price"):
        return amount(raw)
    said = text(raw, column.kind == "code")
    if said in column.wide or (column.untold and said == UNTOLD):
        return said
    match column.kind:
        case "function" | "economic":
            return _code(said, column.kind, year)
        case "choice" if said not in column.values:
            raise Bad("choice", text=said, values=_offered(said, column.values))
        case "yes":
            return _yes(said)
        case "operator" if not operator(said):
            raise Bad("operator", WARNING, said, text=said)
        case "code" if _SCIENTIFIC.fullmatch(said):
            raise Bad("long-number", text=said)
        case "count":
            return _count(said)
        case "year":
            return _matching(said, _YEAR, "year")
        case "entry" | "ref":
            return _matching(said, _ENTRY, "entry")
    return said


def text(raw: Raw, long: bool = False) -> str:
    """A cell's text; a number as people write it. Raises Bad for a date, and a number too long to be kept."""
    if isinstance(raw, str):
        return raw.strip()
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise Bad("kind", text=str(raw))
    if long and abs(raw) >= 10**_MOST_DIGITS:
        raise Bad("long-number", text=str(raw))
    return _plain(raw)


def _plain(number: int | float) -> str:
    """A number in decimal digits, without zeros at its end."""
    digits = format(Decimal(repr(number)), "f")
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def amount(raw: Raw) -> int:
    """An amount in 元, in 分. A number counts as the decimals that Excel shows of it. Raises Bad."""
    if isinstance(raw, bool) or not isinstance(raw, int | float | str):
        raise Bad("kind", text=str(raw))
    said = raw.strip() if isinstance(raw, str) else _shown(raw)
    try:
        found = money.parse(said)
    except money.NotAnAmount as problem:
        reason = f"not-amount.{problem.reason}"
        raise Bad("amount", text=said, reason=say(reason, "zh"), reason_en=say(reason, "en")) from None
    return found.fen if found else 0


def _shown(number: int | float) -> str:
    """A number's decimals: those that name it exactly; its first 15 digits where that leaves 分 and no more.

    Excel keeps 15 digits: a sum of amounts may be off from its exact value behind them.
    """
    exact = _plain(number)
    if len(exact.partition(".")[2]) > 2 and abs(number) < 10 ** (_MOST_DIGITS - 3):
        return _plain_text(format(number, f".{_MOST_DIGITS}g"))
    return exact


def _plain_text(digits: str) -> str:
    try:
        return format(Decimal(digits), "f")
    except InvalidOperation:
        return digits


def _code(said: str, kind: str, year: int) -> str:
    found = _CODE.fullmatch(said)
    if not found:
        raise Bad("code", text=said)
    fault = _fault(found[1], found[2].strip(), kind, year)
    if fault:
        level, code, args = fault
        raise Bad(code, level, found[1], **args)
    return found[1]


@lru_cache(maxsize=4000)
def _fault(code: str, name: str, kind: str, year: int) -> tuple[str, str, dict[str, str]] | None:
    """What is wrong with a code and the name beside it."""
    listed = next((one for one in code_lists(kind, year) if code in one), None)
    known = listed.get(code) if listed else None
    if listed is None or known is None:
        return WARNING, "code-unknown", {"text": code}
    if name and listed.match(code, name) is None:
        return ERROR, "code-name", {"listed": f"{code} {known.name}", "text": name}
    if listed.children(code):
        return WARNING, "code-above", {"text": f"{code} {known.name}"}
    return None


def _offered(said: str, values: tuple[str, ...]) -> str:
    """The values that may be chosen, the near ones first."""
    near = get_close_matches(said, values, n=3, cutoff=0.4)
    return "、".join(dict.fromkeys((*near, *values)))


def _yes(said: str) -> bool:
    if said not in (YES, *_NO):
        raise Bad("choice", text=said, values=YES)
    return said == YES


def _count(said: str) -> str:
    try:
        if Decimal(said.replace(",", "")).is_finite():
            return said
    except InvalidOperation:
        pass
    raise Bad("count", text=said)


def _matching(said: str, shape: re.Pattern[str], code: str) -> str:
    if not shape.fullmatch(said):
        raise Bad(code, text=said)
    return said
