"""Codes of a classification told by names alone."""

from __future__ import annotations

from collections.abc import Iterator

from gouji.codes import List


class Names:
    """Codes told by names alone, in the order of a table: a 类, its 款, their 项."""

    def __init__(self, codes: List) -> None:
        self.codes = codes
        self.last = ""

    def code(self, name: str) -> str:
        """The code of a name that follows the one before; '' where it is not certain which."""
        found = [code.code for code in self.codes.named(name)]
        for above in self._around():
            under = [
                code
                for code in found
                if code.startswith(above) and len(code) == len(above) + (2 if above else 3)
            ]
            if len(under) == 1:
                self.last = under[0]
                return self.last
        if len(found) == 1:
            self.last = found[0]
            return self.last
        self.last = self.last[:3]
        return ""

    def _around(self) -> Iterator[str]:
        """Under the last code, beside it, beside those above it."""
        for digits in range(len(self.last), 2, -2):
            yield self.last[:digits]
        yield ""
