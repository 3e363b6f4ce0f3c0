"""The templates filled: which of their lines are written, and with what."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import NamedTuple

from gouji import codes
from gouji.draft import wording
from gouji.draft.amounts import Amounts
from gouji.draft.templates import FUNCTIONS, Line, Named, Part, amounts, parts
from gouji.ledger import Chapter, Ledger
from gouji.lexicon.glossary import glossary
from gouji.scope import condition

_FIELD = re.compile(r"\{([^{}]+)\}")


class Item(NamedTuple):
    """An amount of a list, with last year's."""

    name: str
    this: int | None
    last: int | None


class Drafter:
    """`this` and `last` are the amounts of the book and of last year's, which may not be known."""

    def __init__(self, ledger: Ledger, this: Amounts, last: Amounts | None) -> None:
        self._ledger = ledger
        self._this = this
        self._last = last

    def chapters(self) -> list[Chapter]:
        """All parts; terms are those that occur in the parts before."""
        made: list[Chapter] = []
        for part in parts():
            lines = list(self._paragraphs(part)) if not part.terms else list(_explained(made))
            made.append(Chapter(part.title, "\n".join(lines)))
        return made

    def _paragraphs(self, part: Part) -> Iterator[str]:
        for line in part.lines:
            if self._applies(line):
                items = list(self._items(line))
                if items or not line.each:
                    yield self._filled(line, items)

    def _applies(self, line: Line) -> bool:
        if line.some and not self._counted[line.some]:
            return False
        if line.none and self._counted[line.none]:
            return False
        if line.having and not any(map(self._is_there, line.having)):
            return False
        return not any(map(self._is_there, line.lacking))

    def _is_there(self, name: str) -> bool:
        """Is an amount not 0, this year or last, or not known this year?"""
        this, last = self._of(name)
        return this != 0 or bool(last)

    def _of(self, name: str) -> tuple[int | None, int | None]:
        return self._both(amounts()[name])

    def _both(self, named: Named) -> tuple[int | None, int | None]:
        return self._this.of(named), self._last.of(named) if self._last else None

    def _items(self, line: Line) -> Iterator[Item]:
        if line.each == FUNCTIONS:
            yield from self._classes(amounts()[line.of])
            return
        for name in line.each:
            this, last = self._of(name)
            if this != 0 or line.all or (last and "{change}" in line.item):
                yield Item(name, this, last)

    def _classes(self, whole: Named) -> Iterator[Item]:
        """The 类 that have money this year or last."""
        listed = codes.functions(self._ledger.year)
        known = {*self._this.classes(whole.scope), *(self._last.classes(whole.scope) if self._last else ())}
        for code in sorted(known):
            scope = whole.scope.meet(condition("function", code))
            if scope and (found := listed.get(code)):
                yield Item(found.name.removesuffix("支出"), *self._both(Named(scope)))

    def _filled(self, line: Line, items: list[Item]) -> str:
        each = "；".join(self._item(line, item) for item in items)
        return _FIELD.sub(lambda hit: each if hit[1] == "each" else self._field(hit[1]), line.text)

    def _item(self, line: Line, item: Item) -> str:
        said: dict[str, Callable[[], str]] = {
            "name": lambda: item.name,
            "amount": lambda: wording.amount(item.this, item.name),
            "change": lambda: wording.change(item.this, item.last),
            "share": lambda: wording.share(item.this, self._of(line.of)[0]),
        }
        return _FIELD.sub(lambda hit: said[hit[1]](), line.item)

    def _field(self, said: str) -> str:
        """What stands for {NAME}, {NAME|change}, {count units}, …"""
        name, _, form = said.partition("|")
        word, _, of = (form or name).partition(" ")
        if word == "count":
            return str(self._counted[of])
        if word == "list":
            return "、".join(unit.name for unit in self._ledger.units)
        if name in ("year", "last_year"):
            return str(self._ledger.year - (name == "last_year"))
        return self._amount(name, word if form else "", of)

    def _amount(self, name: str, form: str, of: str) -> str:
        this, last = self._of(name)
        match form:
            case "change":
                return wording.change(this, last)
            case "reason":
                return wording.reason(this, last)
            case "share":
                return wording.share(this, self._of(of)[0])
        return wording.amount(this, name)

    @cached_property
    def _counted(self) -> dict[str, int]:
        """How many units, projects with targets, and targets there are that are no secret."""
        secret = {line.project for line in self._ledger.lines if line.withheld}
        told = [target for target in self._ledger.targets if target.project not in secret]
        projects = {(target.unit, target.project) for target in told}
        return {"units": len(self._ledger.units), "projects": len(projects), "targets": len(told)}


def _explained(chapters: list[Chapter]) -> Iterator[str]:
    """The terms of the glossary that occur, each explained."""
    text = "\n".join(f"{part.title}\n{part.text}" for part in chapters)
    found = ((next((one for one in term.spellings if one in text), ""), term.said) for term in glossary())
    yield from (f"{i}.{name}：{said}" for i, (name, said) in enumerate(filter(_named, found), 1))


def _named(term: tuple[str, str]) -> bool:
    return bool(term[0])
