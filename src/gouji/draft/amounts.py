"""What a book says of a scope: the amount that its tables print, 0 where they print a blank, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from gouji import codes, lexicon
from gouji.draft.templates import Named
from gouji.identities.scopes import canonical
from gouji.ledger import Ledger
from gouji.meaning import Sense
from gouji.narrative.figures import Figures, Printed
from gouji.scope import Scope, condition, everything

_CATALOGUE = "采购目录"
_CLASS = 3
Unprinted = Callable[[Scope], int | None]


class Amounts:
    """The amounts of a book, in 分. `unprinted` says what is known of a scope that no table prints."""

    def __init__(self, sense: Sense, unprinted: Unprinted, ledger: Ledger | None = None) -> None:
        self._sense = sense
        self._figures = Figures(sense, sense.book.year, blanks=True)
        self._unprinted = unprinted
        self._ledger = ledger
        self.year = sense.book.year or 0

    def of(self, named: Named) -> int | None:
        """None where the book does not say it, or contradicts itself."""
        if named.catalogue:
            return self._bought(named)
        return self.counting(named.scope)

    def counting(self, scope: Scope) -> int | None:
        if canonical(everything(), scope, self._sense.live, ()) is None:
            return 0  # of a kind of which the book has no money at all
        same = self._told(scope)
        if not same:
            if scope.get("item"):
                return None  # what a table of its own would count, and no line is marked as
            return self._unlisted(scope) if scope.get("function") else self._unprinted(scope)
        slack = 2 * max(one.step for one in same)
        told = [one.amount for one in same]
        if max(told) - min(told) > slack:
            return None
        return min(same, key=lambda one: one.step).amount

    def classes(self, scope: Scope) -> dict[str, int | None]:
        """The 类 that have money of a scope, in the order of their codes."""
        listed = (code.code for code in codes.functions(self.year).children(""))
        within = {code: scope.meet(condition("function", code)) for code in listed}
        found = {code: self._told(own) for code, own in within.items() if own}
        return {
            code: self.counting(own)
            for code, own in within.items()
            if own and any(one.amount for one in found.get(code, ()))
        }

    def _told(self, scope: Scope) -> list[Printed]:
        """The figures that print it, but for those of tables that leave something out."""
        return [one for one in self._figures.exactly(scope) if not one.panel.table.incomplete]

    def _unlisted(self, scope: Scope) -> int | None:
        """Nothing, of a 类 that has no row where the rows of all others make up the whole."""
        whole = scope.without("function")
        total, rows = self.counting(whole), self.classes(whole)
        told = [amount for amount in rows.values() if amount is not None]
        complete = total is not None and len(told) == len(rows) and sum(told) == total
        return 0 if complete else self._unprinted(scope)

    def _bought(self, named: Named) -> int | None:
        """Of things bought: by the letters with which the catalogue's codes begin; all must have one."""
        whole, parts = self.counting(named.scope), dict.fromkeys("ABC", 0)
        for name, fen in self._catalogued(named.scope):
            if name[:1] not in parts:
                return None
            parts[name[:1]] += fen
        return parts[named.catalogue] if sum(parts.values()) == whole else None

    def _catalogued(self, scope: Scope) -> Iterator[tuple[str, int]]:
        """The catalogue's code and the amount of each line bought that is no secret."""
        ledger = self._ledger
        wanted = _of_year(scope, self.year)
        for line, own in ledger.scoped if ledger else ():
            if not line.withheld and own.inside(wanted):
                item = ledger.item(line) if ledger else None
                yield (item.told.get(_CATALOGUE, "") if item else "").strip().upper(), line.fen


def of_ledger(ledger: Ledger, sense: Sense) -> Amounts:
    """Those of the book compiled from a ledger. What no table prints is told where nothing is secret."""
    secret = any(line.withheld for line in ledger.lines)

    def unprinted(scope: Scope) -> int | None:
        wanted = _of_year(scope, ledger.year)
        inside = [line.fen for line, own in ledger.scoped if own.inside(wanted)]
        return None if inside and secret else sum(inside)

    return Amounts(sense, unprinted, ledger)


def of_book(sense: Sense) -> Amounts:
    """Those of a published book. What a table would count that is declared empty is nothing."""
    empty = set(_declared_empty(sense))

    def unprinted(scope: Scope) -> int | None:
        known = canonical(everything(), scope, sense.live, ())
        return 0 if known and known[0] in empty else None

    return Amounts(sense, unprinted)


def _of_year(scope: Scope, year: int) -> Scope:
    return lexicon.proper(lexicon.imply(scope.meet(condition("year", str(year))) or scope)[0])


def _declared_empty(sense: Sense) -> Iterator[Scope]:
    for one in sense.tables:
        if one.table.state == "declared-empty" and one.title.understood and not one.table.withheld:
            for role, meaning in zip(one.roles, one.meanings, strict=True):
                known = None
                if not role and meaning.understood:
                    known = canonical(one.title.scope, meaning.scope.without("year"), sense.live, ())
                if known:
                    yield known[0]
