"""Which cells of which tables are together exactly the money of a scope."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple

from gouji import lexicon
from gouji.identities.columns import Layout
from gouji.identities.model import Rows
from gouji.identities.scopes import Standing, position, standing
from gouji.meaning import GROUP, LINE, Panel, Sense
from gouji.meaning.model import has_money
from gouji.scope import ACROSS, CODES, INSIDE, Opens, Scope, dimensions, narrowed, partition, volume

NAMES = ("project", "unit", "unit_code", "item", "area")
"""Open dimensions on which nothing that `lexicon.imply` knows depends."""

INDEXED = frozenset({"function", "project", "unit"})
"""Open dimensions by which the rows of a panel are found."""

Stands = Callable[[int], tuple[int, bool]]
"""A row -> whether its money is inside a scope, outside or across its edge, and if that is only expected."""

MANY = 1000
"""Rows of a panel from which on they are told apart by kinds."""
MOST_DIGITS = 30
CLASS_DIGITS = 3
REACH = {
    "label": (("function", 3),),
    "function.code": (("function", 7),),
    "economic.code": (("economic", MOST_DIGITS), ("gov_economic", MOST_DIGITS)),
    "gov_economic.code": (("gov_economic", MOST_DIGITS),),
    "project": (("project", 1),),
    "unit": (("unit", 1),),
    "item": (("item", 1),),
}
"""What a key column tells apart: an open dimension, and to how many digits of its codes."""

INCOME_TELLS_NOT = frozenset({"label"})
"""The key columns that say where money comes from in a list of income, and not what it is spent on."""


class Cover(NamedTuple):
    """Panels that together itemise all the money of a scope."""

    number: int
    panels: tuple[int, ...]
    base: Scope  # without what the book cannot distinguish
    income: bool  # it says where the money comes from whose use a scope says
    reach: Mapping[str, int]  # open dimensions told apart, to how many digits of their codes

    def tells(self, asked: Opened) -> bool:
        """Can the cover tell money of these open conditions from other money?"""
        for d, digits in asked.depth:
            if self.reach.get(d, 0) < digits:
                return False
        return not self.base.opens or Scope(self.base.closed, asked.opens).inside(self.base)


class Opened(NamedTuple):
    """Open conditions, and how deep they go: each dimension, to how many digits of its codes."""

    opens: Opens
    depth: tuple[tuple[str, int], ...]


def opened(opens: Opens) -> Opened:
    return Opened(opens, tuple([(d, len(max(v, key=len)) if d in CODES else 1) for d, v in opens]))


class Taken(NamedTuple):
    """Rows of a panel as an identity sums them: which these are, where any is printed, and how firmly."""

    rows: Rows
    nodes: Sequence[int] = ()
    expected: bool = False  # they lie where they do only by expectation


class Cells:
    """Finds the cells for a scope, and remembers them for one book."""

    def __init__(self, sense: Sense, layouts: Sequence[Layout]) -> None:
        self.sense = sense
        self.live = sense.live
        self.layouts = layouts
        self.covers = _covers(sense)
        self.incomplete = [panel.table.incomplete for panel in sense.panels]
        self._filled = [_filled(sense, panel) for panel in sense.panels]
        self._standings = [
            [standing(panel.base.scope, node.scope) for node in panel.nodes] for panel in sense.panels
        ]
        self._narrowed = [
            _narrowed_by_rows(panel, rows) for panel, rows in zip(sense.panels, self._standings, strict=True)
        ]
        self._kinds = [_kinds(standings) for standings in self._standings]
        self._lines = [_Lines(sense, panel) if panel.has_lines else None for panel in sense.panels]
        self._below = [_Below(panel) for panel in sense.panels]
        self._fixed = [
            (panel.base.scope.closed & self.live & ~told, dimensions().all & ~told)
            for panel, told in zip(sense.panels, self._narrowed, strict=True)
        ]
        self._parts: list[dict[Opens, tuple[Opens, Opens] | None]] = [{} for _ in sense.panels]
        self._known: list[dict[Scope, tuple[list[int], bool] | None]] = [{} for _ in sense.panels]

    def of(self, cover: Cover, scope: Scope) -> list[Taken] | None:
        """The cells of a cover that are exactly the money of a scope; None where that is not certain."""
        closed = self._source(scope.closed) if cover.income else scope.closed
        if closed is None:
            return None
        found, filled, possible = [], 0, dimensions().possible
        for number in cover.panels:
            parts = self._parted(number, scope.opens)
            mine = closed & self.sense.panels[number].base.scope.closed & self.live
            if parts is None or not possible(mine):
                continue
            taken = self._in_panel(number, mine, *parts)
            if taken is None:
                return None
            filled += volume(mine, self.live)
            found.append(taken)
        return found if found and filled == volume(closed, self.live) else None

    def _parted(self, number: int, opens: Opens) -> tuple[Opens, Opens] | None:
        """What open conditions ask of a panel's columns and of its rows; None where it has no such money."""
        known = self._parts[number]
        if opens not in known:
            met = narrowed(opens, self.sense.panels[number].base.scope.opens)
            known[opens] = None if met is None else self.layouts[number].parted(met)
        return known[opens]

    def fixed(self, cover: Cover) -> int:
        """The closed values that all cells of a cover have in common, so that it cannot tell them apart."""
        if len(cover.panels) > 1:
            return 0
        number = cover.panels[0]
        told = self._narrowed[number] | self.layouts[number].by_columns
        if cover.income:
            told |= dimensions().fields["flow"]
        return self.sense.panels[number].base.scope.closed & self.live & ~told

    def _source(self, closed: int) -> int | None:
        """All that is spent, or kept at the end of the year, as the income that pays for it."""
        dims = dimensions()
        flow, income = dims.fields["flow"], dims.values["flow", "收入总计"]
        if closed & flow != flow & ~income & self.live:
            return None
        return closed & ~flow | income & self.live

    def listed(self, cover: Cover) -> frozenset[str] | None:
        """The classes of expenditure of a cover's rows; None where others may be meant or missing."""
        classes: set[str] = set()
        for number in cover.panels:
            panel, decided = self.sense.panels[number], self.layouts[number].decided
            if self.incomplete[number] or "function" in decided or panel.base.scope.get("function"):
                return None
            for node in panel.nodes:
                if codes := node.scope.get("function"):
                    begun = begun_by("function", codes)
                    if not begun:
                        return None
                    classes.update(begun)
        return frozenset(classes)

    def figures(self, found: Sequence[Taken]) -> list[int]:
        """The figures of every cell."""
        figures: list[int] = []
        for rows, nodes, _ in found:
            panel = self.sense.panels[rows.panel]
            first, width = panel.first, len(panel.columns)
            figures += [first + r * width + c for r in nodes for c in rows.columns]
        return figures

    def has_rows(self, taken: Taken) -> bool:
        """Has the panel rows of what is asked, be their amounts blank?"""
        rows = taken.rows
        found = self._inside(rows.panel, rows.scope) if rows.blank and rows.scope is not None else None
        return bool(found[0] if found else taken.nodes)

    def _in_panel(self, number: int, closed: int, by_columns: Opens, by_rows: Opens) -> Taken | None:
        layout, panel = self.layouts[number], self.sense.panels[number]
        columns = layout.inside(closed, by_columns)
        if columns is None:
            return None
        wanted = Scope(closed | layout.by_columns, by_rows)
        expected = bool(panel.base.scope.closed & ~wanted.closed & lexicon.expected_dimensions())
        if self._filled[number].isdisjoint(columns):
            return Taken(Rows(number, columns, scope=wanted, blank=True), (), expected)
        found = self._inside(number, wanted)
        if found is None:
            return None
        nodes, soft = found
        whole = tuple([r for r in nodes if panel.nodes[r].kind != LINE])
        return Taken(Rows(number, columns, scope=wanted, whole=whole), nodes, expected or soft)

    def _inside(self, number: int, scope: Scope) -> tuple[list[int], bool] | None:
        """The widest rows inside a scope where all others are outside; and whether that is only expected."""
        base, fixed = self._fixed[number]
        if base & ~scope.closed:
            return None
        scope = Scope(scope.closed | fixed, scope.opens)
        known = self._known[number]
        if scope not in known:
            lines = self._lines[number]
            stands = self._stands(number, scope)
            if lines and lines.answers(scope):
                known[scope] = lines.inside(scope, self._standings[number], stands)
            else:
                known[scope] = self._walk(number, scope, stands)
        return known[scope]

    def _stands(self, number: int, scope: Scope) -> Stands | None:
        """Where the rows of a panel stand to a scope; None where that is to be asked of each by itself."""
        standings, kinds = self._standings[number], self._kinds[number]
        if kinds is None or any([d in NAMES for d, _ in scope.opens]):
            return None
        known: dict[int, tuple[int, bool]] = {}

        def stands(r: int) -> tuple[int, bool]:
            kind = kinds[r]
            found = known.get(kind)
            if found is None:
                found = known[kind] = position(standings[r], scope)
            return found

        return stands

    def _walk(self, number: int, scope: Scope, stands: Stands | None) -> tuple[list[int], bool] | None:
        """From the widest rows down to those that are inside or outside."""
        panel, standings = self.sense.panels[number], self._standings[number]
        taken: list[int] = []
        expected = False
        near = self._below[number].near(scope)
        waiting = near(None)
        while waiting:
            r = waiting.pop()
            node = panel.nodes[r]
            if not node.understood and has_money(self.sense, panel, r):
                return None
            if node.of or not node.understood:
                continue
            where, soft = stands(r) if stands else position(standings[r], scope)
            expected = expected or soft
            if where == INSIDE:
                taken.append(r)
            elif where == ACROSS and node.children:
                waiting.extend(near(r))
            elif where == ACROSS and not (node.kind == GROUP and panel.has_lines):
                return None
        if panel.labelled and not self._labels_fill(panel, taken, scope):
            return None
        return sorted(taken), expected

    def _labels_fill(self, panel: Panel, taken: list[int], scope: Scope) -> bool:
        """Labelled rows are a scope when they fill its closed conditions, or are classes of expenditure."""
        scopes = [panel.nodes[r].scope for r in taken]
        if scope.get("function") or all(s.get("function") for s in scopes):
            return True
        base = panel.base.scope
        asked = base.meet(scope)
        have = sum(volume(met.closed, self.live) for s in scopes if (met := base.meet(s)))
        return asked is not None and have == volume(asked.closed, self.live)


