"""`gouji rules` and `gouji explain`: every check, and one code in full, each with a real example."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from importlib.resources import files

from gouji.audit import audit
from gouji.cli.options import Parser, known_codes, unknown
from gouji.messages import Entry, catalogue, say
from gouji.read import read
from gouji.report.words import cause_text, finding_text

SAMPLE = "samples/yunnan-2026.txt"


def rules(options: argparse.Namespace, _: Parser) -> int:
    lang, example = options.lang, examples(options.lang)
    for code in known_codes():
        entry = catalogue()[code]
        print(f"{code}  [{say(f'report.level.{entry.level}', lang)}]  {entry.what(lang)}")
        print(f"    {say('cli.example', lang)} {example.get(code) or pattern(entry, lang)}")
    return 0


def explain(options: argparse.Namespace, asked: Parser) -> int:
    lang, code = options.lang, options.code
    told = [entry for entry in catalogue().values() if entry.what_zh]
    chosen = [entry for entry in told if entry.code == code or entry.code.startswith(code + ".")]
    if not chosen:
        asked.error(unknown(code, (entry.code for entry in told), options.lang))
    example = examples(lang)
    print("\n\n".join("\n".join(_lines(entry, example.get(entry.code), lang)) for entry in chosen))
    return 0


def examples(lang: str) -> dict[str, str]:
    """The message of each code as the shipped sample book gives it."""
    told = audit(read(files("gouji").joinpath(SAMPLE).read_bytes(), "sample"))
    found = {finding.code: finding_text(finding, lang) for finding in reversed(told.findings)}
    return found | {f"cause.{cause.kind}": cause_text(cause, lang) for cause in reversed(told.causes)}


def pattern(entry: Entry, lang: str) -> str:
    """A message with its arguments left open, for a code that the sample book does not show."""
    return entry.message(lang).replace("{", "<").replace("}", ">")


def _lines(entry: Entry, example: str | None, lang: str) -> Iterator[str]:
    level = f"  [{say(f'report.level.{entry.level}', lang)}]" if entry.level else ""
    yield f"{entry.code}{level}"
    yield f"  {say('cli.checks', lang)} {entry.what(lang)}"
    yield f"  {say('cli.message', lang)} {pattern(entry, lang)}"
    if example:
        yield f"  {say('cli.example', lang)} {example}"
    if entry.remedy(lang):
        yield f"  {say('report.remedy', lang)}{entry.remedy(lang)}"
