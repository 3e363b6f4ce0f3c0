"""The rows of a ledger's sheets put together: lines with their parts, the plan, targets, the narrative."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from gouji import money
from gouji.ledger.cells import WARNING, Problem
from gouji.ledger.filling import MARKS
from gouji.ledger.lines import Chapter, Item, Ledger, Line, Target, Unit
from gouji.ledger.parts import Spending, Thing, kind_of, lines_of
from gouji.ledger.records import Record
from gouji.ledger.workbook import TOLD

Told = Mapping[str, Sequence[Record]]
_PERSONNEL = ("301", "303")
_TARGET = ("goal", "level1", "level2", "level3", "operator", "value", "measure", "attribute", "note")


class Assembly:
    """A ledger in the making; what does not fit together is added to `problems`."""

    def __init__(self, told: Told, problems: list[Problem]) -> None:
        self.told = told
        self.problems = problems
        self.unit = next(iter(told.get("unit", ())), None)
        self.year = self.unit.year if self.unit else 0
        self.units = tuple(Unit(r.text("code"), r.text("name")) for r in told.get("units", ()))
        self.known = {unit.name for unit in self.units} | {self.department}
        self.by_id: dict[str, Spending] = {}
        self.rows: list[tuple[Spending, Record]] = []
        self.first: dict[int, Record] = {}  # where a thing stands, by id()

    @property
    def department(self) -> str:
        return self.unit.text("unit") if self.unit else ""

    def ledger(self) -> Ledger:
        self._one_unit()
        spent = [self._spending(record) for record in self.told.get("lines", ())]
        for holds in MARKS:
            for record in self.told.get(holds, ()):
                self._thing(holds, record)
        for record in self.told.get("area", ()):
            self._area(record)
        for spending, record in self.rows:
            self._not_too_much(spending, record)
        income = [self._income(record) for record in self.told.get("income", ())]
        lines = (line for spending in spent for line in lines_of(spending))
        whole = self.unit
        return Ledger(
            unit=self.department,
            year=self.year,
            lines=(*income, *lines, *self._plan(spent)),
            code=whole.text("code", "001") if whole else "001",
            units=self.units,
            items=tuple(self._items(spent)),
            targets=tuple(self._targets()),
            fen=money.WAN if whole and whole.text("money") == "万元" else money.YUAN,
            parts=tuple(Chapter(r.text("title"), r.text("text")) for r in self.told.get("parts", ())),
            edition=whole.text("edition") if whole else "",
        )

    def _one_unit(self) -> None:
        rows = self.told.get("unit", ())
        self.problems += [record.problem("unit-twice", "unit") for record in rows[1:]]

    def _unit(self, record: Record) -> str:
        name = record.text("unit", self.department)
        if name and name not in self.known:
            self.problems.append(record.problem("unit", "unit", text=name))
        return name

    def _spending(self, record: Record) -> Spending:
        kind, economic = record.text("kind"), record.text("economic")
        part = "" if not economic else "人员经费" if economic.startswith(_PERSONNEL) else "公用经费"
        id = record.text("entry")
        line = Line(
            fen=record.fen("fen"),
            year=self.year,
            unit=self._unit(record),
            flow="本年支出",
            fund=record.text("fund"),
            carried=record.text("carried", "本年"),
            kind=kind,
            part=record.text("part", part if kind == "基本支出" else ""),
            function=record.text("function"),
            economic=economic,
            project=record.text("project"),
            code=record.text("code"),
            category=record.text("category"),
            release=record.text("release", "本次下达"),
            level=record.text("level", "本级"),
            stage=record.text("stage", "部门预算"),
            planned=record.yes("planned"),
            withheld=record.yes("withheld"),
            offset=record.yes("offset"),
            entry=int(id.partition("-")[0] or 0),
        )
        spending = Spending(line, record.fen("moved"))
        self.rows.append((spending, record))
        if id and self.by_id.setdefault(id, spending) is not spending:
            self.problems.append(record.problem("entry-twice", "entry", text=id))
        return spending

    def _referred(self, record: Record) -> Spending | None:
        id = record.text("line")
        if id and id not in self.by_id:
            self.problems.append(record.problem("entry-missing", "line", text=id))
        return self.by_id.get(id)

    def _thing(self, holds: str, record: Record) -> None:
        """A row of a sheet of things bought; the same thing may stand in another of these sheets."""
        spending = self._referred(record)
        if spending is None:
            return
        fen, reserved, name = record.fen("fen"), record.fen("reserved"), record.text("item")
        thing = spending.things.setdefault(name, Thing(fen))
        first = self.first.setdefault(id(thing), record)
        if holds in thing.marks:
            self.problems.append(record.problem("item-twice", "item", text=name))
        elif thing.fen != fen:
            other = f"{first.sheet} {money.show(thing.fen)}"
            self.problems.append(record.problem("item-amount", "fen", text=name, other=other))
        thing.marks.add(holds)
        thing.reserved += reserved
        if reserved > fen:
            self.problems.append(record.problem("reserved", "reserved"))
        for key, value in record.values.items():
            if key.startswith(TOLD):
                self._tell(thing, record, key, money.show(value) if isinstance(value, int) else str(value))

    def _tell(self, thing: Thing, record: Record, key: str, value: str) -> None:
        name = key.removeprefix(TOLD)
        if thing.told.setdefault(name, value) != value:
            told = {"text": name, "value": value, "other": thing.told[name]}
            self.problems.append(record.problem("item-differs", key, **told))

    def _area(self, record: Record) -> None:
        spending = self._referred(record)
        if spending is not None:
            area = record.text("area")
            spending.areas[area] = spending.areas.get(area, 0) + record.fen("fen")

    def _not_too_much(self, spending: Spending, record: Record) -> None:
        over = -spending.rest
        if spending.parts and over > 0:
            told = {"parts": money.show(spending.parts), "over": money.show(over)}
            self.problems.append(record.problem("parts", "fen", **told))

    def _income(self, record: Record) -> Line:
        flow = record.text("flow")
        carried = record.text("carried", "结转" if flow == "上年结转" else "本年")
        return Line(record.fen("fen"), self.year, self._unit(record), flow, record.text("fund"), carried)

    def _items(self, spent: Sequence[Spending]) -> Iterator[Item]:
        known: dict[tuple[str, str], dict[str, str]] = {}
        for spending in spent:
            for name, thing in spending.things.items():
                told = known.setdefault((spending.line.project, name), thing.told)
                if told != thing.told:
                    first = self.first[id(thing)]
                    self.problems.append(first.problem("item-two", "item", WARNING, text=name))
                yield Item(spending.line.project, name, thing.told)

    def _plan(self, spent: Sequence[Spending]) -> Iterator[Line]:
        own: dict[tuple[str, str], Line] = {}
        for spending in spent:
            key = (spending.line.unit, spending.line.project)
            if key not in own or (spending.line.planned and not own[key].planned):
                own[key] = spending.line
        for record in self.told.get("plan", ()):
            unit, project = self._unit(record), record.text("project")
            line = own.get((unit, project)) or self._later(record, unit)
            if not line.category and not record.text("category"):
                self.problems.append(record.problem("plan", "project", text=project))
            line = replace(
                line,
                entry=0,
                planned=True,
                category=record.text("category", line.category),
                code=record.text("code", line.code),
                level=record.text("level", line.level),
            )
            for ahead, year in enumerate(("next", "after"), 1):
                if record.fen(year):
                    yield replace(line, year=self.year + ahead, fen=record.fen(year))

    def _later(self, record: Record, unit: str) -> Line:
        """A project that has no money in the book's own year."""
        kind = kind_of(record.text("category"))
        line = Line(0, self.year, unit, "本年支出", "一般公共预算", kind=kind, project=record.text("project"))
        return replace(line, release="本次下达", level="本级")

    def _targets(self) -> Iterator[Target]:
        goals: dict[tuple[str, str], str] = {}
        for record in self.told.get("targets", ()):
            unit, project = self._unit(record), record.text("project")
            values = {name: record.text(name) for name in _TARGET}
            values["goal"] = values["goal"] or goals.get((unit, project), "")
            goals[unit, project] = values["goal"]
            yield Target(unit, project, **values)
