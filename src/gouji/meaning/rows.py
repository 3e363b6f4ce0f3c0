"""What a table's rows count: totals, groups, codes, labels, budget lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from gouji import lexicon
from gouji.book import Cell
from gouji.lexicon import Meaning, normal
from gouji.meaning.model import CODE, GROUP, LABEL, LINE, TOTAL, Money, Node
from gouji.meaning.names import Names
from gouji.scope import Scope, condition, dimensions, everything

_YEAR = re.compile(r"20\d\d年?(?:预算数?)?")
_LABELS = ("unit", "project", "function.code", "function.name", "economic.code", "economic.name", "item")
_OWN = re.compile(r"\((?:本级|机关)\)$|本级$")
CHANGE = "增减"  # what differs between two years
HEAD = 9  # the depth of a label without a number
FIRST = ("一", "1")
_LINE_ROLES = ("function.code", "economic.code")
_UNIT = ("unit", "unit.code")
_CODES = {"function.code", "economic.code", "gov_economic.code"}
_GROUPING = {"unit", "project", "unit.code", "class", "item.group", "unit.group", "year"}


class Side(NamedTuple):
    """What the labels of a panel are about."""

    year: int
    subject: str
    income: bool  # they list where money comes from
    by_column: bool  # the columns set this year's income apart from what was carried over
    flow: int  # the flows that the amounts beside them can be of


def side_of(title: Meaning, columns: Sequence[Money], subject: str, year: int) -> Side:
    """What the labels beside some amount columns are about, in a table of this title."""
    dims = dimensions()
    flow = dims.fields["flow"]
    apart = {dims.values["flow", name] for name in ("本年收入", "上年结转")}
    scope = title.scope.meet(columns[0].scope)
    income = scope is not None and not scope.closed & flow & ~dims.values["flow", "收入总计"]
    by_column = len(columns) > 1 and any(c.scope.closed & flow in apart for c in columns)
    return Side(year, subject, income, by_column, scope.closed & flow if scope else flow)


def label_nodes(rows: list[dict[str, Cell]], side: Side) -> list[Node]:
    """Rows named by labels: each means its own label within those above it."""
    labelled = [i for i, keys in enumerate(rows) if "label" in keys]
    told = _told(tuple([rows[i]["label"].text for i in labelled]), side)
    return [
        Node(i, label.kind, label.scope, label.text, label.understood, label.of)
        for i, label in zip(labelled, told, strict=True)
    ]


class _Label(NamedTuple):
    """What a row named by a label counts, as a Node says it."""

    kind: str
    scope: Scope
    text: str
    understood: bool
    of: bool


@lru_cache(maxsize=200)
def _told(texts: tuple[str, ...], side: Side) -> tuple[_Label, ...]:
    """What labels below each other mean: a form prints the same in every book."""
    labels, told = _Labels(texts, side), []
    for text in texts:
        meaning = labels.read(text)
        kind = TOTAL if meaning.understood and meaning.scope == everything() else LABEL
        scope = _on_side(lexicon.imply(meaning.scope)[0], side)
        told.append(_Label(kind, scope, text, meaning.understood, lexicon.is_part(normal(text))))
    return tuple(told)


def _on_side(scope: Scope, side: Side) -> Scope:
    """A label that names flows of both sides (部门预算) names here those of its own."""
    flow = dimensions().fields["flow"]
    told = scope.closed & flow
    if told == flow:
        return scope
    mine, income = told & side.flow, dimensions().values["flow", "收入总计"]
    if not mine or not told & income or not told & ~income:
        return scope
    return Scope(scope.closed & ~flow | mine, scope.opens)


class _Labels:
    """Reads labels one after another.

    A label without a number that names a fund alone stands within the one above it; where numbers start again
    below a label without one, they stand within that. Where a fund heads a list of income that sets money
    carried over apart, the income is of this year.
    """

    def __init__(self, texts: Sequence[str], side: Side) -> None:
        self.side = side
        self.apart = side.income and not side.by_column and _tells_years_apart(texts, side)
        self.names = Names(lexicon.CLASSES[side.subject](side.year))
        self.above: list[tuple[int, Meaning]] = []
        self.seen: set[tuple[int, str]] = set()

    def read(self, printed: str) -> Meaning:
        text, depth, ordinal = lexicon.label(printed)
        own = self._own(text)
        is_carried = _is_carried(own)
        self._leave(depth, (depth, ordinal) in self.seen and ordinal in FIRST)
        self.seen.add((depth, ordinal))
        if depth or _is_fund(own):
            own = (self.above[-1][1] if self.above else lexicon.nothing()).and_(own)
        meaning = self._in_flow(own)
        if depth:
            self.above.append((depth, meaning))
        elif meaning.understood and is_carried:
            self.above = [(HEAD, meaning)]
        return meaning

    def _own(self, text: str) -> Meaning:
        """What a label says by itself: a word, a class, or a name that the order of the rows resolves."""
        subject = self.side.subject
        meaning = lexicon.row(text, self.side.year, subject)
        if told := meaning.scope.get(subject):
            self.names.last = told[0]
        elif not meaning.understood and (code := self.names.code(text)):
            return Meaning(condition(subject, code))
        return meaning

    def _leave(self, depth: int, again: bool) -> None:
        """The labels above that a label of this depth no longer stands within."""
        if again and self.above and self.above[-1][0] == HEAD:
            self.above = [(0, self.above[-1][1])]
        while depth and self.above and self.above[-1][0] >= depth:
            self.above.pop()

    def _in_flow(self, meaning: Meaning) -> Meaning:
        if self.apart:
            return meaning.and_(Meaning(condition("flow", "本年收入"))) if _is_fund(meaning) else meaning
        by_fund = lexicon.conditioned(meaning.scope, "fund")
        if self.side.income and (by_fund or self.side.by_column):
            loose = meaning._replace(scope=meaning.scope.without("flow"))
            return loose.and_(Meaning(condition("flow", "收入总计")))
        return meaning


def _tells_years_apart(printed: Sequence[str], side: Side) -> bool:
    """Does a list of income set this year's income apart from what was carried over?"""
    texts = (lexicon.label(text).text for text in printed)
    dims = dimensions()
    flow, fund = dims.fields["flow"], dims.fields["fund"]
    apart = {dims.values["flow", name] | fund for name in ("本年收入", "上年结转", "使用结余", "实户余额")}
    return any(
        lexicon.row(text, side.year, side.subject).scope.closed & (flow | fund) in apart for text in texts
    )


