"""Words of the narrative: names out of date, parts that are required, reasons that were not given."""

from __future__ import annotations

import re
from functools import lru_cache

from gouji.checks.common import found, grouped, verdict
from gouji.checks.said.common import NONE, about, spot, told
from gouji.findings import Result, Spot
from gouji.meaning import Sense
from gouji.narrative.files import HERE
from gouji.scope import rows_of

LEAST_AMOUNTS = 10
LEAST_PARTS = 3
"""A narrative with so many amounts and so many of the required parts was meant to have all of them."""
_OLD = re.compile(r"(?:原|将|由|以前年度|更名|调整|改为)[^,。;]*$")
_NO_REASON = re.compile(r"原因(?:是|为):?(?=[。;])")
_NOT_WITHIN = r"(?<![一-鿿])"
_MARKED = {
    "类": r"(?=\((?:\d{3})?类\)|\(\d{3}\))",
    "款": r"(?=\((?:\d\d)?款\)|\(\d{5}\))",
    "项": r"(?=\((?:\d\d)?项\)|\(\d{7}\))",
}


def name_outdated(sense: Sense) -> Result:
    """Subjects are called by today's names."""
    read = told(sense)
    year = read.year or sense.book.year
    if year is None:
        return verdict((), 0, NONE)
    pattern, names = _outdated()
    hits = [
        (hit[0].partition("(")[0], paragraph, hit)
        for paragraph in read.paragraphs
        for hit in pattern.finditer(paragraph.text)
        if not _OLD.search(paragraph.text[max(0, hit.start() - 40) : hit.start()])
    ]
    findings = []
    for name, places in grouped((name, (p, hit)) for name, p, hit in hits if names[name][1] <= year).items():
        spots = [spot(paragraph, hit.start()) for paragraph, hit in places]
        args = {"name": name, "now": names[name][0], "since": str(names[name][1]), "count": str(len(places))}
        findings.append(found("prose.name-outdated", spots, args))
    return verdict(findings, len(read.claims), NONE)


@lru_cache(maxsize=1)
def _outdated() -> tuple[re.Pattern[str], dict[str, tuple[str, int]]]:
    rows = sorted(rows_of(HERE / "outdated.tsv"), key=lambda row: -len(row[1]))
    said = [rf"{_NOT_WITHIN if level == '类' else ''}{name}{_MARKED[level]}" for level, name, _, _ in rows]
    return re.compile("|".join(said)), {name: (now, int(since)) for _, name, now, since in rows}


def part_missing(sense: Sense) -> Result:
    """A narrative covers all that the national catalogue asks for."""
    read = told(sense)
    if not read.year or sum(len(claims.levels) for claims in read.claims) < LEAST_AMOUNTS:
        return verdict((), 0, NONE)
    around = (cell.text for table in sense.book.tables for cell in (table.title, *table.notes))
    text = "\n".join([*(paragraph.text for paragraph in read.paragraphs), *around])
    rows = rows_of(HERE / "required.tsv")
    lacking = [(zh, en) for words, zh, en in rows if not re.search(words, text)]
    held = len(rows) - len(lacking)
    if not lacking or held < LEAST_PARTS:
        return verdict((), held, NONE)
    first = read.claims[0].paragraph
    where = Spot(spot(first, 0).form, "", "", "", first.cells[0].place)
    args = {"parts": "、".join(zh for zh, _ in lacking), "parts_en": ", ".join(en for _, en in lacking)}
    return verdict([found("prose.part-missing", [where], args)], held, NONE)


def reason_missing(sense: Sense) -> Result:
    """Where a reason is announced, one is given."""
    findings, held = [], 0
    for paragraph in told(sense).paragraphs:
        held += paragraph.text.count("原因")
        for hit in _NO_REASON.finditer(paragraph.text):
            held -= 1
            start = max(0, hit.start() - 30)
            findings.append(about("prose.reason-missing", paragraph, start, hit.end(), {}))
    return verdict(findings, held, NONE)
