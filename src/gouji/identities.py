"""A book's identities: which figures must agree, derived from what they count.

Two figures of the same money are equal; a figure that others split completely is their sum; a part
cannot exceed the whole. All identities of a book are one sparse linear system over its figures.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple

from gouji import lexicon
from gouji.forms import edition
from gouji.meaning import CODE, GROUP, LABEL, LINE, TOTAL, Node, Panel, Sense
from gouji.scope import Scope, condition, dimensions, partition, volume

EQUAL, AT_MOST = "=", "<="
LOOSE, EXPECTED, CERTAIN = 0, 1, 2
INSIDE, OUTSIDE, ACROSS = 0, 1, 2
ITEM_DIGITS = 7
CROSS = frozenset({"sum.across", "same.across", "balance.total"})
"""The codes of identities between tables."""


class Rows(NamedTuple):
    """The rows that an identity sums: of a panel's columns, all that lie under `parent` or inside `scope`.

    A row that the book lost would have been among them: this is how a missing row is recognised.
    """

    panel: int
    columns: tuple[int, ...]
    parent: int | None = None
    scope: Scope | None = None
    whole: tuple[int, ...] = ()  # rows taken as they stand: what lies under them is counted already
    blank: bool = False  # nothing is printed in these columns
    sign: int = -1


class Identity(NamedTuple):
    """Σ sign × figure = 0 (or ≤ 0). `slack` is the rounding it admits, in half 分."""

    code: str
    terms: tuple[tuple[int, int], ...]  # (figure, +1 or -1): first the printed whole
    relation: str = EQUAL
    slack: int = 0
    expected: bool = False  # ties as a rule, not by duty
    secret: bool = False  # the right side comes from a table that declares items left out
    rows: tuple[Rows, ...] = ()


class System:
    """All identities of one book."""

    def __init__(self, sense: Sense, identities: list[Identity]) -> None:
        self.sense = sense
        self.identities = identities

    @cached_property
    def by_figure(self) -> dict[int, list[tuple[int, int]]]:
        """figure -> [(identity, sign)]"""
        index: dict[int, list[tuple[int, int]]] = {}
        for i, identity in enumerate(self.identities):
            for figure, sign in identity.terms:
                index.setdefault(figure, []).append((i, sign))
        return index

    @cached_property
    def figures(self) -> set[int]:
        """The figures that are in any identity."""
        return {figure for identity in self.identities for figure, _ in identity.terms}

    @cached_property
    def by_panel(self) -> dict[int, list[tuple[int, Rows]]]:
        """panel -> [(identity, the rows of the panel that it sums)]"""
        index: dict[int, list[tuple[int, Rows]]] = {}
        for i, identity in enumerate(self.identities):
            for rows in identity.rows:
                index.setdefault(rows.panel, []).append((i, rows))
        return index

    def of(self, figure: int) -> list[Identity]:
        return [self.identities[i] for i, _ in self.by_figure.get(figure, ())]

    @cached_property
    def residuals(self) -> list[int]:
        """What each identity is off by, in 分."""
        amounts = [amount or 0 for amount in self.sense.amounts]
        return [sum(amounts[f] if sign > 0 else -amounts[f] for f, sign in i.terms) for i in self.identities]

    @cached_property
    def broken(self) -> list[int]:
        return [i for i, r in enumerate(self.residuals) if r and is_broken(self.identities[i], r)]


def takes(rows: Rows, panel: Panel, parent: int | None, scope: Scope) -> bool:
    """Would an identity sum a further row of this panel, standing under `parent` and counting `scope`?"""
    if rows.parent is not None:
        return rows.parent == parent
    if rows.scope is None or _position(panel.base.scope, scope, rows.scope)[0] != INSIDE:
        return False
    return not any(scope.inside(panel.nodes[r].scope) for r in rows.whole)


def is_broken(identity: Identity, residual: int) -> bool:
    if identity.relation == AT_MOST and residual < 0:
        return False
    return 2 * abs(residual) > identity.slack


def system(sense: Sense) -> System:
    """Derive every identity of a book."""
    builder = _Builder(sense)
    found: list[Identity] = []
    for number, panel in enumerate(sense.panels):
        if panel.base.understood:
            found += builder.in_rows(number, panel)
            found += builder.in_columns(number, panel)
    found += builder.same_money()
    found += builder.across()
    found += builder.within()
    return System(sense, found)


def _should_go_deeper(sense: Sense, panel: Panel, node: Node) -> bool:
    """A functional code above the 项 in a form that is itemised to the 项 (公开到项级)."""
    code = node.scope.get("function")
    if not code or len(code[0]) >= ITEM_DIGITS or panel.table.form is None:
        return False
    form = edition(sense.book.edition).form(panel.table.form)
    return form is not None and form.rows == "codes"


Key = Scope
Member = tuple[int, int, int, bool]
"""panel, node, column, whether the scope rests on an expectation"""


class _Builder:
    def __init__(self, sense: Sense) -> None:
        self.sense = sense
        self.live = sense.live
        self.money: dict[Key, list[Member]] = {}
        self.scopes: dict[tuple[int, int, int], Key] = {}
        self.worded: dict[tuple[int, int, int], Scope] = {}
        self.layouts = [
            layout(tuple(c.meaning for c in panel.columns), panel.base.scope, self.live)
            for panel in sense.panels
        ]
        self.filled = [_filled(sense, panel) for panel in sense.panels]
        self.narrowed = [_narrowed_by_rows(panel) for panel in sense.panels]
        self.covers = _covers(sense, self.live)
        self.tied: list[dict[Key, int]] = [{} for _ in self.covers]
        self._rows: dict[tuple[int, Scope], tuple[list[int], bool] | None] = {}

    def in_rows(self, number: int, panel: Panel) -> Iterator[Identity]:
        """小计 = its parts, within each row; 其中 ≤ what it is a part of."""
        splits, parts = self.layouts[number].sums, self.layouts[number].bounds
        step = self.sense.steps[number]
        for r in range(len(panel.nodes)):
            start = panel.first + r * len(panel.columns)
            for whole, children in splits:
                terms = ((start + whole, 1), *((start + c, -1) for c in children))
                yield Identity("sum.row", terms, slack=step * len(terms))
            for part, whole in parts:
                yield Identity(
                    "bound.part", ((start + part, 1), (start + whole, -1)), AT_MOST, slack=2 * step
                )

    def in_columns(self, number: int, panel: Panel) -> Iterator[Identity]:
        """A total, a group or a code = the rows directly under it."""
        step = self.sense.steps[number]
        has_lines = any(node.kind == LINE for node in panel.nodes)
        for r, node in enumerate(panel.nodes):
            children = self._children(panel, r, has_lines)
            if children is None or (
                not children and node.kind == TOTAL and any(n.kind == LABEL for n in panel.nodes)
            ):
                continue
            secret = bool(panel.table.withheld) and not node.scope.get("project")
            code = "sum.code" if node.kind == CODE else "sum.group" if node.kind == GROUP else "sum.column"
            for c in range(len(panel.columns)):
                terms = ((panel.figure(r, c), 1), *((panel.figure(k, c), -1) for k in children))
                rows = Rows(number, (c,), parent=r)
                yield Identity(code, terms, slack=step * len(terms), secret=secret, rows=(rows,))
            for k in node.children if node.understood else ():
                if panel.nodes[k].of:
                    yield from (
                        Identity(
                            "bound.part",
                            ((panel.figure(k, c), 1), (panel.figure(r, c), -1)),
                            AT_MOST,
                            2 * step,
                        )
                        for c in range(len(panel.columns))
                    )

    def _children(self, panel: Panel, r: int, has_lines: bool) -> list[int] | None:
        """The rows that make up a row; None where nothing says that they do."""
        node = panel.nodes[r]
        if not node.understood or node.kind == LINE:
            return None
        children = [k for k in node.children if not panel.nodes[k].of]
        if not children:
            if node.kind == TOTAL or (node.kind == CODE and _should_go_deeper(self.sense, panel, node)):
                return []
            if node.kind != GROUP or not has_lines:
                return None
            return [k for k, n in enumerate(panel.nodes) if n.kind == LINE and n.scope.inside(node.scope)]
        if any(n.kind == LABEL for n in panel.nodes) and not self._labels_complete(panel, node, children):
            return None
        return children

    def _labels_complete(self, panel: Panel, node: Node, children: list[int]) -> bool:
        kids = [panel.nodes[k].scope for k in children]
        if all(kid.get("function") for kid in kids):
            return True
        base = panel.base.scope
        scopes = [base.meet(kid) for kid in kids]
        whole = base.meet(node.scope)
        return (
            whole is not None and None not in scopes and partition(whole, [s for s in scopes if s], self.live)
        )

    def same_money(self) -> Iterator[Identity]:
        """Figures of different tables with the same scope are equal."""
        for number, panel in enumerate(self.sense.panels):
            if panel.base.understood:
                self._collect(number, panel)
        for members in self.money.values():
            if len(members) > 1 and any(self.sense.amounts[self._figure(m)] is not None for m in members):
                yield from self._equal(members)

    def _collect(self, number: int, panel: Panel) -> None:
        bases = [
            panel.base.scope.meet(column.scope) if column.meaning.understood else None
            for column in panel.columns
        ]
        summary = _summary_lines(panel)
        for r, node in enumerate(panel.nodes):
            if not node.understood or (node.kind == LINE and r not in summary):
                continue
            for c, base in enumerate(bases):
                if base is None:
                    continue
                found = canonical(base, node.scope, self.live, panel.base.usual)
                if found is None:
                    continue
                key, soft = found
                self.worded[number, r, c] = Scope(base.closed & node.scope.closed, key.opens)
                soft = soft or panel.base.expected or panel.columns[c].meaning.expected
                self.scopes[number, r, c] = key
                self.money.setdefault(key, []).append((number, r, c, soft))

    def _figure(self, member: Member) -> int:
        return self.sense.panels[member[0]].figure(member[1], member[2])

    def _equal(self, members: list[Member]) -> Iterator[Identity]:
        """Ties between panels: figures that say the same in words, then the widest of each panel."""
        worded: dict[Scope, list[Member]] = {}
        widest: dict[int, Member] = {}
        for member in members:
            worded.setdefault(self.worded[member[:3]], []).append(member)
            best = widest.get(member[0])
            if best is None or _wider(self.worded[member[:3]], self.worded[best[:3]]):
                widest[member[0]] = member
        pairs: dict[tuple[int, int], tuple[Member, Member]] = {}
        for group in [*worded.values(), list(widest.values())]:
            for member in group[1:]:
                if member[0] != group[0][0]:
                    pairs.setdefault((self._figure(group[0]), self._figure(member)), (group[0], member))
        for hub, member in pairs.values():
            yield self._tie(hub, member)

    def _tie(self, hub: Member, member: Member) -> Identity:
        a, b = (self.sense.panels[m[0]] for m in (hub, member))
        slack = self.sense.steps[hub[0]] + self.sense.steps[member[0]]
        code = "balance.total" if _is_income(a) != _is_income(b) else "same.across"
        left, right = (member, hub) if a.table.withheld and not b.table.withheld else (hub, member)
        secret = bool(a.table.withheld or b.table.withheld)
        terms = ((self._figure(left), 1), (self._figure(right), -1))
        return Identity(code, terms, slack=slack, expected=hub[3] or member[3], secret=secret)

    def across(self) -> Iterator[Identity]:
        """A figure of one table = the sum of another table's rows of the same money."""
        for cover in self.covers:
            closed = ~cover.base.closed
            for key in self.money:
                if not key.closed & closed:
                    yield from self._across(cover, key)

    def _across(self, cover: Cover, key: Key) -> Iterator[Identity]:
        """The identity of a scope with a cover, unless all its parts have theirs.

        `self.tied` keeps, for each cover, how firmly a scope is tied to it, by itself or through its parts.
        """
        known = self.tied[cover.number]
        if key in known:
            return
        tied = self._already(cover, key)
        known[key] = tied or LOOSE
        if tied is not None:
            return
        best = LOOSE
        for member in self.money[key]:
            for parts in self._parts(member):
                for part in parts:
                    if part not in known:
                        yield from self._across(cover, part)
                best = max(best, min((known[part] for part in parts), default=LOOSE))
        if best != CERTAIN:
            firm, identity = self._identity(cover, key)
            if identity and firm > best:
                yield identity
            best = max(best, firm)
        known[key] = best

    def _already(self, cover: Cover, key: Key) -> int | None:
        """How firmly a scope is tied where nothing needs to be derived: by equality, through one panel, or never."""
        if any(m[0] in cover.panels for m in self.money[key]):
            return CERTAIN
        if not key.inside(cover.base):
            return LOOSE
        for single in self.covers if len(cover.panels) > 1 else ():
            if single.panels[0] in cover.panels and len(single.panels) == 1 and key.inside(single.base):
                return self.tied[single.number].get(key, LOOSE)
        return None

    def _identity(self, cover: Cover, key: Key) -> tuple[int, Identity | None]:
        """How firmly a scope ties to a cover's cells, and the identity unless both sides are blank."""
        taken = self._cells(cover, key)
        if taken is None:
            return LOOSE, None
        members = self.money[key]
        member = min(members, key=lambda m: (_is_income(self.sense.panels[m[0]]), m[3]))
        identity = self._sum_of(member, key, taken)
        return (EXPECTED if identity and identity.expected else CERTAIN), identity

    def _parts(self, member: Member) -> Iterator[list[Key]]:
        """The scopes of the figures that make up a figure in its own table, by rows and by columns."""
        number, r, c, _ = member
        panel = self.sense.panels[number]
        children = [k for k in panel.nodes[r].children if not panel.nodes[k].of]
        wholes = [[(number, k, c) for k in children]]
        for whole, columns in self.layouts[number].sums:
            if whole == c:
                wholes.append([(number, r, k) for k in columns])
        for cells in wholes:
            if cells and all(cell in self.scopes for cell in cells):
                yield [self.scopes[cell] for cell in cells]

    def _sum_of(self, member: Member, key: Key, taken: list[Rows]) -> Identity | None:
        panels = self.sense.panels
        cells = [(rows.panel, r, c) for rows in taken for r in self._taken(rows) for c in rows.columns]
        parts = [panels[p].figure(r, c) for p, r, c in cells]
        figure = self._figure(member)
        amounts = self.sense.amounts
        secret = any(panels[rows.panel].table.withheld for rows in taken)
        if amounts[figure] is None and not secret and all(amounts[part] is None for part in parts):
            return None
        if not parts and key.get("project"):
            return None
        return Identity(
            "sum.across",
            ((figure, 1), *((part, -1) for part in parts)),
            slack=self.sense.steps[member[0]] + sum(self.sense.steps[p] for p, _, _ in cells),
            expected=member[3] or any(self._is_soft(rows) for rows in taken),
            secret=secret,
            rows=tuple(taken),
        )

    def _taken(self, rows: Rows) -> list[int]:
        if rows.scope is None or rows.blank:
            return []
        found = self._nodes_inside(rows.panel, rows.scope)
        return found[0] if found else []

    def _is_soft(self, rows: Rows) -> bool:
        if rows.scope is None:
            return False
        base = self.sense.panels[rows.panel].base.scope.closed
        if base & ~rows.scope.closed & lexicon.expected_dimensions():
            return True
        found = None if rows.blank else self._nodes_inside(rows.panel, rows.scope)
        return bool(found and found[1])

    def _cells(self, cover: Cover, key: Key) -> list[Rows] | None:
        """The cells of a cover that together are exactly the money of a scope; None where that is not certain."""
        taken, filled = [], 0
        for number in cover.panels:
            mine = _live_meet(key, self.sense.panels[number].base.scope, self.live)
            if mine is None:
                continue
            rows = self._in_panel(number, mine)
            if rows is None:
                return None
            filled += volume(mine.closed, self.live)
            taken.append(rows)
        return taken if taken and filled == volume(key.closed, self.live) else None

    def _in_panel(self, number: int, scope: Scope) -> Rows | None:
        """The cells of a panel that are exactly a scope inside it."""
        layout = self.layouts[number]
        found = layout.split(scope)
        if found is None:
            return None
        columns, wanted = found
        if not self.filled[number].intersection(columns):
            return Rows(number, columns, scope=wanted, blank=True)
        nodes = self._nodes_inside(number, wanted)
        if nodes is None:
            return None
        panel = self.sense.panels[number]
        whole = tuple(r for r in nodes[0] if panel.nodes[r].kind != LINE)
        return Rows(number, columns, scope=wanted, whole=whole)

    def _nodes_inside(self, number: int, scope: Scope) -> tuple[list[int], bool] | None:
        """The widest rows inside a scope, where every other row is outside it; and whether that is only expected."""
        base, fixed = self.sense.panels[number].base.scope.closed & self.live, ~self.narrowed[number]
        if base & fixed & ~scope.closed:
            return None
        scope = Scope(scope.closed | dimensions().all & fixed, scope.opens)
        if (number, scope) not in self._rows:
            self._rows[number, scope] = self._find_nodes(self.sense.panels[number], scope)
        return self._rows[number, scope]

    def _find_nodes(self, panel: Panel, scope: Scope) -> tuple[list[int], bool] | None:
        taken: list[int] = []
        soft = False
        has_lines = any(node.kind == LINE for node in panel.nodes)
        base = panel.base.scope
        waiting = [r for r, node in enumerate(panel.nodes) if node.parent is None]
        while waiting:
            r = waiting.pop()
            node = panel.nodes[r]
            if node.of:
                continue
            if not node.understood:
                if any(self.sense.amounts[panel.figure(r, c)] for c in range(len(panel.columns))):
                    return None
                continue
            position, expected = _position(base, node.scope, scope)
            soft = soft or expected
            if position == INSIDE:
                taken.append(r)
            elif position == ACROSS and node.children:
                waiting.extend(node.children)
            elif position == ACROSS and not (node.kind == GROUP and has_lines):
                return None
        if any(node.kind == LABEL for node in panel.nodes) and not self._labels_fill(panel, taken, scope):
            return None
        return sorted(taken), soft

    def _labels_fill(self, panel: Panel, taken: list[int], scope: Scope) -> bool:
        """Labelled rows cover a scope when their closed conditions fill it, or they are classes of expenditure."""
        scopes = [panel.nodes[r].scope for r in taken]
        if scope.get("function") or all(s.get("function") for s in scopes):
            return True
        base = panel.base.scope
        asked = base.meet(scope)
        have = [met.closed for s in scopes if (met := base.meet(s))]
        return asked is not None and sum(volume(h, self.live) for h in have) == volume(
            asked.closed, self.live
        )

    def within(self) -> Iterator[Identity]:
        """What is bought for a project costs at most the project (采购、购买服务)."""
        for number, panel in enumerate(self.sense.panels):
            if panel.base.within:
                yield from self._within(number, panel)

    def _within(self, number: int, panel: Panel) -> Iterator[Identity]:
        lines: dict[str, list[int]] = {}
        for r, node in enumerate(panel.nodes):
            project = node.scope.get("project")
            if project and node.kind == LINE:
                lines.setdefault(project[0], []).append(r)
        for project, rows in lines.items():
            for c, column in enumerate(panel.columns):
                base = panel.base.scope.meet(column.scope)
                if base is None or not column.meaning.understood or column.meaning.of:
                    continue
                found = canonical(
                    base.without(*panel.base.within), condition("project", project), self.live, ()
                )
                cells = self._project_cells(found[0]) if found else None
                if cells is not None:
                    terms = (*((panel.figure(r, c), 1) for r in rows), *((cell, -1) for cell in cells))
                    slack = self.sense.steps[number] * len(terms)
                    yield Identity("bound.project", terms, AT_MOST, slack)

    def _project_cells(self, key: Key) -> list[int] | None:
        """The cells that hold a project's money; None where no table itemises the project."""
        for cover in reversed(self.covers):
            taken = self._cells(cover, key)
            if taken and any(self._names(rows) for rows in taken):
                panels = self.sense.panels
                return [
                    panels[rows.panel].figure(r, c)
                    for rows in taken
                    for r in self._taken(rows)
                    for c in rows.columns
                ]
        return None

    def _names(self, rows: Rows) -> bool:
        """Has a panel any row of what is asked, be its amounts blank?"""
        found = self._nodes_inside(rows.panel, rows.scope) if rows.scope else None
        return bool(found and found[0])


