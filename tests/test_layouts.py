"""The layouts of other places: small tables of invented figures, and what their figures count."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from gouji.audit import Audit, audit
from gouji.cli.words import Phrase, unknown
from gouji.lexicon import title
from gouji.meaning import Sense, understand
from gouji.read import read

NATIONAL = "national-2016"


def book(*tables: str) -> bytes:
    return "\n\n".join(tables).encode()


def table(name: str, *rows: str, unit: str = "万元") -> str:
    """A table as text; | stands for the next column."""
    return "\n".join([f"## {name}", "", f"单位：{unit}", "", *(row.replace("|", "\t") for row in rows), ""])


def told(*tables: str) -> Audit:
    return audit(read(book(*tables), "book.txt", NATIONAL))


def sense(*tables: str) -> Sense:
    return understand(read(book(*tables), "book.txt", NATIONAL))


def errors(*tables: str) -> list[tuple[str, str, str]]:
    """code, row and column of each error of arithmetic."""
    found = (f for f in told(*tables).findings if f.level == "error" and f.terms)
    return sorted((f.code, f.spots[0].row, f.spots[0].column) for f in found)


def scopes(made: Sense, panel: int = 0) -> Iterator[str]:
    """What each row of a panel counts, apart from its columns."""
    return (" ".join(node.scope.words()) for node in made.panels[panel].nodes)


# Titles


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("2026年部门收支总体情况表", "收支总表"),
        ("2026年预算单位财务收支预算总表", "收支总表"),
        ("表2：2026年市级部门收入预算总表", "收入总表"),
        ("云岭市档案馆2026年支出预算总表", "支出总表"),
        ("财政拨款收支预算总表（预算表4）", "财政拨款收支总表"),
        ("一般公共预算支出明细表（按支出功能分类科目）", "一般公共预算支出表"),
        ("一般公共预算基本支出经济分类情况表", "一般公共预算基本支出表"),
        ("财政拨款“三公”经费支出表", "“三公”经费表"),
        ("部门整体支出绩效目标表", "整体支出绩效目标表"),
    ],
)
def test_titles_of_one_meaning_are_one_form(text: str, form: str) -> None:
    found = read(book(table(text, "科目编码|科目名称|合计", "201|一般公共服务支出|1.00")), "b", NATIONAL)
    assert [t.form for t in found.tables] == [form]


@pytest.mark.parametrize(
    "text", ["部门应急储备支出表", "培训费明细表", "关于收支总表的说明", "部门收入支出差额表"]
)
def test_a_title_that_says_more_than_is_known_is_not_understood(text: str) -> None:
    assert not title(text).understood


# Codes


FUNCTIONS = ("一般公共预算支出表", "合计||300.00|200.00|100.00")


def test_codes_in_three_columns_go_on_from_above() -> None:
    head = (
        "功能分类科目编码/类|功能分类科目编码/款|功能分类科目编码/项|功能分类科目名称|合计|基本支出|项目支出"
    )
    rows = ["201||||300.00|200.00|100.00", "|26||||", "||04|档案馆|300.00|200.00|100.00"]
    made = sense(table(FUNCTIONS[0], head.replace("功能分类科目编码/", ""), *rows))
    assert list(scopes(made)) == ["function=201", "function=20126", "function=2012604"]
    full = ["201|||一般公共服务支出|3.00|2.00|1.00", "201|26||档案事务|3.00|2.00|1.00"]
    made = sense(table(FUNCTIONS[0], "类|款|项|功能分类科目名称|合计|基本支出|项目支出", *full))
    assert list(scopes(made)) == ["function=201", "function=20126"]


@pytest.mark.parametrize("cell", ["2012604-档案馆", "[2012604]档案馆", "2012604档案馆", "（2012604）档案馆"])
def test_codes_joined_to_names(cell: str) -> None:
    made = sense(table(FUNCTIONS[0], "功能科目名称|合计|基本支出|项目支出", f"{cell}|3.00|2.00|1.00"))
    assert list(scopes(made)) == ["function=2012604"]


def test_a_year_in_front_of_a_name_is_no_code() -> None:
    made = sense(table("部门项目支出表", "项目名称|合计", "2026年春节慰问|3.00"))
    assert list(scopes(made)) == ["project=2026年春节慰问"]


def test_names_alone_are_resolved_by_their_order() -> None:
    rows = ["合计|6.00", "一般公共服务支出|4.00", "档案事务|4.00", "行政运行|1.00", "档案馆|3.00"]
    rows += ["其他支出|2.00", "其他支出|2.00", "其他支出|2.00"]
    made = sense(table("支出总表", "功能分类科目名称|合计", *rows))
    codes = ["201", "20126", "2012601", "2012604", "229", "22999", "2299999"]
    assert list(scopes(made)) == ["", *(f"function={code}" for code in codes)]


def test_a_name_that_no_list_has_is_not_understood_and_nothing_is_summed() -> None:
    rows = ["合计|6.00", "一般公共服务支出|4.00", "从未见过的事务|5.00"]
    assert (
        not understand(read(book(table("支出总表", "功能分类科目名称|合计", *rows)), "b", NATIONAL))
        .panels[0]
        .nodes[2]
        .understood
    )
    assert errors(table("支出总表", "功能分类科目名称|合计", *rows)) == []


def test_the_first_digit_tells_the_classification() -> None:
    made = sense(table("一般公共预算基本支出表", "科目编码|科目名称|合计", "301|工资福利支出|3.00"))
    assert list(scopes(made)) == ["economic=301"]


def test_codes_of_both_economic_classifications_keep_rows_apart() -> None:
    head = "部门经济科目编码|部门经济科目名称|政府经济科目编码|政府经济科目名称|合计"
    rows = ["||||9.00".replace("||||", "合计||||", 1)]
    for whole, parts in (("501", (1, 2)), ("505", (4, 2))):
        rows.append(f"301|工资福利支出|{whole}|x|{sum(parts)}.00")
        rows += [f"301{n:02}|x|{whole}01|x|{part}.00" for n, part in enumerate(parts, 1)]
    assert errors(table("一般公共预算基本支出表", head, *rows)) == []


def test_codes_repeated_without_sums_are_lines() -> None:
    rows = ["2012604|档案馆|1.00", "2012604|档案馆|2.00", "2012699|其他档案事务支出|3.00", "|合计|6.00"]
    one = table("一般公共预算支出表", "科目编码|科目名称|合计", *rows)
    two = table(
        "支出总表", "科目编码|科目名称|合计", "2012604|档案馆|3.00", "2012699|其他|3.00", "|合计|6.00"
    )
    assert errors(one, two) == []
    wrong = one.replace("2.00", "2.50")
    assert ("sum.column", "合计", "合计") in errors(wrong, two)


# Units


def test_the_department_stands_above_its_own_office() -> None:
    rows = ["合计|5.00", "云岭市教育局|5.00", "云岭市教育局|2.00", "云岭市第一中学|3.00"]
    assert errors(table("部门收入总表", "单位名称|合计", *rows)) == []
    rows[3] = "云岭市第一中学|3.50"
    assert [code for code, *_ in errors(table("部门收入总表", "单位名称|合计", *rows))] == ["sum.group"]


def test_units_and_what_they_spend_on_in_one_column() -> None:
    rows = ["合计|5.00", "云岭市教育局|2.00", "维修改造|2.00", "云岭市第一中学|3.00", "购置设备|3.00"]
    income = table("部门收入总表", "单位名称|合计", "合计|9.00", "云岭市教育局|4.00", "云岭市第一中学|5.00")
    spent = table("部门项目支出预算表", "支出项目类别（资金使用单位）|合计", *rows)
    assert errors(income, spent) == []
    assert errors(income, spent.replace("购置设备\t3.00", "购置设备\t3.10")) == [
        ("sum.group", "云岭市第一中学", "合计")
    ]


# Income, funds and years


def test_funds_that_the_statement_of_income_does_not_know_are_none() -> None:
    rows = ["一、财政拨款收入|5.00|一、教育支出|6.00", "二、事业收入|1.00||", "收入总计|6.00|支出总计|6.00"]
    heads = "收入||支出|", "项目|预算数|项目|预算数"
    assert errors(table("部门收支总表", *heads, *rows)) == []
    wrong = [row.replace("1.00", "1.50") for row in rows]
    assert errors(table("部门收支总表", *heads, *wrong)) == [("sum.column", "收入总计", "收入/预算数")]


def test_what_was_carried_over_is_split_below_a_label_without_a_number() -> None:
    rows = [
        "一、一般公共预算拨款|5.00",
        "二、政府性基金预算拨款|1.00",
        "本年收入合计|6.00",
        "上年结转结余|3.00",
    ]
    rows += ["一、一般公共预算拨款|2.00", "二、政府性基金预算拨款|1.00", "收入总计|9.00"]
    made = sense(table("财政拨款收支总表", "项目|收入", *rows))
    flows = [words.partition(" ")[0] for words in scopes(made)]
    now, old = "flow=本年收入", "flow=上年结转"
    assert flows == [now, now, now, old, old, old, "flow=收入总计"]
    assert errors(table("财政拨款收支总表", "项目|收入", *rows)) == []


def test_last_year_beside_this_year_is_other_money() -> None:
    head = "科目编码|科目名称|2025年执行数|2026年预算数|增减额"
    one = table("2026年一般公共预算支出表", head, "2012604|档案馆|2.00|3.00|1.00", "|合计|2.00|3.00|1.00")
    two = table("2026年支出总表", "科目编码|科目名称|合计", "2012604|档案馆|3.00", "|合计|3.00")
    assert errors(one, two) == []


def test_a_fund_named_by_a_column_of_an_unknown_heading_is_not_summed() -> None:
    head = "科目编码|科目名称|合计|一般公共预算|云岭专户资金"
    assert errors(table("支出总表", head, "2012604|档案馆|3.00|2.00|1.00")) == []


# Rounding


def test_a_column_is_as_exact_as_its_most_exact_figure() -> None:
    head = "科目编码|科目名称|合计|基本支出|项目支出"
    whole = ["2012601|行政运行|3.34|2|1", "2012604|档案馆|5.00|3|2", "|合计|8.34|5|3"]
    assert errors(table("支出总表", head, *whole, unit="元")) == []
    one = ["2012601|行政运行|3.34|2.34|1.00", "2012604|档案馆|5.00|3.00|2.00", "|合计|8.34|5|3.00"]
    assert errors(table("支出总表", head, *one, unit="元")) == [
        ("sum.column", "合计", "基本支出"),
        ("sum.row", "合计", "合计"),
    ]


# Words that are lacking


def test_what_is_not_understood_is_listed_with_its_place() -> None:
    rows = ["科目编码|科目名称|合计|云岭专户资金", "201|一般公共服务支出|3.00|1.00"]
    found = list(unknown(read(book(table("部门应急储备支出表", *rows)), "book.txt")))
    assert [phrase for phrase, _ in found] == [
        Phrase("title", "应急储备"),
        Phrase("heading", "云岭专户资金"),
    ]
    assert found[1][1] == "book.txt 5:4"


# Money left at the year's end

OUT_BY_SOURCE = (
    "单位编码|单位名称|总计|一般公共预算拨款|上年结转",
    "|合计|{total}|10.00|{old}",
    "101001|甲局|{total}|10.00|{old}",
)
LEFT = table(
    "2026年部门收支总表",
    "收入||支出|",
    "项目|预算数|项目|预算数",
    "一、一般公共预算拨款|10.00|一、一般公共服务支出|10.00",
    "本年收入合计|10.00|本年支出合计|10.00",
    "上年结转|3.00|结转下年|3.00",
    "收入总计|13.00|支出总计|13.00",
)


@pytest.mark.parametrize(("total", "old", "wrong"), [("13.00", "3.00", 0), ("12.00", "2.00", 1)])
def test_a_table_of_expenditure_by_source_may_go_on_to_what_is_left(total: str, old: str, wrong: int) -> None:
    """Its total is 支出总计, with what goes on to next year, or it is 本年支出: nothing else."""
    rows = (row.format(total=total, old=old) for row in OUT_BY_SOURCE)
    found = errors(LEFT, table("2026年部门支出总表", *rows))
    assert found == [("same.across", "合计", "总计")] * wrong


def test_this_year_is_last_year_and_the_change() -> None:
    rows = ("科目编码|科目名称|上年|本年|比上年增减", "201|一般公共服务支出|100.00|120.00|{}")
    name = "2026年一般公共预算支出表"
    assert not errors(table(name, *rows).format("20.00"))
    assert errors(table(name, *rows).format("21.00")) == [("sum.row", "201 一般公共服务支出", "本年")]


def test_economic_classes_make_up_what_they_stand_under() -> None:
    rows = (
        "支出经济分类科目(按大类)|预算数",
        "一、部门预算|30.00",
        "1、人员经费和公用经费支出|10.00",
        "(1)工资福利支出|6.00",
        "(2)商品和服务支出|{}",
        "2、专项业务经费支出|20.00",
        "本年支出合计|{}",
    )
    assert not errors(table("支出总表", *rows).format("4.00", "30.00"))
    assert errors(table("支出总表", *rows).format("5.00", "31.00")) == [
        ("sum.column", "1、人员经费和公用经费支出", "预算数"),
        ("sum.column", "本年支出合计", "预算数"),
    ]


def untitled(amount: str, *units: str) -> list[tuple[str, str]]:
    """code and level of what is found of a list of projects without a title, beside a table of projects."""
    lines = [f"{unit}|道路养护|20.00" for unit in units]
    projects = table("项目支出表", "单位名称|项目名称|合计", f"合计||{20 * len(units)}.00", *lines)
    listed = table("主要项目", "项目|预算数|绩效目标", f"道路养护|{amount}|路面平整")
    made = read(book(projects, listed), "book.txt", NATIONAL)
    first, last = made.tables
    bare = replace(last, title=last.title._replace(text=""), form=None)
    found = audit(replace(made, tables=(first, bare))).findings
    return [(f.code, f.level) for f in found if f.terms]


def test_projects_listed_without_a_title_tie_to_their_table() -> None:
    assert not untitled("20.00", "甲局")
    assert untitled("21.00", "甲局") in ([("expect.across", "warning")], [("expect.same", "warning")])
    assert not untitled("20.00", "甲局", "乙中心")  # nothing says whose project it is


def test_what_makes_up_a_row_goes_by_each_of_its_codes() -> None:
    rows = (
        "项目|预算数",
        "合计|27.00",
        "1、公务接待费|2.00",
        "2、公务用车购置及运行费|25.00",
        "其中：（1）公务用车购置费|5.00",
        "（2）公务用车运行费|{}",
    )
    name = '一般公共预算"三公"经费支出表'
    assert not errors(table(name, *rows).format("20.00"))
    assert errors(table(name, *rows).format("21.00")) == [("sum.column", "2、公务用车购置及运行费", "预算数")]


@pytest.mark.parametrize(("printed", "meant"), [("34.0", "43.00"), ("430.00", "43.00")])
def test_rounded_sums_tell_an_amount_as_it_is_printed(printed: str, meant: str) -> None:
    rows = (
        "科目编码|科目名称|合计",
        "合计||{}",
        "201|一般公共服务支出|43.00",
        "203|国防支出|11.11",
        "204|公共安全支出|12.12",
    )
    name = "一般公共预算支出表"
    made = table(name, *rows).format("66.24").replace("43.00", printed)
    cause = told(made).causes[0]
    assert (cause.spots[0].row, cause.args.get("proposed")) == ("201 一般公共服务支出", meant)
