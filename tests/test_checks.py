"""The checks beyond arithmetic: each on a tiny book that breaks it, put right, and on a real book."""

from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from gouji.checks import CHECKS
from gouji.findings import (
    ERROR,
    HELD,
    NOT_APPLICABLE,
    NOT_CHECKED,
    NOTE,
    WARNING,
    Finding,
    Outcome,
    outcome_of,
)
from gouji.meaning import Sense, understand
from gouji.messages import LANGUAGES, catalogue, say
from gouji.read import read

ERRORS = Path(__file__).parent / "errors"
WITHOUT = "table.none"  # its book is mended by another text: see test_read_formats.py
CODES = [c.code for c in CHECKS if (ERRORS / f"{c.code}.txt").exists() and c.code != WITHOUT]
"""Those that a text of tables can break; for the others see the gallery and the tests of their readers."""

# code -> what to replace in its tiny book, by what, and so on, so that the check has nothing to say any more
MENDED: dict[str, tuple[str, ...]] = {
    "read.headings": (
        "\t\t财政拨款结转结余\t\t\t\t",
        "政府性基金预算\t国有资本经营预算\t财政拨款结转结余\t\t\t财政专户管理资金\t",
        "另文下达\t政府性基金预算\t国有资本经营预算\t",
        "另文下达\t\t\t",
        "国有资本经营预算\t财政专户管理资金\t小计",
        "国有资本经营预算\t\t小计",
    ),
    "read.beyond": ("\t\t以上不含上年结转", ""),
    "read.cut-off": ("\n云岭市档案馆\t530100210000000012346\t福利费", ""),
    "read.shifted-row": ("\n满意度指标", "\n\t\t满意度指标"),
    "read.not-amount": ("120,0OO.00", "120,000.00"),
    "read.not-understood": ("特定事项支出", "项目支出"),
    "title.unknown": ("部门项目支出预算明细表", "部门项目支出预算表"),
    "table.none": (
        "人员经费增加。\n",
        "人员经费增加。\n\n## 2026年部门支出预算表\n\n科目编码\t科目名称\t合计\n"
        "201\t一般公共服务支出\t76.50\n",
    ),
    "table.absent": (
        "2026年上级转移支付补助项目支出预算表",
        "附表",
    ),  # now less than half of the forms are there
    "table.order": ("## 2026年新增资产配置表", "## 2026年部门收入预算表"),
    "table.duplicate": ("故此表为空。\n\n## 2026年部门政府采购", "故此表为空。\n\n## 2026年部门政府购买服务"),
    "table.empty-undeclared": ("合 计\n", "合 计\n\n本单位2026年没有政府性基金预算支出。\n"),
    "table.declared-but-filled": ("说明：云岭市档案馆2026年无新增资产，故此表为空。", ""),
    "table.wrong-statement": ("无政府购买服务支出", "无政府采购支出"),
    "table.statement-typo": ("无上转移", "无上级转移"),
    "year.other": ("2025年", "2026年"),
    "year.text": ("2024年", "2026年"),
    "unit.other": ("云岭市图书馆", "云岭市档案馆"),
    "money-unit.missing": ("云岭市档案馆\n", "云岭市档案馆\n\n单位：元\n"),
    "money-unit.differs": ("万元", "元"),
    "row.duplicate": ("60,000.00\n专项业务类", "60,000.00\n事业发展类"),
    "row.group-missing": (
        "\n专项业务类\t530100261000000000005",
        "\n\t\t设备更新专项经费\t\t\t\t\t\t20,000.00\t20,000.00\t20,000.00\n专项业务类\t530100261000000000005",
    ),
    "amount.negative": ("-30,000.00", "30,000.00"),
    "amount.product": ("3,300.00", "3,000.00"),
    "code.form": ("20126041", "2012604"),
    "code.unknown": ("2012688", "2012604"),
    "code.moved": ("2010308", "20140"),
    "code.name": ("委托费", "委托业务费"),
    "code.mismatch": ("30208", "30209"),
    "code.renamed": ("行政事业单位离退休", "行政事业单位养老支出"),
    "code.government": ("50101", "30101"),
    "code.depth": ("20126\t档案事务", "2012604\t档案馆"),
    "code.parent": ("2012604\t档案馆", "20126\t档案事务"),
    "code.order": ("208", "100"),
    "code.fund": ("部门一般公共预算支出预算表（按功能科目分类）", "部门支出表"),
    "project.two-names": ("档案库房维修专项经费", "档案数字化专项经费"),
    "project.two-codes": ("530100261000000000002", "530100261000000000001"),
    "project.code-form": ("53010026100000000001", "530100261000000000001"),
    "project.code-year": ("530100281000000000001", "530100261000000000001"),
    "project.unlisted": ("档案馆库房维修经费", "档案库房维修专项经费"),
    "withheld.name-remains": ("信创产品购置专项经费", "档案数字化专项经费"),
    "target.no-money": ("档案库房维修专项经费", "档案数字化专项经费"),
    "target.missing": ("档案库房维修专项经费", "档案数字化专项经费"),
    "target.goal-missing": ("档案数字化专项经费\t\t", "档案数字化专项经费\t完成馆藏档案数字化。\t"),
    "target.goal-differs": ("完成馆藏档案数字化。", "完成馆藏档案数字化，提高查阅效率。"),
    "target.coverage": (
        "\t\t产出指标\t质量指标",
        "\t\t效益指标\t社会效益\t甲\t=\t乙\n\t\t满意度指标\t满意度",
    ),
    "target.duplicate": ("\t\t产出指标\t数量指标\t档案数字化数量", "\t\t产出指标\t数量指标\t档案扫描数量"),
    "target.conflict": ("更新扫描仪15台", "更新扫描仪9台"),
    "target.purchase": ("购置", "维护"),
    "target.level": ("产出指标\t社会效益", "效益指标\t社会效益"),
    "target.level-unknown": ("工作指标", "数量指标"),
    "target.operator-name": (">=\t>=", "档案数字化数量\t>="),
    "target.operator": ("约", "≥"),
    "target.incomplete": ("档案数字化数量\t\t\t", "档案数字化数量\t>=\t20000\t"),
    "target.attribute": ("页\t数量", "页\t定量"),
    "target.number": ("若干", "20,000"),
    "target.measure": ("20000\t\t", "20000\t页\t"),
    "target.percent": ("950", "95"),
    "target.comparison": ("<=\t10月底", "=\t10月底"),
    "target.qualitative-number": ("页\t定性", "页\t定量"),
    "target.direction": ("设备故障率\t>=", "设备故障率\t<="),
    "text.numbering": ("二是培训", "三是培训"),
    "text.placeholder": ("XX年", "2026年"),
    "text.doubled": ("档案数字化数量档案数字化数量。", "档案数字化数量。"),
    "text.other-unit": ("市教育局计划更新扫描仪", "会同市教育局更新扫描仪"),
    "text.privacy": ("，联系人手机：13800138000", ""),
    "prose.rate": ("3.00%", "2.00%"),
    "prose.change": ("2.50", "1.50"),
    "prose.direction": ("减少", "增加"),
    "prose.share": ("7.41%", "4.71%"),
    "prose.sum": ("12.50", "12.00"),
    "prose.change-sum": ("接待费2.00万元，比上年减少0.50万元", "接待费2.00万元，与上年持平"),
    "prose.unit": ("76.51元", "76.51万元"),
    "prose.number": ("76.50.00", "76.50"),
    "prose.two-amounts": ("65.10", "61.50"),
    "prose.amount": ("75.60", "76.50"),
    "prose.magnitude": ("7.65", "76.50"),
    "prose.nothing-said": ("政府性基金预算拨款收入\t30,000.00", "政府性基金预算拨款收入\t"),
    "prose.name-outdated": ("医疗卫生与计划生育支出", "卫生健康支出"),
    "prose.part-missing": ("六、名词解释", "六、政府采购和名词解释"),
    "prose.reason-missing": ("主要原因是。", "主要原因是厉行节约。"),
}

