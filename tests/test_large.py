"""What is done otherwise for a large department comes to the same, and says what it leaves out."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from array import array
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from benchmarks import sample
from benchmarks.large import large_ledger
from benchmarks.ledgers import random_ledger
from gouji import identities
from gouji.audit import audit
from gouji.cli import apart as processes
from gouji.cli import main
from gouji.cli.apart import apart, together
from gouji.cli.pool import cores
from gouji.explain import explain
from gouji.forms import edition
from gouji.identities import cells, system
from gouji.identities.model import AT_MOST, Identity
from gouji.ledger import Ledger, compile
from gouji.meaning import understand
from gouji.read import read
from gouji.write import formats, text, xlsx
from gouji.write.folder import MANIFEST
from gouji.write.ledger import tables
from gouji.write.site import files, known, pages
from gouji.write.site.charts import flows, treemap

YUNNAN = edition("yunnan-2026")
forks = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux alone")


def folder(ledger: Ledger, path: Path) -> str:
    path.mkdir()
    for name, data in tables(ledger, YUNNAN.name, ledger.year):
        (path / name).write_bytes(data)
    return str(path)


def built(path: str, out: Path, *more: str) -> int:
    return main(["build", path, "-o", str(out), "--edition", YUNNAN.name, "--force", "--lang", "en", *more])


# Identities that are made when they are asked for


@pytest.mark.parametrize("seed", range(4))
def test_identities_made_anew_are_those_that_are_kept(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(seed)
    book = compile(random_ledger(rng), YUNNAN)
    lines = text.write(book).splitlines()
    at = rng.choice([i for i, line in enumerate(lines) if line.count("\t") > 3 and ".00" in line])
    lines[at] = lines[at].replace(".00", ".07", 1)
    broken = read("\n".join(lines).encode(), "book.txt")
    kept, found = [*system(understand(broken)).identities], audit(broken)
    monkeypatch.setattr(identities, "_LARGE", 0)
    monkeypatch.setattr(cells, "MANY", 0)
    anew = system(understand(broken))
    assert not isinstance(anew.identities, list) and len(anew.identities) == len(kept)
    for i, (one, again) in enumerate(zip(kept, anew.identities, strict=True)):
        assert one.terms == again.terms == anew.identities[i].terms
        assert (
            one._replace(figures=()) == again._replace(figures=()) == anew.identities[i]._replace(figures=())
        )
    assert explain(anew) and audit(broken) == found


def test_the_signs_of_an_identity_follow_from_where_its_figures_stand() -> None:
    assert Identity("sum.across", array("q", (7, 3, 4))).terms == [(7, 1), (3, -1), (4, -1)]
    assert Identity("bound.project", (7, 3, 4), AT_MOST, left=2).terms == [(7, 1), (3, 1), (4, -1)]


# Processes


@pytest.fixture
def forking(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests before may have started threads, which these do not need."""
    monkeypatch.setattr(processes, "forks", lambda: True)


@forks
def test_work_is_shared_out_and_its_results_are_in_its_order(forking: None) -> None:
    works = [lambda k=k: (k, os.getpid()) for k in range(40)]
    told = together(works, 2)
    assert [k for k, _ in told] == [*range(40)] and apart(os.getpid) != os.getpid()
    assert together([], 2) == []


@forks
@pytest.mark.parametrize("lanes", [1, 2])
def test_what_work_raises_is_raised(lanes: int, forking: None) -> None:
    def fail() -> None:
        raise OSError(28, "full")

    with pytest.raises(OSError, match="full"):
        together([fail, fail, fail], lanes)
    with pytest.raises(OSError, match="full"):
        apart(fail)


@forks
def test_work_whose_process_is_ended_is_told(forking: None) -> None:
    with pytest.raises(RuntimeError, match="SIGKILL"):
        apart(lambda: os.kill(os.getpid(), signal.SIGKILL))


def test_a_process_with_threads_does_all_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "forks", lambda: False)
    assert together([os.getpid, os.getpid], 2) == [os.getpid()] * 2 and apart(os.getpid) == os.getpid()


@forks
def test_a_build_in_processes_is_the_same(tmp_path: Path) -> None:
    path = folder(sample.ledger(), tmp_path / "ledger")
    steps = """
import os, sys
from gouji.cli import building, main
building._LARGE, forked, fork = int(sys.argv.pop(1)), [], os.fork
os.fork = lambda: forked.append(1) or fork()
sys.stderr.isatty = lambda: True
status = main(sys.argv[1:])
print(status, len(forked))
"""
    told = {}
    for name, large in (("one", 10**9), ("two", 0)):
        asked = (
            sys.executable,
            "-c",
            steps,
            str(large),
            "build",
            path,
            "-o",
            str(tmp_path / name),
            "--force",
        )
        done = subprocess.run(
            [*asked, "--lang", "en", "--edition", YUNNAN.name], capture_output=True, text=True, timeout=120
        )
        told[name] = (done.stdout.split()[-2:], done.stderr)
    assert told["one"][0][1] == "0" and told["two"][0][1] == str(1 + (cores() > 1))
    assert (
        told["one"][0][0] == told["two"][0][0] and "checking them, then writing text, csv" in told["two"][1]
    )
    assert "text is written." in told["two"][1] and "checking them" not in told["one"][1]
    one, two = (json.loads((tmp_path / name / MANIFEST).read_text("utf-8")) for name in ("one", "two"))
    assert one == two and [*one["files"]] == [*two["files"]]
    page = (tmp_path / "two" / "html" / "index.html").read_text("utf-8")
    assert "data/lines.csv" in page and ".xlsx" in page


