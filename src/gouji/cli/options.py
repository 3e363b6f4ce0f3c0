"""The command line: its commands and options, with their help in the user's language."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Callable, Iterable, Sequence
from itertools import takewhile, zip_longest
from typing import Any, NoReturn

from gouji import __version__
from gouji.messages import LANGUAGES, catalogue, say

_ARGPARSE = {
    "cli.required": re.compile(r"the following arguments are required: (?P<names>.*)"),
    "cli.unrecognized": re.compile(r"unrecognized arguments: (?P<names>.*)", re.DOTALL),
    "cli.invalid-choice": re.compile(
        r"argument (?P<name>.*?): invalid choice: (?P<text>.*) \(choose from (?P<choices>.*)\)", re.DOTALL
    ),
    "cli.needs-argument": re.compile(r"argument (?P<name>.*?): expected (?:one|at least one) argument"),
    "cli.takes-none": re.compile(
        r"argument (?P<name>.*?): ignored explicit argument (?P<text>.*)", re.DOTALL
    ),
    "cli.invalid-number": re.compile(r"argument (?P<name>.*?): invalid int value: (?P<text>.*)", re.DOTALL),
    "cli.invalid": re.compile(r"argument (?P<name>.*?): (?P<message>.*)", re.DOTALL),
}
"""What argparse complains of, by code of the catalogue."""


def language() -> str:
    """English where the locale is English, otherwise Chinese."""
    told = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return "en" if next(filter(None, told), "").startswith("en") else "zh"


def asked_language(arguments: Sequence[str]) -> str:
    """The language that --lang names, wherever it stands; otherwise the locale's."""
    found = language()
    told = list(takewhile(lambda word: word != "--", arguments))
    for word, following in zip_longest(told, told[1:], fillvalue=""):
        name, _, value = word.partition("=")
        if name == "--lang" and (value or following) in LANGUAGES:
            found = value or following
    return found


class Help(argparse.HelpFormatter):
    def __init__(self, prog: str, lang: str) -> None:
        super().__init__(prog)
        self.lang = lang

    def add_usage(self, usage: str | None, actions: Any, groups: Any, prefix: str | None = None) -> None:
        prefix = say("cli.usage", self.lang) + " " if prefix is None else prefix
        super().add_usage(usage, actions, groups, prefix)


class Parser(argparse.ArgumentParser):
    def __init__(self, lang: str, **kwargs: Any) -> None:
        super().__init__(
            add_help=False, formatter_class=lambda prog: Help(prog, lang), allow_abbrev=False, **kwargs
        )
        self.lang = lang
        self.arguments = self.add_argument_group(say("cli.arguments", lang))
        self.options = self.add_argument_group(say("cli.options", lang))
        self.options.add_argument("-h", "--help", action="help", help=say("cli.help", lang))

    def error(self, message: str) -> NoReturn:
        told = {"message": translated(message, self.lang), "command": self.prog}
        self.exit(2, f"gouji: {say('cli.wrong', self.lang, told)}\n")


def translated(message: str, lang: str) -> str:
    """What argparse says, in the user's language; a message of our own as it is."""
    for code, pattern in _ARGPARSE.items():
        if found := pattern.fullmatch(message):
            return say(code, lang, found.groupdict())
    return message


def parser(lang: str = "") -> Parser:
    lang = lang or language()
    whole = Parser(lang, prog="gouji", description=say("cli.gouji", lang))
    whole.options.add_argument(
        "--version", action="version", version=f"gouji {__version__}", help=say("cli.version", lang)
    )
    _language(whole, lang)
    commands = whole.add_subparsers(
        dest="command", required=True, metavar="COMMAND", title=say("cli.commands", lang), parser_class=Parser
    )
    for name, fill in FILL.items():
        told = say(f"cli.{name}", lang)
        command = commands.add_parser(name, lang=lang, help=told, description=told)
        if fill:
            fill(command, lang)
        _language(command, lang)
    return whole


