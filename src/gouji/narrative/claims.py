"""What a paragraph claims: amounts of this year and last, changes from one to the other, shares of a whole.

Nothing is judged here. A number that the patterns do not place for certain is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import NamedTuple

from gouji.narrative.marks import Mark, is_short, marks
from gouji.narrative.text import Paragraph

THIS, LAST, OTHER = "this", "last", "other"
UP, DOWN, EITHER = 1, -1, 0

_UP = "增加|增长|上升|提高|上涨|增幅|升幅|涨幅"
_DOWN = "减少|下降|降低|减低|下调|压减|缩减|削减|降幅|减幅"
_NEITHER = "增减变化|增减|变动|变化"
_NOTHING = "各|均|共|同比|分别|略|约|合计|净|共计|总体"
_BASIS = (
    "年初|年末|当年|同期|预算|执行|安排|批复|决算|实际|部门|单位|总数|总额|数|额|相比较|相比|比较|的|度|对比|口径|公开"
    '|(?:财政拨款)?"三公"经费|机关运行经费'
)
_YEAR = re.compile(r"20\d\d(?=年)")
_COMPARED = re.compile("比|较|与|同|和")
_SPLIT = re.compile(r"[,;。:、]")
_SPECIAL = re.compile(r"扣除|剔除|同口径|可比口径|除此|若|如果|累计|截至|截止|以前年度|三年|五年|每年|年均")
_APPROXIMATE = re.compile(r"(?:约|近|超过?|逾|不足|不低于|不超过|大于|小于)$")
_LIMIT_AFTER = re.compile(r"\(?(?:含|及|\(含\))?\)?(?:以上|以下|以内|左右|余|多|/|每|的设备|的车辆|\(含\))")
_LIMIT_BEFORE = re.compile(r"(?:单价|价值|单台|每.{0,4}|标准|限额|人均|起点)(?:在|为|超过|达到?|大于)?$")
_CARRIED = re.compile(r"结转|结余|实户|年末|年底|余额|追加|中期")
_SAMENESS = "持平|相同|一致|保持不变|没有变化|无变化|无增减|无增减变化|不变|相等"
_SAME = re.compile(_SAMENESS)
_PART_WORDS = re.compile(r"其中|包括|分别|具体|:")
_ANY_CHANGE = re.compile(f"{_UP}|{_DOWN}")


class Level(NamedTuple):
    """An amount that a paragraph states, with the words right before it."""

    mark: Mark
    phrase: str
    year: str
    sentence: int
    depth: int
    lead: str  # all words since the number before it
    special: bool = False  # approximate, cumulated, or otherwise not plainly of the year


class Change(NamedTuple):
    """From last year's amount to this year's: by how much, by how many per cent."""

    level: Level | None
    last: Level | None
    sign: int
    amount: Mark | None
    rate: Mark | None
    rate_sign: int
    words: str
    weak: bool = False  # a sentence ends between the amount and the change
    flat: bool = False  # 与上年持平: there is none


class Share(NamedTuple):
    """An amount is said to be so many per cent of something."""

    level: Level
    percent: Mark
    whole: str


class Claims(NamedTuple):
    paragraph: Paragraph
    levels: tuple[Level, ...]
    changes: tuple[Change, ...]
    shares: tuple[Share, ...]


@dataclass(slots=True)
class _State:
    """What the next number may refer to."""

    level: Level | None = None
    last: Level | None = None
    open: Change | None = None  # a change that may still be told its rate
    ended: bool = False  # a sentence has ended since `level`
    elsewhere: bool = False  # the sentence speaks of another year


@dataclass(slots=True)
class _Reader:
    year: int | None
    sentence: int = 0
    stack: list[_State] = field(default_factory=lambda: [_State()])
    levels: list[Level] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    shares: list[Share] = field(default_factory=list)

    @property
    def state(self) -> _State:
        return self.stack[-1]

    def walk(self, lead: str) -> None:
        """Brackets and ends of sentences between two numbers."""
        for sign in lead:
            if sign == "(":
                self.stack.append(replace(self.state))
            elif sign == ")" and len(self.stack) > 1:
                self.stack.pop()
            elif sign == "。":
                self.sentence += 1
                self.state.ended, self.state.last, self.state.open = True, None, None
                self.state.elsewhere = False
            elif sign == ";":
                self.state.elsewhere = False

    def flat(self, lead: str) -> None:
        """与上年持平, said of the amount before it."""
        level = self.state.level
        if level is not None and _SAME.search(lead) and _flats(self.year).search(lead):
            self.changes.append(Change(level, self.state.last, EITHER, None, None, EITHER, lead, flat=True))

    def take(self, mark: Mark, lead: str, after: str) -> None:
        words = tail(lead)
        limit = _LIMIT_AFTER.match(after) or _LIMIT_BEFORE.search(words)
        if limit:
            self.state.open = None
        elif mark.is_amount:
            self._amount(mark, words, lead)
        else:
            self._percent(mark, words, lead)

    def _amount(self, mark: Mark, words: str, lead: str) -> None:
        sign = change_of(words, self.year)
        if sign is not None:
            self._change(mark, None, sign, words, lead)
        elif (again := self._said_again(words, lead)) is not None:
            self.state.ended = False
            self._change(mark, None, again, words, lead)
        elif not _ANY_CHANGE.search(words):
            self._level(mark, words, lead)
        else:
            self.state.open = None

    def _said_again(self, words: str, lead: str) -> int | None:
        """与上年相比,财政拨款支出减少: behind the sentence that gave only the amount of 财政拨款支出."""
        hit, level = _again(self.year).fullmatch(words), self.state.level
        compared = _based(self.year).search(lead)
        if hit is None or level is None or compared is None or level.sentence < self.sentence - 1:
            return None
        alone = [one for one in self.levels if one.sentence >= level.sentence and not one.depth] == [level]
        same = all(word in level.phrase for word in (hit[1] or "", hit[2] or ""))
        return _sign(hit[3]) if alone and same else None

    def _level(self, mark: Mark, words: str, lead: str) -> None:
        year = self._year(words, lead)
        special = bool(_SPECIAL.search(words) or _APPROXIMATE.search(words))
        level = Level(mark, words, year, self.sentence, len(self.stack) - 1, lead, special)
        self.levels.append(level)
        state = self.state
        state.open = None
        if year == LAST:
            state.last = level
        elif year == THIS:
            told_before = state.last is not None and (
                state.level is None or state.last.mark.start > state.level.mark.start
            )
            used = bool(self.changes) and state.last is not None and self.changes[-1].last is state.last
            if not told_before or used:
                state.last = None
            state.level, state.ended = level, False
        else:
            state.level = state.last = None

    def _year(self, words: str, lead: str) -> str:
        """Whose amount: as its own words say, and else as the sentence does."""
        year, state = year_of(words, self.year), self.state
        if not _YEAR.search(words):
            said = set(_YEAR.findall(re.split("[。;]", lead)[-1]))
            state.elsewhere = str(self.year) not in said and (state.elsewhere or bool(said))
            return OTHER if state.elsewhere and year == THIS else year
        state.elsewhere = year != THIS and not _COMPARED.match(words)
        return year

    def _change(self, amount: Mark | None, rate: Mark | None, sign: int, words: str, lead: str) -> None:
        state, number = self.state, amount or rate
        assert number is not None
        level = state.level
        if level is not None and (_SPECIAL.search(lead) or _PART_WORDS.search(words)):
            level = None
        if level is not None and state.ended and not _begins_with_base(lead):
            level = None
        signed = sign * (-1 if number.value < 0 and sign != DOWN else 1) or (-1 if number.value < 0 else 1)
        last = state.last if level is not None else None
        change = Change(level, last, signed, amount, rate, signed, words, state.ended)
        self.changes.append(change)
        state.open = change if amount else None

    def _percent(self, mark: Mark, words: str, lead: str) -> None:
        state = self.state
        share = re.search(
            r"占(?:比|全部|总)?([^占]*?)(?:的?(?:比重|比例|比率|百分比))?(?:为|约|达|的|是)*$", words
        )
        if share and state.level is not None and not _APPROXIMATE.search(words):
            if not _ANY_CHANGE.search(words) and state.level.sentence == self.sentence:
                self.shares.append(Share(state.level, mark, share[1]))
            return
        sign = rate_of(words, self.year)
        if sign is None or "约" in words:
            state.open = None
        elif state.open is not None and self.changes[-1] is state.open and _adjacent(lead):
            if re.search("比|较|与", words.replace("同比", "")):
                state.open = None  # a rate on a base of its own
                return
            signed = sign * (-1 if mark.value < 0 and sign != DOWN else 1) or state.open.sign
            self.changes[-1] = state.open._replace(rate=mark, rate_sign=signed)
            state.open = None
        elif mark.unit == "%" and not _SPECIAL.search(words):
            self._change(None, mark, sign, words, lead)


def read(paragraph: Paragraph, year: int | None, places: int = 0) -> Claims:
    """The claims of one paragraph of a narrative on `year`; `places` as for `marks`."""
    reader, at = _Reader(year), 0
    text = paragraph.text
    for mark in marks(text, places):
        lead = text[at : mark.start]
        reader.flat(lead)
        reader.walk(lead)
        reader.take(mark, lead, text[mark.end : mark.end + 8])
        at = mark.end
    reader.flat(text[at:])
    return Claims(paragraph, tuple(reader.levels), tuple(reader.changes), tuple(reader.shares))


def tail(lead: str) -> str:
    """The words right before a number: those of its own clause."""
    pieces = _SPLIT.split(lead)
    words = pieces[-1]
    if not words and lead.endswith(":") and len(pieces) > 1:
        words = pieces[-2]
    if words.count("(") == words.count(")") and not words.startswith(")"):
        return words
    depth = 0
    for k in range(len(words) - 1, -1, -1):
        depth += (words[k] == ")") - (words[k] == "(")
        if depth < 0:
            return words[k + 1 :]
    return words if not depth else words.rpartition(")")[2]


def year_of(words: str, year: int | None) -> str:
    """Whose amount: this year's, last year's, or another's."""
    said = {int(y) for y in _YEAR.findall(words)}
    before = bool(re.search(r"上一?年度?|去年", words))
    if _CARRIED.search(words):
        return OTHER if said - {year} else THIS
    if year is None:
        return OTHER if said else LAST if before else THIS
    if said - {year, year - 1}:
        return OTHER
    if before or year - 1 in said:
        return OTHER if year in said else LAST
    return THIS


