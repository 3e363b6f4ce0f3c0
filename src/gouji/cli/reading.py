"""`gouji read`: the Book in a file, as data or as text."""

from __future__ import annotations

import argparse
import sys

from gouji.cli.check import edition_of
from gouji.cli.files import load, name_of
from gouji.cli.options import Parser
from gouji.cli.work import FAILED, OK, internal, unreadable
from gouji.read import Unreadable
from gouji.read import read as read_book


def read(options: argparse.Namespace, asked: Parser) -> int:
    edition, source = edition_of(options, asked), name_of(options.path)
    try:
        book = read_book(load(options.path), source, edition)
    except Unreadable as problem:
        print(unreadable(source, problem, options.lang), file=sys.stderr)
        return FAILED
    except Exception as problem:
        print(internal(source, problem, options.lang), file=sys.stderr)
        return FAILED
    if options.format == "json":
        from gouji.report.data import book_data, line

        text = line(book_data(book, options.lang)) + "\n"
    else:
        from gouji.write.text import write

        text = write(book)
    sys.stdout.buffer.write(text.encode())
    return OK
