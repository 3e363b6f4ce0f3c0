"""What is shown of a comparison, in which order, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable
from itertools import groupby, takewhile
from typing import NamedTuple

from gouji.compare import (
    ADDED,
    CHANGED,
    FIGURE,
    LINE,
    MOVED,
    NOTE,
    PARAGRAPH,
    REMOVED,
    RESTATED,
    TABLE,
    TARGET,
    Change,
    Comparison,
    Figure,
    Side,
    Total,
    Wording,
)
from gouji.findings import Spot
from gouji.lexicon import normal
from gouji.messages import say
from gouji.money import show
from gouji.report.words import money_unit, place_text, safe, word

KINDS = (ADDED, REMOVED, CHANGED, MOVED, RESTATED)
DIMENSIONS = ("function", "project")
TEXTS = {TARGET: "targets", NOTE: "notes", PARAGRAPH: "paragraphs"}
"""What is said in words, and the word of the catalogue for it."""


BEFORE, LONG = 12, 160
"""Characters shown before the first that differs, and of a text in all."""


class Shown(NamedTuple):
    """A change, and the other tables that tell the same one."""

    change: Change
    also: tuple[str, ...] = ()


class Section(NamedTuple):
    """`name` is a word of the catalogue; `tables` has what is shown of each table."""

    name: str
    tables: tuple[tuple[str, tuple[Shown, ...]], ...]


class Words:
    """A comparison in one language, its amounts in the money unit of the new one."""

    def __init__(self, comparison: Comparison, lang: str) -> None:
        self.comparison = comparison
        self.lang = lang
        self.fen = comparison.new.fen
        self.unit = money_unit(self.fen)

    def word(self, key: str, **args: object) -> str:
        return say(f"diff.{key}", self.lang, {name: str(value) for name, value in args.items()})

    def title(self) -> str:
        new, old = self.comparison.new, self.comparison.old
        return self.word("title", unit=safe(new.unit or old.unit) or word("no-unit", self.lang))

    def about(self) -> str:
        new, old = self.comparison.new, self.comparison.old
        if not new.year or not old.year:
            return ""
        same = new.year == old.year
        return (
            self.word("versions", year=new.year) if same else self.word("years", old=old.year, new=new.year)
        )

    def units(self) -> str:
        """That the two are of different units; "" where they are not, or it is not known."""
        new, old = self.comparison.new, self.comparison.old
        if not new.unit or not old.unit or normal(new.unit) == normal(old.unit):
            return ""
        return self.word("units", old=safe(old.unit), new=safe(new.unit))

    def counts(self) -> str:
        told, compared = self.comparison.changes, self.comparison.compared
        texts = Counter(wording.what for wording in self.comparison.texts)
        worded = {name: texts[what] for what, name in TEXTS.items()}
        said = self.word("worded", **worded) if texts else ""
        if not told:
            return (
                self.word("same-money", compared=compared) + said
                if said
                else self.word("same", compared=compared)
            )
        lines = Counter(shown.change.kind for shown in merged(lines_of(self.comparison)))
        what = Counter(change.what for change in told if change.kind != RESTATED)
        restated = sum(change.kind == RESTATED for change in told)
        numbers = {kind: lines[kind] for kind in KINDS} | {"restated": restated}
        return (
            self.word("counts", compared=compared, figures=what[FIGURE], tables=what[TABLE], **numbers) + said
        )

    def kind(self, change: Change | Wording) -> str:
        return self.word(f"kind.{change.kind}")

    def amount(self, fen: int | None) -> str:
        return "" if fen is None else show(fen, self.fen)

    def difference(self, fen: int) -> str:
        return f"{'+' if fen > 0 else ''}{show(fen, self.fen)}"

    def table(self, name: str) -> str:
        """A table as people name it: its form and its title."""
        spot = self.comparison.new.tables.get(name) or self.comparison.old.tables.get(name)
        title = safe(spot.text) if spot else ""
        return title if not title or safe(name) in title else f"{safe(name)}  {title}"

    def row(self, change: Change) -> str:
        """The row as people name it."""
        spot = change.spot
        return safe(spot.row) or safe(spot.text if change.what == TABLE else spot.column) or safe(spot.form)

    def moved(self, change: Change) -> str:
        if change.kind != MOVED:
            return ""
        args = {"source": safe(change.source), "target": safe(change.target)}
        return self.word(f"moved.{change.dimension}", **args)

    def message(self, change: Change) -> str:
        if change.what == TABLE:
            return self.word(f"message.table-{change.kind}")
        blank = self.word("blank")
        return self.word(
            f"message.{change.kind}",
            row=self.row(change),
            old=self.amount(change.old) or blank,
            new=self.amount(change.new) or blank,
            difference=self.difference(change.difference),
            moved=self.moved(change),
        )

    def places(self, change: Change | Wording) -> str:
        """Where it stands in the old one and in the new one."""
        sides = (self.comparison.old, self.comparison.new)
        ends = (change.before, change.after)
        told = [self._place(spot, side) for spot, side in zip(ends, sides, strict=True)]
        return " → ".join(told) if all(told) else next(filter(None, told), "")

    def texts(self, wording: Wording) -> tuple[str, str]:
        """What the two say; of a longer text that changed, from a little before it does."""
        old, new = (safe(one.text) if one else "" for one in (wording.old, wording.new))
        pairs = takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False))
        same = sum(1 for _ in pairs) if new else 0
        start = same - BEFORE if same > LONG // 2 and max(len(old), len(new)) > LONG else 0
        return _cut(old, start), _cut(new, start)

    def _place(self, spot: Spot | None, side: Side) -> str:
        return place_text(spot.place, self.lang, side.source) if spot else ""

    def beside(self, change: Change) -> list[str]:
        """The columns that differ otherwise than the row's amount does."""
        return [self._figure(figure) for figure in apart(change)]

    def _figure(self, figure: Figure) -> str:
        blank = self.word("blank")
        ends = [self.amount(fen) or blank for fen in (figure.old, figure.new)]
        return f"{safe(figure.column)} {ends[0]} → {ends[1]}"

    def name(self, total: Total) -> str:
        """A code or a project as a list of totals names it."""
        coded = total.value if total.dimension == "function" else ""
        return f"{safe(coded)} {self.bare(total)}".lstrip()

    def bare(self, total: Total) -> str:
        """The same without its code."""
        return safe(total.name) if total.value else self.word("total")

    def basis(self, dimension: str) -> str:
        return self.word("basis", table=self.table(self.comparison.basis[dimension]), unit=self.unit)


