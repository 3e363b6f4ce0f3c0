"""A block to a Table: headings from the header rows, body rows put right where their cells show a shift."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise, repeat, takewhile

from gouji import lexicon, money
from gouji.book import Cell, Column, Place, Remark, Row, Table
from gouji.forms import Edition, Form, Paths
from gouji.lexicon import normal
from gouji.meaning import column_roles, is_total
from gouji.read.grid import Block
from gouji.read.shifts import put_right, remark

Grid = list[list[Cell]]
Texts = tuple[tuple[str, ...], ...]
NOWHERE = Place()
NUMBERED = ("栏次", "行次")
_NUMBER = re.compile(r"(\d{1,2})(?:[=＝]\d{1,2}(?:[+＋\-－]\d{1,2})*)?")
_STARS_OR_NUMBER = re.compile(rf"[*＊]+|{_NUMBER.pattern}")
_OF_NUMBERS = re.compile(rf"[*＊×\-—－]*|{_NUMBER.pattern}|{'|'.join(NUMBERED)}")
"""All that a row may say that numbers the columns."""
FEW = 2
"""With as many texts a row is not surely a heading printed again."""
_UNITS = {
    "元": money.YUAN,
    "万元": money.WAN,
    "千元": money.YUAN * 1000,
    "百万元": money.WAN * 100,
    "亿元": money.WAN * 10000,
}


def table_of(block: Block, edition: Edition) -> Table:
    """The table that a block prints, as the edition's form with its title where there is one."""
    form = edition.titled(block.title.text)
    header, numbers, body = _parts(block, form)
    remarks: list[Remark] = []
    laid_out = None if edition.by_meaning else form  # how the columns must stand is known
    columns = _columns(header, numbers, body, laid_out, block, edition, remarks)
    rows = _body(body, columns, block, laid_out, remarks)
    fen, money_cell = _money_unit(block, header or body)  # a form to fill in has no headings
    withheld = tuple(n for n in block.notes if lexicon.sentence("withheld", n.text))
    declared = tuple(n for n in block.notes if lexicon.sentence("declared", n.text))
    table = Table(
        title=block.title,
        form=form.id if form else None,
        columns=columns,
        rows=rows,
        notes=tuple(block.notes),
        unit=block.unit,
        money_unit=money_cell,
        fen=fen,
        withheld=withheld,
        declared=tuple(n for n in declared if n not in withheld),
        remarks=(*block.remarks, *remarks),
        state=_state(rows, columns, bool(declared), form),
        readings=block.readings,
    )
    return table


def _parts(block: Block, form: Form | None) -> tuple[Grid, list[Cell], Grid]:
    """Header rows, the column-number row and body rows; a form to fill in has its body alone."""
    if form and form.grid:
        return [], [], block.rows
    header, numbers, body = split(block.rows, block.header)
    return header, numbers, _without_headings(body, (*header, numbers))


def split(rows: Grid, drawn: int | None = None) -> tuple[Grid, list[Cell], Grid]:
    """Header rows, the column-number row (or []), body rows; `drawn` says how many rows head the columns."""
    if drawn is not None:
        return _as_drawn(rows, drawn)
    for i, row in enumerate(rows[:10]):
        if _is_number_row(row):
            return rows[:i], row, rows[i + 1 :]
    for i, row in enumerate(rows[:10]):
        if i and _starts_body(row, rows[i - 1]):
            return rows[:i], [], rows[i:]
    heads = 1 + sum(1 for _ in takewhile(lambda pair: _is_heading(*pair), pairwise(rows[:10])))
    return rows[:heads], [], rows[heads:]


def _is_heading(above: list[Cell], row: list[Cell]) -> bool:
    """Is every word of a row a known heading, as under the merged headings of a table without rows?"""
    texts = [cell.text for cell in row if cell.text]
    return bool(texts) and all(_is_known(text, above) for text in texts)


def _is_known(text: str, above: list[Cell]) -> bool:
    """Is a text a heading, by itself or under one of the row above it?"""
    if lexicon.heading((text,)).understood:
        return True
    return any(cell.text and lexicon.heading((cell.text, text)).understood for cell in above)


def _without_headings(body: Grid, heads: Sequence[Sequence[Cell]]) -> Grid:
    """The body without heading rows that are printed again in its midst, as where a row breaks a page."""
    again = [texts for row in heads if len(texts := _filled(row)) > FEW]
    first = {texts[0] for texts in again}
    return [row for row in body if _first(row) not in first or _filled(row) not in again]


def _first(row: Sequence[Cell]) -> str:
    """The first text of a row; "" where it has none."""
    for cell in row:
        if cell.text:
            return cell.text
    return ""


def _filled(row: Sequence[Cell]) -> list[str]:
    return [cell.text for cell in row if cell.text]


