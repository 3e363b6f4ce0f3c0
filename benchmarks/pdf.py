"""How exactly and how fast PDFs are read, and with how much memory.

    python -m benchmarks.pdf [--books FOLDER] [--all] [--json]

needs `pip install "gouji[pdf]" pdfplumber` and a folder with the books. The interpreter matters and is
printed: Debian's own /usr/bin/python3.11 runs this about 15 % faster than one built without profile-guided
optimisation, and pdfplumber too, so that the ratio stays.

In one run, in one process on one core: first the made books against the text they were made from: how many
of its amounts stand in the right row and column of the right table, read by us and by pdfplumber. Then real
books beside pdfplumber: pages a second of each (seconds of the processor, the best of several runs), and the
share of the amounts in pdfplumber's tables that stand on the same page of ours, and the other way round.
Five books of five places, or every book with --all. Last `gouji check` as a process of its own: its seconds
by the clock for books of 37 and 45 pages, and the peak of its memory for 262 pages of real books joined.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium

from gouji.book import Cell, Place
from gouji.lexicon import normal
from gouji.read import pdf, text
from gouji.read.grid import Block

ROOT = Path(__file__).resolve().parent.parent
BOOKS = ROOT.parent / "shared" / "books"
TRUTH = "yunnan/xinfang-2026.txt"
FIVE = (
    "beijing/*_d0bfcd.pdf",
    "guangzhou/*_3efdfa.pdf",
    "shanghai/*_e4ab25.pdf",
    "wuxi/*_d856f9.pdf",
    "xian/*_24b454.pdf",
)
WHOLE = ("central/*_a926ca.pdf", "suzhou/*_003a98.pdf")
LONG = 262  # pages
RUNS, THEIR_RUNS = 6, 2
_CHILD = """
import resource, subprocess, sys
subprocess.run([sys.executable, "-m", "gouji", "check", sys.argv[1]], stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
_AMOUNT = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")

Amounts = dict[int, str]
"""The amounts of a row, by column."""
Pages = dict[int, Counter[str]]
"""The amounts of each page."""


def amounts(block: Block) -> list[Amounts]:
    """The amounts of each row that has any, in the columns that have any text."""
    width = max((len(row) for row in block.rows), default=0)
    used = [i for i in range(width) if any(i < len(row) and row[i].text for row in block.rows)]
    rows = []
    for row in block.rows:
        found = {
            at: row[i].text for at, i in enumerate(used) if i < len(row) and _AMOUNT.fullmatch(row[i].text)
        }
        if found:
            rows.append(found)
    return rows


def right(truth: list[Amounts], read: list[Amounts]) -> int:
    """How many amounts of the truth were read in their row and column."""
    keys = [[tuple(sorted(row.items())) for row in rows] for rows in (truth, read)]
    count = 0
    for _, a, b, c, d in SequenceMatcher(None, *keys, autojunk=False).get_opcodes():
        for one, two in zip(truth[a:b], read[c:d], strict=False):
            count += len(one.items() & two.items())
    return count


def score(data: bytes, truth: list[Block]) -> dict[str, int]:
    """Tables found by title, and amounts in the right place."""
    found, _ = pdf.blocks(data, "book.pdf")
    read = {normal(block.title.text): amounts(block) for block in found}
    told = [(normal(block.title.text), amounts(block)) for block in truth if block.rows]
    return {
        "tables": len(told),
        "found": sum(title in read for title, _ in told),
        "amounts": sum(len(row) for _, rows in told for row in rows),
        "right": sum(right(rows, read.get(title, [])) for title, rows in told),
    }


def their_score(path: Path, truth: list[Block]) -> int:
    """How many amounts of the truth pdfplumber's tables have in their row and column; it finds no titles, so
    that all tables stand below each other."""
    import pdfplumber

    place = Place()
    with pdfplumber.open(path) as book:
        tables = [table for page in book.pages for table in page.extract_tables()]
    grids = [
        Block(
            Cell("", place),
            rows=[[Cell((text or "").replace("\n", ""), place) for text in row] for row in table],
        )
        for table in tables
    ]
    return right(
        [row for block in truth if block.rows for row in amounts(block)],
        [row for block in grids for row in amounts(block)],
    )


def made(books: Path) -> dict[str, dict[str, int]]:
    """The score of each PDF made from the one text."""
    truth, _ = text.blocks((books / TRUTH).read_text("utf-8"), "book.txt")
    return {
        path.stem: {**score(path.read_bytes(), truth), "pdfplumber_right": their_score(path, truth)}
        for path in sorted((books / "made").glob("*.pdf"))
    }


def ours(path: Path) -> Pages:
    pages: Pages = defaultdict(Counter)
    for block in pdf.blocks(path.read_bytes(), path.name)[0]:
        for row in block.rows:
            for cell in row:
                if _AMOUNT.fullmatch(cell.text):
                    pages[cell.place.page][cell.text] += 1
    return pages


def theirs(path: Path) -> Pages:
    import pdfplumber

    pages: Pages = defaultdict(Counter)
    with pdfplumber.open(path) as book:
        for page in book.pages:
            for table in page.extract_tables():
                for cell in (cell for row in table for cell in row if cell):
                    text = cell.replace("\n", "")
                    if _AMOUNT.fullmatch(text):
                        pages[page.page_number][text] += 1
            page.close()
    return pages


def timed(work: Callable[[Path], Pages], path: Path, runs: int) -> tuple[Pages, float]:
    """What was found, and the seconds of the processor that the fastest run took."""
    seconds = []
    for _ in range(runs):
        start = time.process_time()
        found = work(path)
        seconds.append(time.process_time() - start)
    return found, min(seconds)


def count_pages(path: Path) -> int:
    return sum(1 for _ in pdf.pages(path.read_bytes()))


def beside(path: Path) -> dict[str, Any]:
    """One book read by both."""
    mine, seconds = timed(ours, path, RUNS)
    other, other_seconds = timed(theirs, path, THEIR_RUNS)
    pages = count_pages(path)
    both = sum((mine[page] & other[page]).total() for page in set(mine) & set(other))
    return {
        "book": f"{path.parent.name}/{path.stem[-6:]}",
        "pages": pages,
        "per_second": pages / seconds,
        "pdfplumber_per_second": pages / other_seconds,
        "times": other_seconds / seconds,
        "amounts": sum(c.total() for c in mine.values()),
        "pdfplumber_amounts": sum(c.total() for c in other.values()),
        "shared": both,
    }


def whole(books: Path) -> list[dict[str, Any]]:
    """`gouji check` as a process: the seconds of the fastest of several runs, and the peak of memory."""
    with tempfile.TemporaryDirectory() as folder:
        long = Path(folder) / "long.pdf"
        paths = [path for pattern in WHOLE for path in sorted(books.glob(pattern))]
        join(chosen(books, every=True), long)
        return [checked(path, 1 if path == long else RUNS) for path in (*paths, long)]


def checked(path: Path, runs: int) -> dict[str, Any]:
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        done = subprocess.run([sys.executable, "-c", _CHILD, str(path)], capture_output=True, check=True)
        seconds.append(time.perf_counter() - start)
    return {
        "book": f"{path.parent.name}/{path.stem[-6:]}" if runs > 1 else f"{LONG} pages joined",
        "pages": count_pages(path),
        "seconds": min(seconds),
        "megabytes": int(done.stdout) / 1024,  # Linux says kilobytes
    }


def join(paths: list[Path], into: Path) -> None:
    """The first pages of some books, one after the other, as one book of LONG pages."""
    joined = pdfium.PdfDocument.new()
    for path in paths:
        book = pdfium.PdfDocument(path)
        joined.import_pages(book, list(range(min(len(book), LONG - len(joined)))))
        if len(joined) == LONG:
            break
    joined.save(into)


def chosen(books: Path, every: bool) -> list[Path]:
    if every:
        return sorted(path for path in books.glob("*/*.pdf") if path.parent.name != "made")
    return [path for pattern in FIVE for path in sorted(books.glob(pattern))]


def share(part: int, whole: int) -> str:
    return f"{100 * part / whole:5.1f} %" if whole else "      –"


def show(
    made_books: dict[str, dict[str, int]], rows: list[dict[str, Any]], processes: list[dict[str, Any]]
) -> None:
    print(f"Python {sys.version.split()[0]}, {sys.executable}\n")
    print(f"{'made book':<28}{'tables':>10}{'amounts right':>18}{'pdfplumber':>18}")
    for name, got in made_books.items():
        print(
            f"{name:<28}{got['found']:>5}/{got['tables']:<4}{got['right']:>8}/{got['amounts']:<5}"
            f"{share(got['right'], got['amounts'])}{share(got['pdfplumber_right'], got['amounts']):>14}"
        )
    print()
    heads = ("pages/s", "plumber", "times", "theirs", "in ours", "ours", "in theirs")
    widths = (9, 9, 7, 9, 9, 7, 10)
    print(f"{'book':<24}{'pages':>6}" + "".join(f"{h:>{w}}" for h, w in zip(heads, widths, strict=True)))
    for row in rows:
        print(
            f"{row['book']:<24}{row['pages']:>6}{row['per_second']:>9.0f}{row['pdfplumber_per_second']:>9.1f}"
            f"{row['times']:>7.1f}{row['pdfplumber_amounts']:>9}"
            f"{share(row['shared'], row['pdfplumber_amounts']):>9}{row['amounts']:>7}"
            f"{share(row['shared'], row['amounts']):>10}",
            flush=True,
        )
    print(f"\n{'gouji check':<24}{'pages':>6}{'seconds':>9}{'MB':>7}")
    for one in processes:
        print(f"{one['book']:<24}{one['pages']:>6}{one['seconds']:>9.2f}{one['megabytes']:>7.0f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--books", type=Path, default=BOOKS)
    parser.add_argument("--all", action="store_true", help="every book instead of five")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    made_books = made(options.books)
    rows = [beside(path) for path in chosen(options.books, options.all)]
    processes = whole(options.books)
    if options.json:
        told = {"python": sys.version, "made": made_books, "beside": rows, "whole": processes}
        print(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        show(made_books, rows, processes)


if __name__ == "__main__":
    main()
