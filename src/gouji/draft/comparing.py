"""This year's expenditure beside last year's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from gouji import codes
from gouji.draft.amounts import Amounts
from gouji.draft.templates import Named, amounts
from gouji.scope import condition

_ALL, _KINDS = "本年支出", ("基本支出", "项目支出")
_TOTAL = "本年支出合计"


class Compared(NamedTuple):
    """An amount of this year and of last, in 分."""

    name: str
    this: int
    last: int


def compared(this: Amounts, last: Amounts) -> list[Compared]:
    """Expenditure in all, by kind, by 类; what one of the two books does not say is left out."""
    known = ((name, this.of(named), last.of(named)) for name, named in _asked(this, last))
    return [Compared(name, a, b) for name, a, b in known if a is not None and b is not None and (a or b)]


def _asked(this: Amounts, last: Amounts) -> Iterator[tuple[str, Named]]:
    whole = amounts()[_ALL]
    yield _TOTAL, whole
    yield from ((name, amounts()[name]) for name in _KINDS)
    listed = codes.functions(this.year)
    for code in sorted({*this.classes(whole.scope), *last.classes(whole.scope)}):
        scope = whole.scope.meet(condition("function", code))
        if scope and (found := listed.get(code)):
            yield found.name, Named(scope)