TARGETS = """## 2026年部门项目支出绩效目标表

单位名称：云岭市档案馆

{columns}
{numbers}
云岭市档案馆
{row}
"""
COLUMNS = (
    "单位名称、项目名称",
    "项目年度绩效目标",
    "一级指标",
    "二级指标",
    "三级指标",
    "指标性质",
    "指标值",
    "度量单位",
    "指标属性",
    "指标内容",
)


def sense_of(text: str) -> Sense:
    return understand(read(text.encode(), "book.txt"))


def findings(sense: Sense, code: str) -> tuple[Finding, ...]:
    return next(check for check in CHECKS if check.code == code).run(sense).findings


def found(text: str) -> set[str]:
    sense = sense_of(text)
    return {finding.code for check in CHECKS for finding in check.run(sense).findings}


def tiny(code: str) -> str:
    return (ERRORS / f"{code}.txt").read_text(encoding="utf-8")


def target(
    goal: str = "完成数字化。",
    name: str = "数字化数量",
    operator: str = ">=",
    value: str = "9",
    measure: str = "页",
    note: str = "",
) -> str:
    """A book of one indicator."""
    row = (
        "档案数字化专项经费",
        goal,
        "产出指标",
        "数量指标",
        name,
        operator,
        value,
        measure,
        "定量指标",
        note,
    )
    numbers = map(str, range(1, len(row) + 1))
    return TARGETS.format(columns="\t".join(COLUMNS), numbers="\t".join(numbers), row="\t".join(row))