def _as_drawn(rows: Grid, drawn: int) -> tuple[Grid, list[Cell], Grid]:
    for i, row in enumerate(rows[: drawn + 1]):
        if drawn and i and _is_index_row(row):
            return rows[:i], row, rows[i + 1 :]
    first = rows[drawn] if 0 < drawn < len(rows) else []
    if [cell.text for cell in first[:2]] == ["类", "款"]:
        named, left = _levels(first)
        return [*rows[:drawn], named], [], [left, *rows[drawn + 1 :]]
    return rows[:drawn], [], rows[drawn:]


def _levels(row: list[Cell]) -> tuple[list[Cell], list[Cell]]:
    """类, 款 and 项 printed beside the total are headings of their columns; the rest is the total's row."""
    heads = [cell.text in ("类", "款", "项") for cell in row]
    blank = [cell._replace(text="") for cell in row]
    return (
        [cell if head else none for cell, none, head in zip(row, blank, heads, strict=True)],
        [none if head else cell for cell, none, head in zip(row, blank, heads, strict=True)],
    )


def _is_index_row(row: list[Cell]) -> bool:
    """A row under the drawn headings that only numbers the columns, or strikes them out."""
    numbers, _ = _numbers(row)
    return len(numbers) > 1 and _counts(numbers)


def _is_number_row(row: list[Cell]) -> bool:
    """A row that says it numbers the columns (栏次), or does nothing else from its first cell on.

    A column without a number may have stars; dashes alone would be the row of a table without money.
    """
    if not _OF_NUMBERS.fullmatch(normal(_first(row[::-1]))):
        return False
    numbers, said = _numbers(row)
    if not said and (
        len(numbers) < 3 or not row[0].text or not all(map(_STARS_OR_NUMBER.fullmatch, numbers))
    ):
        return False
    return any(map(_NUMBER.fullmatch, numbers)) and _counts(numbers)


def _numbers(row: list[Cell]) -> tuple[list[str], bool]:
    """The texts of a row but for 栏次 and 行次, and whether it says one of them."""
    texts = [normal(cell.text) for cell in row if cell.text]
    numbers = [text for text in texts if text not in NUMBERED]
    return numbers, len(numbers) < len(texts)


def _counts(texts: list[str]) -> bool:
    """1 and higher numbers, with ** or a dash where a column has none; 1=2+3 is 1."""
    values = [int(found[1]) for text in texts if (found := _NUMBER.fullmatch(text))]
    marks = sum(not text.strip("*＊×-—－") for text in texts)
    rising = all(a < b for a, b in pairwise(values))
    return len(values) + marks == len(texts) and rising and (not values or values[0] == 1)


def _starts_body(row: list[Cell], above: list[Cell]) -> bool:
    texts = [cell.text for cell in row if cell.text]
    if len(texts) > 1 and _is_heading(above, row):
        return False
    for cell in row:
        if not cell.text:
            continue
        if lexicon.label(cell.text).depth or is_total(cell.text):
            return True
        if money.looks_like(cell.text):
            return True
    return bool(texts) and not any(lexicon.heading((text,)).understood for text in texts)


def _columns(
    header: Grid,
    numbers: list[Cell],
    body: Grid,
    form: Form | None,
    block: Block,
    edition: Edition,
    remarks: list[Remark],
) -> tuple[Column, ...]:
    width = _width(header, numbers, block)
    texts = tuple([tuple([cell.text for cell in row]) for row in header])
    if block.header is None:
        paths = heading_paths(texts, width)
    else:
        paths = tuple(_drawn_path([row[i] for row in header], header) for i in range(width))
    if form:
        _, year = lexicon.split_year(normal(block.title.text))
        official = form.columns(year or edition.year)
        if paths != official and _flattened(texts, paths, official):
            cells = tuple(cell for row in header[:1] for cell in row if cell.text)[:1]
            remarks.append(Remark("read.headings", cells))
            paths = official
    slid = bool(remarks) and _words(texts) == _official_words(paths)  # every word of it is a heading
    rows = () if slid else (*header, numbers)
    beyond = tuple([cell for row in rows for cell in row[width:] if cell.text])
    if beyond:
        remarks.append(Remark("read.beyond", beyond, (("count", str(len(beyond))),)))
    lowest = {i: cell for row in header for i, cell in enumerate(row) if cell.text}
    places = [lowest[i].place if i in lowest else NOWHERE for i in range(width)]
    labels = [numbers[i].text if i < len(numbers) else "" for i in range(width)]
    return tuple([Column(paths[i], labels[i], places[i]) for i in range(width)])


def _width(header: Grid, numbers: list[Cell], block: Block) -> int:
    if block.header is not None:
        return len(block.rows[0])
    if not header:
        return max(map(len, block.rows), default=0)
    if numbers:
        return max(i + 1 for i, cell in enumerate(numbers) if cell.text)
    return max((i + 1 for row in header for i, cell in enumerate(row) if cell.text), default=0)


@lru_cache(maxsize=2000)
def _flattened(texts: Texts, paths: Paths, official: Paths) -> bool:
    """Are the headings those of the official form, of which merging told more than is left?"""
    same = _leaves(paths) == _leaves(official) or _words(texts) == _official_words(official)
    return same and len(official) == len(paths) and _plain(paths) != _plain(official)