class _Below:
    """The rows under each row of a panel by project and unit, so that those of others are passed over."""

    def __init__(self, panel: Panel) -> None:
        self._panel = panel
        self._by_name: dict[str, _ByName] = {}
        self.rows: dict[int | None, list[int]] = {}
        for r, node in enumerate(panel.nodes):
            self.rows.setdefault(node.parent, []).append(r)

    def near(self, scope: Scope) -> Callable[[int | None], list[int]]:
        """The rows under a row, or under none, that are not surely outside a scope."""
        for dimension, asked in scope.opens:
            if names := dimension in INDEXED and begun_by(dimension, asked):
                if dimension not in self._by_name:
                    self._by_name[dimension] = _by_name(self._panel, dimension)
                named, any_name = self._by_name[dimension]
                return lambda r: [
                    *any_name.get(r, ()),
                    *[k for name in names for k in named.get((r, name), ())],
                ]
        return lambda r: list(self.rows.get(r, ()))


def begun_by(dimension: str, names: tuple[str, ...]) -> Collection[str]:
    """Names, or the classes of codes, as those of others do not hold one another; none where one is wider."""
    if dimension not in CODES:
        return names
    wider = any([len(code) < CLASS_DIGITS for code in names])
    return () if wider else {code[:CLASS_DIGITS] for code in names}


