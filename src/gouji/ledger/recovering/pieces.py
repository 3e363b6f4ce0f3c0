"""Lines of a book that prints none, from what its tables tell in several ways; the rest stays blank."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gouji.ledger.lines import Line, scope_of
from gouji.ledger.parts import Spending
from gouji.ledger.recovering.atoms import name_of
from gouji.ledger.recovering.comparing import Totals, figures, holds
from gouji.ledger.recovering.draft import Draft
from gouji.ledger.recovering.tellings import tellings
from gouji.ledger.recovering.weaving import Held, Piece, weave
from gouji.lexicon import normal


def recover_pieces(draft: Draft) -> None:
    printed = [(i, figure) for i, figure in enumerate(figures(draft.sense)) if figure.fen]
    draft.apart = True
    names, codes = dict(_names(draft)), {unit.name: unit.code for unit in draft.units}
    wide = frozenset(
        i for i, figure in printed if not figure.scope.without("year", "unit", "unit_code").opens
    )

    def weigh(pieces: Sequence[Piece]) -> Held:
        lines = ((_line(draft, piece, names), piece.amount.step) for piece in pieces)
        totals = Totals((scope_of(line, codes.get(line.unit, "")), line.fen, step) for line, step in lines)
        held = frozenset(i for i, figure in printed if holds(totals, figure))
        return Held(held, held & wide)

    for piece in weave(tellings(draft), weigh):
        amount = piece.amount
        draft.add(Spending(_line(draft, piece, names)), amount.place)
        draft.rows += not piece.offset
        if amount.joined and not piece.offset:
            draft.infer("joined", amount.form, amount.place)


def _names(draft: Draft) -> Iterator[tuple[str, str]]:
    """Units and projects as they are printed."""
    for table in draft.sense.tables:
        for row in range(len(table.table.rows)):
            for cell in table.keys(row).values():
                yield normal(cell.text), cell.text
    yield normal(draft.unit), draft.unit


def _line(draft: Draft, piece: Piece, names: dict[str, str]) -> Line:
    closed, live, told = piece.scope.closed, draft.sense.live, piece.amount.told
    values = {name: tells[0] for name, tells in piece.scope.opens}
    alone = draft.unit if len(draft.sense.units) < 2 else ""
    kind = name_of("kind", closed, live)
    return Line(
        fen=piece.amount.fen,
        year=draft.year,
        unit=names[values["unit"]] if "unit" in values else alone,
        flow="本年支出",
        fund=name_of("fund", closed, live),
        carried=name_of("carried", closed, live),
        kind=kind,
        part=name_of("part", closed, live) if kind != "项目支出" else "",
        function=values.get("function", ""),
        economic=values.get("economic") or values.get("gov_economic", ""),
        project=names[values["project"]] if "project" in values else "",
        code=told.get("code", ""),
        category=told.get("category", ""),
        release="本次下达",
        level="本级",
        offset=piece.offset,
    )
