"""Whose book it is, of which year and of which kind, by its first lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile
from typing import NamedTuple

from gouji.book import Cell
from gouji.lexicon import normal

FIRST = 8  # lines among which the title of the book is looked for
WRAPPED = 4  # lines over which it goes at most
_BOOK = re.compile(
    r"(?:(20\d\d)年度?)?([一-鿿][^\d。;:、.]{1,60}?)?(?:(20\d\d)年度?)?(?:[省市区县]级)?"
    r"(?:部门|单位)?(?:综合)?(预算|决算)(?:信息|公开|情况|说明|报表|报告|文本|草案|编制)*"
)


class Cover(NamedTuple):
    unit: str = ""
    year: int | None = None
    final: bool = False  # it says 决算


def cover(lines: Sequence[Cell]) -> Cover:
    """The unit, year and kind in the title of the book, which may be wrapped; nothing where there is none."""
    texts = list(takewhile(lambda text: text != "目录", (normal(cell.text) for cell in lines[:FIRST])))
    for start in range(len(texts)):
        for end in range(start + 1, min(start + WRAPPED, len(texts)) + 1):
            found = _BOOK.fullmatch("".join(texts[start:end]))
            if found and (found[1] or found[3]):
                return Cover(_unit(found[2] or ""), int(found[1] or found[3]), found[4] == "决算")
    return Cover()


def _unit(text: str) -> str:
    """上海市 in 上海市2026年市级单位预算 is a place and no unit."""
    return "" if text.startswith("附件") or text.endswith(("省", "市", "区", "县")) else text
