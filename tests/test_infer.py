"""What a reader can work out of money left out as secret, and what would have to be left out with it."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import combinations

import pytest

from benchmarks.ledgers import random_ledger
from gouji.audit import Audit, audit
from gouji.book import Book
from gouji.explain import explain
from gouji.findings import ERROR, Finding
from gouji.forms import edition
from gouji.identities import EQUAL, System, system
from gouji.infer import Deduction, deductions
from gouji.ledger import Ledger, Line, Target, Unit, compile
from gouji.meaning import understand
from gouji.read import read
from gouji.write.text import write

YUNNAN = edition("yunnan-2026")
UNIT = "云溪市展览馆"
GENERAL, HIRE, OTHER = "2070106", "2070104", "2070199"


def spent(fen: int, function: str, project: str, economic: str = "30201", **more: object) -> Line:
    line = Line(
        fen, 2026, UNIT, "本年支出", "一般公共预算", "本年", "项目支出", "", function, economic, project
    )
    code = f"5399002510000000{abs(hash(project)) % 10_000:05}"
    wide = {"category": "311 专项业务类", "release": "本次下达", "level": "本级", "code": code}
    return replace(line, **{**wide, **more})  # type: ignore[arg-type]


OPEN = (
    spent(34_500_00, GENERAL, "巡回展览经费"),
    spent(27_800_00, GENERAL, "巡回展览经费", "30214"),
    spent(61_234_00, HIRE, "设备租赁经费", "30214"),
    spent(98_700_00, OTHER, "公益讲座经费", "39999"),
)


def book(*secret: Line, targets: Sequence[Target] = ()) -> Book:
    lines = [replace(line, entry=k, planned=True) for k, line in enumerate((*OPEN, *secret), 1)]
    income = Line(sum(line.fen for line in lines), 2026, UNIT, "本年收入", "一般公共预算")
    units = (Unit("101001", UNIT),)
    return compile(Ledger(UNIT, 2026, (income, *lines), "101", units, targets=tuple(targets)), YUNNAN)


def hidden(fen: int, function: str, project: str = "专门经费", economic: str = "30299") -> Line:
    return spent(fen, function, project, economic, withheld=True)


def read_again(made: Book) -> Book:
    return read(write(made).encode(), "secret.txt")


def audited(made: Book) -> Audit:
    return audit(read_again(made))


def known(found: Audit) -> list[Finding]:
    return [finding for finding in found.findings if finding.code == "withheld.deducible"]


# What can be worked out


def test_one_amount_withheld_under_a_function_is_known_to_the_fen() -> None:
    """The function's total less the rows that are shown."""
    found = audited(book(hidden(45_000_00, GENERAL)))
    (told,) = known(found)
    assert told.printed == 45_000_00
    assert GENERAL in told.args["row"]
    assert told.outcome == "withheld"
    assert (told.args["printed"], told.args["implied"]) == ("107,300.00", "62,300.00")
    assert not [finding for finding in found.findings if finding.level == ERROR]


def test_a_project_alone_under_its_function_is_known_too() -> None:
    (told,) = known(audited(book(hidden(45_000_00, "2070108"))))
    assert told.printed == 45_000_00
    assert "2070108" in told.args["row"]


def test_two_amounts_under_two_functions_are_known_each() -> None:
    told = known(audited(book(hidden(45_000_00, GENERAL), hidden(8_000_00, HIRE, "另一专门经费"))))
    assert sorted((finding.printed, finding.args["row"][:7]) for finding in told) == [
        (8_000_00, HIRE),
        (45_000_00, GENERAL),
    ]


def test_two_amounts_under_one_function_are_known_only_together() -> None:
    """Nothing tells 45,000 and 8,000 from any other two amounts of 53,000."""
    told = known(audited(book(hidden(45_000_00, GENERAL), hidden(8_000_00, GENERAL, "另一专门经费"))))
    assert [finding.printed for finding in told] == [53_000_00]


def test_no_amount_is_worked_out_where_nothing_is_withheld() -> None:
    found = audited(book())
    assert known(found) == []
    reasons = {outcome.code: outcome.reason for outcome in found.outcomes}
    assert reasons["withheld.deducible"] == "nothing-withheld"


# A name that remains gives the amount away


def target(project: str) -> Target:
    words = ("产出指标", "数量指标", "次数", "=", "5", "次", "定量指标", f"反映{project}次数")
    return Target(UNIT, project, f"2026年完成{project}任务5次。", *words)


def with_target(made: Book, project: str) -> Book:
    """The book with a project's name left in the table of targets."""
    text = write(made)
    words = (
        project,
        "2026年完成任务5次。",
        "产出指标",
        "数量指标",
        "次数",
        "=",
        "5",
        "次",
        "定量指标",
        "反映次数",
    )
    before, mark, after = text.partition("巡回展览经费\t2026年完成")
    assert mark
    return read((before + "\t".join(words) + "\n" + mark + after).encode(), "named.txt")


