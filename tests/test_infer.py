"""What a reader can work out of money that a table declares left out, and what would keep it from them."""

from __future__ import annotations

import random

import pytest

from benchmarks.ledgers import random_ledger
from gouji.audit import Audit, audit
from gouji.explain import explain
from gouji.findings import NOTE, WARNING, WITHHELD, Finding
from gouji.forms import edition
from gouji.identities import EQUAL, System, system
from gouji.infer import MOST_SUPPRESSED, Deduction, deductions
from gouji.ledger import compile
from gouji.meaning import understand
from gouji.money import show
from gouji.read import read
from gouji.write.text import write

ARCHIVE, AFFAIRS = ("2012604", "档案馆"), ("2012602", "一般行政管理事务")
DIGITAL, REPAIR = "档案数字化专项经费", "档案库房维修专项经费"
Lines = dict[str, tuple[tuple[str, str], int]]
"""A project: its function, and its 分."""
PUBLIC: Lines = {DIGITAL: (ARCHIVE, 120_000_00), REPAIR: (ARCHIVE, 60_000_00)}
SECRET = "说明：云岭市档案馆2026年部门项目支出预算表中有涉密项目，此表不公开涉密相关信息。\n"


HEADINGS = (
    "项目分类\t项目代码\t项目名称\t项目单位\t功能科目编码\t功能科目名称\t经济科目编码\t经济科目名称\t合计\t"
    "本年拨款\t\t\t\t财政拨款结转结余\t\t\t财政专户管理资金\t单位资金\t\t\t\t\t\n"
    "\t\t\t\t\t\t\t\t\t一般公共预算\t\t政府性基金预算\t国有资本经营预算\t一般公共预算\t政府性基金预算\t国有资本经营预算\t"
    "\t小计\t事业收入\t事业单位经营收入\t上级补助收入\t附属单位收入\t其他收入\n"
    "\t\t\t\t\t\t\t\t\t小计\t其中：本次下达\t\t\t\t\t\t\t\t\t\t\t\t\n"
)
NUMBERS = "\t".join(map(str, range(1, 24))) + "\n"
"""The headings of table 05-1 in full: blank columns say that there is no money of other funds or years."""


def heading(title: str) -> str:
    return f"\n## 2026年{title}\n\n单位名称：云岭市档案馆\n\n单位：元\n\n"


def functions(amounts: dict[tuple[str, str], int]) -> str:
    """Table 02-2: the money of projects by function, secrets included, for it itemises nothing."""
    rows = [("201", "一般公共服务支出"), ("20126", "档案事务"), *sorted(amounts), ("", "合计")]
    head = (
        "部门预算支出功能分类科目\t\t合计\t基本支出\t\t\t项目支出\n"
        "科目编码\t科目名称\t\t小计\t人员经费\t公用经费\t\n1\t2\t3\t4\t5\t6\t7\n"
    )
    body = (
        "\t".join([*row, show(fen := amounts.get(row, sum(amounts.values()))), "", "", "", show(fen)])
        for row in rows
    )
    return heading("部门一般公共预算支出预算表（按功能科目分类）") + head + "\n".join(body) + "\n"


def projects(lines: Lines, note: str = SECRET) -> str:
    """Table 05-1: the projects that are public."""
    rows = []
    for number, (name, (function, fen)) in enumerate(lines.items(), 1):
        code = f"53010026100000000000{number}"
        rows.append(["", "", name, "", "", "", "", "", *[show(fen)] * 3])
        rows.append(
            ["专项业务类", code, name, "云岭市档案馆", *function, "30227", "委托业务费", *[show(fen)] * 3]
        )
    rows.append(["合 计", *[""] * 7, *[show(sum(fen for _, fen in lines.values()))] * 3])
    return (
        heading("部门项目支出预算表") + HEADINGS + NUMBERS + "\n".join(map("\t".join, rows)) + "\n\n" + note
    )


