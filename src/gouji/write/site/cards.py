"""Performance targets as cards, a project each. Every word is shown as it is set; nothing is computed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby, islice

from gouji.ledger import Target
from gouji.write.layout import flat

_MOST = 200
"""Projects that have a card; all are in the tables."""


def cards(targets: Sequence[Target]) -> Iterator[str]:
    projects = groupby(targets, key=lambda target: (target.unit, target.project))
    yield '<div class="cards">'
    for (unit, project), some in islice(projects, _MOST):
        yield from _card(unit, project, list(some))
    yield "</div>\n"
    if next(projects, None):
        yield '<p class="soft t">其余项目见绩效目标表</p>\n'


def _card(unit: str, project: str, targets: Sequence[Target]) -> Iterator[str]:
    yield f'<article class="card"><h3>{_text(project)}</h3><p class="soft">{_text(unit)}</p>'
    for goal in dict.fromkeys(target.goal for target in targets if target.goal):
        yield f"<p>{_text(goal)}</p>"
    yield '<table class="plain"><tbody>'
    for level, some in groupby(targets, key=lambda target: target.level1):
        if level:
            yield f"<tr><th scope=rowgroup colspan=2>{_text(level)}</th></tr>"
        yield from map(_indicator, some)
    yield "</tbody></table></article>"


def _indicator(target: Target) -> str:
    value = " ".join(filter(None, map(_text, (target.operator, target.value, target.measure))))
    kind = f"<small>{_text(target.level2)}</small> " if target.level2 else ""
    return (
        f'<tr title="{_text(target.note)}"><td>{kind}{_text(target.level3)}</td><td class=v>{value}</td></tr>'
    )


def _text(text: str) -> str:
    return escape(flat(text))
