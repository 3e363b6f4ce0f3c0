"""A form to fill in: labels beside values, as its edition writes them cell by cell.

A cell may name fields in braces. `= fund=财政拨款` is the expenditure under these conditions; a row that
begins with * stands for each target of the department as a whole; < and ^ go on from the left and from above.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gouji import lexicon
from gouji.forms import ABOVE, BESIDE, REPEATED
from gouji.ledger.lines import WHOLE, Ledger
from gouji.ledger.sheets import Sheet
from gouji.scope import Scope, condition

_AMOUNT = "="
_SPENT = condition("flow", "本年支出").meet(condition("stage", "部门预算"))


def grid(made: Sheet, ledger: Ledger) -> Iterator[list[str]]:
    """The rows of the form, each as wide as the widest."""
    targets = [target for target in ledger.targets if target.project == WHOLE]
    goal = next((target.goal for target in targets if target.goal), "")
    fields = {"unit": ledger.unit, "year": str(ledger.year), "money": made.money, "goal": goal}
    width = max(map(len, made.form.grid))
    for row in made.form.grid:
        cells = [*row, *[""] * (width - len(row))]
        if cells[0].startswith(REPEATED):
            cells[0] = cells[0].removeprefix(REPEATED)
            for target in targets:
                yield [_filled(cell, fields | target._asdict(), made, ledger) for cell in cells]
        else:
            yield [_filled(cell, fields, made, ledger) for cell in cells]


def _filled(cell: str, fields: Mapping[str, str], made: Sheet, ledger: Ledger) -> str:
    if cell in (BESIDE, ABOVE):
        return ""
    if not cell.startswith(_AMOUNT):
        return cell.format(**fields)
    return made.shown(ledger.total(_spent(cell.removeprefix(_AMOUNT), ledger.year)))


def _spent(conditions: str, year: int) -> Scope:
    """Expenditure of the year under conditions. Raises ValueError for conditions that no line meets."""
    scope = condition("year", str(year)).meet(lexicon.parse(conditions).scope)
    met = scope.meet(_SPENT) if scope and _SPENT else None
    if met is None:
        raise ValueError(conditions)
    return met
