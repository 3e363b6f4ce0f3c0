"""The page in a real browser: it opens quietly, its links lead to what can be seen, at every width."""

import re
from base64 import b64decode
from pathlib import Path

import pytest

from gouji.audit import audit
from gouji.compare import book_side, compare
from gouji.read import read
from gouji.report import html
from gouji.report.differences import page as comparison_page
from tests.browser import DESK, PHONE, Driver, at_width, click
from tests.conftest import REPO

SAMPLE = REPO / "src" / "gouji" / "samples" / "yunnan-2026.txt"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of the sample book's page."""
    path = tmp_path_factory.mktemp("page") / "page.html"
    told = audit(read(SAMPLE.read_bytes(), SAMPLE.name))
    path.write_text(html.page(told, "zh"), encoding="utf-8")
    return path.as_uri()


@pytest.fixture(params=[PHONE, DESK])
def opened(request: pytest.FixtureRequest, chromium: Driver, page: str) -> Driver:
    """The page, at the width of a phone and of a desk."""
    return at_width(chromium, page, request.param)


def arrived(driver: Driver, id: str) -> bool:
    """Whether the address names the element and its middle can be seen."""
    return bool(
        driver.execute_async_script(
            """
            const [id, done] = arguments;
            requestAnimationFrame(() => requestAnimationFrame(() => {
              const at = document.getElementById(id);
              const box = at.getBoundingClientRect();
              const x = Math.min(box.x + box.width / 2, innerWidth - 2);
              const top = document.elementFromPoint(x, Math.min(box.y + box.height / 2, innerHeight - 2));
              done(location.hash === "#" + id && top !== null && at.contains(top));
            }));
            """,
            id,
        )
    )


def test_the_page_opens_without_a_complaint_and_asks_for_nothing(opened: Driver) -> None:
    assert opened.get_log("browser") == []
    assert opened.execute_script("return performance.getEntriesByType('resource').map(r => r.name)") == []
    assert "云溪市科学技术馆" in opened.title


def test_only_tables_scroll_sideways(opened: Driver) -> None:
    assert opened.execute_script("return document.documentElement.scrollWidth <= innerWidth")
    boxes = "[...document.querySelectorAll('.printed .box')]"
    assert opened.execute_script(f"return {boxes}.some((box) => box.scrollWidth > box.clientWidth)")


def test_a_finding_leads_to_its_cell_and_the_cell_back(opened: Driver) -> None:
    cell = opened.execute_script(
        "return document.querySelector('td.mark.error[id^=t] a.badge.error').closest('td').id"
    )
    finding = opened.execute_script(f"return document.querySelector('#{cell} a.badge').hash.slice(1)")
    opened.execute_script(f"document.querySelectorAll('#{finding} details').forEach(d => d.open = true)")
    click(opened, f'#{finding} a[href="#{cell}"]')
    assert arrived(opened, cell)
    click(opened, f'#{cell} a[href="#{finding}"]')
    assert arrived(opened, finding)
    assert opened.get_log("browser") == []


def test_the_list_of_findings_leads_to_each(opened: Driver) -> None:
    for finding in opened.execute_script(
        "return [...document.querySelectorAll('.listed a[href^=\"#f\"]')].map(a => a.hash)"
    ):
        click(opened, f'.listed a[href="{finding}"]')
        assert arrived(opened, finding[1:])
    click(opened, ".causes a[href^='#t']")


def test_a_term_without_a_mark_leaves_a_way_back(opened: Driver) -> None:
    find = """
        for (const a of document.querySelectorAll('.sum .term a')) {
          const cell = document.getElementById(a.hash.slice(1));
          if (!cell.querySelector('a')) return [a.closest('.finding').id, cell.id];
        }"""
    finding, cell = opened.execute_script(find)
    opened.execute_script(f"document.querySelectorAll('#{finding} details').forEach(d => d.open = true)")
    click(opened, f'#{finding} a[href="#{cell}"]')
    assert arrived(opened, cell)
    click(opened, f"#{cell} a.back")
    assert arrived(opened, finding)
    assert opened.execute_script("return document.querySelectorAll('.back').length") == 0


def test_a_link_from_elsewhere_opens_what_is_folded(chromium: Driver, page: str) -> None:
    driver = at_width(chromium, page, DESK)
    driver.execute_script(
        "document.querySelector('.finding details .sum').id = 'folded'; location.hash = 'folded'"
    )
    assert arrived(driver, "folded")


