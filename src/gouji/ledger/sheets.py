"""A form made ready for one ledger: its title, its columns, and what each of them counts."""

from __future__ import annotations

from dataclasses import dataclass

from gouji import lexicon
from gouji.book import Column
from gouji.forms import Form
from gouji.ledger.lines import Ledger
from gouji.lexicon import Meaning, normal
from gouji.meaning import column_roles
from gouji.money import YUAN
from gouji.scope import Scope, condition

_ITEMISED = ("lines", "targets")
_AREA = "{area}"
_PROPER = condition("stage", "部门预算")


@dataclass(frozen=True, slots=True)
class Sheet:
    """`roles` has "" for an amount; `scopes` are those of the columns, `base` that of the title.

    `fen` is the number of 分 in the money unit; `says_unit`: it is told above the table, not in a heading.
    """

    form: Form
    title: str
    columns: tuple[Column, ...]
    roles: tuple[str, ...]
    scopes: tuple[Scope, ...]
    base: Scope
    fen: int
    says_unit: bool

    @property
    def amounts(self) -> tuple[Scope, ...]:
        """The scopes of the amount columns."""
        return tuple(scope for scope, role in zip(self.scopes, self.roles, strict=True) if not role)

    @property
    def itemises(self) -> bool:
        """Does it tell single projects? Lines that are withheld then stay out of it."""
        return self.form.rows in _ITEMISED

    @property
    def passed_on(self) -> bool:
        """Is it about money for lower governments?"""
        return "对下" in self.title


def sheet(form: Form, ledger: Ledger) -> Sheet:
    title = f"{ledger.year}年{form.title}"
    said = lexicon.title(title)
    columns, areas = _columns(form, ledger)
    roles, meanings = column_roles(columns, said)
    in_yuan = any("(元)" in normal(text) for column in columns for text in column.path)
    says_unit = not in_yuan and "" in roles
    return Sheet(
        form=form,
        title=title,
        columns=columns,
        roles=tuple("" if area else role for role, area in zip(roles, areas, strict=True)),
        scopes=tuple(_scope(m, area, ledger.year) for m, area in zip(meanings, areas, strict=True)),
        base=_base(said),
        fen=ledger.fen if says_unit else YUAN,
        says_unit=says_unit,
    )


def _base(title: Meaning) -> Scope:
    """What the title says; its year is for the columns that name none, and a budget is the budget proper."""
    scope = title.scope.without("year")
    return scope if lexicon.conditioned(scope, "stage") else scope.meet(_PROPER) or scope


def _columns(form: Form, ledger: Ledger) -> tuple[tuple[Column, ...], tuple[str, ...]]:
    """The form's columns, one for each area that money goes to; and the area that each is of."""
    printed: list[tuple[tuple[str, ...], str]] = []
    for path in form.columns(ledger.year):
        if path[-1] != _AREA:
            printed.append((path, ""))
        else:
            printed += [((*path[:-1], area), area) for area in ledger.areas] or [(path[:-1], "")]
    numbers = form.printed_numbers()
    if numbers and len(numbers) != len(printed):
        numbers = tuple(str(i + 1) for i in range(len(printed)))
    columns = (Column(path, numbers[i] if numbers else "") for i, (path, _) in enumerate(printed))
    return tuple(columns), tuple(area for _, area in printed)


def _scope(meaning: Meaning, area: str, year: int) -> Scope:
    scope = condition("area", normal(area)) if area else meaning.scope
    if scope.get("year") is None:
        scope = scope.meet(condition("year", str(year))) or scope
    return lexicon.imply(scope)[0]
