"""A folder of files that is written whole: until all of it is there, what was there before stays."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from glob import escape
from hashlib import sha256
from pathlib import Path

MANIFEST = "gouji.json"
Data = bytes | Iterable[bytes]
"""What a file holds; that of a large one comes in pieces."""
_EXCHANGE, _HERE = 2, -100  # RENAME_EXCHANGE, AT_FDCWD


class Foreign(Exception):
    """The folder holds a file that was not written by us, which would be lost."""


Files = Iterable[tuple[str, Data]]
"""Files by their paths in the folder."""
Digests = dict[str, str]
Run = Callable[[Sequence[Callable[[], Digests]]], list[Digests]]


def publish(out: str, sets: Sequence[Files], maker: str, run: Run | None = None) -> list[str]:
    """Write files into a new folder beside `out`, then put it in its place. Returns their paths.

    `run` writes the sets of files, where it is not to be one after the other. Raises Foreign, naming a file
    of the old folder that its own list of files does not name.
    """
    target = Path(os.path.realpath(out))
    _only_ours(target)
    beside = target.with_name(f".{target.name}.{os.getpid()}.part")
    _sweep(target)
    beside.mkdir(parents=True)
    try:
        digests: Digests = {}
        works = [partial(_all, beside, files) for files in sets]
        for some in run(works) if run else (work() for work in works):
            digests |= some
        told = {"made_by": maker, "files": digests}
        text = json.dumps(told, ensure_ascii=False, indent=1) + "\n"
        (beside / MANIFEST).write_text(text, encoding="utf-8")
        _put(beside, target)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return list(digests)


def _all(folder: Path, files: Files) -> Digests:
    return {path: _write(folder, path, data) for path, data in files}


def _sweep(target: Path) -> None:
    """Remove what builds that were killed have left beside the folder."""
    for left in target.parent.glob(f".{escape(target.name)}.*.part"):
        maker = left.name.split(".")[-2]
        if maker.isdecimal() and (int(maker) == os.getpid() or not _is_running(int(maker))):
            shutil.rmtree(left, ignore_errors=True)


def _is_running(process: int) -> bool:
    if os.name != "posix":
        return True  # elsewhere there is no asking without ending it
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _only_ours(target: Path) -> None:
    if not target.exists():
        return
    try:
        known = set(json.loads((target / MANIFEST).read_text(encoding="utf-8"))["files"])
    except (OSError, ValueError, KeyError, TypeError):
        known = set()
    for path in sorted(target.rglob("*")) if target.is_dir() else [target]:
        name = path.relative_to(target).as_posix()
        if not path.is_dir() and name not in known | {MANIFEST}:
            raise Foreign(str(path))


def _write(folder: Path, path: str, data: Data) -> str:
    file = folder / path
    if not file.resolve().is_relative_to(folder.resolve()):
        raise ValueError(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    digest = sha256()
    with file.open("wb") as out:
        for piece in (data,) if isinstance(data, bytes) else data:
            digest.update(piece)
            out.write(piece)
    return digest.hexdigest()


def _put(made: Path, target: Path) -> None:
    """Put a folder where another one is: exchanged in one step where the system can, moved otherwise."""
    if not target.exists():
        made.rename(target)
    elif not _exchanged(made, target):
        old = made.with_suffix(".old")
        target.rename(old)
        try:
            made.rename(target)
        except BaseException:
            old.rename(target)
            raise
        shutil.rmtree(old, ignore_errors=True)


def _exchanged(one: Path, other: Path) -> bool:
    import ctypes

    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError, TypeError):
        return False
    return bool(rename(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0)