class Cover(NamedTuple):
    """Panels that together itemise all the money of a scope."""

    number: int
    panels: tuple[int, ...]
    base: Scope  # without what the book cannot distinguish


def _covers(sense: Sense, live: int) -> list[Cover]:
    """Each panel by itself, and panels of lines that split the kinds of expenditure between them."""
    found: list[tuple[tuple[int, ...], Scope]] = []
    split: dict[Scope, list[int]] = {}
    for number, panel in enumerate(sense.panels):
        if panel.base.understood and not panel.base.expected and panel.columns:
            found.append(((number,), panel.base.scope))
            if any(node.kind == LINE for node in panel.nodes):
                split.setdefault(panel.base.scope.without("kind"), []).append(number)
    for base, numbers in split.items():
        scopes = [sense.panels[n].base.scope for n in numbers]
        if len(numbers) > 1 and partition(base, scopes, live):
            found.append((tuple(numbers), base))
    return [Cover(k, panels, _loose(base, live)) for k, (panels, base) in enumerate(found)]


def _loose(scope: Scope, live: int) -> Scope:
    return Scope(scope.closed | ~live, scope.opens)


@lru_cache(maxsize=100000)
def canonical(base: Scope, row: Scope, live: int, usual: tuple[str, ...]) -> tuple[Key, bool] | None:
    """One name for the same money: without what this book cannot distinguish, income as what it pays for.

    None where the scope is empty, or nothing in this book can be money of it.
    """
    scope = base.meet(row)
    if scope is None:
        return None
    scope, soft = lexicon.imply(scope.without("unit_code"))
    if usual and scope.get("project"):
        scope, soft = scope.without(*usual), True
    closed = scope.closed & live
    dims = dimensions()
    if not dims.possible(closed):
        return None
    flow, income = closed & dims.fields["flow"], dims.values["flow", "收入总计"]
    if not flow & ~income:
        closed, expected = _spent(closed, flow, live)
        soft = soft or expected
    return Scope(closed, scope.opens), soft


