"""Each indicator by itself: its levels, name, operator, value, unit and attribute.

Basis: the fields of the target tables (项目支出绩效目标表) and the indicator systems of 财预〔2020〕10号 and
财预〔2021〕101号. Indicators about people's rights (rights.tsv) are read as printed and never judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from gouji.checks.common import HERE, found, grouped, short, verdict
from gouji.checks.targets import Target, level, level_words, printing, targets
from gouji.findings import Finding, Result
from gouji.lexicon import normal
from gouji.meaning import Sense
from gouji.scope import rows_of

NONE = "no-targets"
QUANTITY, QUALITY = "定量", "定性"
PERCENT = ("%", "％", "百分比")
FULL = 100_000  # 100, in thousandths


@lru_cache(maxsize=1)
def _operators() -> dict[str, str]:
    return {printed: meaning for printed, meaning in rows_of(HERE / "operators.tsv")}


@lru_cache(maxsize=5000)
def operator(text: str) -> str:
    """What 指标性质 says: =, >, <, >=, <=, text; '' where it is none of these."""
    return _operators().get(normal(text), "")


def _each(code: str, part: str, cases: Sequence[Target], bad: Iterable[Target]) -> Result:
    """One finding for each indicator that is not good."""
    findings = [_one(code, part, t) for t in bad]
    return verdict(findings, len(cases) - len(findings), NONE)


def _together(code: str, part: str, cases: Sequence[Target], bad: Sequence[Target]) -> Result:
    """One finding for each table, with every indicator that is not good: they went wrong together."""
    tables = grouped((t.table.number, t) for t in bad).values()
    return verdict((_many(code, part, rows) for rows in tables), len(cases) - len(bad), NONE)


def _args(target: Target) -> dict[str, str]:
    parts = ("project", "level1", "level2", "operator", "value", "measure", "attribute")
    return {part: getattr(target, part) for part in parts} | {"name": short(target.level3)}


def _one(code: str, part: str, target: Target) -> Finding:
    return found(code, [target.spot(part)], _args(target))


def _many(code: str, part: str, rows: list[Target]) -> Finding:
    named = "、".join(dict.fromkeys(f"“{short(normal(getattr(t, part)))}”" for t in rows))
    args = {"count": str(len(rows)), "which": short(named, 80)}
    return found(code, (t.spot(part) for t in rows), _args(rows[0]) | args)


def level_order(sense: Sense) -> Result:
    """A second level stands under its own first level (社会效益 under 效益指标, not under 产出指标)."""
    firsts, homes = level_words()
    placed = [(t, level(t.level1), homes.get(level(t.level2))) for t in targets(sense)]
    cases = [(t, first, home) for t, first, home in placed if home and first in firsts]
    bad = [t for t, first, home in cases if first not in home]
    pairs = grouped(((t.table.number, t.level1, t.level2), t) for t in bad).values()
    findings = []
    for rows in pairs:
        args = _args(rows[0]) | {
            "count": str(len(rows)),
            "home": "/".join(f"{word}指标" for word in rows[0].home),
        }
        findings.append(found("target.level", (t.spot("level2") for t in rows), args))
    return verdict(findings, len(cases) - len(bad), NONE)


def level_unknown(sense: Sense) -> Result:
    """The two levels are words of the official systems."""
    findings, held = [], 0
    for part, known in (("level1", level_words()[0]), ("level2", level_words()[1].keys())):
        said = [(level(text), t) for t in targets(sense) if (text := getattr(t, part))]
        unknown = grouped((word, t) for word, t in said if word not in known)
        held += len({word for word, _ in said}) - len(unknown)
        findings += [_spelled(part, rows) for rows in unknown.values()]
    return verdict(findings, held, NONE)


def _spelled(part: str, rows: list[Target]) -> Finding:
    spots = [t.spot(part) for t in rows]
    return found("target.level-unknown", spots, {"word": spots[0].text, "count": str(len(rows))})


def operator_name(sense: Sense) -> Result:
    """A third level (三级指标) is a name, not an operator."""
    cases = [t for t in printing(sense, "level3") if t.level3]
    return _together("target.operator-name", "level3", cases, [t for t in cases if operator(t.level3)])


def operator_unknown(sense: Sense) -> Result:
    """指标性质 is one of =, >, <, >=, <= and 定性."""
    cases = [t for t in printing(sense, "operator") if t.operator]
    return _each("target.operator", "operator", cases, [t for t in cases if not operator(t.operator)])


def incomplete(sense: Sense) -> Result:
    """An indicator has a name, an operator and a value."""
    findings, cases = [], targets(sense)
    for target in [t for t in cases if not (t.level3 and t.operator and t.value)]:
        lacking = [
            part
            for part in ("level3", "operator", "value")
            if target.printed(part) and not getattr(target, part)
        ]
        if lacking:
            columns = [target.spot(part) for part in lacking]
            args = _args(target) | {"lacking": "、".join(spot.column for spot in columns)}
            findings.append(found("target.incomplete", columns, args))
    return verdict(findings, len(cases) - len(findings), NONE)


def attribute(sense: Sense) -> Result:
    """指标属性 is 定量 or 定性."""
    cases = [t for t in printing(sense, "attribute") if t.attribute]
    bad = [t for t in cases if level(t.attribute) not in (QUANTITY, QUALITY)]
    return _each("target.attribute", "attribute", cases, bad)


def _judged(sense: Sense, part: str, attribute: str) -> list[Target]:
    """The indicators of one attribute in the tables that print a part."""
    return [t for t in printing(sense, part) if level(t.attribute) == attribute and not t.right]


def value_number(sense: Sense) -> Result:
    """A quantitative indicator has a number."""
    cases = [t for t in _judged(sense, "value", QUANTITY) if t.value]
    return _each("target.number", "value", cases, [t for t in cases if t.number is None])


def value_measure(sense: Sense) -> Result:
    """A quantitative indicator has a unit (度量单位), or says it with its value (95%)."""
    cases = [t for t in _judged(sense, "measure", QUANTITY) if t.value]
    bad = [t for t in cases if not t.measure and t.value[-1:].isdecimal()]
    return _each("target.measure", "measure", cases, bad)


def percent(sense: Sense) -> Result:
    """A percentage is not above 100, unless it is of growth or of one thing against another."""
    numbers = [(t, t.number) for t in printing(sense, "value") if normal(t.measure) in PERCENT]
    cases = [(t, number) for t, number in numbers if number is not None and not t.right]
    bad = [t for t, number in cases if number > FULL and not _beyond(t)]
    return _each("target.percent", "value", [t for t, _ in cases], bad)


def _beyond(target: Target) -> bool:
    return any(word in target.level3 for word, use in _better() if use == "beyond")


def comparison(sense: Sense) -> Result:
    """A value in words is compared by = alone: `<= 10月底` can be read, but is neither number nor quality."""
    cases = [t for t in _judged(sense, "value", QUALITY) if t.value and t.number is None]
    bad = [t for t in cases if operator(t.operator) not in ("=", "text", "")]
    return _together("target.comparison", "value", cases, bad)


def qualitative_number(sense: Sense) -> Result:
    """What has a number and a unit is quantitative."""
    cases = _judged(sense, "attribute", QUALITY)
    bad = [t for t in cases if t.measure and t.number is not None]
    return _together("target.qualitative-number", "attribute", cases, bad)


def direction(sense: Sense) -> Result:
    """Where less is better the operator is not >= (故障率 >= 5 %). Nothing about petitions or complaints."""
    cases = [t for t in printing(sense, "operator") if _less_is_better(t.level3) and not t.right]
    bad = [t for t in cases if operator(t.operator) in (">=", ">")]
    return _each("target.direction", "operator", cases, bad)


@lru_cache(maxsize=5000)
def _less_is_better(name: str) -> bool:
    """Is an indicator of this name inverted, and no word turns it round?"""
    if not _inverted().search(normal(name)):
        return False
    return not any(word in name for word, use in _better() if use == "turn")


@lru_cache(maxsize=1)
def _better() -> list[list[str]]:
    return rows_of(HERE / "better.tsv")


@lru_cache(maxsize=1)
def _inverted() -> re.Pattern[str]:
    return re.compile("|".join(row[0] for row in rows_of(HERE / "inverted.tsv")))