def _language(command: Parser, lang: str) -> None:
    command.options.add_argument("--lang", choices=LANGUAGES, default=lang, help=say("cli.lang", lang))


def known_codes() -> list[str]:
    """Every code that a finding can have."""
    return [entry.code for entry in catalogue().values() if entry.level]


def chosen(given: Iterable[str], asked: Parser) -> tuple[str, ...]:
    """Codes or prefixes from options that repeat or list them; one that is unknown is wrong usage."""
    names = [name.strip() for text in given for name in text.split(",") if name.strip()]
    known = known_codes()
    for name in names:
        if not any(code == name or code.startswith(name + ".") for code in known):
            asked.error(unknown(name, known, asked.lang))
    return tuple(names)


def unknown(name: str, known: Iterable[str], lang: str) -> str:
    """The complaint about a code that does not exist, with the nearest ones that do."""
    from difflib import get_close_matches

    codes = list(known)
    families = sorted({code.partition(".")[0] for code in codes})
    near = get_close_matches(name, [*codes, *families], n=3, cutoff=0.5)
    message = say("cli.unknown-code", lang, {"code": name})
    return message + (say("cli.near", lang, {"codes": ", ".join(near)}) if near else "")


def _check(command: Parser, lang: str) -> None:
    command.arguments.add_argument("paths", nargs="+", metavar="PATH", help=say("cli.path", lang))
    option = command.options.add_argument
    option("--format", choices=("terminal", "json", "html"), default="terminal", help=say("cli.format", lang))
    option("-o", "--output", metavar="OUT", help=say("cli.output", lang))
    option("--resume", action="store_true", help=say("cli.resume", lang))
    option("--only", metavar="CODE", action="append", default=[], help=say("cli.only", lang))
    option("--skip", metavar="CODE", action="append", default=[], help=say("cli.skip", lang))
    _many(command, lang)


def _survey(command: Parser, lang: str) -> None:
    command.arguments.add_argument("paths", nargs="+", metavar="PATH", help=say("cli.path", lang))
    option, formats = command.options.add_argument, ("terminal", "csv", "json")
    option("--format", choices=formats, default="terminal", help=say("cli.survey-format", lang))
    option("-o", "--output", metavar="OUT", help=say("cli.survey-output", lang))
    command.set_defaults(only=[], skip=[])
    _many(command, lang)


def _many(command: Parser, lang: str) -> None:
    """The options of commands that take many books."""
    option = command.options.add_argument
    option("--edition", metavar="NAME", help=say("cli.edition", lang))
    option("--one-book", action="store_true", help=say("cli.one-book", lang))
    option("--jobs", metavar="N", type=_count(lang), default=0, help=say("cli.jobs", lang))
    option("--limit-seconds", metavar="N", type=_count(lang), default=60, help=say("cli.limit-seconds", lang))
    option("--limit-mb", metavar="N", type=_count(lang), default=1024, help=say("cli.limit-mb", lang))


def _read(command: Parser, lang: str) -> None:
    command.arguments.add_argument("path", metavar="PATH", help=say("cli.one-path", lang))
    option = command.options.add_argument
    option("--format", choices=("json", "text"), default="text", help=say("cli.as", lang))
    option("--edition", metavar="NAME", help=say("cli.edition", lang))


def _explain(command: Parser, lang: str) -> None:
    command.arguments.add_argument("code", metavar="CODE", help=say("cli.code", lang))


def _codes(command: Parser, lang: str) -> None:
    command.arguments.add_argument("text", metavar="CODE_OR_NAME", help=say("cli.code-or-name", lang))
    command.options.add_argument("--year", type=int, metavar="YEAR", help=say("cli.year", lang))


def _words(command: Parser, lang: str) -> None:
    command.arguments.add_argument("paths", nargs="+", metavar="PATH", help=say("cli.path", lang))


