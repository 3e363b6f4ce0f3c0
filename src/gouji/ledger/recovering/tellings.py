"""The ways in which a book tells its expenditure: by function, by economic class, by project, by unit.

A book that prints no row for each budget line still takes its money apart in such ways. What it tells in one
way is a *telling*: amounts that share no money, each of the narrowest scope that the tables of this way
print.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import product
from typing import NamedTuple

from gouji.book import Place
from gouji.ledger.recovering.comparing import base_of, counted
from gouji.ledger.recovering.draft import Draft
from gouji.lexicon import normal
from gouji.meaning import CODE, LABEL, LINE, TOTAL, Node, Panel, TableSense
from gouji.scope import CODES, Opens, Scope, condition, dimensions, everything

AXES = ("fund", "carried", "kind", "part")
"""Closed dimensions in which tellings may differ."""
WAYS = ("unit", "function", "economic", "gov_economic", "project")
"""Open dimensions by which money is told."""
_CLASS = 3
"""Digits of a code of the highest level."""
_PLAIN = ("flow", "stage", *AXES)


class Amount(NamedTuple):
    """Money of a scope: `step` is 分 in one unit of its last printed place, 0 where it is exact.

    `told` is what its row says of its project. `joined`: its scope comes from more than one table.
    """

    scope: Scope
    fen: int
    step: int
    form: str
    place: Place
    told: Mapping[str, str]
    joined: bool = False


@dataclass(frozen=True)
class Column:
    """One amount column of a panel: conditions, lowest rows, and whether they are all of its money."""

    panel: int
    scope: Scope
    leaves: tuple[Amount, ...]
    whole: bool

    @cached_property
    def names(self) -> dict[Opens, set[Scope]]:
        """What its rows name, by what only rows that overlap have in common."""
        found: dict[Opens, set[Scope]] = {}
        for leaf in self.leaves:
            found.setdefault(_sort(leaf.scope), set()).add(Scope(dimensions().all, leaf.scope.opens))
        return found


Telling = tuple[Amount, ...]


def tellings(draft: Draft) -> list[Telling]:
    """The tellings of a book, the one that tells most first."""
    columns: dict[tuple[int, tuple[str, ...]], list[Column]] = {}
    for table in draft.sense.tables:
        for panel in table.panels:
            for column in _columns(draft, table, panel):
                way = tuple(name for name, _ in column.leaves[0].scope.opens)
                columns.setdefault((_doubt(panel), way), []).append(column)
    found = [
        (doubt, telling) for (doubt, way), several in columns.items() if way for telling in _apart(several)
    ]
    found.sort(key=lambda one: (one[0], -abs(sum(part.fen for part in one[1])), -len(one[1])))
    return [telling for _, telling in found]


def _doubt(panel: Panel) -> int:
    """Tables of codes tell most, lists of labels what these leave; what a table counts may be uncertain."""
    return 2 if LABEL in panel.kinds else 1 if panel.base.expected else 0


def _columns(draft: Draft, table: TableSense, panel: Panel) -> Iterator[Column]:
    """The amount columns of a panel, apart by what their rows name."""
    base = panel.base
    if not base.understood or base.within:
        return
    for at, column in enumerate(panel.columns):
        said = column.meaning
        scope = counted(base_of(draft.sense, panel), everything(), said.scope)
        if not said.understood or said.expected or said.within or scope is None:
            continue
        by_way: dict[tuple[str, ...], list[Amount]] = {}
        for amount in _leaves(draft, table, panel, at):
            by_way.setdefault(tuple(name for name, _ in amount.scope.opens), []).append(amount)
        listed = not panel.kinds.isdisjoint((CODE, LINE)) and LABEL not in panel.kinds
        whole = listed and len(by_way) == 1
        for several in by_way.values():
            live = Scope(scope.closed & draft.sense.live, scope.without("year").opens)
            yield Column(panel.first, live, tuple(_merged(several)), whole)


def _leaves(draft: Draft, table: TableSense, panel: Panel, column: int) -> Iterator[Amount]:
    for at, node in enumerate(panel.nodes):
        if node.kind == TOTAL or node.children or node.of or node.expected or not node.understood:
            continue
        scope = _scope(draft, panel, node, column)
        if scope is not None:
            figure, told = panel.figure(at, column), _told(table, node)
            fen, step = draft.sense.value(figure), draft.sense.rounding[figure]
            yield Amount(scope, fen, step, panel.table.name, panel.cell(at, column).place, told)


def _told(table: TableSense, node: Node) -> dict[str, str]:
    """What a row says of its project beyond its name."""
    keys = table.keys(node.index)
    known = {"code": "project.code", "category": "class"}
    return {name: keys[role].text for name, role in known.items() if role in keys and "project" in keys}


def _merged(leaves: Iterable[Amount]) -> Iterator[Amount]:
    """Rows that name the same, as one."""
    same: dict[Scope, list[Amount]] = {}
    for leaf in leaves:
        same.setdefault(leaf.scope, []).append(leaf)
    for several in same.values():
        yield several[0]._replace(fen=sum(leaf.fen for leaf in several))


def _scope(draft: Draft, panel: Panel, node: Node, column: int) -> Scope | None:
    """What a figure counts of this year's expenditure; None where that is no money of its own."""
    scope = counted(base_of(draft.sense, panel), node.scope, panel.columns[column].scope)
    if scope is None or (scope.get("year") or (str(draft.year),)) != (str(draft.year),):
        return None
    if panel.is_income:
        scope = _paid_for(scope)
    dims = dimensions()
    closed = scope.closed & draft.sense.live if scope else 0
    spent = dims.values["flow", "本年支出"]
    if scope is None or not dims.possible(closed) or closed & dims.fields["flow"] & ~spent:
        return None
    if any(scope.closed & field != field for name, field in dims.fields.items() if name not in _PLAIN):
        return None
    opens = _opens(draft, scope)
    return None if opens is None else Scope(closed, opens)