def test_a_name_that_remains_in_another_table_is_told_with_its_amount() -> None:
    made = book(hidden(45_000_00, GENERAL), targets=[target(line.project) for line in OPEN[1:]])
    assert not [f for f in audit(read_again(made)).findings if f.code == "withheld.name-remains"]
    found = audit(with_target(made, "专门经费"))
    (remains,) = [f for f in found.findings if f.code == "withheld.name-remains"]
    assert remains.args["project"] == "专门经费"
    (told,) = known(found)
    assert "专门经费" in told.args["name"]


def test_one_name_and_two_amounts_are_not_put_together() -> None:
    secret = hidden(45_000_00, GENERAL), hidden(8_000_00, HIRE, "另一专门经费")
    made = book(*secret, targets=[target(line.project) for line in OPEN[1:]])
    told = known(audit(with_target(made, "专门经费")))
    assert [finding.args["name"] for finding in told] == ["", ""]


# What to suppress protects


def withheld(made: Book) -> tuple[System, list[Deduction]]:
    whole = system(understand(read_again(made)))
    return whole, deductions(whole, explain(whole))


CASES = {
    "one project": (hidden(45_000_00, GENERAL),),
    "alone in its function": (hidden(45_000_00, "2070108"),),
    "two in one function": (hidden(45_000_00, GENERAL), hidden(8_000_00, GENERAL, "另一专门经费")),
    "two functions": (hidden(45_000_00, GENERAL), hidden(8_000_00, HIRE, "另一专门经费")),
    "the largest": (hidden(9_000_000_00, OTHER),),
}


@pytest.mark.parametrize("name", CASES)
def test_after_suppressing_what_is_proposed_no_single_identity_gives_the_amount_away(name: str) -> None:
    """Each identity that lacks secret money lacks another figure too, and no suppressed one comes back."""
    whole, told = withheld(book(*CASES[name]))
    assert told
    for deduction in told:
        suppressed = set(deduction.suppress)
        lacking = set(deduction.explanation.identities)
        for i, identity in enumerate(whole.identities):
            if identity.relation != EQUAL:
                continue
            unknown = sum(figure in suppressed for figure, _ in identity.terms)
            assert unknown != (0 if i in lacking else 1), (identity, unknown)


@pytest.mark.parametrize("seed", range(12))
def test_it_holds_of_large_books_too(seed: int) -> None:
    ledger = random_ledger(random.Random(seed), withheld=True, funds=False, carried=False)
    whole, told = withheld(compile(ledger, YUNNAN))
    for deduction in told:
        suppressed = set(deduction.suppress)
        for i in deduction.explanation.identities:
            assert any(figure in suppressed for figure, _ in whole.identities[i].terms)


def determined(equations: Iterable[dict[object, Fraction]], wanted: object) -> bool:
    """Do linear equations between unknowns settle one of them? (Gauss)"""
    basis: dict[object, dict[object, Fraction]] = {}
    for equation in equations:
        rest = dict(equation)
        for pivot, row in basis.items():
            if pivot in rest:
                count = rest[pivot]
                for one, n in row.items():
                    rest[one] = rest.get(one, Fraction(0)) - count * n
                rest = {one: n for one, n in rest.items() if n}
        if rest:
            pivot = next((one for one in rest if one != wanted), wanted)
            scaled = {one: n / rest[pivot] for one, n in rest.items()}
            for row in basis.values():
                if pivot in row:
                    count = row[pivot]
                    for one, n in scaled.items():
                        row[one] = row.get(one, Fraction(0)) - count * n
                        if not row[one]:
                            del row[one]
            basis[pivot] = scaled
    return basis.get(wanted) == {wanted: Fraction(1)}


def equations(
    whole: System, told: Sequence[Deduction], suppressed: set[int]
) -> Iterator[dict[object, Fraction]]:
    """What the book says of its unknowns: of figures suppressed, and of the amounts withheld."""
    amounts = [deduction.low for deduction in told]
    lacking = {i for deduction in told for i in deduction.explanation.identities}
    for i, identity in enumerate(whole.identities):
        if identity.relation == EQUAL:
            unknown: dict[object, Fraction] = {f: Fraction(s) for f, s in identity.terms if f in suppressed}
            if i in lacking:
                unknown |= {str(k): Fraction(-1) for k in _making(amounts, whole.residuals[i])}
            yield unknown


def _making(amounts: Sequence[int], gap: int) -> Sequence[int]:
    """Which of the amounts make up a gap."""
    some = (one for n in range(1, len(amounts) + 1) for one in combinations(range(len(amounts)), n))
    return next(one for one in some if sum(amounts[k] for k in one) == gap)


@pytest.mark.parametrize("name", CASES)
def test_nor_do_all_identities_taken_together(name: str) -> None:
    """A reader who solves the whole book for what was left out finds no amount either."""
    whole, told = withheld(book(*CASES[name]))
    suppressed = {figure for deduction in told for figure in deduction.suppress}
    for k in range(len(told)):
        assert determined(equations(whole, told, set()), str(k)), "nothing suppressed, and it is out"
        assert not determined(equations(whole, told, suppressed), str(k))


def test_what_to_suppress_is_said_in_the_remedy() -> None:
    whole, (deduction,) = withheld(book(*CASES["one project"]))
    (told,) = known(audited(book(*CASES["one project"])))
    for figure in deduction.suppress:
        panel, row, _ = whole.sense.at(figure)
        assert panel.nodes[row].label in told.args["suppress"]
