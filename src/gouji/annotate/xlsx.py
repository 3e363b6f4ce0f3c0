"""Findings in a workbook: a marked cell keeps all that it has, and gets a colour, a border and a comment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from gouji.annotate.grid import ORIGIN, Grid, position
from gouji.annotate.marks import AUTHOR, Mark
from gouji.annotate.parts import Parts, element
from gouji.annotate.shapes import drawing
from gouji.annotate.styles import Styles
from gouji.findings import ERROR, NOTE, WARNING

if TYPE_CHECKING:
    from lxml.etree import _Element

COMMENTS = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_AFTER = (
    "legacyDrawingHF",
    "drawingHF",
    "picture",
    "oleObjects",
    "controls",
    "webPublishItems",
    "tableParts",
    "extLst",
)
"""What stands behind the reference to the comments' shapes in a sheet."""


def annotate(data: bytes, found: list[Mark]) -> bytes:
    parts = Parts(data)
    names = _sheets(parts)
    first = next(iter(names), "")
    styles = Styles(parts)
    told: dict[str, dict[str, list[Mark]]] = {}
    for mark in found:
        sheet = mark.place.sheet if mark.place.sheet in names else first
        known = sheet == mark.place.sheet and position(mark.place.cell)
        told.setdefault(sheet, {}).setdefault(mark.place.cell if known else "A1", []).append(mark)
    for sheet, cells in told.items():
        if sheet:
            _sheet(parts, names[sheet], cells, styles)
    return parts.written()


def _sheets(parts: Parts) -> dict[str, str]:
    """The sheets by name, those that are shown first."""
    related = parts.package.related(parts.main)
    found = []
    for sheet in parts.tree(parts.main).iterfind("{*}sheets/{*}sheet"):
        key = next((str(value) for name, value in sheet.items() if str(name).endswith("}id")), "")
        kind, part = related.get(key, ("", ""))
        if kind == "worksheet":
            found.append((sheet.get("state", "visible") != "visible", sheet.get("name") or "?", part))
    return {name: part for _, name, part in sorted(found, key=lambda one: one[0])}


def _sheet(parts: Parts, part: str, cells: dict[str, list[Mark]], styles: Styles) -> None:
    root = parts.tree(part)
    space = etree.QName(root).namespace or ""
    grid = Grid(root, space)
    for reference, found in cells.items():
        placed = [mark for mark in found if mark.place.cell == reference]
        if placed:
            cell = grid.cell(reference)
            level = min((mark.level for mark in placed), key=(ERROR, WARNING, NOTE).index)
            cell.set("s", styles.marked(cell.get("s", "0"), level))
    texts = {at: "\n\n".join(mark.text for mark in cells[at]) for at in sorted(cells, key=_order)}
    _comments(parts, part, space, texts)
    _shapes(parts, part, root, texts)


def _order(reference: str) -> tuple[int, int]:
    return position(reference) or ORIGIN


def _comments(parts: Parts, sheet: str, space: str, texts: dict[str, str]) -> None:
    """The comments of a sheet, with those that it has already."""
    name = parts.related(sheet, "comments")
    if name:
        root = parts.tree(name)
    else:
        name = parts.free("xl/comments{}.xml")
        root = parts.add(name, element(space, "comments"), COMMENTS)
        etree.SubElement(root, f"{{{space}}}authors")
        etree.SubElement(root, f"{{{space}}}commentList")
        parts.relate(sheet, "comments", name)
    authors, listed = root.find("{*}authors"), root.find("{*}commentList")
    assert authors is not None and listed is not None
    etree.SubElement(authors, f"{{{space}}}author").text = AUTHOR
    known = {comment.get("ref", ""): comment for comment in listed}
    for reference, text in texts.items():
        comment = known.get(reference)
        if comment is None:
            about = {"ref": reference, "authorId": str(len(authors) - 1)}
            comment = etree.SubElement(listed, f"{{{space}}}comment", about)
        holder = comment.find("{*}text")
        before = holder is not None
        if holder is None:
            holder = etree.SubElement(comment, f"{{{space}}}text")
        run = etree.SubElement(holder, f"{{{space}}}r")
        look = etree.SubElement(run, f"{{{space}}}rPr")
        etree.SubElement(look, f"{{{space}}}sz", {"val": "9"})
        etree.SubElement(look, f"{{{space}}}rFont", {"val": "宋体"})
        node = etree.SubElement(run, f"{{{space}}}t")
        node.text = f"\n\n{text}" if before else text
        node.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def _shapes(parts: Parts, sheet: str, root: _Element, texts: dict[str, str]) -> None:
    """The boxes that the comments are shown in, added to those that are there."""
    name = parts.related(sheet, "vmlDrawing")
    old = parts.text(name) if name else b""
    cells = [(*_order(at), text) for at, text in texts.items()]
    name = name or parts.free("xl/drawings/vmlDrawing{}.vml")
    parts.put(name, drawing(cells, old), "application/vnd.openxmlformats-officedocument.vmlDrawing")
    if root.find("{*}legacyDrawing") is not None:
        return
    id = parts.relate(sheet, "vmlDrawing", name)
    space = etree.QName(root).namespace
    node = etree.Element(f"{{{space}}}legacyDrawing", nsmap={"r": parts.family})
    node.set(f"{{{parts.family}}}id", id)
    behind = (at for at, other in enumerate(root) if etree.QName(other).localname in _AFTER)
    root.insert(next(behind, len(root)), node)
