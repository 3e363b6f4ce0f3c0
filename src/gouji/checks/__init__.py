"""What is checked: an explicit list, each check a small function from a Sense to a Result.

To add a check: write the function, give its code an entry in `messages/checks.tsv`, name it here, and add a
tiny book that breaks it to `tests/errors`.
"""

from __future__ import annotations

from functools import partial

from gouji.book import FINAL_ACCOUNTS
from gouji.checks import (
    codes,
    headers,
    indicators,
    outline,
    plans,
    projects,
    prose,
    reading,
    rows,
    tables,
    withheld,
)
from gouji.findings import Check, Result
from gouji.meaning import Sense

SAID = (
    "prose.rate",
    "prose.change",
    "prose.direction",
    "prose.share",
    "prose.sum",
    "prose.change-sum",
    "prose.unit",
    "prose.number",
    "prose.two-amounts",
    "prose.amount",
    "prose.magnitude",
    "prose.nothing-said",
    "prose.name-outdated",
    "prose.part-missing",
    "prose.reason-missing",
)
"""The codes of `checks/said`, whose room is entered only where a book has sentences."""

BUDGET_ONLY = frozenset(
    (
        "title.unknown",
        "table.absent",
        "table.order",
        "project.unlisted",
        "target.no-money",
        "target.missing",
        "target.goal-missing",
        "target.coverage",
        "target.purchase",
        "prose.part-missing",
    )
)
"""What is demanded of budgets: their tables and their order, targets, parts of the text."""


def _said(code: str, sense: Sense) -> Result:
    if not prose.has_sentences(sense):
        return Result(not_applicable="no-sentences")
    from gouji.checks import said

    return said.CHECKS[code](sense)


def _of_budgets(check: Check) -> Check:
    """A check that asks nothing of final accounts."""

    def run(sense: Sense) -> Result:
        if sense.book.kind == FINAL_ACCOUNTS:
            return Result(not_applicable="final-accounts")
        return check.run(sense)

    return Check(check.code, run) if check.code in BUDGET_ONLY else check


_ALL: tuple[Check, ...] = (
    *reading.remark_checks(),
    Check("read.not-amount", reading.not_amount),
    Check("read.not-understood", reading.not_understood),
    Check("title.unknown", tables.unknown),
    Check("table.none", tables.none),
    Check("table.absent", tables.absent),
    Check("table.order", tables.order),
    Check("table.duplicate", tables.duplicate),
    Check("table.empty-undeclared", tables.empty_undeclared),
    Check("table.declared-but-filled", tables.declared_but_filled),
    Check("table.wrong-statement", tables.wrong_statement),
    Check("table.statement-typo", tables.statement_typo),
    Check("year.other", headers.year_other),
    Check("year.text", headers.year_text),
    Check("unit.other", headers.unit_other),
    Check("money-unit.missing", headers.money_unit_missing),
    Check("money-unit.differs", headers.money_unit_differs),
    Check("row.duplicate", rows.duplicate),
    Check("row.group-missing", rows.group_missing),
    Check("amount.negative", rows.negative),
    Check("amount.product", rows.product),
    Check("code.form", codes.form),
    Check("code.unknown", codes.unknown),
    Check("code.moved", codes.moved),
    Check("code.name", codes.name),
    Check("code.mismatch", codes.mismatch),
    Check("code.renamed", codes.renamed),
    Check("code.government", codes.government),
    Check("code.depth", outline.depth),
    Check("code.parent", outline.parent),
    Check("code.order", outline.order),
    Check("code.fund", outline.fund),
    Check("project.two-names", projects.two_names),
    Check("project.two-codes", projects.two_codes),
    Check("project.code-form", projects.code_form),
    Check("project.code-year", projects.code_year),
    Check("project.unlisted", projects.unlisted),
    Check("withheld.name-remains", withheld.name_remains),
    Check("target.no-money", withheld.no_money),
    Check("target.missing", withheld.missing),
    Check("target.goal-missing", plans.goal_missing),
    Check("target.goal-differs", plans.goal_differs),
    Check("target.coverage", plans.coverage),
    Check("target.duplicate", plans.duplicate),
    Check("target.conflict", plans.conflict),
    Check("target.purchase", plans.purchase),
    Check("target.level", indicators.level_order),
    Check("target.level-unknown", indicators.level_unknown),
    Check("target.operator-name", indicators.operator_name),
    Check("target.operator", indicators.operator_unknown),
    Check("target.incomplete", indicators.incomplete),
    Check("target.attribute", indicators.attribute),
    Check("target.number", indicators.value_number),
    Check("target.measure", indicators.value_measure),
    Check("target.percent", indicators.percent),
    Check("target.comparison", indicators.comparison),
    Check("target.qualitative-number", indicators.qualitative_number),
    Check("target.direction", indicators.direction),
    Check("text.numbering", prose.numbering),
    Check("text.placeholder", prose.placeholder),
    Check("text.doubled", prose.doubled),
    Check("text.other-unit", prose.other_unit),
    Check("text.privacy", prose.privacy),
    *(Check(code, partial(_said, code)) for code in SAID),
)

CHECKS = tuple(map(_of_budgets, _ALL))
