"""What sentences claim, and what of it is certainly wrong: invented sentences in many wordings."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from gouji.book import Cell, Place
from gouji.checks import SAID
from gouji.checks.said import CHECKS
from gouji.findings import ERROR, WARNING, Finding
from gouji.meaning import Sense, understand
from gouji.narrative import narrative
from gouji.narrative.arithmetic import growth, growth_by, rounded, share
from gouji.narrative.claims import THIS
from gouji.narrative.marks import drops_zeros, marks
from gouji.narrative.subjects import subject
from gouji.narrative.text import Paragraph, paragraphs
from gouji.read import read

ERRORS = Path(__file__).parent / "errors"
WAN = 1_000_000
UNIT = "云岭市档案馆"
TABLE = (ERRORS / "prose.amount.txt").read_text(encoding="utf-8").partition("## ")[2]


def book(*lines: str) -> str:
    """A book with these lines, and with 01-1: income and expenditure of 765,000.00."""
    return "\n\n".join([f"{UNIT}2026年部门预算编制说明", *lines, f"## {TABLE}"])


def sense_of(text: str) -> Sense:
    return understand(read(text.encode(), "book.txt"))


def findings(*lines: str) -> list[Finding]:
    sense = sense_of(book(*lines))
    return [finding for check in CHECKS.values() for finding in check(sense).findings]


def found(*lines: str) -> list[str]:
    return [finding.code for finding in findings(*lines)]


def among(*lines: str) -> list[str]:
    """What is found among the sentences, the tables left aside."""
    return [code for code in found(*lines) if code not in ("prose.amount", "prose.magnitude")]


def test_every_check_of_sentences_is_in_the_list() -> None:
    assert tuple(CHECKS) == SAID


# Rates

RATES = [
    "2026年收入预算110.00万元，比上年增加10.00万元，增长{}%。",
    "2026年收入预算110.00万元，较上年预算数增加10.00万元，增幅{}%。",
    "2026年收入预算110.00万元，与上年相比增加10.00万元，增长{}%，主要是人员增加。",
    "2026年收入预算110.00万元，与2025年预算相比，增加10.00万元，上升{}%。",
    "2026年收入预算为110.00万元,2025年预算数为100.00万元,同比增长{}%。",
    "2025年当年预算执行数为100.00万元，2026年预算安排110.00万元，比2025年预算执行数增加{}%。",
    "2026年收入预算110.00万元，比2025年年初预算数100.00万元增加10.00万元，增加{}%。",
    "2026年收入预算１１０．００万元，比去年增加１０．００万元，增长率为{}％。",
    "档案馆（项）110.00万元，主要用于档案保管。比上年执行数增加10.00万元，增长{}%。",
    "2026年财政拨款收支总预算110.00万元。与上年相比，财政拨款收、支总计各增加10.00万元，增长{}%。",
    "三公经费110.00万元（其中：公务接待费2.00万元），比上年增加10.00万元，增长{}%。",
]


@pytest.mark.parametrize("sentence", RATES)
def test_a_rate_follows_from_its_amounts(sentence: str) -> None:
    assert among(sentence.format("10.00")) == []
    assert among(sentence.format("11.00")) == ["prose.rate"]


@pytest.mark.parametrize(
    ("rate", "wrong"),
    [
        *(("32.24", False), ("32.2", False), ("32.25", False), ("32", False), ("32.3", False), ("33", False)),
        *(("32.0", True), ("24.38", True), ("3.22", True), ("33.5", True)),
    ],
)
def test_a_rate_may_be_rounded_or_cut_off(rate: str, wrong: bool) -> None:
    said = among(f"2026年收入预算123.06万元，比上年增加30.00万元，增长{rate}%。")
    assert said == (["prose.rate"] if wrong else [])


def test_a_fall_is_counted_from_last_year() -> None:
    sentence = "2026年收入预算75.00万元，比上年减少25.00万元，下降{}%。"
    assert among(sentence.format("25.00")) == []
    assert among(sentence.format("33.33")) == ["prose.rate"]


def test_what_a_rate_should_be_is_told() -> None:
    (finding,) = findings("2026年预算安排1,500.00万元，比2025年预算执行数2,000.00万元减少2.50%。")
    assert (finding.code, finding.level) == ("prose.rate", ERROR)
    assert finding.args["printed"] == "-2.50%"
    assert finding.args["implied"] == "-25.00%"
    assert finding.spots[0].place.line == 3


@pytest.mark.parametrize(
    "sentence",
    [
        # the change is of the whole, not of the part before it
        "2026年支出预算110.00万元，其中：基本支出60.00万元，项目支出50.00万元。2026年预算比2025年预算增加10.00万元，增长10.00%。",
        "2026年支出预算110.00万元，其中：基本支出60.00万元，比上年增加10.00万元，增长10.00%。",
        # of another subject, or on another base
        "2026年收入预算110.00万元，其中事业收入增加10.00万元，增长50.00%。",
        "2026年收入预算110.00万元，扣除一次性项目后，比上年增加10.00万元，增长30.00%。",
        "2026年收入预算110.00万元，同口径比上年增加10.00万元，增长30.00%。",
        "2026年收入预算110.00万元，比上年预算数增加10.00万元，比上年执行数增长25.00%。",
        "2026年收入预算110.00万元，主要原因是社保缴费比例提高2.00个百分点，缴费基数增长6.00%。",
        "2026年收入预算110.00万元，比2024年增加10.00万元，增长90.00%。",
        # from nothing there is no rate; nor from what is only known roughly
        "2026年收入预算110.00万元，比上年增加110.00万元，增长100.00%。",
        "2026年收入预算约110.00万元，比上年增加10.00万元，增长12.00%。",
        "2026年收入预算110.00万元，比上年增加10.00万元，增长约12%。",
        "2026年收入预算110万元，比上年增加10万元，增长10.5%。",
        # of what is not money of the year
        "单价100万元以上设备2台，比上年增加50万元，增长30%。",
        "2026年收入预算110.00万元，上年结转20.00万元，增长45.00%。",
        "公用经费增加至110.00万元，增长3.00%。",
    ],
)
def test_what_is_not_certain_is_not_cried(sentence: str) -> None:
    assert among(sentence) == []


def test_zeros_that_were_dropped_only_warn() -> None:
    amounts = "、".join(f"项目{k}经费{k}1.{k}7万元" for k in range(1, 10))
    lines = (
        f"项目支出包括{amounts}、其他经费12.34万元。",
        "公务接待费24.62万元，比上年减少2.7万元，下降9.75%。",
    )
    assert [(f.code, f.level) for f in findings(*lines) if f.code != "prose.amount"] == [
        ("prose.rate", WARNING)
    ]
    assert among(lines[1]) == []


# Changes and directions


@pytest.mark.parametrize(
    ("sentence", "code"),
    [
        ("2026年收入预算76.50万元，2025年预算数为75.00万元，比上年增加1.50万元。", None),
        ("2026年收入预算76.50万元，较上年的75.00万元增加1.50万元。", None),
        ("2026年收入预算76.50万元，较上年的75.00万元增加2.50万元。", "prose.change"),
        ("2026年收入预算76.50万元，较上年的75.00万元减少1.50万元。", "prose.direction"),
        ("2025年预算数为75.00万元，2026年预算安排76.50万元，比上年减少2.00%。", "prose.direction"),
        ("2026年收入预算76.50万元，比上年增加1.50万元，下降2.00%。", "prose.direction"),
        ("2026年收入预算76.50万元，比上年增加-1.50万元，下降1.92%。", None),
        ("2025年预算数为75.00万元，2026年预算安排76.50万元，与上年持平。", "prose.direction"),
        ("2025年预算数为75.00万元，2026年预算安排76.50万元，与上年基本持平。", None),
        ("2025年预算数为76.50万元，2026年预算安排76.50万元，与上年预算数相同。", None),
    ],
)
def test_changes(sentence: str, code: str | None) -> None:
    assert among(sentence) == ([code] if code else [])


# Shares


@pytest.mark.parametrize(
    ("last", "wrong"), [("5.49%", False), ("5.5%", False), ("5.50%", False), ("5.94%", True), ("54.9%", True)]
)
def test_shares(last: str, wrong: bool) -> None:
    sentence = (
        "2026年支出预算76.50万元，其中：一般公共服务支出61.50万元，占80.39%；"
        "社会保障和就业支出7.20万元，占9.41%；卫生健康支出3.60万元，占4.71%；住房保障支出4.20万元，占"
    )
    assert among(f"{sentence}{last}。") == (["prose.share"] if wrong else [])


def test_shares_run_over_paragraphs() -> None:
    lines = [
        "2026年支出预算合计76.50万元，其中：",
        "基本支出51.00万元，占66.67%；",
        "项目支出25.50万元，占{}%。",
    ]
    assert among(*lines[:2], lines[2].format("33.33")) == []
    assert among(*lines[:2], lines[2].format("23.33")) == ["prose.share"]


@pytest.mark.parametrize(
    "sentence",
    [
        "委托业务费20.00万元，占项目支出的31.00%。",
        "2026年支出预算76.50万元，其中基本支出51.00万元，占财政拨款支出的70.00%。",
        "全市研发投入200亿元，占生产总值的3.20%；技术合同成交额50亿元，占0.90%。",
    ],
)
def test_a_share_of_an_unknown_whole_is_not_cried(sentence: str) -> None:
    assert among(sentence) == []


# Lists


@pytest.mark.parametrize(
    ("sentence", "code"),
    [
        ("政府采购预算总额12.00万元，其中：货物8.50万元、工程0.00万元、服务3.50万元。", None),
        ("政府采购预算总额12.50万元，其中：货物8.50万元、工程0.00万元、服务3.50万元。", "prose.sum"),
        ("政府采购预算总额12.50万元，其中：货物类8.50万元、服务类3.50万元。", None),
        (
            "政府采购预算总额20.00万元，其中面向中小企业采购15.00万元，货物12.00万元、工程0.00万元、服务8.00万元。",
            None,
        ),
        (
            "“三公”经费预算6.00万元，其中：因公出国（境）费0万元；公务用车购置及运行费3.00万元，"
            "其中公务用车购置费0万元，公务用车运行费3.00万元；公务接待费2.00万元。",
            "prose.sum",
        ),
        (
            "“三公”经费、会议费、培训费合计9.00万元，其中因公出国（境）费0万元，公务用车购置及运行费3.00万元，公务接待费2.00万元。",
            None,
        ),
        ("基本支出51.00万元，其中：人员经费45.00万元、公用经费6.00万元。", None),
        ("基本支出51.00万元，其中：人员经费45.00万元、公用经费7.00万元。", "prose.sum"),
        (
            "基本支出51.00万元，其中：人员经费40.00万元、公用经费6.00万元、对个人和家庭的补助5.00万元。",
            None,
        ),
        (
            "基本支出51.00万元，其中：人员经费40.00万元、对个人和家庭的补助5.00万元、公用经费6.00万元。",
            None,
        ),
    ],
)
def test_lists(sentence: str, code: str | None) -> None:
    assert among(sentence) == ([code] if code else [])


def test_changes_of_parts_make_up_the_change() -> None:
    whole = "2026年“三公”经费预算5.00万元，比上年减少{}万元。"
    items = (
        "（一）因公出国（境）费0.00万元，与上年持平。",
        "（二）公务用车购置及运行费3.00万元，比上年减少1.00万元。",
        "（三）公务接待费2.00万元，比上年增加0.20万元。",
    )
    assert among(whole.format("0.80"), *items) == []
    assert among(whole.format("1.20"), *items) == ["prose.change-sum"]


# Units and numbers


@pytest.mark.parametrize(
    ("sentence", "code"),
    [
        ("2026年收入预算76.51元，其中：财政拨款收入76.51万元。", "prose.unit"),
        ("人均1,200元，共计项目经费1,200万元。", None),
        ("2026年收入预算765,000.00元，其中：财政拨款收入76.50万元。", None),
        ("项目经费1,541.50.00万元。", "prose.number"),
        ("依据1.2.3节，项目经费20.00万元。", None),
    ],
)
def test_units_and_numbers(sentence: str, code: str | None) -> None:
    assert among(sentence) == ([code] if code else [])


def test_one_point_gives_one_amount() -> None:
    head = "1、公共安全支出（204类）司法（06款）行政运行（01项）51.00万元。主要用于基本支出。"
    last = "2025年当年预算执行数为50.00万元，"
    assert among(f"{head}{last}2026年预算安排51.00万元。") == []
    assert among(f"{head}{last}2026年预算安排15.00万元。") == ["prose.two-amounts"]
    assert among(f"{head}{last}2026年项目支出安排15.00万元。") == []


# Against the tables: 01-1 prints 765,000.00 on both sides


@pytest.mark.parametrize(
    ("sentence", "code"),
    [
        ("2026年收入预算76.50万元，支出预算76.50万元。", None),
        ("2026年收入预算75.60万元。", "prose.amount"),
        (f"{UNIT}2026年度收入、支出预算总计76.50万元。", None),
        (f"{UNIT}2026年度收入、支出预算总计77.50万元。", "prose.amount"),
        ("2026年一般公共预算财政拨款支出预算77.50万元。", "prose.amount"),
        ("本部门支出预算总计765,000.00元。", None),
        ("本部门支出预算总计765.00万元。", "prose.magnitude"),
        ("本部门支出预算总计7.65万元。", "prose.magnitude"),
        ("本部门支出预算总计77万元。", None),
        ("一般公共服务支出（类）61.50万元，住房保障支出（类）4.20万元。", None),
        ("一般公共服务支出（类）61.50万元，住房保障支出（类）4.80万元。", "prose.amount"),
        (
            "其中：一般公共服务支出61.50万元、社会保障和就业支出7.20万元、卫生健康支出3.90万元。",
            "prose.amount",
        ),
        # not of this book, this year or these words
        ("2025年收入预算75.60万元。", None),
        ("上年支出预算75.60万元。", None),
        ("2024年收入预算为75.60万元，支出预算为75.60万元。", None),
        ("截至2025年底累计支出75.60万元。", None),
        ("食堂收入20.00万元，支出18.00万元。", None),
        ("下属档案技术中心收入预算20.00万元。", None),
        ("主要用于档案数字化等方面的支出20.00万元。", None),
        ("2026年收入预算约75万元。", None),
        ("政府采购支出预算12.00万元。", None),
        ("档案库房项目100.00万元，其中事业收入20.00万元，其他收入80.00万元。", None),
    ],
)
def test_against_the_tables(sentence: str, code: str | None) -> None:
    assert found(sentence) == ([code] if code else [])


def test_what_stands_under_another_unit_is_its_own() -> None:
    assert found("一、云岭市档案技术中心", "2026年支出预算20.00万元。") == []


def test_a_figure_printed_elsewhere_only_warns() -> None:
    (finding,) = findings("2026年收入预算61.50万元。")
    assert (finding.code, finding.level) == ("prose.amount", WARNING)


def test_both_places_are_told() -> None:
    (finding,) = findings("2026年收入预算75.60万元。")
    said, printed = finding.spots
    assert said.table == -1 and said.place.line == 3
    assert printed.form == "01-1" and finding.args["implied"] == "765,000.00"


@pytest.mark.parametrize(
    ("sentence", "wrong"),
    [
        ("本部门2026年没有使用政府性基金预算拨款安排的支出。", True),
        ("本单位无政府性基金预算支出、国有资本经营预算支出。", True),
        ("本部门无当年政府性基金预算收支，并已公开空表。", True),
        ("收入全部为一般公共预算拨款（无政府性基金及国有资本经营预算拨款）。", True),
        ("本部门无当年国有资本经营预算收支。", False),
        ("本部门无2025年结转的政府性基金预算支出。", False),
        ("政府性基金预算支出较上年无增减。", False),
        ("下属单位无政府性基金预算支出。", False),
    ],
)
def test_nothing_said_of_what_has_money(sentence: str, wrong: bool) -> None:
    tiny = (ERRORS / "prose.nothing-said.txt").read_text(encoding="utf-8")
    sense = sense_of(tiny.replace("本部门2026年没有使用政府性基金预算拨款安排的支出。", sentence))
    assert bool(CHECKS["prose.nothing-said"](sense).findings) == wrong


# Words


@pytest.mark.parametrize(
    ("sentence", "wrong"),
    [
        ("医疗卫生与计划生育支出（类）3.60万元。", True),
        ("医疗卫生与计划生育支出（210类）行政事业单位医疗（11款）3.60万元。", True),
        ("社会保障和就业支出（类）行政事业单位离退休（款）5.00万元。", True),
        ("卫生健康支出（类）行政事业单位医疗（款）3.60万元。", False),
        ("负责医疗卫生与计划生育支出标准的制定。", False),
        ("原医疗卫生与计划生育支出（类）调整为卫生健康支出（类）。", False),
        ("行政事业单位养老支出（款）行政单位离退休（项）5.00万元。", False),
    ],
)
def test_outdated_names(sentence: str, wrong: bool) -> None:
    assert ("prose.name-outdated" in found(sentence)) == wrong


def test_a_name_was_right_in_its_time() -> None:
    text = book("医疗卫生与计划生育支出（类）3.60万元。").replace("2026年", "2018年")
    assert not CHECKS["prose.name-outdated"](sense_of(text)).findings


@pytest.mark.parametrize(
    ("sentence", "wrong"),
    [
        ("公务接待费2.00万元，比上年减少0.50万元，主要原因是。", True),
        ("公务接待费2.00万元，比上年减少0.50万元，主要原因是：厉行节约。", False),
        ("公务接待费2.00万元，比上年减少0.50万元，主要是压减接待等原因。", False),
    ],
)
def test_reasons(sentence: str, wrong: bool) -> None:
    assert ("prose.reason-missing" in found(sentence)) == wrong


def test_a_book_of_tables_alone_need_not_have_a_narrative() -> None:
    assert found() == []


# The room itself


def prose(*lines: str) -> list[Cell]:
    return [Cell(line, Place("book.pdf", page=k)) for k, line in enumerate(lines, 1)]


def test_lines_that_a_page_broke_are_joined() -> None:
    told = paragraphs(
        prose(
            "一、机关运行经费情况",
            "2026年机关运行经费预算总计211",
            "万元，比上年增加1.00万",
            "元。",
            "（一）公用经费20.00万元。",
        )
    )
    assert [p.text for p in told] == [
        "一、机关运行经费情况",
        "2026年机关运行经费预算总计211万元,比上年增加1.00万元。",
        "(一)公用经费20.00万元。",
    ]
    assert told[1].heading == "一、机关运行经费情况"
    assert told[1].cell(told[1].text.index("1.00")).place.page == 3


def test_headers_of_pages_are_left_out() -> None:
    header = "云岭市档案馆2026年度部门预算公开"
    told = paragraphs(prose(header, "公用经费20.00万元，", header, f"比上年增加1.00万元。{header}", header))
    assert [p.text for p in told] == ["公用经费20.00万元,比上年增加1.00万元。"]


@pytest.mark.parametrize(
    ("text", "value", "step"),
    [
        ("1,682.76万元", 168276 * 10**4, 10**4),
        ("1682.76万。", 168276 * 10**4, 10**4),
        ("3.5亿元", 35 * 10**9, 10**9),
        ("20元", 2000, 100),
        ("-1.50万元", -150 * 10**4, 10**4),
        ("7.10%", Fraction(71, 10), Fraction(1, 100)),
    ],
)
def test_numbers_are_exact(text: str, value: Fraction, step: Fraction) -> None:
    (mark,) = marks(text)
    assert (mark.value, mark.step) == (value, step)


@pytest.mark.parametrize("text", ["2026年", "30103万能卡", "W-07万元", "1.2.3万元", "9" * 40 + "万元"])
def test_what_is_no_amount(text: str) -> None:
    assert not [mark for mark in marks(text) if mark.is_amount]


def test_zeros_are_dropped_only_where_none_is_printed() -> None:
    two = "".join(f"{k}.27万元" for k in range(1, 12))
    assert drops_zeros(two + "2.7万元")
    assert not drops_zeros(two + "2.70万元")
    assert not drops_zeros("2.77万元2.7万元")


def test_rates_are_known_within_the_printed_places() -> None:
    this, change = marks("110.00万元10.00万元")
    (last,) = marks("100.00万元")
    known, same = growth_by(this, change, 1), growth(this, last)
    assert known and same and known.plain == same.plain == 10
    assert known.low < 10 < known.high
    part = share(last, this)
    assert part and rounded(part.plain, 2) == "90.91"
    assert growth_by(this, this, 1) is None


@pytest.mark.parametrize(("number", "text"), [("5/2", "3"), ("-5/2", "-3"), ("1999/1000", "2"), ("0", "0")])
def test_rounding(number: str, text: str) -> None:
    assert rounded(Fraction(number), 0) == text


@pytest.mark.parametrize(
    ("phrase", "words"),
    [
        ("2026年本部门收入预算", "flow=收入总计"),
        ("(二)支出预算总计", "flow=支出总计"),
        (f"{UNIT}2026年一般公共预算当年财政拨款支出预算数为", "fund=一般公共预算"),
        ('2026年财政拨款"三公"经费预算数为', "economic=30212|30217|30231|30913|31013"),
        ("其中基本支出", "kind=基本支出"),
        ("一般公共服务支出(类)档案事务(款)档案馆(项)2026年预算数为", "function=2012604"),
        ("1、公共安全支出(204类)司法(06款)行政运行(01项)", "function=2040601"),
        ("公共安全支出-司法-行政运行", "function=2040601"),
        ("行政运行(2040601)", "function=2040601"),
        ("2040601-行政运行", "function=2040601"),
        ("包括社会保障和就业支出", "function=208"),
        ('4."住房保障支出"科目', "function=221"),
        ("工资福利支出(301)", "economic=301"),
    ],
)
def test_subjects(phrase: str, words: str) -> None:
    scope = subject(phrase, UNIT, 2026)
    assert scope is not None and words in scope.words()


@pytest.mark.parametrize(
    "phrase",
    ["", "支出", "项目经费", "食堂收入", "下属单位支出预算", "行政运行", "用于项目支出", "工资福利支出"],
)
def test_words_that_say_anything_else_are_no_subject(phrase: str) -> None:
    assert subject(phrase, UNIT, 2026) is None


def test_claims_keep_their_places() -> None:
    sense = sense_of(book("2026年收入预算76.50万元，比上年增加1.50万元，增长2.00%。"))
    read_ = narrative(sense.book)
    (claims,) = read_.claims
    (level,), (change,) = claims.levels, claims.changes
    assert read_.year == 2026
    assert (level.mark.value, level.year, level.phrase) == (765 * WAN / 10, THIS, "2026年收入预算")
    assert change.level == level and change.amount and change.rate and change.sign == 1
    assert isinstance(claims.paragraph, Paragraph)


@pytest.mark.parametrize(
    "text", ["（" * 5000, "占" * 5000, "增加1万元" * 2000, "1，" * 5000, "9" * 5000 + "元"]
)
def test_hostile_prose_takes_no_long(text: str) -> None:
    found(text)


def test_indicators_about_peoples_rights_are_not_computed() -> None:
    assert found("信访件数下降10.00%，群众投诉100件，比上年减少50件，下降5.00%。") == []