@pytest.mark.parametrize("code", CODES)
def test_a_tiny_book_breaks_each_check(code: str) -> None:
    broken = findings(sense_of(tiny(code)), code)
    assert broken
    assert {finding.code for finding in broken} == {code}
    assert all(spot.form and spot.place.file == "book.txt" for finding in broken for spot in finding.spots)


@pytest.mark.parametrize("code", CODES)
def test_the_same_book_put_right_does_not(code: str) -> None:
    text = tiny(code)
    for old, new in zip(MENDED[code][::2], MENDED[code][1::2], strict=True):
        assert old in text
        text = text.replace(old, new)
    assert not findings(sense_of(text), code)


@pytest.mark.parametrize("code", CODES)
def test_each_check_is_in_the_catalogue(code: str) -> None:
    entry = catalogue()[code]
    assert entry.level in (ERROR, WARNING, NOTE)
    assert all(entry)


@pytest.mark.parametrize("code", CODES)
def test_a_message_has_all_its_arguments(code: str) -> None:
    for finding in findings(sense_of(tiny(code)), code):
        for lang in LANGUAGES:
            template = catalogue()[code].message(lang)
            wanted = {name for _, name, _, _ in Formatter().parse(template) if name}
            assert wanted <= finding.args.keys()
            assert "{" not in say(code, lang, finding.args)


def test_every_check_tells_what_became_of_it(real_book: Path) -> None:
    books = [path.read_bytes() for path in sorted(ERRORS.glob("*.txt"))] + [real_book.read_bytes()]
    for book in books:
        sense = understand(read(book, "book.txt"))
        for outcome in (outcome_of(check.code, check.run(sense)) for check in CHECKS):
            if outcome.outcome in (NOT_APPLICABLE, NOT_CHECKED):
                assert outcome.reason is not None
                assert f"reason.{outcome.reason}" in catalogue(), outcome
            else:
                assert outcome.cases > 0, outcome


def test_few_forms_do_not_make_the_others_absent() -> None:
    check = next(check for check in CHECKS if check.code == "table.absent")
    result = check.run(sense_of(tiny("code.name")))
    assert outcome_of(check.code, result) == Outcome("table.absent", NOT_CHECKED, 0, "edition-unsure")


