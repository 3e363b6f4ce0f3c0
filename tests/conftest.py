"""Fixtures shared by all tests. Real books are read in place, never copied into the project."""

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gouji.cli import main
from tests.browser import FLAGS, Driver

REPO = Path(__file__).resolve().parent.parent
BOOKS = Path(os.environ.get("GOUJI_BOOKS") or REPO.parent / "shared" / "books")
LEFT_OUT = "LEFT OUT: "
Gouji = Callable[..., tuple[int, str, str]]


def leave_out(reason: str) -> None:
    """Skips the test and has the end of the run say so: `LEFT OUT: reason`."""
    pytest.skip(LEFT_OUT + reason)


def names(out: str) -> list[str]:
    """The names of the files that reports in JSON Lines are of."""
    return [Path(json.loads(line)["source"]).name for line in out.splitlines()]


@pytest.fixture
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """The locale is English."""
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")


@pytest.fixture
def gouji(capfd: pytest.CaptureFixture[str]) -> Gouji:
    """Runs a command line here: its exit code, output and errors."""

    def run(*args: object) -> tuple[int, str, str]:
        try:
            status = main([str(arg) for arg in args])
        except SystemExit as stopped:
            assert isinstance(stopped.code, int)
            status = stopped.code
        sys.stdout.flush()
        out, err = capfd.readouterr()
        return status, out, err

    return run


@pytest.fixture(scope="session")
def books() -> Path:
    """The folder of real books: ../shared/books beside this project, or $GOUJI_BOOKS."""
    if not BOOKS.is_dir():
        leave_out(f"real books not found at {BOOKS}")
    return BOOKS


@pytest.fixture(scope="session")
def real_book(books: Path) -> Path:
    """曲靖市信访局, 2026, as a web page's text."""
    book = books / "yunnan" / "xinfang-2026.txt"
    if not book.is_file():
        leave_out(f"real books not found at {books} (no {book.relative_to(books)})")
    return book


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driver]:
    """Debian's chromium and its driver."""
    browser, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not browser or not driver:
        leave_out("chromium or chromedriver is not installed: the page was not opened in a browser")
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = browser
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('chromium')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    opened = webdriver.Chrome(options, webdriver.ChromeService(driver))
    yield opened
    opened.quit()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    left_out: dict[str, int] = {}
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        at = reason.find(LEFT_OUT)
        if at >= 0:
            left_out[reason[at:]] = left_out.get(reason[at:], 0) + 1
    for reason, count in left_out.items():
        terminalreporter.write_line(f"{reason} ({count} tests skipped)", red=True, bold=True)
