"""Random ledgers of invented departments: varied, realistic, and the same for the same seed."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from benchmarks.basic import basic_lines
from benchmarks.projects import projects
from benchmarks.vocabulary import CITIES, DEPARTMENTS, FUND_TOPICS, Department
from benchmarks.works import OWN_FUNDS, PUBLIC, Work
from gouji.ledger import Ledger, Line, Unit
from gouji.money import YUAN

YEAR = 2026


def random_ledger(
    rng: random.Random,
    *,
    units: int | None = None,
    funds: bool | None = None,
    carried: bool | None = None,
    withheld: bool | None = None,
    fen: int = YUAN,
) -> Ledger:
    """A ledger of one to four units and some 8 to 80 lines. What is None is left to chance.

    `funds`: money of other sources than the general budget; `carried`: money carried over, and balances left
    at the year's end; `withheld`: projects that are secret.
    """
    count = units or rng.choice((1, 1, 1, 2, 3, 4))
    department = rng.choice(DEPARTMENTS)
    city = rng.choice(CITIES)
    work = Work(
        rng=rng,
        year=YEAR,
        department=department,
        funds=_funds(rng, _chance(rng, funds, 0.5)),
        carried=_chance(rng, carried, 0.4),
        size=rng.choice((0.1, 0.4, 0.7, 1.0)) / count**0.5,
    )
    names = _units(rng, city, department, count)
    for name in names:
        basic_lines(work, name, office=name.endswith(department.name))
    projects(work, names, city, withheld=_chance(rng, withheld, 0.25))
    spent = tuple(work.lines)
    code = f"{rng.randint(101, 399)}"
    return Ledger(
        unit=names[0],
        year=YEAR,
        lines=(*_income(work, names, spent), *spent, *_planned(rng, spent)),
        code=code,
        units=tuple(Unit(f"{code}{i:03d}", name) for i, name in enumerate(names, 1)),
        items=tuple(work.items),
        targets=tuple(work.targets),
        fen=fen,
    )


def _chance(rng: random.Random, wish: bool | None, chance: float) -> bool:
    return rng.random() < chance if wish is None else wish


def _funds(rng: random.Random, others: bool) -> tuple[str, ...]:
    """The general budget, and some or all other sources of funds."""
    if not others:
        return (PUBLIC,)
    every = (*FUND_TOPICS, *OWN_FUNDS)
    return (PUBLIC, *rng.sample(every, rng.choice((1, 2, 4, len(every)))))


def _units(rng: random.Random, city: str, department: Department, count: int) -> list[str]:
    """The names of the units: the department's office first, or a single public-service unit."""
    if count == 1 and rng.random() < 0.4:
        return [city + rng.choice(department.units)]
    return [city + department.name, *(city + name for name in rng.sample(department.units, count - 1))]


def _income(work: Work, names: Sequence[str], spent: Sequence[Line]) -> list[Line]:
    """Income that pays for the expenditure, by unit and source of funds; sometimes a balance is left."""
    needed: Counter[tuple[str, str, str]] = Counter()
    for line in spent:
        if line.stage == "部门预算":
            needed[line.unit, line.fund, line.carried] += line.fen
    lines = []
    for unit in names if work.carried and work.rng.random() < 0.5 else ():
        fund, carried = work.rng.choice(work.funds), work.rng.choice(("本年", "结转"))
        left = work.round_amount(10_000, 400_000)
        needed[unit, fund, carried] += left
        lines.append(Line(left, work.year, unit, "年终结转", fund, carried))
    for (unit, fund, carried), fen in sorted(needed.items()):
        lines.append(
            Line(fen, work.year, unit, "本年收入" if carried == "本年" else "上年结转", fund, carried)
        )
    return lines


def _planned(rng: random.Random, spent: Sequence[Line]) -> list[Line]:
    """The two years after the book's for each project of the mid-term plan: the same, growing, or none."""
    firsts: dict[tuple[str, str], Line] = {}
    sums: Counter[tuple[str, str]] = Counter()
    for line in spent:
        if line.planned:
            firsts.setdefault((line.unit, line.project), _whole(line))
            sums[line.unit, line.project] += line.fen
    lines = []
    for key, line in firsts.items():
        growth = rng.choice(((100, 100),) * 6 + ((105, 110), (100, 0), (120, 120)))
        for ahead, percent in enumerate(growth, 1):
            fen = sums[key] * percent // 10_000 * 100
            if fen:
                lines.append(replace(line, year=line.year + ahead, fen=fen))
    return lines


def _whole(line: Line) -> Line:
    """The line of a project as a whole, of which it is not said what it buys or where it goes."""
    return replace(line, entry=0, item="", area="", procured=False, bought=False, asset=False, reserved=False)
