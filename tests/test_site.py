"""The site of a book: what it says of each figure adds up, nothing secret is told, and people can use it."""

from __future__ import annotations

import json
import random
import re
from base64 import b64decode
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from importlib.resources import files as resources
from pathlib import Path
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from benchmarks import sample
from benchmarks.ledgers import random_ledger
from gouji.draft import Compared, compared, of_ledger
from gouji.forms import edition
from gouji.ledger import Chapter, Ledger, Target, compile
from gouji.lexicon.glossary import glossary
from gouji.meaning import understand
from gouji.write.site import files, pages
from gouji.write.site.charts import flows, treemap
from gouji.write.site.words import english
from tests.browser import DESK, PHONE, Driver, at_width, click
from tests.published import HOSTILE, PROSE, SEEDS, YUNNAN

NATIONAL = edition("national-2016")
BESIDE = ("云溪 1#.xlsx", "云溪.pdf", "csv/figures.csv")


def site(ledger: Ledger, forms: Any = YUNNAN, **more: Any) -> dict[str, str]:
    made = files(ledger, compile(ledger, forms), forms, **more)
    return {name: data.decode() for name, data in made}


def known(page: str) -> dict[str, Any]:
    script = LexborHTMLParser(page).css_first("#data")
    assert script is not None
    return json.loads(script.text())


def fen(amount: str) -> int:
    return int(amount.replace(",", "").replace(".", ""))


@cache
def whole() -> Ledger:
    """The sample book with a narrative."""
    return replace(sample.ledger(), parts=(Chapter(PROSE[0], "\n".join(PROSE[1:])),))


@cache
def last_year() -> Ledger:
    lines = (replace(line, year=line.year - 1, fen=2 * line.fen) for line in whole().lines)
    return replace(whole(), year=whole().year - 1, lines=tuple(lines))


@cache
def against_last_year() -> list[Compared]:
    books = (of_ledger(one, understand(compile(one, YUNNAN))) for one in (whole(), last_year()))
    return compared(*books)


# What is told


@pytest.mark.parametrize("forms", [YUNNAN, NATIONAL], ids=lambda forms: forms.name)
@pytest.mark.parametrize("seed", SEEDS)
def test_the_lines_and_figures_of_a_figure_add_up(seed: int, forms: Any) -> None:
    told = known(site(random_ledger(random.Random(seed)), forms)["index.html"])
    assert len(told["made"]) > 80
    counts = Counter[str]()
    for figure, (lines, number, untold, sums) in told["made"].items():
        amount = fen(told["figures"][figure][3])
        counts[untold] += 1
        if not untold:
            assert number == 0 and sum(fen(told["lines"][str(i)][2]) for i in lines) == amount
        for _code, terms in sums:
            parts = (fen(told["figures"][str(abs(term) - 1)][3]) * (1 if term > 0 else -1) for term in terms)
            assert sum(parts) == amount
    secret = any(line.withheld for line in random_ledger(random.Random(seed)).lines)
    assert set(counts) == {""} or secret


@pytest.mark.parametrize("seed", SEEDS)
def test_every_printed_figure_can_be_asked(seed: int) -> None:
    book = compile(random_ledger(random.Random(seed)), YUNNAN)
    page = LexborHTMLParser(site(random_ledger(random.Random(seed)))["index.html"])
    cells = [re.sub(r"\s", "", cell.text()) for cell in page.css(".sheet tbody th, .sheet tbody td")]
    printed = [re.sub(r"\s", "", cell.text) for table in book.tables for row in table.rows for cell in row]
    assert Counter(filter(None, cells)) == Counter(filter(None, printed))
    assert len(page.css(".sheet button")) == len(known(page.html or "")["made"])


def test_secrets_are_nowhere() -> None:
    secret = {line.project for line in whole().lines if line.withheld}
    assert secret
    for page in site(whole(), compared=against_last_year()).values():
        assert not any(name in page for name in secret)
    told = known(site(whole())["index.html"])
    assert any(untold == "secret" for _, _, untold, _ in told["made"].values())


