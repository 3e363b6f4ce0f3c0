"""What an audit says: findings, causes, outcomes. Frozen data; messages live in the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import blake2s
from itertools import groupby
from typing import NamedTuple

from gouji.book import Place
from gouji.meaning import Panel, Sense

ERROR, WARNING, NOTE = "error", "warning", "note"
HELD, BROKEN, WITHHELD, NOT_APPLICABLE, NOT_CHECKED = (
    "held",
    "broken",
    "withheld",
    "not-applicable",
    "not-checked",
)


class Spot(NamedTuple):
    """A cell as people name it: form, row label, column label, printed text, place."""

    form: str
    row: str
    column: str
    text: str
    place: Place
    table: int = -1  # index in Book.tables; -1 for text outside tables


def spot_of(sense: Sense, figure: int) -> Spot:
    """Where a figure stands, as people name it."""
    return spots_of(sense, (figure,))[0]


def spots_of(sense: Sense, figures: Iterable[int]) -> list[Spot]:
    """Where figures stand."""
    told: list[Spot] = []
    for number, mine in groupby(figures, sense.panel_of.__getitem__):
        told += _spots(sense.panels[number], mine)
    return told


def _spots(panel: Panel, figures: Iterable[int]) -> Iterator[Spot]:
    """The same of one panel."""
    table, width, new = panel.table, len(panel.columns), tuple.__new__
    name, labels = table.name, dict[int, str]()
    for figure in figures:
        row, column = divmod(figure - panel.first, width)
        node, at = panel.nodes[row], panel.columns[column].at
        if at not in labels:
            labels[at] = table.columns[at].label
        cell = table.rows[node.index][at]
        fields = (name, node.label, labels[at], cell.text, cell.place, panel.number)
        yield new(Spot, fields)  # a book has hundreds: this is a third of the time of the class


class Term(NamedTuple):
    """One term of the arithmetic of a finding: +1 or -1, 分 (None: blank), the cell."""

    sign: int
    fen: int | None
    spot: Spot


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found. Amounts in 分; `level` is filled from the catalogue unless given."""

    code: str
    spots: tuple[Spot, ...]
    args: Mapping[str, str] = field(default_factory=dict)
    level: str = ERROR
    outcome: str = BROKEN
    printed: int | None = None
    implied: int | None = None
    terms: tuple[
        Term, ...
    ] = ()  # for arithmetic: first the printed side, then what makes up the implied side
    relation: str = "="
    nth: int = 1  # of the findings that read the same
    _name: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        named = ["|".join(spot[:4]) for spot in self.spots]  # form, row, column, text
        text = "¦".join([self.code, *named, *sorted(self.args.values())])
        digest = blake2s(text.encode(errors="surrogatepass"), digest_size=4).hexdigest()
        object.__setattr__(self, "_name", f"{self.code}-{digest}")

    @property
    def difference(self) -> int | None:
        return None if self.printed is None or self.implied is None else self.printed - self.implied

    @property
    def id(self) -> str:
        """The same in every run on the same book, whatever the order of its tables."""
        return f"{self._name}-{self.nth}" if self.nth > 1 else self._name


def quoted(text: str) -> str:
    """A label for use between quotation marks: its own become single ones."""
    return text.replace("“", "‘").replace("”", "’")


def numbered(findings: Iterable[Finding]) -> list[Finding]:
    """The findings, those that read the same told apart by number."""
    seen: dict[str, int] = {}
    told = []
    for finding in findings:
        name = finding.id
        nth = seen[name] = seen.get(name, 0) + 1
        told.append(replace(finding, nth=nth) if nth > 1 else finding)
    return told


@dataclass(frozen=True, slots=True)
class Cause:
    """The least change that explains findings. `rank` 1 is the likeliest of the alternatives for them."""

    id: str
    kind: str
    spots: tuple[Spot, ...]
    args: Mapping[str, str]
    amount: int
    proposed: str | None
    rank: int
    findings: tuple[str, ...]
    tied: bool = False  # another cause of the same findings is as likely
    slip: str = ""  # how it probably happened: digit, swap, …


class Outcome(NamedTuple):
    """What became of one check on one book; `reason` is a catalogue key for the last two outcomes."""

    code: str
    outcome: str
    cases: int
    reason: str | None = None


class Result(NamedTuple):
    """What one check function returns: findings, how many cases held, or why it could not be applied."""

    findings: tuple[Finding, ...] = ()
    held: int = 0
    not_applicable: str | None = None
    not_checked: str | None = None


class Check(NamedTuple):
    code: str
    run: Callable[[Sense], Result]


def outcome_of(code: str, result: Result) -> Outcome:
    """The outcome of a whole check: broken before withheld before held."""
    if result.findings:
        broken = any(f.outcome == BROKEN for f in result.findings)
        return Outcome(code, BROKEN if broken else WITHHELD, len(result.findings))
    if result.held:
        return Outcome(code, HELD, result.held)
    if result.not_checked:
        return Outcome(code, NOT_CHECKED, 0, result.not_checked)
    return Outcome(code, NOT_APPLICABLE, 0, result.not_applicable)


def worst(levels: Iterable[str]) -> str | None:
    found = set(levels)
    return next((level for level in (ERROR, WARNING, NOTE) if level in found), None)
