"""The targets of a project as a whole: its goals, what its indicators cover, its counts compared."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from gouji.checks.common import HERE, found, grouped, in_both, says, short, verdict
from gouji.checks.indicators import operator
from gouji.checks.targets import Plan, Target, level, level_words, plans
from gouji.findings import NOTE, WARNING, Finding, Result, Spot
from gouji.lexicon import normal
from gouji.meaning import Sense, TableSense
from gouji.scope import rows_of

NONE = "no-targets"
WANTED = ("产出", "效益", "满意度")
_BUYING = re.compile(r"购置|采购|购买(?!服务)|配备|添置|新购")


def coverage(sense: Sense) -> Result:
    """A project has indicators of output, of benefit and of satisfaction.

    The second level counts where it stands under the wrong first level. Satisfaction does not suit every
    project: where it alone is lacking, that is a note.
    """
    findings, cases = [], [plan for plan in plans(sense) if plan.targets]
    for plan in cases:
        covered = {word for t in plan.targets for word in (level(t.level1), *t.home)}
        lacking = [word for word in WANTED if word not in covered]
        if lacking and covered & level_words()[0]:
            args = {"project": plan.project, "lacking": "、".join(f"{word}指标" for word in lacking)}
            grade = NOTE if lacking == ["满意度"] else WARNING
            findings.append(found("target.coverage", [plan.name_spot()], args, grade))
    return verdict(findings, len(cases) - len(findings), NONE)


def duplicate(sense: Sense) -> Result:
    """One project has an indicator once. Not where the name column holds operators."""
    findings, held = [], 0
    for plan in plans(sense):
        named = [t for t in plan.targets if t.level3 and not operator(t.level3)]
        same = grouped(((level(t.level2), normal(t.level3)), t) for t in named)
        held += len(same)
        for rows in same.values():
            if len(rows) > 1:
                held -= 1
                values = "、".join(f"{t.operator}{t.value}{t.measure}" for t in rows)
                args = {
                    "project": plan.project,
                    "name": short(rows[0].level3),
                    "values": values,
                    "count": str(len(rows)),
                }
                findings.append(found("target.duplicate", (t.spot("level3") for t in rows), args))
    return verdict(findings, held, NONE)


def goal_missing(sense: Sense) -> Result:
    """A project's goal for the year (项目年度绩效目标) is written."""
    cases = [plan for plan in plans(sense) if plan.targets and "target.goal" in plan.table.roles]
    bad = [plan for plan in cases if not plan.goals]
    findings = (
        found("target.goal-missing", [plan.goal_spot(plan.row)], {"project": plan.project}) for plan in bad
    )
    return verdict(findings, len(cases) - len(bad), NONE)


def goal_differs(sense: Sense) -> Result:
    """Where a table repeats a project's goal on each row, it repeats it unchanged."""
    cases = [plan for plan in plans(sense) if plan.goals]
    findings = []
    for plan in cases:
        first = _different({normal(text): row for row, text in reversed(plan.goals)})
        if len(first) > 1:
            args = {"project": plan.project, "count": str(len(first))}
            findings.append(
                found("target.goal-differs", (plan.goal_spot(row) for row in sorted(first.values())), args)
            )
    return verdict(findings, len(cases) - len(findings), "no-goals")


def _different(goals: dict[str, int]) -> dict[str, int]:
    """The goals without those that are the beginning of another: they did not fit their cells."""
    return {
        text: row for text, row in goals.items() if not any(o != text and o.startswith(text) for o in goals)
    }


@lru_cache(maxsize=1)
def _measures() -> dict[str, str]:
    return {unit: use for unit, use in rows_of(HERE / "measures.tsv")}


@lru_cache(maxsize=200)
def _counts(unit: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\d.,])(\d{{1,6}}){re.escape(unit)}(?!次)")


def conflict(sense: Sense) -> Result:
    """What is counted in 台, 辆 or 套 has one count within a project: in goal, indicator and content.

    The indicators' sum, and the sum of a sentence's own counts, agree too.
    """
    findings, held = [], 0
    for plan in plans(sense):
        goods = [
            t for t in plan.targets if _measures().get(normal(t.measure)) == "goods" and t.number is not None
        ]
        for unit, rows in grouped((normal(t.measure), t) for t in goods if not t.right).items():
            torn = _conflict(plan, unit, rows)
            held += not torn
            findings += [torn] if torn else []
    return verdict(findings, held, "no-goods")


def _conflict(plan: Plan, unit: str, rows: list[Target]) -> Finding | None:
    values = {(t.number or 0) // 1000 for t in rows}
    values.add(sum((t.number or 0) // 1000 for t in rows))
    spots = [t.spot("value") for t in rows]
    for place, text in _sentences(plan, rows):
        told = [int(n) for n in _counts(unit).findall(normal(text))]
        if told and values.isdisjoint({*told, sum(told)}):
            args = {"project": plan.project, "unit": unit, "told": "、".join(map(str, told))}
            args |= {"values": "、".join(t.value for t in rows), "name": short(rows[0].level3)}
            return found("target.conflict", [place, *spots], args)
    return None


def _sentences(plan: Plan, rows: list[Target]) -> Iterator[tuple[Spot, str]]:
    yield from ((plan.goal_spot(row), text) for row, text in plan.goals[:1])
    yield from ((t.spot("note"), t.note) for t in rows if t.note)


def purchase(sense: Sense) -> Result:
    """What targets buy in 台, 辆 or 套 stands in the tables of new assets and of procurement."""
    assets = [t for t in sense.tables if says(t, "asset", "新增资产")]
    bought = [t for t in sense.tables if says(t, "procured", "政府采购")]
    if not assets and not bought:
        return Result(not_checked="no-purchase-tables")
    cases = [plan for plan in plans(sense) if any(map(_buys, plan.targets))]
    if any(t.table.state == "filled" for t in (*assets, *bought)):
        return verdict((), len(cases), "no-purchases")
    return verdict((_purchase(plan, assets, bought) for plan in cases), 0, "no-purchases")


def _buys(target: Target) -> bool:
    counted = normal(target.measure) in _measures() and bool(target.number)
    return counted and bool(_BUYING.search(target.level3) or _BUYING.search(target.note))


def _purchase(plan: Plan, assets: list[TableSense], bought: list[TableSense]) -> Finding:
    rows = [t for t in plan.targets if _buys(t)]
    what = "、".join(f"{short(t.level3)} {t.operator}{t.value}{t.measure}" for t in rows)
    args = {"project": plan.project, "what": what}
    args |= in_both("assets", "kind.empty" if assets else "kind.missing")
    args |= in_both("bought", "kind.empty" if bought else "kind.missing")
    spots = [t.spot(part) for t in rows for part in ("level3", "value") if t.printed(part)]
    return found("target.purchase", spots, args)
