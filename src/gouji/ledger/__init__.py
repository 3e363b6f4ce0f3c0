"""The ledger: every budget line of a unit's year, and the whole book compiled from it.

A figure is the sum of the lines in its scope, so the figures of a compiled book cannot disagree.
"""

from __future__ import annotations

from gouji.ledger.compiling import compile
from gouji.ledger.labels import unplaced
from gouji.ledger.lines import Chapter, Item, Ledger, Line, Target, Unit

__all__ = ["Chapter", "Item", "Ledger", "Line", "Target", "Unit", "compile", "unplaced"]
