"""The gallery of tests/errors: every code on a book of a few lines, with what the report says about it."""

import pytest

from gouji.cli.options import known_codes
from gouji.messages import catalogue
from tests.errors.regenerate import BOOKS, ERRORS, about, audited, gallery

CODES = [*known_codes(), *(code for code in catalogue() if code.startswith("cause."))]
NEVER = {
    "expect.project": "no identity that bounds a project by its purchases is an expected one",
    "withheld.undeclared": "a gap in a table without a note is never taken for the gap of one with a note",
}
"""Codes that nothing gives yet, and why. A code that something gives now must leave this list."""


def test_there_is_a_book_for_every_code_and_for_nothing_else() -> None:
    assert {book.stem for book in BOOKS} - NEVER.keys() == set(CODES) - NEVER.keys()
    assert {file.stem for file in ERRORS.glob("*.out")} == {book.stem for book in BOOKS}


@pytest.mark.parametrize("code", NEVER)
def test_what_nothing_gives_is_not_given(code: str) -> None:
    assert code in CODES
    assert not any(finding.code == code for book in BOOKS for finding in audited(book).findings)


@pytest.mark.parametrize("code", [code for code in CODES if code not in NEVER])
def test_a_book_has_what_it_is_there_for(code: str) -> None:
    told = about(code, audited(ERRORS / f"{code}.txt"))
    kind = code.removeprefix("cause.")
    if kind == code:
        assert {finding.code for finding in told.findings} == {code}
    else:
        assert told.findings
        assert {(cause.kind, cause.rank) for cause in told.causes if cause.rank == 1} == {(kind, 1)}


def test_the_gallery_is_up_to_date() -> None:
    stale = [out.name for out, text in gallery() if not out.exists() or out.read_text("utf-8") != text]
    assert stale == [], "run make gallery, and look at what has changed"
