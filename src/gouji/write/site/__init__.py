"""A site of the book that needs nothing else: tables whose figures tell what makes them up, charts, targets.

All of it is in one page, but for the further rows of long tables, and all tables of a large book. Lines that
are withheld are told nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

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
from gouji.write.site.sheet import Figures, sheet


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
    figures = [Figures(sense, table.panels) for table in sense.tables]
    sheets = [sheet(one, figures[i]) for i, one in enumerate(tables)]
    plan = planned(tables)
    site = Site(ledger, book, sheets, behind, lines, compared, beside, plan)
    known = Known(behind, behind.sums())
    names = [page.file for page in plan]
    for page in plan:
        told = known.of(_printed(page, figures), site.page_of, names)
        yield page.file, "".join(site.page(page, told)).encode()


def _printed(page: Page, figures: Sequence[Figures]) -> Iterator[int]:
    for piece in page.pieces:
        for row in piece.rows:
            yield from figures[piece.table].of(row).values()
