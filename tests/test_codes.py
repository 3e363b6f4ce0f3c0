"""The classifications: their files are sound, and codes and names are found in them."""

import csv
import re
from pathlib import Path

import pytest

from gouji import codes
from gouji.codes import Code

FOLDER = Path(codes.__file__).parent
FILES = sorted(FOLDER.glob("[0-9]*/*.csv"))
LISTS = [path for path in FILES if path.stem in codes.LISTS]

CLASSES = """
201 一般公共服务支出 202 外交支出 203 国防支出 204 公共安全支出 205 教育支出 206 科学技术支出
207 文化旅游体育与传媒支出 208 社会保障和就业支出 209 社会保险基金支出 210 卫生健康支出 211 节能环保支出
212 城乡社区支出 213 农林水支出 214 交通运输支出 215 资源勘探工业信息等支出 216 商业服务业等支出 217 金融支出
219 援助其他地区支出 220 自然资源海洋气象等支出 221 住房保障支出 222 粮油物资储备支出
223 国有资本经营预算支出 224 灾害防治及应急管理支出 227 预备费 229 其他支出 230 转移性支出 231 债务还本支出
232 债务付息支出 233 债务发行费用支出 234 抗疫特别国债安排的支出
"""
CLASS_ROWS = {name: code for code, name in re.findall(r"(\d+) (\S+)", CLASSES)}


LATEST = {
    listed.name: listed
    for listed in (codes.functions(), codes.economics(), codes.gov_economics(), codes.incomes())
}


def rows(path: Path) -> list[dict[str, str]]:
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter="\t" if path.suffix == ".tsv" else ","))