def change_of(words: str, year: int | None) -> int | None:
    """The direction of a change whose amount follows; None where the words say anything else too."""
    hit = _changes(year).fullmatch(words)
    return _sign(hit[1]) if hit else None


def rate_of(words: str, year: int | None) -> int | None:
    """The direction of a change whose percentage follows."""
    hit = _rates(year).fullmatch(words)
    return _sign(hit[1]) if hit else None


def _sign(word: str) -> int:
    return UP if re.fullmatch(_UP, word) else DOWN if re.fullmatch(_DOWN, word) else EITHER


def _last_year(year: int | None) -> str:
    return "(?:上一?年度?|去年" + (f"|{year - 1}年?度?" if year else "") + ")"


@lru_cache(maxsize=8)
def _base(year: int | None) -> str:
    """比上年预算数, 与2025年相比, 较去年的."""
    return f"(?:(?:比|较|与|同|和|相较于?|对比){_last_year(year)}(?:{_BASIS})*)"


@lru_cache(maxsize=8)
def _changes(year: int | None) -> re.Pattern[str]:
    return re.compile(rf"\)?{_base(year)}?(?:{_NOTHING})*({_UP}|{_DOWN})(?:了|数|额|金额|约)?(?:为|是)?")


@lru_cache(maxsize=8)
def _rates(year: int | None) -> re.Pattern[str]:
    many = rf"{_UP}|{_DOWN}|{_NEITHER}"
    return re.compile(
        rf"\)?{_base(year)}?(?:{_NOTHING})*({many})(?:率|幅度?|比例|比率)*(?:了|为|约|达到?|是)*"
    )


