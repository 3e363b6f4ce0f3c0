"""The command `gouji`. What a subcommand needs is imported when it runs."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module

from gouji.cli.options import asked_language, parser

STOPPED, NO_READER = 130, 141
"""Exit codes after Ctrl-C, and when whoever read the output has gone, as shells give them."""

MODULES = {
    "check": "gouji.cli.check",
    "survey": "gouji.cli.survey",
    "read": "gouji.cli.reading",
    "rules": "gouji.cli.rules",
    "explain": "gouji.cli.rules",
    "codes": "gouji.cli.codes",
    "words": "gouji.cli.words",
    "new": "gouji.cli.ledgers",
    "ledger": "gouji.cli.ledgers",
    "build": "gouji.cli.building",
    "draft": "gouji.cli.building",
    "diff": "gouji.cli.differences",
    "annotate": "gouji.cli.annotating",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line. 0: no error-level finding; 1: some; 2: something unreadable, or wrong usage."""
    arguments = sys.argv[1:] if argv is None else argv
    asked = parser(asked_language(arguments))
    options = asked.parse_args(arguments)
    try:
        status: int = getattr(import_module(MODULES[options.command]), options.command)(options, asked)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return NO_READER
    except KeyboardInterrupt:
        return STOPPED
    return status
