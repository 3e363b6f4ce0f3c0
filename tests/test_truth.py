"""Real PDF books against tables written out by hand (`tests/truth/`, whose README says how they were made).

    python -m tests.test_truth [--misses] [PLACE...]

prints the table of figures, and with --misses every kind of miss with how often it happens.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import pytest

from gouji.book import Table
from gouji.meaning import Money, Node, Panel, Sense, understand
from gouji.money import WAN, YUAN
from gouji.read import read
from tests.conftest import BOOKS, LEFT_OUT, leave_out

pytest.importorskip("pypdfium2", reason=f"{LEFT_OUT}pypdfium2 is not installed (the extra `pdf`)")

TRUTH = Path(__file__).resolve().parent / "truth"
PLACES = tuple(sorted(path.stem for path in TRUTH.glob("*.tsv")))

LEAST: dict[str, tuple[float, float, float]] = {
    "beijing": (1.0, 1.0, 0.891),
    "central": (1.0, 1.0, 0.768),
    "changchun": (1.0, 1.0, 0.977),
    "changsha": (1.0, 1.0, 1.0),
    "chongqing": (1.0, 1.0, 0.966),
    "fuzhou": (1.0, 1.0, 1.0),
    "guangzhou": (1.0, 1.0, 1.0),
    "hangzhou": (1.0, 1.0, 1.0),
    "huzhou": (1.0, 1.0, 1.0),
    "quanzhou": (1.0, 1.0, 1.0),
    "shanghai": (1.0, 1.0, 1.0),
    "shanghai_putuo": (1.0, 1.0, 1.0),
    "shanghai_putuo_2024": (1.0, 1.0, 1.0),
    "shenzhen": (1.0, 1.0, 0.939),
    "suzhou": (1.0, 1.0, 1.0),
    "swu_university": (1.0, 1.0, 0.993),
    "swu_university_2023": (1.0, 0.99, 0.995),
    "wuxi": (1.0, 1.0, 1.0),
    "xian": (1.0, 1.0, 0.956),
    "xian_2019": (1.0, 1.0, 0.938),
    "xian_2021": (1.0, 1.0, 0.433),
    "yantai": (1.0, 1.0, 0.98),
    "zhuhai": (1.0, 1.0, 0.97),
}
"""What a book reached: share of its tables, of its amounts, of its amounts with a scope. The goals are 0.98
of the tables and 0.97 of the amounts, read exactly and with a scope."""

HEAD = "".join(
    f"{word:>{width}}"
    for word, width in zip(
        ("", "tables", "more", "amounts", "more", "by name", "path", "unit", "scope"),
        (20, 10, 6, 12, 6, 9, 8, 8, 8),
        strict=True,
    )
)

UNITS = {"元": YUAN, "万元": WAN}
AMOUNT, LABEL, COUNTS = "amount", "label", ("数量", "人数", "序号")
_AMOUNT = re.compile(r"-?[\d,]*\d(\.\d+)?")
_NUMBER = r"(?:附件|预算|公开|部门公开|附)*\s*表?\s*[\d一二三四五六七八九十]+(?:-\d+)?\s*表?"
_NUMBERED = re.compile(
    rf"^{_NUMBER}[:：、\s]+|^(?:预算|公开|部门公开)\d+表|^表\d+(?:-\d+)?|[(（]{_NUMBER}[)）]$"
)


class Figure(NamedTuple):
    path: str
    amount: str
    at: tuple[int, int, int] = (0, 0, 0)  # table, row and column of what was read

    @property
    def leaf(self) -> str:
        return self.path.rpartition("/")[2]


class Row(NamedTuple):
    """One row, or one side of a row where two tables stand side by side: its labels joined, its amounts."""

    key: str
    figures: tuple[Figure, ...]

    @property
    def amounts(self) -> tuple[str, ...]:
        return tuple(figure.amount for figure in self.figures)


@dataclass
class Told:
    """A table as it was written out."""

    title: str
    state: str
    unit: str
    rows: list[Row] = field(default_factory=list)


@dataclass
class Score:
    tables: int = 0
    found: int = 0
    more: int = 0  # tables read that were not written out
    amounts: int = 0
    surplus: int = 0  # amounts read that were not written out
    exact: int = 0  # in the right table and row and in the right order
    named: int = 0  # of these, with the right row labels and the right leaf of the heading
    path: int = 0  # of these, with the whole heading path
    unit: int = 0  # exact, in a table whose money unit is right
    scoped: int = 0  # exact, and what they count is understood
    misses: Counter[str] = field(default_factory=Counter)

    @property
    def shares(self) -> tuple[float, float, float]:
        return (
            self.found / max(self.tables, 1),
            self.exact / max(self.amounts + self.surplus, 1),
            self.scoped / max(self.amounts, 1),
        )

    def line(self, place: str) -> str:
        every = max(self.amounts, 1)
        return (
            f"{place:20}{f'{self.found}/{self.tables}':>10}{self.more:>6}"
            f"{f'{self.exact}/{self.amounts}':>12}{self.surplus:>6}{self.named / every:>9.1%}"
            f"{self.path / every:>8.1%}{self.unit / every:>8.1%}{self.scoped / every:>8.1%}"
        )

    def add(self, other: Score) -> None:
        for name in NUMBERS:
            setattr(self, name, getattr(self, name) + getattr(other, name))


NUMBERS = tuple(name for name, value in vars(Score()).items() if isinstance(value, int))


# What was written out


def told(place: str) -> tuple[str, list[Told]]:
    """The book's file and its tables."""
    book, tables, pending = "", {}, defaultdict(list)
    for line in (TRUTH / f"{place}.tsv").read_text("utf-8").splitlines():
        if line.startswith("# book: "):
            book = line.removeprefix("# book: ")
        kind, *cells = line.split("\t")
        if kind == "table":
            _, number, title, state, unit = cells
            tables[number] = Told(title, state, unit)
        elif kind == "amount":
            page, number, _, row, column, amount = cells
            pending[number].append((page, row, Figure(column, amount)))
    for number, table in tables.items():
        table.rows = list(_rows(pending[number]))
    return book, list(tables.values())


