"""Writes what the documents copy from the program: the tables of reference.md, the sessions of the READMEs.

    python -m docs.reference

Each such part stands between `<!-- begin NAME -->` and `<!-- end NAME -->`; the rest is written by hand.
"""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from unittest.mock import patch

from rich.console import Console

from gouji.audit import audit
from gouji.cli.options import FILL, known_codes, parser
from gouji.explain.slips import COSTS
from gouji.messages import Entry, catalogue, say
from gouji.read import read
from gouji.report import terminal

REPO = Path(__file__).resolve().parent.parent
SAMPLE = "src/gouji/samples/yunnan-2026.txt"
SHOWN = "wrong-figure"
"""The kind of cause that the READMEs show."""
LEFT_OUT = "[...]"

Rows = Iterable[tuple[str, ...]]


def main() -> None:
    for path, text in written():
        path.write_text(text, encoding="utf-8")


def written() -> Iterator[tuple[Path, str]]:
    """Each document with generated parts, and what it should say."""
    for name in ("README.md", "README.zh-CN.md", "docs/reference.md"):
        text = (REPO / name).read_text(encoding="utf-8")
        for part in re.findall(r"<!-- begin (.+?) -->", text):
            text = _replaced(text, part)
        yield REPO / name, text


def _replaced(text: str, part: str) -> str:
    begin, end = f"<!-- begin {part} -->", f"<!-- end {part} -->"
    head, _, rest = text.partition(begin)
    _, _, tail = rest.partition(end)
    kind, *arguments = part.split()
    return f"{head}{begin}\n{PARTS[kind](*arguments)}\n{end}{tail}"


def commands() -> str:
    """A section for each command: its usage and its options in both languages."""
    chinese, english = (_parsers(locale) for locale in ("zh", "en"))
    return "\n\n".join(_command(name, english[name], chinese[name]) for name in FILL)


def _parsers(locale: str) -> dict[str, argparse.ArgumentParser]:
    with _locale(locale):
        groups = parser()._subparsers
        assert groups is not None
        choices = groups._group_actions[0].choices
        assert isinstance(choices, dict)
        return dict(choices)


@contextmanager
def _locale(name: str) -> Iterator[None]:
    with patch.dict(os.environ, {"LC_ALL": name}):
        yield


def _command(name: str, english: argparse.ArgumentParser, chinese: argparse.ArgumentParser) -> str:
    rows = [
        (_names(action), action.help or "", other.help or "")
        for action, other in zip(english._actions, chinese._actions, strict=True)
    ]
    entry = catalogue()[f"cli.{name}"]
    told = f"{entry.en[0].upper()}{entry.en[1:]}. {entry.zh}。"
    return f"### gouji {name}\n\n{told}\n\n{table(('', '', ''), rows)}"


def _names(action: argparse.Action) -> str:
    value = "\\|".join(action.choices) if action.choices else action.metavar or ""
    taken = f" {value}" if value and action.nargs != 0 else ""
    return ", ".join(f"`{option}{taken}`" for option in action.option_strings) or f"`{action.metavar}`"


def codes() -> str:
    """Every code of a finding with its level and what it checks, a table a family."""
    families: dict[str, list[Entry]] = {}
    for code in known_codes():
        families.setdefault(code.partition(".")[0], []).append(catalogue()[code])
    return "\n\n".join(_family(name, families[name]) for name in sorted(families))


def _family(name: str, entries: list[Entry]) -> str:
    rows = ((f"`{entry.code}`", entry.level, entry.what_en, entry.what_zh) for entry in entries)
    return f"### {name}\n\n{table(('code', 'level', 'checks', '核对'), rows)}"


def causes() -> str:
    told = [entry for code, entry in catalogue().items() if code.startswith("cause.")]
    rows = ((f"`{e.code.partition('.')[2]}`", e.what_en, e.what_zh) for e in told)
    return table(("kind", "what happened", "情形"), rows)


def slips() -> str:
    entries = [catalogue()[f"slip.{name}"] for name in COSTS]
    rows = ((e.en, e.zh, f"{cost}") for e, cost in zip(entries, COSTS.values(), strict=True))
    return table(("how", "情形", "cost"), rows)


def reasons() -> str:
    told = [entry for code, entry in catalogue().items() if code.startswith("reason.")]
    return table(("reason", "原因"), ((entry.en, entry.zh) for entry in told))


def session(lang: str) -> str:
    """What the command prints on the sample: the heading, one cause, the last lines."""
    told = audit(read((REPO / SAMPLE).read_bytes(), SAMPLE))
    file = StringIO()
    terminal.write(told, lang, Console(file=file, width=80, highlight=False))
    blocks = re.split(r"(?m)^(?=.* -{3,}$)", file.getvalue().rstrip("\n"))
    kind = say(f"report.kind.{SHOWN}", lang)
    shown = next(block for block in blocks if kind in block.split("\n")[0])
    last = blocks[-1].rpartition("\n\n")[2]
    gap = f"{LEFT_OUT}\n\n"
    command = f"$ gouji check {SAMPLE} --lang {lang}"
    return f"```\n{command}\n{blocks[0]}{gap}{shown}{gap}{last}\n```"


def table(head: tuple[str, ...], rows: Rows) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


PARTS: dict[str, Callable[..., str]] = {
    "commands": commands,
    "codes": codes,
    "causes": causes,
    "slips": slips,
    "reasons": reasons,
    "session": session,
}

if __name__ == "__main__":
    main()
