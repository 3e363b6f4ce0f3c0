"""Reports: JSON against its schema, a page that is safe and linked both ways, a terminal's 80 cells."""

import json
import re
from collections import Counter
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from rich.cells import cell_len
from rich.console import Console

from gouji.audit import Audit, Coverage, audit
from gouji.book import Book, Cell, Column, Place, Table
from gouji.findings import Cause, Finding, Outcome, Spot, Term
from gouji.messages import LANGUAGES, catalogue
from gouji.read import read
from gouji.report import data, html, index, layout, terminal
from gouji.report.locate import CELL, HEADING, NOTE, PROSE, TITLE, Index, Where
from gouji.report.sheet import merged
from gouji.report.view import distinct, ids, view
from gouji.report.words import arithmetic, safe
from tests.conftest import REPO

SAMPLE = REPO / "src" / "gouji" / "samples" / "yunnan-2026.txt"
GALLERY = sorted((REPO / "tests" / "errors").glob("*.txt"))
SCHEMA = json.loads((REPO / "src" / "gouji" / "report" / "schema.json").read_text(encoding="utf-8"))
HOSTILE = "<script>alert(1)</script>\"onload='x'&amp;\x1b[31m\u202e"


@pytest.fixture(scope="module", params=[SAMPLE, *GALLERY, "real", "hostile"], ids=lambda p: Path(p).stem)
def told(request: pytest.FixtureRequest) -> Audit:
    """The audit of each test book in turn."""
    if request.param == "hostile":
        return hostile()
    path = request.getfixturevalue("real_book") if request.param == "real" else request.param
    return audited(path)


@pytest.fixture(scope="module")
def sample() -> Audit:
    return audited(SAMPLE)


def audited(path: Path) -> Audit:
    return audit(read(path.read_bytes(), path.name))


def hostile() -> Audit:
    """The sample with markup and control characters in its title, headings, cells, notes and prose."""
    text = SAMPLE.read_text(encoding="utf-8")
    text = text.replace("云溪市科学技术馆", f"云溪市{HOSTILE}馆")
    text = text.replace("基本工资", HOSTILE).replace("科目名称", f"科目名称{HOSTILE}")
    return audit(read(f"{HOSTILE}\n\n{text}".encode(), HOSTILE))


# JSON


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_report_fits_the_schema(told: Audit, lang: str) -> None:
    line = data.line(data.report(told, lang))
    assert len(line.splitlines()) == 1
    problems = [problem.message for problem in Draft202012Validator(SCHEMA).iter_errors(json.loads(line))]
    assert problems == []


def test_a_report_says_what_the_audit_says(told: Audit) -> None:
    report = data.report(told, "zh")
    levels = Counter(finding.level for finding in told.findings)
    assert report["summary"] == {f"{level}s": levels[level] for level in ("error", "warning", "note")}
    assert [table["form"] for table in report["tables"] if table["state"] == "absent"] == list(
        told.book.absent
    )
    finding_ids = [finding["id"] for finding in report["findings"]]
    assert len(set(finding_ids)) == len(finding_ids)
    cause_ids = {cause["id"] for cause in report["causes"]}
    assert {finding["cause"] for finding in report["findings"]} <= {None, *cause_ids}
    assert all(set(cause["findings"]) <= set(finding_ids) for cause in report["causes"])


def test_a_report_is_strict() -> None:
    report = data.report(hand_made(), "zh")
    assert Draft202012Validator(SCHEMA).is_valid(report)
    report["findings"][0]["more"] = 1
    assert not Draft202012Validator(SCHEMA).is_valid(report)


def test_amounts_are_in_yuan_with_two_decimals() -> None:
    first = data.report(hand_made(), "zh")["findings"][0]
    assert (first["printed"], first["implied"], first["difference"]) == ("100.00", "70.00", "30.00")


def test_findings_that_read_the_same_have_ids_of_their_own() -> None:
    one, other = spot(0, 0, 1), spot(0, 0, 1)._replace(place=Place("x", 9, 2))
    told = ids([Finding("read.beyond", (s,)) for s in (one, other)])
    assert told[1] == f"{told[0]}-2"
    assert distinct(["a", "b", "a", "a"]) == ["a", "b", "a-2", "a-3"]


def test_a_line_has_no_line_separators_of_any_kind() -> None:
    assert len(data.line({"text": "a\u2028b\u2029c\x85d\ne"}).splitlines()) == 1
    assert json.loads(data.line({"text": "a\u2028b\x85"})) == {"text": "a\u2028b\x85"}


