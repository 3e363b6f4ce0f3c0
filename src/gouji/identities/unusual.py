"""Classes that a book counts otherwise than most do: what is usual of them is not expected of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gouji import lexicon
from gouji.identities.model import Identities, Identity, System
from gouji.meaning import Panel, Sense

ECONOMIC = "economic"


def without_unusual(sense: Sense, every: Identities, found: list[Identity]) -> list[Identity]:
    """The identities found between tables without the expected ones on classes printed in another part.

    一般公共预算基本支出表 may count 30239 其他交通费用 as 人员经费; only figures count whose sums, of every
    identity of the book, all hold.
    """
    printed = dict(_unusual(sense))
    if not printed:
        return found
    whole = System(sense, every)
    broken = {f for i in whole.broken if not (one := every[i]).expected for f in one.figures}
    codes = {code for figure, code in printed.items() if figure not in broken}
    return [one for one in found if not (one.expected and _is_on(sense, one, codes))] if codes else found


def _unusual(sense: Sense) -> Iterator[tuple[int, str]]:
    """Figures with money that the words place otherwise than is usual for their class."""
    for panel in sense.panels:
        if not panel.base.understood or not _places(panel):
            continue
        for r, node in enumerate(panel.nodes):
            code = node.scope.get(ECONOMIC)
            if code is None or not node.understood:
                continue
            for c, column in enumerate(panel.columns):
                figure = panel.figure(r, c)
                if sense.amounts[figure] and column.meaning.understood:
                    scope = panel.base.scope.meet(column.scope)
                    own = scope.meet(node.scope) if scope is not None else None
                    if own is not None and lexicon.is_unusual(own):
                        yield figure, code[0]


def _places(panel: Panel) -> bool:
    """Does a column say what is otherwise told by expectation only?"""
    field = lexicon.expected_dimensions()
    return any(panel.base.scope.closed & column.scope.closed & field != field for column in panel.columns)


def _is_on(sense: Sense, identity: Identity, codes: set[str]) -> bool:
    """Is an identity on a class, or on one that holds it?"""
    for figure in identity.figures:
        panel, row, _ = sense.at(figure)
        told: Sequence[str] = panel.nodes[row].scope.get(ECONOMIC) or ()
        if any(code.startswith(one) for one in told for code in codes):
            return True
    return False
