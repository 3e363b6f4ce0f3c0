"""A Comparison as data: the object that JSON holds (`report/diff.json`)."""

from __future__ import annotations

from collections import Counter

from gouji.compare import Change, Comparison, Figure, Side, Total, Wording
from gouji.findings import Spot
from gouji.report.data import Data, amount_data, spot_data
from gouji.report.differences.view import DIMENSIONS, KINDS, Words
from gouji.report.words import money_unit

SCHEMA = "gouji.diff/1"


def difference(comparison: Comparison, lang: str) -> Data:
    words = Words(comparison, lang)
    kinds = Counter(change.kind for change in comparison.changes)
    return {
        "schema": SCHEMA,
        "old": _side(comparison.old),
        "new": _side(comparison.new),
        "changes": [_change(change, words) for change in comparison.changes],
        "totals": [_total(total) for total in comparison.totals],
        "basis": {name: comparison.basis.get(name) for name in DIMENSIONS},
        "compared": comparison.compared,
        "texts": [_wording(wording) for wording in comparison.texts],
        "summary": {kind: kinds[kind] for kind in KINDS},
    }


def _side(side: Side) -> Data:
    return {
        "source": side.source,
        "unit": side.unit,
        "year": side.year,
        "money_unit": money_unit(side.fen),
    }


def _change(change: Change, words: Words) -> Data:
    return {
        "kind": change.kind,
        "what": change.what,
        "table": change.table,
        "row": change.spot.row,
        "message": words.message(change),
        **_amounts(change),
        "dimension": change.dimension or None,
        "from": change.source or None,
        "to": change.target or None,
        "figures": [{"column": figure.column, **_amounts(figure)} for figure in change.figures],
    }


def _wording(wording: Wording) -> Data:
    return {
        "kind": wording.kind,
        "what": wording.what,
        "table": wording.table or None,
        "name": wording.label or None,
        "old": wording.old.text if wording.old else None,
        "new": wording.new.text if wording.new else None,
        "before": _cell(wording.before),
        "after": _cell(wording.after),
    }


def _amounts(change: Change | Figure) -> Data:
    return {
        "old": amount_data(change.old),
        "new": amount_data(change.new),
        "difference": amount_data(change.difference),
        "before": _cell(change.before),
        "after": _cell(change.after),
    }


def _total(total: Total) -> Data:
    return {
        "dimension": total.dimension,
        "value": total.value,
        "name": total.name,
        "old": amount_data(total.old),
        "new": amount_data(total.new),
        "difference": amount_data(total.difference),
        "differs": total.differs,
    }


def _cell(spot: Spot | None) -> Data | None:
    return None if spot is None else spot_data(spot)
