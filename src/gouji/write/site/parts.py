"""The parts of a page: top, overview, charts, tables, targets, narrative, glossary."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from urllib.parse import quote

from gouji.book import Book
from gouji.draft import Compared
from gouji.ledger import Ledger, Line
from gouji.lexicon import parse
from gouji.money import show
from gouji.scope import condition, rows_of
from gouji.write.layout import flat
from gouji.write.outline import pieces, publication
from gouji.write.public import public_targets
from gouji.write.site import frame
from gouji.write.site.behind import Behind
from gouji.write.site.cards import cards
from gouji.write.site.charts import bars, flows, sankey, treemap
from gouji.write.site.pages import INDEX, Page, Piece
from gouji.write.site.sheet import Sheet
from gouji.write.site.words import Marker

_HERE = Path(__file__).parent
_HINT = "点击或按回车可查看任一数字由哪些明细和数字组成"


class Site:
    """All that the pages are made of. `public` are the lines that may be told."""

    def __init__(
        self,
        ledger: Ledger,
        book: Book,
        sheets: Sequence[Sheet],
        behind: Behind,
        public: Sequence[Line],
        compared: Sequence[Compared],
        beside: Sequence[str],
        plan: Sequence[Page],
    ) -> None:
        self.ledger = ledger
        self.book = book
        self.sheets = sheets
        self.behind = behind
        self.public = public
        self.compared = compared
        self.plan = plan
        self.downloads = list(_downloads(beside))
        self.targets = public_targets(ledger)
        self.narrative = publication(book, ()).narrative
        self.unit, self.title = flat(book.unit), f"{book.year or ''}年部门预算"

        self._starts: list[list[tuple[int, int]]] = [
            [] for _ in sheets
        ]  # of each table the pages with its first rows
        for number, page in enumerate(plan):
            for piece in page.pieces:
                self._starts[piece.table].append((piece.rows.start, number))

    def page_of(self, figure: int) -> int:
        """The number of the page that a figure is on."""
        panel, row, _ = self.behind.sense.at(figure)
        starts = self._starts[panel.number]
        return starts[bisect_right(starts, panel.nodes[row].index, key=_row) - 1][1]

    def page(self, page: Page, known: object) -> Iterator[str]:
        mark = Marker()
        yield from frame.head(f"{self.unit}{self.title}")
        first = page.file == INDEX
        yield from self._top(first)
        if first:
            yield from self._contents()
        yield '<main id="main">'
        if first:
            yield from self._overview(mark)
            yield from self._charts()
        yield from self._tables(page, mark)
        if first:
            yield from self._targets()
            yield from self._narrative()
        yield from _glossary(mark)
        yield "</main>\n"
        yield from frame.foot(known)

    def _top(self, first: bool) -> Iterator[str]:
        yield '<p class="skip"><a href="#tables">跳到表格</a></p>\n<header class="top">'
        yield f'<h1><span>{escape(self.unit)}</span> <span class="t">{escape(self.title)}</span></h1>'
        back = "" if first else f'<a class="t" href="{INDEX}">目录</a> '
        yield f'<div class="tools" role="search">{back}<label for="q" class="unseen">查找</label>'
        yield '<input id="q" type="search" placeholder="查找项目、科目、金额……" autocomplete="off">'
        yield '<button id="en" lang="en" aria-pressed="false">English</button></div></header>\n'
        yield '<div id="found" role="region" aria-label="查找" aria-live="polite" hidden></div>\n'

    def _contents(self) -> Iterator[str]:
        yield '<nav aria-label="目录"><details id="toc" open><summary class="t">目录</summary><ul>'
        sections = [("overview", "概况"), ("charts", "图示"), ("tables", "表格")]
        more = [("targets", "绩效目标"), ("narrative", "文字说明"), ("glossary", "名词解释")]
        has = {"charts": self._has_charts(), "targets": self.targets, "narrative": self.narrative}
        for id, name in (*sections, *more):
            if has.get(id, True):
                inner = self._listed() if id == "tables" else ""
                yield f'<li><a class="t" href="#{id}">{name}</a>{inner}</li>'
        yield "</ul></details></nav>\n"

    def _listed(self) -> str:
        tables = enumerate(self.book.tables)
        items = (
            f'<li><a class="t" href="{self._at(self._starts[i][0][1])}#t{i}">'
            f"{escape(_short(flat(t.title.text)))}</a></li>"
            for i, t in tables
        )
        return f"<ol>{''.join(items)}</ol>"

    def _at(self, page: int) -> str:
        """The address of a page, from the first."""
        return self.plan[page].file if page else ""

    def _overview(self, mark: Marker) -> Iterator[str]:
        yield _section("overview", "概况")
        yield '<ul class="keys">'
        for name, words in rows_of(_HERE / "summary.tsv"):
            figure = self._figure(words)
            if figure is not None:
                amount = show(self.behind.sense.value(figure))
                at = f"{self._at(self.page_of(figure))}#f{figure}"
                link = f'<a href="{at}" aria-label="{escape(name)} {amount}">{amount}</a>'
                yield f'<li><span class="t">{mark(name)}</span>{link}</li>'
        yield '</ul><p class="soft t">金额单位：元</p>'
        if self.downloads:
            links = (f'<a href="../{quote(path)}" download>{name}</a>' for name, path in self.downloads)
            yield f'<p class="files"><span class="t">下载</span> {" ".join(links)}</p>'
        yield "</section>\n"

    def _figure(self, words: str) -> int | None:
        asked = parse(words).scope
        for more in (condition("stage", "部门预算"), condition("year", str(self.ledger.year))):
            asked = asked.meet(more) or asked
        return self.behind.figure(asked)

    def _budget(self) -> list[Line]:
        return flows.budget(self.public, self.ledger.year)

    def _has_charts(self) -> bool:
        return any(line.flow == flows.SPENT and line.fen > 0 for line in self._budget())

    def _charts(self) -> Iterator[str]:
        if not self._has_charts():
            return
        lines, year = self._budget(), self.ledger.year
        yield _section("charts", "图示")
        flow, shares = flows.flow(lines, year), flows.shares(lines)
        if shares and any(line.withheld for line in self.ledger.lines):
            yield '<p class="soft t">图中不含涉密内容</p>'
        if shares:
            title = "资金从哪里来、用到哪里去"
            yield from _figure(title, sankey.sankey(flow, title), sankey.told(flow))
            title = "各项目的金额"
            key = "".join(f'<li class="{look}">{kind}</li>' for kind, look in treemap.kinds(shares))
            drawn = treemap.treemap(shares, title) + f'<ul class="legend">{key}</ul>'
            yield from _figure(title, drawn, treemap.told(shares))
        if self.compared and lines:
            title = "与上年相比"
            yield f'<figure><figcaption class="t">{title}</figcaption>'
            yield f'<div class="box" tabindex="0" role="region" aria-label="{title}">'
            yield bars.bars(self.compared, year)
            yield "</div></figure>"
        yield "</section>\n"

    def _tables(self, page: Page, mark: Marker) -> Iterator[str]:
        yield _section("tables", "表格")
        yield f'<p class="soft t hint">{_HINT}</p>' if page.pieces else self._listed()
        for piece in page.pieces:
            yield from self._table(piece, mark)
        yield "</section>\n"

    def _table(self, piece: Piece, mark: Marker) -> Iterator[str]:
        number, one = piece.table, self.sheets[piece.table]
        told, form = one.laid, self.book.tables[piece.table].form or ""
        mark.part()
        yield '<section class="table">'
        tag = f'<span class="form">{escape(form)}</span> ' if form and form not in told.title else ""
        yield f'<h3 id="t{number}">{tag}<span class="t">{mark(told.title)}</span></h3>'
        yield f'<div class="units"><span>{escape(told.unit)}</span><span>{escape(told.money)}</span></div>'
        yield f'<div class="box" tabindex="0" role="region" aria-labelledby="t{number}">'
        yield from one.html(piece.rows, f"t{number}", mark)
        yield "</div>"
        yield from (f'<p class="note">{escape(note)}</p>' for note in told.notes)
        if piece.parts > 1:
            yield _turning(piece, self.plan)
        yield "</section>\n"

    def _targets(self) -> Iterator[str]:
        if self.targets:
            yield _section("targets", "绩效目标")
            yield from cards(self.targets)
            yield "</section>\n"

    def _narrative(self) -> Iterator[str]:
        if not self.narrative:
            return
        yield _section("narrative", "文字说明")
        for part in self.narrative:
            tag = f"h{part.level + 2}" if part.level else "p"
            told = (f"<mark>{escape(s)}</mark>" if blank else escape(s) for s, blank in pieces(part.text))
            yield f"<{tag}>{''.join(told)}</{tag}>"
        yield "</section>\n"


def _row(start: tuple[int, int]) -> int:
    return start[0]


def _downloads(paths: Sequence[str]) -> Iterator[tuple[str, str]]:
    """What is offered of the other files, by name."""
    for end, name in rows_of(_HERE / "downloads.tsv"):
        yield from ((name, path) for path in paths if path.endswith(end))


def _section(id: str, name: str) -> str:
    return f'<section id="{id}" aria-labelledby="{id}-h"><h2 id="{id}-h" class="t">{name}</h2>'


def _figure(title: str, drawn: str, told: str) -> Iterator[str]:
    yield f'<figure><figcaption class="t">{title}</figcaption>'
    yield f'<div class="box drawing" tabindex="0" role="region" aria-label="{title}">{drawn}</div>'
    yield '<details><summary class="t">以表格查看</summary>'
    yield f'<div class="box">{told}</div></details></figure>\n'


def _turning(piece: Piece, plan: Sequence[Page]) -> str:
    """Links to the pages of a long table."""
    mine = [page.file for page in plan if any(p.table == piece.table for p in page.pieces)]
    links = (
        f"<span aria-current=page>{i}</span>"
        if i == piece.part
        else f'<a href="{file}#t{piece.table}">{i}</a>'
        for i, file in enumerate(mine, 1)
    )
    return f'<p class="turning">第 {" ".join(links)} 页</p>'


def _glossary(mark: Marker) -> Iterator[str]:
    yield _section("glossary", "名词解释")
    yield "<dl>"
    for term in mark.entries():
        yield f'<dt id="g{term.number}" class="t">{escape(term.term)}</dt><dd>{escape(term.said)}</dd>'
    yield "</dl></section>\n"


def _short(title: str) -> str:
    """A title without its year, which all have."""
    return title[5:] if title[:4].isdecimal() and title[4:5] == "年" else title
