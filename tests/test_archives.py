"""One book in several files: a zip, or a folder that is one book."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from gouji.audit import audit
from gouji.read import LEFT_OUT, Unreadable, read, read_parts
from tests.conftest import REPO, Gouji, names
from tests.test_hostile import GOOD
from tests.test_read_formats import ole, sheet, xlsx

pytestmark = pytest.mark.usefixtures("english")

SAMPLE = REPO / "src" / "gouji" / "samples" / "yunnan-2026.txt"
OTHER = GOOD.replace("政府性基金预算支出预算表", "财务收支预算总表").replace("甲局", "乙局")
PROSE = "# 甲局2026年部门预算\n\n本部门共有编制 20 人。\n"


def archive(files: Sequence[tuple[str, bytes]]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as written:
        for name, data in files:
            written.writestr(name, data)
    return packed.getvalue()


def test_the_files_of_a_zip_are_one_book() -> None:
    book = read(archive([("2 说明.md", PROSE.encode()), ("1/表.xlsx", xlsx(sheet()))]), "book.zip")
    assert [table.title.place.file for table in book.tables] == ["book.zip/1/表.xlsx"]
    assert [cell.place.file for cell in book.prose][-1] == "book.zip/2 说明.md"
    assert (book.source, book.unit, book.year, book.remarks) == ("book.zip", "甲局", 2026, ())


def test_figures_of_different_files_are_compared() -> None:
    halves = [("甲.txt", sample_half(0)), ("乙.txt", sample_half(1))]
    codes = {finding.code for finding in audit(read(archive(halves), "book.zip")).findings}
    whole = {finding.code for finding in audit(read(SAMPLE.read_bytes(), "whole")).findings}
    assert "same.across" in codes and codes - {"table.order"} == whole - {"table.order"}


def sample_half(number: int) -> bytes:
    text = SAMPLE.read_text(encoding="utf-8")
    middle = text.index("\n## ", len(text) // 3)
    return (text[:middle], text[middle:])[number].encode()


def test_files_stand_in_the_order_of_the_numbers_in_their_names() -> None:
    files = [(f"附件{n}.txt", GOOD.encode()) for n in (10, 9, 1, 2)]
    book = read(archive(files), "z")
    assert [table.title.place.file for table in book.tables] == [f"z/附件{n}.txt" for n in (1, 2, 9, 10)]


def test_names_in_the_encoding_of_old_windows_are_read() -> None:
    data = archive([("aaaa.txt", GOOD.encode())]).replace(b"aaaa", "附件".encode("gb18030"))
    assert read(data, "z").tables[0].title.place.file == "z/附件.txt"


@pytest.mark.parametrize(
    "name", ["../../../tmp/x.txt", "/etc/x.txt", "a/../../x.txt", "..\\..\\x.txt", "C:\\x.txt"]
)
def test_no_name_leads_out_of_the_zip(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    place = read(archive([(name, GOOD.encode())]), "z").tables[0].title.place.file
    assert place.startswith("z/") and ".." not in place and place.endswith("x.txt")
    assert list(tmp_path.iterdir()) == []


def test_what_is_not_read_of_a_book_is_said_and_the_rest_is_checked(gouji: Gouji, tmp_path: Path) -> None:
    inner = archive([("a.txt", GOOD.encode())])
    files = [("good.txt", GOOD.encode()), ("inner.zip", inner), ("nul.csv", b"\0"), ("photo.png", b"\0")]
    files += [
        ("locked.xlsx", ole("EncryptedPackage")),
        ("__MACOSX/._good.txt", b"\0"),
        (".hidden.txt", b"\0"),
    ]
    book = tmp_path / "book.zip"
    book.write_bytes(archive(files))
    status, out, err = gouji("check", book, "--format", "json")
    assert (status, names(out)) == (2, ["book.zip"])
    assert err.splitlines() == [
        f"{book}/inner.zip: a zip inside a zip is not opened, and what it holds was not checked; "
        "unpack it first.",
        f"{book}/locked.xlsx: the file has a password; save it without one.",
        f"{book}/nul.csv: not text from byte 0 on; give a text, Markdown, TSV or CSV file.",
    ]
    told = gouji("read", book, "--format", "json")
    assert [remark["code"] for remark in json.loads(told[1])["remarks"]] == [LEFT_OUT] * 3
    assert (told[0], told[2]) == (2, err)


@pytest.mark.parametrize(
    ("files", "key"),
    [
        ([], "archive"),
        ([("photo.png", b"1")], "archive"),
        ([("inner.zip", archive([("a.txt", GOOD.encode())]))], "archive-inside"),
        ([("a.txt", b"")], "empty"),
        ([("a.txt", "本部门共有编制 20 人。".encode())], "no-tables"),
        ([("a.txt", PROSE.encode()), ("b.csv", b"\0")], "binary"),
        ([(f"{i}.txt", b"") for i in range(501)], "many-files"),
        ([("a.txt", b" " * (200 << 20))], "packed"),
    ],
    ids=["nothing", "pictures", "a zip", "empty", "prose", "binary", "many", "bomb"],
)
def test_a_zip_without_a_book_is_refused(files: list[tuple[str, bytes]], key: str) -> None:
    with pytest.raises(Unreadable) as told:
        read(archive(files), "z")
    assert told.value.key == key


def test_a_zip_with_a_password_is_said() -> None:
    data = bytearray(archive([("a.txt", GOOD.encode())]))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + at] |= 1
    with pytest.raises(Unreadable) as told:
        read(bytes(data), "z")
    assert told.value.key == "encrypted"


def test_what_is_unpacked_of_all_files_together_is_bounded() -> None:
    files = [(f"{i}.txt", b" " * (60 << 20)) for i in range(3)]
    book = read(archive([("good.txt", GOOD.encode()), *files]), "z")
    assert [dict(remark.args)["why_en"].partition(": ")[2][:7] for remark in book.remarks] == [
        "the fil",
        "the fil",
        "unpacks",
    ]


def test_a_folder_can_be_one_book(gouji: Gouji, tmp_path: Path) -> None:
    folder = tmp_path / "book"
    folder.mkdir()
    for number in (0, 1):
        (folder / f"{number}.txt").write_bytes(sample_half(number))
    status, out, err = gouji("check", folder, "--one-book", "--format", "json")
    report = json.loads(out)
    assert (status, err, report["source"]) == (1, "", str(folder))
    assert {table["place"]["file"] for table in report["tables"] if table["state"] != "absent"} == {
        str(folder / "0.txt"),
        str(folder / "1.txt"),
    }
    _, text, _ = gouji("check", folder, "--one-book")
    assert "  0.txt line " in text and "  1.txt line " in text
    _, page, _ = gouji("check", folder, "--one-book", "--format", "html")
    shown = re.findall(r"<(?:small|li)>(?:<a [^>]*>)?[^<]*?([01]\.txt line \d+)", page)
    assert {place.partition(" ")[0] for place in shown} == {"0.txt", "1.txt"}
    assert "<small>0.txt</small></h3>" in page and "<small>1.txt</small></h3>" in page


def test_a_folder_without_files_is_no_book(gouji: Gouji, tmp_path: Path) -> None:
    status, _, err = gouji("check", tmp_path, "--one-book")
    assert (status, err) == (2, f"{tmp_path}: no readable file in this folder.\n")


def test_files_are_one_book_whatever_brings_their_bytes() -> None:
    def gone() -> bytes:
        raise Unreadable("missing")

    book = read_parts([("a.txt", GOOD.encode), ("b.txt", gone)], "both")
    assert len(book.tables) == 1 and book.remarks[0].code == LEFT_OUT