def test_a_book_as_data_keeps_every_cell_and_place(sample: Audit) -> None:
    book = data.book_data(sample.book, "zh")
    for table, told in zip(sample.book.tables, book["tables"], strict=True):
        assert [column["path"] for column in told["columns"]] == [
            list(column.path) for column in table.columns
        ]
        cells = [[(cell["text"], cell["place"]) for cell in row] for row in told["rows"]]
        assert cells == [[(cell.text, cell.place.as_dict()) for cell in row] for row in table.rows]


# HTML


class Page(HTMLParser):
    """The tags of a page, its ids, its links, and the text of each element with an id."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[tuple[str, str | None]] = []
        self.inside: dict[str, list[str]] = {}  # id -> the links in it
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.tags.append((tag, told))
        if tag not in ("meta", "link", "input", "col", "br"):
            self.open.append((tag, told.get("id")))
        for _, id in self.open:
            if id and tag == "a":
                self.inside.setdefault(id, []).append(told.get("href") or "")

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop()[0] == tag

    @property
    def ids(self) -> list[str]:
        return [told["id"] or "" for _, told in self.tags if "id" in told]

    @property
    def links(self) -> list[str]:
        return [told["href"] or "" for tag, told in self.tags if tag == "a"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_page_is_well_formed_and_every_link_leads_somewhere(told: Audit, lang: str) -> None:
    page = Page(html.page(told, lang))
    assert page.open == []
    assert [id for id, count in Counter(page.ids).items() if count > 1] == []
    assert {link for link in page.links if link.removeprefix("#") not in set(page.ids)} == set()


def test_a_page_refers_to_nothing_outside_itself(told: Audit) -> None:
    source = html.page(told, "zh")
    assert (
        "http:" not in source and "https:" not in source and "url(" not in source and "@import" not in source
    )
    for tag, told_ in Page(source).tags:
        assert "src" not in told_
        assert tag != "link" or told_["href"] == "data:,"
        assert tag != "a" or (told_["href"] or "").startswith("#")


def test_hostile_text_is_shown_and_does_nothing() -> None:
    source = html.page(hostile(), "zh")
    page = Page(source)
    assert [tag for tag, _ in page.tags].count("script") == 1
    assert not any(name.startswith("on") for _, told in page.tags for name in told)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in source or "alert(1)" in source
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", source)
    entry = index.Entry(HOSTILE, 'x">y.html', HOSTILE, 2026, (1, 0, 0))
    listed = Page(index.index([entry, index.Entry(HOSTILE, problem=HOSTILE)], "zh"))
    assert [tag for tag, _ in listed.tags].count("script") == 1


def test_the_policy_names_the_script_that_runs() -> None:
    from base64 import b64encode
    from hashlib import sha256

    source = html.page(hand_made(), "zh")
    script = re.search(r"<script[^>]*>(.*?)</script>", source, re.DOTALL)
    assert script
    assert f"'sha256-{b64encode(sha256(script[1].encode()).digest()).decode()}'" in source


def test_findings_and_cells_link_to_each_other(told: Audit) -> None:
    page = Page(html.page(told, "zh"))
    for shown in view(told).shown:
        targets = {link[1:] for link in page.inside.get(f"f{shown.number}", ())}
        marked = {id for id in page.ids if f"#f{shown.number}" in page.inside.get(id, ()) and id[0] in "tpa"}
        cells = {id for id in marked if re.fullmatch(r"t\d+r\d+c\d+", id)}
        assert not cells or cells & targets, (shown.number, shown.finding.code)


def test_every_finding_has_one_card(told: Audit) -> None:
    page = Page(html.page(told, "zh"))
    numbers = [int(id[1:]) for id in page.ids if re.fullmatch(r"f\d+", id)]
    assert sorted(numbers) == list(range(1, len(told.findings) + 1))


def test_a_page_says_its_language_and_is_readable_by_machines(sample: Audit) -> None:
    page = Page(html.page(sample, "en"))
    tags = Counter(tag for tag, _ in page.tags)
    assert tags["main"] == tags["h1"] == tags["header"] == tags["nav"] == tags["footer"] == 1
    assert next(told for tag, told in page.tags if tag == "html")["lang"] == "en"
    assert tags["table"] == tags["caption"]
    heads = [told for tag, told in page.tags if tag == "th" and told.get("class") != "common"]
    assert all(told.get("scope") in ("col", "colgroup", "row") for told in heads)


paths = st.lists(st.lists(st.sampled_from("甲乙丙"), max_size=4).map(tuple), min_size=1, max_size=12).map(
    tuple
)


@given(paths)
def test_merged_headings_cover_every_place_once(columns: tuple[tuple[str, ...], ...]) -> None:
    rows = merged(columns)
    covered = Counter(
        (level + down, head.column + across)
        for level, row in enumerate(rows)
        for head in row
        for across in range(head.across)
        for down in range(head.down)
    )
    depth = max(map(len, columns))
    assert covered == {(level, column): 1 for level in range(depth) for column in range(len(columns))}


def test_merged_headings_are_those_printed() -> None:
    rows = merged((("编码",), ("基本支出", "小计"), ("基本支出", "公用"), ("项目支出",)))
    told = [[(head.text, head.column, head.across, head.down) for head in row] for row in rows]
    assert told == [
        [("编码", 0, 1, 2), ("基本支出", 1, 2, 1), ("项目支出", 3, 1, 2)],
        [("小计", 1, 1, 1), ("公用", 2, 1, 1)],
    ]


def test_the_index_lists_books_and_what_could_not_be_read() -> None:
    entries = [
        index.Entry("a.txt", "a b.html", "甲局", 2026, (3, 2, 1)),
        index.Entry("b.txt", problem="空的"),
    ]
    source = index.index(entries, "zh")
    assert 'href="a%20b.html"' in source and "甲局" in source and "空的" in source


# Terminal


def shown(told: Audit, lang: str = "zh", width: int = 80, **options: object) -> str:
    file = StringIO()
    terminal.write(told, lang, Console(file=file, width=width, **options))  # type: ignore[arg-type]
    return file.getvalue()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_terminal_of_80_cells_is_enough(told: Audit, lang: str) -> None:
    assert max(map(cell_len, shown(told, lang).split("\n"))) <= 80
    assert max(map(cell_len, shown(told, lang, 50).split("\n"))) <= 50


def test_the_last_line_counts(sample: Audit) -> None:
    last = shown(sample).rstrip().split("\n")[-1]
    levels = Counter(finding.level for finding in sample.findings)
    assert last.startswith(f"错误 {levels['error']}，警告 {levels['warning']}，提示 {levels['note']}；")


def test_text_for_a_file_is_plain_and_colour_adds_nothing(told: Audit) -> None:
    plain = shown(told)
    assert "\x1b" not in plain
    coloured = shown(told, force_terminal=True, color_system="standard")
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain


def test_findings_with_a_cause_come_first(sample: Audit) -> None:
    text = shown(sample)
    assert text.index(f"原因 {sample.causes[0].id}") < text.index("其他发现") < text.index("未核对")
    assert re.findall(r"^ *(\d+)\. ", text, re.MULTILINE) == [str(n + 1) for n in range(len(sample.findings))]


def test_a_finding_shows_its_row_with_the_cell_marked_and_the_whole_sum() -> None:
    text = shown(hand_made())
    row = next(line for line in text.split("\n") if line.strip() == "合计 | 100.00")
    marks = text.split("\n")[text.split("\n").index(row) + 1]
    assert marks.index("^") == cell_len(row[: row.index("100.00")])
    assert marks.strip() == "^^^^^^"
    assert "100.00 ≠ 30.00 + 40.00 = 70.00；差额（元）30.00" in text


def test_what_was_not_checked_is_said_with_the_reason() -> None:
    text = shown(hand_made())
    assert "本册没有印出可以这样核对的数字。 (bound.project)" in text
    assert "没有看懂的文字" in text and "怪词" in text


wordy = st.text(alphabet=st.sampled_from("预算支出合计abc 1,0.；（）“”。"), max_size=120)


@given(wordy, st.integers(min_value=4, max_value=60))
def test_wrapping_loses_nothing_and_keeps_the_width(text: str, width: int) -> None:
    lines = layout.wrap(safe(text), width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(cell_len(line) <= width for line in lines)


@given(st.lists(st.text(alphabet="预算1,.", max_size=30), min_size=1, max_size=20), st.data())
def test_an_excerpt_marks_what_it_should_and_fits(texts: list[str], draw: st.DataObject) -> None:
    at = draw.draw(st.integers(min_value=0, max_value=len(texts) - 1))
    texts[at] = texts[at] or "空白"
    row, marks = layout.excerpt(texts, {at}, 60)
    assert cell_len(row) <= 60
    assert marks.count("^") == min(cell_len(texts[at]), layout.CELL_WIDTH) or layout.LEFT_OUT in row


# What reports share


def test_alternatives_are_one_group_and_further_findings_are_named_by_number() -> None:
    groups = view(hand_made()).groups
    assert [[cause.id for cause in group.causes] for group in groups] == [["C1", "C2"], ["C3"], []]
    assert [[one.number for one in group.shown] for group in groups] == [[1], [], [2]]
    assert groups[1].shared == (1,)


def test_a_sum_of_tables_in_different_units_is_written_in_yuan() -> None:
    told = hand_made()
    table = told.book.tables[0]
    in_wan = Table(table.title, "12", table.columns, table.rows, fen=1_000_000)
    book = Book("x", "甲局", 2026, "yunnan-2026", 100, (table, in_wan))
    both = Finding(
        "same.across",
        (),
        printed=100_000_000,
        implied=0,
        terms=(Term(1, 100_000_000, spot(1, 0, 1)), Term(-1, None, spot(0, 1, 1))),
    )
    sum_ = arithmetic(both, book)
    assert sum_ and (sum_.unit, sum_.total, sum_.terms[0].amount) == ("元", "1,000,000.00", "")
    alone = Finding("bound.part", (), printed=100_000_000, implied=0, terms=both.terms[:1], relation="<=")
    sum_ = arithmetic(alone, book)
    assert sum_ and (sum_.unit, sum_.total, sum_.sign) == ("万元", "100.00", ">")


def test_every_kind_of_place_is_found() -> None:
    told = hand_made()
    table = told.book.tables[0]
    kinds = {
        CELL: (table.rows[1][1], 0, Where(CELL, 0, 1, 1)),
        TITLE: (table.title, 0, Where(TITLE, 0)),
        NOTE: (table.notes[0], 0, Where(NOTE, 0)),
        PROSE: (told.book.prose[0], -1, Where(PROSE, -1)),
        HEADING: (Cell("金额", table.columns[1].place), 0, Where(HEADING, 0, 0, 1)),
    }
    found = Index(told.book)
    for cell, number, where in kinds.values():
        assert found.where(Spot("x", "", "", cell.text, cell.place, number)) == where
    assert found.where(Spot("07", "", "", "", Place("x"))) is None
    assert found.where(Spot("07", "", "", "", Place("x"), 99)) is None


def test_safe_text_is_one_plain_line() -> None:
    assert safe(" a\n b\tc\u3000d ") == "a b c d"
    assert safe("a\x1b[2J\u202e\x00b") == "a\ufffd[2J\ufffd\ufffdb"


def hand_made() -> Audit:
    """A table 合计 100 over 甲 30 and 乙 40, with causes that overlap and a text that is not understood."""
    total, parts = spot(0, 0, 1), (spot(0, 1, 1), spot(0, 2, 1))
    terms = (Term(1, 10000, total), Term(-1, 3000, parts[0]), Term(-1, 4000, parts[1]))
    args = {"form": "06", "row": "合计", "column": "金额", "printed": "100.00", "implied": "70.00"}
    wrong = Finding("sum.column", (total, *parts), args, printed=10000, implied=7000, terms=terms)
    beyond = Finding("read.beyond", (spot(0, 2, 0),), {"count": "1"}, level="note")

    def cause(id: str, kind: str, rank: int, *findings: str) -> Cause:
        return Cause(id, kind, (total,), args, 3000, None, rank, findings, tied=rank > 1, slip="digit")

    causes = (
        cause("C1", "wrong-total", 1, wrong.id),
        cause("C2", "missing-row", 2, wrong.id),
        cause("C3", "extra-row", 1, wrong.id, "gone"),
    )
    outcomes = (
        Outcome("sum.column", "broken", 1),
        Outcome("sum.row", "held", 4),
        Outcome("bound.project", "not-checked", 0, "no-such-figures"),
    )
    unknown = (Cell("怪词", Place("x", 4, 2)),)
    return Audit(book(), (wrong, beyond), causes, outcomes, Coverage(3, 3, 3, unknown))


def book() -> Book:
    cells = (("合计", "100.00"), ("甲", "30.00"), ("乙", "40.00"))
    rows = tuple(
        tuple(Cell(text, Place("x", 5 + r, 1 + c)) for c, text in enumerate(row))
        for r, row in enumerate(cells)
    )
    columns = (Column(("项目",), "", Place("x", 4, 1)), Column(("金额",), "", Place("x", 4, 2)))
    notes = (Cell("说明：无。", Place("x", 9, 1)),)
    table = Table(Cell("2026年部门政府性基金预算支出预算表", Place("x", 1, 1)), "06", columns, rows, notes)
    prose = (Cell("前言", Place("x", 20, 1)),)
    return Book("x", "甲局", 2026, "yunnan-2026", 100, (table,), prose, absent=("07",))


def spot(table: int, row: int, column: int) -> Spot:
    names = ("合计", "甲", "乙")
    texts = ("100.00", "30.00", "40.00")
    text = texts[row] if column else names[row]
    return Spot("06", names[row], ("项目", "金额")[column], text, Place("x", 5 + row, 1 + column), table)


def test_the_words_of_reports_take_the_same_arguments_in_both_languages() -> None:
    for code, entry in catalogue().items():
        if code.startswith(("report.", "cli.")):
            names = [sorted(re.findall(r"{(\w*)}", template)) for template in (entry.zh, entry.en)]
            assert entry.zh and entry.en and names[0] == names[1], code
            assert entry.level == ""
