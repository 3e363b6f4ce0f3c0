"""Two versions or two years of a book, or of a ledger: what was added, removed, changed, moved.

Figures are aligned by what they mean and never by where they stand: the form, the codes and names of the
row, the conditions of the column with its year told from the book's own.
"""

from __future__ import annotations

from gouji.compare.changes import compare
from gouji.compare.lines import ledger_side
from gouji.compare.model import (
    ADDED,
    CHANGED,
    FIGURE,
    LINE,
    MOVED,
    NOTE,
    PARAGRAPH,
    REMOVED,
    RESTATED,
    TABLE,
    TARGET,
    Change,
    Comparison,
    Figure,
    Side,
    Total,
    Wording,
)
from gouji.compare.rows import book_side

__all__ = [
    "ADDED",
    "CHANGED",
    "FIGURE",
    "LINE",
    "MOVED",
    "NOTE",
    "PARAGRAPH",
    "REMOVED",
    "RESTATED",
    "TABLE",
    "TARGET",
    "Change",
    "Comparison",
    "Figure",
    "Side",
    "Total",
    "Wording",
    "book_side",
    "compare",
    "ledger_side",
]