def _spent(closed: int, flow: int, live: int) -> tuple[int, bool]:
    """Income as expenditure: all income pays for all expenditure, carried-over income for carried-over spending."""
    dims = dimensions()
    rest = closed & ~dims.fields["flow"]
    if flow == dims.values["flow", "收入总计"] & live:
        return rest | dims.values["flow", "支出总计"] & live, False
    if dims.values["flow", "年终结转"] & live:
        return closed, False
    carried = dims.values["carried", "结转" if flow == dims.values["flow", "上年结转"] else "本年"]
    if not rest & carried:
        return closed, False
    return rest & ~dims.fields["carried"] | carried | dims.values["flow", "本年支出"], True


@lru_cache(maxsize=200000)
def _position(base: Scope, row: Scope, scope: Scope) -> tuple[int, bool]:
    """Whether a row's money is inside or outside a scope or across its edge, and whether that is only expected."""
    own = base.meet(row) or row
    for mine, expected in ((own, False), lexicon.imply(own)):
        if mine.inside(scope):
            return INSIDE, expected
        if mine.disjoint(scope):
            return OUTSIDE, expected
    return ACROSS, False


def _live_meet(a: Scope, b: Scope, live: int) -> Scope | None:
    met = a.meet(b)
    if met is None or not dimensions().possible(met.closed & live):
        return None
    return Scope(met.closed & live, met.opens)


