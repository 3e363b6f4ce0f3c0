"""`gouji codes`: look a code or a name up in the classifications."""

from __future__ import annotations

import argparse
import sys

from gouji.cli.options import Parser
from gouji.codes import Code, List, economics, find, functions, gov_economics, incomes
from gouji.messages import say
from gouji.report.words import safe

LISTS = {
    "functional": functions,
    "economic_dept": economics,
    "economic_gov": gov_economics,
    "income": incomes,
}


def codes(options: argparse.Namespace, _: Parser) -> int:
    found = find(options.text, options.year)
    if not found:
        print(say("cli.no-code", options.lang, {"text": safe(options.text)}), file=sys.stderr)
        return 1
    title = ""
    for name, code in found:
        listed = LISTS[name](options.year)
        if title != (title := f"{say(f'codes.{name}', options.lang)} {listed.year}"):
            print(title)
        print("  " + _line(code, listed))
    return 0


def _line(code: Code, listed: List) -> str:
    above = []
    parent = listed.get(code.parent) if code.parent else None
    while parent:
        above.append(f"{parent.code} {parent.name}")
        parent = listed.get(parent.parent) if parent.parent else None
    return f"{code.code}  {code.name}" + (f"  < {' < '.join(above)}" if above else "")