def _words(texts: Texts) -> list[list[str]]:
    """The words of each heading row, wherever they stand."""
    return [[normal(text) for text in row if text] for row in texts]


def _official_words(paths: Paths) -> list[list[str]]:
    depth = max(map(len, paths), default=0)
    return [
        [
            normal(p[k])
            for before, p in zip(((), *paths), paths, strict=False)
            if len(p) > k and p[: k + 1] != before[: k + 1]
        ]
        for k in range(depth)
    ]


def _plain(paths: Paths) -> list[tuple[str, ...]]:
    return [tuple(map(normal, path)) for path in paths]


def _leaves(paths: Paths) -> list[str]:
    return [normal(path[-1]) if path else "" for path in paths]


@lru_cache(maxsize=2000)
def heading_paths(texts: Texts, width: int) -> Paths:
    """Heading paths of a flattened merged header.

    A blank continues its left neighbour when both stand under the same heading above, and otherwise
    continues the heading above it.
    """
    above: list[tuple[int, ...]] = [()] * width  # for each column: which merged cell of each row it is under
    paths: list[tuple[str, ...]] = [()] * width
    for row in texts:
        owner, owners = -1, []
        for i in range(width):
            text = row[i] if i < len(row) else ""
            if text:
                owner = i
            elif owner >= 0 and above[i] != above[owner]:
                owner = -1
            owners.append(owner)
            if owner >= 0:
                paths[i] = (*paths[i], row[owner].strip())
        above = [(*a, o) for a, o in zip(above, owners, strict=True)]
    return tuple(paths)


def _drawn_path(cells: Sequence[Cell], header: Grid) -> tuple[str, ...]:
    """The headings of a column: every part of a merged cell has the place of the whole."""
    places = dict.fromkeys(cell.place for cell in cells)
    texts = {cell.place: cell.text.strip() for row in header for cell in row if cell.text}
    return tuple(texts[place] for place in places if place in texts)


def _body(
    body: Grid, columns: tuple[Column, ...], block: Block, form: Form | None, remarks: list[Remark]
) -> tuple[Row, ...]:
    roles, _ = column_roles(columns, lexicon.title(block.title.text))
    filled = [cells for cells in body if _first(cells)]
    can_shift = form is not None and not block.readings  # in a picture each cell was found in its box
    mended = put_right(filled, roles) if can_shift else repeat(None)
    rows, width = [], len(columns)
    for cells, row in zip(filled, mended, strict=False):
        if row is not None:
            remarks.append(remark(cells, row))
        row = row or cells
        if len(row) > width and (extra := tuple([cell for cell in row[width:] if cell.text])):
            remarks.append(Remark("read.beyond", extra, (("count", str(len(extra))),)))
        rows.append(tuple(row) if len(row) == width else _padded(row, width))
    _cut_off(rows, roles, remarks)
    return tuple(rows)


def _padded(row: Sequence[Cell], width: int) -> Row:
    if len(row) < width:
        place = row[-1].place if row else Place()
        start = place.column or len(row)
        row = [*row, *(Cell("", place._replace(column=start + k + 1)) for k in range(width - len(row)))]
    return tuple(row[:width])


def _cut_off(rows: list[Row], roles: tuple[str, ...], remarks: list[Remark]) -> None:
    """A last row that names a line but stops before its codes and amounts."""
    amounts = [i for i, role in enumerate(roles) if not role]
    if len(rows) < 2 or not amounts or "function.code" not in roles or "project" not in roles:
        return
    last = rows[-1]
    code = roles.index("project.code") if "project.code" in roles else roles.index("project")
    if (
        last[code].text
        and not last[roles.index("function.code")].text
        and not any(last[i].text for i in amounts)
    ):
        remarks.append(Remark("read.cut-off", tuple(cell for cell in last if cell.text)))


def _money_unit(block: Block, header: Grid) -> tuple[int, Cell | None]:
    cell = block.money_unit
    found = lexicon.sentence("money", cell.text) if cell else None
    if found:
        return _UNITS[found[1]], cell
    for row in header:
        for heading in row:
            for name in ("万元", "元"):
                if f"({name})" in normal(heading.text):
                    return _UNITS[name], heading
    return money.YUAN, None


def _state(rows: tuple[Row, ...], columns: tuple[Column, ...], declared: bool, form: Form | None) -> str:
    roles, _ = column_roles(columns, lexicon.title(form.title if form else ""))
    if any(_has_content(row, roles) for row in rows):
        return "filled" if form else "unrecognised"
    return "declared-empty" if declared else "empty"


def _has_content(row: Row, roles: tuple[str, ...]) -> bool:
    """An amount, or more than a lone name such as 合计 or the unit."""
    filled = [(cell.text, role) for cell, role in zip(row, roles, strict=True) if cell.text]
    return any(not role for _, role in filled) or sum(not is_total(text) for text, _ in filled) > 1
