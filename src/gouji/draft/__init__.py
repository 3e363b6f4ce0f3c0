"""The narrative of a book, drafted: every amount, change and share from the compiled book and last year's.

What the data do not say stands as a marked blank, 【待填：…】; nothing is invented.
"""

from __future__ import annotations

from collections.abc import Sequence

from gouji.draft.amounts import Amounts, of_book, of_ledger
from gouji.draft.comparing import Compared, compared
from gouji.draft.merging import merged
from gouji.draft.sentences import Drafter
from gouji.draft.templates import BLANK, parts
from gouji.ledger import Chapter, Ledger

__all__ = ["Amounts", "Compared", "blanks", "compared", "draft_of", "of_book", "of_ledger"]


def draft_of(ledger: Ledger, this: Amounts, last: Amounts | None = None) -> tuple[Chapter, ...]:
    """The parts of a narrative in their order: the ledger's own, and drafts of those that it lacks.

    `this` is what the book compiled from the ledger prints, `last` what last year's book does.
    """
    return merged(ledger.parts, Drafter(ledger, this, last).chapters(), parts())


def blanks(chapters: Sequence[Chapter]) -> dict[str, int]:
    """How many blanks are left to fill in, by the titles of the parts that have any."""
    counts = {part.title: part.text.count(BLANK) for part in chapters}
    return {title: count for title, count in counts.items() if count}
