"""The drafted narrative: it says what the book prints, the checks understand it, blanks are marked."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import sample
from benchmarks.ledgers import random_ledger
from gouji.audit import audit
from gouji.book import Book
from gouji.checks.said.common import subject_words
from gouji.checks.said.figures import figures
from gouji.cli import main
from gouji.draft import Amounts, blanks, compared, draft_of, merging, of_book, of_ledger, wording
from gouji.draft.templates import amounts, parts
from gouji.findings import NOTE
from gouji.forms import Edition, edition
from gouji.ledger import Chapter, Ledger, compile
from gouji.ledger.compiling import prose
from gouji.ledger.reading import read_ledger
from gouji.meaning import Sense, understand
from gouji.messages import say
from gouji.narrative import Narrative, narrative
from gouji.narrative.subjects import subject
from gouji.read import read
from gouji.write.formats import made
from gouji.write.ledger import tables, workbook
from gouji.write.text import document
from tests.published import YUNNAN

NATIONAL = edition("national-2016")
EDITIONS = pytest.mark.parametrize("forms", [YUNNAN, NATIONAL], ids=lambda forms: forms.name)
SEEDS = range(12)
_LISTED = re.compile("政府采购(?:货物|工程|服务)预算$")
"""Amounts that the checks understand by the list that they make up."""
_BLANK = re.compile("【待填：[^】]*】")


def ledger(seed: int, **options: bool) -> Ledger:
    return random_ledger(random.Random(seed), **options)


def last_year(this: Ledger) -> Ledger:
    """Half the money and none of every seventh line; of income what is spent."""
    lines = [replace(line, year=line.year - 1, fen=line.fen // 200 * 100) for line in this.lines]
    return replace(this, year=this.year - 1, lines=tuple(lines))


def amounts_of(one: Ledger, forms: Edition = YUNNAN) -> Amounts:
    return of_ledger(one, understand(compile(one, forms)))


def drafted(one: Ledger, forms: Edition = YUNNAN, last: Ledger | None = None) -> tuple[Chapter, ...]:
    return draft_of(one, amounts_of(one, forms), amounts_of(last, forms) if last else None)


def published(one: Ledger, told: tuple[Chapter, ...], forms: Edition = YUNNAN) -> Book:
    """The book with its narrative, written as a text and read again."""
    made = replace(compile(one, forms), prose=prose(told))
    return read(document(made, forms), "book.txt", forms.name)


def text(told: tuple[Chapter, ...]) -> str:
    return "\n".join(f"{part.title}\n{part.text}" for part in told)


def filled(told: tuple[Chapter, ...]) -> tuple[Chapter, ...]:
    """As if a clerk had filled every blank in."""
    return tuple(part._replace(text=_BLANK.sub("已按实际情况填写", part.text)) for part in told)


# What it says


@EDITIONS
@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_is_found_in_a_draft_but_its_blanks(forms: Edition, seed: int) -> None:
    one = ledger(seed, withheld=False)
    plain = {(f.code, f.id) for f in audit(published(one, (), forms)).findings}
    told = drafted(one, forms, last_year(one) if seed % 2 else None)
    found = audit(published(one, told, forms)).findings
    new = [f for f in found if f.level != NOTE and (f.code, f.id) not in plain]
    assert {f.code for f in new} <= {"text.placeholder"}
    assert sum(blanks(told).values()) == text(told).count("【待填")
    assert [
        f.code for f in audit(published(one, filled(told), forms)).findings if f.code[:5] == "prose"
    ] == []


@EDITIONS
@pytest.mark.parametrize("seed", SEEDS)
def test_every_amount_is_understood_and_is_that_of_the_book(forms: Edition, seed: int) -> None:
    one = ledger(seed, withheld=seed % 3 == 0)
    book = published(one, drafted(one, forms, last_year(one)), forms)
    sense, read_again = understand(book), narrative(book)
    assert sum(len(claims.levels) for claims in read_again.claims) > 15
    assert not list(not_understood(sense, read_again))
    assert all(change.level for claims in read_again.claims for change in claims.changes)


def not_understood(sense: Sense, told: Narrative):  # type: ignore[no-untyped-def]
    for claims in told.claims:
        for level in claims.levels:
            words = subject_words(claims, level)
            scope = subject(words, sense.book.unit, sense.book.year or 0)
            if level.year != "this" or (scope is None and not _LISTED.search(level.phrase)):
                yield words
            elif scope and (same := figures(sense).exactly(scope)):
                slack = level.mark.step
                near = (*same, *figures(sense).like(scope))
                if not any(abs(level.mark.value - p.amount) <= slack for p in near):
                    yield words, level.mark.text


def test_changes_are_exact_and_reasons_are_left_to_the_department() -> None:
    one = ledger(3, withheld=False)
    grown = replace(one, lines=tuple(replace(x, fen=x.fen * 3) for x in one.lines))
    told = text(drafted(grown, last=replace(one, year=2025, lines=last_lines(one))))
    this = amounts_of(grown).of(amounts()["收入总计"])
    assert this is not None
    total, more = (wording.amount(fen, "") for fen in (this, this // 3 * 2))
    assert f"收入预算总计{total}，比上年增加{more}，增长200.00%，主要原因是【待填" in told


def last_lines(one: Ledger):  # type: ignore[no-untyped-def]
    return tuple(replace(line, year=line.year - 1) for line in one.lines)


def test_what_did_not_change_is_level_and_asks_for_no_reason() -> None:
    one = ledger(3, withheld=False)
    told = text(drafted(one, last=replace(one, year=one.year - 1, lines=last_lines(one))))
    assert "与上年持平" in told and "比上年增加" not in told and "比上年减少" not in told
    kept = [line for line in told.splitlines() if "与上年持平" in line and "原因" in line]
    assert kept == []


def test_without_last_year_comparisons_are_blanks() -> None:
    told = text(drafted(ledger(5, withheld=False)))
    assert "比上年【待填：增加或减少的金额和比例】" in told and "持平" not in told and "增长" not in told


@pytest.mark.parametrize(
    ("this", "last", "said"),
    [
        (11_000_000, 10_000_000, "比上年增加1.00万元，增长10.00%"),
        (10_000_000, 11_000_000, "比上年减少1.00万元，下降9.09%"),
        (1_000_000, 0, "比上年增加1.00万元"),
        (0, 1_000_000, "比上年减少1.00万元，下降100.00%"),
        (0, 0, "与上年持平"),
        (10**12 + 100, 10**12, "比上年增加1.00元，增长不到0.01%"),
        (None, 1, f"比上年{wording.CHANGE}"),
        (1, None, f"比上年{wording.CHANGE}"),
    ],
)
def test_changes_in_words(this: int | None, last: int | None, said: str) -> None:
    assert wording.change(this, last) == said


def test_amounts_round_half_up_and_small_ones_are_in_yuan() -> None:
    assert wording.amount(1_005_000, "") == "1.01万元"
    assert wording.amount(4_999, "") == "49.99元"
    assert wording.amount(0, "") == "0.00万元"
    assert wording.amount(None, "甲") == "【待填：甲的金额】"
    assert wording.share(1, 3) == "33.33%" and wording.share(1, 0) == "【待填：比例】"


# Secrets and last year


def test_secret_money_is_not_told() -> None:
    one = sample.ledger()
    assert any(line.withheld for line in one.lines)
    this = amounts_of(one)
    assert this.of(amounts()["项目支出"]) is None  # its only table leaves the secret project out
    assert this.of(amounts()["支出总计"]) is not None
    told = text(drafted(one))
    assert "【待填：项目支出的金额】" in told
    assert not any(line.project in told for line in one.lines if line.withheld)


@EDITIONS
@pytest.mark.parametrize("seed", range(6))
def test_a_published_book_says_what_its_ledger_says(forms: Edition, seed: int) -> None:
    """What no table prints a book does not say; it never says anything else."""
    one = ledger(seed, withheld=False)
    of_lines, of_print = amounts_of(one, forms), of_book(understand(published(one, (), forms)))
    told = {name: (of_lines.of(named), of_print.of(named)) for name, named in amounts().items()}
    assert all(b is None or a == b for a, b in told.values())
    assert sum(b is not None for _, b in told.values()) > 15
    rows = compared(of_lines, of_print)
    assert rows and all(row.this == row.last for row in rows)


@pytest.mark.parametrize("format", ["text", "xlsx", "docx", "pdf"])
def test_last_years_book_gives_the_same_draft_in_any_format(format: str) -> None:
    one = ledger(3, withheld=False)
    before = last_year(one)
    ((_, data),) = made(format, before, compile(before, YUNNAN), YUNNAN)
    told = draft_of(one, amounts_of(one), of_book(understand(read(data, "last", YUNNAN.name))))
    assert told == drafted(one, last=before)


def test_a_book_that_contradicts_itself_is_not_taken_at_its_word() -> None:
    one = sample.ledger()
    book = compile(one, YUNNAN)
    table = book.tables[0]
    cell = table.rows[-1][1]
    rows = (*table.rows[:-1], (table.rows[-1][0], cell._replace(text="1.00"), *table.rows[-1][2:]))
    wrong = replace(book, tables=(replace(table, rows=rows), *book.tables[1:]))
    assert of_book(understand(book)).of(amounts()["收入总计"]) is not None
    assert of_book(understand(wrong)).of(amounts()["收入总计"]) is None


# The clerk's own parts


def test_an_own_part_takes_the_place_of_the_draft() -> None:
    own = (Chapter("主要工作", "按三定规定。"), Chapter("五、“三公”经费情况", "今年没有。"))
    told = drafted(replace(ledger(1), parts=own))
    titles = [part.title for part in told]
    assert sum("三公" in title for title in titles) == 1 and "今年没有。" in text(told)
    numbers = [title.partition("、")[0] for title in titles if "、" in title]
    assert numbers == [merging.chinese(i) for i in range(1, 18)]
    assert titles[0] == "主要工作" and titles.index("九、“三公”经费情况") > 5


def test_a_chapter_that_has_all_headings_is_left_as_it_is() -> None:
    own = (
        Chapter("编制说明", "\n".join(f"{'一二三'[i % 3]}、{part.title}" for i, part in enumerate(parts()))),
    )
    assert drafted(replace(ledger(1), parts=own)) == own


@pytest.mark.parametrize("seed", range(3))
def test_a_draft_put_back_stays_as_it_is(seed: int) -> None:
    one = ledger(seed)
    told = drafted(one)
    assert drafted(replace(one, parts=told)) == told


def test_every_part_that_must_be_published_is_drafted() -> None:
    titles = "\n".join(part.title for part in parts())
    told = text(drafted(ledger(2, withheld=False)))
    rows = [row for row in required() if not re.search(row, told)]
    assert rows == [] and len(titles.splitlines()) > 12


def required() -> list[str]:
    from gouji.narrative.files import HERE
    from gouji.scope import rows_of

    return [row[0] for row in rows_of(HERE / "required.tsv")]


# The commands


def folder(one: Ledger, place: Path) -> str:
    place.mkdir()
    for name, data in tables(one, one.edition, one.year):
        (place / name).write_bytes(data)
    return str(place)


def run(*words: str) -> int:
    return main([*words, "--lang", "zh"])


@pytest.fixture
def clean() -> Ledger:
    return replace(ledger(3, withheld=False), edition="yunnan-2026")


def test_a_draft_is_edited_and_put_back(
    clean: Ledger, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    this, last = folder(clean, tmp_path / "a"), folder(last_year(clean), tmp_path / "b")
    sheet, out = tmp_path / "a" / "文字部分.csv", tmp_path / "out"
    assert run("draft", this, "--last", last, "-o", str(sheet), "--force") == 0
    assert "处待填" in capsys.readouterr().out
    sheet.write_text(_BLANK.sub("填好了", sheet.read_text(encoding="utf-8-sig")), encoding="utf-8")
    assert run("build", this, "--strict", "-o", str(out), "--formats", "text,html") == 0
    assert "待填" not in capsys.readouterr().err
    written = next(out.glob("*.txt")).read_text(encoding="utf-8")
    assert "填好了" in written and "比上年增加" in written
    assert main(["check", str(next(out.glob("*.txt")))]) == 0


@pytest.mark.parametrize("suffix", [".xlsx", ".txt"])
def test_a_draft_is_written_as_a_workbook_or_a_text(clean: Ledger, suffix: str, tmp_path: Path) -> None:
    path, out = tmp_path / "ledger.xlsx", tmp_path / f"draft{suffix}"
    with path.open("wb") as file:
        workbook(clean, file, clean.edition, clean.year)
    assert run("draft", str(path), "-o", str(out)) == 0
    with pytest.raises(SystemExit):  # it is there already
        run("draft", str(path), "-o", str(out))
    if suffix == ".xlsx":
        again = read_ledger(str(out)).ledger
        assert again is not None and again.parts == drafted(clean)
    else:
        assert "名词解释" in out.read_text(encoding="utf-8")


def test_blanks_and_secrets_stop_a_strict_build(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = replace(sample.ledger(), edition="yunnan-2026")
    path, out = folder(one, tmp_path / "a"), tmp_path / "out"
    assert run("build", path, "-o", str(out), "--formats", "text", "--strict") == 1
    told = capsys.readouterr().err
    assert (
        "涉密金额" in told and "处待填" in told and say("cli.build-strict", "zh") in told and not out.exists()
    )
    assert run("build", path, "-o", str(out), "--formats", "text") == 0
    assert run("build", path, "-o", str(out), "--formats", "text", "--no-draft") == 0
    assert "待填" not in next(out.glob("*.txt")).read_text(encoding="utf-8")


def test_last_year_may_be_a_published_book(clean: Ledger, tmp_path: Path) -> None:
    before = last_year(clean)
    book = tmp_path / "last.txt"
    book.write_bytes(document(compile(before, YUNNAN), YUNNAN))
    path, out = folder(clean, tmp_path / "a"), tmp_path / "out"
    assert run("build", path, "--last", str(book), "-o", str(out), "--formats", "text,html") == 0
    assert "比上年增加" in next(out.glob("*.txt")).read_text(encoding="utf-8")
    assert "与上年相比" in (out / "html" / "index.html").read_text(encoding="utf-8")


def test_another_year_is_not_last_year(
    clean: Ledger, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder(clean, tmp_path / "a")
    with pytest.raises(SystemExit) as stopped:
        run("build", path, "--last", path, "-o", str(tmp_path / "out"))
    assert stopped.value.code == 2 and "2025" in capsys.readouterr().err
    assert run("build", path, "--last", str(tmp_path / "none.txt"), "-o", str(tmp_path / "out")) == 2


def test_another_unit_is_told(clean: Ledger, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, other = folder(clean, tmp_path / "a"), replace(last_year(clean), unit="别处市科学技术局", units=())
    other = replace(other, targets=(), lines=tuple(replace(x, unit=other.unit) for x in other.lines))
    last = folder(other, tmp_path / "b")
    assert run("draft", path, "--last", last, "-o", str(tmp_path / "x.txt")) == 0
    assert "别处市科学技术局" in capsys.readouterr().err
