"""What of a ledger may be told line by line: nothing that the tables themselves keep secret."""

from __future__ import annotations

from gouji.forms import Edition
from gouji.ledger import Ledger, Line, Target

Numbered = tuple[int, Line]
"""A line and its position in the ledger."""


def public_lines(ledger: Ledger, edition: Edition) -> list[Numbered]:
    """The lines without those that are withheld.

    Forms that only print sums show no gap where a line is secret. There the lines would: none is told.
    """
    itemised = any(form.rows == "lines" and form.headings and not form.optional for form in edition.forms)
    if not itemised and any(line.withheld for line in ledger.lines):
        return []
    return [(i, line) for i, line in enumerate(ledger.lines) if not line.withheld]


def public_targets(ledger: Ledger) -> list[Target]:
    secret = {line.project for line in ledger.lines if line.withheld}
    return [target for target in ledger.targets if target.project not in secret]
