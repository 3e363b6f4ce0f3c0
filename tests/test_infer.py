"""What a reader can work out of money that a table declares left out, and what would keep it from them."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from typing import Any

import highspy
import pytest

from benchmarks.ledgers import random_ledger
from gouji.audit import Audit, audit
from gouji.book import Book
from gouji.explain import explain
from gouji.explain.slips import Explanation
from gouji.findings import ERROR, NOTE, WARNING, WITHHELD, Finding
from gouji.forms import edition
from gouji.identities import AT_MOST, EQUAL, System, system
from gouji.infer import Deduction, deductions
from gouji.infer.hidden import Hidden, Sum, bounds
from gouji.infer.protect import SHARE, Search, shift
from gouji.ledger import Ledger, Line, Target, Unit, compile
from gouji.meaning import understand
from gouji.money import show
from gouji.read import read
from gouji.write.text import write

YUNNAN = edition("yunnan-2026")
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
    terms = whole.identities[deduction.identities[0]].terms
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


# Books compiled from a ledger

UNIT = "云溪市展览馆"
GENERAL, HIRE, OTHER = "2070106", "2070104", "2070199"


def spent(fen: int, function: str, project: str, economic: str = "30201", **more: object) -> Line:
    line = Line(
        fen, 2026, UNIT, "本年支出", "一般公共预算", "本年", "项目支出", "", function, economic, project
    )
    code = f"5399002510000000{abs(hash(project)) % 10_000:05}"
    wide = {"category": "311 专项业务类", "release": "本次下达", "level": "本级", "code": code}
    return replace(line, **{**wide, **more})  # type: ignore[arg-type]


OPEN = (
    spent(34_500_00, GENERAL, "巡回展览经费"),
    spent(27_800_00, GENERAL, "巡回展览经费", "30214"),
    spent(61_234_00, HIRE, "设备租赁经费", "30214"),
    spent(98_700_00, OTHER, "公益讲座经费", "39999"),
)


def book(*secret: Line, targets: Sequence[Target] = ()) -> Book:
    lines = [replace(line, entry=k, planned=True) for k, line in enumerate((*OPEN, *secret), 1)]
    income = Line(sum(line.fen for line in lines), 2026, UNIT, "本年收入", "一般公共预算")
    units = (Unit("101001", UNIT),)
    return compile(Ledger(UNIT, 2026, (income, *lines), "101", units, targets=tuple(targets)), YUNNAN)


def hidden(fen: int, function: str, project: str = "专门经费", economic: str = "30299") -> Line:
    return spent(fen, function, project, economic, withheld=True)


def read_again(made: Book) -> Book:
    return read(write(made).encode(), "secret.txt")


def audited(made: Book) -> Audit:
    return audit(read_again(made))


def known(told: Audit) -> list[Finding]:
    return found(told, "withheld.deducible")


# What can be worked out


def test_one_amount_withheld_under_a_function_is_known_to_the_fen() -> None:
    """The function's total less the rows that are shown."""
    found = audited(book(hidden(45_000_00, GENERAL)))
    (told,) = known(found)
    assert told.printed == 45_000_00
    assert GENERAL in told.args["row"]
    assert told.outcome == "withheld"
    assert (told.args["printed"], told.args["implied"]) == ("107,300.00", "62,300.00")
    assert not [finding for finding in found.findings if finding.level == ERROR]


def test_a_project_alone_under_its_function_is_known_too() -> None:
    (told,) = known(audited(book(hidden(45_000_00, "2070108"))))
    assert told.printed == 45_000_00
    assert "2070108" in told.args["row"]


def test_two_amounts_under_two_functions_are_known_each() -> None:
    told = known(audited(book(hidden(45_000_00, GENERAL), hidden(8_000_00, HIRE, "另一专门经费"))))
    assert sorted((finding.printed, finding.args["row"][:7]) for finding in told) == [
        (8_000_00, HIRE),
        (45_000_00, GENERAL),
    ]


def test_two_amounts_under_one_function_are_known_only_together() -> None:
    """Nothing tells 45,000 and 8,000 from any other two amounts of 53,000."""
    told = known(audited(book(hidden(45_000_00, GENERAL), hidden(8_000_00, GENERAL, "另一专门经费"))))
    assert [finding.printed for finding in told] == [53_000_00]


def test_no_amount_is_worked_out_where_nothing_is_withheld() -> None:
    found = audited(book())
    assert known(found) == []
    reasons = {outcome.code: outcome.reason for outcome in found.outcomes}
    assert reasons["withheld.deducible"] == "nothing-withheld"


