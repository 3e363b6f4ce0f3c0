"""Slips planted in real books: what is noticed, what is explained right, and which figures nothing binds.

    python -m benchmarks.real FOLDER [--books WORD] [--each N] [--seed S] [--json] [--verbose] [--unbound]
    python -m benchmarks.real FOLDER --replay FILE:NUMBER [--seed S]

FOLDER has a folder for each place with its books in it. Each book is read once; then, for a random sample of
its printed amounts other than zero, one slip is made in the Book's cells, the whole is audited and compared
with the audit of the book as printed. Of the amounts `held` lie in an identity of the book as printed,
`equal` in an equality. Of the slips `bound` touch a figure of an equality, `noticed` are those that a new
error or warning names or sums, `first` those whose cause is told with the right place and figure at first
rank; `false` are the new errors that the right cause does not explain.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from multiprocessing import Pool
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.score import false_errors, is_bound, is_right
from benchmarks.slips import Planted, Spot, plant_at
from gouji import money
from gouji.audit import Audit, audit
from gouji.book import Book, Place
from gouji.findings import ERROR, WARNING, Finding
from gouji.identities import AT_MOST, System, system
from gouji.meaning import Sense, understand
from gouji.read import read
from gouji.read.grid import Unreadable

KINDS = (
    *("digit", "swap", "lost-digit", "doubled-digit", "blank", "point", "sign"),
    *("wrong-column", "lost-row", "doubled-row"),
)
UNNAMED = ("blank", "lost-row", "doubled-row")
MADE = "made"  # one book again, in other formats
COUNTED = ("bound", "noticed", "first", "false")


class Slip(NamedTuple):
    """One slip and what became of it. `number` makes it again, with the seed."""

    number: int
    said: str
    bound: bool
    noticed: bool
    first: bool
    false: int


class Loose(NamedTuple):
    """An amount that no equality binds; `held` where at least an inequality does."""

    title: str
    column: str
    row: str
    held: bool


class Told(NamedTuple):
    """What one book came to: its amounts, those in an identity and in an equality, the rest, its slips."""

    file: str
    amounts: int
    held: int
    equal: int
    loose: list[Loose]
    slips: list[Slip]


class Real:
    """A book as printed, with all that its slips are compared with."""

    def __init__(self, path: Path, seed: int) -> None:
        self.file, self.seed = f"{path.parent.name}/{path.name}", seed
        self.book: Book = read(path.read_bytes(), path.name)
        self.sense: Sense = understand(self.book)
        self.whole: System = system(self.sense)
        self.clean: Audit = audit(self.book, sense=self.sense)
        self.before = {finding.id for finding in self.clean.findings}

    def spots(self) -> list[Spot]:
        """The cells of its amounts other than zero."""
        panels = self.sense.panels
        figures = ((p, *divmod(f, len(p.columns))) for p in panels for f in range(p.size))
        return [
            (p.number, p.nodes[r].index, p.columns[c].at)
            for p, r, c in figures
            if self.sense.amounts[p.figure(r, c)]
        ]

    def planted(self, each: int) -> Iterator[tuple[int, Planted]]:
        """Slips in a sample of its amounts, each with its number."""
        spots = self.spots()
        random.Random(f"{self.seed}:{self.file}").shuffle(spots)
        for number, spot in enumerate(spots[:each]):
            rng = random.Random(f"{self.seed}:{self.file}:{number}")
            ways = (plant_at(rng, self.book, spot, kind) for kind in rng.sample(KINDS, len(KINDS)))
            if planted := next((way for way in ways if way), None):
                yield number, planted

    def judged(self, number: int, planted: Planted) -> Slip:
        told = audit(planted.book)
        new = [finding for finding in told.findings if finding.id not in self.before]
        right = [cause for cause in told.causes if is_right(cause, planted, told)]
        false = sum(finding in new for finding in false_errors(told, right))
        named = {id for cause in right for id in cause.findings}
        noticed = any(finding.id in named or _names(finding, planted) for finding in new)
        first = any(cause.rank == 1 for cause in right)
        bound = is_bound(planted, self.book, self.whole)
        return Slip(number, str(planted), bound, noticed, first, false)

    def loose(self) -> Iterator[Loose | None]:
        """Each of its amounts: what no equality binds, None for the others."""
        equal, held = bytearray(len(self.sense.amounts)), self.whole.figures
        for identity in self.whole.identities:
            if identity.relation != AT_MOST:
                for figure, _ in identity.terms:
                    equal[figure] = 1
        for figure, amount in enumerate(self.sense.amounts):
            if amount is not None:
                yield None if equal[figure] else self._loose(figure, bool(held[figure]))
        for table in self.sense.tables:
            for c, role in enumerate(table.roles):
                for row in table.table.rows if role == "?" else ():
                    if row[c].text and money.looks_like(row[c].text):
                        column = table.table.columns[c].label
                        yield Loose(table.table.title.text, column, row[0].text, False)

    def _loose(self, figure: int, held: bool) -> Loose:
        panel, r, c = self.sense.at(figure)
        node, column = panel.nodes[r], panel.table.columns[panel.columns[c].at].label
        return Loose(panel.table.title.text, column, node.label, held)


def _names(finding: Finding, planted: Planted) -> bool:
    """Does an error or a warning name the slip's cells, or sum them?

    One on a lost row names none of them, and none names a cell that is blank now.
    """
    if finding.level not in (ERROR, WARNING):
        return False
    if planted.kind in UNNAMED:
        return True
    row = planted.book.tables[planted.table].rows[planted.row]
    places: set[Place] = {row[c].place for c in planted.columns}
    spots = [*finding.spots, *(term.spot for term in finding.terms)]
    return any(spot.place in places or spot.table < 0 for spot in spots)


def one(job: tuple[Path, int, int]) -> Told:
    path, each, seed = job
    try:
        real = Real(path, seed)
    except Unreadable as problem:
        print(f"{path}: {problem}", file=sys.stderr)
        return Told(f"{path.parent.name}/{path.name}", 0, 0, 0, [], [])
    every = list(real.loose())
    loose = [one for one in every if one]
    equal = len(every) - len(loose)
    slips = [real.judged(number, planted) for number, planted in real.planted(each)]
    return Told(real.file, len(every), equal + sum(one.held for one in loose), equal, loose, slips)


def books(folder: Path, word: str) -> list[Path]:
    """The books of a folder of places; those that are one book again in other formats only when asked for."""
    files = (path for path in sorted(folder.glob("*/*")) if path.is_file() and word in str(path))
    return [path for path in files if word or path.parent.name != MADE]


def summary(place: str, told: Sequence[Told]) -> dict[str, Any]:
    slips = [slip for book in told for slip in book.slips]
    return {
        "place": place,
        "books": len(told),
        "amounts": sum(book.amounts for book in told),
        "held": sum(book.held for book in told),
        "equal": sum(book.equal for book in told),
        "slips": len(slips),
    } | {name: sum(getattr(slip, name) for slip in slips) for name in COUNTED}


def by_place(told: Sequence[Told]) -> list[dict[str, Any]]:
    places: dict[str, list[Told]] = {}
    for book in told:
        places.setdefault(book.file.partition("/")[0], []).append(book)
    return [*(summary(place, mine) for place, mine in places.items()), summary("all", told)]


def unbound(told: Sequence[Told]) -> list[tuple[int, tuple[str, ...]]]:
    """How many amounts no equality binds, by place, table, column and row."""
    counts = Counter(
        (book.file.partition("/")[0], one.title, one.column, one.row, "≤" if one.held else "")
        for book in told
        for one in book.loose
    )
    return [(count, key) for key, count in sorted(counts.items())]


def show(rows: Sequence[dict[str, Any]]) -> None:
    names = [name for name in rows[0] if name != "place"]
    print(f"{'place':16}" + "".join(f"{name:>9}" for name in names))
    for row in rows:
        print(f"{row['place']:16}" + "".join(f"{row[name]:9}" for name in names))


def misses(told: Sequence[Told]) -> None:
    """Each slip that is not noticed, not explained first, or makes a false error; and its number."""
    for book in told:
        for slip in book.slips:
            if not (slip.noticed and slip.first) or slip.false:
                said = "" if slip.noticed else "not noticed, " if slip.bound else "not bound, "
                said += f"{'' if slip.first else 'not '}first, {slip.false} false"
                print(f"  {book.file}:{slip.number}  {said}  {slip.said}")


def replay(folder: Path, name: str, seed: int) -> None:
    """One slip again, and all that is said of it."""
    file, _, number = name.rpartition(":")
    real = Real(folder / file, seed)
    planted = next(told for n, told in real.planted(int(number) + 1) if n == int(number))
    told = audit(planted.book)
    print(real.judged(int(number), planted))
    for finding in told.findings:
        if finding.id not in real.before:
            spots = "; ".join(f"{s.form} {s.row} | {s.column} = {s.text}" for s in finding.spots[:4])
            print(f"  {finding.level} {finding.id} {finding.difference} {spots}")
    for cause in told.causes:
        if not real.before.issuperset(cause.findings):
            spots = "; ".join(f"{s.form} {s.row} | {s.column} = {s.text}" for s in cause.spots[:3])
            print(f"  {cause.rank} {cause.kind} {cause.slip} {cause.amount} -> {cause.proposed}: {spots}")


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.real", description="Slips in real books.")
    parser.add_argument("folder", type=Path, help="a folder with a folder of books for each place")
    parser.add_argument("--books", metavar="WORD", default="", help="only files with this in their path")
    parser.add_argument("--each", type=int, default=40, help="slips in each book (%(default)s)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--verbose", action="store_true", help="name each miss, so that it can be replayed")
    parser.add_argument("--unbound", action="store_true", help="list the amounts that no equality binds")
    parser.add_argument("--replay", metavar="FILE:NUMBER", help="one slip, and all that is said of it")
    asked = parser.parse_args(words)
    if asked.replay:
        replay(asked.folder, asked.replay, asked.seed)
        return 0
    jobs = [(path, asked.each, asked.seed) for path in books(asked.folder, asked.books)]
    if not jobs:
        parser.error(f"no books in {asked.folder}")
    with Pool() as pool:
        told = pool.map(one, jobs, chunksize=1)
    told = [book for book in told if book.amounts]
    if asked.json:
        print(json.dumps({"places": by_place(told), "books": told, "unbound": unbound(told)}))
        return 0
    show(by_place(told))
    if asked.unbound:
        for count, key in unbound(told):
            print(count, *key, sep="\t")
    if asked.verbose:
        misses(told)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
