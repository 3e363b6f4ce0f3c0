"""Damaged files of every format are read, or refused with Unreadable, and soon."""

from __future__ import annotations

import sys

import pytest

pytest.importorskip("pypdfium2")
pytest.importorskip("python_calamine")

from gouji.cli.work import OK
from tests.fuzz.mutants import TOKENS, mutant
from tests.fuzz.run import ENDED, FOUND, answers

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="a worker inherits what is patched by fork")
MUTANTS = 60


@pytest.mark.parametrize("kind", TOKENS)
def test_damaged_files_are_read_or_refused(kind: str) -> None:
    for number, (_, done) in enumerate(answers((kind, mutant(kind, number)) for number in range(MUTANTS))):
        assert done.status == OK or any(words in done.problem for words in ENDED), (number, done.problem)


def test_what_was_found_once_is_right_now() -> None:
    kept = sorted(FOUND.glob("*-*")) if FOUND.exists() else []
    for task, done in answers((path.name, path.read_bytes()) for path in kept):
        assert done.status == OK, (task.source, done.problem)


def test_a_mutant_can_be_made_again() -> None:
    assert mutant("text", 7) == mutant("text", 7) != mutant("text", 8)
