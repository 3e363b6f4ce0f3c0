"""Residuals to findings: each broken identity, with its arithmetic written out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from gouji import money
from gouji.findings import (
    BROKEN,
    ERROR,
    HELD,
    NOT_APPLICABLE,
    NOTE,
    WARNING,
    WITHHELD,
    Finding,
    Outcome,
    Term,
    numbered,
    quoted,
    spot_of,
)
from gouji.identities import Identity, System
from gouji.meaning import Sense

CODES = (
    "sum.row",
    "sum.column",
    "sum.group",
    "sum.code",
    "sum.across",
    "same.across",
    "balance.total",
    "bound.part",
    "bound.project",
    "expect.across",
    "expect.same",
    "expect.balance",
)
_EXPECTED = {
    "sum.across": "expect.across",
    "same.across": "expect.same",
    "balance.total": "expect.balance",
}


def code_of(code: str, expected: bool) -> str:
    """A tie that holds as a rule, not by duty, has a code of its own."""
    return _EXPECTED[code] if expected else code


def findings(system: System, withheld: frozenset[int]) -> dict[int, Finding]:
    """identity -> its finding, for each broken identity; those in `withheld` are secret money, no fault."""
    told = numbered(_finding(system, i, i in withheld) for i in system.broken)
    return dict(zip(system.broken, told, strict=True))


def _finding(system: System, i: int, withheld: bool) -> Finding:
    identity = system.identities[i]
    sense = system.sense
    left = [(f, s) for f, s in identity.terms if s > 0]
    right = [(f, s) for f, s in identity.terms if s < 0]
    printed = sum(sense.value(f) for f, _ in left)
    implied = sum(sense.value(f) for f, _ in right)
    terms = tuple(Term(s, sense.amounts[f], spot_of(sense, f)) for f, s in _shown(sense, left, right))
    unsure = identity.expected or any(sense.book.tables[t.spot.table].form is None for t in terms)
    level = NOTE if withheld else WARNING if unsure else ERROR  # no error rests on a table of no known form
    return Finding(
        code_of(identity.code, identity.expected),
        tuple(term.spot for term in terms),
        _args(sense, _others(sense, identity, terms), terms, printed, implied),
        level=level,
        outcome=WITHHELD if withheld else BROKEN,
        printed=printed,
        implied=implied,
        terms=terms,
        relation=identity.relation,
    )


def _shown(
    sense: Sense, left: list[tuple[int, int]], right: list[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    """The terms to show: both sides, blank ones only where a side would be empty."""
    for side in (left, right):
        filled = [(f, s) for f, s in side if sense.amounts[f] is not None]
        yield from filled or side[:1]


def _others(sense: Sense, identity: Identity, terms: tuple[Term, ...]) -> str:
    """The tables of the right side, also where no row of theirs is left."""
    if identity.code == "sum.across":
        return "、".join(dict.fromkeys(sense.panels[rows.panel].table.name for rows in identity.rows))
    return "、".join(dict.fromkeys(t.spot.form for t in terms if t.sign < 0)) or terms[0].spot.form


def _args(
    sense: Sense, others: str, terms: tuple[Term, ...], printed: int, implied: int
) -> Mapping[str, str]:
    first = terms[0].spot
    fen = sense.book.tables[first.table].fen
    return {
        "form": first.form,
        "row": quoted(first.row or first.column),
        "column": quoted(first.column),
        "other": others,
        "other_row": quoted(terms[-1].spot.row or terms[-1].spot.column),
        "other_column": quoted(terms[-1].spot.column),
        "printed": money.show(printed, fen),
        "implied": money.show(implied, fen),
        "difference": money.show(abs(printed - implied), fen),
    }


def outcomes(system: System, found: Mapping[int, Finding]) -> list[Outcome]:
    """Per code of arithmetic: how many identities held, or were broken, or were withheld."""
    total = Counter({code_of(*one): count for one, count in system.codes.items()})
    told: list[Outcome] = []
    for code in CODES:
        mine = [f.outcome for f in found.values() if f.code == code]
        if BROKEN in mine:
            told.append(Outcome(code, BROKEN, mine.count(BROKEN)))
        if WITHHELD in mine:
            told.append(Outcome(code, WITHHELD, mine.count(WITHHELD)))
        if total[code] > len(mine):
            told.append(Outcome(code, HELD, total[code] - len(mine)))
        if not total[code]:
            told.append(Outcome(code, NOT_APPLICABLE, 0, "no-such-figures"))
    return told
