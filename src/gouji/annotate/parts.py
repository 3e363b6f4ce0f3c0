"""The parts of a zipped document, some of them changed: the others are copied as they are."""

from __future__ import annotations

import io
import posixpath
from itertools import chain, count
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from gouji.read.grid import Unreadable
from gouji.read.sniff import Package, xml

if TYPE_CHECKING:
    from lxml.etree import _Element

RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_DATE = (1980, 1, 1, 0, 0, 0)


class Parts:
    """Reads parts as trees, keeps those that were asked for, and writes the package with them."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.package = Package(data)
        self._trees: dict[str, _Element] = {}
        self._before: dict[str, bytes] = {}
        self._bytes: dict[str, bytes] = {}

    @property
    def main(self) -> str:
        return self.package.main

    def has(self, name: str) -> bool:
        return name in self._trees or name in self._bytes or bool(self.package.part(name))

    def tree(self, name: str) -> _Element:
        """A part to be looked at or changed. Raises Unreadable where there is none."""
        from lxml import etree

        if name not in self._trees:
            data = self.package.part(name)
            if not data:
                raise Unreadable("damaged")
            self._trees[name] = xml(data)
            self._before[name] = etree.tostring(self._trees[name])
        return self._trees[name]

    def add(self, name: str, root: _Element, content: str) -> _Element:
        """A new part."""
        self._trees[name] = root
        self._declare("Override", {"PartName": f"/{name}", "ContentType": content})
        return root

    def text(self, name: str) -> bytes:
        return self._bytes.get(name) or self.package.part(name)

    def put(self, name: str, data: bytes, content: str) -> None:
        """A part that is no tree, its content told by the ending of its name."""
        self._bytes[name] = data
        self._declare("Default", {"Extension": name.rpartition(".")[2], "ContentType": content})

    def related(self, name: str, kind: str) -> str:
        """The part of a kind that a part refers to; "" for none."""
        told = self._relations(name)
        for relation in told if told is not None else ():
            if (
                relation.get("Type", "").rpartition("/")[2] == kind
                and relation.get("TargetMode") != "External"
            ):
                return posixpath.normpath(
                    posixpath.join("/", posixpath.dirname(name), relation.get("Target", ""))
                ).lstrip("/")
        return ""

    def relate(self, name: str, kind: str, target: str) -> str:
        """Have a part refer to another; the id under which it does."""
        from lxml import etree

        told = self._relations(name)
        if told is None:
            told = element(RELATIONS, "Relationships")
            self._trees[_relations_of(name)] = told
        ids = {relation.get("Id", "") for relation in told}
        id = next(f"rIdG{n}" for n in range(1, len(ids) + 2) if f"rIdG{n}" not in ids)
        path = posixpath.relpath(f"/{target}", f"/{posixpath.dirname(name)}")
        about = {"Id": id, "Type": f"{self.family}/{kind}", "Target": path}
        etree.SubElement(told, f"{{{RELATIONS}}}Relationship", about)
        return id

    @property
    def family(self) -> str:
        """The beginning of the types of relations, which tells a strict document from others."""
        told = self._relations("")
        kinds = [r.get("Type", "") for r in told] if told is not None else []
        main = next((kind for kind in kinds if kind.endswith("/officeDocument")), "")
        return (
            main.rpartition("/")[0] or "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        )

    def free(self, pattern: str, first: str = "") -> str:
        """A name that no part has yet: the first, or a pattern with {} where a number goes."""
        names = (pattern.format(number) for number in count(1))
        return next(name for name in chain([first], names) if name and not self.has(name))

    def written(self) -> bytes:
        from lxml import etree

        changed = dict(self._bytes)
        for name, root in self._trees.items():
            if self._before.get(name) == etree.tostring(root):
                continue
            changed[name] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
        out = io.BytesIO()
        with ZipFile(io.BytesIO(self._data)) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
            for info in old.infolist():
                data = changed.pop(info.filename, None)
                new.writestr(info, old.read(info) if data is None else data, ZIP_DEFLATED)
            for name, data in changed.items():
                new.writestr(ZipInfo(name, _DATE), data, ZIP_DEFLATED)
        return out.getvalue()

    def _relations(self, name: str) -> _Element | None:
        path = _relations_of(name)
        return self.tree(path) if self.has(path) else None

    def _declare(self, kind: str, about: dict[str, str]) -> None:
        from lxml import etree

        types = self.tree("[Content_Types].xml")
        key = next(iter(about))
        if not any(known.get(key, "").lower() == about[key].lower() for known in types):
            node = etree.Element(f"{{{TYPES}}}{kind}", about)
            types.insert(0, node) if kind == "Default" else types.append(node)


def element(space: str, name: str) -> _Element:
    """An element whose namespace needs no prefix."""
    from lxml import etree

    return etree.fromstring(f'<{name} xmlns="{space}"/>'.encode())


def _relations_of(name: str) -> str:
    folder, file = posixpath.split(name)
    return posixpath.join(folder, "_rels", f"{file}.rels")