def test_forms_that_only_print_sums_tell_no_line_beside_a_secret() -> None:
    page = site(whole(), NATIONAL, compared=against_last_year())["index.html"]
    told = known(page)
    assert told["lines"] == {}
    assert {untold for _, _, untold, _ in told["made"].values()} == {"untold"}
    assert "<svg" not in page


def test_texts_are_texts() -> None:
    names = {name: HOSTILE[i % len(HOSTILE)] for i, name in enumerate({x.project for x in whole().lines})}
    names = {name: f"{text}<script>alert({i})</script>" for i, (name, text) in enumerate(names.items())}
    made = replace(
        whole(),
        unit="</title><img src=x onerror=alert(1)>",
        lines=tuple(replace(line, project=names[line.project]) for line in whole().lines),
        targets=tuple(Target(*(f'{text}"><b>' for text in HOSTILE[:11])) for _ in range(3)),
        parts=(Chapter("<h1>甲", "</section><script>1</script>"),),
    )
    page = site(made, beside=['"><b>.pdf'])["index.html"]
    tree = LexborHTMLParser(page)
    assert len(tree.css("script")) == 2 and not tree.css("img, b, section section section")
    assert known(page)["lines"]


def test_a_long_table_goes_on_on_further_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "ROWS", 12)
    made = site(whole())
    assert len(made) > 5
    monkeypatch.setattr(pages, "ROWS", 300)
    all_rows = LexborHTMLParser(site(whole())["index.html"]).css(".sheet tbody tr")
    trees = {name: LexborHTMLParser(page) for name, page in made.items()}
    assert sum(len(tree.css(".sheet tbody tr")) for tree in trees.values()) == len(all_rows)
    for name, tree in trees.items():
        told = known(made[name])
        here = {button.attributes["id"] for button in tree.css(".sheet button")}
        assert here == {f"f{figure}" for figure in told["made"]}
        assert {told["figures"][figure][4] for figure in told["made"]} <= {told["files"].index(name)}
        for *_, page in told["figures"].values():
            assert told["files"][page] in made
        for link in tree.css(".turning a"):
            assert (link.attributes["href"] or "").split("#")[0] in made


def test_the_same_book_gives_the_same_page_and_it_is_small() -> None:
    page = site(whole(), compared=against_last_year(), beside=BESIDE)["index.html"]
    assert page == site(whole(), compared=against_last_year(), beside=BESIDE)["index.html"]
    assert len(page.encode()) < 1_000_000


def test_last_year_is_compared() -> None:
    page = LexborHTMLParser(site(whole(), compared=against_last_year())["index.html"])
    rows = [[cell.text() for cell in row.css("th, td")] for row in page.css(".bars tbody tr")]
    now = sum(x.fen for x in flows.budget(whole().lines, 2026) if x.flow == "本年支出")
    assert rows[0][0] == "本年支出合计" and fen(rows[0][2]) == now
    assert not LexborHTMLParser(site(whole())["index.html"]).css(".bars")


def test_an_empty_ledger_has_a_site() -> None:
    page = site(Ledger("示例市图书馆", 2026, ()))["index.html"]
    assert "<svg" not in page and known(page)["made"] == {}


def test_indicators_are_shown_as_they_are_set() -> None:
    one = Target(
        "甲", "乙", "丙", "产出指标", "质量指标", "信访事项办结率", ">=", "95", "%", "定量指标", "丁"
    )
    page = LexborHTMLParser(site(replace(whole(), targets=(one,)))["index.html"])
    (row,) = [row for row in page.css(".card tr") if "信访" in row.text()]
    assert row.css_first(".v").text() == ">= 95 %"


# The charts


@pytest.mark.parametrize("seed", SEEDS)
def test_money_flows_without_loss(seed: int) -> None:
    ledger = random_ledger(random.Random(seed), funds=True, carried=True)
    lines = flows.budget(ledger.lines, ledger.year)
    flow = flows.flow(lines, ledger.year)
    first, second = (Counter[str](), Counter[str]())
    for (_, name), amount in flow.links[0].items():
        first[name] += amount
    for (name, _), amount in flow.links[1].items():
        second[name] += amount
    assert sum(first.values()) == sum(line.fen for line in lines)
    assert all(first[name] == amount for name, amount in second.items())
    assert set(first) - set(second) <= {"年终结转结余"}