@pytest.mark.parametrize(
    "goal",
    [
        "截至2024年完成数字化。",
        "按《2024年档案工作要点》完成数字化。",
        "按云档〔2024〕5号完成数字化。",
        "完成2024—2026年数字化。",
        "2025年完成四成，2026年完成六成。",
    ],
)
def test_another_year_may_stand_in_a_goal(goal: str) -> None:
    assert "year.text" not in found(target(goal=goal))


@pytest.mark.parametrize(
    ("goal", "slip"),
    [
        ("一是甲；二是乙；三是丙，做好归档、整理等工作。", False),
        ("一是甲；二是乙；四是丙，做好归档、整理等工作。", True),
        ("1.甲。2.乙。3.丙。1.丁。2.戊。做好归档、整理等工作。", False),
        ("1.甲：（1）子；（2）丑。2.乙：（1）寅；（2）卯。3.丙。", False),
        ("1.甲，包括：1.子；2.丑。2.乙，做好归档、整理等工作。", False),
        ("1.甲，包括：1.子；2.丑。4.乙，做好归档、整理等工作。", True),
        ("1.甲：1、子；2、丑。2.乙：1、寅；2、卯。3.丙，做好归档。", False),
        ("1. 甲。 2. 乙。 3. 丙。4、丁。 4. 戊，做好归档、整理等工作。", True),
        ("完成3.5万页，达到95.5%，其中2.1万页，做好归档、整理等工作。", False),
    ],
)
def test_numbering_runs_on(goal: str, slip: bool) -> None:
    assert ("text.numbering" in found(target(goal=goal))) == slip


@pytest.mark.parametrize("name", ["上访率", "群众投诉率", "信访事项发生率", "举报次数", "越级上访故障时间"])
def test_indicators_about_peoples_rights_are_not_judged(name: str) -> None:
    codes = found(target(name=name, operator=">=", value="150", measure="%"))
    assert not codes & {"target.direction", "target.percent", "target.number", "target.comparison"}


@pytest.mark.parametrize(
    ("name", "wrong"), [("设备故障率", True), ("设备故障降低率", False), ("故障处理及时率", False)]
)
def test_the_direction_of_an_indicator(name: str, wrong: bool) -> None:
    assert ("target.direction" in found(target(name=name, value="5", measure="%"))) == wrong


@pytest.mark.parametrize(
    ("name", "value", "wrong"),
    [("合格率", "100", False), ("合格率", "100.5", True), ("增长率", "150", False)],
)
def test_percentages(name: str, value: str, wrong: bool) -> None:
    assert ("target.percent" in found(target(name=name, value=value, measure="%"))) == wrong


@pytest.mark.parametrize(
    ("goal", "value", "torn"),
    [
        ("更新扫描仪9台。", "9", False),
        ("更新扫描仪5台、打印机4台。", "9", False),
        ("更新扫描仪15台。", "9", True),
        ("更新扫描仪9台次。", "8", False),
        ("更新扫描仪。", "9", False),
    ],
)
def test_counts_agree_within_a_project(goal: str, value: str, torn: bool) -> None:
    assert ("target.conflict" in found(target(goal=goal, value=value, measure="台"))) == torn


@pytest.mark.parametrize(
    ("goal", "other"),
    [
        ("市委组织部应替代数为15台计算机。", True),
        ("云岭市档案馆计划更新15台计算机。", False),
        ("接受国家档案局、省档案局培训，配合市财政局验收15台计算机。", False),
        ("市财政局负责验收。", False),
    ],
)
def test_whose_plan_a_goal_is(goal: str, other: bool) -> None:
    assert ("text.other-unit" in found(target(goal=goal))) == other


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("身份证号11010519491231002X。", ERROR),
        ("身份证号110105194912310021。", None),
        ("开户行账号：6222021234567890123。", WARNING),
        ("项目编号530100261000000000001。", None),
        ("咨询电话0874-3123456。", None),
    ],
)
def test_personal_numbers(text: str, level: str | None) -> None:
    told = findings(sense_of(target(note=text)), "text.privacy")
    assert [finding.level for finding in told] == ([level] if level else [])


