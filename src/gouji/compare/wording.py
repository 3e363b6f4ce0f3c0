"""Which passages of two books were added, removed or changed: targets by name, texts under their headings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher

from gouji.compare.model import ADDED, CHANGED, REMOVED, TARGET, Passage, Side, Wording

ALIKE = 0.5
"""From how much of two texts is the same, one is taken for the other changed."""
LONGEST = 2_000
"""Characters of a text that are looked at to tell whether it is another one changed."""
Group = tuple[str, str, tuple[str, ...]]


def wordings(old: Side, new: Side) -> tuple[Wording, ...]:
    """What differs between the passages of two sides; of tables that only one has, nothing."""
    shared = (old.tables.keys() & new.tables.keys()) | {""}
    ends = [_grouped(one for one in side.texts if one.table in shared) for side in (old, new)]
    told = [one for group in dict.fromkeys((*ends[1], *ends[0])) for one in _compared(group, *ends)]
    return tuple(_without_moved(told))


def _grouped(told: Iterable[Passage]) -> dict[Group, list[Passage]]:
    found: dict[Group, list[Passage]] = {}
    for one in told:
        found.setdefault((one.what, one.table, one.key), []).append(one)
    return found


def _compared(
    group: Group, old: dict[Group, list[Passage]], new: dict[Group, list[Passage]]
) -> Iterator[Wording]:
    one, other = old.get(group, []), new.get(group, [])
    same = SequenceMatcher(None, [p.told for p in one], [p.told for p in other])
    for kind, a, b, c, d in same.get_opcodes():
        if kind != "equal":
            yield from _replaced(one[a:b], other[c:d])


def _replaced(old: Sequence[Passage], new: Sequence[Passage]) -> Iterator[Wording]:
    """What stands in place of what: in their order, as far as one text is like the other."""
    rest = list(new)
    for one in old:
        at = next((k for k, other in enumerate(rest) if _is_like(one, other)), None)
        if at is None:
            yield _wording(REMOVED, one, None)
        else:
            yield from (_wording(ADDED, None, other) for other in rest[:at])
            yield _wording(CHANGED, one, rest[at])
            del rest[: at + 1]
    yield from (_wording(ADDED, None, other) for other in rest)


def _is_like(one: Passage, other: Passage) -> bool:
    """An indicator of the same name is the same one, whatever its value."""
    if one.what == TARGET:
        return True
    texts = SequenceMatcher(None, one.told[:LONGEST], other.told[:LONGEST])
    return texts.real_quick_ratio() >= ALIKE and texts.quick_ratio() >= ALIKE and texts.ratio() >= ALIKE


def _wording(kind: str, old: Passage | None, new: Passage | None) -> Wording:
    one = new or old
    assert one is not None
    return Wording(kind, one.what, one.table, one.label, old, new)


def _without_moved(told: Sequence[Wording]) -> Iterator[Wording]:
    """A text that is gone in one place and the same in another is no difference."""
    gone: dict[tuple[str, str], int] = {}
    for one in told:
        if one.what != TARGET and one.old and one.kind == REMOVED:
            key = (one.what, one.old.told)
            gone[key] = gone.get(key, 0) + 1
    back: dict[tuple[str, str], int] = {}
    kept = []
    for one in told:
        key = (one.what, one.new.told if one.new else "")
        if one.kind == ADDED and gone.get(key, 0) > back.get(key, 0):
            back[key] = back.get(key, 0) + 1
        else:
            kept.append(one)
    for one in kept:
        key = (one.what, one.old.told if one.old else "")
        if one.kind == REMOVED and back.get(key, 0):
            back[key] -= 1
        else:
            yield one
