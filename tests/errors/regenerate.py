"""Writes again all that the tests compare and a program can write: what is printed, not what is right.

    python -m tests.errors.regenerate

`tests/errors/CODE.out`: what the terminal report says about CODE on the tiny book `CODE.txt` (or `.xlsx`,
`.pdf`, where only such a file can have it), in Chinese and English. `tests/golden`: the reports on the sample
book. The generated parts of the documents. Look at the difference before keeping it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from io import StringIO
from pathlib import Path

from rich.console import Console

from docs import reference
from gouji.audit import Audit, audit
from gouji.messages import LANGUAGES, say
from gouji.read import read
from gouji.report import data, terminal

ERRORS = Path(__file__).parent
GOLDEN = ERRORS.parent / "golden"
SAMPLE = reference.REPO / reference.SAMPLE
BOOKS = sorted(path for path in ERRORS.iterdir() if path.suffix in (".txt", ".xlsx", ".pdf"))


def main() -> None:
    for path, text in (*gallery(), *golden(), *reference.written()):
        path.write_text(text, encoding="utf-8")


def gallery() -> Iterator[tuple[Path, str]]:
    """For each tiny book the file of what is said about it, and its text."""
    for book in BOOKS:
        yield book.with_suffix(".out"), shown(book.stem, audited(book))


def golden() -> Iterator[tuple[Path, str]]:
    """The reports on the sample, and their texts."""
    told = audited(SAMPLE)
    for lang in LANGUAGES:
        yield GOLDEN / f"sample.{lang}.txt", printed(told, lang)
        report = json.loads(data.line(data.report(told, lang)))
        yield GOLDEN / f"sample.{lang}.json", json.dumps(report, ensure_ascii=False, indent=1) + "\n"


def audited(path: Path) -> Audit:
    return audit(read(path.read_bytes(), path.name))


def shown(code: str, told: Audit) -> str:
    """What a report says about a code: its findings, or the cause and its findings."""
    chosen = about(code, told)
    return "\n".join(f"[{lang}]\n{part(printed(chosen, lang), lang)}\n" for lang in LANGUAGES)


def about(code: str, told: Audit) -> Audit:
    """The audit with nothing but the findings of a code, or the first cause of a kind and its findings."""
    kind = code.removeprefix("cause.")
    if kind == code:
        return replace(told, findings=tuple(f for f in told.findings if f.code == code), causes=())
    first = next((cause for cause in told.causes if cause.kind == kind and cause.rank == 1), None)
    ids = set(first.findings) if first else set()
    causes = tuple(cause for cause in told.causes if set(cause.findings) == ids)
    return replace(told, findings=tuple(f for f in told.findings if f.id in ids), causes=causes)


def printed(told: Audit, lang: str) -> str:
    file = StringIO()
    terminal.write(told, lang, Console(file=file, width=80, highlight=False))
    return file.getvalue()


def part(report: str, lang: str) -> str:
    """The middle of a report: between its heading and what was not checked."""
    _, *blocks = re.split(r"(?m)^(?=.* -{2,}$)", report)
    last = say("report.not-checked", lang)
    return "".join(block for block in blocks if not block.startswith(f"{last} --")).rstrip("\n")


if __name__ == "__main__":
    main()
