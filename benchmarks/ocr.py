"""How exactly a scan is read: pages of PDF books made pictures, read, and compared with their own text.

    python -m benchmarks.ocr BOOK.pdf:6-14 OTHER.pdf ... [--dots 200] [--turn 0.5] [--noise 6] [--grey 225]

After a colon stand the pages to take, as 6-14 or 5,8. `--dots` are those an inch at which the pages are
scanned, `--turn` turns them by degrees, to the left and to the right in turn, `--noise` adds grain, blur and
JPEG, `--grey` is how light the paper is (255 is white). `--wrong` lists what was misread.

docs/real-books.md was measured with `--dots 200 --turn 0.5 --noise 6 --grey 225`, on the pages with tables:
1-10 and 13 of the Yunnan book, 6-14 of Changchun, 8-22 of Suzhou, 9-20 of Wuxi, 1-8 of Beijing.

The truth is what Gouji reads of the same pages with their text. Told are, for each book: the amounts of its
tables that are read to the 分, read wrongly and not read; amounts read where none is; those read wrongly that
the other reading has right, and those whose reader is less than 90 % sure; tables found with the right form;
figures with a scope, in the text and in the scan; findings that only the scan has, by level, of which not one
may be an error; misreadings reported, and those of them that propose what is printed; the seconds a page and
the most memory.
"""

from __future__ import annotations

import argparse
import io
import resource
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import pypdfium2 as pdfium
from PIL import Image

from gouji import money
from gouji.audit import audit
from gouji.book import Book, Cell, Place, Reading, Table
from gouji.findings import ERROR, WARNING
from gouji.meaning import understand
from gouji.read import ocr, read

UNSURE = 0.9


class Way(NamedTuple):
    """How pages are scanned."""

    dots: int = 200
    turn: float = 0.0
    noise: float = 0.0
    grey: int = 255


class Score(NamedTuple):
    """Of one book; each number is a count, but for the last two."""

    pages: int
    amounts: int
    right: int
    wrong: int
    missed: int
    extra: int
    other: int  # wrong, and right in the other reading
    unsure: int  # wrong, and told to be unsure
    tables: int
    found: int
    text_scoped: int
    text_figures: int
    scoped: int
    figures: int
    errors: int
    warnings: int
    misread: int
    proposed: int  # misreadings reported whose proposal is what is printed
    seconds: float  # of reading and checking
    megabytes: float


class Wrong(NamedTuple):
    page: int
    printed: str
    read: str
    reading: Reading | None


def scanned(image: np.ndarray, way: Way) -> np.ndarray:
    """A picture as a scanner would have made it."""
    if way.grey < 255:
        image = (image.astype(np.float32) * (way.grey / 255)).astype(np.uint8)
    if way.turn:
        high, wide = image.shape
        matrix = cv2.getRotationMatrix2D((wide / 2, high / 2), way.turn, 1.0)
        image = cv2.warpAffine(image, matrix, (wide, high), flags=cv2.INTER_CUBIC, borderValue=way.grey)
    if way.noise:
        grain = np.random.default_rng(1).normal(0, way.noise, image.shape)
        image = np.clip(cv2.GaussianBlur(image, (0, 0), way.dots / 300) * 0.92 + grain, 0, 255)
        image = image.astype(np.uint8)
    return image


def scan(data: bytes, way: Way) -> bytes:
    """A PDF whose pages are pictures of those of another."""
    told = io.BytesIO()
    images = []
    with pdfium.PdfDocument(data) as document:
        for i in range(len(document)):
            bitmap = document[i].render(scale=way.dots / 72, grayscale=True)
            image = np.array(bitmap.to_numpy()).reshape(bitmap.height, -1)[:, : bitmap.width]
            turned = way._replace(turn=way.turn * (-1) ** i)
            images.append(Image.fromarray(scanned(image, turned)))
    quality = 60 if way.noise else 90
    images[0].save(told, "PDF", save_all=True, append_images=images[1:], resolution=way.dots, quality=quality)
    return told.getvalue()


def taken(path: Path, numbers: Sequence[int]) -> bytes:
    """A PDF of some of a book's pages, or the whole book."""
    if not numbers:
        return path.read_bytes()
    told = io.BytesIO()
    with pdfium.PdfDocument(path) as whole, pdfium.PdfDocument.new() as part:
        part.import_pages(whole, [number - 1 for number in numbers])
        part.save(told)
    return told.getvalue()