def _is_income(panel: Panel) -> bool:
    dims = dimensions()
    scope = panel.base.scope.meet(panel.columns[0].scope)
    return scope is not None and not scope.closed & dims.fields["flow"] & ~dims.values["flow", "收入总计"]


def _summary_lines(panel: Panel) -> set[int]:
    """Lines that alone stand for all the money of their scope: those of tables with one row a project."""
    lines = [r for r, node in enumerate(panel.nodes) if node.kind == LINE]
    if any(panel.nodes[r].scope.get("function") or panel.nodes[r].scope.get("economic") for r in lines):
        return set()
    if panel.base.within:
        return set()
    seen: dict[Scope, int] = {}
    for r in lines:
        seen[panel.nodes[r].scope] = seen.get(panel.nodes[r].scope, 0) + 1
    return {r for r in lines if seen[panel.nodes[r].scope] == 1}


def _wider(a: Scope, b: Scope) -> bool:
    return a.closed.bit_count() > b.closed.bit_count()


Meanings = tuple[lexicon.Meaning, ...]


def _narrowed_by_rows(panel: Panel) -> int:
    """The closed dimensions that some row of a panel narrows."""
    bits = dimensions().all
    for scope in {node.scope for node in panel.nodes}:
        bits &= lexicon.imply(panel.base.scope.meet(scope) or scope)[0].closed | ~panel.base.scope.closed
    return sum(field for field in dimensions().fields.values() if bits & field != field)