def _rows(figures: Sequence[tuple[str, str, Figure]]) -> Iterator[Row]:
    """Figures of one page, one row key and one side, until a column comes a second time."""
    sides = {_side(figure.path) for _, _, figure in figures}
    beside = {"收入", "支出"} <= {side[-2:] for side in sides}
    last: tuple[str, str, str] | None = None
    row: list[Figure] = []
    for page, key, figure in figures:
        this = (page, key, _side(figure.path) if beside else "")
        if row and (this != last or any(figure.path == other.path for other in row)):
            yield Row(plain(last[1] if last else ""), tuple(row))
            row = []
        last = this
        row.append(figure)
    if row and last:
        yield Row(plain(last[1]), tuple(row))


def _side(path: str) -> str:
    """The side of a table of income beside expenditure that a heading path stands on."""
    top = path.partition("/")[0]
    return top if re.fullmatch("(本年|财政拨款)?(收入|支出)", top) else ""


# What was read


@lru_cache(maxsize=100000)
def plain(text: str) -> str:
    """A text by its letters and digits alone: printers and readers differ in spaces and punctuation."""
    return "".join(c for c in unicodedata.normalize("NFKC", text) if c.isalnum())


@lru_cache(maxsize=10000)
def titled(text: str) -> str:
    """A title without the number of its table."""
    text = text.strip()
    return plain(_NUMBERED.sub("", _NUMBERED.sub("", text).strip()))


def read_rows(table: Table, number: int, truth: Told) -> list[Row]:
    """The rows of a table that was read, cut into sides: labels, then amounts."""
    kinds = _kinds(table, truth)
    rows = []
    for r, cells in enumerate(table.rows):
        keys: list[str] = []
        figures: list[Figure] = []
        last = LABEL
        for c, kind in kinds:
            if kind == LABEL:
                if last == AMOUNT:
                    rows.append(Row(plain("".join(keys)), tuple(figures)))
                    keys, figures = [], []
                keys.append(cells[c].text)
            elif _AMOUNT.fullmatch(amount := "".join(cells[c].text.split())):
                figures.append(Figure("/".join(table.columns[c].path), amount, (number, r, c)))
            last = kind
        rows.append(Row(plain("".join(keys)), tuple(figures)))
    return [row for row in rows if row.figures]