def score(data: bytes, way: Way) -> tuple[Score, list[Wrong]]:
    picture = scan(data, way)
    text = audit(read(data, "book.pdf"))
    ocr.engine()
    start = time.perf_counter()
    seen = audit(read(picture, "book.pdf"))
    seconds = time.perf_counter() - start
    count, wrong, truth = compared(text.book, seen.book)
    kinds = [Counter(table.form or "" for table in one.book.tables) for one in (text, seen)]
    more = Counter((f.code, f.level) for f in seen.findings) - Counter(
        (f.code, f.level) for f in text.findings
    )
    levels = Counter(level for _, level in more.elements())
    misread = [f for f in seen.findings if f.code == "read.misread"]
    with pdfium.PdfDocument(data) as document:
        pages = len(document)
    return Score(
        pages,
        sum(count[kind] for kind in ("right", "wrong", "missed")),
        *(count[kind] for kind in ("right", "wrong", "missed", "extra", "other", "unsure")),
        kinds[0].total(),
        (kinds[0] & kinds[1]).total(),
        text.coverage.scoped,
        text.coverage.figures,
        seen.coverage.scoped,
        seen.coverage.figures,
        levels[ERROR],
        levels[WARNING],
        len(misread),
        sum(truth.get(f.spots[0].place) == f.implied for f in misread),
        seconds / pages,
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    ), wrong


def compared(text: Book, seen: Book) -> tuple[Counter[str], list[Wrong], dict[Place, int]]:
    """How the amounts of the text were read; what was misread; and what is printed where it was."""
    count = Counter[str]()
    wrong, truth = [], {}
    cells = [(cell, table) for table in seen.tables for row in table.rows for cell in row if cell.text]
    left = {cell.place for cell, _ in figures(seen)}
    for cell, table in figures(text):
        found = next((one for one in cells if near(one[0], cell)), None)
        if found is None:
            count["missed"] += 1
            wrong.append(Wrong(cell.place.page, cell.text, "", None))
            continue
        told, where = found
        printed, amount = fen(cell.text, table), fen(told.text, where)
        truth[told.place] = printed
        left.discard(told.place)
        if amount == printed:
            count["right"] += 1
            continue
        reading = where.readings.get(told.place, Reading(0.0))
        count["wrong"] += 1
        count["other"] += fen(reading.other, where) == printed
        count["unsure"] += reading.confidence < UNSURE
        wrong.append(Wrong(cell.place.page, cell.text, told.text, reading))
    count["extra"] = len(left)
    places = {cell.place: cell for cell, _ in cells}
    wrong += [Wrong(place.page, "", places[place].text, None) for place in left]
    return count, wrong, truth


def figures(book: Book) -> Iterator[tuple[Cell, Table]]:
    """The cells that print an amount, and the tables that they are in."""
    sense = understand(book)
    for figure, amount in enumerate(sense.amounts):
        if amount is not None:
            panel, row, column = sense.at(figure)
            yield panel.cell(row, column), panel.table


def fen(text: str, table: Table) -> int | None:
    try:
        amount = money.parse(text, table.fen) if text else None
    except money.NotAnAmount:
        return None
    return amount.fen if amount else None


def near(one: Cell, two: Cell) -> bool:
    """Is the middle of the second in the first?"""
    a, b = one.place.box, two.place.box
    if not a or not b or one.place.page != two.place.page:
        return False
    x, y = (b[0] + b[2]) / 2, (b[1] + b[3]) / 2
    return a[0] <= x <= a[2] and a[1] <= y <= a[3]


def asked_for(text: str) -> tuple[Path, list[int]]:
    """A book, and the pages of it: BOOK.pdf:6-14,16."""
    name, _, wanted = text.partition(":")
    numbers = []
    for part in wanted.split(",") if wanted else ():
        first, _, last = part.partition("-")
        numbers += range(int(first), int(last or first) + 1)
    return Path(name), numbers


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("books", nargs="+", type=asked_for)
    parser.add_argument("--dots", type=int, default=200)
    parser.add_argument("--turn", type=float, default=0.0)
    parser.add_argument("--noise", type=float, default=0.0)
    parser.add_argument("--grey", type=int, default=255)
    parser.add_argument("--wrong", action="store_true", help="list what was misread")
    options = parser.parse_args()
    way = Way(options.dots, options.turn, options.noise, options.grey)
    total: list[Score] = []
    for path, numbers in options.books:
        with get_context("spawn").Pool(1) as pool:  # so that each book has its own peak of memory
            told, wrong = pool.apply(score, (taken(path, numbers), way))
        total.append(told)
        print(line(path.parent.name, told), flush=True)
        for one in wrong if options.wrong else ():
            print(
                f"    page {one.page}: {one.printed or '(nothing)'} read as {one.read!r} {one.reading or ''}"
            )
    sums = [sum(numbers) for numbers in list(zip(*total, strict=True))[:-2]]
    seconds = sum(one.seconds * one.pages for one in total) / sums[0]
    print(line("all", Score(*sums, seconds, max(one.megabytes for one in total))))


def line(name: str, told: Score) -> str:
    return (
        f"{name}: {told.pages} pages; amounts {told.right} of {told.amounts} right, {told.wrong} wrong "
        f"(other reading right {told.other}, unsure {told.unsure}), {told.missed} missed, "
        f"{told.extra} extra; "
        f"tables {told.found} of {told.tables}; scoped {told.scoped}/{told.figures} "
        f"(text {told.text_scoped}/{told.text_figures}); "
        f"more errors {told.errors}, warnings {told.warnings}; "
        f"read.misread {told.misread}, right {told.proposed}; "
        f"{told.seconds:.1f} s a page, {told.megabytes:.0f} MB"
    )


if __name__ == "__main__":
    main()
