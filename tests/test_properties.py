"""What holds of every book, over random books: no slip gets through, however the book is printed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

import pytest

from benchmarks.ledgers import random_ledger
from gouji import lexicon, money
from gouji.audit import Audit, audit
from gouji.book import Book, Cell, Place, Table
from gouji.explain import explain
from gouji.findings import ERROR, WARNING, Finding
from gouji.forms import edition
from gouji.identities import AT_MOST, EQUAL, System, system
from gouji.ledger import compile
from gouji.meaning import column_roles, understand
from gouji.money import WAN, YUAN, show
from gouji.read import read
from gouji.write.text import write

YUNNAN = edition("yunnan-2026")
SEEDS = (*range(22), 61, 63, 98, 156, 193)
CHANGES = 4
"""How many figures of each book are changed, one at a time."""


@lru_cache(maxsize=100)
def made(seed: int) -> Book:
    """A consistent book: of one to four units, with and without other funds, old money and secrets."""
    return compile(random_ledger(random.Random(seed)), YUNNAN)


def printed(book: Book) -> Book:
    """The book as it is read from its text."""
    return read(write(book).encode(), "book.txt")


@lru_cache(maxsize=100)
def clean(seed: int) -> Audit:
    return audit(printed(made(seed)))


def told(found: Audit) -> list[Finding]:
    return [f for f in found.findings if f.level in (ERROR, WARNING) or f.outcome == "withheld"]


def with_tables(book: Book, tables: list[Table]) -> Book:
    return replace(book, tables=tuple(tables))


def with_cell(book: Book, table: int, row: int, column: int, text: str) -> Book:
    old = book.tables[table]
    cells = [list(one) for one in old.rows]
    cells[row][column] = cells[row][column]._replace(text=text)
    return with_tables(
        book,
        [
            *book.tables[:table],
            replace(old, rows=tuple(map(tuple, cells))),
            *book.tables[table + 1 :],
        ],
    )


def place_of(whole: System, figure: int) -> tuple[int, int, int]:
    """Table, row and column of a figure."""
    panel, row, column = whole.sense.at(figure)
    return panel.number, panel.nodes[row].index, panel.columns[column].at


# A single change of a figure that lies in an equality is found


def changes(seed: int) -> Iterator[tuple[int, int]]:
    """Some figures in equalities, and for each another amount in 分."""
    rng = random.Random(f"{seed}: changes")
    whole = system(understand(made(seed)))
    bound = sorted({f for one in whole.identities if one.relation == EQUAL for f, _ in one.terms})
    filled = [figure for figure in bound if whole.sense.value(figure)]
    for figure in [*rng.sample(filled, CHANGES - 1), rng.choice(bound)]:
        was = whole.sense.value(figure)
        yield figure, was + rng.choice((1, -1, 100, 10_000, was, 9 * was, -was, -2 * was, 12_345_67))


@pytest.mark.parametrize("seed", SEEDS)
def test_any_single_change_of_a_figure_that_is_bound_is_found(seed: int) -> None:
    book = made(seed)
    whole = system(understand(book))
    for figure, now in changes(seed):
        if now == whole.sense.value(figure):
            continue
        table, row, column = place_of(whole, figure)
        other = with_cell(book, table, row, column, show(now) if now else "")
        found = audit(printed(other))
        more = {f.id for f in told(found)} - {f.id for f in told(clean(seed))}
        assert more, (book.tables[table].name, row, column, whole.sense.value(figure), now)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_broken_identity_is_broken_by_its_own_figures_only(seed: int) -> None:
    """The identities that a change breaks all hold the figure that was changed."""
    book = made(seed)
    whole = system(understand(book))
    figure, now = next(pair for pair in changes(seed) if pair[1] != whole.sense.value(pair[0]))
    place = place_of(whole, figure)
    after = system(understand(with_cell(book, *place, show(now))))
    for i in after.broken:
        if after.identities[i].secret:
            continue
        assert place in {place_of(after, f) for f, _ in after.identities[i].terms}


@pytest.mark.parametrize("seed", [3, 11, 14, 19, 61, 63, 156, 98])
def test_a_slip_elsewhere_does_not_make_secret_money_a_fault(seed: int) -> None:
    """All errors are about the figure that was changed: what is declared as left out is none."""
    book = compile(random_ledger(random.Random(seed), withheld=True), YUNNAN) if seed != 98 else made(seed)
    whole = system(understand(book))
    free = {f for one in whole.identities if one.secret for f, _ in one.terms}
    bound = {f for one in whole.identities if one.relation == EQUAL for f, _ in one.terms} - free
    figure = random.Random(seed).choice(sorted(f for f in bound if whole.sense.value(f)))
    figures = {figure} if seed != 98 else {figure, next(changes(seed))[0]}
    for figure in figures:
        table, row, column = place_of(whole, figure)
        slipped = printed(with_cell(book, table, row, column, show(whole.sense.value(figure) + 100_00)))
        changed = slipped.tables[table].rows[row][column].place
        errors = [
            f for f in audit(slipped).findings if f.level == ERROR and f.terms and f.outcome == "broken"
        ]
        assert errors
        assert [f.args for f in errors if changed not in {term.spot.place for term in f.terms}] == []


# A consistent book has no errors


@pytest.mark.parametrize("seed", SEEDS)
def test_a_consistent_book_has_no_errors(seed: int) -> None:
    assert [f for f in clean(seed).findings if f.level == ERROR] == []
    assert [c for c in clean(seed).causes if c.kind != "withheld"] == []


# The order of tables does not matter


@pytest.mark.parametrize("seed", SEEDS)
def test_the_order_of_tables_does_not_matter(seed: int) -> None:
    rng = random.Random(f"{seed}: order")
    book = made(seed)
    whole = system(understand(book))
    for figure, now in list(changes(seed))[:2]:
        book = with_cell(book, *place_of(whole, figure), show(now) if now else "")
    tables = list(book.tables)
    rng.shuffle(tables)
    here, there = audit(printed(book)), audit(printed(with_tables(book, tables)))
    order = {"table.order"}
    assert {f.id for f in there.findings if f.code not in order} == {
        f.id for f in here.findings if f.code not in order
    }
    assert there.coverage.in_identities == here.coverage.in_identities


# The money unit does not matter


def amounts_of(table: Table) -> list[int]:
    roles, _ = column_roles(table.columns, lexicon.title(table.title.text))
    return [i for i, role in enumerate(roles) if not role]


def in_wan(book: Book, decimals: int) -> Book:
    """The book printed in 万元, each cell rounded by itself. Tables whose headings say 元 stay in 元."""
    tables = []
    for table in book.tables:
        if table.money_unit is None or not table.money_unit.text.startswith("单位"):
            tables.append(table)
            continue
        columns = amounts_of(table)
        rows = tuple(
            tuple(_in_wan(cell, decimals) if i in columns else cell for i, cell in enumerate(row))
            for row in table.rows
        )
        unit = table.money_unit._replace(text="单位：万元")
        tables.append(replace(table, rows=rows, money_unit=unit, fen=WAN))
    return replace(book, tables=tuple(tables), fen=WAN)


def _in_wan(cell: Cell, decimals: int) -> Cell:
    amount = money.parse(cell.text, YUAN)
    if amount is None:
        return cell
    place = Decimal(1).scaleb(-decimals)
    return cell._replace(text=f"{(Decimal(amount.fen) / WAN).quantize(place, ROUND_HALF_UP):,}")


def content(found: Audit) -> set[tuple[object, ...]]:
    """Findings and causes without what depends on how amounts are printed."""
    findings = {
        (f.code, f.level, f.outcome, f.printed, f.implied, *((s.form, s.row, s.column) for s in f.spots))
        for f in found.findings
        if not f.code.startswith("money-unit.")
    }
    causes = {
        (c.kind, c.amount, c.proposed, c.rank, *((s.form, s.row, s.column) for s in c.spots))
        for c in found.causes
        if c.rank == 1 and c.kind != "unit-slip"
    }
    return findings | causes


@pytest.mark.parametrize("seed", SEEDS)
def test_a_book_in_wan_says_the_same(seed: int) -> None:
    """元 with two decimals is 万元 with six, to the 分."""
    book = made(seed)
    whole = system(understand(book))
    figure, now = next(iter(changes(seed)))
    for one in (book, with_cell(book, *place_of(whole, figure), show(now) if now else "")):
        assert content(audit(printed(in_wan(one, 6)))) == content(audit(printed(one)))


# Rounding is no fault, and hides no fault larger than itself


@pytest.mark.parametrize("seed", SEEDS)
def test_a_book_rounded_cell_by_cell_has_no_errors(seed: int) -> None:
    found = audit(printed(in_wan(made(seed), 2)))
    assert [(f.code, f.args, f.difference) for f in found.findings if f.level == ERROR] == []


@pytest.mark.parametrize("seed", [*range(8), 25, 90])
def test_tables_may_be_in_different_units(seed: int) -> None:
    """Some tables in 元, some rounded to 万元: what is compared is as exact as the coarser of the two."""
    rng = random.Random(seed)
    book = made(seed)
    wan = in_wan(book, rng.choice((0, 1, 2)))
    tables = [rng.choice(pair) for pair in zip(book.tables, wan.tables, strict=True)]
    found = audit(printed(with_tables(book, tables)))
    assert [(f.code, f.args) for f in found.findings if f.level == ERROR and f.terms] == []


@pytest.mark.parametrize("seed", SEEDS)
def test_a_slip_in_a_rounded_book_is_found(seed: int) -> None:
    """One 万元 more in a figure of a sum of few terms, where rounding is much less than that."""
    rng = random.Random(f"{seed}: rounded")
    book = in_wan(made(seed), 2)
    whole = system(understand(book))
    tight = [one for one in whole.identities if one.relation == EQUAL and one.slack < 2 * WAN // 2]
    figures = sorted({f for one in tight if not one.secret for f, _ in one.terms if whole.sense.value(f)})
    figure = rng.choice(figures)
    slipped = with_cell(book, *place_of(whole, figure), show(whole.sense.value(figure) + WAN, WAN))
    before, after = audit(printed(book)), audit(printed(slipped))
    assert {f.id for f in told(after)} - {f.id for f in told(before)}


# What is proposed mends what it is said to explain

FIGURES = ("wrong-figure", "wrong-total", "unit-slip", "wrong-column", "shifted-row")
"""Causes that are changes of printed figures; the others add rows to a table or take them away."""


@pytest.mark.parametrize("seed", sorted({*SEEDS, 193}))
def test_what_is_proposed_makes_the_identities_hold_exactly(seed: int) -> None:
    book = made(seed)
    whole = system(understand(book))
    for figure, now in changes(seed):
        book = with_cell(book, *place_of(whole, figure), show(now) if now else "")
    slipped = system(understand(printed(book)))
    amounts = [amount or 0 for amount in slipped.sense.amounts]
    explained: set[int] = set()
    rows: set[int] = set()
    for explanation in explain(slipped):
        slip = explanation.slips[0]
        if slip.kind in FIGURES:
            explained |= explanation.identities
            for figure, proposed in slip.changes:
                amounts[figure] += (proposed or 0) - slipped.sense.value(figure)
        else:
            rows |= {i for i, _ in slip.effect}
    for i in explained - rows:
        identity = slipped.identities[i]
        left = sum(sign * amounts[figure] for figure, sign in identity.terms)
        assert left == 0 or (identity.relation == AT_MOST and left < 0), identity


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_proposed_for_one_slip_is_the_book_as_it_was(seed: int) -> None:
    """With the first cause's figures put in, no finding is left that the book did not have before."""
    book = made(seed)
    whole = system(understand(book))
    figure, now = next(pair for pair in changes(seed) if pair[1] != whole.sense.value(pair[0]))
    slipped = printed(with_cell(book, *place_of(whole, figure), show(now) if now else ""))
    mended = slipped
    for cause in audit(slipped).causes:
        if cause.rank == 1 and cause.proposed is not None:
            amount = money.parse(cause.proposed)
            if len({spot.text for spot in cause.spots}) > 1:
                pytest.skip("the totals were added up from the slip: only it has a figure of its own")
            for spot in cause.spots:
                at = _cell_at(slipped.tables[spot.table], spot.place)
                mended = with_cell(mended, spot.table, *at, show(amount.fen) if amount and amount.fen else "")
    assert [f for f in audit(mended).findings if f.level == ERROR and f.terms] == []


def _cell_at(table: Table, place: Place) -> tuple[int, int]:
    """The row and column of the cell at a place."""
    return next(
        (r, c) for r, row in enumerate(table.rows) for c, cell in enumerate(row) if cell.place == place
    )
