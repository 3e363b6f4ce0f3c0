"""One book through reading, identities, checks, causes: the only room that ties them together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import compress

from gouji import money
from gouji.book import Book, Cell, Place
from gouji.checks import CHECKS, sums
from gouji.explain import explain, misread
from gouji.explain.causes import causes
from gouji.explain.slips import Explanation
from gouji.findings import (
    ERROR,
    NOTE,
    WARNING,
    Cause,
    Finding,
    Outcome,
    Result,
    Spot,
    numbered,
    outcome_of,
    spot_of,
)
from gouji.identities import Identity, System, system
from gouji.infer import Deduction, deductions
from gouji.meaning import TOTAL, Panel, Sense, understand
from gouji.messages import say

_COMPARING = ("same.across", "sum.across")
_READING = {"read.shifted-row": ("shifted-row", "shifted"), "read.cut-off": ("cut-off", "cut-off")}


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much was checked: figures printed, with a scope, in at least one identity; texts not understood."""

    figures: int
    scoped: int
    in_identities: int
    not_understood: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Audit:
    book: Book
    findings: tuple[Finding, ...]
    causes: tuple[Cause, ...]
    outcomes: tuple[Outcome, ...]
    coverage: Coverage


def audit(
    book: Book, only: Iterable[str] = (), skip: Iterable[str] = (), sense: Sense | None = None
) -> Audit:
    """Check a book. `only` and `skip` are codes or prefixes of codes (`target`, `sum.column`).

    `sense` is that of the book, where it is known already.
    """
    asked = _chooser(tuple(only), tuple(skip))
    sense = sense or understand(book)
    whole = system(sense)
    explanations = explain(whole)
    secret = frozenset(i for e in explanations if e.slips[0].kind == "withheld" for i in e.identities)
    broken = sums.findings(whole, secret)
    broken = dict(zip(broken, misread.marked(book, list(broken.values())), strict=True))
    ordered = _ordered(explanations, broken)
    explained = causes(whole, ordered, broken)
    broken, explained, unsure = misread.settled(whole, ordered, broken, explained)
    found, outcomes = [*broken.values()], sums.outcomes(whole, broken)
    results = [(code, run(sense)) for code, run in CHECKS if asked(code)]
    names = [f.args["project"] for _, r in results for f in r.findings if f.code == "withheld.name-remains"]
    results += [(misread.CODE, unsure), *_withheld(whole, explanations, names)]
    outcomes += [outcome_of(code, result) for code, result in results]
    said = [finding for _, result in results for finding in numbered(result.findings)]
    found += misread.marked(book, said)
    explained = _with_reading(explained, found)
    kept = [f for f in found if asked(f.code)]
    ids = {f.id for f in kept}
    return Audit(
        book,
        tuple(sorted(kept, key=_order)),
        tuple(c for c in explained if ids.intersection(c.findings)),
        tuple(o for o in outcomes if asked(o.code)),
        _coverage(sense, whole),
    )


def _chooser(only: tuple[str, ...], skip: tuple[str, ...]) -> Callable[[str], bool]:
    def under(code: str, names: tuple[str, ...]) -> bool:
        return any(code == name or code.startswith(name + ".") for name in names)

    if not only and not skip:
        return lambda _: True
    return lambda code: (not only or under(code, only)) and not under(code, skip)


def _order(finding: Finding) -> tuple[int, int, int, int, str]:
    place = finding.spots[0].place if finding.spots else None
    level = (ERROR, WARNING, NOTE).index(finding.level)
    table = finding.spots[0].table if finding.spots else -1
    return (table, place.line if place else 0, place.column if place else 0, level, finding.id)


def _ordered(explanations: Sequence[Explanation], found: dict[int, Finding]) -> list[Explanation]:
    """Errors first, then by how much they explain."""

    def weight(explanation: Explanation) -> tuple[int, int, int]:
        levels = [(ERROR, WARNING, NOTE).index(found[i].level) for i in explanation.identities]
        return (min(levels), -len(levels), min(explanation.identities))

    return sorted(explanations, key=weight)


