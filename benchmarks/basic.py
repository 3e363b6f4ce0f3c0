"""The basic expenditure of a unit: personnel, social insurance, pensions, running costs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from benchmarks.vocabulary import GOODS, RUNNING
from benchmarks.works import OF_BUDGETS, PUBLIC, Work
from gouji.ledger import Item, Line

_OWN_PROJECT = {"30217": "公务接待费", "30228": "工会经费", "30231": "公务用车运行维护费"}


class Pay(NamedTuple):
    """Pay of a kind: how it is booked, and what one head costs a month, in 元."""

    project: str
    function: str
    economic: str
    low: int
    high: int


def basic_lines(work: Work, unit: str, office: bool) -> None:
    """Add a unit's basic expenditure: an office's civil servants, or a public-service unit's staff."""
    rng = work.rng
    heads = rng.randint(4, 60)
    for pay in _pays(work, office):
        for share in _shares(work, heads):
            fen = work.wages(share, pay.low, pay.high)
            _add(work, _line(work, unit, pay.project, pay.function, pay.economic, fen, "人员经费"))
    function = work.department.office if office else work.department.service
    for economic in sorted(rng.sample(RUNNING, max(1, round(len(RUNNING) * work.size)))):
        project = _OWN_PROJECT.get(economic, "一般公用经费")
        fen = rng.randint(30_000, 9_000_000)
        _add(work, _line(work, unit, project, function, economic, fen, "公用经费"))
    if rng.random() < 0.3:
        fen = work.wages(max(1, heads // 10), 2500, 6000)
        line = _line(work, unit, "其他人员支出", function, "30199", fen, "人员经费")
        work.add(replace(line, planned=True, category="116 其他人员支出", release="本次下达"))


def _pays(work: Work, office: bool) -> Iterator[Pay]:
    staff, own = ("行政", work.department.office) if office else ("事业", work.department.service)
    retired, cured = ("2080501", "2101101") if office else ("2080502", "2101102")
    yield Pay(f"{staff}人员支出工资", own, "30101", 2200, 4800)
    yield Pay("社会保障缴费（养老保险）", "2080505", "30108", 900, 1800)
    yield Pay("社会保障缴费（基本医疗保险）", cured, "30110", 500, 900)
    yield Pay("社会保障缴费（住房公积金）", "2210201", "30113", 700, 1500)
    if work.size < 0.2:
        return
    yield Pay(f"{staff}人员支出工资", own, "30102" if office else "30107", 1500, 4000)
    yield Pay("奖金", own, "30103", 300, 900)
    yield Pay("社会保障缴费（失业保险）", "2089999", "30112", 20, 60)
    yield Pay("公务员医疗补助", "2101103", "30111", 200, 400)
    yield Pay("离退休费", retired, "30302" if work.rng.random() < 0.7 else "30305", 100, 900)
    if work.size > 0.5:
        yield Pay("社会保障缴费（工伤保险）", "2101199", "30112", 10, 40)
        yield Pay("职业年金缴费", "2080506", "30109", 400, 800)


def _shares(work: Work, heads: int) -> list[int]:
    """One line, or now and then two of the same kind."""
    if work.rng.random() < 0.8 or heads < 2:
        return [heads]
    first = work.rng.randint(1, heads - 1)
    return [first, heads - first]


def _line(work: Work, unit: str, project: str, function: str, economic: str, fen: int, part: str) -> Line:
    return Line(
        fen=fen,
        year=work.year,
        unit=unit,
        flow="本年支出",
        fund=PUBLIC,
        kind="基本支出",
        part=part,
        function=function,
        economic=economic,
        project=project,
        code=work.code_of(project),
        category="111 人员类" if part == "人员经费" else "211 公用经费",
        release=work.released(),
        level="本级",
    )


def _add(work: Work, line: Line) -> None:
    """Add a line of some fund; a part of it may buy something, or be for staff taken over from elsewhere."""
    rng = work.rng
    own = [fund for fund in work.funds if fund not in OF_BUDGETS]
    if own and rng.random() < 0.12:
        line = replace(line, fund=rng.choice(own))
    if work.carried and rng.random() < 0.05:
        line = replace(line, carried="结转", release="本次下达")
    if line.economic in GOODS and rng.random() < 0.5:
        work.add(*_bought(work, line))
    elif line.part == "公用经费" and line.release == "本次下达" and rng.random() < 0.03:
        moved = line.fen // 3
        work.add(replace(line, fen=line.fen - moved), replace(line, fen=moved, moved=True))
    else:
        work.add(line)


def _bought(work: Work, line: Line) -> list[Line]:
    """A line in the part that buys something and the part that does not."""
    good = GOODS[line.economic]
    told = {"采购目录": good.catalogue, "计量单位": good.measure, "数量": "1"}
    work.items.append(Item(line.project, good.name, told))
    part = line.fen if work.rng.random() < 0.5 else line.fen // 200 * 100
    return [replace(line, fen=line.fen - part), replace(line, fen=part, procured=True, item=good.name)]
