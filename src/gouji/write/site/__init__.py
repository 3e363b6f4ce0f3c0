"""A site of the book that needs nothing else: tables whose figures tell what makes them up, charts, targets.

All of it is in one page, but for the further rows of long tables. Lines that are withheld are told nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from gouji.book import Book
from gouji.draft import Compared
from gouji.forms import Edition
from gouji.ledger import Ledger
from gouji.meaning import Sense, understand
from gouji.write.layout import laid
from gouji.write.public import public_lines
from gouji.write.site.behind import Behind
from gouji.write.site.known import Known
from gouji.write.site.pages import Page, planned
from gouji.write.site.parts import Site
from gouji.write.site.sheet import sheet


def files(
    ledger: Ledger,
    book: Book,
    edition: Edition,
    compared: Sequence[Compared] = (),
    beside: Sequence[str] = (),
    sense: Sense | None = None,
) -> Iterator[tuple[str, bytes]]:
    """`compared` is this year beside the last, `beside` the paths of other formats, from above,
    `sense` that of the book, where it is known already.
    """
    sense = sense or understand(book)
    public = public_lines(ledger, edition)
    lines = [line for _, line in public]
    behind = Behind(ledger, sense, public)
    tables = laid(book, edition)
    numbered = _numbered(sense)
    sheets = [sheet(one, numbered[i]) for i, one in enumerate(tables)]
    site = Site(ledger, book, sheets, behind, lines, compared, beside)
    plan = planned(tables)
    page_of = {f: i for i, page in enumerate(plan) for f in _figures(page, numbered)}
    known = Known(behind, behind.sums())
    names = [page.file for page in plan]
    for page in plan:
        told = known.of(_figures(page, numbered), page_of, names)
        yield page.file, "".join(site.page(page, plan, told)).encode()


def _numbered(sense: Sense) -> list[dict[tuple[int, int], int]]:
    """For each table its printed figures, by row and column."""
    told: list[dict[tuple[int, int], int]] = [{} for _ in sense.book.tables]
    for panel in sense.panels:
        for row, node in enumerate(panel.nodes):
            for at, column in enumerate(panel.columns):
                figure = panel.figure(row, at)
                if sense.amounts[figure] is not None:
                    told[panel.number][node.index, column.at] = figure
    return told


def _figures(page: Page, numbered: Sequence[dict[tuple[int, int], int]]) -> Iterable[int]:
    for piece in page.pieces:
        yield from (f for (row, _), f in numbered[piece.table].items() if row in piece.rows)
