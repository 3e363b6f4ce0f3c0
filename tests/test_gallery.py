"""The gallery of tests/errors: every code on a book of a few lines, with what the report says about it."""

import pytest

from gouji.cli.options import known_codes
from gouji.messages import catalogue
from tests.errors.regenerate import BOOKS, ERRORS, about, audited, gallery

CODES = [*known_codes(), *(code for code in catalogue() if code.startswith("cause."))]


def test_there_is_a_book_for_every_code_and_for_nothing_else() -> None:
    assert {book.stem for book in BOOKS} == set(CODES)
    assert {file.stem for file in ERRORS.glob("*.out")} == {book.stem for book in BOOKS}


@pytest.mark.parametrize("code", CODES)
def test_a_book_has_what_it_is_there_for(code: str) -> None:
    told = about(code, audited(next(book for book in BOOKS if book.stem == code)))
    kind = code.removeprefix("cause.")
    if kind == code:
        assert {finding.code for finding in told.findings} == {code}
    else:
        assert told.findings
        assert {(cause.kind, cause.rank) for cause in told.causes if cause.rank == 1} == {(kind, 1)}


def test_the_gallery_is_up_to_date() -> None:
    stale = [out.name for out, text in gallery() if not out.exists() or out.read_text("utf-8") != text]
    assert stale == [], "run make gallery, and look at what has changed"
