"""How exactly a scan is read: pages of a PDF with text made pictures, read, and compared with the text.

    python -m benchmarks.ocr BOOK.pdf [--pages 5,8] [--dots 300] [--turn 1.2] [--noise 12] [--wrong]

Every cell of the page's tables is compared with the cell at the same place of the page with text. `--turn`
turns the pictures by degrees, `--noise` adds what a scanner adds (grain, blur, JPEG), `--dots` are those an
inch at which the page was scanned.
"""

from __future__ import annotations

import argparse
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import pypdfium2 as pdfium

from gouji.book import Cell, Reading
from gouji.read import ocr
from gouji.read.ocr.page import parts, scan
from gouji.read.pdf import pages
from gouji.read.pdf.grids import Parts, parts_of

NUMBER = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?%?")
CODE = re.compile(r"\d{3,}")


class Score(NamedTuple):
    """Of one page: its numbers and words, those that are right, and what was read for the others."""

    numbers: int
    right: int
    words: int
    words_right: int
    wrong: list[tuple[str, str, Reading | None]]
    seconds: float


def scanned(image: np.ndarray, turn: float, noise: float) -> np.ndarray:
    """A picture as a scanner would have made it."""
    if turn:
        high, wide = image.shape
        matrix = cv2.getRotationMatrix2D((wide / 2, high / 2), turn, 1.0)
        image = cv2.warpAffine(image, matrix, (wide, high), flags=cv2.INTER_CUBIC, borderValue=255)
    if noise:
        grain = np.random.default_rng(1).normal(0, noise, image.shape)
        image = np.clip(cv2.GaussianBlur(image, (0, 0), 0.9) * 0.92 + grain, 0, 255).astype(np.uint8)
        _, packed = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 60])
        image = cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE)
    return image


def rendered(data: bytes, number: int, dots: int) -> np.ndarray:
    with pdfium.PdfDocument(data) as document:
        bitmap = document[number - 1].render(scale=dots / 72, grayscale=True)
        return np.array(bitmap.to_numpy()).reshape(bitmap.height, -1)[:, : bitmap.width].copy()


def score(data: bytes, number: int, dots: int = 300, turn: float = 0.0, noise: float = 0.0) -> Score:
    """Raises StopIteration for a page that is not there."""
    true = parts_of(next(page for page in pages(data) if page.number == number), "book.pdf")
    image = scanned(rendered(data, number, dots), turn, noise)
    start = time.perf_counter()
    read, readings = parts(scan(image, number, 72 / dots, ocr.engine()), "book.pdf")
    seconds = time.perf_counter() - start
    told = list(cells(read))
    right = {True: 0, False: 0}
    count = {True: 0, False: 0}
    wrong = []
    for cell in cells(true):
        is_number = bool(NUMBER.fullmatch(cell.text))
        found = next((one for one in told if near(one, cell)), None)
        text = found.text if found else ""
        count[is_number] += 1
        if plain(text) == plain(cell.text):
            right[is_number] += 1
        else:
            wrong.append((cell.text, text, readings.get(found.place) if found else None))
    return Score(count[True], right[True], count[False], right[False], wrong, seconds)


def cells(found: Parts) -> Iterator[Cell]:
    return (cell for grid in found.grids for row in grid.rows for cell in row if cell.text)


def near(one: Cell, two: Cell) -> bool:
    """Is the middle of the second in the first?"""
    a, b = one.place.box, two.place.box
    assert a and b
    x, y = (b[0] + b[2]) / 2, (b[1] + b[3]) / 2
    return a[0] <= x <= a[2] and a[1] <= y <= a[3]


def plain(text: str) -> str:
    """A text with one kind of brackets and commas, and without spaces: which kind is no matter here."""
    return text.translate(str.maketrans("（）：；，“”", '():;,""', " "))


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("book", type=Path)
    asked.add_argument("--pages", default="1")
    asked.add_argument("--dots", type=int, default=300)
    asked.add_argument("--turn", type=float, default=0.0)
    asked.add_argument("--noise", type=float, default=0.0)
    asked.add_argument("--wrong", action="store_true", help="list what was misread")
    options = asked.parse_args()
    data = options.book.read_bytes()
    ocr.engine()
    total = [0] * 4
    for page in map(int, options.pages.split(",")):
        told = score(data, page, options.dots, options.turn, options.noise)
        total = [a + b for a, b in zip(total, told[:4], strict=True)]
        print(
            f"page {page}: {told.right} of {told.numbers} numbers, {told.words_right} of {told.words} "
            f"texts, {told.seconds:.1f} s"
        )
        for true, text, reading in told.wrong if options.wrong else ():
            print(f"    {true!r} read as {text!r} {reading}")
    print(f"numbers right: {total[1]} of {total[0]}; texts right: {total[3]} of {total[2]}")


if __name__ == "__main__":
    main()
