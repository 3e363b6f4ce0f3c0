"""The rooms of src/gouji: each imports only from the rooms above it in ROOMS, and no import runs in a circle.

Every import counts: at the top of a module, inside a function, for type checking only, or by a name given to
importlib.import_module.
"""

import ast
from collections.abc import Container, Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "src" / "gouji"

ROOMS = (
    "money",
    "messages",
    "privacy",
    "codes",
    "scope",
    "lexicon",
    "book",
    "forms",
    "meaning",
    "read",
    "identities",
    "narrative",
    "findings",
    "checks",
    "explain",
    "infer",
    "ledger",
    "compare",
    "draft",
    "audit",
    "report",
    "write",
    "annotate",
    "web",
    "cli",
    "__main__",
)


def test_no_import_points_upward() -> None:
    assert upward(imports(PACKAGE)) == []


def test_no_import_runs_in_a_circle() -> None:
    assert circle(imports(PACKAGE)) == []


@pytest.mark.parametrize(
    "statement",
    [
        "import gouji.cli",
        "from gouji import cli",
        "from gouji.cli import main",
        "from .cli import main",
        "from . import cli",
        "def f():\n    from gouji.cli import main",
        "if TYPE_CHECKING:\n    from gouji.cli import main",
        "import importlib\nimportlib.import_module('gouji.cli')",
    ],
)
def test_an_upward_import_is_seen_however_it_is_written(tmp_path: Path, statement: str) -> None:
    package = written(tmp_path, {"money.py": statement, "cli.py": "def main(): ..."})
    assert upward(imports(package)) == ["gouji.money imports gouji.cli, of a room below its own"]


def test_an_import_from_a_package_is_one_of_its_module(tmp_path: Path) -> None:
    files = {
        "money.py": "y = 1",
        "read/__init__.py": "from .text import x",
        "read/text.py": "from ..money import y\nfrom gouji import __version__",
    }
    graph = imports(written(tmp_path, files))
    assert graph["gouji.read"] == {"gouji.read.text"}
    assert graph["gouji.read.text"] == {"gouji.money"}
    assert upward(graph) == []


def test_a_room_that_is_not_listed_is_named(tmp_path: Path) -> None:
    package = written(tmp_path, {"attic.py": ""})
    assert upward(imports(package)) == ["gouji.attic is in no room: add it to ROOMS and to the design"]


def test_a_circle_inside_a_room_is_seen(tmp_path: Path) -> None:
    files = {
        "checks/__init__.py": "def f():\n    from gouji.checks import names",
        "checks/names.py": "from gouji.checks import f",
    }
    assert circle(imports(written(tmp_path, files))) == ["gouji.checks", "gouji.checks.names", "gouji.checks"]


def imports(package: Path) -> dict[str, set[str]]:
    """Each module of the package, and the modules of the package that it imports."""
    files = {module_name(path, package): path for path in package.rglob("*.py")}
    return {
        name: {target for said in said_in(path, name) if (target := nearest(said, files)) not in (None, name)}
        for name, path in files.items()
    }


def said_in(path: Path, name: str) -> Iterator[str]:
    """The dotted names that the imports of a module say; `from a import b` says a.b."""
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_bytes())):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=module, names=names, level=level):
                above = package.split(".")[: len(package.split(".")) + 1 - level] if level else []
                base = ".".join([*above, *([module] if module else [])])
                yield from (f"{base}.{alias.name}" for alias in names)
            case ast.Call(
                func=ast.Attribute(attr="import_module") | ast.Name(id="import_module" | "__import__"),
                args=[ast.Constant(value=str(said)), *_],
            ):
                yield said


def nearest(said: str, modules: Container[str]) -> str | None:
    """The module that a dotted name stands for: itself, or the one that holds the thing; None if not ours."""
    return said if said in modules else nearest(said.rpartition(".")[0], modules) if "." in said else None


def module_name(path: Path, package: Path) -> str:
    parts = ["gouji", *path.relative_to(package).with_suffix("").parts]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def rank(name: str) -> int:
    """How far below the top a module's room lies; the package itself, which holds the version, is the top."""
    room = room_of(name)
    return -1 if room is None else ROOMS.index(room) if room in ROOMS else len(ROOMS)


def room_of(name: str) -> str | None:
    return name.split(".")[1] if "." in name else None


def upward(graph: dict[str, set[str]]) -> list[str]:
    """A sentence for each module in no room, and for each import of a room below."""
    wrong = []
    for name in sorted(graph):
        room = room_of(name)
        if room is not None and room not in ROOMS:
            wrong.append(f"{name} is in no room: add it to ROOMS and to the design")
            continue
        wrong += [
            f"{name} imports {target}, of a room below its own"
            for target in sorted(graph[name])
            if rank(target) > rank(name)
        ]
    return wrong


def circle(graph: dict[str, set[str]]) -> list[str]:
    """The modules of one circle, the first of them repeated at the end; none if there is no circle."""
    finished: set[str] = set()

    def walk(name: str, path: list[str]) -> list[str]:
        if name in path:
            return [*path[path.index(name) :], name]
        if name in finished:
            return []
        for target in sorted(graph[name]):
            if found := walk(target, [*path, name]):
                return found
        finished.add(name)
        return []

    return next((found for name in sorted(graph) if (found := walk(name, []))), [])


def written(folder: Path, files: dict[str, str]) -> Path:
    """A package of these files, in `folder`."""
    for name, text in files.items():
        path = folder / "gouji" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder / "gouji"