class Layout:
    """What a panel's columns have to do with each other; the same for all books that print them."""

    def __init__(self, columns: Meanings, base: Scope, live: int) -> None:
        self.columns, self.base, self.live = columns, base, live
        self.sums, self.bounds = _splits(columns, base, live)
        self.decided = _column_dimensions(columns)
        fields = dimensions().fields
        self.by_columns = sum(field for name, field in fields.items() if name in self.decided)
        self.by_rows = dimensions().all & ~self.by_columns
        self._known: dict[Scope, tuple[int, ...] | None] = {}

    def split(self, scope: Scope) -> tuple[tuple[int, ...], Scope] | None:
        """The columns that a scope inside the panel takes, and what its rows must be."""
        opens = [item for item in scope.opens if item not in self.base.opens]
        by_column = tuple(item for item in opens if item[0] in self.decided)
        asked = Scope(scope.closed | self.by_rows, by_column)
        if asked not in self._known:
            self._known[asked] = _columns_inside(self.columns, self.base, asked, self.live)
        columns = self._known[asked]
        if columns is None:
            return None
        return columns, Scope(
            scope.closed | self.by_columns, tuple(item for item in opens if item[0] not in self.decided)
        )


@lru_cache(maxsize=500)
def layout(columns: Meanings, base: Scope, live: int) -> Layout:
    return Layout(columns, base, live)