class _ByName(NamedTuple):
    """Rows by the row above them and a name; and those that may hold any name's money."""

    named: dict[tuple[int | None, str], list[int]]
    any_name: dict[int | None, list[int]]


def _by_name(panel: Panel, dimension: str) -> _ByName:
    found = _ByName({}, {})
    known: dict[int, frozenset[str] | None] = {}
    for r, node in enumerate(panel.nodes):
        names = _names(panel, r, dimension, known)
        if names is None:
            found.any_name.setdefault(node.parent, []).append(r)
        for name in names or ():
            found.named.setdefault((node.parent, name), []).append(r)
    return found


def _names(
    panel: Panel, r: int, dimension: str, known: dict[int, frozenset[str] | None]
) -> frozenset[str] | None:
    """The names whose money a row holds, by its own condition or by those of all rows under it."""
    if r not in known:
        node = panel.nodes[r]
        told = begun_by(dimension, node.scope.get(dimension) or ()) if node.understood else ()
        if told or not node.children or not node.understood:
            known[r] = frozenset(told) if told else None
        else:
            below = [_names(panel, k, dimension, known) for k in node.children]
            found = [names for names in below if names is not None]
            known[r] = frozenset().union(*found) if len(found) == len(below) else None
    return known[r]


class _Lines:
    """The lines of a panel by function: the rows of one function are found without walking the others."""

    def __init__(self, sense: Sense, panel: Panel) -> None:
        self._by_class: dict[str, dict[str, list[int]]] = {}  # the first digits -> the code -> its lines
        self._found: dict[tuple[str, ...], list[int]] = {}
        self.whole = True
        for r, node in enumerate(panel.nodes):
            if node.kind == LINE:
                code = (node.scope.get("function") or ("",))[0]
                self.whole = self.whole and len(code) >= CLASS_DIGITS and not node.of
                self._by_class.setdefault(code[:CLASS_DIGITS], {}).setdefault(code, []).append(r)
            elif (not node.understood and has_money(sense, panel, r)) or node.scope.get("function"):
                self.whole = False

    def answers(self, scope: Scope) -> bool:
        return self.whole and scope.get("function") is not None

    def inside(
        self, scope: Scope, standings: Sequence[Standing], stands: Stands | None
    ) -> tuple[list[int], bool] | None:
        taken: list[int] = []
        expected = False
        for r in self._near(scope.get("function") or ()):
            where, soft = stands(r) if stands else position(standings[r], scope)
            if where == ACROSS:
                return None
            expected = expected or soft
            if where == INSIDE:
                taken.append(r)
        return taken, expected

    def _near(self, asked: tuple[str, ...]) -> list[int]:
        """The lines of the functions asked for, of those inside them and of those that hold them."""
        if asked not in self._found:
            lines: list[int] = []
            for begun in begun_by("function", asked) or self._by_class:
                for code, rows in self._by_class.get(begun, {}).items():
                    if code.startswith(asked) or any([prefix.startswith(code) for prefix in asked]):
                        lines += rows
            self._found[asked] = sorted(lines)
        return self._found[asked]


