"""Work in processes of its own, forked off with all that is in memory; the memory it takes is given back."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from signal import SIG_IGN, SIGINT, signal
from typing import Any, TypeVar

from gouji.cli.pool import ending

T = TypeVar("T")
_THREADS = "/proc/self/task"


def forks() -> bool:
    """Can this process be forked? Not with threads: those of native code do not live on in the other."""
    return sys.platform == "linux" and len(os.listdir(_THREADS)) == 1


def apart(work: Callable[[], T]) -> T:
    """What some work comes to, done in a process of its own, or here where that cannot be."""
    return _result(*_started(work)) if forks() else work()


def together(works: Sequence[Callable[[], T]], lanes: int) -> list[T]:
    """The results of some work in its order, done by this process and others beside it, `lanes` in all.

    Each takes the next piece that none has taken. What one of them raises is raised.
    """
    can_fork = forks()
    taken = get_context("fork").Value("i") if can_fork else None

    def lane() -> dict[int, T]:
        told: dict[int, T] = {}
        while (number := _next(taken, len(told))) < len(works):
            told[number] = works[number]()
        return told

    others = [_started(lane) for _ in range(min(lanes, len(works)) - 1)] if can_fork else []
    try:
        told = lane()
        for pipe, process in others:
            told |= _result(pipe, process)
    finally:
        for _, process in others:
            process.terminate()
            process.join()
    return [told[number] for number in range(len(works))]


def _next(taken: Any, done: int) -> int:
    """The number of the next piece of work."""
    if taken is None:
        return done
    with taken.get_lock():
        taken.value += 1
        return int(taken.value) - 1


def _started(work: Callable[[], T]) -> tuple[Connection, BaseProcess]:
    gc.freeze()  # looking for circles in a process would copy the pages that it shares
    context = get_context("fork")
    pipe, end = context.Pipe(duplex=False)
    process = context.Process(target=_do, args=(work, end), daemon=True)
    process.start()
    end.close()
    return pipe, process


def _do(work: Callable[[], T], end: Connection) -> None:
    """Ctrl-C is for the process that waits, which ends this one."""
    signal(SIGINT, SIG_IGN)
    told: tuple[T | None, Exception | None]
    try:
        told = work(), None
    except Exception as problem:
        told = None, problem
    end.send(told)


def _result(pipe: Connection, process: BaseProcess) -> Any:
    """Raises what the work raised, and RuntimeError where its process was ended, as when memory ran out."""
    try:
        result, problem = pipe.recv()
    except EOFError:
        process.join()
        raise RuntimeError(ending(process.exitcode)) from None
    process.join()
    if problem is not None:
        raise problem
    return result