def _with_reading(explained: list[Cause], found: Sequence[Finding]) -> list[Cause]:
    """What reading itself saw is a cause too: rows that it put right, a table that breaks off."""
    told = list(explained)
    number = sum(cause.rank == 1 for cause in explained)
    for run in _runs([finding for finding in found if finding.code in _READING]):
        kind, slip = _READING[run[0].code]
        spots = tuple(spot for finding in run for spot in finding.spots)
        ids = tuple(finding.id for finding in run)
        places = {spot.place for spot in spots}
        same = next(
            (k for k, c in enumerate(explained) if c.kind == kind and not places.isdisjoint(_at(c))), None
        )
        if same is None:
            number += 1
            first = spots[0]
            args = {"form": first.form, "row": first.row or first.text, "amount": "—"}
            told.append(Cause(f"C{number}", kind, spots, args, 0, None, 1, ids, slip=slip))
        else:
            more = tuple(spot for spot in spots if spot.place not in _at(told[same]))
            cause = told[same]
            told[same] = replace(cause, spots=(*cause.spots, *more), findings=(*cause.findings, *ids))
    return told


def _at(cause: Cause) -> set[Place]:
    return {spot.place for spot in cause.spots}


def _runs(found: Sequence[Finding]) -> list[list[Finding]]:
    """Findings of one code in rows right below each other are one."""
    runs: list[list[Finding]] = []
    for finding in found:
        last = runs[-1][-1] if runs else None
        if last and last.code == finding.code and _below(last.spots[-1], finding.spots[0]):
            runs[-1].append(finding)
        else:
            runs.append([finding])
    return runs


def _below(above: Spot, spot: Spot) -> bool:
    return above.table == spot.table and above.place.line + 1 == spot.place.line


def _withheld(
    whole: System, explanations: Sequence[Explanation], names: Sequence[str]
) -> list[tuple[str, Result]]:
    """What can be worked out of withheld amounts, and whether the notes on them are there.

    One name that remains elsewhere and one amount that is missing belong together for any reader.
    """
    told = deductions(whole, explanations)
    points = [deduction for deduction in told if deduction.is_point]
    name = names[0] if len(names) == 1 and len(points) == 1 else ""
    known = [_deducible(whole, deduction, name) for deduction in points]
    undeclared = [f for e in explanations for f in _undeclared(whole, e)]
    none = None if told else "nothing-withheld"
    unneeded = list(_unneeded(whole, explanations))
    return [
        ("withheld.deducible", Result(tuple(known), len(told) - len(known), none)),
        ("withheld.undeclared", Result(tuple(undeclared), len(told) if not undeclared else 0, none)),
        (
            "withheld.unneeded",
            Result(tuple(unneeded), len(_declaring(whole)) - len(unneeded), "nothing-withheld"),
        ),
    ]


def _deducible(whole: System, deduction: Deduction, name: str) -> Finding:
    sense = whole.sense
    first, *others = deduction.identities
    terms = whole.identities[first].terms
    left = [spot_of(sense, f) for f, s in terms if s > 0]
    right = [spot_of(sense, f) for f, s in terms if s < 0 and sense.amounts[f] is not None]
    fen = sense.book.tables[left[0].table].fen
    shown = sum(sense.value(f) for f, s in terms if s < 0)
    gaps = dict(deduction.explanation.slips[0].effect)
    also = "；".join(_gap(whole, i, money.show(-gaps[i], fen)) for i in others)
    args = {
        "amount": money.show(deduction.low, fen),
        "form": left[0].form,
        "row": left[0].row,
        "column": left[0].column,
        "printed": left[0].text,
        "other": _hidden_in(whole, deduction),
        "implied": money.show(shown, fen),
        "also": f"，并与其他差额合算（{also}）" if also else "",
        "also_en": f", taken together with other gaps ({also})" if also else "",
        "name": f"，即“{name}”" if name else "",
        "name_en": f", which is “{name}”" if name else "",
        **_protection(whole, deduction, fen),
    }
    return Finding(
        "withheld.deducible", (*left, *right), args, level=WARNING, outcome="withheld", printed=deduction.low
    )


def _gap(whole: System, i: int, amount: str) -> str:
    """What an identity lacks, with the figure that says so."""
    spot = spot_of(whole.sense, whole.identities[i].terms[0][0])
    return f"{spot.form} · {spot.row} · {spot.column} {amount}"


def _protection(whole: System, deduction: Deduction, fen: int) -> dict[str, str]:
    """What would have to be left out too, row by row, and how far that protects the amount."""
    rows: dict[tuple[str, str], list[str]] = {}
    for spot in (spot_of(whole.sense, figure) for figure in deduction.suppress):
        rows.setdefault((spot.form, spot.row), []).append(spot.column)
    suppress = "；".join(f"{form} · {row} · {'、'.join(columns)}" for (form, row), columns in rows.items())
    least, most = money.show(deduction.least, fen), money.show(deduction.most, fen)
    args = {"suppress": suppress or "—", "least": least, "most": most}
    enough = "enough" if deduction.is_protected else "narrow"
    code = f"protect.{enough if suppress else 'none'}"
    return args | {"protect": say(code, "zh", args), "protect_en": say(code, "en", args)}


