"""Many books on many cores, their results in the order of the books, few of them in memory at a time."""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from signal import SIG_IGN, SIGINT, signal

from gouji.cli.work import FAILED, Done, Task, collect_rarely, internal, work

AHEAD = 8
"""Books given to each worker before the first result is waited for."""


def cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def results(tasks: Iterable[Task], jobs: int) -> Iterator[Done]:
    waiting: deque[tuple[Task, Future[Done]]] = deque()
    pool = _pool(jobs)
    try:
        for task in tasks:
            try:
                future = pool.submit(work, task)
            except BrokenProcessPool:
                pool = _pool(jobs)
                future = pool.submit(work, task)
            waiting.append((task, future))
            if len(waiting) >= jobs * AHEAD:
                yield _result(*waiting.popleft())
        while waiting:
            yield _result(*waiting.popleft())
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _pool(jobs: int) -> ProcessPoolExecutor:
    context = get_context("fork" if sys.platform == "linux" else None)
    return ProcessPoolExecutor(jobs, context, initializer=_start)


def _start() -> None:
    signal(SIGINT, SIG_IGN)
    collect_rarely()


def _result(task: Task, future: Future[Done]) -> Done:
    """A result. Where a worker died, the book is tried again alone: another book may have killed it."""
    try:
        return future.result()
    except BrokenProcessPool:
        with _pool(1) as alone:
            try:
                return alone.submit(work, task).result()
            except BrokenProcessPool as problem:
                return Done(task.source, FAILED, problem=internal(task.source, problem, task.how.lang))