@pytest.mark.parametrize("seed", SEEDS)
def test_boxes_are_as_large_as_their_amounts(seed: int) -> None:
    rng = random.Random(seed)
    amounts = sorted((rng.randint(1, 10 ** rng.randint(2, 12)) for _ in range(30)), reverse=True)
    boxes = treemap.squares(amounts, treemap.Box(0, 0, 900, 400))
    for amount, box in zip(amounts, boxes, strict=True):
        assert box.width * box.height == pytest.approx(amount * 900 * 400 / sum(amounts), rel=1e-3, abs=1e-3)
        assert box.x >= -0.01 and box.x + box.width <= 900.01 and box.y >= -0.01
        assert box.y + box.height <= 400.01


def test_the_words_of_the_site_are_well_formed() -> None:
    assert len(glossary()) > 20 and all(term.said and term.said_en and term.en for term in glossary())
    assert all(zh and en and zh == "".join(zh.split()) for zh, en in english().items())
    script = resources("gouji.write.site").joinpath("page.js").read_text(encoding="utf-8")
    said = re.findall(r'"h3", \{\}, "([^"]+)"|"sum\.\w+": "([^"]+)"|class: "t" \}, "([^"]+)"', script)
    assert said and {"".join(words) for words in said} <= set(english())


# In a browser


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of the sample book's site."""
    folder = tmp_path_factory.mktemp("site")
    for name, text in site(whole(), compared=against_last_year(), beside=BESIDE).items():
        (folder / name).write_text(text, encoding="utf-8")
    return (folder / "index.html").as_uri()


@pytest.fixture(params=[PHONE, DESK])
def opened(request: pytest.FixtureRequest, chromium: Driver, page: str) -> Iterator[Driver]:
    driver = at_width(chromium, page, request.param)
    yield driver
    assert driver.get_log("browser") == []


def text(driver: Driver, selector: str) -> str:
    return driver.execute_script("return document.querySelector(arguments[0]).textContent", selector)


def in_view(driver: Driver, selector: str) -> bool:
    return driver.execute_script(
        """
        const at = document.querySelector(arguments[0]), box = at.getBoundingClientRect();
        const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
        return top !== null && (at.contains(top) || top.contains(at));
        """,
        selector,
    )


def test_it_opens_quietly_and_only_tables_scroll_sideways(opened: Driver) -> None:
    assert opened.execute_script("return performance.getEntriesByType('resource').map(r => r.name)") == []
    assert opened.execute_script("return document.documentElement.scrollWidth <= innerWidth")
    assert "云溪市科学技术馆" in opened.title
    links = [link.get_attribute("href") for link in opened.find_elements("css selector", ".files a")]
    assert [link.rpartition("/")[2] for link in links] == [
        "%E4%BA%91%E6%BA%AA%201%23.xlsx",
        "%E4%BA%91%E6%BA%AA.pdf",
    ]


def test_charts_fit_where_they_stand_with_their_words_inside(opened: Driver) -> None:
    """One drawing of each, on a phone too; no figure of it has to be scrolled to."""
    charts, outside = opened.execute_script(
        """
        const box = (element) => element.getBoundingClientRect();
        const seen = [...document.querySelectorAll('.drawing svg')].filter((svg) => box(svg).width);
        const outside = (a, b) => b.left < a.left - 1 || b.right > a.right + 1 || b.bottom > a.bottom + 1;
        const words = seen.flatMap((svg) =>
          [...svg.querySelectorAll('text')].filter((text) => outside(box(svg), box(text))));
        const tables = [...document.querySelectorAll('figure .box')];
        const boxes = tables.filter((table) => table.scrollWidth > table.clientWidth);
        return [seen.length, [...words, ...boxes].map((element) => element.textContent)];
        """
    )
    assert charts == 2 and outside == []


