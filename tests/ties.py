"""What reviewers check in the 17 Yunnan forms, written out by hand over the printed cells.

This knows nothing of scopes: it is an independent proof that a book ties. Columns go by printed numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from gouji.book import Book
from tests.printed import ZERO, Form, Forms, amount, total

Tie = tuple[str, Decimal, Decimal]
"""What is compared, and the two sides, which must be equal."""

CLASSES = 3, 5, 7
INCOME = (
    "一、一般公共预算拨款收入",
    "二、政府性基金预算拨款收入",
    "三、国有资本经营预算拨款收入",
    "四、财政专户管理资金收入",
    "五、单位资金",
)
OWN = (
    "（一）事业收入",
    "（二）事业单位经营收入",
    "（三）上级补助收入",
    "（四）附属单位上缴收入",
    "（五）其他收入",
)


def ties(book: Book) -> Iterator[Tie]:
    """Every identity within a form and between forms that no secret touches."""
    forms = Forms(book)
    for check in (_overview, _by_unit, _by_code, _grants, _sums, _groups, _across, _details):
        yield from check(forms)


def at_most(book: Book) -> Iterator[Tie]:
    """Details and control totals: equal, or at most where a table leaves secrets out."""
    forms = Forms(book)
    basic, project, out = forms["04"], forms["05-1"], forms["01-3"]
    public, fund = forms["02-2"], forms["06"]
    lines = project.where(2)
    yield "B11", total(lines, 10, 14), public.total(7)
    for row in (r for r in public.rows if len(r[1]) == 7):
        yield f"B11 {row[1]}", total((r for r in lines if r[5] == row[1]), 10, 14), row(7)
    yield "B12 project", total(lines, 12, 15), fund.total(6)
    yield "B13", basic.total(8) + project.total(9), out.total(3)
    yield "B14 专户", total(basic.where(4), 20) + total(lines, 17), out.total(9)
    for i in range(6):
        yield f"B14 {i}", total(basic.where(4), 21 + i) + total(lines, 18 + i), out.total(10 + i)
    if not forms.side("02-1", 2)["二、年终结转结余"]:
        carried = forms.side("02-1", 0)["二、上年结转"]
        yield "B15", total(basic.where(4), 17, 18, 19) + total(lines, 14, 15, 16), carried


def _overview(forms: Forms) -> Iterator[Tie]:
    income, out = forms.side("01-1", 0), forms.side("01-1", 2)
    yield "A01 income", sum((income[name] for name in INCOME), ZERO), income["本年收入合计"]
    yield "A01 own", sum((income[name] for name in OWN), ZERO), income["五、单位资金"]
    yield "A01 all", income["本年收入合计"] + income["上年结转结余"], income["收入总计"]
    classes = [value for label, value in out.items() if "、" in label[:4]]
    assert len(classes) == 30
    yield "A02 classes", sum(classes, ZERO), out["本年支出合计"]
    yield "A02 all", out["本年支出合计"] + out["年终结转结余"], out["支出总计"]
    yield "A02 balance", income["收入总计"], out["支出总计"]


def _by_unit(forms: Forms) -> Iterator[Tie]:
    form, income, out = forms["01-2"], forms.side("01-1", 0), forms.side("01-1", 2)
    for row in (*form.rows, form.total):
        yield "A03 all", row(3), row(4, 15)
        yield "A03 now", row(4), row(5, 6, 7, 8, 9)
        yield "A03 own", row(9), row(10, 11, 12, 13, 14)
        yield "A03 old", row(15), row(16, 17, 18, 19, 20)
    units = form.where(1, lambda code: len(code) > 3)
    for n in form.numbers[2:]:
        yield f"A03 total {n}", total(units, n), form.total(n)
        yield f"A03 department {n}", total(form.where(1, lambda code: len(code) == 3), n), form.total(n)
    told = ("收入总计", "本年收入合计", *INCOME, *OWN, "上年结转结余")
    for n, name in zip((3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15), told, strict=True):
        yield f"B01 {name}", form.total(n), income[name]
    yield "B03", form.total(3), forms["01-3"].total(3) + out["年终结转结余"]


def _by_code(forms: Forms) -> Iterator[Tie]:
    for row in (*forms["01-3"].rows, forms["01-3"].total):
        yield "A04", row(3), row(4, 7, 8, 9, 10)
        yield "A04 public", row(4), row(5, 6)
        yield "A04 own", row(10), row(11, 12, 13, 14, 15)
    for row in (*forms["02-2"].rows, forms["02-2"].total):
        yield "A06", row(3), row(4, 7)
        yield "A06 basic", row(4), row(5, 6)
    for row in (*forms["06"].rows, forms["06"].total):
        yield "A10", row(4), row(5, 6)
    for form, key, first in (("01-3", 1, 3), ("02-2", 1, 3), ("06", 2, 4)):
        yield from _tree(form, forms[form], key, first)


def _tree(name: str, form: Form, key: int, first: int) -> Iterator[Tie]:
    for n in form.numbers[first - 1 :]:
        for short, long in pairwise(CLASSES):
            for row in form.where(key, lambda code, length=short: len(code) == length):
                same = [r for r in form.rows if r.texts[: key - 1] == row.texts[: key - 1]]
                under = [r for r in same if r[key].startswith(row[key]) and len(r[key]) == long]
                yield f"{name} {row[key]} {n}", total(under, n), row(n)
        yield f"{name} {n}", total(form.where(key, lambda code: len(code) == CLASSES[0]), n), form.total(n)


def _grants(forms: Forms) -> Iterator[Tie]:
    left, right = forms.side("02-1", 0), forms.side("02-1", 2)
    table = forms.book.table("02-1")
    assert table
    now, old = ([amount(row[1].text) for row in table.rows[i : i + 3]] for i in (1, 5))
    yield "A05 now", left["一、本年收入"], sum(now, ZERO)
    yield "A05 old", left["二、上年结转"], sum(old, ZERO)
    yield "A05 income", left["收入总计"], left["一、本年收入"] + left["二、上年结转"]
    classes = [value for label, value in right.items() if label.startswith("（")]
    assert len(classes) == 26
    yield "A05 classes", right["一、本年支出"], sum(classes, ZERO)
    yield "A05 all", right["支出总计"], right["一、本年支出"] + right["二、年终结转结余"]
    yield "A05 balance", left["收入总计"], right["支出总计"]
    income = forms.side("01-1", 0)
    for i in range(3):
        yield f"B04 now {i}", now[i], income[INCOME[i]]
        yield f"B04 old {i}", old[i], forms["01-2"].total(16 + i)
    if not right["二、年终结转结余"]:
        yield "B06 public", now[0] + old[0], forms["02-2"].total(3)
        yield "B06 fund", now[1] + old[1], forms["06"].total(4)
        yield "B06 capital", now[2] + old[2], forms["01-3"].total(8)
    yield "B05", right["一、本年支出"], forms["01-3"].total(4, 7, 8)


def _sums(forms: Forms) -> Iterator[Tie]:
    for row in forms["03"].rows:
        yield "A07", row(1), row(2, 3, 6)
        yield "A07 cars", row(3), row(4, 5)
    for row in (*forms["04"].rows, forms["04"].total):
        yield "A08", row(8), row(9, 15, 16, 17, 18, 19, 20, 21)
        yield "A08 public", row(9), row(11, 12, 13, 14)
        yield "A08 own", row(21), row(22, 23, 24, 25, 26)
    for row in (*forms["05-1"].rows, forms["05-1"].total):
        yield "A09", row(9), row(10, 12, 13, 14, 15, 16, 17, 18)
        yield "A09 own", row(18), row(19, 20, 21, 22, 23)
    for form, whole in (("07", 7), ("08", 8)):
        for row in (*forms[form].rows, forms[form].total):
            yield f"A11/12 {form}", row(whole), row(*range(whole + 1, whole + 6))
            yield f"A11/12 {form} own", row(whole + 5), row(*range(whole + 6, whole + 11))
    for row in (*forms["09-1"].rows, forms["09-1"].total):
        yield "A13", row(2), row(3, 4)
        yield "A13 areas", row(2), row(*forms["09-1"].numbers[4:])
    for row in forms["10"].where(4):
        yield "A14", row(8), amount(row[6]) * amount(row[7])
    for row in (*forms["11"].rows, forms["11"].total):
        yield "A15", row(8), row(9, 10, 11)


def _groups(forms: Forms) -> Iterator[Tie]:
    """Unit or project rows, and the total, against the rows under them."""
    for name, line, group, first in (
        ("04", 4, 1, 8), ("05-1", 2, 3, 9), ("07", 2, 0, 7), ("08", 2, 0, 8), ("11", 4, 2, 8)
    ):  # fmt: skip
        form = forms[name]
        heads = [row for row in form.rows if not row[line]]
        for n in form.numbers[first - 1 :]:
            yield f"{name} total {n}", total(form.where(line), n), form.total(n)
            for head in heads:
                mine = [row for row in form.where(line) if row[group] == head[group]]
                yield f"{name} {head[group]} {n}", total(mine, n), head(n)
    yield "A14 total", total(forms["10"].where(4), 8), forms["10"].total(8)
    for n in (8, 9, 10):
        yield f"A16 units {n}", total(forms["12"].where(1), n), forms["12"].total(n)
        yield f"A16 projects {n}", total(forms["12"].where(3), n), forms["12"].total(n)


def _across(forms: Forms) -> Iterator[Tie]:
    overview, grants = forms.side("01-1", 2), forms.side("02-1", 2)
    codes = {row[1]: row for row in forms["01-3"].rows}
    public = {row[1]: row for row in forms["02-2"].rows}
    yield "B02", forms["01-3"].total(3), overview["本年支出合计"]
    spent = {_plain(label): value for label, value in overview.items()}
    granted = {_plain(label): value for label, value in grants.items()}
    for row in (row for row in codes.values() if len(row[1]) == CLASSES[0]):
        yield f"B02 {row[1]}", row(3), spent[row[2]]
        yield f"B05 {row[1]}", row(4, 7, 8), granted[row[2]]
    for code, row in codes.items():
        for mine, theirs in ((4, 3), (5, 4), (6, 7)):
            yield f"B07 {code}", row(mine), public[code](theirs) if code in public else ZERO
        yield f"B08 {code}", row(7), total(forms["06"].where(2, lambda c, code=code: c == code), 4)
    assert public.keys() <= codes.keys()


def _details(forms: Forms) -> Iterator[Tie]:
    lines, project = forms["04"].where(4), forms["05-1"].where(2)
    yield "B09", total(lines, 9, 17), forms["02-2"].total(4)
    yield "B12 basic", total(lines, 15, 18), forms["06"].total(5)
    for row in (row for row in forms["02-2"].rows if len(row[1]) == CLASSES[-1]):
        mine = [line for line in lines if line[4] == row[1]]
        personnel = [line for line in mine if line[6][:3] in ("301", "303")]
        yield f"B09 {row[1]}", total(mine, 9, 17), row(4)
        yield f"B10 人员 {row[1]}", total(personnel, 9, 17), row(5)
        yield f"B10 公用 {row[1]}", total((r for r in mine if r not in personnel), 9, 17), row(6)
    for row in forms["12"].where(3):
        mine = [r for r in lines if r[3] == row[3]] if row[2][0] == "1" else []
        planned = total((r for r in project if r[3] == row[3]), 11) + total(mine, 9)
        yield f"B20 {row[3]}", total(forms["12"].where(3, lambda p, row=row: p == row[3]), 8), planned


def _plain(label: str) -> str:
    return label.partition("、")[2] if "、" in label[:4] else label.partition("）")[2]
