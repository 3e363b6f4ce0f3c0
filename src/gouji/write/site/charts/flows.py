"""What the charts show, as sums of budget lines in 分."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from gouji import codes
from gouji.ledger import Line

SPENT, LEFT, CARRIED = "本年支出", "年终结转", "上年结转结余"


class Flow(NamedTuple):
    """Money from one thing to the next: `layers` name what stands side by side, in order."""

    layers: tuple[tuple[str, ...], ...]
    links: tuple[Counter[tuple[str, str]], ...]


class Share(NamedTuple):
    """A project, what kind of expenditure it is, and its amount."""

    name: str
    kind: str
    fen: int


def budget(lines: Iterable[Line], year: int) -> list[Line]:
    """The lines of the budget proper that are spent in a year, or left at its end."""
    flows = (SPENT, LEFT)
    return [line for line in lines if line.year == year and line.flow in flows and line.stage == "部门预算"]


def flow(lines: Iterable[Line], year: int) -> Flow:
    """From sources of funds to functions to economic uses."""
    first, second = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for line in lines:
        source = CARRIED if line.carried == "结转" else line.fund
        function = _name(codes.functions(year), line.function) if line.flow == SPENT else "年终结转结余"
        first[source, function] += line.fen
        if line.flow == SPENT:
            second[function, _economic(line.economic, year)] += line.fen
    links = tuple(Counter({pair: fen for pair, fen in some.items() if fen > 0}) for some in (first, second))
    layers = (_ends(links[0], 0), _ends(links[0], 1), _ends(links[1], 1))
    return Flow(layers, links)


def shares(lines: Iterable[Line]) -> list[Share]:
    """Projects, the largest first."""
    sums = Counter[tuple[str, str]]()
    for line in lines:
        if line.flow == SPENT:
            kind = line.kind if line.kind != "基本支出" else line.part or line.kind
            sums[line.project or kind, kind] += line.fen
    return [Share(name, kind, fen) for (name, kind), fen in sums.most_common() if fen > 0]


def _ends(links: Counter[tuple[str, str]], side: int) -> tuple[str, ...]:
    """What links begin or end at, the largest first."""
    sums = Counter[str]()
    for pair, fen in links.items():
        sums[pair[side]] += fen
    return tuple(name for name, _ in sums.most_common())


def _economic(code: str, year: int) -> str:
    return _name(codes.gov_economics(year) if code.startswith("5") else codes.economics(year), code)


def _name(listed: codes.List, code: str) -> str:
    found = listed.get(code[:3])
    return found.name if found else code[:3] or "—"