@pytest.mark.parametrize("path", LISTS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_list_is_sound(path: Path) -> None:
    listed = [row["code"] for row in rows(path)]
    assert listed == sorted(set(listed))
    for row in rows(path):
        assert row["level"] == {3: "1", 5: "2", 7: "3"}[len(row["code"])]
        assert row["parent"] == row["code"][:-2] * (row["level"] != "1")
        assert not row["parent"] or row["parent"] in listed
        assert row["name"] == row["name"].strip() != ""
        assert row["confidence"] in {"printed", "high", "medium", "low"}


@pytest.mark.parametrize("path", [*FILES, *FOLDER.glob("*.tsv")], ids=lambda path: path.stem)
def test_a_file_says_how_to_extend_it(path: Path) -> None:
    assert "# To extend: " in path.read_text(encoding="utf-8")


def test_other_names_belong_to_listed_codes() -> None:
    for row in rows(FOLDER / "aliases.tsv"):
        listed = LATEST[row["list"]]
        assert row["code"] in listed
        assert listed.match(row["code"], row["name"]) == row["kind"]
        assert row["source"]


def test_moved_codes_are_gone_and_their_successors_listed() -> None:
    for row in rows(FOLDER / "moved.tsv"):
        successor = codes.functions().moved(row["was"])
        assert row["list"] == "functional"
        assert row["was"] not in codes.functions()
        assert successor is not None
        assert (successor.code, successor.name) == (row["code"], row["name"])


def test_the_two_economic_lists_are_joined_by_listed_codes() -> None:
    for row in rows(FOLDER / "2025" / "economic_gov_dept_map.csv"):
        assert row["gov_code"] in codes.gov_economics()
        assert row["dept_code"].rstrip("*") in codes.economics()


def test_a_code() -> None:
    listed = codes.functions(2026)
    assert listed.get("2014001") == Code("2014001", "行政运行", 3, "20140", True, "一般公共预算")
    assert listed.get("201") == Code("201", "一般公共服务支出", 1, None, True, "一般公共预算")
    assert listed.get("2999999") is None
    assert "20140" in listed
    assert len(listed) == len(list(listed)) > 1600


def test_the_lists_know_what_they_are() -> None:
    assert codes.functions().title == "支出功能分类科目"
    assert [codes.functions().name, codes.incomes().name] == ["functional", "income"]
    assert not codes.functions().official


def test_a_year_without_a_list_falls_back_to_the_nearest() -> None:
    assert codes.functions(1999) is codes.functions(2026) is codes.functions()
    assert codes.incomes(2026).year == 2025
    assert codes.functions(2026).year == 2026


def test_a_name_is_found_however_it_is_printed() -> None:
    listed = codes.functions()
    assert [code.code for code in listed.named("信访业务")] == ["2014004"]
    assert listed.named("“两房” 建设") == listed.named('"两房"建设') != ()
    assert listed.named("增值税“五五分享”税收返还支出") != ()
    assert [code.code for code in codes.economics().named("维修(护)费")] == ["30213"]
    assert len(listed.named("行政运行")) > 50
    assert listed.named("没有的科目") == ()


def test_normal_names() -> None:
    assert codes.normal(" 维修（护）费\u3000") == codes.normal("维修(护)费")
    assert codes.normal("＂Ａ１＂") == codes.normal("“A1”") == codes.normal("「A1」")


@pytest.mark.parametrize(("name", "code"), CLASS_ROWS.items())
def test_a_class_row_is_found(name: str, code: str) -> None:
    found = codes.functions(2026).class_named(name)
    assert found is not None
    assert (found.code, found.level) == (code, 1)


def test_a_class_row_is_never_an_item() -> None:
    assert len(CLASS_ROWS) == 30
    assert codes.functions().class_named("行政运行") is None
    assert codes.functions().class_named("医疗卫生与计划生育支出") == codes.functions().get("210")


def test_every_class_row_of_the_real_book_is_found(real_book: Path) -> None:
    lines = real_book.read_text(encoding="utf-8-sig").splitlines()
    starts = [at for at, line in enumerate(lines) if line.startswith("## ")][:2]
    for start, count in zip(starts, (30, 26), strict=True):
        printed = "\n".join(lines[start : start + 50]).split("\n## ")[0]
        names = re.findall(r"\t[（(]?[一二三四五六七八九十]+[）)、]([^\t\n]+)\t", printed)
        names = [name for name in names if name[:2] not in ("本年", "年终")]
        assert len(names) == count
        assert [name for name in names if codes.functions(2026).class_named(name) is None] == []


def test_every_code_and_name_of_the_real_book_is_listed(real_book: Path) -> None:
    text = real_book.read_text(encoding="utf-8-sig")
    printed = set(re.findall(r"(?m)(?:^|\t)([23]\d{2}|[23]\d{4}|2\d{6})\t([^\t\d\n]{2,})", text))
    assert len(printed) > 40
    for code, name in printed:
        listed = codes.functions(2026) if code[0] == "2" else codes.economics(2026)
        assert listed.match(code, name) == "listed", (code, name)


def test_how_a_name_stands_to_a_code() -> None:
    assert codes.functions().match("210", "卫生健康支出") == "listed"
    assert codes.functions().match("210", "医疗卫生与计划生育支出") == "former"
    assert codes.economics().match("303", "对个人和家庭补助") == "alias"
    assert codes.functions().match("210", "教育支出") is None
    assert codes.functions().match("999", "教育支出") is None


def test_children() -> None:
    listed = codes.functions()
    assert {code.parent for code in listed.children("20140")} == {"20140"}
    assert [code.code for code in listed.children("")] == list(CLASS_ROWS.values())
    assert listed.children("2014001") == ()


def test_find() -> None:
    assert [(name, code.code) for name, code in codes.find("30231")] == [("economic_dept", "30231")]
    assert [code.code for _, code in codes.find("20140")][:3] == ["20140", "2014001", "2014002"]
    assert codes.find("信访业务")[0][1].code == "2014004"
    assert {name for name, _ in codes.find("公务用车")} == {"economic_dept", "economic_gov"}
    assert [code.code for _, code in codes.find("医疗卫生与计划生育支出")] == ["210"]
    assert codes.find("") == codes.find("查无此名") == []
