"""Going on with JSON Lines of a run that was interrupted: which reports stay, and which files they are of.

A report stays where the file under its name has the bytes that it was made of. A line that is not whole
is dropped, as is the report of a file that has changed; files that could not be read have none.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence

from gouji.cli.files import STDIN, digest_of, name_of, written
from gouji.cli.work import FAULTY, OK
from gouji.read import Unreadable
from gouji.report.data import SCHEMA, Data


class NotReports(ValueError):
    """The file to go on with holds something else."""


def kept(output: str, paths: Sequence[str], one_book: bool) -> dict[str, int]:
    """The exit status of each book whose report stays in the output, which then holds whole lines only."""
    if not os.path.exists(output):
        return {}
    asked = {name_of(path): path for path in paths}
    told: dict[str, int] = {}
    with open(output, "rb") as old, written(output) as new:
        for line in old:
            if not line.endswith(b"\n"):
                break
            report = _report(line)
            source = report["source"]
            if source in told or (source in asked and not _same(report, asked[source], one_book)):
                continue
            if source in asked:
                told[source] = FAULTY if report["summary"]["errors"] else OK
            new.write(line)
    return told


def _report(line: bytes) -> Data:
    try:
        report = json.loads(line)
        if report["schema"] == SCHEMA and {"source", "summary"} <= report.keys():
            return dict(report)
    except (ValueError, TypeError, KeyError):
        pass
    raise NotReports


def _same(report: Data, path: str, one_book: bool) -> bool:
    try:
        return path != STDIN and report.get("sha256") == digest_of(path, one_book)
    except Unreadable:
        return False