@lru_cache(maxsize=8)
def _again(year: int | None) -> re.Pattern[str]:
    totals = "(?:预算|总计|总预算|总额|总量)*"
    return re.compile(
        rf"\)?{_base(year)}?(财政拨款)?(收支|收入|支出)?{totals}(?:{_NOTHING})*({_UP}|{_DOWN})(?:了|额)?"
    )


@lru_cache(maxsize=8)
def _based(year: int | None) -> re.Pattern[str]:
    return re.compile(rf"(?:^|[,。;:])\)?{_base(year)}[^。;]*$")


@lru_cache(maxsize=8)
def _flats(year: int | None) -> re.Pattern[str]:
    return re.compile(rf"^\(?[,;。]?\)?,?{_base(year)},?(?:{_SAMENESS})(?=[,;。)]|$)")


def _begins_with_base(lead: str) -> bool:
    """Does the sentence begin with the comparison, so that it speaks of what the one before spoke of?"""
    return re.search(r"。\)?(?:比|较|与|同|和|相较)[^,。;]*,?[^,。;]*$", lead) is not None


def _adjacent(lead: str) -> bool:
    """Only a mark between an amount and its percentage."""
    return len(lead) <= 24 and "。" not in lead and ";" not in lead and len(_SPLIT.split(lead)) <= 2


def all_claims(told: Iterable[Paragraph], year: int | None) -> Iterator[Claims]:
    for paragraph in told:
        if "元" in paragraph.text or "%" in paragraph.text or "万" in paragraph.text:
            yield read(paragraph, year)


def strictly(claims: Iterable[Claims], year: int | None, places: int) -> Iterator[Claims]:
    """The claims again, amounts with fewer decimals taken to be exact to so many places."""
    for one in claims:
        yield read(one.paragraph, year, places) if is_short(one.paragraph.text) else one
