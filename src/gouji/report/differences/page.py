"""A Comparison as one HTML page that needs nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from gouji.compare import PARAGRAPH, TARGET, Comparison, Total, Wording
from gouji.report.differences.view import (
    DIMENSIONS,
    TEXTS,
    Section,
    Shown,
    Words,
    differing,
    sections,
    worded,
)
from gouji.report.frame import foot, head
from gouji.report.sheet import text

AMOUNTS = ("old", "new", "difference")
SKIPS = ("diff.to-changes", "findings"), ("diff.to-totals", "tables")


def page(comparison: Comparison, lang: str) -> str:
    return "".join(_parts(Words(comparison, lang), lang))


def _parts(words: Words, lang: str) -> Iterator[str]:
    comparison = words.comparison
    yield from head(f"{words.title()} {words.about()}".strip(), lang, SKIPS)
    yield f'<header class="top" id="top"><h1>{escape(words.title())}</h1><dl class="about">'
    about = {"old": comparison.old.source, "new": comparison.new.source}
    for key, source in about.items():
        yield f"<div><dt>{escape(words.word(key))}</dt><dd>{text(source)}</dd></div>"
    yield f"</dl><p>{escape(words.about())}</p>"
    if units := words.units():
        yield f"<p><strong>{escape(units)}</strong></p>"
    worst = "warning" if comparison.changes or comparison.texts else "clean"
    yield f'<p class="verdict {worst}">{escape(words.counts())}</p></header>\n<main class="diff">'
    yield f'<div id="tables">{"".join(_totals(words, d) for d in DIMENSIONS)}</div><div id="findings">'
    for section in sections(comparison):
        yield from _section(section, words)
    for what in TEXTS:
        yield from _texts(what, words)
    yield f"</div></main>\n{foot(lang)}"


def _totals(words: Words, dimension: str) -> str:
    totals = differing(words.comparison, dimension)
    if not totals:
        return ""
    title = escape(words.word(dimension))
    first = words.word("code" if dimension == "function" else "project-name")
    rows = "".join(_total(total, words) for total in totals)
    return (
        f'<section><h2>{title}</h2><p class="covered">{escape(words.basis(dimension))}</p>'
        f"{_table(title, (first,), rows, words)}</section>"
    )


def _total(total: Total, words: Words) -> str:
    level = len(total.value) // 2 if total.dimension == "function" else bool(total.value)
    kind = ' class="total"' if not total.value else ""
    name = f'<th scope=row class="l{level}">{escape(words.name(total))}</th>'
    return f"<tr{kind}>{name}{_amounts(total.old, total.new, total.difference, words)}</tr>"


def _section(section: Section, words: Words) -> Iterator[str]:
    yield f"<section><h2>{escape(words.word(section.name))}</h2>"
    for table, shown in section.tables:
        rows = "".join(_change(one, words) for one in shown)
        heads = (words.word("kind"), words.word("row"))
        title = escape(words.table(table))
        yield f"<h3>{title}</h3>{_table(title, heads, rows, words)}"
    yield "</section>"


def _texts(what: str, words: Words) -> Iterator[str]:
    told = worded(words.comparison, what)
    if not told:
        return
    yield f"<section><h2>{escape(words.word(TEXTS[what]))}</h2>"
    for table, wordings in told:
        title = text(table) if what == PARAGRAPH else escape(words.table(table))
        heads = "".join(f"<th scope=col>{escape(words.word(key))}</th>" for key in ("kind", "old", "new"))
        yield f'<h3>{title or escape(words.word("no-heading"))}</h3><div class="box" tabindex="0">'
        yield f'<table class="contents"><caption class="unseen">{title}</caption>'
        yield f"<thead><tr>{heads}</tr></thead>"
        yield f"<tbody>{''.join(_wording(one, words) for one in wordings)}</tbody></table></div>"
    yield "</section>"


def _wording(one: Wording, words: Words) -> str:
    name = f"<strong>{text(one.label)}</strong><br>" if one.what == TARGET else ""
    places = f"<br><small>{text(place)}</small>" if (place := words.places(one)) else ""
    kind = f'<td class="kind {one.kind}">{escape(words.kind(one))}</td>'
    old, new = (text(passage.text) if passage else "" for passage in (one.old, one.new))
    return f"<tr>{kind}<td>{name}{old}</td><td>{new}{places}</td></tr>"


def _change(shown: Shown, words: Words) -> str:
    change, also = shown
    told = [words.moved(change), *words.beside(change)]
    told += [words.word("also", tables=words.word("and").join(also))] if also else []
    lines = "".join(f"<br><small>{text(line)}</small>" for line in (*told, words.places(change)) if line)
    row = f"<th scope=row>{escape(words.row(change))}{lines}</th>"
    kind = f'<td class="kind {change.kind}">{escape(words.kind(change))}</td>'
    amounts = _amounts(change.old, change.new, change.difference, words)
    return f"<tr>{kind}{row}{amounts}</tr>"


def _amounts(old: int | None, new: int | None, difference: int, words: Words) -> str:
    said = "" if old is new is None else words.difference(difference)
    amounts = zip(AMOUNTS, (words.amount(old), words.amount(new), said), strict=True)
    return "".join(f'<td class="n {key}">{told}</td>' for key, told in amounts)


def _named(words: Words) -> str:
    """The headings of the amounts, for where a page has no room for headings."""
    return ";".join(f"--{key}:'{escape(words.word(key))}'" for key in AMOUNTS)


def _table(caption: str, first: tuple[str, ...], rows: str, words: Words) -> str:
    heads = "".join(f"<th scope=col>{escape(name)}</th>" for name in first)
    heads += "".join(f"<th scope=col class=n>{escape(words.word(key))}</th>" for key in AMOUNTS)
    return (
        f'<div class="box" tabindex="0"><table class="contents" style="{_named(words)}">'
        f'<caption class="unseen">{caption}</caption><thead><tr>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )
