"""The files for Word and Excel: valid Office Open XML, and worked out alike by another program."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from lxml import etree
from openxml_audit import OpenXmlValidator

from gouji.annotate import annotated, marks
from gouji.audit import audit
from gouji.cli import main
from gouji.read import read
from gouji.write import docx, xlsx
from tests import published
from tests.conftest import REPO, leave_out
from tests.published import YUNNAN

SAMPLE = REPO / "src" / "gouji" / "samples" / "yunnan-2026.txt"
S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
OPTIONAL = re.compile(r"required relationship type '\S+/(theme|fontTable)' is missing")
"""Parts that the checker asks for and the standard (ISO/IEC 29500-1, 11.3) does not."""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Each kind of file that is written for Word or Excel."""
    made = tmp_path_factory.mktemp("office")
    faulty, whole = read(SAMPLE.read_bytes(), "sample"), published.whole()
    for name, writer in (("docx", docx), ("xlsx", xlsx)):
        (made / f"book.{name}").write_bytes(writer.write(whole, YUNNAN))
        data = writer.write(faulty, YUNNAN)
        (made / f"annotated.{name}").write_bytes(annotated(data, marks(audit(read(data, "book")), "zh")))
    assert main(["new", "-o", str(made / "new.xlsx")]) == 0
    assert main(["ledger", str(SAMPLE), "-o", str(made / "ledger.xlsx")]) == 1  # not all figures have lines
    changes = [
        "diff",
        str(SAMPLE),
        str(made / "book.docx"),
        "--format",
        "xlsx",
        "-o",
        str(made / "diff.xlsx"),
    ]
    assert main(changes) == 1
    return made


@pytest.mark.parametrize(
    "name",
    ["book.docx", "book.xlsx", "annotated.docx", "annotated.xlsx", "new.xlsx", "ledger.xlsx", "diff.xlsx"],
)
def test_a_file_is_valid(files: Path, name: str) -> None:
    told = OpenXmlValidator().validate(str(files / name)).errors
    assert [str(one) for one in told if not OPTIONAL.search(one.description)] == []


def test_what_is_not_valid_is_noticed(files: Path, tmp_path: Path) -> None:
    broken = _changed(
        (files / "book.xlsx").read_bytes(), lambda xml: xml.replace(b"<sheetData>", b"<row/><sheetData>")
    )
    (tmp_path / "broken.xlsx").write_bytes(broken)
    assert OpenXmlValidator().validate(str(tmp_path / "broken.xlsx")).errors


def test_another_program_works_out_the_same_totals(files: Path, tmp_path: Path) -> None:
    """LibreOffice is given the workbook without the results of its formulas, and saves it with its own."""
    if shutil.which("soffice") is None:
        leave_out("LibreOffice is not installed: it did not work out the totals of a workbook")
    data = (files / "book.xlsx").read_bytes()
    bare, out = tmp_path / "bare.xlsx", tmp_path / "out"
    bare.write_bytes(_changed(data, lambda xml: re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", xml)))
    assert not any(_results(bare.read_bytes()).values())
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", str(out), str(bare)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    printed, worked_out = _results(data), _results((out / "bare.xlsx").read_bytes())
    assert len(printed) > 200 and worked_out == printed


def _changed(data: bytes, change) -> bytes:  # type: ignore[no-untyped-def]
    """A workbook with each of its sheets changed."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, change(part) if name.startswith("xl/worksheets/sheet") else part)
    return made.getvalue()


def _results(data: bytes) -> dict[tuple[str, str], float | None]:
    """The result of each formula, by sheet and cell; of those that give no number there is none."""
    told: dict[tuple[str, str], float | None] = {}
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for name in package.namelist():
            if name.startswith("xl/worksheets/sheet"):
                for cell in etree.fromstring(package.read(name)).iter(f"{S}c"):
                    value = cell.find(f"{S}v")
                    if cell.find(f"{S}f") is not None:
                        told[name, str(cell.get("r"))] = (
                            round(float(value.text), 2) if value is not None else None
                        )
    return told
