"""Identity numbers of persons: recognised for certain, and never shown whole."""

from __future__ import annotations

import re

_IDENTITY = re.compile(
    r"[1-8](?<!\d\d)\d{5}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\d)"
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_SHORTEST = 18


def is_identity(number: str) -> bool:
    """Is it the number of an identity card: a place, a birth date and a right check digit (GB 11643)?"""
    if not _IDENTITY.fullmatch(number):
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number, strict=False))
    return number[-1].upper() == "10X98765432"[total % 11]


def masked(number: str) -> str:
    return number[:3] + "*" * (len(number) - 5) + number[-2:]


def hide(text: str) -> str:
    """A text with every identity number in it masked."""
    if len(text) < _SHORTEST:
        return text
    return _IDENTITY.sub(lambda hit: masked(hit[0]) if is_identity(hit[0]) else hit[0], text)
