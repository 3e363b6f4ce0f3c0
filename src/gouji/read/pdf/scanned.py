"""Pages that are pictures, read as such where the extra `gouji[ocr]` is there."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from gouji.book import RECOGNISED, Cell, Place, Remark
from gouji.read.grid import Block
from gouji.read.pdf.grids import Parts

if TYPE_CHECKING:
    from gouji.read.ocr import Recognised

Pages = Mapping[int, "Recognised"]
"""The pages that were recognised, by number."""


def can_recognise() -> bool:
    """Is the extra there?"""
    try:
        from gouji.read import ocr  # noqa: F401
    except ModuleNotFoundError:
        return False
    return True


def recognised(data: bytes, numbers: Collection[int], source: str) -> Pages:
    """What these pages print, as far as it can be read; without those that show no text."""
    if not numbers or not can_recognise():
        return {}
    from gouji.read import ocr

    return ocr.pages(data, numbers, source)


def with_recognised(found: Sequence[Parts], seen: Pages) -> list[Parts]:
    return [seen[parts.number].parts if parts.number in seen else parts for parts in found]


def tell(blocks: Sequence[Block], seen: Pages) -> None:
    """How surely the cells of tables were read; a blank one that has a reading shows ink."""
    readings = {place: one for page in seen.values() for place, one in page.readings.items()}
    for block in blocks if readings else ():
        places = (cell.place for row in block.rows for cell in row)
        block.readings = {place: readings[place] for place in places if place in readings}


def remark(seen: Pages, source: str) -> Remark:
    """That pages were recognised, and which."""
    cells = tuple(Cell("", Place(file=source, page=number)) for number in seen)
    numbers = [str(number) for number in seen]
    return Remark(RECOGNISED, cells, (("pages", "、".join(numbers)), ("pages_en", ", ".join(numbers))))
