"""An Audit for a terminal: by cause, then by table, each finding with its row and the sum written out."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from gouji.audit import Audit
from gouji.book import FINAL_ACCOUNTS
from gouji.findings import BROKEN, ERROR, HELD, NOT_CHECKED, NOTE, WARNING, Cause, Finding, Outcome, Spot
from gouji.report.layout import columns, excerpt, wrap
from gouji.report.locate import CELL, Index
from gouji.report.view import Group, Shown, counts, marked, view
from gouji.report.words import (
    Step,
    arithmetic,
    book_title,
    by_row,
    cause_text,
    finding_text,
    form_title,
    money_unit,
    place_text,
    proposal,
    reason_text,
    remedy_text,
    row_text,
    safe,
    slip_text,
    word,
)

WIDEST = 100
EXCERPTS = 3
"""Rows shown for one finding; further ones are counted."""
STYLES = {ERROR: "bold red", WARNING: "yellow", NOTE: "cyan"}


def write(audit: Audit, lang: str, console: Console) -> None:
    lines = _Report(audit, lang, min(console.width, WIDEST)).lines()
    if console.color_system:
        console.print(Text("\n").join(lines), soft_wrap=True)
    else:
        console.file.write("".join(f"{line.plain}\n" for line in lines))


class _Report:
    def __init__(self, audit: Audit, lang: str, width: int) -> None:
        self.audit = audit
        self.lang = lang
        self.width = width
        self.index = Index(audit.book)

    def lines(self) -> Iterator[Text]:
        yield from self.heading()
        for group in view(self.audit).groups:
            yield from self.cause(group) if group.causes else self.others(group)
        yield from self.unchecked()
        yield from self.counts()

    def word(self, key: str, **args: object) -> str:
        return word(key, self.lang, **args)

    def block(self, text: str, indent: int, style: str = "") -> Iterator[Text]:
        for line in wrap(text, self.width - indent):
            yield Text(" " * indent).append(line, style)

    def rule(self, title: str) -> Iterator[Text]:
        yield Text("")
        *lines, last = wrap(title, self.width - 2)
        yield from (Text(line, "bold") for line in lines)
        yield Text.assemble((last, "bold"), (" " + "-" * (self.width - cell_len(last) - 1), "dim"))

    def heading(self) -> Iterator[Text]:
        book = self.audit.book
        told = f"{self.word('edition')} {book.edition}  {self.word('money-unit')} {money_unit(book.fen)}"
        if book.kind == FINAL_ACCOUNTS:
            told = f"{self.word('book-kind')} {self.word(f'book-kind.{book.kind}')}  {told}"
        yield from self.block(book_title(book, self.lang), 0, "bold")
        yield from self.block(f"{self.word('source')} {safe(book.source)}", 0, "dim")
        yield from self.block(told, 0, "dim")

    def cause(self, group: Group) -> Iterator[Text]:
        for cause in group.causes:
            told = (cause.id, self.word(f"kind.{cause.kind}"), slip_text(cause, self.lang))
            title = "  ".join(filter(None, told))
            if cause is group.causes[0]:
                yield from self.rule(f"{self.word('cause')} {title}")
            else:
                yield from self.block(f"{self.word('also')} {title}", 2, "bold")
            yield from self.explanation(cause)
        if any(cause.tied for cause in group.causes):
            yield from self.block(self.word("tied"), 2)
        if group.shared:
            yield from self.block(self.word("shared", numbers=", ".join(map(str, group.shared))), 2)
        yield from self.findings(group.shown)

    def explanation(self, cause: Cause) -> Iterator[Text]:
        yield from self.block(cause_text(cause, self.lang), 2)
        for spots in by_row(cause.spots)[:EXCERPTS]:
            yield from self.block(self.spots(spots), 4, "dim")
        if told := proposal(cause):
            yield from self.block(f"{self.word('proposed')} {told}", 4, "green")

    def others(self, group: Group) -> Iterator[Text]:
        yield from self.rule(self.word("without-cause"))
        for form, shown in groupby(group.shown, key=lambda shown: _form(shown.finding)):
            title = form_title(self.audit.book, form)
            name = (form if title == form else f"{form}  {title}") or self.word("whole-book")
            yield Text("")
            yield from self.block(safe(name), 0, "bold underline")
            yield from self.findings(tuple(shown))

    def findings(self, shown: tuple[Shown, ...]) -> Iterator[Text]:
        """Findings of one kind in a run say what is the same in all of them only once."""
        for _, run in groupby(shown, key=lambda shown: (shown.finding.code, _form(shown.finding))):
            yield Text("")
            told, added = "", ""
            for number, finding, _ in run:
                text = finding_text(finding, self.lang)
                level = (self.word(f"level.{finding.level}"), STYLES[finding.level])
                yield Text.assemble(f"{number:>3}. ", level, "  ", (finding.code, "dim"))
                yield from self.block(text if text != told else "", 5)
                yield from self.excerpts(finding)
                if sum_ := self.sum(finding):
                    yield from self.block(self.word("same-sum") if sum_ == added else sum_, 5)
                told, added = text, sum_
            if remedy := remedy_text(finding, self.lang):
                yield from self.block(f"{self.word('remedy')}{remedy}", 5, "dim")

    def excerpts(self, finding: Finding) -> Iterator[Text]:
        rows = by_row(marked(finding))
        for spots in rows[:EXCERPTS]:
            yield from self.block(self.spots(spots), 5, "dim")
            yield from self.excerpt(spots, STYLES[finding.level])
        if len(rows) > EXCERPTS:
            yield from self.block(self.word("more", count=len(rows) - EXCERPTS), 5, "dim")

    def excerpt(self, spots: list[Spot], style: str) -> Iterator[Text]:
        found = [where for spot in spots if (where := self.index.where(spot))]
        if found and found[0].kind == CELL:
            where = found[0]
            texts = [safe(cell.text) for cell in self.audit.book.tables[where.table].rows[where.row]]
            marked = {other.column for other in found if other[:3] == where[:3]}
            blank = f"({self.word('blank')})"
            texts = [text or (blank if i in marked else "") for i, text in enumerate(texts)]
        elif spots[0].text:
            texts, marked = [safe(spots[0].text)], {0}
        else:
            return
        row, marks = excerpt(texts, marked, self.width - 7)
        yield Text("       ").append(row)
        yield Text("       ").append(marks, style)

    def sum(self, finding: Finding) -> str:
        """The arithmetic written out with every term; nothing where there is none."""
        told = arithmetic(finding, self.audit.book)
        if told is None:
            return ""
        printed, implied = self.side(told.printed, told.total), self.side(told.terms, told.implied, last=True)
        return f"{printed} {told.sign} {implied}" + self.word(
            "off-by", unit=told.unit, amount=told.difference
        )

    def side(self, steps: tuple[Step, ...], total: str, last: bool = False) -> str:
        """One side of a sum: its terms, and what they come to where there are more than one."""
        terms = " + ".join(step.amount or self.word("blank") for step in steps)
        if len(steps) < 2:
            return terms or total
        return f"{terms} = {total}" if last else f"{total} = {terms}"

    def spots(self, spots: list[Spot]) -> str:
        place = place_text(spots[0].place, self.lang, self.audit.book.source)
        told = [part for part in (place, row_text(spots, self.lang)) if part]
        return "  ".join([safe(spots[0].form), *told]) if told else ""

    def unchecked(self) -> Iterator[Text]:
        left = [outcome for outcome in self.audit.outcomes if outcome.outcome == NOT_CHECKED]
        unknown = self.audit.coverage.not_understood
        yield from self.rule(self.word("not-checked"))
        for reason, outcomes in groupby(sorted(left, key=_reason), key=_reason):
            codes = ", ".join(outcome.code for outcome in outcomes)
            yield from self.block(f"{reason_text(reason, self.lang)} ({codes})" if reason else codes, 2)
        if unknown:
            yield from self.block(self.word("not-understood"), 2)
            for cell in unknown:
                place = "  " + place_text(cell.place, self.lang, self.audit.book.source)
                yield Text(columns("    " + safe(cell.text), place, self.width))
        if not left and not unknown:
            yield from self.block(self.word("nothing-left"), 2)

    def counts(self) -> Iterator[Text]:
        coverage, outcomes = self.audit.coverage, self.audit.outcomes
        levels = counts(self.audit.findings)
        covered = self.word(
            "covered", figures=coverage.figures, scoped=coverage.scoped, in_identities=coverage.in_identities
        )
        told = self.word(
            "counts",
            errors=levels[ERROR],
            warnings=levels[WARNING],
            notes=levels[NOTE],
            held=sum(o.cases for o in outcomes if o.outcome == HELD),
            broken=sum(o.cases for o in outcomes if o.outcome == BROKEN),
            unchecked=sum(o.outcome == NOT_CHECKED for o in outcomes),
        )
        yield Text("")
        yield from self.block(covered, 0)
        yield from self.block(told, 0, "bold")


def _form(finding: Finding) -> str:
    return finding.spots[0].form if finding.spots else ""


def _reason(outcome: Outcome) -> str:
    return outcome.reason or ""