# Formats


def test_pages_are_left_out_of_a_large_book_and_refused_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(formats, "MOST_PAGED", 10)
    path, out = folder(sample.ledger(), tmp_path / "ledger"), tmp_path / "out"
    with pytest.raises(SystemExit):
        built(path, out, "--formats", "text,pdf")
    assert "pdf is not written: the tables have" in capsys.readouterr().err and not out.exists()
    assert built(path, out) in (0, 1)
    told = capsys.readouterr().err
    assert "docx is not written" in told and "pdf is not written" in told
    suffixes = {file.suffix for file in out.rglob("*")}
    assert ".xlsx" in suffixes and not suffixes & {".docx", ".pdf"}
    assert ".docx" not in (out / "html" / "index.html").read_text("utf-8")


def test_the_files_that_the_site_offers_are_written() -> None:
    ledger = sample.ledger()
    book = compile(ledger, YUNNAN)
    for name in formats.FORMATS:
        made = [path for path, _ in formats.made(name, ledger, book, YUNNAN)]
        assert set(formats.paths(name, book)) <= set(made)


def test_a_workbook_written_row_by_row_reads_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    book = compile(random_ledger(random.Random(1)), YUNNAN)
    whole = xlsx.write(book, YUNNAN)
    monkeypatch.setattr(xlsx, "_LARGE", 0)
    by_rows = xlsx.write(book, YUNNAN)
    assert whole != by_rows
    one, other = (read(data, "book.xlsx") for data in (whole, by_rows))
    assert [t.columns for t in one.tables] == [t.columns for t in other.tables]
    assert one == other


# The site


def test_all_tables_of_a_large_book_have_pages_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MOST", 50)
    monkeypatch.setattr(pages, "ROWS", 40)
    made = site(large_ledger(3, 300))
    trees = {name: LexborHTMLParser(page) for name, page in made.items()}
    index = trees["index.html"]
    assert not index.css(".sheet") and max(len(tree.css(".sheet tbody tr")) for tree in trees.values()) <= 60
    links = [link.attributes["href"] or "" for link in index.css("#tables li a, .keys a")]
    assert len(links) > 15
    for link in links:
        file, _, id = link.partition("#")
        assert trees[file or "index.html"].css(f"#{id}")
    for name, tree in trees.items():
        told = json.loads(tree.css_first("#data").text())  # type: ignore[union-attr]
        here = {button.attributes["id"] for button in tree.css(".sheet button")}
        assert here == {f"f{figure}" for figure in told["made"]}
        assert {told["figures"][f][4] for f in told["made"]} <= {told["files"].index(name)}
        assert name == "index.html" or tree.css('.tools a[href="index.html"]')


def test_a_page_of_very_many_lines_lists_fewer_of_each_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    page = "index.html"
    ledger = large_ledger(3, 400)
    before = json.loads(LexborHTMLParser(site(ledger)[page]).css_first("#data").text())  # type: ignore[union-attr]
    monkeypatch.setattr(known, "_PAGE", 100)
    after = json.loads(LexborHTMLParser(site(ledger)[page]).css_first("#data").text())  # type: ignore[union-attr]
    assert max(len(lines) for lines, *_ in after["made"].values()) == 20
    for figure, (lines, number, *_) in after["made"].items():
        longer, all_of_them, *_ = before["made"][figure]
        assert set(lines) <= set(longer) and number in (0, all_of_them or len(longer))


def test_the_table_of_a_treemap_tells_all_money() -> None:
    shares = [flows.Share(f"项目{k}", "项目支出", 1000 - k) for k in range(900)]
    rows = LexborHTMLParser(treemap.told(shares)).css("tbody tr")
    told = [int(row.css("td")[-1].text().replace(",", "").replace(".", "")) for row in rows]
    assert len(rows) == 501 and sum(told) == sum(share.fen for share in shares)


def site(ledger: Ledger, **more: Any) -> dict[str, str]:
    made = files(ledger, compile(ledger, YUNNAN), YUNNAN, **more)
    return {name: b"".join([data] if isinstance(data, bytes) else data).decode() for name, data in made}


def test_a_large_ledger_is_one_department() -> None:
    made = large_ledger(3, 300)
    assert len(made.units) == 3 and sum(line.flow == "本年支出" for line in made.lines) == 300
    assert replace(made, lines=made.lines[:1]).unit == made.unit
