"""How fast `gouji check` is, as a whole process, inside the process, and over many books.

    python -m benchmarks.speed [--book FILE] [--books N] [--runs N] [--json]

The book is the real one beside the project where it is there, else the shipped sample. Each figure is the
median of several runs on the machine as it is; the interpreter's own start is measured in the same run, so
that a loaded machine shows. Beside it stands what pandas takes only to read the same tables and to add up
their columns (`pip install pandas`, for this only): nothing else that can be installed audits such a text.
Batches are N copies of the book, and N different books compiled from random
ledgers (all 17 forms, filled), each a file of its own, checked with one worker and with all cores; a
worker's peak memory is taken after N/4 books, after N/2 and after N: it grows until the caches are full.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.ledgers import random_ledger
from gouji.audit import audit
from gouji.forms import edition
from gouji.ledger import compile
from gouji.read import read
from gouji.report.data import line, report
from gouji.write.text import write

ROOT = Path(__file__).resolve().parent.parent
REAL = ROOT.parent / "shared" / "books" / "yunnan" / "xinfang-2026.txt"
SAMPLE = ROOT / "src" / "gouji" / "samples" / "yunnan-2026.txt"
GOUJI = (sys.executable, "-m", "gouji", "check", "--format", "json")


def timed(command: tuple[str, ...]) -> float:
    start = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return time.perf_counter() - start


def median_of(work: Callable[[], float], runs: int) -> float:
    work()
    return median(work() for _ in range(runs))


def inside(data: bytes, runs: int) -> dict[str, float]:
    """Reading to report within one process, cold and warm, in ms."""

    def once() -> float:
        start = time.perf_counter()
        line(report(audit(read(data, "book.txt")), "zh"))
        return (time.perf_counter() - start) * 1000

    return {"first": once(), "median": median_of(once, runs)}


def pandas_ms(text: str, runs: int) -> float | None:
    """pandas reads the tables of a text and adds up their columns, in ms; None where it is not installed."""
    try:
        import pandas
    except ModuleNotFoundError:
        return None
    tables: list[list[str]] = [[]]
    for row in text.splitlines():
        if "\t" in row:
            tables[-1].append(row)
        elif tables[-1]:
            tables.append([])

    def once() -> float:
        start = time.perf_counter()
        for rows in filter(None, tables):
            width = max(row.count("\t") for row in rows) + 1
            frame = pandas.read_csv(
                io.StringIO("\n".join(rows)), sep="\t", names=range(width), dtype=str, quoting=3
            )
            for column in frame:
                printed = frame[column].str.replace(",", "", regex=False)
                pandas.to_numeric(printed, errors="coerce").sum()
        return (time.perf_counter() - start) * 1000

    return median_of(once, runs)


def folder_of(texts: list[str], place: Path) -> Path:
    place.mkdir()
    for number, text in enumerate(texts):
        (place / f"{number:05}.txt").write_text(text, encoding="utf-8")
    return place


def random_texts(count: int) -> list[str]:
    forms = edition("yunnan-2026")
    return [write(compile(random_ledger(random.Random(seed)), forms)) for seed in range(count)]


def batch(folder: Path, count: int) -> dict[str, float]:
    """Books a second for each core, without the start of the interpreter."""
    start = timed((sys.executable, "-c", "import gouji.audit, gouji.cli"))
    cores = len(os.sched_getaffinity(0))
    one = timed((*GOUJI, "--jobs", "1", str(folder))) - start
    every = timed((*GOUJI, "--jobs", str(cores), str(folder))) - start
    return {"one worker": count / one, f"{cores} workers, for each": count / every / cores}


def peak(folder: Path, count: int) -> float:
    """Peak memory in MB of one process that checks the first books of a folder."""
    paths = sorted(str(path) for path in folder.iterdir())[:count]
    code = (
        "import resource, sys; from gouji.cli import main\n"
        "try: main()\n"
        "finally: print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)"
    )
    command = (sys.executable, "-c", code, "check", "--format", "json", "--jobs", "1", *paths)
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    return int(done.stderr.split()[-1]) / 1024


def measure(book: Path, books: int, runs: int) -> dict[str, Any]:
    data = book.read_bytes()
    with tempfile.TemporaryDirectory() as place:
        copies = folder_of([data.decode("utf-8")] * books, Path(place) / "copies")
        different = folder_of(random_texts(books), Path(place) / "different")
        return {
            "book": book.name,
            "whole process, s": median_of(lambda: timed((*GOUJI, str(book))), runs),
            "terminal report, s": median_of(lambda: timed((*GOUJI[:-1], "terminal", str(book))), runs),
            "interpreter alone, s": median_of(lambda: timed((sys.executable, "-c", "pass")), runs),
            "inside, ms": inside(data, runs * 3),
            "pandas, reading and adding only, ms": pandas_ms(data.decode("utf-8"), runs * 3),
            "copies a second": batch(copies, books),
            "different books a second": batch(different, books),
            "peak MB": {str(n): peak(different, n) for n in (books // 4, books // 2, books)},
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--book", type=Path, default=REAL if REAL.exists() else SAMPLE)
    parser.add_argument("--books", type=int, default=240)
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    told = measure(asked.book, asked.books, asked.runs)
    if asked.json:
        print(json.dumps(told, ensure_ascii=False))
        return
    for name, value in told.items():
        parts = value.items() if isinstance(value, dict) else [("", value)]
        for part, number in parts:
            shown = f"{number:.3f}" if isinstance(number, float | int) else number or "not installed"
            print(f"{name:26} {part:22} {shown}")


if __name__ == "__main__":
    main()