def _filled(sense: Sense, panel: Panel) -> set[int]:
    """The columns of a panel with any amount."""
    width = len(panel.columns)
    return {
        c
        for c in range(width)
        if any(a is not None for a in sense.amounts[panel.first + c : panel.first + panel.size : width])
    }


def _splits(
    columns: Meanings, base: Scope, live: int
) -> tuple[list[tuple[int, list[int]]], list[tuple[int, int]]]:
    """Columns that are the sum of others [(whole, parts)], and 其中 columns [(part, whole)]."""
    scopes = [base.meet(m.scope) if m.understood else None for m in columns]
    sums, bounds = [], []
    for i, whole in enumerate(scopes):
        if whole is None or columns[i].of:
            continue
        inside = [
            j
            for j, s in enumerate(scopes)
            if s and j != i and not columns[j].of and s != whole and s.inside(whole)
        ]
        for group in _by_difference(inside, scopes, whole):
            top = [
                j
                for j in group
                if not any(k != j and scopes[j] != scopes[k] and _in(scopes, j, k) for k in group)
            ]
            if top and _complete(whole, [s for j in top if (s := scopes[j])], live):
                sums.append((i, top))
                if len(top) == len(inside):
                    break
    for i, meaning in enumerate(columns):
        if meaning.of and (part := scopes[i]) is not None:
            wholes = [
                j for j, s in enumerate(scopes) if s and j != i and not columns[j].of and part.inside(s)
            ]
            if wholes:
                bounds.append((i, min(wholes, key=lambda j: _size(scopes[j]))))
    return sums, bounds


