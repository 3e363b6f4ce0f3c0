"""What sentences say: among themselves, against the tables, and in which words.

Imported only for books that have sentences: reading them takes patterns that other books need not wait for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gouji.checks.said import changes, figures, lists, numbers, wording
from gouji.findings import Result
from gouji.meaning import Sense

CHECKS: Mapping[str, Callable[[Sense], Result]] = {
    "prose.rate": changes.rate,
    "prose.change": changes.change,
    "prose.direction": changes.direction,
    "prose.share": lists.share,
    "prose.sum": lists.parts,
    "prose.change-sum": lists.parts_change,
    "prose.unit": numbers.unit,
    "prose.number": numbers.number,
    "prose.two-amounts": numbers.two_amounts,
    "prose.amount": figures.amount,
    "prose.magnitude": figures.magnitude,
    "prose.nothing-said": figures.nothing_said,
    "prose.name-outdated": wording.name_outdated,
    "prose.part-missing": wording.part_missing,
    "prose.reason-missing": wording.reason_missing,
}
