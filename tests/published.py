"""What a published file must keep of its book: what is printed, what that counts, what an audit says."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from benchmarks import sample
from benchmarks.ledgers import random_ledger
from gouji import lexicon
from gouji.audit import audit
from gouji.book import Book, Cell, Column, Place, Table
from gouji.forms import edition
from gouji.ledger import compile
from gouji.lexicon import normal
from gouji.meaning import understand
from gouji.money import WAN, YUAN
from gouji.read import read
from gouji.write import text

YUNNAN = edition("yunnan-2026")
SEEDS = range(6)
PROSE = (
    "第一部分 单位概况",
    "一、主要职能",
    "本单位负责常设展览运行、科普展教活动和流动科普服务。",
    "第二部分 预算情况说明",
    "一、收入情况",
    "（一）总体情况",
    "收入包括一般公共预算拨款收入、事业收入和其他收入，支出包括基本支出和项目支出。",
)
HOSTILE = (
    "=1+2",
    "+86",
    "-甲",
    "@SUM(A1)",
    "{=A1}",
    "'引",
    '"双"',
    "<b>&amp;</b>",
    "]]>",
    "#set page(width: 1cm)",
    "$x$ *粗* _斜_ `码`",
    "\\u{41}",
    "// 注",
    "@ref <label>",
    "= 标题",
    "_x0041_",
    "甲\t乙\n丙\x00\x0b丁\ufffe",
)


def made(seed: int) -> Book:
    """Each fund source, several units, money carried over and withheld in turn; every third in 万元."""
    rng = random.Random(seed)
    ledger = random_ledger(
        rng,
        units=1 + seed % 4,
        funds=seed % 2 == 0 or None,
        carried=seed % 3 == 0 or None,
        withheld=seed % 2 == 1 or None,
        fen=WAN if seed % 3 == 2 else YUAN,
    )
    return compile(ledger, YUNNAN)


def whole() -> Book:
    """The sample book without its faults, with narrative parts."""
    return replace(compile(sample.ledger(), YUNNAN), prose=tuple(Cell(line, Place()) for line in PROSE))


def lone(title: str, headings: Sequence[str], *rows: Sequence[str]) -> Book:
    """A book of one table of any kind."""
    columns = tuple(Column((heading,)) for heading in headings)
    cells = tuple(tuple(Cell(text, Place()) for text in row) for row in rows)
    return Book("", "", 2026, YUNNAN.name, YUAN, (Table(Cell(title, Place()), None, columns, cells),))


def texts(book: Book) -> list[str]:
    return [cell.text for table in book.tables for row in table.rows for cell in row]


def again(data: bytes) -> Book:
    return read(data, "x")


def assert_kept(book: Book, data: bytes) -> None:
    """A file reads as the book that it was written from, and as its text does."""
    found = again(data)
    assert told(found) == told(book)
    for one, other in zip(found.tables, book.tables, strict=True):
        differing = {k: (v, printed(other)[k]) for k, v in printed(one).items() if v != printed(other)[k]}
        assert not differing, (other.form, differing)
    assert counted(found) == counted(book)
    assert not findings(found) - (findings(book) | findings(again(text.write(book).encode())))


def told(book: Book) -> dict[str, Any]:
    names = [(table.form, normal(table.title.text)) for table in book.tables]
    return {"unit": book.unit, "year": book.year, "edition": book.edition, "fen": book.fen, "tables": names}


def printed(table: Table) -> dict[str, Any]:
    """All that a table prints, spaces aside."""
    return {
        "columns": [(tuple(map(normal, column.path)), column.number) for column in table.columns],
        "rows": [[normal(cell.text) for cell in row] for row in table.rows],
        "notes": [normal(note.text) for note in table.notes],
        "withheld": [normal(note.text) for note in table.withheld],
        "declared": [normal(note.text) for note in table.declared],
        "unit": table.unit and normal(table.unit.text),
        "money": _money(table),
        "state": table.state,
        "remarks": [remark.code for remark in table.remarks],
    }


def _money(table: Table) -> str | None:
    """The line above a table that tells its money unit; where a heading does, nothing need stand there."""
    line = table.money_unit
    return normal(line.text) if line and lexicon.sentence("money", line.text) else None


def counted(book: Book) -> list[tuple[Any, ...]]:
    """Each figure's form, the scopes of its table, row and column, and its amount."""
    sense = understand(book)
    return [
        (panel.table.name, panel.base.scope, node.scope, column.scope, sense.amounts[panel.figure(r, c)])
        for panel in sense.panels
        for r, node in enumerate(panel.nodes)
        for c, column in enumerate(panel.columns)
    ]


def findings(book: Book) -> Counter[tuple[str, str]]:
    """The errors and warnings of an audit, by code and table."""
    return Counter(
        (one.code, one.spots[0].form if one.spots else "")
        for one in audit(book).findings
        if one.level in ("error", "warning")
    )
