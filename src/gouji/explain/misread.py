"""Figures that were recognised in a picture: which changes of them are likelier misread than misprinted.

No fault is laid to a department that may be the reader's. What a misreading explains is a note; what nothing
explains, or another slip, is at most a warning as soon as recognised text has part in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from gouji import money
from gouji.book import RECOGNISED, Book, Cell, Place, Reading
from gouji.explain.slips import Explanation
from gouji.findings import ERROR, NOTE, WARNING, Cause, Finding, Result, numbered, quoted, spot_of
from gouji.identities import System
from gouji.meaning import Sense
from gouji.messages import say

MISREAD = "misread"
CODE = "read.misread"
WAYS = frozenset(("digit", "lost-digit", "extra-digit", "point", "sign"))
OF_LETTERS = frozenset(
    ("code.form", "code.name", "project.code-form", "project.code-year", "project.two-names", "unit.other")
)
"""Checks of how a word or a code is written, character by character: of a picture they say little."""
CLEAR = 0.95  # two readings that agree are sure from here on
OTHERWISE, UNSURE, SURE, UNSEEN = 0.4, 0.5, 0.9, 1.2
"""What a misreading costs: where the other reading says so; from no confidence to full; ink, but no text."""


def cost(readings: Mapping[Place, Reading], cell: Cell, how: str, new: int, fen: int) -> float | None:
    """What it costs to take a cell for misread, where a slip like this is one that readers make."""
    reading = readings.get(cell.place)
    if reading is None:
        return None
    if not cell.text:
        return UNSEEN if how == "blank" and new > 0 else None
    if other(reading, fen) == new:
        return OTHERWISE
    return UNSURE + (SURE - UNSURE) * reading.confidence if how in WAYS else None


def other(reading: Reading, fen: int) -> int | None:
    """The other reading as an amount in 分."""
    try:
        amount = money.parse(reading.other, fen) if reading.other else None
    except money.NotAnAmount:
        return None
    return amount.fen if amount else None


def otherwise(sense: Sense, figures: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Those of some figures that another reading takes for a different amount, and by how much."""
    for figure in figures:
        panel, row, column = sense.at(figure)
        if panel.table.readings:
            reading = panel.table.readings.get(panel.cell(row, column).place)
            amount = other(reading, panel.table.fen) if reading else None
            if amount is not None and amount != sense.amounts[figure]:
                yield figure, amount - sense.value(figure)


def marked(book: Book, findings: Sequence[Finding]) -> list[Finding]:
    """What rests on recognised text says so, and is no error."""
    pages = book.recognised
    return [_marked(one) if pages and _rests(one, pages) else one for one in findings]


def _rests(finding: Finding, pages: frozenset[tuple[str, int]]) -> bool:
    """Has recognised text part in it? What is not there at all may have been misread, too."""
    return finding.code not in (CODE, RECOGNISED) and any(
        (s.place.file, s.place.page) in pages or s.place == Place(s.place.file) for s in finding.spots
    )


def _marked(finding: Finding) -> Finding:
    level = WARNING if finding.level == ERROR else finding.level
    if finding.code in OF_LETTERS:
        level = NOTE
    return replace(finding, level=level, args={**finding.args, "recognised": "1"})


def settled(
    system: System,
    explanations: Sequence[Explanation],
    broken: Mapping[int, Finding],
    causes: Sequence[Cause],
) -> tuple[dict[int, Finding], list[Cause], Result]:
    """The findings that misreadings explain as notes, the causes with the misreadings, and these."""
    told = [
        (e, change)
        for e in explanations
        if e.slips[0].how == MISREAD
        for change in (e.slips[0].changes[:1] if e.slips[0].carried else e.slips[0].changes)
    ]
    misread = numbered(_finding(system, *change) for _, change in told)
    ids: dict[str, list[str]] = {}
    for (explanation, _), one in zip(told, misread, strict=True):
        for i in explanation.identities:
            ids.setdefault(broken[i].id, []).append(one.id)
    found = {i: replace(f, level=NOTE) if f.id in ids else f for i, f in broken.items()}
    with_them = [_with(cause, ids) for cause in causes]
    sure = sum(len(panel.table.readings) for panel in system.sense.panels) - len(misread)
    return found, with_them, Result(tuple(misread), max(0, sure), "not-recognised")


def _with(cause: Cause, ids: Mapping[str, Sequence[str]]) -> Cause:
    more = dict.fromkeys(id for finding in cause.findings for id in ids.get(finding, ()))
    return replace(cause, findings=(*cause.findings, *more)) if more else cause


def _finding(system: System, figure: int, new: int | None) -> Finding:
    sense = system.sense
    panel, row, column = sense.at(figure)
    spot, table = spot_of(sense, figure), panel.table
    reading = table.readings.get(panel.cell(row, column).place, Reading(0.0))
    agreed = reading.confidence >= CLEAR and not reading.other
    verdict = "misread.agreed" if agreed else "misread.likely"
    args = {
        "form": spot.form,
        "row": quoted(spot.row or spot.column),
        "column": quoted(spot.column),
        "read": spot.text or "—",
        "proposed": money.show(new or 0, table.fen),
        "confidence": f"{reading.confidence:.0%}",
        "verdict": say(verdict, "zh"),
        "verdict_en": say(verdict, "en"),
    }
    return Finding(CODE, (spot,), args, level=NOTE, printed=sense.value(figure), implied=new or 0)
