"""Open data: a valid data package, exact amounts in every format, and nothing that is secret."""

from __future__ import annotations

import csv
import io
import json
import random
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from benchmarks import sample
from benchmarks.ledgers import random_ledger
from gouji.forms import edition
from gouji.ledger import Ledger, Line, Target, compile
from gouji.meaning import understand
from gouji.money import yuan
from tests.published import HOSTILE, SEEDS, YUNNAN

pytest.importorskip("pyarrow")
from pyarrow import parquet

from gouji.write.data import files
from gouji.write.layout import flat

Rows = list[dict[str, Any]]
NATIONAL = edition("national-2016")


def data(ledger: Ledger, forms: Any = YUNNAN) -> dict[str, bytes]:
    made = files(ledger, compile(ledger, forms), forms)
    return {name: data if isinstance(data, bytes) else b"".join(data) for name, data in made}


def table(data: bytes) -> Rows:
    return parquet.read_table(io.BytesIO(data)).to_pylist()


def rows(data: bytes) -> Rows:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


@pytest.fixture(params=SEEDS)
def ledger(request: pytest.FixtureRequest) -> Ledger:
    return random_ledger(random.Random(request.param), withheld=request.param % 2 == 1 or None)


@pytest.fixture(scope="module")
def hostile() -> Ledger:
    """Every text of the sample book as hostile as can be."""
    made = sample.ledger()
    names = {
        name: HOSTILE[i % len(HOSTILE)] for i, name in enumerate(sorted({x.project for x in made.lines}))
    }
    lines = (replace(line, project=names[line.project], area=line.area and "=1") for line in made.lines)
    targets = (Target(*HOSTILE[:11]) for _ in made.targets)
    return replace(made, lines=tuple(lines), items=(), targets=tuple(targets))


def test_the_package_is_valid(ledger: Ledger, tmp_path: Path) -> None:
    assert complaints(data(ledger), tmp_path) == []


def test_the_package_is_valid_whatever_texts_say(hostile: Ledger, tmp_path: Path) -> None:
    made = data(hostile)
    assert complaints(made, tmp_path) == []
    told = {
        cell
        for name in ("lines", "targets", "figures")
        for row in rows(made[f"{name}.csv"])
        for cell in row.values()
    }
    risky = {cell for cell in told if cell.startswith(("=", "+", "-", "@"))}
    assert not {cell for cell in risky if not cell.lstrip("-").replace(".", "").isdigit()}
    assert "'=1+2" in told and "'@SUM(A1)" in told


def complaints(made: dict[str, bytes], folder: Path) -> list[Any]:
    frictionless = pytest.importorskip("frictionless")
    for name, content in made.items():
        (folder / name).write_bytes(content)
    return frictionless.validate(str(folder / "datapackage.json")).flatten(["type", "message"])


def test_parquet_has_the_same_lines(ledger: Ledger) -> None:
    told = table(data(ledger)["lines.parquet"])
    public = [(i, line) for i, line in enumerate(ledger.lines, 1) if not line.withheld]
    assert [(row["id"], row["amount"]) for row in told] == [(i, Decimal(yuan(x.fen))) for i, x in public]
    for (_, line), row in zip(public, told, strict=True):
        assert all(row[name] == plain(getattr(line, name)) for name in row if hasattr(line, name))


def plain(value: object) -> object:
    return flat(value) if isinstance(value, str) else value


def test_every_format_says_the_same(ledger: Ledger) -> None:
    made = data(ledger)
    document = json.loads(made["book.json"])
    for name in ("lines", "figures"):
        amounts = [str(row["amount"]) for row in table(made[f"{name}.parquet"])]
        assert amounts == [row["amount"] for row in rows(made[f"{name}.csv"])]
        assert amounts == [row["amount"] for row in document[name]]


def test_every_figure_of_the_book_is_there(ledger: Ledger) -> None:
    book = compile(ledger, YUNNAN)
    figures = [yuan(fen) for fen in understand(book).amounts if fen is not None]
    told = rows(data(ledger)["figures.csv"])
    assert sorted(row["amount"] for row in told) == sorted(figures)
    for row in told:
        cell = book.tables[int(row["table"]) - 1].rows[int(row["row"]) - 1][int(row["column"]) - 1]
        assert row["printed"].lstrip("'") == cell.text


def test_secrets_are_nowhere() -> None:
    made = sample.ledger()
    secret = {line.project for line in made.lines if line.withheld}
    assert secret
    for content in data(made).values():
        assert not any(name.encode() in content for name in secret)


def test_forms_that_only_print_sums_get_no_lines_beside_a_secret() -> None:
    made = sample.ledger()
    assert rows(data(made, NATIONAL)["lines.csv"]) == []
    told = replace(made, lines=tuple(line for line in made.lines if not line.withheld))
    assert len(rows(data(told, NATIONAL)["lines.csv"])) == len(told.lines)


def test_the_model_names_fields_that_are_there() -> None:
    told = json.loads(data(sample.ledger())["datapackage.json"])
    fields = {
        (resource["name"], field["name"])
        for resource in told["resources"]
        for field in resource["schema"]["fields"]
    }
    assert {(m["resource"], m["source"]) for m in told["model"]["measures"].values()} <= fields
    for dimension in told["model"]["dimensions"].values():
        attributes = dimension["attributes"]
        keys = dimension["primaryKey"]
        assert keys and ({keys} if isinstance(keys, str) else {*keys}) <= set(attributes)
        assert {(a["resource"], a["source"]) for a in attributes.values()} <= fields
        assert all(a.get("labelfor", name) in attributes for name, a in attributes.items())


def test_every_code_is_named_with_those_above_it(ledger: Ledger) -> None:
    made = data(ledger)
    codes = {row["code"]: row for row in rows(made["codes.csv"])}
    used = {code for row in rows(made["lines.csv"]) for code in (row["function"], row["economic"]) if code}
    assert used <= set(codes)
    assert all(row["parent"] in codes for row in codes.values() if row["parent"])
    assert all(codes[code]["name"] and codes[code]["source"] for code in used)


def test_the_same_book_gives_the_same_bytes() -> None:
    assert data(sample.ledger()) == data(sample.ledger())


def test_a_ledger_without_lines_is_valid_too(tmp_path: Path) -> None:
    made = data(Ledger("示例市图书馆", 2026, ()))
    assert complaints(made, tmp_path) == []
    assert table(made["lines.parquet"]) == []


def test_amounts_of_any_size_are_exact() -> None:
    fen = 9_007_199_254_740_993_07
    line = Line(fen, 2026, "甲", "本年收入", "一般公共预算")
    made = data(Ledger("甲", 2026, (line,)))
    assert table(made["lines.parquet"])[0]["amount"] == Decimal("9007199254740993.07")
    assert rows(made["lines.csv"])[0]["amount"] == "9007199254740993.07"
