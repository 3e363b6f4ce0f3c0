"""datapackage.json, as the Fiscal Data Package (0.3) describes it, and README.txt."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from gouji import __version__, codes
from gouji.book import Book
from gouji.ledger import Ledger
from gouji.scope import rows_of
from gouji.write.counted import DIMENSIONS
from gouji.write.data.rows import source

_HERE = Path(__file__).parent
_TYPES = {"amount": "number"}
_KEYS = {"lines": ["id"], "figures": ["table", "row", "column"], "codes": ["code"]}


class Field(NamedTuple):
    """A row of fields.tsv; one without a name tells of the resource."""

    resource: str
    name: str
    type: str
    dimension: str
    key: str
    zh: str
    en: str


@lru_cache(maxsize=1)
def schemas() -> dict[str, list[Field]]:
    """The fields of each resource; those of figures go on with what their scopes say."""
    told: dict[str, list[Field]] = {}
    for field in _fields():
        told.setdefault(field.resource, []).extend([field] if field.name else [])
    conditions = [Field("figures", name, "string", "", "", name, "condition on it") for name in DIMENSIONS]
    told["figures"][-1:-1] = conditions
    return told


@lru_cache(maxsize=1)
def _fields() -> list[Field]:
    return [Field(*row) for row in rows_of(_HERE / "fields.tsv")]


def _titles() -> dict[str, Field]:
    return {field.resource: field for field in _fields() if not field.name}


def descriptor(ledger: Ledger, book: Book) -> dict[str, object]:
    code = re.sub(r"[^a-z0-9]+", "-", ledger.code.lower()).strip("-")
    return {
        "profile": "tabular-data-package",
        "profiles": {"fiscal": "*", "tabular": "*"},
        "name": "-".join(filter(None, ("budget", code, str(ledger.year)))),
        "title": f"{book.unit}{ledger.year}年部门预算",
        "description": f"Department budget of {book.unit} for {ledger.year}, in the forms of {book.edition}.",
        "countryCode": "CN",
        "granularity": "aggregated",
        "fiscalPeriod": {"start": f"{ledger.year}-01-01", "end": f"{ledger.year}-12-31"},
        "sources": [{"title": title} for title in _sources(ledger, book)],
        "contributors": [{"title": book.unit or "—", "role": "publisher"}],
        "resources": [_resource(name, fields) for name, fields in schemas().items()],
        "model": {"measures": _measures(), "dimensions": _dimensions()},
    }


def _sources(ledger: Ledger, book: Book) -> list[str]:
    lists = (codes.functions, codes.economics, codes.gov_economics)
    return [
        f"{book.unit}{ledger.year}年部门预算（{book.edition}）",
        *(source(listed(ledger.year)) for listed in lists),
    ]


def _resource(name: str, fields: list[Field]) -> dict[str, object]:
    schema: dict[str, object] = {"fields": [_described(field) for field in fields]}
    if name in _KEYS:
        schema["primaryKey"] = _KEYS[name]
    if name == "lines":
        schema["foreignKeys"] = [
            {"fields": [field], "reference": {"resource": "codes", "fields": ["code"]}}
            for field in ("function", "economic")
        ]
    told = _titles()[name]
    return {
        "profile": "tabular-data-resource",
        "name": name,
        "title": told.zh,
        "description": told.en,
        "path": f"{name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": schema,
    }


def _described(field: Field) -> dict[str, str]:
    type = _TYPES.get(field.type, field.type)
    return {"name": field.name, "type": type, "title": field.zh, "description": field.en}


def _measures() -> dict[str, object]:
    return {"amount": {"resource": "lines", "source": "amount", "currency": "CNY", "phase": "approved"}}


def _dimensions() -> dict[str, object]:
    fields = schemas()["lines"]
    told: dict[str, object] = {}
    for name, type, *sort in rows_of(_HERE / "dimensions.tsv"):
        mine = [field for field in fields if field.dimension == name]
        keys = [field.name for field in mine if field.key == "*"]
        told[name] = {
            "dimensionType": type,
            **({"classificationType": sort[0]} if sort and sort[0] else {}),
            "primaryKey": keys[0] if len(keys) == 1 else keys,
            "attributes": {field.name: _attribute(field) for field in mine},
        }
    return told


def _attribute(field: Field) -> dict[str, str]:
    label = {"labelfor": field.key} if field.key not in ("", "*") else {}
    return {"resource": "lines", "source": field.name, **label}


def readme(ledger: Ledger, book: Book) -> str:
    """What the files are and what their fields mean, in Chinese and English."""
    titles = _titles()
    about = (_HERE / "readme.txt").read_text(encoding="utf-8")
    lines = [about.format(unit=book.unit, year=ledger.year, edition=book.edition, version=__version__)]
    for name, fields in schemas().items():
        lines += ["", f"{name}.csv  {titles[name].zh}", f"    {titles[name].en}"]
        lines += [f"  {f.name}  {_TYPES.get(f.type, f.type)}  {f.zh}  {f.en}" for f in fields]
    return "\n".join([*lines, ""])
