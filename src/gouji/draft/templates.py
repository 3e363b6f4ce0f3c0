"""The sentences to be drafted and the amounts that they name (`parts.toml`, `amounts.tsv`)."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from gouji.lexicon import parse
from gouji.scope import Scope, rows_of

HERE = Path(__file__).parent
BLANK = "【待填"
FUNCTIONS = "functions"


class Named(NamedTuple):
    """What an amount counts; of things bought, only those whose 采购目录 begins with `catalogue`."""

    scope: Scope
    catalogue: str = ""


class Line(NamedTuple):
    """A paragraph, and when it is written; `each` are the amounts of its list, or "functions".

    `all`: the list has those that are 0 as well.
    """

    text: str
    having: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    some: str = ""
    none: str = ""
    each: tuple[str, ...] | str = ()
    item: str = ""
    of: str = ""
    all: bool = False


class Part(NamedTuple):
    """`covers`: a part of the ledger with such a heading takes its place; `terms`: it explains terms."""

    title: str
    covers: re.Pattern[str]
    lines: tuple[Line, ...]
    terms: bool = False


@lru_cache(maxsize=1)
def parts() -> tuple[Part, ...]:
    told = tomllib.loads((HERE / "parts.toml").read_text(encoding="utf-8"))["part"]
    return tuple(
        Part(
            one["title"],
            re.compile(one["covers"]),
            tuple(map(_line, one.get("line", ()))),
            one.get("terms", False),
        )
        for one in told
    )


def _line(told: dict[str, object]) -> Line:
    names = {"with": "having", "without": "lacking"}
    said = {names.get(k, k): tuple(v) if isinstance(v, list) else v for k, v in told.items()}
    return Line(**said)  # type: ignore[arg-type]


@lru_cache(maxsize=1)
def amounts() -> dict[str, Named]:
    rows = rows_of(HERE / "amounts.tsv")
    return {name: Named(parse(meaning).scope, catalogue) for name, meaning, catalogue in rows}
