"""The lists of labels of a 收支 table: what each label counts, and what of a ledger no label counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from gouji import codes
from gouji.book import Cell, Place
from gouji.forms import Edition
from gouji.ledger.lines import Ledger, Line
from gouji.ledger.sheets import Counted, Narrow, Sheet, as_counted, sheet
from gouji.meaning import Money, label_nodes, side_of
from gouji.scope import Scope, everything

_FUNCTIONS = "{functions}"
_DIGITS = "〇一二三四五六七八九"


class Labels(NamedTuple):
    """A list of labels with blanks where the list beside it is longer, and the amount columns beside it.

    `scopes` has None for a blank and for a label that is not known.
    """

    texts: Sequence[str]
    scopes: Sequence[Scope | None]
    counted: Sequence[Counted]


def label_lists(made: Sheet, ledger: Ledger) -> Iterator[Labels]:
    """The lists side by side, their last rows level."""
    form = made.form
    lists = [
        (_listed(labels, made, ledger), end)
        for labels, end in ((form.left, form.left_end), (form.right, form.right_end))
    ]
    longest = max(len(labels) for labels, _ in lists)
    counted = iter(made.counted)
    for (labels, end), block in zip(lists, _blocks(made), strict=True):
        texts = [*labels, *[""] * (longest - len(labels)), *end]
        yield Labels(texts, _scopes(texts, block, made, ledger.year), [next(counted) for _ in block])


def unplaced(ledger: Ledger, edition: Edition) -> Counter[str]:
    """What of the budget proper no label of the edition's 收支 table counts, in 分.

    Labels of totals do not count: what they alone hold is missing beside them.
    """
    ledger = as_counted(ledger, edition.counts_as)
    found: Counter[str] = Counter()
    for form in edition.printed:
        made = sheet(form, edition, ledger) if form.rows == "labels" else None
        if made and made.said.scope.without("year") == everything():
            places = [_places(one) for one in label_lists(made, ledger)]
            narrow = Narrow(_asked(places))
            known: dict[Scope, list[Counted]] = {}
            for line, own in ledger.scoped:
                if line.year == ledger.year and line.stage == "部门预算":
                    like = narrow(own)
                    if like not in known:
                        known[like] = _holding(places, like)
                    if not any(column.has(line.unit) for column in known[like]):
                        found[_told(line, ledger.year)] += line.fen
    return +found


def _places(one: Labels) -> tuple[list[Scope], list[Counted]]:
    """The labels and columns that are no sum of others."""
    scopes = [scope for scope in one.scopes if scope is not None]
    wide = {counted.scope for counted in one.counted}
    return [s for s in scopes if not _is_sum(s, scopes)], [
        c for c in one.counted if not _is_sum(c.scope, wide)
    ]


def _is_sum(scope: Scope, scopes: Iterable[Scope]) -> bool:
    return any(other != scope and other.inside(scope) for other in scopes)


def _asked(places: Iterable[tuple[list[Scope], list[Counted]]]) -> Iterator[Scope]:
    for scopes, columns in places:
        yield from scopes
        for column in columns:
            yield from column.scopes


def _holding(places: Iterable[tuple[list[Scope], list[Counted]]], own: Scope) -> list[Counted]:
    """The columns that count a scope beside a label that does."""
    beside = (columns for scopes, columns in places if any(own.inside(scope) for scope in scopes))
    return [column for columns in beside for column in columns if column.holds(own)]


def _told(line: Line, year: int) -> str:
    """What is said of a line that has no place."""
    if line.flow != "本年支出":
        return f"{line.flow} {line.fund}"
    code = codes.functions(year).get(line.function[:3])
    return " ".join(filter(None, (line.function[:3], code.name if code else "", line.kind)))


def _listed(labels: Sequence[str], made: Sheet, ledger: Ledger) -> list[str]:
    """The labels of a list; where it says so, the 类 that have money in the table, numbered."""
    if _FUNCTIONS not in labels:
        return list(labels)
    spent = {line.function[:3] for line, own in ledger.scoped if line.function and own.inside(made.base)}
    listed = codes.functions(ledger.year)
    named = [found.name if (found := listed.get(code)) else code for code in sorted(spent)]
    numbered = [f"{_chinese(i)}、{name}" for i, name in enumerate(named, 1)]
    return [text for line in labels for text in (numbered if line == _FUNCTIONS else [line])]


def _chinese(number: int) -> str:
    """1 to 99 in Chinese numerals."""
    tens, ones = divmod(number, 10)
    return ((_DIGITS[tens] if tens > 1 else "") + "十" if tens else "") + (_DIGITS[ones] if ones else "")


def _blocks(made: Sheet) -> list[list[Money]]:
    """The amount columns that stand beside each list of labels."""
    blocks: list[list[Money]] = []
    for i, (role, meaning) in enumerate(zip(made.roles, made.meanings, strict=True)):
        if role:
            blocks.append([])
        else:
            blocks[-1].append(Money(i, meaning))
    return blocks


def _scopes(labels: Sequence[str], block: Sequence[Money], made: Sheet, year: int) -> list[Scope | None]:
    """What each label means as it is read among the others."""
    told = [{"label": Cell(text, Place())} if text else {} for text in labels]
    nodes = label_nodes(told, side_of(made.said, block, "function", year))
    scopes = {node.index: node.scope for node in nodes if node.understood}
    return [scopes.get(i) for i in range(len(labels))]