def _is_carried(meaning: Meaning) -> bool:
    """Does a label name what is carried over, which may be split by fund below it?"""
    dims = dimensions()
    return meaning.scope.closed & dims.fields["flow"] == dims.values["flow", "上年结转"]


def _is_fund(meaning: Meaning) -> bool:
    """Does a label name a fund and no flow?"""
    told = lexicon.conditioned
    return meaning.understood and told(meaning.scope, "fund") and not told(meaning.scope, "flow")


def key_nodes(
    rows: list[dict[str, Cell]], needed: set[str], units: frozenset[str], department: str
) -> list[Node]:
    """Rows named by codes and names: totals, groups (名称 alone) and lines."""
    nodes: list[Node] = []
    unit: dict[str, Cell] = {}
    by_code = not needed and any(not _CODES.isdisjoint(row) for row in rows)
    for i, row in enumerate(rows):
        if any([is_total(cell.text) for cell in row.values()]):
            nodes.append(Node(i, TOTAL, everything(), "合计"))
            continue
        if not row:
            continue
        if needed and needed <= row.keys():
            kind = LINE
        else:
            kind = GROUP if (needed or by_code) and _CODES.isdisjoint(row) else CODE
        if "unit" in row or "unit.code" in row:
            if kind == GROUP or (kind == CODE and (not needed or "unit.code" in row)):
                unit = {role: row[role] for role in _UNIT if role in row}
        elif unit and (kind == LINE or (kind == CODE and not needed)):
            row = {**row, **unit}
        scope = _row_scope(row, units)
        label = " ".join([cell.text for role, cell in row.items() if role in _LABELS])
        cut = kind == GROUP and ("project.code" in row or not row.keys() & _GROUPING)
        nodes.append(Node(i, kind, scope, label, understood=not cut, of="nested" in row))
    _unit_groups(nodes, rows, department)
    _repeated(nodes)
    return nodes


