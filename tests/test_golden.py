"""The reports on the shipped sample book, as they are kept in tests/golden.

`make gallery` writes them again: look at the difference before keeping it.
"""

from pathlib import Path

import pytest

from tests.errors.regenerate import GOLDEN, golden

FILES = dict(golden())


def test_nothing_else_is_kept() -> None:
    assert set(GOLDEN.iterdir()) == FILES.keys()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_report_says_what_it_said(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == FILES[path], "run make gallery, and look at what has changed"