def _kinds(table: Table, truth: Told) -> list[tuple[int, str]]:
    """Amount columns: under a heading that was written out, or mostly of amounts that were. Columns without
    any text, of shares or of counts are neither amounts nor labels."""
    leaves = {plain(figure.leaf) for row in truth.rows for figure in row.figures}
    amounts = {amount for row in truth.rows for amount in row.amounts}
    kinds = []
    for c, column in enumerate(table.columns):
        texts = ["".join(row[c].text.split()) for row in table.rows if row[c].text.strip()]
        money = [text for text in texts if text in amounts and ("." in text or "," in text)]
        leaf = plain(column.path[-1]) if column.path else ""
        if leaf in leaves or len(money) * 2 > len(texts):
            kinds.append((c, AMOUNT))
        elif any(not text.endswith("%") for text in texts) and leaf not in COUNTS:
            kinds.append((c, LABEL))
    return kinds


# The two held against each other


def scored(place: str) -> Score:
    """The figures of one book."""
    file, truths = told(place)
    book = read((BOOKS / file).read_bytes(), Path(file).name)
    sense = understand(book)
    score = Score(tables=len(truths))
    scopes = _scopes(sense)
    chosen = _chosen(truths, book.tables, score)
    score.more = len(book.tables) - len(chosen)
    for t, truth in enumerate(truths):
        score.amounts += sum(len(row.figures) for row in truth.rows)
        if t in chosen:
            number = chosen[t]
            table = book.tables[number]
            before = score.exact
            _compare(truth, read_rows(table, number, truth), scopes, score)
            if truth.unit and table.fen != UNITS[truth.unit]:
                score.misses[f"unit: {truth.title}: {truth.unit} read as {table.fen} fen"] += 1
            else:
                score.unit += score.exact - before
            if (truth.state == "declared-empty" and not table.declared) or (truth.rows and not table.rows):
                score.misses[f"state: {truth.title}: {truth.state} read as {table.state}"] += 1
        else:
            for row in truth.rows:
                score.misses[f"no table: {truth.title}"] += len(row.figures)
    return score


def _chosen(truths: Sequence[Told], tables: Sequence[Table], score: Score) -> dict[int, int]:
    """Which table that was read is which: by title, the n-th of a title the n-th; else by its amounts."""
    by_title: dict[str, list[int]] = defaultdict(list)
    for number, table in enumerate(tables):
        by_title[titled(table.title.text)].append(number)
    chosen: dict[int, int] = {}
    for t, truth in enumerate(truths):
        if by_title[titled(truth.title)]:
            chosen[t] = by_title[titled(truth.title)].pop(0)
            score.found += 1
    for t, truth in enumerate(truths):
        if t not in chosen:
            alike = _alike(truth, tables, set(chosen.values()))
            if alike is not None:
                chosen[t] = alike
                score.misses[f"title: {truth.title} read as {tables[alike].title.text[:40]!r}"] += 1
            else:
                score.misses[f"title: {truth.title} not found"] += 1
    for number, table in enumerate(tables):
        if number not in chosen.values():
            score.misses[f"more: {table.title.text[:30]!r}, {len(table.rows)} rows"] += 1
    return chosen


def _alike(truth: Told, tables: Sequence[Table], taken: set[int]) -> int | None:
    """The table not yet taken that holds most of the amounts, if it holds half of them."""
    amounts = Counter(amount for row in truth.rows for amount in row.amounts)
    best: tuple[int, int] = (0, -1)
    for number, table in enumerate(tables):
        if number not in taken:
            texts = Counter(cell.text for row in table.rows for cell in row)
            best = max(best, ((texts & amounts).total(), -number - 1))
    return -best[1] - 1 if best[0] * 2 > amounts.total() else None


def _compare(truth: Told, rows: list[Row], scopes: dict[tuple[int, int, int], str], score: Score) -> None:
    """Rows by their labels in order; what is left by its amounts."""
    matcher = SequenceMatcher(
        None, [row.key for row in truth.rows], [row.key for row in rows], autojunk=False
    )
    pairs = [(a + i, b + i) for a, b, size in matcher.get_matching_blocks() for i in range(size)]
    mine, theirs = {a for a, _ in pairs}, {b for _, b in pairs}
    spare = [b for b in range(len(rows)) if b not in theirs]
    for a, row in enumerate(truth.rows):
        if a in mine:
            continue
        b = next((b for b in spare if rows[b].amounts == row.amounts), None)
        if b is None:
            score.misses[f"row: not read, {truth.title}: {row.key[:30]}"] += len(row.figures)
            continue
        spare.remove(b)
        score.misses[f"row label: {truth.title}: {row.key[:40]} read as {rows[b].key[:40]}"] += 1
        _figures(row, rows[b], False, scopes, score, truth.title)
    for a, b in pairs:
        _figures(truth.rows[a], rows[b], True, scopes, score, truth.title)
    for b in spare:
        score.surplus += len(rows[b].figures)
        score.misses[f"more rows: {truth.title}: {rows[b].key[:30]}: {rows[b].amounts}"] += 1


