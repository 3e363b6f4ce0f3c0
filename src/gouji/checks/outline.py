"""Tables whose rows are codes (类款项), and how deep the codes of budget lines go."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from gouji.checks.codes import ECONOMIC, FUNCTION, NONE, Coded, list_of, once_each, printed
from gouji.checks.common import found, grouped, once, says, short, verdict
from gouji.findings import Finding, Result
from gouji.meaning import LINE, Sense
from gouji.meaning.naming import SUBJECTS


def depth(sense: Sense) -> Result:
    """Expenditure is published down to 项, basic expenditure down to 款 of the economic classification.

    Source: 财预〔2016〕143号 as quoted in the 基层政务公开标准目录.
    """
    year, basic = sense.book.year or 0, _basic(sense)
    asked = [
        c
        for c in _leaves(sense)
        if c.known.entry
        and not c.code.startswith("1")
        and (c.dimension != ECONOMIC or c.table.number in basic)
        and _has_money(c)
    ]
    bad = [
        c
        for c in asked
        if len(c.code) < _DEEPEST[c.dimension] and list_of(c.dimension, c.code, year).children(c.code)
    ]
    return verdict(once_each("code.depth", bad), len(asked) - len(bad), NONE)


_DEEPEST = {FUNCTION: 7, ECONOMIC: 5}


def _basic(sense: Sense) -> set[int]:
    """The numbers of the tables of basic expenditure. A further one may sum up each unit by 类."""
    deeper = {c.table.number for c in printed(sense) if len(c.code) > 3}
    tables = [t for t in sense.tables if says(t, "kind", "基本支出")]
    return {t.number for t in tables if t.number in deeper or says(t, "fund", "一般公共预算")}


def _has_money(coded: Coded) -> bool:
    cells = coded.table.table.rows[coded.row]
    for panel in coded.table.panels:
        for column in panel.columns:
            if cells[column.at].text.strip("0.-"):
                return True
    return False


def _leaves(sense: Sense) -> Iterator[Coded]:
    """The codes of budget lines, and those of a table by codes that hold no other code of it."""
    panels = [p for p in sense.panels if LINE in p.kinds]
    lines = {(p.number, n.index) for p in panels for n in p.nodes if n.kind == LINE}
    yield from (c for c in printed(sense) if (c.table.number, c.row) in lines)
    for rows in _by_codes(sense).values():
        holders = {c.code[:n] for c in rows for n in (3, 5) if n < len(c.code)}
        yield from (c for c in rows if c.code not in holders)


@once
def _by_codes(sense: Sense) -> dict[tuple[int, str], list[Coded]]:
    """The codes of each table whose rows are codes, of one classification alone."""
    lists = {t.number for t in sense.tables if _is_list(set(t.roles))}
    return grouped(((c.table.number, c.dimension), c) for c in printed(sense) if c.table.number in lists)


def _is_list(roles: set[str]) -> bool:
    return "project" not in roles and not {"function.code", "economic.code"} <= roles


def parent(sense: Sense) -> Result:
    """In a table by codes the 类 and 款 above each row are printed, where it prints such rows at all."""
    findings, held = [], 0
    for rows in _by_codes(sense).values():
        lacking = grouped(_lacking(rows))
        held += len(rows) - len(lacking)
        for code, below in lacking.items():
            entry = list_of(below[0].dimension, code, sense.book.year or 0).get(code)
            args = {"code": code, "name": entry.name if entry else "", "below": below[0].code}
            findings.append(found("code.parent", (c.spot() for c in below), args))
    return verdict(findings, held, NONE)


def _lacking(rows: list[Coded]) -> Iterator[tuple[str, Coded]]:
    """Each code above a row that has none of its own, of a length that the table prints."""
    have = {c.code for c in rows}
    lengths = {len(code) for code in have}
    for c in rows:
        for length in (3, 5) if len(c.code) <= _DEEPEST[c.dimension] else ():
            if length < len(c.code) and length in lengths and c.code[:length] not in have:
                yield c.code[:length], c


def order(sense: Sense) -> Result:
    """In a table by codes the rows stand in the order of their codes; by several, of those printed first."""
    findings, held = [], 0
    for rows in _by_codes(sense).values():
        roles = rows[0].table.roles
        if rows[0].dimension != _leading(roles) or ("unit" in roles and len(sense.units) > 1):
            continue
        late = next(((a, b) for a, b in pairwise(rows) if b.code < a.code), None)
        held += late is None
        if late:
            findings.append(
                found("code.order", [late[1].spot()], {"code": late[1].code, "before": late[0].code})
            )
    return verdict(findings, held, NONE)


def _leading(roles: Sequence[str]) -> str:
    """The classification whose codes a table prints first."""
    subjects = (role.partition(".")[0] for role in roles)
    return next((subject for subject in subjects if subject in SUBJECTS), "")


_FUNDS = {"政府性基金": "政府性基金预算", "国有资本经营": "国有资本经营预算"}


def fund(sense: Sense) -> Result:
    """A table of one budget holds no code of another: 212 08 … are 政府性基金, 223 is 国有资本经营."""
    findings, held = [], 0
    for rows in _by_codes(sense).values():
        own = next(
            (name for name in ("一般公共预算", *_FUNDS.values()) if says(rows[0].table, "fund", name)), None
        )
        if own and rows[0].dimension == FUNCTION:
            bad = [
                c
                for c in rows
                if c.known.entry and c.known.entry.seen and _FUNDS.get(c.known.entry.fund, own) != own
            ]
            held += len(rows) - len(bad)
            findings += [_fund(own, bad)] if bad else []
    return verdict(findings, held, NONE)


def _fund(own: str, bad: list[Coded]) -> Finding:
    told = "、".join(dict.fromkeys(f"{c.code} {c.name}" for c in bad))
    return found("code.fund", (c.spot() for c in bad), {"own": own, "codes": short(told, 100)})
