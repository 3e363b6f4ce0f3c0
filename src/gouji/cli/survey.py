"""`gouji survey`: what many books hold and how much of each was checked, a row a book, and the totals."""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import closing

from gouji.cli.check import dones, how_of, progress, usable
from gouji.cli.files import sources, written
from gouji.cli.options import Parser
from gouji.cli.work import FAILED, OK, Done
from gouji.report.survey import Row, as_csv, as_json, as_table, unread


def survey(options: argparse.Namespace, asked: Parser) -> int:
    how, status = how_of(options, asked), OK
    paths = list(sources(options.paths, options.one_book))
    rows: list[Row] = []
    with (
        progress(len(paths), True) as step,
        closing(dones(paths, how._replace(format="survey"), options)) as found,
    ):
        for done in found:
            if done.problem:
                status = FAILED
                print(done.problem, file=sys.stderr)
            rows.append(_row(done))
            step()
    if how.format == "json":
        data = as_json(rows).encode()
    elif how.format == "csv":
        data = as_csv(rows, how.lang).encode()
    else:
        data = as_table(rows, how.lang, how.width, how.tty).encode(sys.stdout.encoding, "replace")
    with usable(options.output, asked, how.lang):
        _put(data, options.output)
    return status


def _row(done: Done) -> Row:
    """The row of a book; `error` says why it, or one of its files, could not be read."""
    row: Row = json.loads(done.text) if done.text else unread(done.source, done.problem)
    error = done.problem.replace("\n", " ") or None
    return row | {"seconds": round(done.seconds, 3), "error": error}


def _put(data: bytes, output: str | None) -> None:
    if output:
        with written(output) as file:
            file.write(data)
    else:
        sys.stdout.buffer.write(data)
