"""Page numbers and running heads, which are of no table and no paragraph."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from gouji.lexicon import normal
from gouji.read.pdf.around import NOTED, says
from gouji.read.pdf.grids import Parts
from gouji.read.pdf.texts import Text

FEWEST = 3  # pages that print a running head
_PAGE_NUMBER = re.compile(r"[-—–－·~\s]*第?\s*\d{1,4}\s*页?[-—–－·~\s]*(?:[,，/]?\s*共?\s*\d{1,4}\s*页?)?")


def without_running(pages: Sequence[Parts]) -> list[Parts]:
    """The pages without their numbers and without what many of them print at one height of an edge."""
    bare = [page._replace(texts=_without_numbers(page.texts)) for page in pages]
    seen = Counter(_key(text) for page in bare for text in _edges(page.texts))
    heads = {key for key, count in seen.items() if count >= FEWEST}
    if not heads:
        return bare
    return [
        page._replace(texts=[t for t in page.texts if _key(t) not in heads or not _is_head(t)])
        for page in bare
    ]


def _edges(texts: Sequence[Text]) -> list[Text]:
    """The first and the last text of a page."""
    return [texts[i] for i in {0, len(texts) - 1}] if texts else []


def _key(text: Text) -> tuple[str, int]:
    return normal(text.cell.text), round(text.box[1])


def _is_head(text: Text) -> bool:
    """A table's own title and unit are printed again on its pages, too."""
    return "表" not in text.cell.text and not says(text.cell, ("tag", "money", "unit", *NOTED))


def _without_numbers(texts: list[Text]) -> list[Text]:
    edges = {0, 1, len(texts) - 2, len(texts) - 1}
    return [t for i, t in enumerate(texts) if i not in edges or not _PAGE_NUMBER.fullmatch(t.cell.text)]
