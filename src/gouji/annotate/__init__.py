"""The reader's own file back with the findings in it; everything else of the file stays as it is."""

from __future__ import annotations

from gouji.annotate.marks import Mark, marks
from gouji.read.sniff import kind

__all__ = ["SUFFIXES", "Mark", "Unfit", "annotated", "marks"]

SUFFIXES = {"xlsx": ".xlsx", "docx": ".docx", "doc": ".docx", "pdf": ".pdf"}
"""What each kind of file is written as."""


class Unfit(ValueError):
    """A kind of file that nothing can be written into."""


def annotated(data: bytes, found: list[Mark]) -> bytes:
    """The file with a mark for each of `found`. Raises Unfit."""
    what = kind(data)
    if what == "xlsx":
        from gouji.annotate.xlsx import annotate as in_xlsx

        return in_xlsx(data, found)
    if what in ("docx", "doc"):
        from gouji.annotate.docx import annotate as in_docx
        from gouji.read.docx import converted

        return in_docx(converted(data) if what == "doc" else data, found)
    if what == "pdf":
        from gouji.annotate.pdf import annotate as in_pdf

        return in_pdf(data, found)
    raise Unfit(what)