def plan(lines: Lines, control: int, note: str = "") -> str:
    """Table 12: the unit's whole and the projects that are public, for three years."""
    head = (
        "项目单位\t项目分类\t项目名称\t项目级次\t一般公共预算\t\t\n"
        "\t\t\t\t2026年\t2027年\t2028年\n1\t2\t3\t4\t8\t9\t10\n"
    )
    rows = [["云岭市档案馆", "", "", "", *[show(control)] * 3]]
    rows += [["", "311 专项业务类", name, "本级", *[show(fen)] * 3] for name, (_, fen) in lines.items()]
    rows.append(["合 计", "", "", "", *[show(sum(fen for _, fen in lines.values()))] * 3])
    return heading("部门项目支出中期规划预算表") + head + "\n".join(map("\t".join, rows)) + "\n\n" + note


TARGETS = """
## 2026年部门项目支出绩效目标表

单位名称：云岭市档案馆

单位名称、项目名称\t项目年度绩效目标\t一级指标\t二级指标\t三级指标\t指标性质\t指标值\t度量单位\t指标属性\t指标内容
1\t2\t3\t4\t5\t6\t7\t8\t9\t10
云岭市档案馆\t\t\t\t\t\t\t\t\t
"""


def targets(*names: str) -> str:
    """Table 05-2: a goal and one indicator for each project."""
    row = "\t完成年度任务。\t产出指标\t数量指标\t完成数量\t>=\t1\t项\t定量指标\t反映完成数量。\n"
    return TARGETS + "".join(name + row for name in names)


def told_of(*tables: str) -> Audit:
    return audit(read("".join(tables).encode(), "book.txt"))


def found(told: Audit, code: str) -> list[Finding]:
    return [finding for finding in told.findings if finding.code == code]


def inferred(*tables: str) -> tuple[System, list[Deduction]]:
    whole = system(understand(read("".join(tables).encode(), "book.txt")))
    return whole, deductions(whole, explain(whole))


SHORT = functions({ARCHIVE: 205_000_00})
"""25,000.00 more than the public projects of the function."""


# An amount that can be worked out


def test_an_amount_left_out_is_what_the_total_by_function_says_less_what_is_public() -> None:
    whole, (deduction,) = inferred(SHORT, projects(PUBLIC))
    assert (deduction.low, deduction.high, deduction.is_point) == (25_000_00, 25_000_00, True)
    terms = whole.identities[deduction.identity].terms
    assert sum(sign * whole.sense.value(figure) for figure, sign in terms) == deduction.low


def test_the_finding_writes_the_arithmetic_out() -> None:
    (finding,) = found(told_of(SHORT, projects(PUBLIC)), "withheld.deducible")
    assert (finding.level, finding.outcome, finding.printed) == (WARNING, WITHHELD, 25_000_00)
    told = ("amount", "form", "row", "column", "printed", "implied", "other")
    assert [finding.args[name] for name in told] == [
        "25,000.00",
        "02-2",
        "2012604 档案馆",
        "项目支出",
        "205,000.00",
        "180,000.00",
        "05-1",
    ]
    assert [spot.text for spot in finding.spots] == ["205,000.00", "120,000.00", "60,000.00"]


def test_money_withheld_as_declared_is_no_error() -> None:
    told = told_of(SHORT, projects(PUBLIC))
    assert [f.code for f in told.findings if f.terms and f.level != NOTE] == []
    assert [(c.kind, c.amount) for c in told.causes] == [("withheld", 25_000_00)]


def test_without_the_declaration_the_same_gap_is_an_error_and_nothing_is_inferred() -> None:
    told = told_of(SHORT, projects(PUBLIC, note=""))
    assert found(told, "withheld.deducible") == []
    assert [f.code for f in told.findings if f.terms and f.level not in (NOTE, WARNING)]


def test_one_name_that_remains_and_one_amount_belong_together() -> None:
    """The secret project's targets were left standing."""
    told = told_of(SHORT, projects(PUBLIC), targets(DIGITAL, REPAIR, "信创产品购置专项经费"))
    (finding,) = found(told, "withheld.deducible")
    assert finding.args["name"] == "，即“信创产品购置专项经费”"
    (name,) = found(told, "withheld.name-remains")
    assert name.args["project"] == "信创产品购置专项经费"


@pytest.mark.parametrize("names", [(), ("信创产品购置专项经费", "涉密会议专项经费")])
def test_no_name_or_two_names_are_not_laid_to_an_amount(names: tuple[str, ...]) -> None:
    told = told_of(SHORT, projects(PUBLIC), targets(DIGITAL, REPAIR, *names))
    (finding,) = found(told, "withheld.deducible")
    assert finding.args["name"] == ""
    assert len(found(told, "withheld.name-remains")) == len(names)