def _hidden_in(whole: System, deduction: Deduction) -> str:
    hole = deduction.explanation.slips[0].hole
    return whole.sense.panels[hole.panel].table.name if hole else ""


def _undeclared(whole: System, explanation: Explanation) -> Iterator[Finding]:
    """Tables in which the same money is missing, without a note under them."""
    slip = explanation.slips[0]
    if slip.kind != "withheld" or slip.hole is None:
        return
    sense = whole.sense
    source = sense.panels[slip.hole.panel]
    alike = [i for i in whole.broken if i in explanation.identities or whole.residuals[i] == slip.amount]
    short = [sense.at(f)[0] for i in alike for f, s in whole.identities[i].terms if s < 0]
    numbers = {panel.number for panel in short if panel.base.scope.meet(source.base.scope) is not None}
    for number in sorted(numbers - {source.number}):
        table = sense.book.tables[number]
        if not table.withheld:
            args = {
                "form": table.name,
                "other": source.table.name,
                "amount": money.show(slip.amount, table.fen),
            }
            spot = Spot(table.name, "", "", table.title.text, table.title.place, number)
            yield Finding("withheld.undeclared", (spot,), args, level=WARNING)


def _declaring(whole: System) -> list[int]:
    """Tables with figures that declare secret items left out."""
    return sorted({p.number for p in whole.sense.panels if p.table.withheld})


def _unneeded(whole: System, explanations: Sequence[Explanation]) -> Iterator[Finding]:
    sense = whole.sense
    lacking = {
        sense.at(f)[0].number
        for e in explanations
        if e.slips[0].kind == "withheld"
        for i in e.identities
        for f, _ in whole.identities[i].terms
    }
    whole_in = [number for number in _declaring(whole) if number not in lacking]
    across = [one for one in whole.identities if one.code in _COMPARING] if whole_in else []
    compared = {panel for identity in across for panel in _totals_compared(whole, identity)}
    for number in whole_in:
        table = sense.book.tables[number]
        if number in compared:
            note = table.withheld[0]
            spot = Spot(table.name, "", "", note.text, note.place, number)
            yield Finding("withheld.unneeded", (spot,), {"form": table.name}, level=NOTE)


def _totals_compared(whole: System, identity: Identity) -> Iterator[int]:
    """The tables all of whose money an identity compares with another table's."""
    sense = whole.sense
    if identity.code == "same.across":
        for figure, _ in identity.terms:
            panel, row, _ = sense.at(figure)
            if panel.nodes[row].kind == TOTAL:
                yield panel.number
    for rows in identity.rows:
        if rows.scope is not None and not rows.scope.get("project"):
            yield sense.panels[rows.panel].number


def _coverage(sense: Sense, whole: System) -> Coverage:
    unknown = [c for t in sense.tables for c in _not_understood(sense, t.number)]
    figures = sense.printed + len(sense.unread) + sum(1 for _ in _unscoped(sense))
    scoped = sum(_scoped(sense, panel) for panel in sense.panels)
    tied = list(compress(sense.amounts, whole.figures))
    return Coverage(figures, scoped, len(tied) - tied.count(None), tuple(unknown))


def _scoped(sense: Sense, panel: Panel) -> int:
    """How many amounts of a panel have a scope."""
    width, amounts = len(panel.columns), sense.amounts[panel.first : panel.first + panel.size]
    if not panel.base.understood:
        return 0
    told = [node.understood for node in panel.nodes]
    known = [c for c, column in enumerate(panel.columns) if column.meaning.understood]
    if len(known) == width and all(told):
        return len(amounts) - amounts.count(None)
    return sum(sum(told) - list(compress(amounts[c::width], told)).count(None) for c in known)


def _not_understood(sense: Sense, number: int) -> Iterator[Cell]:
    table = sense.tables[number]
    if not table.title.understood:
        yield table.table.title
    for column, role in zip(table.table.columns, table.roles, strict=True):
        if role == "?":
            yield Cell(column.label, column.place)
    for panel in table.panels:
        for node in panel.nodes:
            if not node.understood:
                yield from [cell for cell in table.table.rows[node.index] if cell.text][:1]


def _unscoped(sense: Sense) -> Iterator[Cell]:
    """Amounts under headings that are not understood."""
    for table in sense.tables:
        for c, role in enumerate(table.roles):
            if role == "?":
                for row in table.table.rows:
                    if row[c].text and money.looks_like(row[c].text):
                        yield row[c]
