"""Findings in a Word document, as comments: on the paragraphs of the cells, otherwise on the first one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from lxml import etree

from gouji.annotate.grid import ORIGIN, position
from gouji.annotate.marks import AUTHOR, Mark
from gouji.annotate.parts import Parts
from gouji.book import Place
from gouji.read.docx import cell_at, parts
from gouji.read.flow import Flow

if TYPE_CHECKING:
    from lxml.etree import _Element

COMMENTS = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def annotate(data: bytes, found: list[Mark]) -> bytes:
    package = Parts(data)
    root = package.tree(package.main)
    anchors = _Anchors(root)
    told: dict[_Element, list[Mark]] = {}
    for mark in found:
        paragraph = anchors.at(mark.place)
        if paragraph is not None:
            told.setdefault(paragraph, []).append(mark)
    comments = _Comments(package)
    for paragraph, marks in told.items():
        for mark in marks:
            _around(paragraph, comments.add(mark.text.split("\n")))
    return package.written()


class _Anchors:
    """The paragraph that stands at a place, lines and tables counted as reading counts them."""

    def __init__(self, root: _Element) -> None:
        flow = Flow("")
        self._lines: dict[int, _Element] = {}
        self._tables: dict[str, _Element] = {}
        for node, told in parts(root):
            before = flow.lines
            if isinstance(told, str):
                flow.line(told)
                self._lines.update(dict.fromkeys(range(before + 1, flow.lines + 1), node))
            else:
                flow.table(told)
                self._tables[f"表{len(self._tables) + 1}"] = node
        self._first = next(_paragraphs(root), None)

    def at(self, place: Place) -> _Element | None:
        table = self._tables.get(place.sheet)
        if table is None:
            return self._lines.get(place.line, self._first)
        row, column = position(place.cell) or ORIGIN
        cell = cell_at(table, row, column)
        return next(_paragraphs(table if cell is None else cell), self._first)


def _paragraphs(node: _Element) -> Iterator[_Element]:
    return (each for each in node.iter("{*}p") if etree.QName(each).localname == "p" and _is_word(each))


def _is_word(node: _Element) -> bool:
    return "wordprocessingml" in (etree.QName(node).namespace or "")


def _around(paragraph: _Element, id: str) -> None:
    """Have a comment go over a whole paragraph."""
    space = etree.QName(paragraph).namespace
    start, end, run = (f"{{{space}}}{name}" for name in ("commentRangeStart", "commentRangeEnd", "r"))
    key = f"{{{space}}}id"
    first = 1 if len(paragraph) and etree.QName(paragraph[0]).localname == "pPr" else 0
    paragraph.insert(first, etree.Element(start, {key: id}))
    etree.SubElement(paragraph, end, {key: id})
    etree.SubElement(etree.SubElement(paragraph, run), f"{{{space}}}commentReference", {key: id})


class _Comments:
    """The part that holds a document's comments."""

    def __init__(self, package: Parts) -> None:
        self._space = etree.QName(package.tree(package.main)).namespace or ""
        name = package.related(package.main, "comments")
        if name:
            self._root = package.tree(name)
        else:
            name = package.free("word/comments{}.xml", "word/comments.xml")
            root = etree.Element(self._name("comments"), nsmap={"w": self._space})
            self._root = package.add(name, root, COMMENTS)
            package.relate(package.main, "comments", name)
        ids = (str(node.get(self._name("id"), "0")) for node in self._root)
        self._next = max((int(id) for id in ids if id.isdecimal()), default=-1) + 1

    def add(self, lines: Iterable[str]) -> str:
        """A comment of these paragraphs; its id."""
        id = str(self._next)
        self._next += 1
        about = {self._name("id"): id, self._name("author"): AUTHOR, self._name("initials"): "勾稽"}
        comment = etree.SubElement(self._root, self._name("comment"), about)
        for line in lines:
            paragraph = etree.SubElement(comment, self._name("p"))
            text = etree.SubElement(etree.SubElement(paragraph, self._name("r")), self._name("t"))
            text.text = line
            text.set(_XML_SPACE, "preserve")
        return id

    def _name(self, name: str) -> str:
        return f"{{{self._space}}}{name}"