# Several amounts


def test_two_amounts_of_one_function_give_only_their_sum() -> None:
    """10,000 and 15,000 are left out; all that can be worked out is 25,000."""
    whole = {**PUBLIC, "甲": (ARCHIVE, 10_000_00), "乙": (ARCHIVE, 15_000_00)}
    total = sum(fen for _, fen in whole.values())
    _, told = inferred(functions({ARCHIVE: total}), projects(PUBLIC))
    assert [deduction.low for deduction in told] == [25_000_00]


def test_amounts_of_two_functions_are_each_worked_out() -> None:
    public = PUBLIC | {"档案宣传专项经费": (AFFAIRS, 40_000_00)}
    totals = {ARCHIVE: 190_000_00, AFFAIRS: 55_000_00}
    _, told = inferred(functions(totals), projects(public))
    assert sorted(deduction.low for deduction in told) == [10_000_00, 15_000_00]


# What would protect it


def left_alone(whole: System, deduction: Deduction) -> list[int]:
    """The identities that still give something away: those with just one amount that a reader does not know.

    The withheld money is one unknown of each identity that lacks it, and each suppressed figure is one.
    """
    telling = []
    for i, identity in enumerate(whole.identities):
        unknown = sum(figure in deduction.suppress for figure, _ in identity.terms)
        lacking = i in deduction.explanation.identities
        if identity.relation == EQUAL and unknown + lacking == 1:
            telling.append(i)
    return telling


def test_what_is_proposed_to_be_suppressed_leaves_nothing_to_work_out() -> None:
    """A figure goes with its totals and with a fellow, so that no identity has a single unknown."""
    whole, (deduction,) = inferred(SHORT, projects(PUBLIC))
    assert 0 < len(deduction.suppress) < MOST_SUPPRESSED
    assert left_alone(whole, deduction) == []


def test_only_printed_figures_are_proposed_to_be_suppressed() -> None:
    whole, (deduction,) = inferred(SHORT, projects(PUBLIC))
    assert all(whole.sense.amounts[figure] for figure in deduction.suppress)


@pytest.mark.parametrize("seed", range(8))
def test_in_any_book_nothing_is_left_to_work_out_unless_the_search_has_reached_its_limit(seed: int) -> None:
    ledger = random_ledger(random.Random(seed), withheld=True)
    text = write(compile(ledger, edition("yunnan-2026")))
    whole, told = inferred(text)
    for deduction in told:
        assert len(deduction.suppress) <= MOST_SUPPRESSED
        assert len(deduction.suppress) == MOST_SUPPRESSED or left_alone(whole, deduction) == []


# Notes


def test_a_table_that_lacks_the_same_money_without_a_note_is_undeclared() -> None:
    told = told_of(SHORT, projects(PUBLIC), plan(PUBLIC, 205_000_00))
    (finding,) = found(told, "withheld.undeclared")
    assert (finding.level, finding.args["form"], finding.args["other"]) == (WARNING, "12", "05-1")
    assert finding.args["amount"] == "25,000.00"


def test_with_a_note_it_is_declared() -> None:
    told = told_of(SHORT, projects(PUBLIC), plan(PUBLIC, 205_000_00, SECRET))
    assert found(told, "withheld.undeclared") == []
    assert found(told, "withheld.unneeded") == []


def test_a_note_on_a_table_that_lacks_nothing_is_unneeded() -> None:
    told = told_of(functions({ARCHIVE: 180_000_00}), projects(PUBLIC))
    (finding,) = found(told, "withheld.unneeded")
    assert (finding.level, finding.args["form"]) == (NOTE, "05-1")


def test_a_note_that_nothing_can_prove_unneeded_is_let_be() -> None:
    assert found(told_of(projects(PUBLIC)), "withheld.unneeded") == []


def test_a_book_that_withholds_nothing_says_that_these_checks_did_not_apply() -> None:
    told = told_of(functions({ARCHIVE: 180_000_00}), projects(PUBLIC, note=""))
    said = {o.code: (o.outcome, o.reason) for o in told.outcomes if o.code.startswith("withheld.")}
    for code in ("withheld.deducible", "withheld.undeclared", "withheld.unneeded"):
        assert said[code] == ("not-applicable", "nothing-withheld")
