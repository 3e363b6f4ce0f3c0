"""Exact amounts: integer 分 (fen) inside, never a float; blank is not zero.

A unit is given as the number of fen in it, a power of ten: `YUAN` for a book in 元, `WAN` for one in 万元.
"""

import re
from functools import lru_cache
from typing import Final, NamedTuple

YUAN: Final = 100
WAN: Final = 1_000_000

GENERAL: Final = 10
"""The digits that a spreadsheet shows at most where no format is chosen."""

DASHES: Final = "-－—–―─−"


class Amount(NamedTuple):
    """An amount as printed: its value in fen, and how many decimals its print shows."""

    fen: int
    decimals: int


class NotAnAmount(ValueError):
    """The text is no amount. `reason` is a key of `REASONS`; `text` is what was printed."""

    REASONS: Final = {
        "characters": "it holds characters that no amount has",
        "points": "it has more than one decimal point",
        "cut": "it ends in a decimal point or a comma",
        "grouping": "its commas do not stand after every third digit",
        "sign": "it has more than one sign, or brackets that do not match",
        "precision": "it has more decimals than its unit can hold in whole fen",
        "length": "it has more digits than any amount of money",
    }

    def __init__(self, text: str, reason: str) -> None:
        self.text = text
        self.reason = reason
        super().__init__(f"{text[:40]!r} is not an amount: {self.REASONS[reason]}")


# Lengths are bounded so that a hostile cell costs no more than an honest one.
_plain = re.compile(r"-?(?:[0-9]{1,3}(?:,[0-9]{3}){1,6}|[0-9]{1,18})(?:\.[0-9]{1,12})?").fullmatch
_shape = re.compile(r"(-?)¥?(-?)(\(?)¥?([0-9.,]*)(\)?)").fullmatch
_loose = re.compile(r"[\s(（¥￥−－–-]{0,8}[.．]?[0-9０-９][0-9０-９,，.．]{0,40}[\s)）]{0,8}").fullmatch
_grouped = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+").fullmatch
_only_marks = re.compile(r"[0-9.,()¥-]*").fullmatch
_spaces = re.compile(r"(?<![0-9.,])\s+|\s+(?![0-9.,])").sub

_HALF_WIDTH = str.maketrans("０１２３４５６７８９，．（）－−–￥", "0123456789,.()---¥")


@lru_cache(maxsize=4000)  # a book prints most of its amounts several times
def parse(text: str, unit: int = YUAN) -> Amount | None:
    """The amount that `text` prints, in a table whose money unit holds `unit` fen.

    None for a blank (nothing, or dashes alone). Full-width digits, commas, points and minus signs,
    thousand separators, ¥, a leading minus and (1,234.00) for a negative are read right.

    Raises NotAnAmount, with its reason, for any other text.
    """
    printed = text
    if not _plain(text):
        text = _tidy(text)
        if not text:
            return None
    point = text.find(".")
    if point < 0:
        return Amount(int(text.replace(",", "")) * unit, 0)
    decimals = len(text) - point - 1
    digits = int(text.replace(",", "").replace(".", ""))
    if decimals == 2 and unit == YUAN:
        return Amount(digits, 2)
    fen, beyond = divmod(digits * unit, 10**decimals)
    if beyond:
        raise NotAnAmount(printed, "precision")
    return Amount(fen, decimals)


def looks_like(text: str) -> bool:
    """Whether a reader may take `text` for an amount: digits and the marks that amounts have, no others.

    True of whole numbers, so of codes and counts too, and of amounts printed wrong (1,23,4), which `parse`
    then refuses with the reason.
    """
    return _loose(text) is not None


def step(decimals: int, unit: int = YUAN) -> int:
    """Fen in one unit of the last printed place; 0 where that is a fen or less: nothing was rounded.

    A figure printed with `decimals` decimals stands for an amount within half a step of it.
    """
    last_place = unit // 10**decimals
    return last_place if last_place > 1 else 0


def is_shortened(text: str) -> bool:
    """Whether a spreadsheet's general format may have rounded `text`: just as many digits as it shows."""
    digits = text.strip().removeprefix("-").replace(".", "", 1)
    return len(digits) == GENERAL and digits.isdecimal()


def yuan(fen: int) -> str:
    """The amount in 元 with two decimals and no commas: '3854400.00'."""
    whole, part = divmod(abs(fen), YUAN)
    return f"{'-' if fen < 0 else ''}{whole}.{part:02d}"


def show(fen: int, unit: int = YUAN, decimals: int = 2) -> str:
    """The amount as a table prints it: '3,854,400.00'.

    Never rounds: takes more decimals than asked for where it needs them.
    """
    whole, rest = divmod(abs(fen), unit)
    part = ""
    while rest or len(part) < decimals:
        digit, rest = divmod(rest * 10, unit)
        part += str(digit)
    return f"{'-' if fen < 0 else ''}{whole:,}{'.' + part if part else ''}"


def _tidy(printed: str) -> str:
    """The amount in plain ASCII, as -1,234.00, or '' for a blank. Raises NotAnAmount."""
    text = printed.strip()
    if not text.strip(DASHES):
        return ""
    text = _spaces("", text.translate(_HALF_WIDTH))
    shape = _shape(text)
    if shape is None:
        raise NotAnAmount(printed, "sign" if _only_marks(text) else "characters")
    before, after, opened, digits, closed = shape.groups()
    signs = before + after + opened
    if len(signs) > 1 or len(opened) != len(closed) or (opened and not digits):
        raise NotAnAmount(printed, "sign")
    if not digits:
        return ""
    if digits.startswith("."):
        digits = "0" + digits
    if not _plain(digits):
        raise NotAnAmount(printed, _fault(digits))
    return "-" + digits if signs else digits


def _fault(digits: str) -> str:
    """Why a text of digits, commas and points is no amount: a key of NotAnAmount.REASONS."""
    whole, _, part = digits.partition(".")
    if "." in part:
        return "points"
    if digits.endswith((".", ",")):
        return "cut"
    if "," in part or ("," in whole and not _grouped(whole)):
        return "grouping"
    return "length"