def _in(scopes: Sequence[Scope | None], inner: int, outer: int) -> bool:
    a, b = scopes[inner], scopes[outer]
    return a is not None and b is not None and a.inside(b)


def _size(scope: Scope | None) -> tuple[int, int]:
    assert scope is not None
    return (-len(scope.opens), scope.closed.bit_count())


def _by_difference(inside: list[int], scopes: Sequence[Scope | None], whole: Scope) -> Iterator[list[int]]:
    """All narrower columns together; then those that differ in one and the same dimension."""
    if inside:
        yield inside
    kinds: dict[frozenset[str], list[int]] = {}
    for j in inside:
        scope = scopes[j]
        assert scope is not None
        kinds.setdefault(_differing(scope, whole), []).append(j)
    if len(kinds) > 1:
        yield from kinds.values()


def _differing(scope: Scope, whole: Scope) -> frozenset[str]:
    closed = {d for d, field in dimensions().fields.items() if scope.closed & field != whole.closed & field}
    opens = {d for d, v in scope.opens if whole.get(d) != v}
    return frozenset(closed | opens)


def _complete(whole: Scope, parts: list[Scope], live: int) -> bool:
    areas = [part.get("area") for part in parts]
    if all(areas) and not whole.get("area"):
        return len(set(areas)) == len(areas) and len({p.closed for p in parts} | {whole.closed}) == 1
    return partition(whole, parts, live)


