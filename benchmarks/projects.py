"""The projects of a department: what they buy, what is passed on to lower governments, and their targets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from benchmarks.vocabulary import (
    AREAS,
    BENEFITS,
    FUND_FUNCTIONS,
    FUND_TOPICS,
    GOODS,
    OUTPUTS,
    PASSED_FUNCTIONS,
    PROJECT,
    SATISFACTION,
    SERVICES,
    SHOWN,
    Indicator,
)
from benchmarks.works import PUBLIC, Work
from gouji.ledger import Item, Line, Target

CATEGORIES = ("311 专项业务类", "311 专项业务类", "312 民生类", "313 事业发展类", "221 其他公用支出")


def projects(work: Work, names: Sequence[str], city: str, withheld: bool) -> None:
    """Add the projects of all units."""
    rng = work.rng
    topics = list(work.department.topics)
    rng.shuffle(topics)
    for topic in topics[: max(1, round(len(topics) * work.size * len(names) ** 0.5))]:
        _project(work, rng.choice(names), f"{topic}专项经费")
    for fund in work.funds[1:]:
        if fund in FUND_TOPICS:
            _project(work, rng.choice(names), f"{rng.choice(FUND_TOPICS[fund])}补助资金", fund=fund)
        else:
            _project(work, rng.choice(names), f"{fund}安排的{topics[0]}经费", fund=fund)
    for i in range(rng.choice((1, 1, 2)) if withheld else 0):
        _project(work, rng.choice(names), f"专门保障经费（{i + 1}）", withheld=True)
    if rng.random() < 0.35:
        _passed_on(work, names[0], f"{topics[-1]}对下补助资金")
    if rng.random() < 0.3:
        _from_above(work, names[0], city, f"{topics[0]}省级补助资金")


def _line(work: Work, unit: str, project: str, fund: str) -> Line:
    """A project's line without its codes and its amount."""
    functions = FUND_FUNCTIONS.get(fund, (work.department.general, *work.department.projects))
    return Line(
        fen=0,
        year=work.year,
        unit=unit,
        flow="本年支出",
        fund=fund,
        kind="项目支出",
        function=work.rng.choice(functions),
        project=project,
        code=work.code_of(project),
        category=work.rng.choice(CATEGORIES),
        release="本次下达",
        level="本级",
    )


def _project(work: Work, unit: str, project: str, fund: str = PUBLIC, withheld: bool = False) -> None:
    rng = work.rng
    base = replace(_line(work, unit, project, fund), withheld=withheld)
    release = rng.choices(("本次下达", "另文下达", "已提前安排"), (85, 10, 5))[0]
    others = [one for one in work.funds[1:] if one not in FUND_TOPICS]
    economics = [one for one in PROJECT if not withheld or one not in SHOWN]
    for economic in sorted(rng.sample(economics, rng.choice((1, 1, 2, 3, 5)))):
        repeated = rng.choice((2, 5, 9)) if economic == "39999" and rng.random() < 0.4 else 1
        fen = work.round_amount(5_000, 900_000)
        for _ in range(repeated):
            old = work.carried and rng.random() < 0.2
            own = rng.choice(others) if fund == PUBLIC and others and rng.random() < 0.1 else fund
            now = "本次下达" if old or own != PUBLIC else release
            line = replace(
                base,
                economic=economic,
                fund=own,
                carried="结转" if old else "本年",
                release=now,
                planned=own == PUBLIC and not old and now == "本次下达",
                fen=fen,
            )
            work.add(*_bought(work, line))
    _targets(work, unit, project)