def test_the_keyboard_is_enough(chromium: Driver, page: str) -> None:
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.keys import Keys

    driver = at_width(chromium, page, DESK)
    ActionChains(driver).send_keys(Keys.TAB, Keys.ENTER).perform()
    assert arrived(driver, "findings") or driver.execute_script("return location.hash") == "#findings"
    link = driver.find_element("css selector", ".listed a")
    link.send_keys(Keys.ENTER)
    finding = link.get_attribute("hash")[1:]
    assert arrived(driver, finding)
    assert driver.switch_to.active_element.get_attribute("id") == finding
    scrolling = driver.execute_script(
        "return [...document.querySelectorAll('.printed .box, aside, .long')].every(b => b.tabIndex === 0)"
    )
    assert scrolling


def test_headings_stay_in_view(chromium: Driver, page: str) -> None:
    driver = at_width(chromium, page, DESK)
    offsets = driver.execute_script(
        """
        const box = [...document.querySelectorAll('.printed .box')].find(
          (b) => b.scrollHeight > b.clientHeight + 50 && b.scrollWidth > b.clientWidth + 50
        );
        box.scrollIntoView();
        box.scrollTo(50, 50);
        const [outer, head, first] = [box, box.querySelector('thead'), box.querySelector('tbody .k0')]
          .map((element) => element.getBoundingClientRect());
        return [head.top - outer.top, first.left - outer.left];
        """
    )
    assert all(abs(offset) <= 2 for offset in offsets), offsets


def test_levels_can_be_hidden(chromium: Driver, page: str) -> None:
    driver = at_width(chromium, page, DESK)
    count = "return [...document.querySelectorAll('.finding.note')].filter(f => f.offsetHeight > 0).length"
    assert driver.execute_script(count) > 0
    click(driver, "#show-note")
    assert driver.execute_script(count) == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(chromium: Driver, page: str, scheme: str) -> None:
    driver = at_width(chromium, page, DESK, scheme)
    ground = driver.execute_script("return getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, re.findall(r"\d+", ground)[:3])) > 384) is (scheme == "light")
    faint = driver.execute_script(
        """
        const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
        const light = (colour) => {
          const [r, g, b] = parts(colour).map((v) => v / 255)
            .map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
          return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        const ground = (at) => {
          for (; at; at = at.parentElement) {
            const colour = getComputedStyle(at).backgroundColor;
            if (parts(colour)[3] !== 0) return colour;
          }
        };
        const told = new Set();
        for (const at of document.querySelectorAll('body *')) {
          const says = [...at.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
          if (!says || at.tagName === 'SCRIPT') continue;
          const [a, b] = [light(getComputedStyle(at).color), light(ground(at))].sort((x, y) => y - x);
          const contrast = (a + 0.05) / (b + 0.05);
          if (contrast < 4.5) told.add(`${at.tagName}.${at.className} ${contrast.toFixed(2)}`);
        }
        return [...told];
        """
    )
    assert faint == []


def test_print_is_on_a4_landscape(chromium: Driver, page: str) -> None:
    driver = at_width(chromium, page, DESK)
    pdf = b64decode(driver.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})["data"])
    boxes = {tuple(map(float, box.split())) for box in re.findall(rb"/MediaBox \[([\d. ]+)\]", pdf)}
    assert boxes and all(abs(w - 842) < 1.5 and abs(h - 595) < 1.5 for _, _, w, h in boxes)


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_a_comparison_is_read_without_scrolling_sideways(
    chromium: Driver, tmp_path: Path, width: int
) -> None:
    """A name stands over its amounts on a phone, each with what it is."""
    old = read(SAMPLE.read_bytes(), "old.txt")
    new = read(SAMPLE.read_bytes().replace(b"1,186,428.00", b"1,286,428.00"), "new.txt")
    path = tmp_path / "diff.html"
    path.write_text(comparison_page.page(compare(book_side(old), book_side(new)), "zh"), encoding="utf-8")
    driver = at_width(chromium, path.as_uri(), width)
    names, inside, labels = driver.execute_script(
        """
        const boxes = [...document.querySelectorAll('.box')];
        const cells = [...document.querySelectorAll('.n.new:not(:empty)')];
        return [
          [...document.querySelectorAll('.diff tbody th')].map((th) => th.getBoundingClientRect().width),
          boxes.every((box) => box.scrollWidth <= box.clientWidth),
          [...new Set(cells.map((cell) => getComputedStyle(cell, '::before').content))],
        ];
        """
    )
    assert names and min(names) > 120 and inside
    assert labels == (['"新"'] if width == PHONE else ["none"])
    assert driver.get_log("browser") == []


def test_a_page_with_hostile_text_runs_nothing(chromium: Driver, tmp_path: Path) -> None:
    text = SAMPLE.read_text(encoding="utf-8")
    text = text.replace("云溪市", "<img src=x onerror=alert(1)><script>document.title='taken'</script>")
    path = tmp_path / "hostile.html"
    path.write_text(html.page(audit(read(text.encode(), "x")), "zh"), encoding="utf-8")
    driver = at_width(chromium, path.as_uri(), DESK)
    assert driver.get_log("browser") == []
    assert driver.title != "taken"
