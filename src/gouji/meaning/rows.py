"""What a table's rows count: totals, groups, codes, labels, budget lines."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

from gouji import lexicon
from gouji.book import Cell
from gouji.lexicon import Meaning, normal
from gouji.meaning.model import CODE, GROUP, LABEL, LINE, TOTAL, Node
from gouji.scope import Scope, condition, everything

_LABELS = ("unit", "project", "function.code", "function.name", "economic.code", "economic.name", "item")
_LINE_ROLES = ("function.code", "economic.code")


def label_nodes(rows: list[dict[str, Cell]], year: int) -> list[Node]:
    """Rows named by numbered labels: each means its own label within those above it."""
    nodes: list[Node] = []
    above: list[tuple[int, Meaning]] = []
    for i, keys in enumerate(rows):
        if "label" not in keys:
            continue
        text, depth, _ = lexicon.label(keys["label"].text)
        meaning = lexicon.row(text, year)
        while above and above[-1][0] >= (depth or 1):
            above.pop()
        if depth:
            inherited = above[-1][1] if above else lexicon.nothing()
            above.append((depth, inherited.and_(meaning)))
            meaning = above[-1][1]
        total = meaning.understood and meaning.scope == everything()
        nodes.append(
            Node(
                i,
                TOTAL if total else LABEL,
                lexicon.imply(meaning.scope)[0],
                keys["label"].text,
                meaning.understood,
            )
        )
    return nodes


def key_nodes(
    rows: list[dict[str, Cell]], needed: set[str], units: frozenset[str], department: str
) -> list[Node]:
    """Rows named by codes and names: totals, groups (名称 alone) and lines."""
    nodes: list[Node] = []
    unit: Cell | None = None
    for i, row in enumerate(rows):
        if any(is_total(cell.text) for cell in row.values()):
            nodes.append(Node(i, TOTAL, everything(), "合计"))
            continue
        if not row:
            continue
        if not needed or not needed <= row.keys():
            kind = CODE if "function.code" in row or "economic.code" in row or not needed else GROUP
        else:
            kind = LINE
        if kind == GROUP and "unit" in row:
            unit = row["unit"]
        elif unit is not None and "unit" not in row and kind == LINE:
            row = {**row, "unit": unit}
        scope = _row_scope(row, units)
        label = " ".join(cell.text for role, cell in row.items() if role in _LABELS)
        cut = kind == GROUP and ("project.code" in row or not row.keys() & {"unit", "project", "unit.code"})
        nodes.append(Node(i, kind, scope, label, understood=not cut))
    _unit_groups(nodes, rows, department)
    return nodes


def line_roles(told: set[str]) -> set[str]:
    """The roles that a row needs to be a budget line; empty where rows are codes or units."""
    both = {role for role in _LINE_ROLES if role in told}
    if len(both) == 2 or (both and "project" in told):
        return both
    if both:
        return set()
    return next(({role} for role in ("item", "project") if role in told), set())


def _row_scope(row: dict[str, Cell], units: frozenset[str]) -> Scope:
    scope = everything()
    for role, cell in row.items():
        found = _key_scope(role, cell.text, len(units) > 1)
        if found is not None:
            scope = scope.meet(found) or scope
    return scope


@lru_cache(maxsize=4000)
def _key_scope(role: str, text: str, many_units: bool) -> Scope | None:
    """The condition that one key cell puts on its row; None for a key that names without narrowing."""
    phrase = normal(text)
    if role in ("function.code", "economic.code"):
        dimension = role.split(".")[0]
        if phrase.isdigit():
            return condition(
                "gov_economic" if dimension == "economic" and phrase[0] == "5" else dimension, phrase
            )
        return None
    if role == "project":
        return condition("project", phrase)
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
            node.kind == GROUP
            and after.kind == GROUP
            and here
            and below
            and normal(here.text) == department != normal(below.text)
        ):
            node.scope = node.scope.without("unit")


@lru_cache(maxsize=4000)
def is_total(text: str) -> bool:
    known = lexicon.words()["row"].get(normal(text))
    return known is not None and known.scope == everything()
