"""A form made ready for one ledger: its title, its columns, and what each of them counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from gouji import lexicon, money
from gouji.book import Column
from gouji.forms import Edition, Form
from gouji.ledger.lines import Ledger, Line
from gouji.lexicon import Meaning, normal
from gouji.meaning import column_roles
from gouji.scope import Scope, condition, dimensions, everything, rows_of

_ITEMISED = ("lines", "things", "targets")
_CLASSES = ("function", "economic", "gov_economic")
_AREA = "{area}"
_PASSED_ON = "对下"
UNITS = {"元": money.YUAN, "万元": money.WAN}
_NAMES = {fen: name for name, fen in UNITS.items()}


class Counted(NamedTuple):
    """What an amount column counts: the lines in a scope, without those in `but`, and only of some units."""

    scope: Scope
    but: Scope | None = None
    units: frozenset[str] | None = None

    @property
    def scopes(self) -> list[Scope]:
        return [self.scope, self.but] if self.but is not None else [self.scope]

    def holds(self, own: Scope) -> bool:
        """Lines of this scope, if they are of units that count."""
        return own.inside(self.scope) and not (self.but is not None and own.inside(self.but))

    def has(self, unit: str) -> bool:
        return self.units is None or unit in self.units


class Narrow:
    """What of a line's scope some other scopes ask about: most lines are then alike, and weighed once."""

    def __init__(self, scopes: Iterable[Scope | None]) -> None:
        self.asked = frozenset(name for scope in scopes if scope is not None for name, _ in scope.opens)

    def __call__(self, own: Scope) -> Scope:
        return Scope(own.closed, tuple([item for item in own.opens if item[0] in self.asked]))


@dataclass(frozen=True, slots=True)
class Sheet:
    """`roles` has "" for an amount; `counted` is for the amount columns, `base` the scope of the title.

    `meanings` are those of all columns. `fen` is the number of 分 in the money unit; `says_unit`: it is told
    above the table, not in a heading. `passed_on`: is it about projects that pay lower governments; None
    where the edition has no table of their own for those.
    """

    form: Form
    title: str
    said: Meaning
    columns: tuple[Column, ...]
    roles: tuple[str, ...]
    meanings: tuple[Meaning, ...]
    counted: tuple[Counted, ...]
    base: Scope
    fen: int
    decimals: int
    says_unit: bool
    passed_on: bool | None

    def shown(self, fen: int) -> str:
        """An amount as the form prints it."""
        return money.show(fen, self.fen, self.decimals) if fen else ""

    def exact(self, amounts: Iterable[int]) -> Sheet:
        """The form with as many decimals as all its amounts need, so that they stand one under the other."""
        parts = {fen % self.fen for fen in amounts}
        decimals = max((len(money.show(fen, self.fen, 0).partition(".")[2]) for fen in parts), default=0)
        return self if decimals <= self.decimals else replace(self, decimals=max(decimals, 2))

    @property
    def money(self) -> str:
        """The name of the money unit."""
        return _NAMES[self.fen]

    @property
    def itemises(self) -> bool:
        """Does it tell single projects? Lines that are withheld then stay out of it."""
        return self.form.rows in _ITEMISED


def as_counted(ledger: Ledger, counts_as: Mapping[str, Mapping[str, str]]) -> Ledger:
    """The ledger as an edition counts it: what its forms do not tell apart is something else to them."""
    if not counts_as:
        return ledger
    return replace(ledger, lines=tuple(_counts_as(line, counts_as) for line in ledger.lines))


def _counts_as(line: Line, counts_as: Mapping[str, Mapping[str, str]]) -> Line:
    other = {name: told[value] for name, told in counts_as.items() if (value := getattr(line, name)) in told}
    return replace(line, **other) if other else line  # type: ignore[arg-type]