def _paid_for(scope: Scope) -> Scope | None:
    """Income that is told by function is told by what it pays for."""
    if scope.get("function") is None:
        return None
    return scope.without("flow").meet(condition("flow", "本年支出"))


def _opens(draft: Draft, scope: Scope) -> Opens | None:
    """The open conditions that lines have; None where they name several things, or what no line has."""
    told = dict(scope.opens)
    told.pop("year", None)
    if "project" in told:
        told.pop("item", None)  # a part of a project
    if "economic" in told:
        told.pop("gov_economic", None)  # follows from it
    code = told.pop("unit_code", None)
    if code and "unit" not in told:
        name = next((unit.name for unit in draft.units if (unit.code,) == code), "")
        told |= {"unit": (normal(name),)} if name else {}
    if len(draft.sense.units) < 2:
        told.pop("unit", None)
    if any(len(values) > 1 or name not in WAYS for name, values in told.items()):
        return None
    return tuple(sorted(told.items()))


def _apart(columns: list[Column]) -> Iterator[Telling]:
    """One telling or several: tables that cut across those before tell their money again in another."""
    while columns:
        found, across = _nested(columns)
        if not across:
            yield found
            return
        yield _nested([column for column in columns if column.panel not in across])[0]
        columns = [column for column in columns if column.panel in across]


def _nested(columns: list[Column]) -> tuple[Telling, set[int]]:
    """What columns tell, each figure without what is told more narrowly; and the panels that cut across."""
    leaves = [(column, leaf) for column in columns for leaf in column.leaves]
    leaves.sort(key=lambda one: (-_depth(one[1].scope), _volume(one[1].scope.closed)))
    found: dict[Opens, list[Amount]] = {}
    across: set[int] = set()
    for column, leaf in leaves:
        if column.panel not in across:
            alike = found.setdefault(_sort(leaf.scope), [])
            near = [part for part in alike if not part.scope.disjoint(leaf.scope)]
            if not all(part.scope.inside(leaf.scope) for part in near):
                across.add(column.panel)
            elif rest := _rest(leaf, near, column, columns):
                alike.append(rest)
    return tuple(amount for alike in found.values() for amount in alike), across


def _sort(scope: Scope) -> Opens:
    """What scopes have in common that overlap and name the same dimensions: names, first digits of codes."""
    return tuple((name, (value[:_CLASS] if name in CODES else value,)) for name, (value, *_) in scope.opens)


def _rest(leaf: Amount, inner: list[Amount], own: Column, columns: list[Column]) -> Amount | None:
    """What of a figure is not told more narrowly; None where all of it is, or should be."""
    fen = leaf.fen - sum(part.fen for part in inner)
    rounding = leaf.step + sum(part.step for part in inner) if inner else 0
    if not leaf.fen or 2 * abs(fen) <= rounding or (fen > 0) != (leaf.fen > 0):
        return None
    if not inner and not any(column is not own and _covers(column, leaf) for column in columns):
        return leaf
    boxes = frozenset(c.scope.closed for c in columns if c is not own and _covers(c, leaf))
    closed = _left(leaf.scope.closed, boxes)
    return leaf._replace(scope=Scope(closed, leaf.scope.opens), fen=fen) if closed else None


def _covers(column: Column, leaf: Amount) -> bool:
    """Does a column tell, more narrowly, all money of a figure that is within its own conditions?"""
    own = Scope(leaf.scope.closed, column.scope.opens)
    if not column.whole or column.scope.closed & ~leaf.scope.closed or not leaf.scope.inside(own):
        return False
    opens = Scope(dimensions().all, leaf.scope.opens)
    near = [one for one in column.names.get(_sort(leaf.scope), ()) if not one.disjoint(opens)]
    if column.scope.closed == leaf.scope.closed and (not near or opens in near):
        return False
    return all(one.inside(opens) for one in near)


@lru_cache(maxsize=4000)
def _left(closed: int, boxes: frozenset[int]) -> int:
    """What of a scope lies outside all boxes; 0 where nothing does."""
    dims = dimensions()
    fixed = closed
    for name in AXES:
        fixed &= ~dims.fields[name]
    found = 0
    for bits in product(*(_bits(closed & dims.fields[name]) for name in AXES)):
        one = sum(bits)
        if not any(one & ~box == 0 for box in boxes):
            found |= one
    return fixed | found if found else 0


def _bits(value: int) -> list[int]:
    return [1 << i for i in range(value.bit_length()) if value >> i & 1]


@lru_cache(maxsize=4000)
def _volume(closed: int) -> int:
    count = 1
    for name in AXES:
        count *= (closed & dimensions().fields[name]).bit_count()
    return count


def _depth(scope: Scope) -> int:
    """How long the codes of a scope are."""
    return sum(len(values[0]) for name, values in scope.opens if name in CODES)
