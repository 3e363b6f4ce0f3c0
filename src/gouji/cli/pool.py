"""Many books on many cores: each in a process that is killed and replaced when it takes too long or dies.

Results come in the order of the books, and few of them are in memory at a time. PDFium and other native
code can hang or crash on a hostile file, so even a single book is checked in a process of its own.
"""

from __future__ import annotations

import os
import signal as signals
import sys
from collections import deque
from collections.abc import Generator, Iterable, Sequence
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from signal import SIG_IGN, SIGINT, SIGTERM, Signals, signal
from time import monotonic
from typing import NamedTuple, NoReturn

from gouji.cli.files import STDIN, load
from gouji.cli.work import Done, Task, collect_rarely, lost, work
from gouji.read.patience import listen

AHEAD = 32
"""Books for each worker that are done, or under way, before the first of them is."""
GRACE = 0.5
"""Seconds in which a worker that is stopped may end what it has started."""
MEGABYTE = 1024 * 1024
ORPHANED = 5
"""Seconds beyond its limit after which a worker that nobody has stopped ends by itself."""
RECOGNISING = 1024
"""Megabytes beyond its limit that a book with pages to recognise may have: the models and their work."""
QUEUE = 2
"""Books that a worker has at a time: the next is there when the first is done, and it need not wait."""
TOO_BIG = 70
"""The exit status of a worker whose book needs more memory than it may have."""


class Limits(NamedTuple):
    """What one book may take: seconds on the clock, as many again for each page that has to be recognised,
    and megabytes where the system can limit them."""

    seconds: int = 60
    megabytes: int = 1024


def cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def results(tasks: Iterable[Task], jobs: int, limits: Limits) -> Generator[Done]:
    """What became of each book, in order. Standard input is read when all before it have been told."""
    threads = max(1, cores() // max(1, jobs))
    crew = [_Worker(limits, threads) for _ in range(jobs)]
    left = enumerate(tasks)
    following = next(left, None)
    done: dict[int, Done] = {}
    told = 0
    try:
        while True:
            while told in done:
                yield done.pop(told)
                told += 1
            for worker in [worker for queue in range(QUEUE) for worker in crew if len(worker.queue) <= queue]:
                if following and _may_go(*following, told, jobs):
                    worker.give(*following)
                    following = next(left, None)
            busy = [worker for worker in crew if worker.queue]
            if not busy:
                return
            done.update(_finished(busy))
    finally:
        for worker in crew:
            worker.part()
        for worker in crew:
            worker.end()


def _may_go(number: int, task: Task, told: int, jobs: int) -> bool:
    """Not too far ahead; and one that is waited for, or large to hand over, only by itself."""
    alone = task.source == STDIN or task.data is not None
    return number - told < (1 if alone else jobs * AHEAD)


def _finished(busy: Sequence[_Worker]) -> list[tuple[int, Done]]:
    """Waits until some of the workers have a result, have died or are out of time."""
    soonest = min(worker.deadline for worker in busy)
    ready = wait([worker.pipe for worker in busy], max(0, soonest - monotonic()))
    late = monotonic()
    told = [
        (worker.queue[0][0], worker.take() if worker.pipe in ready else worker.stop())
        for worker in busy
        if worker.pipe in ready or worker.deadline <= late
    ]
    return [(number, done) for number, done in told if done]


class _Worker:
    """A process that checks its books one by one. It is started for the first, and again after its end."""

    pipe: Connection

    def __init__(self, limits: Limits, threads: int = 1) -> None:
        self._limits, self._threads = limits, threads
        self._process: BaseProcess | None = None
        self.queue: deque[tuple[int, Task]] = deque()
        self.deadline = 0.0  # of the first

    def give(self, number: int, task: Task) -> None:
        if task.source == STDIN and task.data is None:
            task = task._replace(data=load(STDIN))
        self.queue.append((number, task))
        if len(self.queue) > 1:
            with suppress(OSError):  # where it died, that is seen when its first book's result is taken
                self.pipe.send(task)
            return
        self._begin()

    def take(self) -> Done | None:
        """The result, one that says so where the worker died, or None where it asks for more time."""
        try:
            done: Done | None = self.pipe.recv()
        except (EOFError, OSError):
            status = self.end()
            if status == TOO_BIG:
                return self._lost("too-big", str(self._limits.megabytes))
            return self._lost("crashed", ending(status))
        if done is not None:
            self.queue.popleft()
        self.deadline = monotonic() + self._limits.seconds
        return done

    def stop(self) -> Done:
        self.part()
        self.end()
        return self._lost("too-slow", str(self._limits.seconds))

    def part(self) -> None:
        """Asks the process to end."""
        if self._process:
            self.pipe.close()
            self._process.terminate()

    def end(self) -> int | None:
        """Sees to it that the process has ended, and says how."""
        if not self._process:
            return None
        self._process.join(GRACE)
        self._process.kill()
        self._process.join()
        status, self._process = self._process.exitcode, None
        return status

    def _lost(self, key: str, value: str) -> Done:
        """The first book is lost; the others go to a new process."""
        _, task = self.queue.popleft()
        spent = monotonic() - self.deadline + self._limits.seconds
        if self.queue:
            self._begin()
        return lost(task, key, value)._replace(seconds=spent)

    def _begin(self) -> None:
        """Sends all its books, to a new process where there is none or it died while it was idle."""
        try:
            self._send()
        except OSError:
            self.end()
            self._send()
        self.deadline = monotonic() + self._limits.seconds

    def _send(self) -> None:
        if self._process is None:
            context = get_context("fork") if sys.platform == "linux" else get_context("spawn")
            self.pipe, end = context.Pipe()
            self._process = context.Process(
                target=_serve, args=(end, self._limits, self._threads), daemon=True
            )
            self._process.start()
            end.close()
        for _, task in self.queue:
            self.pipe.send(task)


def _serve(pipe: Connection, limits: Limits, threads: int) -> None:
    """What a worker does until its pipe is closed. It ends itself where a book needs too much memory."""
    _start(limits.megabytes, threads)

    def more() -> None:
        """A page is to be recognised."""
        pipe.send(None)
        _end_after(limits.seconds + ORPHANED)
        _limit(limits.megabytes + RECOGNISING)

    listen(more)
    while True:
        try:
            task: Task = pipe.recv()
            _end_after(limits.seconds + ORPHANED)
            pipe.send(work(task))
            _end_after(0)
            _limit(limits.megabytes)
        except (EOFError, OSError):
            return
        except MemoryError:
            os._exit(TOO_BIG)


def _start(megabytes: int, threads: int) -> None:
    """Ctrl-C is for the whole, what native code prints is for nobody, and memory is bounded.

    All workers together have a thread for each core: where each had as many, recognising would take longer.
    """
    signal(SIGINT, SIG_IGN)
    signal(SIGTERM, _leave)
    nobody = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nobody, 1)
    os.dup2(nobody, 2)
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # which otherwise reserves memory for every core
    os.environ["OMP_NUM_THREADS"] = str(threads)  # what recognises keeps to it
    collect_rarely()
    _limit(megabytes)


def _end_after(seconds: int) -> None:
    """Has the system end this process, even in native code, where its parent is gone; 0 for never."""
    if hasattr(signals, "alarm"):
        signals.alarm(seconds)


def _leave(*_: object) -> NoReturn:
    sys.exit()


def _limit(megabytes: int) -> None:
    """Bounds the memory of this process where the system can do that."""
    try:
        import resource
    except ModuleNotFoundError:
        return
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    try:
        resource.setrlimit(resource.RLIMIT_DATA, (megabytes * MEGABYTE, most))
    except (ValueError, OSError):
        return


def ending(status: int | None) -> str:
    """How a process ended: the name of the signal, or its exit status."""
    try:
        return Signals(-(status or 0)).name
    except ValueError:
        return f"exit {status}"