def sheet(form: Form, edition: Edition, ledger: Ledger) -> Sheet:
    title = f"{ledger.year}年{form.title}" if form.print.year_in_title else form.title
    said = lexicon.title(title)
    columns, areas = _columns(form, ledger)
    roles, meanings = column_roles(columns, said)
    in_yuan = any("(元)" in normal(text) for column in columns for text in column.path)
    fen = money.YUAN if in_yuan else UNITS.get(form.print.fixed_unit, ledger.fen)
    as_asked = fen == UNITS[form.print.fixed_unit or edition.money_unit]
    amounts = [(m, a) for m, a, role in zip(meanings, areas, roles, strict=True) if not role or a]
    return Sheet(
        form=form,
        title=title,
        said=said,
        columns=columns,
        roles=_filled_by(["" if a else role for role, a in zip(roles, areas, strict=True)], meanings, form),
        meanings=meanings,
        counted=tuple(_counted(meaning, area, ledger) for meaning, area in amounts),
        base=_base(said, form),
        fen=fen,
        decimals=form.print.decimals if as_asked else 2,
        says_unit=not in_yuan and "" in roles,
        passed_on=_PASSED_ON in title if any(_PASSED_ON in f.title for f in edition.printed) else None,
    )


def _filled_by(roles: Sequence[str], meanings: Sequence[Meaning], form: Form) -> tuple[str, ...]:
    """The roles by what fills the cells: names whose codes have no column of their own are joined to them."""
    named = (
        f"{m.subject}.name" if role == "label" and m.subject and form.rows != "labels" else role
        for role, m in zip(roles, meanings, strict=True)
    )
    return tuple(_joined(role, roles) if form.print.joined else role for role in named)


def _joined(role: str, roles: Sequence[str]) -> str:
    subject, _, part = role.partition(".")
    alone = not any(other.startswith(f"{subject}.code") for other in roles)
    names = (subject in _CLASSES and part == "name") or role == "project"
    return f"{subject}.joined" if names and alone else role


def _base(title: Meaning, form: Form) -> Scope:
    """What the title says; its year is for the columns that name none, and a budget is the budget proper.

    Where income is told by function, it is told by what it pays for.
    """
    scope = title.scope.without("year")
    if form.rows == "codes":
        scope = Scope(scope.closed | dimensions().fields["flow"], scope.opens)
        scope = scope.meet(condition("flow", "本年支出")) or scope
    if form.print.counts:
        scope = scope.meet(lexicon.parse(form.print.counts).scope) or scope
    return lexicon.proper(scope)


def _columns(form: Form, ledger: Ledger) -> tuple[tuple[Column, ...], tuple[str, ...]]:
    """The form's columns, one for each area that money goes to; and the area that each is of."""
    printed: list[tuple[tuple[str, ...], str]] = []
    for path in form.columns(ledger.year):
        if path[-1:] != (_AREA,):
            printed.append((path, ""))
        else:
            printed += [((*path[:-1], area), area) for area in ledger.areas] or [(path[:-1], "")]
    numbers = form.printed_numbers()
    if numbers and len(numbers) != len(printed):
        numbers = tuple(str(i + 1) for i in range(len(printed)))
    columns = (Column(path, numbers[i] if numbers else "") for i, (path, _) in enumerate(printed))
    return tuple(columns), tuple(area for _, area in printed)


def _counted(meaning: Meaning, area: str, ledger: Ledger) -> Counted:
    scope = condition("area", normal(area)) if area else meaning.scope
    if scope.get("year") is None:
        scope = scope.meet(condition("year", str(ledger.year))) or scope
    return named(scope, ledger) or Counted(lexicon.imply(scope)[0])


def named(scope: Scope, ledger: Ledger) -> Counted | None:
    """What is counted under a name of its own (items.tsv); None for any other scope."""
    item = scope.get("item")
    if not item or item[0] not in _items():
        return None
    counts, but, units = _items()[item[0]]
    scope = scope.without("item").meet(counts) or scope
    return Counted(lexicon.imply(scope)[0], but, ledger.offices if units == "offices" else None)


@lru_cache(maxsize=1)
def _items() -> dict[str, tuple[Scope, Scope | None, str]]:
    """What lines a column counts whose heading has a name of its own for them."""
    rows = rows_of(Path(__file__).parent / "items.tsv")
    return {
        item: (_conditions(counts), _conditions(but) if but else None, units)
        for item, counts, but, units in rows
    }


def _conditions(text: str) -> Scope:
    return lexicon.parse(text).scope if text else everything()