# A name that remains gives the amount away


def target(project: str) -> Target:
    words = ("产出指标", "数量指标", "次数", "=", "5", "次", "定量指标", f"反映{project}次数")
    return Target(UNIT, project, f"2026年完成{project}任务5次。", *words)


def with_target(made: Book, project: str) -> Book:
    """The book with a project's name left in the table of targets."""
    text = write(made)
    words = (
        project,
        "2026年完成任务5次。",
        "产出指标",
        "数量指标",
        "次数",
        "=",
        "5",
        "次",
        "定量指标",
        "反映次数",
    )
    before, mark, after = text.partition("巡回展览经费\t2026年完成")
    assert mark
    return read((before + "\t".join(words) + "\n" + mark + after).encode(), "named.txt")


def test_a_name_that_remains_in_another_table_is_told_with_its_amount() -> None:
    made = book(hidden(45_000_00, GENERAL), targets=[target(line.project) for line in OPEN[1:]])
    assert not [f for f in audit(read_again(made)).findings if f.code == "withheld.name-remains"]
    found = audit(with_target(made, "专门经费"))
    (remains,) = [f for f in found.findings if f.code == "withheld.name-remains"]
    assert remains.args["project"] == "专门经费"
    (told,) = known(found)
    assert "专门经费" in told.args["name"]


def test_one_name_and_two_amounts_are_not_put_together() -> None:
    secret = hidden(45_000_00, GENERAL), hidden(8_000_00, HIRE, "另一专门经费")
    made = book(*secret, targets=[target(line.project) for line in OPEN[1:]])
    told = known(audit(with_target(made, "专门经费")))
    assert [finding.args["name"] for finding in told] == ["", ""]


# What to suppress protects


def withheld(made: Book) -> tuple[System, list[Deduction]]:
    whole = system(understand(read_again(made)))
    return whole, deductions(whole, explain(whole))


CASES = {
    "one project": (hidden(45_000_00, GENERAL),),
    "alone in its function": (hidden(45_000_00, "2070108"),),
    "two in one function": (hidden(45_000_00, GENERAL), hidden(8_000_00, GENERAL, "另一专门经费")),
    "two functions": (hidden(45_000_00, GENERAL), hidden(8_000_00, HIRE, "另一专门经费")),
    "the largest": (hidden(9_000_000_00, OTHER),),
}


@pytest.mark.parametrize("name", CASES)
def test_after_suppressing_what_is_proposed_no_single_identity_gives_the_amount_away(name: str) -> None:
    """Each identity that lacks secret money lacks another figure too, and no suppressed one comes back."""
    whole, told = withheld(book(*CASES[name]))
    assert told
    for deduction in told:
        suppressed = set(deduction.suppress)
        lacking = set(deduction.explanation.identities)
        for i, identity in enumerate(whole.identities):
            if identity.relation != EQUAL:
                continue
            unknown = sum(figure in suppressed for figure, _ in identity.terms)
            assert unknown != (0 if i in lacking else 1), (identity, unknown)


def determined(equations: Iterable[dict[object, Fraction]], wanted: object) -> bool:
    """Do linear equations between unknowns settle one of them? (Gauss)"""
    basis: dict[object, dict[object, Fraction]] = {}
    for equation in equations:
        rest = dict(equation)
        for pivot, row in basis.items():
            if pivot in rest:
                count = rest[pivot]
                for one, n in row.items():
                    rest[one] = rest.get(one, Fraction(0)) - count * n
                rest = {one: n for one, n in rest.items() if n}
        if rest:
            pivot = next((one for one in rest if one != wanted), wanted)
            scaled = {one: n / rest[pivot] for one, n in rest.items()}
            for row in basis.values():
                if pivot in row:
                    count = row[pivot]
                    for one, n in scaled.items():
                        row[one] = row.get(one, Fraction(0)) - count * n
                        if not row[one]:
                            del row[one]
            basis[pivot] = scaled
    return basis.get(wanted) == {wanted: Fraction(1)}


def equations(
    whole: System, told: Sequence[Deduction], suppressed: set[int]
) -> Iterator[dict[object, Fraction]]:
    """What the book says of its unknowns: of figures suppressed, and of the amounts withheld."""
    amounts = [deduction.low for deduction in told]
    lacking = {i for deduction in told for i in deduction.explanation.identities}
    for i, identity in enumerate(whole.identities):
        if identity.relation == EQUAL:
            unknown: dict[object, Fraction] = {f: Fraction(s) for f, s in identity.terms if f in suppressed}
            if i in lacking:
                unknown |= {str(k): Fraction(-1) for k in _making(amounts, whole.residuals[i])}
            yield unknown


