"""How long `gouji build` takes for a large department, and how much memory.

    python -m benchmarks.large [--units N] [--lines N] [--formats NAMES]... [--json]

A ledger of an invented department of 300 units and 100,000 budget lines (real forms, real codes, a few
targets a unit) is put into a folder of CSV files, and built for each set of formats; without `--formats`
for all that such a book is written in, and for text and CSV alone. Told are seconds by the clock and of the
processor (a loaded machine shows), and the greatest memory of all processes of the build together: the sum
of their proportional set sizes, in which a page that two share counts half for each, looked up four times a
second. Where the system does not tell these (Linux does), it is the largest of one process. A build that
takes more than `--seconds` is ended.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.ledgers import random_ledger
from gouji.ledger import Item, Ledger, Line, Target, Unit
from gouji.write.ledger import tables

EDITION = "yunnan-2026"
FORMATS = ("", "text,csv")
LIMITS = {"seconds": 60.0, "MB": 1000.0}
MB = 1_000_000
STEP = 0.25
PROC = Path("/proc")


def large_ledger(units: int, lines: int, seed: int = 1) -> Ledger:
    """One department of many units, each with the budget of several random departments."""
    rng = random.Random(seed)
    spent: list[Line] = []
    told: list[Unit] = []
    items: list[Item] = []
    targets: list[Target] = []
    for number in range(units):
        name = f"示例市第{number + 1}学校"
        told.append(Unit(f"101{number + 1:03d}", name))
        share = lines * (number + 1) // units - len(spent)
        for line, item in _budget(rng, name, share):
            spent.append(line)
            items += [item] if item else []
        targets += _targets(rng, name, spent[-1].project)
    income = _income(spent)
    unit = "示例市教育体育局"
    return Ledger(
        unit, 2026, (*income, *spent), "101", tuple(told), tuple(items), tuple(targets), edition=EDITION
    )


def _budget(rng: random.Random, unit: str, count: int) -> Iterator[tuple[Line, Item | None]]:
    """So many lines of one unit; what is bought keeps its description."""
    made = part = 0
    while made < count:
        part += 1
        one = random_ledger(rng, units=1, withheld=False, carried=False)
        known = {(item.project, item.name): item for item in one.items}
        for line in one.lines:
            if made < count and line.flow == "本年支出" and line.year == one.year:
                made += 1
                project = f"{line.project}（{unit[4:-2]}-{part}）" if line.project else ""
                item = known.get((line.project, line.item))
                own = replace(line, unit=unit, project=project, entry=0, area="", planned=False)
                yield own, replace_item(item, project)


def replace_item(item: Item | None, project: str) -> Item | None:
    return item._replace(project=project) if item else None


def _targets(rng: random.Random, unit: str, project: str) -> list[Target]:
    one = random_ledger(rng, units=1, withheld=False)
    return [target._replace(unit=unit, project=project) for target in one.targets[:5]]


def _income(spent: list[Line]) -> list[Line]:
    needed: Counter[tuple[str, str]] = Counter()
    for line in spent:
        if line.stage == "部门预算":
            needed[line.unit, line.fund] += line.fen
    return [Line(fen, 2026, unit, "本年收入", fund) for (unit, fund), fen in needed.items()]


def measured(path: str, formats: str, place: str, seconds: int) -> dict[str, Any]:
    out = os.path.join(place, "out")
    asked = ["--formats", formats] if formats else []
    command = [sys.executable, "-m", "gouji", "build", path, "-o", out, *asked, "--force"]
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    with open(os.path.join(place, "told"), "w+", encoding="utf-8") as told:
        peak, status = watched(subprocess.Popen(command, stdout=told, stderr=told), start + seconds)
        took = time.perf_counter() - start
        told.seek(0)
        left_out = [line.split()[0] for line in told if "格式没有写出" in line or "is not written" in line]
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    busy = used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime
    return {
        "formats": formats or "all",
        "left out": ",".join(left_out) or "none",
        "status": status,
        "seconds": round(took, 1),
        "CPU seconds": round(busy, 1),
        "MB": round((peak or used.ru_maxrss * 1024) / MB),
        "written MB": round(sum(f.stat().st_size for f in Path(out).rglob("*") if f.is_file()) / MB),
    }


def watched(build: subprocess.Popen[bytes], end: float) -> tuple[int, int]:
    """The most bytes that a process and those it has started take together, and its exit status."""
    peak = 0
    while build.poll() is None:
        peak = max(peak, sum(map(share, family(build.pid))))
        if time.perf_counter() > end:
            build.kill()
        time.sleep(STEP)
    return peak, build.returncode


def family(process: int) -> Iterator[int]:
    """A process and all below it."""
    yield process
    for task in PROC.glob(f"{process}/task/*/children"):
        try:
            below = task.read_text().split()
        except OSError:
            continue  # it has ended
        for one in below:
            yield from family(int(one))


def share(process: int) -> int:
    """The proportional set size of a process, in bytes; 0 where it is not told."""
    try:
        lines = (PROC / str(process) / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--units", type=int, default=300)
    parser.add_argument("--lines", type=int, default=100_000)
    parser.add_argument("--formats", action="append")
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place, "ledger")
        folder.mkdir()
        made = large_ledger(options.units, options.lines)
        for name, data in tables(made, EDITION, made.year):
            (folder / name).write_bytes(data)
        for formats in options.formats or FORMATS:
            found = measured(str(folder), formats, place, options.seconds)
            if options.json:
                print(json.dumps(found, ensure_ascii=False), flush=True)
            else:
                over = [name for name, limit in LIMITS.items() if found[name] > limit]
                told = ", ".join(f"{name} {value}" for name, value in found.items())
                print(told + (f"  over the limit: {', '.join(over)}" if over else ""), flush=True)


if __name__ == "__main__":
    main()
