"""Residuals to findings: each broken identity, with its arithmetic written out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

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
    spots_of,
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
    left, right = identity.figures[: identity.left], identity.figures[identity.left :]
    printed, implied = (sum([sense.amounts[f] or 0 for f in side]) for side in (left, right))
    terms = (*_terms(sense, 1, left), *_terms(sense, -1, right))
    tables = {term.spot.table for term in terms}
    unsure = identity.expected or any([sense.book.tables[number].form is None for number in tables])
    level = NOTE if withheld else WARNING if unsure else ERROR  # no error rests on a table of no known form
    return Finding(
        code_of(identity.code, identity.expected),
        tuple([term.spot for term in terms]),
        _args(sense, _others(sense, identity, terms), terms, printed, implied),
        level=level,
        outcome=WITHHELD if withheld else BROKEN,
        printed=printed,
        implied=implied,
        terms=terms,
        relation=identity.relation,
    )


def _terms(sense: Sense, sign: int, side: Sequence[int]) -> Iterator[Term]:
    """The terms of one side that are shown: blank ones only where it would be empty."""
    filled = [figure for figure in side if sense.amounts[figure] is not None] or side[:1]
    for figure, spot in zip(filled, spots_of(sense, filled), strict=True):
        yield Term(sign, sense.amounts[figure], spot)


def _others(sense: Sense, identity: Identity, terms: tuple[Term, ...]) -> str:
    """The tables of the right side, also where no row of theirs is left."""
    if identity.code == "sum.across":
        return "、".join(dict.fromkeys([sense.panels[rows.panel].table.name for rows in identity.rows]))
    return "、".join(dict.fromkeys([t.spot.form for t in terms if t.sign < 0])) or terms[0].spot.form


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
