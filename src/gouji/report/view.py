"""The order in which findings are shown: by cause, then by table; those without a cause at the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from gouji.audit import Audit
from gouji.findings import ERROR, NOTE, WARNING, Cause, Finding, Spot

FEW = 2
LEVELS = (ERROR, WARNING, NOTE)


class Shown(NamedTuple):
    """A finding under the number that a report gives it, with its likeliest cause."""

    number: int
    finding: Finding
    cause: Cause | None


class Group(NamedTuple):
    """Alternative causes, likeliest first, with their findings; no causes for findings that have none."""

    causes: tuple[Cause, ...]
    shown: tuple[Shown, ...]
    shared: tuple[int, ...] = ()  # numbers of further findings, shown under an earlier cause


class View(NamedTuple):
    audit: Audit
    groups: tuple[Group, ...]

    @property
    def shown(self) -> list[Shown]:
        return [shown for group in self.groups for shown in group.shown]


def view(audit: Audit) -> View:
    return View(audit, tuple(_groups(audit)))


def marked(finding: Finding) -> tuple[Spot, ...]:
    """The cells that a finding marks. Of a sum these are its printed side, and few terms, not many."""
    if not finding.terms:
        return finding.spots
    printed = tuple(term.spot for term in finding.terms if term.sign > 0)
    terms = tuple(term.spot for term in finding.terms if term.sign < 0)
    return printed + terms if len(terms) <= FEW else printed


def ids(findings: Iterable[Finding]) -> list[str]:
    """The findings' ids, made distinct where findings read the same."""
    return distinct(finding.id for finding in findings)


def distinct(ids: Iterable[str]) -> list[str]:
    """Ids with a number behind each that came before."""
    seen: dict[str, int] = {}
    told = []
    for id in ids:
        times = seen[id] = seen.get(id, 0) + 1
        told.append(id if times == 1 else f"{id}-{times}")
    return told


def likeliest(causes: Iterable[Cause]) -> dict[str, Cause]:
    """The first cause of each finding, by the finding's id."""
    found: dict[str, Cause] = {}
    for cause in sorted(causes, key=lambda cause: cause.rank):
        for id in distinct(cause.findings):
            found.setdefault(id, cause)
    return found


def counts(findings: Iterable[Finding]) -> dict[str, int]:
    """How many findings of each level."""
    told = Counter(finding.level for finding in findings)
    return {level: told[level] for level in LEVELS}


def _groups(audit: Audit) -> Iterable[Group]:
    alternatives: dict[frozenset[str], list[Cause]] = {}
    for cause in audit.causes:
        alternatives.setdefault(frozenset(distinct(cause.findings)), []).append(cause)
    left = dict(zip(ids(audit.findings), audit.findings, strict=True))
    likely = likeliest(audit.causes)
    numbers: dict[str, int] = {}

    def shown(chosen: Iterable[str]) -> tuple[Shown, ...]:
        told = []
        for id in sorted(chosen, key=lambda id: _where(left[id])):
            numbers[id] = len(numbers) + 1
            told.append(Shown(numbers[id], left.pop(id), likely.get(id)))
        return tuple(told)

    for causes in alternatives.values():
        wanted = dict.fromkeys(id for cause in causes for id in distinct(cause.findings))
        shared = tuple(numbers[id] for id in wanted if id in numbers)
        own = shown([id for id in wanted if id in left])
        yield Group(tuple(sorted(causes, key=lambda cause: cause.rank)), own, shared)
    if left:
        yield Group((), shown(list(left)))


def _where(finding: Finding) -> tuple[int, str]:
    return (finding.spots[0].table, finding.spots[0].form) if finding.spots else (-1, "")