def _figures(
    row: Row, got: Row, named: bool, scopes: dict[tuple[int, int, int], str], score: Score, title: str
) -> None:
    matcher = SequenceMatcher(None, row.amounts, got.amounts, autojunk=False)
    blocks = matcher.get_matching_blocks()
    for a, b, size in blocks:
        for want, have in zip(row.figures[a : a + size], got.figures[b : b + size], strict=True):
            score.exact += 1
            if plain(want.leaf) != plain(have.leaf):
                score.misses[f"heading: {title}: {want.path} read as {have.path}"] += 1
            elif named:
                score.named += 1
                if plain(want.path) == plain(have.path):
                    score.path += 1
                else:
                    score.misses[f"heading path: {title}: {want.path} read as {have.path}"] += 1
            why = scopes.get(have.at, "in no panel")
            if why:
                score.misses[f"scope: {title}: {why}"] += 1
            else:
                score.scoped += 1
    same = sum(size for _, _, size in blocks)
    lost = len(row.figures) - same
    score.surplus += len(got.figures) - same
    if lost or len(got.figures) > same:
        score.misses[f"amounts: {title}: {row.key[:30]}: {row.amounts} read as {got.amounts}"] += lost or 1


def _scopes(sense: Sense) -> dict[tuple[int, int, int], str]:
    """For every figure what keeps it from a scope: "" where it has one."""
    found = {}
    for panel in sense.panels:
        for node in panel.nodes:
            for column in panel.columns:
                at = (panel.number, node.index, column.at)
                found[at] = _without(panel, node, column)
    for table in sense.tables:
        for c, role in enumerate(table.roles):
            if role:
                for r in range(len(table.table.rows)):
                    label = table.table.columns[c].label
                    found.setdefault((table.number, r, c), f"column {label!r} is no money ({role})")
    return found


def _without(panel: Panel, node: Node, column: Money) -> str:
    """What keeps a figure from a scope, or nothing."""
    if not panel.base.understood:
        return "title"
    if not column.meaning.understood:
        return f"column {panel.table.columns[column.at].label!r}"
    if not node.understood:
        return f"row {node.kind} {node.label[:30]!r}"
    scope = panel.base.scope.meet(column.scope)
    if scope is None:
        return f"column {panel.table.columns[column.at].label!r} excludes the title"
    return "" if scope.meet(node.scope) is not None else f"row {node.label[:30]!r} excludes its column"


# Tests


@pytest.mark.parametrize("place", PLACES)
def test_book(place: str) -> None:
    file, _ = told(place)
    if not (BOOKS / file).is_file():
        leave_out(f"real books not found at {BOOKS} (no {file})")
    score = scored(place)
    print(f"\n{HEAD}\n{score.line(place)}")
    reached = tuple(int(share * 1000) / 1000 for share in score.shares)
    least = LEAST.get(place, (0.0, 0.0, 0.0))
    assert all(share >= low for share, low in zip(reached, least, strict=True)), (reached, least)


@pytest.mark.parametrize("place", PLACES)
def test_written_out(place: str) -> None:
    """The files themselves: every table has figures or a state that says why not; every amount is one."""
    file, tables = told(place)
    assert file
    assert tables
    for table in tables:
        assert table.state in ("filled", "empty", "declared-empty")
        assert all(_AMOUNT.fullmatch(amount) for row in table.rows for amount in row.amounts)


def main(arguments: list[str]) -> None:
    places = [name for name in arguments if not name.startswith("-")] or PLACES
    every, kinds = Score(), Counter[str]()
    print(HEAD)
    for place in places:
        if not (BOOKS / told(place)[0]).is_file():
            print(f"{place:20}the book is not at {BOOKS}")
            continue
        score = scored(place)
        every.add(score)
        kinds.update({f"{place}: {miss}": count for miss, count in score.misses.items()})
        print(score.line(place))
    print(every.line("all"))
    if "--misses" in arguments:
        for miss, count in kinds.items():
            print(f"{count:6} {miss}")


if __name__ == "__main__":
    main(sys.argv[1:])