def _new(command: Parser, lang: str) -> None:
    option = command.options.add_argument
    option("--edition", metavar="NAME", help=say("cli.new-edition", lang))
    option("-o", "--output", metavar="OUT", help=say("cli.new-output", lang))
    option("--csv", metavar="DIR", help=say("cli.new-csv", lang))
    option("--year", type=int, metavar="YEAR", help=say("cli.new-year", lang))
    option("--force", action="store_true", help=say("cli.overwrite", lang))
    command.set_defaults(default="yunnan-2026")


def _ledger(command: Parser, lang: str) -> None:
    command.arguments.add_argument("path", metavar="BOOK", help=say("cli.book", lang))
    option = command.options.add_argument
    option("-o", "--output", metavar="OUT", required=True, help=say("cli.ledger-output", lang))
    option("--edition", metavar="NAME", help=say("cli.edition", lang))
    option("--all", action="store_true", help=say("cli.ledger-all", lang))
    option("--force", action="store_true", help=say("cli.overwrite", lang))


def _build(command: Parser, lang: str) -> None:
    command.arguments.add_argument("path", metavar="LEDGER", help=say("cli.ledger-path", lang))
    option = command.options.add_argument
    option("-o", "--output", metavar="OUT", required=True, help=say("cli.build-output", lang))
    option("--edition", metavar="NAME", help=say("cli.build-forms", lang))
    option("--formats", metavar="NAMES", default="", help=say("cli.formats", lang))
    option("--last", metavar="LAST", help=say("cli.last", lang))
    option("--no-draft", action="store_true", help=say("cli.no-draft", lang))
    option("--strict", action="store_true", help=say("cli.strict", lang))
    option("--force", action="store_true", help=say("cli.build-force", lang))


def _draft(command: Parser, lang: str) -> None:
    command.arguments.add_argument("path", metavar="LEDGER", help=say("cli.ledger-path", lang))
    option = command.options.add_argument
    option("-o", "--output", metavar="OUT", required=True, help=say("cli.draft-output", lang))
    option("--edition", metavar="NAME", help=say("cli.build-forms", lang))
    option("--last", metavar="LAST", help=say("cli.last", lang))
    option("--force", action="store_true", help=say("cli.overwrite", lang))


def _diff(command: Parser, lang: str) -> None:
    command.arguments.add_argument("old", metavar="OLD", help=say("cli.diff-old", lang))
    command.arguments.add_argument("new", metavar="NEW", help=say("cli.diff-new", lang))
    option, formats = command.options.add_argument, ("terminal", "json", "html", "xlsx")
    option("--format", choices=formats, default="terminal", help=say("cli.diff-format", lang))
    option("-o", "--output", metavar="OUT", help=say("cli.diff-output", lang))
    option("--edition", metavar="NAME", help=say("cli.edition", lang))


def _annotate(command: Parser, lang: str) -> None:
    command.arguments.add_argument("path", metavar="BOOK", help=say("cli.annotate-book", lang))
    option = command.options.add_argument
    option("-o", "--output", metavar="OUT", required=True, help=say("cli.annotate-output", lang))
    option("--only", metavar="CODE", action="append", default=[], help=say("cli.only", lang))
    option("--skip", metavar="CODE", action="append", default=[], help=say("cli.skip", lang))
    option("--edition", metavar="NAME", help=say("cli.edition", lang))


def _count(lang: str) -> Callable[[str], int]:
    def count(text: str) -> int:
        if not text.isdecimal() or int(text) < 1:
            raise argparse.ArgumentTypeError(say("cli.not-a-count", lang, {"text": text}))
        return int(text)

    return count


FILL: dict[str, Callable[[Parser, str], None] | None] = {
    "check": _check,
    "survey": _survey,
    "read": _read,
    "rules": None,
    "explain": _explain,
    "codes": _codes,
    "words": _words,
    "new": _new,
    "ledger": _ledger,
    "build": _build,
    "draft": _draft,
    "diff": _diff,
    "annotate": _annotate,
}
