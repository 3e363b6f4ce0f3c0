"""Body rows that slid along because blank cells were lost or put in: found by what their cells can be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import lru_cache, partial

from gouji import money
from gouji.book import Cell, Remark
from gouji.lexicon import normal
from gouji.meaning import is_total

Test = Callable[[Sequence[str]], bool]
"""Can the texts of a row not belong to their columns?"""
NAMING = ("unit", "unit.project", "project", "class", "function.name", "economic.name")


def put_right(rows: Sequence[list[Cell]], roles: tuple[str, ...]) -> list[list[Cell] | None]:
    """Each row as it should stand; None for one that stands right, or cannot be mended."""
    targets = "target.level1" in roles
    is_strange: Test = partial(_strange, _tests(roles))
    if targets:
        is_strange = partial(_strange_target, roles.index("target.level1"))
    fitted = [fit(cells, len(roles), is_strange) for cells in rows]
    if targets:
        return fitted
    said = _said([cells if row is None else row for cells, row in zip(rows, fitted, strict=True)], roles)
    if len(set().union(*said.values())) == sum(map(len, said.values())):  # no name stands in two columns
        return fitted
    return [
        _as_said(cells, roles, said) if row is None else row for cells, row in zip(rows, fitted, strict=True)
    ]


def remark(cells: Sequence[Cell], row: Sequence[Cell]) -> Remark:
    """The first cell that stands elsewhere now says by how many columns."""
    was = {id(cell): i for i, cell in enumerate(cells)}
    moved = (abs(i - was[id(cell)]) for i, cell in enumerate(row) if cell.text and was[id(cell)] != i)
    return Remark("read.shifted-row", tuple(c for c in cells if c.text), (("by", str(next(moved, 1))),))


def fit(cells: Sequence[Cell], width: int, is_strange: Test) -> list[Cell] | None:
    """The row with lost or surplus blank cells put right; None when it fits, or cannot be mended."""
    texts = [cell.text for cell in cells]
    if not is_strange(texts):
        return None
    for by in (1, 2, 3, 4):
        for at in range(min(len(cells), width) + 1):
            wider = [*texts[:at], *[""] * by, *texts[at:]]
            if not any(wider[width:]) and not is_strange(wider):
                blanks = [Cell("", cells[min(at, len(cells) - 1)].place)] * by
                return [*cells[:at], *blanks, *cells[at:]]
        for at in range(len(cells) - by + 1):
            narrower = [*texts[:at], *texts[at + by :]]
            if not any(texts[at : at + by]) and not any(narrower[width:]) and not is_strange(narrower):
                return [*cells[:at], *cells[at + by :]]
    return None


def _said(body: Sequence[Sequence[Cell]], roles: tuple[str, ...]) -> dict[int, Counter[str]]:
    """What each naming column says, and how often."""
    naming = [i for i, role in enumerate(roles) if role in NAMING]
    return {i: Counter([row[i].text for row in body if i < len(row) and row[i].text]) for i in naming}


def _as_said(
    cells: Sequence[Cell], roles: tuple[str, ...], said: dict[int, Counter[str]]
) -> list[Cell] | None:
    """A row whose every name stands in other rows some columns to the right or left, and none where it is."""
    names = []
    for i, count in said.items():
        if i < len(cells) and (text := cells[i].text) and not is_total(text):
            if count[text] > 1:
                return None
            names.append((i, text))
    if not names:
        return None
    first = next(i for i, cell in enumerate(cells) if cell.text)
    for by in (-1, 1, -2, 2):
        there = [said[i + by][text] for i, text in names if i + by in said]
        if len(there) == len(names) and all(there) and first + by >= 0:
            return list(cells[-by:]) if by < 0 else [*[Cell("", cells[0].place)] * by, *cells]
    return None


def _strange(tests: Sequence[Callable[[str], bool]], texts: Sequence[str]) -> bool:
    """Is there a cell that cannot belong to its column?"""
    return any([cannot_be(text) for text, cannot_be in zip(texts, tests, strict=False) if text])


@lru_cache(maxsize=500)
def _tests(roles: tuple[str, ...]) -> tuple[Callable[[str], bool], ...]:
    """For each column, what tells that a text cannot belong to it."""
    return tuple([_test(role) for role in roles])


def _test(role: str) -> Callable[[str], bool]:
    if not role or role in ("count", "price"):
        return _no_amount
    return _no_code if role in ("function.code", "economic.code") else _only_money


def _strange_target(level: int, texts: Sequence[str]) -> bool:
    """A row of targets fits when its level words stand under their headings, or nowhere."""
    if level < len(texts) and _is_level(texts[level]):
        return False
    return any(_is_level(text) for text in texts)


@lru_cache(maxsize=4000)
def _is_level(text: str) -> bool:
    return normal(text) in ("产出指标", "效益指标", "满意度指标", "成本指标", "产出", "效益", "满意度")


@lru_cache(maxsize=4000)
def _no_amount(text: str) -> bool:
    """Words where money is expected; a garbled number is not a sign of a shift."""
    return not any(c.isdigit() for c in text) and normal(text) not in ("-", "—", "--", "－", "―")


@lru_cache(maxsize=4000)
def _no_code(text: str) -> bool:
    """Neither a code nor a total."""
    phrase = normal(text)
    return not (
        (phrase.isdigit() and len(phrase) in (3, 5, 7))
        or is_total(text)
        or not any(c.isdigit() or c >= "一" for c in phrase)
    )


@lru_cache(maxsize=4000)
def _only_money(text: str) -> bool:
    return money.looks_like(text) and ("." in text or "," in text)