def is_change(scope: Scope) -> bool:
    """Is it by how much an amount changed, which may be less than zero?"""
    return (scope.get("item") or ("",))[0].startswith(CHANGE)


def _repeated(nodes: list[Node]) -> None:
    """Codes printed again and again, without a row that sums any of them, are lines: none is the whole."""
    coded = [node for node in nodes if node.kind == CODE and node.understood]
    scopes = {node.scope for node in coded}
    if len(scopes) < len(coded) and not any(a != b and a.inside(b) for a in scopes for b in scopes):
        for node in coded:
            if node.scope != everything():
                node.kind = LINE


def line_roles(told: set[str]) -> set[str]:
    """The roles that a row needs to be a budget line; empty where rows are codes or units."""
    both = {role for role in _LINE_ROLES if role in told}
    if len(both) == 2 or (both and "project" in told):
        return both
    if both:
        return set()
    return next(({role} for role in ("item", "project") if role in told), set())


def _row_scope(row: dict[str, Cell], units: frozenset[str]) -> Scope:
    scope, many_units = None, len(units) > 1
    for role, cell in row.items():
        if role == "unit" and not many_units:
            continue
        text = _unit_name(cell.text, units) if role == "unit" else cell.text
        found = _key_scope(role, text, many_units)
        if found is not None:
            scope = scope.meet(found) or scope if scope else found
    return scope or everything()


def _unit_name(text: str, units: frozenset[str]) -> str:
    """A unit's own office, where the book calls it by the unit's name elsewhere."""
    name = normal(text)
    return bare if name not in units and (bare := own_office(name)) in units else name


def own_office(name: str) -> str:
    """局(本级) is the 局 itself; other names as they are."""
    return _OWN.sub("", name)


@lru_cache(maxsize=4000)
def _key_scope(role: str, text: str, many_units: bool) -> Scope | None:
    """The condition that one key cell puts on its row; None for a key that names without narrowing."""
    phrase = normal(text)
    if role in ("function.code", "economic.code", "gov_economic.code"):
        dimension = role.split(".")[0]
        if phrase.isdigit():
            return condition(
                "gov_economic" if dimension == "economic" and phrase[0] == "5" else dimension, phrase
            )
        return None
    if role in ("project", "item.group", "unit.group"):
        return condition(role.partition(".")[0], phrase)
    if role == "year":
        return condition("year", phrase[:4]) if _YEAR.match(phrase) else condition("item", CHANGE)
    if role == "unit" and many_units:
        return condition("unit", phrase)
    if role == "unit.code":
        return condition("unit_code", phrase)
    if role == "class":
        return lexicon.project_class(text)
    return None


def _unit_groups(nodes: list[Node], rows: list[dict[str, Cell]], department: str) -> None:
    """The department's row: its name right above another unit's, or a code that begins other codes."""
    codes = [code[0] for node in nodes if (code := node.scope.get("unit_code"))]
    for node in nodes:
        mine = node.scope.get("unit_code")
        if mine and any(code != mine[0] and code.startswith(mine[0]) for code in codes):
            node.scope = node.scope.without("unit")
    for node, after in pairwise(nodes):
        here, below = rows[node.index].get("unit"), rows[after.index].get("unit")
        if (
            here
            and below
            and node.kind == after.kind == CODE
            and _same_unit(normal(here.text), normal(below.text))
            and not any(node.scope.get(d) for d in ("unit_code", "function", "economic"))
        ):
            node.scope, node.kind = node.scope.without("unit"), GROUP
        if (
            node.kind == GROUP
            and after.kind == GROUP
            and here
            and below
            and normal(here.text) == department != normal(below.text)
        ):
            node.scope = node.scope.without("unit")


@lru_cache(maxsize=4000)
def _same_unit(department: str, unit: str) -> bool:
    """Is a row of the department the one above a row of its own office?"""
    return unit.endswith(department) or unit.removeprefix(department) in ("(本级)", "本级", "(机关)", "机关")


@lru_cache(maxsize=4000)
def is_total(text: str) -> bool:
    known = lexicon.words()["row"].get(normal(text))
    return known is not None and known.scope == everything()
