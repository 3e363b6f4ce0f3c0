"""Body rows that slid along because blank cells were lost or put in: found by what their cells can be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from gouji import money
from gouji.book import Cell, Remark
from gouji.lexicon import normal
from gouji.meaning import is_total

NAMING = ("unit", "unit.project", "project", "class", "function.name", "economic.name")


def put_right(rows: Sequence[list[Cell]], roles: tuple[str, ...]) -> list[list[Cell] | None]:
    """Each row as it should stand; None for one that stands right, or cannot be mended."""
    targets = "target.level1" in roles
    fitted = [fit(cells, roles, targets) for cells in rows]
    if targets:
        return fitted
    said = _said([cells if row is None else row for cells, row in zip(rows, fitted, strict=True)], roles)
    return [
        _as_said(cells, roles, said) if row is None else row for cells, row in zip(rows, fitted, strict=True)
    ]


def remark(cells: Sequence[Cell], row: Sequence[Cell]) -> Remark:
    """The first cell that stands elsewhere now says by how many columns."""
    was = {id(cell): i for i, cell in enumerate(cells)}
    moved = (abs(i - was[id(cell)]) for i, cell in enumerate(row) if cell.text and was[id(cell)] != i)
    return Remark("read.shifted-row", tuple(c for c in cells if c.text), (("by", str(next(moved, 1))),))


def fit(cells: Sequence[Cell], roles: tuple[str, ...], targets: bool) -> list[Cell] | None:
    """The row with lost or surplus blank cells put right; None when it fits, or cannot be mended."""
    texts = [cell.text for cell in cells]
    if not misfits(texts, roles, targets):
        return None
    for by in (1, 2, 3, 4):
        for at in range(min(len(cells), len(roles)) + 1):
            wider = [*texts[:at], *[""] * by, *texts[at:]]
            if not any(wider[len(roles) :]) and not misfits(wider, roles, targets):
                blanks = [Cell("", cells[min(at, len(cells) - 1)].place)] * by
                return [*cells[:at], *blanks, *cells[at:]]
        for at in range(len(cells) - by + 1):
            narrower = [*texts[:at], *texts[at + by :]]
            if (
                not any(texts[at : at + by])
                and not any(narrower[len(roles) :])
                and not misfits(narrower, roles, targets)
            ):
                return [*cells[:at], *cells[at + by :]]
    return None


def _said(body: Sequence[Sequence[Cell]], roles: tuple[str, ...]) -> dict[int, Counter[str]]:
    """What each naming column says, and how often."""
    naming = [i for i, role in enumerate(roles) if role in NAMING]
    return {i: Counter(row[i].text for row in body if i < len(row) and row[i].text) for i in naming}


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


def misfits(texts: Sequence[str], roles: tuple[str, ...], targets: bool) -> int:
    """How many cells cannot belong to their column."""
    if targets:
        return _target_misfits(texts, roles)
    count = 0
    for text, role in zip(texts, roles, strict=False):
        if not text:
            continue
        if not role or role in ("count", "price"):
            count += _no_amount(text)
        elif role in ("function.code", "economic.code"):
            count += not _code_or_total(text)
        else:
            count += _only_money(text)
    return count


def _target_misfits(texts: Sequence[str], roles: tuple[str, ...]) -> int:
    """A row of targets fits when its level words stand under their headings, or nowhere."""
    at = roles.index("target.level1")
    if at < len(texts) and _is_level(texts[at]):
        return 0
    return int(any(_is_level(text) for text in texts))


@lru_cache(maxsize=4000)
def _is_level(text: str) -> bool:
    return normal(text) in ("产出指标", "效益指标", "满意度指标", "成本指标", "产出", "效益", "满意度")


@lru_cache(maxsize=4000)
def _no_amount(text: str) -> bool:
    """Words where money is expected; a garbled number is not a sign of a shift."""
    return not any(c.isdigit() for c in text) and normal(text) not in ("-", "—", "--", "－", "―")


@lru_cache(maxsize=4000)
def _code_or_total(text: str) -> bool:
    phrase = normal(text)
    return (
        (phrase.isdigit() and len(phrase) in (3, 5, 7))
        or is_total(text)
        or not any(c.isdigit() or c >= "一" for c in phrase)
    )


@lru_cache(maxsize=4000)
def _only_money(text: str) -> bool:
    return money.looks_like(text) and ("." in text or "," in text)
