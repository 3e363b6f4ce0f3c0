"""What a book or a ledger says in words: targets, notes of tables, the paragraphs of its narrative."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from gouji import lexicon
from gouji.book import Cell, Place, Table
from gouji.checks.targets import Plan, Target, plans
from gouji.compare.model import NOTE, PARAGRAPH, TARGET, Passage
from gouji.findings import Spot
from gouji.ledger import Ledger
from gouji.lexicon import normal
from gouji.meaning import Sense
from gouji.narrative.text import Paragraph, paragraphs, plain

GOAL = "年度目标"
TARGETS = "绩效目标"
NEAR = 3  # years from the book's own: what is told of them moves on with the book
_YEAR = re.compile(r"20\d\d")
_ZEROS = re.compile(r"(\d)(?:\.0+|(\.\d*[1-9])0+)(?!\d)")
"""Zeros at the end of a number's decimals: an old workbook does not tell 1.00 from 1."""
_SENTENCE = re.compile("[。;]")


def passages(sense: Sense, names: Sequence[str]) -> tuple[Passage, ...]:
    """All that a book says in words; `names` are what its tables are aligned by."""
    book = sense.book
    year = book.year or 0
    told = [one for plan in plans(sense) for one in _of_plan(plan, names[plan.table.number], year)]
    for name, number in zip(names, range(len(book.tables)), strict=True):
        told += _notes(book.tables[number], name, number, year)
    told += _paragraphs(paragraphs(book.prose), year)
    return _numbered(told)


def ledger_passages(ledger: Ledger, place: Place) -> tuple[Passage, ...]:
    """The targets and the narrative parts that a ledger holds."""
    goals = dict.fromkeys((target.project, target.goal) for target in ledger.targets if target.goal)
    told = [_said(TARGET, TARGETS, (p, GOAL), f"{p} {GOAL}", goal, ledger.year, place) for p, goal in goals]
    for target in ledger.targets:
        key = _names(target.project, target.level1, target.level2, target.level3)
        text = _valued(target.operator, target.value, target.measure)
        told.append(
            _said(TARGET, TARGETS, key, f"{target.project} {target.level3}", text, ledger.year, place)
        )
    lines = [
        Cell(line, place) for part in ledger.parts for line in (part.title, *part.text.split("\n")) if line
    ]
    return _numbered([*told, *_paragraphs(paragraphs(lines), ledger.year)])


def _of_plan(plan: Plan, name: str, year: int) -> Iterator[Passage]:
    """A project's goals, each text once, and its indicators."""
    goals = {normal(text): (row, text) for row, text in reversed(plan.goals)}
    for row, text in reversed(goals.values()):
        key, label = (plan.project, GOAL), f"{plan.project} {GOAL}"
        yield Passage(TARGET, name, key, _told(text, year), label, text, plan.goal_spot(row))
    for target in plan.targets:
        yield _indicator(target, name, year)


def _indicator(target: Target, name: str, year: int) -> Passage:
    key = _names(target.project, target.level1, target.level2, target.level3)
    text = _valued(target.operator, target.value, target.measure)
    part = next((part for part in ("value", "level3", "operator") if target.printed(part)), "level3")
    label = f"{target.project} {target.level3 or target.level2}".strip()
    return Passage(TARGET, name, key, _plainly(text, year), label, text, target.spot(part))


def _names(*texts: str) -> tuple[str, ...]:
    return tuple(map(normal, texts))


def _valued(operator: str, value: str, measure: str) -> str:
    return "".join(part.strip() for part in (operator, value, measure))


def _notes(table: Table, name: str, number: int, year: int) -> Iterator[Passage]:
    for note in table.notes:
        spot = Spot(table.name, "", "", note.text, note.place, number)
        yield Passage(NOTE, name, (), _told(note.text, year), "", note.text, spot)


def _paragraphs(told: Iterable[Paragraph], year: int) -> Iterator[Passage]:
    """The paragraphs that are sentences: headings, covers and lists of contents are none."""
    for paragraph in told:
        if _SENTENCE.search(paragraph.text) and paragraph.text != paragraph.heading:
            heading = lexicon.label(paragraph.heading).text
            text = "".join(cell.text.strip() for cell in paragraph.cells)
            spot = Spot("", "", "", text, paragraph.cells[0].place)
            key = (_told(heading, year),)
            yield Passage(PARAGRAPH, "", key, _told(paragraph.text, year), heading, text, spot)


def _said(
    what: str, table: str, key: tuple[str, ...], label: str, text: str, year: int, place: Place
) -> Passage:
    spot = Spot(table, label, "", text, place)
    return Passage(what, table, key, _plainly(text, year), label, text, spot)


def _told(text: str, year: int) -> str:
    """A text for comparing: plain characters, no spaces, near years told from the book's own."""
    bare = plain(normal(text))
    return _YEAR.sub(lambda found: _relative(found[0], int(found[0]) - year), bare) if year else bare


def _relative(printed: str, ahead: int) -> str:
    """A year far from the book's own, as of a law, is the same one in the next book."""
    return f"{{{ahead:+}}}" if abs(ahead) <= NEAR else printed


def _plainly(text: str, year: int) -> str:
    return _ZEROS.sub(lambda found: found[1] + (found[2] or ""), _told(text, year))


def _numbered(told: Iterable[Passage]) -> tuple[Passage, ...]:
    """Targets of one name told apart by their order; notes and paragraphs are told apart by what they say."""
    seen: Counter[tuple[str, tuple[str, ...]]] = Counter()
    found = []
    for one in told:
        if one.what == TARGET:
            seen[one.table, one.key] += 1
            one = one._replace(key=(*one.key, str(seen[one.table, one.key])))
        found.append(one)
    return tuple(found)
