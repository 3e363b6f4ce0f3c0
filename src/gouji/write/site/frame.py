"""What every page of the site begins and ends with. A page runs only its own script and loads nothing."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator
from functools import lru_cache
from hashlib import sha256
from html import escape
from pathlib import Path

from gouji import __version__
from gouji.report.frame import base

_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "script-src 'sha256-{script}'"
)
_FACE = '<meta name="viewport" content="width=device-width, initial-scale=1">\n' + (
    '<meta name="color-scheme" content="light dark">\n<link rel="icon" href="data:,">\n'
)


def head(title: str) -> Iterator[str]:
    script = b64encode(sha256(_file("page.js").encode()).digest()).decode()
    yield '<!doctype html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_POLICY.format(script=script)}">\n{_FACE}'
    yield f"<title>{escape(title)}</title>\n<style>\n{base()}{_file('page.css')}</style>\n</head>\n<body>\n"


def foot(data: object) -> Iterator[str]:
    """The panel that tells of a figure, the box that explains a term, and what the script knows."""
    told = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    yield f"<footer><p>gouji {__version__}</p></footer>\n"
    yield '<aside id="panel" aria-labelledby="panel-h" hidden></aside>\n'
    yield '<div id="tip" role="tooltip" hidden></div>\n'
    yield f'<script type="application/json" id="data">{told}</script>\n'
    yield f"<script>{_file('page.js')}</script>\n</body>\n</html>\n"


@lru_cache(maxsize=2)
def _file(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")