def _bought(work: Work, line: Line) -> list[Line]:
    """A line in the parts that buy something and the part that does not."""
    rng = work.rng
    good, service = GOODS.get(line.economic), SERVICES.get(line.economic)
    known = {item.name for item in work.items if item.project == line.project}
    if good and good.name not in known and rng.random() < 0.7:
        return _goods(work, line)
    if service and service.name not in known and rng.random() < 0.6:
        told = {
            "政府购买服务指导性目录代码": service.catalogue,
            "所属服务类别": service.category,
            "所属服务领域": service.field,
            "购买内容简述": service.content,
        }
        work.items.append(Item(line.project, service.name, told))
        part = line.fen if rng.random() < 0.5 else line.fen // 20_000 * 10_000
        return [replace(line, fen=line.fen - part), replace(line, fen=part, bought=True, item=service.name)]
    return [line]


def _goods(work: Work, line: Line) -> list[Line]:
    good = GOODS[line.economic]
    told = {"采购目录": good.catalogue, "计量单位": good.measure, "数量": "1"}
    part = line.fen if work.rng.random() < 0.5 else line.fen // 20_000 * 10_000
    if good.price:
        count = line.fen // (good.price * 100)
        if not count:
            return [line]
        part = count * good.price * 100
        told |= {"数量": str(count), "单价": f"{good.price:,}.00", "资产类别": good.kind}
        told["资产分类代码.名称"] = good.catalogue
    work.items.append(Item(line.project, good.name, told))
    bought = replace(line, procured=True, asset=bool(good.price), item=good.name)
    kept = part // 300 * 100 if work.rng.random() < 0.4 else 0
    return [
        replace(line, fen=line.fen - part),
        replace(bought, fen=part - kept),
        replace(bought, fen=kept, reserved=True),
    ]


def _passed_on(work: Work, unit: str, project: str) -> None:
    """Money for lower governments: a line for each area, or one line that goes to them all."""
    rng = work.rng
    areas = rng.sample(AREAS, rng.randint(2, 5))
    base = replace(
        _line(work, unit, project, PUBLIC),
        function=rng.choice(PASSED_FUNCTIONS),
        economic=rng.choice(("39999", "51301")),
        category="323 事业发展类",
        level="对下",
        release=(release := rng.choice(("本次下达", "另文下达"))),
        planned=release == "本次下达",
    )
    parts = [replace(base, area=area, fen=work.round_amount(10_000, 300_000)) for area in areas]
    if rng.random() < 0.5:
        work.add(*parts)
    else:
        for part in parts:
            work.add(part)
    _targets(work, unit, project)


def _from_above(work: Work, unit: str, city: str, project: str) -> None:
    """Money that a higher government has told: outside the budget proper."""
    for economic in sorted(work.rng.sample(("30226", "30227", "31003", "39999"), work.rng.randint(1, 3))):
        fund = work.rng.choice((PUBLIC, PUBLIC, *(f for f in work.funds if f in FUND_TOPICS)))
        line = _line(work, unit, project, fund)
        fen = work.round_amount(20_000, 600_000)
        work.add(replace(line, economic=economic, category="313 事业发展类", stage="上级补助", fen=fen))


def _targets(work: Work, unit: str, project: str) -> None:
    rng = work.rng
    aim = rng.choice(("保障工作正常开展", "提高服务质量和效率"))
    goal = f"{work.year}年，按计划完成{project}各项任务，{aim}。"
    bought = [item for item in work.items if item.project == project and "单价" in item.told]
    outputs = sorted(rng.sample(OUTPUTS, rng.randint(2, 3)), key=OUTPUTS.index)
    chosen = [*outputs, rng.choice(BENEFITS), SATISFACTION]
    if not any(one.level2 == "数量指标" for one in chosen):
        chosen.insert(0, OUTPUTS[0])
    told = [(one, str(rng.randint(one.least, one.most)) if one.measure else one.text) for one in chosen]
    for item in bought:
        count = Indicator("产出指标", "数量指标", f"购置{item.name}数量", "=", 0, 0, item.told["计量单位"])
        told.insert(0, (count, item.told["数量"]))
    for one, value in told:
        attribute = "定量指标" if one.measure else "定性指标"
        words = (one.level1, one.level2, one.level3, one.operator, value, one.measure, attribute)
        work.targets.append(Target(unit, project, goal, *words, f"反映{project}{one.level3}情况。"))
