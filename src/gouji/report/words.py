"""Findings, causes, amounts and places in words; and text from a book made safe to show."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from gouji import money
from gouji.book import FINAL_ACCOUNTS, Book, Place
from gouji.findings import WITHHELD, Cause, Finding, Spot
from gouji.forms import edition
from gouji.messages import catalogue, say
from gouji.privacy import hide

# Controls can move a terminal's cursor, and directional marks can reorder what is read.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_SAID = ("other", "lost", "cut-off", "shifted", "surplus", "unit", "misread")
_ENGLISH = {"、": ", ", "，": ", ", "；": "; "}
_MARKS, _QUOTED = re.compile("[、，；]"), re.compile("(“[^”]*”)")
_FAILED = {"=": "≠", "<=": ">", ">=": "<"}
_UNITS = {
    money.YUAN: "元",
    1000 * money.YUAN: "千元",
    money.WAN: "万元",
    100 * money.WAN: "百万元",
    10000 * money.WAN: "亿元",
}


class Step(NamedTuple):
    """One term of a sum written out: its amount as text ("" where blank), its cell."""

    amount: str
    spot: Spot


class Arithmetic(NamedTuple):
    """What is printed and what it comes to, how that stands to what the terms make up, and by how much."""

    printed: tuple[Step, ...]
    total: str
    sign: str
    terms: tuple[Step, ...]
    implied: str
    difference: str
    unit: str


def word(key: str, lang: str, **args: object) -> str:
    return say(f"report.{key}", lang, {name: str(value) for name, value in args.items()})


def finding_text(finding: Finding, lang: str) -> str:
    told = _named(finding.code, finding.args, lang)
    return told + word("recognised", lang) if "recognised" in finding.args else told


def remedy_text(finding: Finding, lang: str) -> str:
    if finding.outcome == WITHHELD and finding.terms:
        return ""  # secret money is no fault to be mended
    told = catalogue()[finding.code].remedy(lang).format_map(defaultdict(str, finding.args))
    return punctuated(safe(told), lang)


def cause_text(cause: Cause, lang: str) -> str:
    code = "misread.cause" if cause.slip == "misread" else f"cause.{cause.kind}"
    return _named(code, cause.args, lang)


def _named(code: str, args: Mapping[str, str], lang: str) -> str:
    """A sentence that says 表 once of a form whose name ends in it, and of a table that it has no title."""
    untitled = {name: word("untitled", lang) for name in ("form", "other") if args.get(name) == ""}
    told = say(code, lang, {**args, **untitled} if untitled else args)
    return punctuated(safe(told.replace("表 表", "表")), lang)


def punctuated(text: str, lang: str) -> str:
    """A sentence with the marks of its own language between the names that it lists; quoted text as it is."""
    if lang != "en" or not _MARKS.search(text):
        return text
    parts = _QUOTED.split(text)  # every other part is quoted
    parts[::2] = [_MARKS.sub(lambda mark: _ENGLISH[mark[0]], part) for part in parts[::2]]
    return "".join(parts)


def slip_text(cause: Cause, lang: str) -> str:
    """How it probably happened; nothing where that is unknown or the kind of cause says it already."""
    entry = catalogue().get(f"slip.{cause.slip}")
    return entry.message(lang) if entry and cause.slip not in _SAID else ""


def proposal(cause: Cause) -> str:
    """What the cause proposes, where its sentence does not say it already."""
    return "" if "proposed" in cause.args else safe(cause.proposed or "")


def reason_text(reason: str, lang: str) -> str:
    return say(f"reason.{reason}", lang)


def safe(text: str) -> str:
    """A text on one line, without what could disturb whoever shows it, and without persons' numbers."""
    line = " ".join(text.split())
    return hide(line if line.isprintable() else _UNSAFE.sub("\N{REPLACEMENT CHARACTER}", line))


def money_unit(fen: int) -> str:
    return _UNITS.get(fen, "元")


def place_text(place: Place, lang: str, source: str = "") -> str:
    """Where a text stands; in which file of the book too, where it is of several files."""
    return f"{safe(file_text(place, source))} {_place_text(place, lang)}".strip()


def file_text(place: Place, source: str) -> str:
    """In which file of a book of several files something stands; "" in a book of one."""
    if not source or not place.file.startswith(source):
        return ""
    return place.file.removeprefix(source).lstrip("/")


def _place_text(place: Place, lang: str) -> str:
    if place.sheet or place.page or not place.line:
        return safe(str(place)) if place.sheet or place.page else ""
    if place.column:
        return word("place.cell", lang, line=place.line, column=place.column)
    return word("place.line", lang, line=place.line)


def book_title(book: Book, lang: str) -> str:
    unit = safe(book.unit) or word("no-unit", lang)
    key = f"title.{book.kind}" if book.year else f"title.{book.kind}.no-year"
    return word(key, lang, unit=unit, year=book.year)


def form_title(book: Book, form: str) -> str:
    """The title of a form as the edition prescribes it; in final accounts, as they print it."""
    printed = book.table(form) if book.kind == FINAL_ACCOUNTS else None
    if printed:
        return printed.title.text
    known = edition(book.edition).form(form)
    return known.title if known else form


def arithmetic(finding: Finding, book: Book) -> Arithmetic | None:
    """A finding's sum written out, in the money unit that its tables share, otherwise in 元."""
    if not finding.terms or finding.printed is None or finding.implied is None:
        return None
    fen = _unit_of((term.spot for term in finding.terms), book)
    steps = [(t.sign, Step("" if t.fen is None else money.show(t.fen, fen), t.spot)) for t in finding.terms]
    return Arithmetic(
        printed=tuple(step for sign, step in steps if sign > 0),
        total=money.show(finding.printed, fen),
        sign=_FAILED[finding.relation],
        terms=tuple(step for sign, step in steps if sign < 0),
        implied=money.show(finding.implied, fen),
        difference=money.show(finding.printed - finding.implied, fen),
        unit=money_unit(fen),
    )


def by_row(spots: Iterable[Spot]) -> list[list[Spot]]:
    """Cells that stand in one row together, in the order of their first ones."""
    rows: dict[tuple[int, Place], list[Spot]] = {}
    for spot in spots:
        place = spot.place._replace(column=0) if spot.place.line else spot.place
        rows.setdefault((spot.table, place), []).append(spot)
    return list(rows.values())


def row_text(spots: Sequence[Spot], lang: str) -> str:
    """Cells of one row as people name them: the row, and the columns."""
    columns = (", " if lang == "en" else "、").join(
        dict.fromkeys(safe(spot.column) for spot in spots if spot.column)
    )
    return " · ".join(part for part in (safe(spots[0].row), columns) if part)


def _unit_of(spots: Iterable[Spot], book: Book) -> int:
    units = {book.tables[spot.table].fen for spot in spots if spot.table >= 0}
    return units.pop() if len(units) == 1 else money.YUAN
