"""Pictures of pages: their rules and their text read by RapidOCR. Needs the extra `gouji[ocr]`."""

from __future__ import annotations

import contextlib
import importlib.util
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

import cv2
import numpy as np
import pypdfium2 as pdfium

from gouji.book import Cell, Place, Reading
from gouji.read import patience
from gouji.read.grid import Unreadable
from gouji.read.ocr.engine import Engine, Image, engine
from gouji.read.ocr.marks import has_marks
from gouji.read.ocr.page import parts, scan
from gouji.read.ocr.words import spelled
from gouji.read.pdf.grids import Grid, Parts

for _needed in (
    "onnxruntime",
    "rapidocr",
):  # which take half a second to load, and only a page with marks does it
    if importlib.util.find_spec(_needed) is None:
        raise ModuleNotFoundError(_needed, name=_needed)

DOTS = 300  # an inch
INCH = 72.0  # points
MOST_PIXELS = 40_000_000  # of a page: A2 at 300 dpi
MOST_PAGES = 300
A4 = 842.0  # points: what the longer side of a picture without a size is taken for
FEWEST_PIXELS = 3000  # of the longer side of a picture; a smaller one is enlarged


class Recognised(NamedTuple):
    """What a page holds, and how surely each cell of it was read."""

    parts: Parts
    readings: dict[Place, Reading]


def pages(
    data: bytes, numbers: Collection[int], source: str, reader: Engine | None = None
) -> dict[int, Recognised]:
    """Pages of a PDF as pictures of them read, by number; without those on which nothing is read."""
    return _by_number(
        _recognised(image, number, points, source, reader or engine())
        for number, image, points in _rendered(data, sorted(numbers)[:MOST_PAGES])
        if has_marks(image, points)
    )


def picture(data: bytes, source: str, reader: Engine | None = None) -> dict[int, Recognised]:
    """A picture of one page. Raises Unreadable."""
    image = _decoded(data)
    if (side := max(image.shape)) < FEWEST_PIXELS:
        scale = FEWEST_PIXELS / side
        image = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    elif image.size > MOST_PIXELS:
        scale = (MOST_PIXELS / image.size) ** 0.5
        image = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    points = A4 / max(image.shape)
    found = [_recognised(image, 1, points, source, reader or engine())] if has_marks(image, points) else []
    return _by_number(found)


def _decoded(data: bytes) -> Image:
    """Raises Unreadable, and MemoryError for a picture that is too large."""
    try:
        image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
    except cv2.error as problem:
        if problem.code == cv2.Error.STS_NO_MEM:
            raise MemoryError from None
        image = None
    if image is None:
        raise Unreadable("damaged")
    return image


def _recognised(image: Image, number: int, points: float, source: str, reader: Engine) -> Recognised:
    patience.ask()
    return Recognised(*parts(scan(image, number, points, reader), source))


def _by_number(found: Iterable[Recognised]) -> dict[int, Recognised]:
    """The pages on which something is read; what is known of words may stand on any of them."""
    pages = [one for one in found if one.parts.grids or one.parts.texts]
    cells = {cell.place: cell for page in pages for cell in _cells(page)}
    readings = {place: one for page in pages for place, one in page.readings.items()}
    told = spelled({place: (cell, readings[place]) for place, cell in cells.items() if place in readings})
    return {page.parts.number: _respelled(page, told) for page in pages}


def _cells(page: Recognised) -> Iterator[Cell]:
    return (cell for grid in page.parts.grids for line in grid.lines for cell in line.cells if cell.text)


def _respelled(page: Recognised, told: Mapping[Place, tuple[str, Reading]]) -> Recognised:
    if told.keys().isdisjoint(page.readings):
        return page
    grids = [_respelled_grid(grid, told) for grid in page.parts.grids]
    readings = {place: told[place][1] if place in told else one for place, one in page.readings.items()}
    return Recognised(page.parts._replace(grids=grids), readings)


def _respelled_grid(grid: Grid, told: Mapping[Place, tuple[str, Reading]]) -> Grid:
    def cell_of(cell: Cell) -> Cell:
        return Cell(told[cell.place][0], cell.place) if cell.text and cell.place in told else cell

    return grid._replace(lines=[line._replace(cells=list(map(cell_of, line.cells))) for line in grid.lines])


def _rendered(data: bytes, numbers: Collection[int]) -> Iterator[tuple[int, Image, float]]:
    """Each page as a grey picture, and how many points a pixel is."""
    with contextlib.closing(pdfium.PdfDocument(data)) as document:
        for number in numbers:
            with contextlib.closing(document[number - 1]) as page:
                wide, high = page.get_size()
                scale = min(DOTS / INCH, (MOST_PIXELS / max(1.0, wide * high)) ** 0.5)
                with contextlib.closing(page.render(scale=scale, grayscale=True)) as bitmap:
                    image = np.array(bitmap.to_numpy()).reshape(bitmap.height, -1)[:, : bitmap.width]
            yield number, np.ascontiguousarray(image), 1 / scale