def test_this_year_stands_beside_the_last_with_their_names(opened: Driver) -> None:
    told = opened.execute_script(
        """
        return [...document.querySelectorAll('.bars tbody tr')].map((row) => {
          const [now, then] = ['.of-now', '.of-then'].map((cell) => row.querySelector(cell));
          const named = [now, then].map((cell) => getComputedStyle(cell, '::before').content).join('');
          const right = now.closest('figure').getBoundingClientRect().right;
          return [named, [now, then].every((cell) => cell.getBoundingClientRect().right <= right)];
        });
        """
    )
    years = "nonenone" if opened.execute_script("return innerWidth > 640") else '"2026年 ""2025年 "'
    assert told and all(one == [years, True] for one in told)


def test_a_figure_shows_the_lines_that_add_up_to_it(opened: Driver) -> None:
    click(opened, ".keys li:nth-child(3) > a")  # 基本支出
    amount = text(opened, ".keys li:nth-child(3) > a")
    rows = opened.execute_script(
        "return [...document.querySelectorAll('#panel .lines tr')].map(r => r.lastChild.textContent)"
    )
    assert len(rows) > 10 and rows[-1] == amount
    assert sum(map(fen, rows[:-1])) == fen(amount)
    assert opened.execute_script("return location.hash").startswith("#f")
    assert in_view(opened, "button.shown")
    assert opened.execute_script("return document.documentElement.scrollWidth <= innerWidth")


def test_what_explains_a_figure_does_not_hide_it(opened: Driver) -> None:
    figures = "[...document.querySelectorAll('.sheet tbody button')].filter((b) => b.offsetWidth)"
    for number in (0, 7, 30):
        id = opened.execute_script(
            f"const at = {figures}[{number}]; at.scrollIntoView({{block: 'end'}}); scrollBy(0, 30);"
            "at.click(); return at.id"
        )
        assert not opened.find_element("id", "panel").get_attribute("hidden")
        assert in_view(opened, f"#{id}"), id


def test_a_part_leads_on_and_back_leads_back(opened: Driver) -> None:
    click(opened, ".keys li:first-child > a")
    first = opened.execute_script("return location.hash")
    click(opened, "#panel .figures a")
    assert opened.execute_script("return location.hash") != first
    assert in_view(opened, "button.shown")
    opened.back()
    assert opened.execute_script("return location.hash") == first
    assert opened.execute_script("return '#' + document.querySelector('.shown').id") == first


def test_search_finds_rows_targets_and_terms(opened: Driver) -> None:
    field = opened.find_element("css selector", "#q")
    field.send_keys("展品 更新")
    hits = opened.find_elements("css selector", "#found li")
    assert hits and all("展品" in hit.text or "更新" in hit.text for hit in hits)
    click(opened, "#found li:first-child a")
    assert in_view(opened, ".hit > :first-child")
    field.clear()
    field.send_keys("640000")
    assert opened.find_elements("css selector", "#found li")
    field.clear()
    field.send_keys("没有这样的项目")
    assert "没有找到" in text(opened, "#found")


def test_the_keyboard_is_enough(chromium: Driver, page: str) -> None:
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.keys import Keys

    driver = at_width(chromium, page, DESK)
    focused = "return document.activeElement.id"
    reach = """return [...document.querySelectorAll('.sheet')].map(
        (sheet) => [...sheet.querySelectorAll('button')].filter((one) => one.tabIndex === 0).length)"""
    assert set(driver.execute_script(reach)) <= {0, 1}
    first = driver.find_element("css selector", "#t0 ~ .box button")
    driver.execute_script("arguments[0].focus()", first)
    ActionChains(driver).send_keys(Keys.ARROW_DOWN).perform()
    second = driver.execute_script(focused)
    assert second.startswith("f") and second != first.get_attribute("id")
    ActionChains(driver).send_keys(Keys.ENTER).perform()
    assert driver.execute_script(focused) == "panel-h"
    ActionChains(driver).send_keys(Keys.ESCAPE).perform()
    assert driver.execute_script(focused) == second
    assert not driver.find_element("css selector", "#panel").is_displayed()
    assert set(driver.execute_script(reach)) <= {0, 1}


