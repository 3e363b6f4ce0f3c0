"""A Book to a PDF, set by typst: searchable, tagged, bookmarked. Needs the extra `gouji[publish]`.

What it looks like is in `book.typ`, which gets the book as data.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst

from gouji.book import Book
from gouji.forms import Edition
from gouji.write.layout import Laid, laid
from gouji.write.merging import Span
from gouji.write.outline import pieces, publication
from gouji.write.paging import pitch
from gouji.write.widths import LONGEST_WORD, MARGIN, TOGETHER, fitted, page, title_size, widths

DIGIT = 0.52  # em, in the font for digits and letters
TEXT = 0.8  # em: how high a line is without what is above and below it
_LONG = re.compile(rf"[!-~]{{{LONGEST_WORD + 1},}}")
TEMPLATE = Path(__file__).parent / "book.typ"


def write(book: Book, edition: Edition) -> bytes:
    whole = publication(book, laid(book, edition))
    data = {
        "title": whole.title,
        "author": whole.cover[0],
        "cover": whole.cover,
        "margin": MARGIN,
        "indent": 0 if whole.table_level > 1 else 2,  # of 一、 below 第一部分 in the contents
        "together": TOGETHER,
        "narrative": [part._asdict() | {"pieces": pieces(part.text)} for part in whole.narrative],
        "tables": [_table(table) for table in whole.tables],
    }
    made = datetime.datetime(book.year or edition.year, 1, 1, tzinfo=datetime.UTC)
    inputs = {"book": json.dumps(data, ensure_ascii=False)}
    compiler = typst.Compiler(TEMPLATE, font_paths=_fonts(), sys_inputs=inputs)
    try:
        pdf = compiler.compile(format="pdf", pdf_standards="ua-1", timestamp=made)
    except typst.TypstError:  # PDF/UA forbids a character that no font has; a tagged PDF does not
        pdf = compiler.compile(format="pdf", timestamp=made)
    assert isinstance(pdf, bytes)
    return pdf


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    """The fonts of the extra; the system's beside them for what these lack."""
    try:
        from pylopdf_fonts_zh_cn import sans_path
    except ImportError:
        return typst.Fonts()
    return typst.Fonts(font_paths=[str(sans_path().parent)])


def _table(table: Laid) -> dict[str, Any]:
    needed = widths(table, DIGIT)
    one = page(needed)
    wide, high = one.sides
    numbers = [Span(table.depth, c, text=number) for c, number in enumerate(table.numbers)]
    top = table.depth + bool(numbers)
    wides = fitted(needed, one.room / one.size)
    return {
        "width": wide,
        "height": high,
        "size": one.size,
        "widths": [width * one.size for width in wides],
        "inset": (pitch(table, wides, one) - TEXT) / 2,
        "tag": table.tag,
        "title": table.title,
        "title_size": title_size(table.title, one),
        "unit": table.unit,
        "money": table.money,
        "head": list(_cells([*table.heads, *numbers], 0)),
        "body": list(_cells(table.body(), top)),
        "notes": table.notes,
    }


def _cells(spans: Iterable[Span], top: int) -> Iterator[dict[str, Any]]:
    for span in spans:
        yield {
            "x": span.column,
            "y": top + span.row,
            "columns": span.columns,
            "rows": span.rows,
            "align": span.align,
            "text": _LONG.sub(_breakable, span.text),
        }


def _breakable(word: re.Match[str]) -> str:
    """A word too long for any cell, with places where it may be broken."""
    return "\u200b".join(word[0][i : i + 10] for i in range(0, len(word[0]), 10))
