"""What every page of HTML begins and ends with. The page runs no script but its own and loads nothing."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator
from functools import lru_cache
from hashlib import sha256
from html import escape
from pathlib import Path

from gouji import __version__
from gouji.messages import say
from gouji.report.words import word

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
NUMBERS = ("errors", "warnings", "notes", "count")
SKIPS = ("report.to-findings", "findings"), ("report.to-tables", "tables")
LANGUAGES = {"zh": "zh-CN", "en": "en"}


def said(key: str, lang: str, **args: object) -> str:
    """A word of the catalogue, for HTML."""
    return escape(word(key, lang, **args))


def heads(keys: Iterable[str], lang: str) -> str:
    """The headings of a list, numbers at the right."""
    told = ((' class="n"' if key in NUMBERS else "", said(key, lang)) for key in keys)
    return "".join(f"<th scope=col{kind}>{name}</th>" for kind, name in told)


def head(title: str, lang: str, skips: Iterable[tuple[str, str]] = SKIPS) -> Iterator[str]:
    """`skips` are the links for those who do not see the page: a word of the catalogue, and where to."""
    script = b64encode(sha256(_file("page.js").encode()).digest()).decode()
    policy = f"{POLICY}; script-src 'sha256-{script}'"
    yield f'<!doctype html>\n<html lang="{LANGUAGES[lang]}">\n<head>\n<meta charset="utf-8">\n'
    yield f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    yield '<meta name="color-scheme" content="light dark">\n<link rel="icon" href="data:,">\n'
    yield f"<title>{escape(title)}</title>\n<style>\n{base()}{_file('page.css')}</style>\n</head>\n"
    links = " ".join(f'<a href="#{target}">{escape(say(key, lang))}</a>' for key, target in skips)
    yield f'<body>\n<p class="skip">{links}</p>\n'


def base() -> str:
    """The style that all pages share, those of a site too."""
    return _file("base.css")


def foot(lang: str) -> str:
    made = said("made-by", lang, version=__version__)
    back = f'data-back="{said("back", lang)}"'
    return f"<footer><p>{made}</p></footer>\n<script {back}>{_file('page.js')}</script>\n</body>\n</html>\n"


@lru_cache(maxsize=3)
def _file(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")