def test_a_term_is_explained_where_it_stands(opened: Driver) -> None:
    opened.execute_script("document.querySelector('.sheet .term').focus()")
    tip = opened.find_element("css selector", "#tip")
    assert tip.is_displayed() and len(tip.text) > 20
    box = tip.rect
    assert box["x"] >= 0 and box["x"] + box["width"] <= opened.execute_script("return innerWidth")
    opened.execute_script(
        "document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key: 'Escape', bubbles: true}))"
    )
    assert not tip.is_displayed()


def test_english_comes_and_goes(opened: Driver) -> None:
    before = text(opened, "main")
    click(opened, "#en")
    assert "Basic expenditure" in text(opened, "main")
    labels = opened.find_elements("css selector", ".en")
    assert len(labels) > 100 and all(label.get_attribute("lang") == "en" for label in labels[:20])
    assert opened.execute_script("return document.documentElement.scrollWidth <= innerWidth")
    click(opened, "#en")
    assert text(opened, "main") == before


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, DESK])
def test_axe_finds_no_serious_fault(chromium: Driver, page: str, width: int, scheme: str) -> None:
    package = pytest.importorskip("axe_core_python")
    script = (Path(package.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
    driver = at_width(chromium, page, width, scheme)
    for action in ("", "document.querySelector('.keys a').click(); document.querySelector('#en').click()"):
        driver.execute_script(action)
        driver.execute_script(script)
        found = driver.execute_async_script(
            """
            const done = arguments[0];
            axe.run(document, {resultTypes: ['violations']}).then(({violations}) => done(
              violations.map(({id, impact, nodes}) => [id, impact, nodes.slice(0, 3).map((n) => n.html)])));
            """
        )
        assert [fault for fault in found if fault[1] in ("serious", "critical")] == []


def test_headings_and_first_columns_stay_in_view(chromium: Driver, page: str) -> None:
    driver = at_width(chromium, page, DESK)
    offsets = driver.execute_script(
        """
        const box = [...document.querySelectorAll('.table .box')].find(
          (b) => b.scrollHeight > b.clientHeight + 50 && b.scrollWidth > b.clientWidth + 50
        );
        box.scrollTo(50, 50);
        const [outer, head, first] = [box, box.querySelector('thead'), box.querySelector('tbody .k0')]
          .map((element) => element.getBoundingClientRect());
        return [head.top - outer.top, first.left - outer.left];
        """
    )
    assert all(abs(offset) <= 2 for offset in offsets), offsets


def test_print_is_on_a4_landscape_and_shows_tables(chromium: Driver, page: str) -> None:
    driver = at_width(chromium, page, DESK)
    pdf = b64decode(driver.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})["data"])
    boxes = {tuple(map(float, box.split())) for box in re.findall(rb"/MediaBox \[([\d. ]+)\]", pdf)}
    assert boxes and all(abs(w - 842) < 1.5 and abs(h - 595) < 1.5 for _, _, w, h in boxes)


def test_a_link_to_a_figure_of_another_page_opens_it(
    chromium: Driver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "ROWS", 12)
    for name, told in site(whole()).items():
        (tmp_path / name).write_text(told, encoding="utf-8")
    driver = at_width(chromium, (tmp_path / "index.html").as_uri(), DESK)
    address = driver.execute_script(
        """
        const {figures, files} = JSON.parse(document.querySelector('#data').textContent);
        const [figure, of] = Object.entries(figures).find(([, told]) => told[4] > 0);
        return [figure, files[of[4]]];
        """
    )
    driver.get((tmp_path / address[1]).as_uri() + f"#f{address[0]}")
    assert driver.execute_script("return document.querySelector('.shown').id") == f"f{address[0]}"
    assert driver.get_log("browser") == []
