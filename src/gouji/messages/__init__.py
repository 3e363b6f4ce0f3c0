"""The catalogue: every code with its level, its message and what to do, in Chinese and English (`*.tsv`)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

LANGUAGES = ("zh", "en")


class Entry(NamedTuple):
    """One code. Templates take named arguments as `str.format` does; `level` is empty for plain words."""

    code: str
    level: str
    zh: str
    en: str
    what_zh: str = ""
    what_en: str = ""
    remedy_zh: str = ""
    remedy_en: str = ""

    def message(self, lang: str) -> str:
        return self.en if lang == "en" else self.zh

    def what(self, lang: str) -> str:
        return self.what_en if lang == "en" else self.what_zh

    def remedy(self, lang: str) -> str:
        return self.remedy_en if lang == "en" else self.remedy_zh


@lru_cache(maxsize=1)
def catalogue() -> dict[str, Entry]:
    entries: dict[str, Entry] = {}
    for file in sorted(Path(__file__).parent.glob("*.tsv")):
        for line in file.read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                entry = Entry(*line.split("\t"))
                entries[entry.code] = entry
    return entries


def say(code: str, lang: str, args: Mapping[str, str] | None = None) -> str:
    """The message of a code with its arguments filled in. Raises KeyError for a code without an entry."""
    template = catalogue()[code].message(lang)
    return template.format_map(_Lenient(args or {})) if "{" in template else template


class _Lenient(dict[str, str]):
    """Arguments for a template; one that a finding lacks reads as nothing rather than failing a report."""

    def __missing__(self, key: str) -> str:
        return ""
