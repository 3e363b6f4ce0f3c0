"""`gouji read`: the Book in a file, as data or as text."""

from __future__ import annotations

import argparse
import os
import sys

from gouji.cli.check import edition_of
from gouji.cli.options import Parser
from gouji.cli.pool import Limits, results
from gouji.cli.work import How, Task


def read(options: argparse.Namespace, asked: Parser) -> int:
    several = os.path.isdir(options.path)
    how = How(f"book-{options.format}", options.lang, edition_of(options, asked), one_book=several)
    (done,) = results([Task(options.path, how)], 1, Limits())
    if done.problem:
        print(done.problem, file=sys.stderr)
    sys.stdout.buffer.write(done.text)
    return done.status