def apart(change: Change) -> list[Figure]:
    """The figures of a change whose difference is not that of the row, nor that of one before."""
    seen = {(change.old or 0, change.new or 0), (0, change.difference), (-change.difference, 0)}
    told = []
    for figure in change.figures:
        ends = (figure.old or 0, figure.new or 0)
        if ends not in seen and figure.difference != change.difference:
            seen.add(ends)
            told.append(figure)
    return told


def _cut(text: str, start: int) -> str:
    end = start + LONG
    return ("…" if start else "") + text[start:end] + ("…" if end < len(text) else "")


def worded(comparison: Comparison, what: str) -> tuple[tuple[str, tuple[Wording, ...]], ...]:
    """The targets, notes or paragraphs that differ, by table; paragraphs by heading."""
    told = (wording for wording in comparison.texts if wording.what == what)
    by = groupby(told, key=lambda one: one.label if what == PARAGRAPH else one.table)
    return tuple((name, tuple(run)) for name, run in by)


def sections(comparison: Comparison) -> list[Section]:
    """The changes under their headings, table by table; a line that several tables tell stands once."""
    others = [change for change in comparison.of(FIGURE) if change.kind != RESTATED]
    restated = [change for change in comparison.changes if change.kind == RESTATED]
    told = (
        ("tables", map(Shown, comparison.of(TABLE))),
        ("lines", merged(lines_of(comparison))),
        ("figures", map(Shown, others)),
        ("restated", map(Shown, restated)),
    )
    found = (Section(name, _by_table(shown)) for name, shown in told)
    return [section for section in found if section.tables]


def lines_of(comparison: Comparison) -> list[Change]:
    return [change for change in comparison.of(LINE) if change.kind != RESTATED]


def merged(changes: Iterable[Change]) -> list[Shown]:
    """Changes of lines; those that read the same in several tables once, under the table with most lines."""
    groups: dict[Hashable, list[Change]] = {}
    for change in changes:
        name = (change.kind, change.spot.row, change.old, change.new, change.source, change.target)
        groups.setdefault(name, []).append(change)
    told = []
    for same in groups.values():
        tables = list(dict.fromkeys(change.table for change in same))
        first = [change for change in same if change.table == tables[0]]
        told += [Shown(change, tuple(tables[1:])) for change in first]
    return told


def differing(comparison: Comparison, dimension: str) -> list[Total]:
    """The totals that differ, that of all first."""
    found = [t for t in comparison.totals if t.dimension == dimension]
    return [t for t in found if t.differs or not t.value] if any(t.differs for t in found) else []


def _by_table(shown: Iterable[Shown]) -> tuple[tuple[str, tuple[Shown, ...]], ...]:
    return tuple((table, tuple(run)) for table, run in groupby(shown, key=lambda shown: shown.change.table))