def _column_dimensions(columns: Meanings) -> frozenset[str]:
    """The dimensions that a panel's columns distinguish."""
    names = {d for m in columns for d in dimensions().fields if lexicon.conditioned(m.scope, d)}
    return frozenset(names | {d for m in columns for d, _ in m.scope.opens})


def _columns_inside(columns: Meanings, base: Scope, wanted: Scope, live: int) -> tuple[int, ...] | None:
    """The widest columns that together are exactly the wanted part of a panel."""
    asked = _live_meet(base, wanted, live)
    if asked is None:
        return None
    found: list[tuple[int, Scope]] = []
    for i, meaning in enumerate(columns):
        scope = _live_meet(base, meaning.scope, live) if meaning.understood else None
        if scope is not None and scope.inside(asked):
            found.append((i, scope))
    widest = [(i, s) for i, s in found if not any(s != t and s.inside(t) for _, t in found)]
    distinct = {s: i for i, s in reversed(widest)}
    taken = sorted(distinct.values())
    parts = list(distinct)
    if any(not a.disjoint(b) for k, a in enumerate(parts) for b in parts[:k]):
        return None
    if sum(volume(s.closed, live) for s in parts) != volume(asked.closed, live):
        return None
    return tuple(taken)


def residual_terms(terms: Iterable[tuple[int, int]], amounts: Sequence[int | None]) -> int:
    return sum(sign * (amounts[figure] or 0) for figure, sign in terms)