def test_a_personal_number_is_shown_masked() -> None:
    (finding,) = findings(sense_of(target(note="身份证号11010519491231002X。")), "text.privacy")
    shown = [*finding.args.values(), *(part for spot in finding.spots for part in (spot.text, spot.row))]
    assert not any("194912310" in text for text in shown)
    assert finding.spots[0].text == "身份证号110*************2X。"


def test_one_name_of_two_units_may_have_two_codes() -> None:
    text = tiny("project.two-codes")
    head, _, tail = text.rpartition("档案数字化专项经费\t云岭市档案馆")
    assert "project.two-codes" not in found(f"{head}档案数字化专项经费\t云岭市图书馆{tail}")


def test_tables_of_many_years_leave_the_year_open() -> None:
    text = tiny("year.other").replace("## 2026年", "## 2025年", 1).replace("## 2026年", "## 2024年", 1)
    check = next(check for check in CHECKS if check.code == "year.other")
    assert check.run(sense_of(text)).not_checked == "years-mixed"


def listed(sense: Sense) -> Iterator[tuple[str, str, str, tuple[int, ...]]]:
    for check in CHECKS:
        for finding in check.run(sense).findings:
            forms = "、".join(dict.fromkeys(spot.form for spot in finding.spots))
            yield (
                finding.code,
                finding.level,
                forms,
                tuple(sorted({spot.place.line for spot in finding.spots})),
            )


def test_the_real_book(real_book: Path) -> None:
    sense = understand(read(real_book.read_bytes(), real_book.name))
    twenty = (146, 147, 149, 158, 162, *range(164, 170), 172, 176, 177, 182, 183, 184, 186, 189, 191, 192)
    assert sorted(listed(sense)) == sorted(
        [
            ("read.headings", NOTE, "04", (140,)),
            ("read.beyond", NOTE, "04", (143,)),
            ("read.cut-off", ERROR, "04", (192,)),
            ("read.shifted-row", ERROR, "05-2", (280,)),
            ("read.shifted-row", ERROR, "05-2", (281,)),
            ("read.shifted-row", ERROR, "05-2", (282,)),
            ("read.shifted-row", ERROR, "05-2", (283,)),
            ("table.absent", ERROR, "01-2", (0,)),
            ("table.absent", ERROR, "01-3", (0,)),
            ("table.absent", ERROR, "07", (0,)),
            ("table.absent", ERROR, "09-1", (0,)),
            ("table.statement-typo", NOTE, "11", (359,)),
            ("row.duplicate", NOTE, "05-1", tuple(range(207, 216))),
            ("row.group-missing", WARNING, "05-1", tuple(range(216, 221))),
            ("project.two-names", ERROR, "05-1", (207, 216)),
            ("project.code-form", WARNING, "04", twenty),
            ("project.code-form", WARNING, "05-1", (222, 227)),
            ("withheld.name-remains", WARNING, "05-2", (264,)),
            ("target.coverage", WARNING, "05-2", (264,)),
            ("target.conflict", WARNING, "05-2", (264, 265)),
            ("target.purchase", WARNING, "05-2", (265,)),
            ("target.level", ERROR, "09-2", (328, 334)),
            ("target.level", ERROR, "09-2", (329, 335)),
            ("target.operator-name", ERROR, "09-2", tuple(range(325, 336))),
            ("target.comparison", NOTE, "05-2", (251, 252, 253, 254, 277, 278)),
            ("text.numbering", WARNING, "05-2", (246,)),
            ("text.numbering", WARNING, "05-2", (267,)),
            ("text.doubled", NOTE, "05-2", (264,)),
            ("text.other-unit", WARNING, "05-2", (264,)),
        ]
    )


def test_what_holds_on_the_real_book(real_book: Path) -> None:
    sense = understand(read(real_book.read_bytes(), real_book.name))
    held = {c.code for c in CHECKS if outcome_of(c.code, c.run(sense)).outcome == HELD}
    assert {"code.unknown", "code.name", "code.parent", "unit.other", "year.other", "target.missing"} <= held