def _making(amounts: Sequence[int], gap: int) -> Sequence[int]:
    """Which of the amounts make up a gap."""
    some = (one for n in range(1, len(amounts) + 1) for one in combinations(range(len(amounts)), n))
    return next(one for one in some if sum(amounts[k] for k in one) == gap)


@pytest.mark.parametrize("name", CASES)
def test_nor_do_all_identities_taken_together(name: str) -> None:
    """A reader who solves the whole book for what was left out finds no amount either."""
    whole, told = withheld(book(*CASES[name]))
    suppressed = {figure for deduction in told for figure in deduction.suppress}
    for k in range(len(told)):
        assert determined(equations(whole, told, set()), str(k)), "nothing suppressed, and it is out"
        assert not determined(equations(whole, told, suppressed), str(k))


def test_what_to_suppress_is_said_in_the_remedy() -> None:
    whole, (deduction,) = withheld(book(*CASES["one project"]))
    (told,) = known(audited(book(*CASES["one project"])))
    for figure in deduction.suppress:
        panel, row, _ = whole.sense.at(figure)
        assert panel.nodes[row].label in told.args["suppress"]


@pytest.mark.parametrize("name", ["one project", "alone in its function", "the largest"])
def test_what_is_proposed_is_no_more_than_is_needed(name: str) -> None:
    """Any one of the figures published again, and a reader comes closer than a tenth from one side."""
    whole, (deduction,) = withheld(book(*CASES[name]))
    lacking = {i: {0: 1} for i in deduction.explanation.identities}
    near = deduction.low / SHARE
    for kept in deduction.suppress:
        gone = [figure for figure in deduction.suppress if figure != kept]
        least, most = reach(whole, lacking, deduction.identities[0], gone)
        assert least > deduction.low - near or most < deduction.low + near


def test_only_printed_figures_are_proposed_and_details_before_totals() -> None:
    whole, (deduction,) = withheld(book(*CASES["one project"]))
    assert all(whole.sense.amounts[figure] for figure in deduction.suppress)
    assert {whole.sense.at(figure)[0].table.name for figure in deduction.suppress} == {"05-1", "12"}


def test_an_amount_that_is_all_but_the_whole_needs_every_total_to_go() -> None:
    whole, (deduction,) = withheld(book(*CASES["the largest"]))
    assert deduction.is_protected
    assert {whole.sense.at(figure)[0].table.name for figure in deduction.suppress} == {
        "01-1",
        "01-2",
        "01-3",
        "02-1",
        "02-2",
    }


def test_the_remedy_says_which_amounts_are_possible_then() -> None:
    (told,) = known(audited(book(*CASES["one project"])))
    assert (told.args["least"], told.args["most"]) == ("0.00", "72,800.00")
    assert "从 0.00 到 72,800.00" in told.args["protect"]
    assert "from 0.00 to 72,800.00" in told.args["protect_en"]


def test_an_amount_from_several_identities_names_them_all(monkeypatch: pytest.MonkeyPatch) -> None:
    def together(whole: System, explanations: Sequence[Explanation]) -> list[Deduction]:
        return [
            replace(one, identities=tuple(sorted(one.explanation.identities)))
            for one in deductions(whole, explanations)
        ]

    monkeypatch.setattr("gouji.audit.deductions", together)
    (told,) = known(audited(book(*CASES["one project"])))
    assert "并与其他差额合算（01-3 · " in told.args["also"]
    assert "45,000.00" in told.args["also_en"]


