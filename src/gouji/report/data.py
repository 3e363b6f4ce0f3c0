"""An Audit and a Book as data: the objects that JSON reports hold (`schema.json`)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import orjson

from gouji.audit import Audit, Coverage
from gouji.book import Book, Cell, Column, Place, Remark, Table
from gouji.findings import ERROR, NOTE, WARNING, Cause, Finding, Outcome, Spot
from gouji.messages import say
from gouji.money import yuan
from gouji.report.view import counts, distinct, ids, likeliest
from gouji.report.words import cause_text, finding_text, form_title, money_unit, reason_text

Data = dict[str, Any]
SCHEMA = "gouji.report/1"
BOOK_SCHEMA = "gouji.book/1"
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)
_LINE_ENDS = [(end.encode(), f"\\u{ord(end):04x}".encode()) for end in "\u2028\u2029\x85"]


def report(audit: Audit, lang: str) -> Data:
    book = audit.book
    causes = {id: cause.id for id, cause in likeliest(audit.causes).items()}
    return {
        "schema": SCHEMA,
        "source": book.source,
        "book": _about(book),
        "tables": [*map(_table, book.tables), *(_absent(book, form) for form in book.absent)],
        "findings": [
            _finding(finding, id, causes.get(id), lang)
            for finding, id in zip(audit.findings, ids(audit.findings), strict=True)
        ],
        "causes": [_cause(cause, lang) for cause in audit.causes],
        "outcomes": [_outcome(outcome, lang) for outcome in audit.outcomes],
        "coverage": _coverage(audit.coverage),
        "summary": _summary(audit.findings),
    }


def book_data(book: Book, lang: str) -> Data:
    return {
        "schema": BOOK_SCHEMA,
        "source": book.source,
        "book": _about(book),
        "tables": [_whole_table(table, lang) for table in book.tables],
        "absent": list(book.absent),
        "prose": _cells(book.prose),
        "remarks": [_remark(remark, lang) for remark in book.remarks],
    }


def line(data: Data) -> str:
    """One line of JSON Lines, without the characters that some readers take for line ends."""
    return encoded(data).decode()


def encoded(data: Data) -> bytes:
    """The same in UTF-8."""
    try:
        told = orjson.dumps(data)
    except TypeError:  # file names that are no text in any encoding have characters that it refuses
        told = _ENCODER.encode(data).encode(errors="replace")
    for printed, escaped in _LINE_ENDS:
        if printed[:1] in told:  # to look for one byte takes a hundredth of the time
            told = told.replace(printed, escaped)
    return told


def _about(book: Book) -> Data:
    return {
        "unit": book.unit,
        "year": book.year,
        "kind": book.kind,
        "edition": book.edition,
        "money_unit": money_unit(book.fen),
    }


def _table(table: Table) -> Data:
    return {
        "form": table.form,
        "title": table.title.text,
        "state": table.state,
        "withheld": bool(table.withheld),
        "place": table.title.place.as_dict(),
    }


def _absent(book: Book, form: str) -> Data:
    return {
        "form": form,
        "title": form_title(book, form),
        "state": "absent",
        "withheld": False,
        "place": Place(book.source).as_dict(),
    }


def _finding(finding: Finding, id: str, cause: str | None, lang: str) -> Data:
    spots = finding.spots
    return {
        "id": id,
        "code": finding.code,
        "level": finding.level,
        "outcome": finding.outcome,
        "message": finding_text(finding, lang),
        "forms": list(filter(None, dict.fromkeys([spot.form for spot in spots]))),
        "printed": amount_data(finding.printed),
        "implied": amount_data(finding.implied),
        "difference": amount_data(finding.difference),
        "cells": [spot_data(spot) for spot in spots],
        "cause": cause,
    }


def _cause(cause: Cause, lang: str) -> Data:
    return {
        "id": cause.id,
        "kind": cause.kind,
        "message": cause_text(cause, lang),
        "amount": yuan(cause.amount),
        "cells": [spot_data(spot) for spot in cause.spots],
        "proposed": cause.proposed,
        "rank": cause.rank,
        "findings": distinct(cause.findings),
    }


def _outcome(outcome: Outcome, lang: str) -> Data:
    reason = reason_text(outcome.reason, lang) if outcome.reason else None
    return {"code": outcome.code, "outcome": outcome.outcome, "count": outcome.cases, "reason": reason}


def _coverage(coverage: Coverage) -> Data:
    return {
        "figures": coverage.figures,
        "scoped": coverage.scoped,
        "in_identities": coverage.in_identities,
        "not_understood": _cells(coverage.not_understood),
    }


def _summary(findings: Iterable[Finding]) -> Data:
    told = counts(findings)
    return {"errors": told[ERROR], "warnings": told[WARNING], "notes": told[NOTE]}


def spot_data(spot: Spot) -> Data:
    form, row, column, text, place, _ = spot
    return {"form": form, "row": row, "column": column, "text": text, "place": place.as_dict()}


def _whole_table(table: Table, lang: str) -> Data:
    return {
        **_table(table),
        "unit": _cell(table.unit),
        "money_unit": money_unit(table.fen),
        "columns": [_column(column) for column in table.columns],
        "rows": [[_with_reading(cell, table) for cell in row] for row in table.rows],
        "notes": _cells(table.notes),
        "declared": _cells(table.declared),
        "withheld_notes": _cells(table.withheld),
        "remarks": [_remark(remark, lang) for remark in table.remarks],
    }


def _column(column: Column) -> Data:
    return {"path": list(column.path), "number": column.number, "place": column.place.as_dict()}


def _remark(remark: Remark, lang: str) -> Data:
    message = say(remark.code, lang, dict(remark.args))
    return {"code": remark.code, "message": message, "cells": _cells(remark.cells)}


def _cells(cells: Iterable[Cell]) -> list[Data]:
    return [{"text": cell.text, "place": cell.place.as_dict()} for cell in cells]


def _with_reading(cell: Cell, table: Table) -> Data:
    """A cell; one that was recognised in a picture with how sure that is, and how else it may read."""
    told: Data = {"text": cell.text, "place": cell.place.as_dict()}
    if reading := table.readings.get(cell.place) if cell.text else None:
        told["reading"] = {"confidence": reading.confidence, "other": reading.other or None}
    return told


def _cell(cell: Cell | None) -> Data | None:
    return None if cell is None else {"text": cell.text, "place": cell.place.as_dict()}


def amount_data(fen: int | None) -> str | None:
    return None if fen is None else yuan(fen)
