"""How much of real books a ledger that is recovered from them holds, and how much of them it prints again.

    python -m benchmarks.recovered BOOKS

BOOKS is a folder with a folder of books for each place. For each place: printed amounts other than zero;
those that the lines of the recovered ledger add up to; those that the book compiled from it, in the forms
that it is known by, prints for the same money.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from gouji.book import Book
from gouji.forms import edition
from gouji.identities.scopes import canonical
from gouji.ledger import compile
from gouji.ledger.recovering import recover
from gouji.meaning import Sense, understand
from gouji.read import Unreadable, read
from gouji.scope import Scope

_SUFFIXES = (".pdf", ".txt", ".xlsx", ".docx", ".html")


def figures(sense: Sense, live: int) -> Iterator[tuple[Scope | None, int]]:
    """Every printed amount but zero, with the money that it counts."""
    for panel in sense.panels:
        for r, node in enumerate(panel.nodes):
            for c, column in enumerate(panel.columns):
                fen = sense.amounts[panel.figure(r, c)]
                known = panel.base.understood and node.understood and column.meaning.understood
                met = panel.base.scope.meet(column.scope) if known else None
                found = canonical(met, node.scope, live, ()) if met else None
                if fen:
                    yield found[0] if found else None, fen


def again(sense: Sense, made: Book) -> int:
    """How many amounts of a book the one that is made again prints for the same money."""
    there: dict[Scope | None, set[int]] = {}
    for scope, fen in figures(understand(made), sense.live):
        there.setdefault(scope, set()).add(fen)
    return sum(fen in there.get(scope, ()) for scope, fen in figures(sense, sense.live) if scope)


def measured(path: Path) -> Counter[str]:
    book = read(path.read_bytes(), path.name)
    sense, found = understand(book), recover(book)
    told = sum(1 for _ in figures(sense, sense.live))
    lost = sum(bool(one.printed) for one in found.unsupported)
    unread = sum(scope is None for scope, _ in figures(sense, sense.live))
    made = compile(found.ledger, edition(book.edition))
    lines = sum(line.flow == "本年支出" for line in found.ledger.lines)
    held = told - unread - lost
    return Counter(books=1, printed=told, lines=lines, held=held, again=again(sense, made))


def main() -> None:
    print("| place | books | printed | lines | held by the lines | printed again |")
    print("| --- | --- | --- | --- | --- | --- |")
    whole: Counter[str] = Counter()
    for folder in sorted(path for path in Path(sys.argv[1]).iterdir() if path.is_dir()):
        place: Counter[str] = Counter()
        for path in sorted(p for p in folder.iterdir() if p.suffix in _SUFFIXES):
            try:
                place += measured(path)
            except Unreadable as problem:
                print(f"{path.name}: {problem}", file=sys.stderr)
        _row(folder.name, place)
        whole += place
    _row("all", whole)


def _row(name: str, told: Counter[str]) -> None:
    if told["printed"]:
        shares = (f"{told[key]} ({100 * told[key] // told['printed']} %)" for key in ("held", "again"))
        print(
            "|", " | ".join([name, *(str(told[key]) for key in ("books", "printed", "lines")), *shares]), "|"
        )


if __name__ == "__main__":
    main()