def test_where_a_tenth_cannot_be_had_the_proposal_says_so() -> None:
    _, (deduction,) = withheld(book(*CASES["one project"]))
    assert not replace(deduction, least=deduction.low - deduction.low // SHARE + 1).is_protected
    assert not replace(deduction, most=deduction.low).is_protected


def test_where_nothing_can_be_left_out_nothing_is_proposed() -> None:
    """Blank cells cannot be left out: no change of others makes good for a change of the amount."""
    whole, _ = withheld(book(*CASES["one project"]))
    blank = next(
        i
        for i, identity in enumerate(whole.identities)
        if identity.relation == EQUAL and not any(whole.sense.value(figure) for figure, _ in identity.terms)
    )
    assert shift(whole, {blank: 1}, 45_000_00, 45_000_00, set()) is None


@pytest.mark.parametrize("name", ["one project", "alone in its function", "the largest"])
def test_elimination_protects_as_well_where_the_search_takes_too_long(name: str) -> None:
    whole, (deduction,) = withheld(book(*CASES[name]))
    search = Search(whole, dict.fromkeys(deduction.explanation.identities, 1), set())
    changes = search.combined(deduction.low // SHARE, whole.sense.value)
    assert changes is not None
    assert len(changes) >= len(deduction.suppress)
    made, _ = search.measured(changes, deduction.low)
    assert min(made.down, made.up) >= deduction.low // SHARE


# Bounds


def told(amount: int, *parts: int) -> Sum:
    return Sum(frozenset(parts), amount, (parts[0],))


def bounded(count: int, *sums: Sum) -> list[tuple[int, int]]:
    low, high = bounds(count, sums)
    return [(a.amount, b.amount) for a, b in zip(low, high, strict=True)]


def test_a_part_of_a_sum_is_between_nothing_and_the_sum() -> None:
    assert bounded(2, told(50, 0, 1)) == [(0, 50), (0, 50)]


def test_rows_and_columns_bound_what_is_in_both() -> None:
    """Rows of 60 and 40, columns of 70 and 30: the first cell is 30 at least and 60 at most."""
    table = told(60, 0, 1), told(40, 2, 3), told(70, 0, 2), told(30, 1, 3)
    assert bounded(4, *table) == [(30, 60), (0, 30), (10, 40), (0, 30)]


def test_sums_that_overlap_in_a_ring_settle_each_other() -> None:
    assert bounded(3, told(3, 0, 1), told(4, 1, 2), told(5, 0, 2)) == [(2, 2), (1, 1), (3, 3)]


def test_what_one_sum_leaves_of_another_that_holds_it() -> None:
    """Two of three parts make up all of the whole: nothing is left for the third and what goes with it."""
    assert bounded(4, told(50, 0, 1), told(50, 0, 1, 2, 3)) == [(0, 50), (0, 50), (0, 0), (0, 0)]


def test_a_sum_that_several_identities_give_is_known_from_all_of_them() -> None:
    low, _ = bounds(2, [told(80, 0, 1), told(50, 1)])
    assert low[0].amount == 30
    assert low[0].sources == {0, 1}


# In any book


def secret_lines(ledger: Ledger) -> list[int]:
    return [k for k, line in enumerate(ledger.lines) if line.withheld and line.year == ledger.year]


def counted(ledger: Ledger, whole: System) -> dict[int, dict[int, int]]:
    """identity -> how often it lacks each secret line, as seen by giving that line more money."""
    more, lacking = 700, dict[int, dict[int, int]]()
    for k in secret_lines(ledger):
        line = ledger.lines[k]
        flow = "本年收入" if line.carried == "本年" else "上年结转"
        paying = next(
            i
            for i, other in enumerate(ledger.lines)
            if (other.flow, other.unit, other.fund) == (flow, line.unit, line.fund)
        )
        lines = [replace(o, fen=o.fen + more * (i in (k, paying))) for i, o in enumerate(ledger.lines)]
        richer = system(understand(compile(replace(ledger, lines=tuple(lines)), YUNNAN)))
        for i, (before, after) in enumerate(zip(whole.residuals, richer.residuals, strict=True)):
            if before != after:
                lacking.setdefault(i, {})[k] = (after - before) // more
    return lacking


def reach(
    whole: System, lacking: Mapping[int, Mapping[int, int]], wanted: int, gone: Sequence[int]
) -> tuple[float, float]:
    """The least and the most 分 that secret lines can come to, as a linear programme over the whole book.

    None of them, and no figure left out, is below zero; everything else is as published.
    """
    secret = sorted({k for lines in lacking.values() for k in lines})
    figures = {figure: n for n, figure in enumerate(gone)}
    lines = {k: n for n, k in enumerate(secret, len(gone))}
    made: Any = highspy.Highs()
    made.setOptionValue("output_flag", False)
    for _ in range(len(gone) + len(secret)):
        made.addVar(0.0, 1e9)
    for k, times in lacking[wanted].items():
        made.changeColCost(lines[k], float(times))
    for i, identity in enumerate(whole.identities):
        row = {figures[f]: float(sign) for f, sign in identity.terms if f in figures}
        row |= {lines[k]: -float(times) for k, times in lacking.get(i, {}).items()}
        known = sum(sign * whole.sense.value(f) for f, sign in identity.terms if f not in figures)
        low, high = -identity.slack / 200 - known / 100, identity.slack / 200 - known / 100
        if row:
            least = -made.getInfinity() if identity.relation == AT_MOST else low
            made.addRow(least, high, len(row), list(row), list(row.values()))
    found = []
    for sense in (highspy.ObjSense.kMinimize, highspy.ObjSense.kMaximize):
        made.changeObjectiveSense(sense)
        made.run()
        assert made.getModelStatus() == highspy.HighsModelStatus.kOptimal
        found.append(made.getInfo().objective_function_value * 100)
    return found[0], found[1]


def book_equations(
    whole: System, lacking: Mapping[int, Mapping[int, int]], wanted: int, gone: Sequence[int]
) -> Iterator[dict[object, Fraction]]:
    """All equalities between figures left out, secret lines, and the amount that is asked for."""
    yield {"amount": Fraction(-1), **{str(k): Fraction(times) for k, times in lacking[wanted].items()}}
    for i, identity in enumerate(whole.identities):
        if identity.relation == EQUAL:
            unknown: dict[object, Fraction] = {f: Fraction(sign) for f, sign in identity.terms if f in gone}
            yield unknown | {str(k): Fraction(-times) for k, times in lacking.get(i, {}).items()}


@pytest.mark.parametrize("seed", [*range(6), 14, 35])
def test_in_any_book_what_is_proposed_keeps_a_reader_a_tenth_of_the_amount_away(seed: int) -> None:
    """Seen from outside: by what the ledger hides, all identities of the book, and another solver."""
    ledger = random_ledger(random.Random(seed), withheld=True)
    whole, deduced = withheld(compile(ledger, YUNNAN))
    lacking = counted(ledger, whole)
    points = [deduction for deduction in deduced if deduction.is_point]
    assert points or not secret_lines(ledger)
    for deduction in points:
        (i,) = deduction.identities
        assert reach(whole, lacking, i, []) == pytest.approx((deduction.low, deduction.low))
        least, most = reach(whole, lacking, i, deduction.suppress)
        assert least <= max(0, deduction.low - deduction.low / SHARE)
        assert most >= deduction.low + deduction.low / SHARE
        assert least <= deduction.least + 1
        assert most >= deduction.most - 1
        assert determined(book_equations(whole, lacking, i, []), "amount")
        assert not determined(book_equations(whole, lacking, i, deduction.suppress), "amount")


@pytest.mark.parametrize("seed", [9, 35])
def test_amounts_printed_in_wan_are_told_and_protected_up_to_rounding(seed: int) -> None:
    made = compile(random_ledger(random.Random(seed), withheld=True, fen=1_000_000), YUNNAN)
    _, deduced = withheld(read_again(made))
    points = [deduction for deduction in deduced if deduction.is_point]
    assert points
    assert all(deduction.suppress and deduction.is_protected for deduction in points)


@pytest.mark.parametrize("seed", [14, 35, 49])
def test_bounds_hold_what_the_ledger_hides_and_no_more_than_is_possible(seed: int) -> None:
    ledger = random_ledger(random.Random(seed), withheld=True)
    whole = system(understand(compile(ledger, YUNNAN)))
    lacking = counted(ledger, whole)
    (explanation,) = [e for e in explain(whole) if e.slips[0].kind == "withheld"]
    kept = Hidden(whole, explanation)
    for part, kind in enumerate(kept.parts):
        mine = [k for k in secret_lines(ledger) if {i for i in lacking if k in lacking[i]} == kind]
        low, high = kept.low[part].amount, kept.high[part].amount
        assert low <= sum(ledger.lines[k].fen for k in mine) <= high
        assert sharp(kept, part) == pytest.approx((low, high))


def sharp(kept: Hidden, part: int) -> tuple[float, float]:
    """The bounds of one part by linear programming."""
    made: Any = highspy.Highs()
    made.setOptionValue("output_flag", False)
    for p in range(len(kept.parts)):
        made.addVar(0.0, made.getInfinity())
        made.changeColCost(p, float(p == part))
    for one in kept.sums:
        made.addRow(
            one.amount / 100, one.amount / 100, len(one.parts), sorted(one.parts), [1.0] * len(one.parts)
        )
    found = []
    for sense in (highspy.ObjSense.kMinimize, highspy.ObjSense.kMaximize):
        made.changeObjectiveSense(sense)
        made.run()
        found.append(made.getInfo().objective_function_value * 100)
    return found[0], found[1]
