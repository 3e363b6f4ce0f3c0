"""Amounts, changes and shares as sentences say them: 万元 and per cent with two decimals, rounded half up."""

from __future__ import annotations

from fractions import Fraction

from gouji.money import WAN, YUAN
from gouji.narrative.arithmetic import HUNDRED, rounded

DECIMALS = 2
CHANGE = "【待填：增加或减少的金额和比例】"
REASON = "，主要原因是【待填：增减变化的原因】"


def amount(fen: int | None, name: str) -> str:
    """12.50万元; in 元 what is nothing in 万元; a blank where it is not known."""
    if fen is None:
        return f"【待填：{name}的金额】"
    unit, word = (YUAN, "元") if fen and _number(Fraction(fen, WAN)).strip("-0.") == "" else (WAN, "万元")
    return f"{_number(Fraction(fen, unit))}{word}"


def change(this: int | None, last: int | None) -> str:
    """比上年增加…，增长…%; of what was not there last year no rate."""
    if this is None or last is None:
        return f"比上年{CHANGE}"
    if this == last:
        return "与上年持平"
    more = this > last
    said = f"比上年{'增加' if more else '减少'}{amount(abs(this - last), '')}"
    if last <= 0:
        return said
    rate = _number(HUNDRED * Fraction(abs(this - last), last))
    small = not rate.strip("0.")
    word = "增长" if more else "下降"
    return f"{said}，{word}{'不到0.01' if small else rate}%"


def reason(this: int | None, last: int | None) -> str:
    """Room for the reason of a change, where there is one or may be one."""
    return "" if this is not None and this == last else REASON


def share(part: int | None, whole: int | None) -> str:
    if part is None or not whole:
        return "【待填：比例】"
    return f"{_number(HUNDRED * Fraction(part, whole))}%"


def _number(value: Fraction) -> str:
    return rounded(value, DECIMALS).replace(",", "")
