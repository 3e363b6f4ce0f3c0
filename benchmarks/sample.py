"""The sample book that the project ships: an invented science museum's, with a fault of every kind in it.

    python -m benchmarks.sample    writes src/gouji/samples/yunnan-2026.txt again

Its budget lines and its targets are in sample_lines.tsv and sample_targets.tsv, its faults in faults.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.faults import with_faults
from gouji.book import Cell, Place
from gouji.forms import edition
from gouji.ledger import Item, Ledger, Line, Target, Unit, compile
from gouji.write.text import write

HERE = Path(__file__).resolve().parent
SAMPLE = HERE.parent / "src" / "gouji" / "samples" / "yunnan-2026.txt"
YEAR = 2026
UNIT = "云溪市科学技术馆"
PUBLIC = "一般公共预算"
PROSE = (
    "云溪市科学技术馆2026年部门预算",
    "本单位是公益一类事业单位，负责常设展览运行、科普展教活动和流动科普服务，编制32人，年末在职31人。",
)
ITEMS = (
    Item(
        "展品更新改造专项经费",
        "互动展品",
        {
            "采购目录": "A02110400 教学仪器",
            "计量单位": "套",
            "数量": "4",
            "单价": "160,000.00",
            "资产类别": "设备",
            "资产分类代码.名称": "A02110400 教学仪器",
        },
    ),
    Item(
        "常设展览运行维护专项经费",
        "物业管理服务",
        {"采购目录": "C21040001 物业管理服务", "计量单位": "项", "数量": "1"},
    ),
)


def ledger() -> Ledger:
    spent = tuple(_spent())
    return Ledger(
        unit=UNIT,
        year=YEAR,
        lines=(*_income(spent), *spent, *_planned(spent)),
        code="126",
        units=(Unit("126001", UNIT),),
        items=ITEMS,
        targets=tuple(_targets()),
    )


def text() -> str:
    """The sample book as shipped: a secret project's targets are still in it."""
    whole = ledger()
    told = replace(whole, lines=tuple(replace(line, withheld=False) for line in whole.lines))
    book, leaked = (compile(one, edition("yunnan-2026")) for one in (whole, told))
    tables = tuple(
        replace(table, rows=other.rows) if table.form == "05-2" else table
        for table, other in zip(book.tables, leaked.tables, strict=True)
    )
    book = replace(book, tables=tables, prose=tuple(Cell(line, Place()) for line in PROSE))
    return write(with_faults(book))


def _rows(name: str) -> Iterator[list[str]]:
    for line in (HERE / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


def _spent() -> Iterator[Line]:
    for code, project, category, function, economic, amount, *marks in _rows("sample_lines.tsv"):
        words = marks[0].split() if marks else []
        told: dict[str, Any] = dict(word.split("=") for word in words if "=" in word)
        times = int(told.pop("times", 1))
        line = Line(
            fen=int(amount.replace(",", "").replace(".", "")),
            year=YEAR,
            unit=UNIT,
            flow="本年支出",
            fund=told.pop("fund", PUBLIC),
            kind="项目支出" if category[0] in "3" else "基本支出",
            function=function,
            economic=economic,
            project=project,
            code=f"539900{code}",
            category=category,
            release=told.pop("release", "本次下达"),
            level=told.pop("level", "本级"),
            **told,
            **{word: True for word in words if "=" not in word},
        )
        if line.kind == "基本支出":
            line = replace(line, part="人员经费" if category[0] == "1" else "公用经费")
        planned = (line.kind, line.fund, line.carried, line.release) == (
            "项目支出",
            PUBLIC,
            "本年",
            "本次下达",
        )
        yield from [replace(line, planned=planned)] * times


def _income(spent: tuple[Line, ...]) -> Iterator[Line]:
    """Income that pays for the expenditure, by source of funds."""
    sources = dict.fromkeys((line.fund, line.carried) for line in spent)
    for fund, carried in sources:
        fen = sum(line.fen for line in spent if (line.fund, line.carried) == (fund, carried))
        flow = "本年收入" if carried == "本年" else "上年结转"
        yield Line(fen=fen, year=YEAR, unit=UNIT, flow=flow, fund=fund, carried=carried)


def _planned(spent: tuple[Line, ...]) -> Iterator[Line]:
    """The mid-term plan: the same money in the two years to come."""
    for line in spent:
        if line.planned:
            whole = replace(line, item="", procured=False, asset=False)
            yield from (replace(whole, year=YEAR + ahead) for ahead in (1, 2))


def _targets() -> Iterator[Target]:
    goal = ""
    for project, aim, *words in _rows("sample_targets.tsv"):
        goal = aim or goal
        level1, level2, level3, operator, value, measure = (*words, "")[:6]
        attribute = "定量指标" if measure else "定性指标"
        note = f"反映{level3}情况。"
        yield Target(UNIT, project, goal, level1, level2, level3, operator, value, measure, attribute, note)


if __name__ == "__main__":
    SAMPLE.write_text(text(), encoding="utf-8")