def _covers(sense: Sense) -> list[Cover]:
    """Each panel by itself, and panels of lines that split the kinds of expenditure between them."""
    found: list[tuple[tuple[int, ...], Scope]] = []
    split: dict[Scope, list[int]] = {}
    for number in sense.ordered:
        panel = sense.panels[number]
        if panel.base.understood and not panel.base.expected and panel.columns:
            found.append(((number,), panel.base.scope))
            if panel.has_lines:
                split.setdefault(panel.base.scope.without("kind"), []).append(number)
    for base, numbers in split.items():
        scopes = [sense.panels[n].base.scope for n in numbers]
        if len(numbers) > 1 and partition(base, scopes, sense.live):
            found.append((tuple(numbers), base))
    return [_cover(sense, k, panels, base) for k, (panels, base) in enumerate(found)]


def _cover(sense: Sense, number: int, panels: tuple[int, ...], base: Scope) -> Cover:
    income = len(panels) == 1 and sense.panels[panels[0]].is_income
    lifted = base.without("flow") if income else base
    loose = Scope(lifted.closed | ~sense.live, lifted.opens)
    return Cover(number, panels, loose, income, _reach([sense.panels[p] for p in panels]))


def _reach(panels: list[Panel]) -> dict[str, int]:
    reach: dict[str, int] = {"year": 1}
    for panel in panels:
        for role in panel.roles - INCOME_TELLS_NOT if panel.is_income else panel.roles:
            for dimension, digits in REACH.get(role, ()):
                reach[dimension] = max(digits, reach.get(dimension, 0))
        for column in panel.columns:
            reach |= {d: MOST_DIGITS for d, _ in column.scope.opens}
    return reach


def _filled(sense: Sense, panel: Panel) -> set[int]:
    """The columns of a panel with any amount."""
    width, amounts = len(panel.columns), sense.amounts[panel.first : panel.first + panel.size]
    return {c for c in range(width) if amounts[c::width].count(None) < len(panel.nodes)}


def _kinds(standings: Sequence[Standing]) -> list[int] | None:
    """Rows numbered by all that they count but for names; None where there are few.

    Rows of one kind stand alike to whatever asks for no name.
    """
    if len(standings) < MANY:
        return None
    known: dict[Scope, int] = {}
    return [known.setdefault(_nameless(one.own), len(known)) for one in standings]


def _nameless(scope: Scope) -> Scope:
    return Scope(scope.closed, tuple([item for item in scope.opens if item[0] not in NAMES]))


def _narrowed_by_rows(panel: Panel, standings: Sequence[Standing]) -> int:
    """The closed dimensions that some row of a panel narrows."""
    bits = dimensions().all
    for one in standings:
        bits &= one.implied.closed
    bits |= ~panel.base.scope.closed
    return sum([field for field in dimensions().fields.values() if bits & field != field])
