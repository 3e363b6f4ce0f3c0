"""Slips planted in consistent books: what is found, and what is explained right.

    python -m benchmarks.planted [--books N] [--clean N] [--slips N] [--seed S] [--kind KIND] [--json]
        [--verbose]
    python -m benchmarks.planted --replay SEED:KIND

Each book is compiled from a random ledger, gets one slip, is written as text, read and audited. `bound` slips
touch a figure that lies in an equality; of the others nothing can tell. Of them `found` are those that are
cried at all, `first` and `three` those whose cause is told with the right place and figure, first or among
the first three. `false` counts the errors that the right cause does not explain. Then books with three
slips each, one book with many, and books without any.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from multiprocessing import Pool
from typing import Any, NamedTuple, TypeVar

from benchmarks.ledgers import random_ledger
from benchmarks.score import Verdict, is_bound, judge, judge_all
from benchmarks.slips import KINDS, Planted, plant
from gouji.audit import Audit, audit
from gouji.book import Book
from gouji.findings import ERROR
from gouji.forms import edition
from gouji.ledger import compile
from gouji.read import read
from gouji.write.text import write

T = TypeVar("T")
YUNNAN = edition("yunnan-2026")
FAR = 1_000_003
"""How far apart the seeds of different books are, so that no two runs share one by accident."""


class Case(NamedTuple):
    """One book with one slip: the seed and kind that make it again, and what became of it."""

    seed: int
    kind: str
    slip: str
    verdict: Verdict
    seconds: float


class Several(NamedTuple):
    """One book with several slips, or with none: how many were explained first, and what was cried."""

    seed: int
    slips: int
    first: int
    errors: tuple[str, ...]
    seconds: float


def clean_book(seed: int, **wishes: Any) -> Book:
    return compile(random_ledger(random.Random(seed), **wishes), YUNNAN)


def told_of(book: Book) -> tuple[Audit, float]:
    """The audit of a book as it is read from its text, and the seconds that auditing took."""
    printed = read(write(book).encode(), "planted.txt")
    start = time.perf_counter()
    told = audit(printed)
    return told, time.perf_counter() - start


def slip_of(seed: int, kind: str) -> tuple[Book, Planted]:
    """The slip of a seed, in the first book from there on that has a place for its kind."""
    for number in range(100):
        clean = clean_book(seed + number * FAR)
        if planted := plant(random.Random(f"{seed}:{kind}"), clean, kind):
            return clean, planted
    raise ValueError(f"no book has a place for {kind}")


def one(job: tuple[int, str]) -> Case:
    clean, planted = slip_of(*job)
    told, seconds = told_of(planted.book)
    return Case(*job, str(planted), judge(planted, told_of(clean)[0], told), seconds)


def three(seed: int) -> Several:
    """A book with three bound slips, each in a table of its own."""
    rng = random.Random(f"{seed}:three")
    book = clean_book(seed, withheld=False)
    slips: list[Planted] = []
    for _ in range(200):
        planted = plant(rng, book, rng.choice(KINDS), avoid=[slip.table for slip in slips])
        if planted and is_bound(planted, book):
            slips.append(planted)
            book = planted.book
        if len(slips) == 3:
            break
    told, seconds = told_of(book)
    return Several(seed, len(slips), judge_all(slips, told), tuple(map(str, slips)), seconds)


def many(seed: int, count: int) -> Several:
    """A large book with misprints all over."""
    rng = random.Random(f"{seed}:many")
    book = clean_book(seed, units=4, funds=True, carried=True, withheld=False)
    slips: dict[tuple[int, int, tuple[int, ...]], Planted] = {}
    while len(slips) < count:
        planted = plant(
            rng, book, rng.choice(("digit", "swap", "lost-digit", "doubled-digit", "blank", "sign"))
        )
        if planted and (at := (planted.table, planted.row, planted.columns)) not in slips:
            slips[at] = planted
            book = planted.book
    told, seconds = told_of(book)
    return Several(seed, count, judge_all(list(slips.values()), told), (), seconds)


def none(seed: int) -> Several:
    """A book without a slip: every error is false."""
    told, seconds = told_of(clean_book(seed))
    errors = [f"{f.code} {f.spots[0].form} {f.spots[0].row}" for f in told.findings if f.level == ERROR]
    return Several(seed, 0, 0, tuple(errors), seconds)


def spread(work: Callable[[Any], T], jobs: Iterable[Any]) -> list[T]:
    """The work on all cores, in order."""
    with Pool() as pool:
        return pool.map(work, list(jobs), chunksize=1)


def summary(kind: str, cases: Sequence[Case]) -> dict[str, Any]:
    bound = [case.verdict for case in cases if case.verdict.bound]
    seconds = [case.seconds for case in cases]
    return {
        "kind": kind,
        "n": len(cases),
        "bound": len(bound),
        "found": sum(verdict.found for verdict in bound),
        "first": sum(verdict.rank == 1 for verdict in bound),
        "three": sum(1 <= verdict.rank <= 3 for verdict in bound),
        "false": sum(case.verdict.false for case in cases),
        "mean": sum(seconds) / len(seconds),
        "max": max(seconds),
    }


def show(rows: Sequence[dict[str, Any]]) -> None:
    counted = ("n", "bound", "found", "first", "three", "false")
    print(f"{'slip':16}" + "".join(f"{name:>7}" for name in counted) + f"{'mean s':>9}{'max s':>8}")
    for row in rows:
        counts = "".join(f"{row[name]:7}" for name in counted)
        print(f"{row['kind']:16}{counts}{row['mean']:9.3f}{row['max']:8.3f}")


def show_several(name: str, told: Sequence[Several], right: int) -> None:
    seconds = [one.seconds for one in told]
    share = f"{right} of {len(told)} books" if len(told) > 1 else f"{told[0].first} of {told[0].slips} slips"
    print(f"{name:40}{share:>20}{sum(seconds) / len(seconds):9.3f}{max(seconds):8.3f}")


def misses(cases: Iterable[Case]) -> None:
    """Each slip that is not explained first, or that made a false error, with what makes it again."""
    for case in cases:
        verdict = case.verdict
        if verdict.bound and (verdict.rank != 1 or verdict.false):
            said = "not found" if not verdict.found else f"rank {verdict.rank or '-'}, {verdict.false} false"
            print(f"  {case.seed}:{case.kind}  {said}  {case.slip}")


def replay(seed: int, kind: str) -> None:
    """One slip again: what was planted, and all that is said of it."""
    clean, planted = slip_of(seed, kind)
    told, seconds = told_of(planted.book)
    print(planted, f"({planted.fen} 分, {seconds:.3f} s)")
    for finding in told.findings:
        if finding.level == ERROR or finding.terms:
            spots = "; ".join(f"{s.form} {s.row} | {s.column} = {s.text}" for s in finding.spots[:3])
            print(f"  {finding.level} {finding.id} {finding.outcome}: {finding.difference} {spots}")
    for cause in told.causes:
        spots = "; ".join(f"{s.form} {s.row} | {s.column} = {s.text} @{s.place}" for s in cause.spots[:3])
        print(
            f"  {cause.rank} {cause.id} {cause.kind} {cause.slip} {cause.amount} -> {cause.proposed}: {spots}"
        )
    print(judge(planted, told_of(clean)[0], told))


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.planted", description="Slips planted in books."
    )
    parser.add_argument("--books", type=int, default=40, help="slips of each kind (%(default)s)")
    parser.add_argument("--clean", type=int, default=100, help="books without a slip (%(default)s)")
    parser.add_argument("--slips", type=int, default=100, help="slips in one book (%(default)s)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind", choices=KINDS, action="append", help="only slips of this kind")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--verbose", action="store_true", help="name each miss, so that it can be replayed")
    parser.add_argument("--replay", metavar="SEED:KIND", help="one slip, and all that is said of it")
    asked = parser.parse_args(words)
    if asked.replay:
        seed, _, kind = asked.replay.partition(":")
        replay(int(seed), kind)
        return 0
    seeds = range(asked.seed, asked.seed + asked.books)
    cases = {kind: spread(one, [(seed, kind) for seed in seeds]) for kind in asked.kind or KINDS}
    rows = [summary(kind, mine) for kind, mine in cases.items()]
    every = [case for mine in cases.values() for case in mine]
    rows.append(summary("all", every))
    triple = [] if asked.kind else spread(three, seeds)
    single = [] if asked.kind else [many(asked.seed, asked.slips)]
    clean = [] if asked.kind else spread(none, range(asked.seed, asked.seed + asked.clean))
    if asked.json:
        several = {"three": triple, "many": single, "clean": clean}
        print(
            json.dumps(
                {"slips": rows} | {name: [x._asdict() for x in told] for name, told in several.items()}
            )
        )
        return 0
    show(rows)
    for name, told, right in (
        ("three slips, all explained first", triple, sum(book.first == book.slips for book in triple)),
        (f"{asked.slips} slips, explained first", single, 0),
        ("no slips, and no error", clean, sum(not book.errors for book in clean)),
    ):
        if told:
            show_several(name, told, right)
    if asked.verbose:
        misses(every)
        for book in (*(b for b in triple if b.first < b.slips), *(b for b in clean if b.errors)):
            print(f"  {book.seed}: {book.first} of {book.slips}; {' | '.join(book.errors)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
