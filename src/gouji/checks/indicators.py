"""Each indicator by itself: its levels, name, operator, value, unit and attribute.

Basis: the fields of the target tables (项目支出绩效目标表) and the indicator systems of 财预〔2020〕10号 and
财预〔2021〕101号. Indicators about people's rights (rights.tsv) are read as printed and never judged.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from gouji.checks.common import HERE, found, grouped, short, verdict
from gouji.checks.targets import Target, level, level_words, targets
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


def _attribute(target: Target) -> str:
    return normal(target.attribute).removesuffix("指标")


Test = Callable[[Target], bool]


def _each(sense: Sense, code: str, part: str, asked: Test, good: Test) -> Result:
    """One finding for each indicator that is not good."""
    cases = [t for t in targets(sense) if t.printed(part) and asked(t)]
    bad = [t for t in cases if not good(t)]
    return verdict((_one(code, part, t) for t in bad), len(cases) - len(bad), NONE)


def _together(sense: Sense, code: str, part: str, asked: Test, good: Test) -> Result:
    """One finding for each table, with every indicator that is not good: they went wrong together."""
    cases = [t for t in targets(sense) if t.printed(part) and asked(t)]
    bad = [t for t in cases if not good(t)]
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
    cases = [t for t in targets(sense) if t.home and level(t.level1) in level_words()[0]]
    bad = [t for t in cases if level(t.level1) not in t.home]
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
        said = grouped((level(getattr(t, part)), t) for t in targets(sense) if getattr(t, part))
        unknown = [rows for word, rows in said.items() if word not in known]
        held += len(said) - len(unknown)
        findings += [_spelled(part, rows) for rows in unknown]
    return verdict(findings, held, NONE)


def _spelled(part: str, rows: list[Target]) -> Finding:
    spots = [t.spot(part) for t in rows]
    return found("target.level-unknown", spots, {"word": spots[0].text, "count": str(len(rows))})


def operator_name(sense: Sense) -> Result:
    """A third level (三级指标) is a name, not an operator."""
    return _together(
        sense, "target.operator-name", "level3", lambda t: bool(t.level3), lambda t: not operator(t.level3)
    )


def operator_unknown(sense: Sense) -> Result:
    """指标性质 is one of =, >, <, >=, <= and 定性."""
    return _each(
        sense, "target.operator", "operator", lambda t: bool(t.operator), lambda t: bool(operator(t.operator))
    )


def incomplete(sense: Sense) -> Result:
    """An indicator has a name, an operator and a value."""
    findings, cases = [], targets(sense)
    for target in cases:
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
    return _each(
        sense,
        "target.attribute",
        "attribute",
        lambda t: bool(t.attribute),
        lambda t: _attribute(t) in (QUANTITY, QUALITY),
    )


def _quantity(target: Target) -> bool:
    return _attribute(target) == QUANTITY and bool(target.value) and not target.right


def value_number(sense: Sense) -> Result:
    """A quantitative indicator has a number."""
    return _each(sense, "target.number", "value", _quantity, lambda t: t.number is not None)


def value_measure(sense: Sense) -> Result:
    """A quantitative indicator has a unit (度量单位), or says it with its value (95%)."""
    return _each(
        sense,
        "target.measure",
        "measure",
        _quantity,
        lambda t: bool(t.measure) or not t.value[-1:].isdecimal(),
    )


def percent(sense: Sense) -> Result:
    """A percentage is not above 100, unless it is of growth or of one thing against another."""

    def asked(t: Target) -> bool:
        return normal(t.measure) in PERCENT and t.number is not None and not t.right

    return _each(sense, "target.percent", "value", asked, lambda t: (t.number or 0) <= FULL or _beyond(t))


def _beyond(target: Target) -> bool:
    return any(word in target.level3 for word, use in _better() if use == "beyond")


def comparison(sense: Sense) -> Result:
    """A value in words is compared by = alone: `<= 10月底` can be read, but is neither number nor quality."""

    def asked(t: Target) -> bool:
        return bool(t.value) and t.number is None and _attribute(t) == QUALITY and not t.right

    return _together(
        sense, "target.comparison", "value", asked, lambda t: operator(t.operator) in ("=", "text", "")
    )


def qualitative_number(sense: Sense) -> Result:
    """What has a number and a unit is quantitative."""

    def asked(t: Target) -> bool:
        return _attribute(t) == QUALITY and not t.right

    return _together(
        sense, "target.qualitative-number", "attribute", asked, lambda t: t.number is None or not t.measure
    )


def direction(sense: Sense) -> Result:
    """Where less is better the operator is not >= (故障率 >= 5 %). Nothing about petitions or complaints."""

    def asked(t: Target) -> bool:
        return not t.right and _inverted().search(normal(t.level3)) is not None and not _turned(t)

    return _each(
        sense, "target.direction", "operator", asked, lambda t: operator(t.operator) not in (">=", ">")
    )


def _turned(target: Target) -> bool:
    return any(word in target.level3 for word, use in _better() if use == "turn")


@lru_cache(maxsize=1)
def _better() -> list[list[str]]:
    return rows_of(HERE / "better.tsv")


@lru_cache(maxsize=1)
def _inverted() -> re.Pattern[str]:
    return re.compile("|".join(row[0] for row in rows_of(HERE / "inverted.tsv")))
