"""The documents: everything is documented, nothing documented is gone, and the examples work."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from docs.reference import LEFT_OUT, SAMPLE, written
from gouji.audit import audit
from gouji.cli.options import FILL, known_codes, parser
from gouji.findings import BROKEN, HELD, NOT_APPLICABLE, NOT_CHECKED, WITHHELD
from gouji.messages import catalogue
from gouji.read import read
from gouji.report.data import book_data
from gouji.report.survey import FIELDS, total
from tests.conftest import REPO
from tests.test_rooms import ROOMS

DOCS = [REPO / name for name in ("README.md", "README.zh-CN.md", "CHANGELOG.md")]
DOCS += sorted((REPO / "docs").glob("*.md"))
REFERENCE = (REPO / "docs" / "reference.md").read_text(encoding="utf-8")
SCHEMA = json.loads((REPO / "src" / "gouji" / "report" / "schema.json").read_text(encoding="utf-8"))
KINDS = {code.partition(".")[2] for code in catalogue() if code.startswith("cause.")}


# The reference


def test_the_generated_parts_are_up_to_date() -> None:
    stale = [path.name for path, text in written() if path.read_text(encoding="utf-8") != text]
    assert stale == [], "run python -m docs.reference"


def test_every_command_and_option_is_documented() -> None:
    told = {name: options for name, options in sections(REFERENCE, "### gouji ")}
    groups = parser()._subparsers
    assert groups and told.keys() == FILL.keys()
    for name, command in groups._group_actions[0].choices.items():  # type: ignore[union-attr]
        known = {option for action in command._actions for option in action.option_strings}
        assert set(re.findall(r"`(--?[a-z-]+)", told[name])) == known, name


def test_every_code_is_documented() -> None:
    part = within(REFERENCE, "## Codes", "## Outcomes")
    assert set(re.findall(r"^\| `([a-z.-]+)`", part, re.MULTILINE)) == set(known_codes())


def test_every_kind_of_cause_is_documented() -> None:
    told = re.findall(r"^\| `([a-z-]+)`", within(REFERENCE, "## Causes", "### Slips"), re.MULTILINE)
    assert set(told) == KINDS == set(SCHEMA["$defs"]["cause"]["properties"]["kind"]["enum"])


def test_every_outcome_is_documented() -> None:
    told = re.findall(r"^\| `([a-z-]+)`", within(REFERENCE, "## Outcomes", "### Reasons"), re.MULTILINE)
    assert set(told) == {HELD, BROKEN, WITHHELD, NOT_APPLICABLE, NOT_CHECKED}


def test_every_field_of_a_report_is_documented() -> None:
    part = within(REFERENCE, "## JSON", "### A book")
    told = set(re.findall(r"^\| `([a-z0-9_.\[\]]+)`", part, re.MULTILINE))
    fields = set(of_schema(SCHEMA, ""))
    fields |= {
        f"{name}.{field}" for name in ("cell", "place") for field in SCHEMA["$defs"][name]["properties"]
    }
    assert told == fields


def test_every_field_of_a_survey_is_documented() -> None:
    part = within(REFERENCE, "## Survey", "## JSON")
    told = re.findall(r"^\| `([a-z_]+)`", part, re.MULTILINE)
    assert set(told) == {*FIELDS, *total([])}


def test_every_field_of_a_book_is_documented() -> None:
    data = book_data(read((REPO / SAMPLE).read_bytes(), SAMPLE), "en")
    part = within(REFERENCE, "### A book", "\0")
    told = set(re.findall(r"[a-z_]+", " ".join(re.findall(r"^\| (`.*?`) \|", part, re.MULTILINE))))
    assert told == {*data, *data["tables"][0]}
    assert all(f"`{field}`" in part for field in data["tables"][0]["columns"][0])


# All documents


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_nothing_is_mentioned_that_does_not_exist(path: Path) -> None:
    text = re.sub(r"(?ms)^```.*?^```$", "", path.read_text(encoding="utf-8"))
    quoted = re.findall(r"`([^`\n]+)`", text)
    made_up = {"unit.missing", "example-2027"} if path.name == "extending.md" else set()
    families = {code.partition(".")[0] for code in known_codes()}
    files = re.compile(r"(?:src|docs|tests|benchmarks)/[\w./-]+")
    options = {o for _, part in sections(REFERENCE, "### gouji ") for o in re.findall(r"`(--?[a-z-]+)", part)}
    for word in quoted:
        named = re.fullmatch(r"([a-z-]+)\.(?!py|md|tsv)[a-z-]+", word)
        if named and named[1] in families:
            assert word in {*catalogue(), *made_up}, word
        for file in files.findall(word):
            assert (REPO / file).exists() or "CODE" in file or "unit.missing" in file, file
        for option in re.findall(r"(?<!\S)--[a-z-]+", word):
            assert option in {*options, "--version", "--help"}, option


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)]+)\)", path.read_text(encoding="utf-8")):
        if not target.startswith("http"):
            file, _, heading = target.partition("#")
            to = path.parent / file if file else path
            assert to.exists(), target
            heads = re.findall(r"(?m)^#+ (.+)$", to.read_text(encoding="utf-8")) if heading else []
            assert not heading or heading in {head.lower().replace(" ", "-") for head in heads}, target


def test_the_rooms_are_those_that_there_are() -> None:
    text = (REPO / "docs" / "architecture.md").read_text(encoding="utf-8")
    told = re.findall(r"(?m)^\| `(\w+)(?:\.py|/)` \|", within(text, "## Rooms", "## How a book flows"))
    there = {path.stem for path in (REPO / "src" / "gouji").iterdir()}
    assert told == [room for room in ROOMS if room in there and not room.startswith("__")]


def test_the_readmes_show_what_the_command_prints() -> None:
    told = audit(read((REPO / SAMPLE).read_bytes(), SAMPLE))
    assert {finding.level for finding in told.findings} == {"error", "warning", "note"}
    for name in ("README.md", "README.zh-CN.md"):
        text = (REPO / name).read_text(encoding="utf-8")
        shown = next(block for block in blocks(text) if block.body.startswith(f"$ gouji check {SAMPLE}"))
        follow(shown.body, REPO, REPO / "src")


# The examples of extending.md


class Block(NamedTuple):
    """A fenced block: how it is used (append, file), on which file, after which line; its text."""

    use: str
    file: str
    after: str
    body: str


EXAMPLES = [
    (re.sub(r"\W+", "-", head), body)
    for head, body in re.findall(
        r"(?ms)^## ([A-Z].+?)\n(.*?)(?=^## [A-Z]|\Z)",
        (REPO / "docs" / "extending.md").read_text(encoding="utf-8"),
    )
]


@pytest.mark.parametrize("section", [body for _, body in EXAMPLES], ids=[head for head, _ in EXAMPLES])
def test_an_example_works(section: str, tmp_path: Path) -> None:
    shutil.copytree(
        REPO / "src" / "gouji", tmp_path / "src" / "gouji", ignore=shutil.ignore_patterns("__pycache__")
    )
    steps = list(blocks(section))
    assert any(block.body.startswith("$ ") for block in steps)
    for block in steps:
        if block.use:
            apply(block, tmp_path)
        elif block.body.startswith("$ "):
            follow(block.body, tmp_path, tmp_path / "src")


def apply(block: Block, root: Path) -> None:
    path = root / block.file
    old = path.read_text(encoding="utf-8") if path.exists() else ""
    if block.use == "append":
        assert old.endswith("\n")
        new = old + block.body
    elif block.after:
        assert old.count(block.after) == 1, block.after
        new = old.replace(block.after, f"{block.after}\n{block.body.rstrip()}")
    else:
        new = block.body
    path.write_text(new, encoding="utf-8")


def follow(session: str, root: Path, source: Path) -> None:
    """Run the command of a session, and look for what it shows, in order; `[...]` stands for anything."""
    command, _, shown = session.partition("\n")
    environment = {
        **os.environ,
        "PYTHONPATH": str(source),
        "PYTHONDONTWRITEBYTECODE": "1",
        "LC_ALL": "C.UTF-8",
    }
    words = [sys.executable, "-m", *command.removeprefix("$ ").split()]
    done = subprocess.run(words, cwd=root, env=environment, capture_output=True, encoding="utf-8", timeout=60)
    assert not done.stderr and done.returncode in (0, 1)
    parts = [part.strip("\n") for part in re.split(rf"(?m)^{re.escape(LEFT_OUT)}$", shown)]
    at = 0
    for part in parts:
        assert part in done.stdout[at:], f"{part}\n--- not in ---\n{done.stdout}"
        at = done.stdout.index(part, at) + len(part)
    assert len(parts) > 1 or done.stdout.strip("\n") == parts[0]


def blocks(text: str) -> Iterator[Block]:
    fence = r"(?ms)^```\w*(?: (append|file)=(\S+))?(?: after=([^\n]+))?\n(.*?)^```$"
    for use, file, after, body in re.findall(fence, text):
        yield Block(use, file, after, body)


def sections(text: str, mark: str) -> Iterator[tuple[str, str]]:
    """Sections whose heading begins so: the rest of the heading, and the text up to the next one."""
    yield from re.findall(rf"(?ms)^{re.escape(mark)}([^\n]+)\n(.*?)(?=^#|\Z)", text)


def within(text: str, begin: str, end: str) -> str:
    return text.partition(f"\n{begin}\n")[2].partition(f"\n{end}\n")[0]


def of_schema(node: dict[str, Any], path: str) -> Iterator[str]:
    """The paths of all fields; what is defined once for all (places, cells) is not followed."""
    name = str(node.get("$ref", "")).rpartition("/")[2]
    node = SCHEMA["$defs"][name] if name else node
    if name in ("place", "cell"):
        return
    if "items" in node:
        yield from of_schema(node["items"], path + "[]")
    for field, below in node.get("properties", {}).items():
        full = f"{path}.{field}" if path else field
        yield full
        yield from of_schema(below, full)
