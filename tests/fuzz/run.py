"""Looks for files that a reader does not answer as it should: with a book, or with Unreadable, and soon.

    make fuzz SECONDS=60

Each format in turn, in the processes of `gouji check`, until the time is up; each run makes new mutants.
What is found is kept in tests/fuzz/found, where `tests/test_fuzz.py` reads it in every run of the tests.
"""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Iterable, Iterator
from hashlib import sha256
from itertools import count
from pathlib import Path
from unittest.mock import patch

from gouji.cli import pool
from gouji.cli.work import FAILED, OK, Done, How, Task
from gouji.read import Unreadable, read
from tests.fuzz.mutants import TOKENS, mutant

FOUND = Path(__file__).parent / "found"
LIMITS = pool.Limits(seconds=5, megabytes=1024)
"""A page that lost its text shows no marks, so that it does not wake the recogniser; one that does gets the
time of another file."""
ENDED = ("needs more memory", "(SIGABRT)")
"""What is said where a native library asked for more memory than there is: the limit has done its work."""


def main() -> int:
    until = time.monotonic() + float(sys.argv[1] if len(sys.argv) > 1 else 60)
    tries = ended = bad = 0
    for task, done in answers(_mutants(until)):
        tries += 1
        if any(words in done.problem for words in ENDED):
            ended += 1
        elif done.status != OK:
            bad += 1
            print(f"{_keep(task)}: {done.problem}", flush=True)
    print(f"{tries} files read; {ended} ended by the memory limit, {bad} not answered as they should be")
    return bool(bad)


def answers(files: Iterable[tuple[str, bytes]]) -> Iterator[tuple[Task, Done]]:
    """What becomes of files, each with a name, when they are read in processes with limits."""
    under_way: list[Task] = []

    def tasks() -> Iterator[Task]:
        for name, data in files:
            under_way.append(Task(name, How("json", "en"), data))
            yield under_way[-1]

    with patch.object(pool, "work", tried):
        for done in pool.results(tasks(), pool.cores(), LIMITS):
            yield under_way.pop(0), done


def tried(task: Task) -> Done:
    """A file is read. Anything but a book and Unreadable is a finding."""
    assert task.data is not None
    try:
        read(task.data, "fuzz")
    except Unreadable:
        return Done(task.source, OK)
    except MemoryError:
        raise
    except Exception:
        return Done(task.source, FAILED, problem=traceback.format_exc())
    return Done(task.source, OK)


def _mutants(until: float) -> Iterator[tuple[str, bytes]]:
    """Mutants of each format in turn, other ones in each run."""
    for number in count(time.time_ns() // 1000):
        for kind in TOKENS:
            if time.monotonic() > until:
                return
            yield kind, mutant(kind, number)


def _keep(task: Task) -> Path:
    assert task.data is not None
    FOUND.mkdir(exist_ok=True)
    file = FOUND / f"{task.source}-{sha256(task.data).hexdigest()[:12]}"
    file.write_bytes(task.data)
    return file


if __name__ == "__main__":
    sys.exit(main())
