"""Which characters of a page are drawn but cut away, so that nobody sees them."""

from __future__ import annotations

from gouji.read.pdf import native
from gouji.read.pdf.letters import Letters
from gouji.read.pdf.native import Handle

Reach = tuple[float, float, float, float]
RECTANGLE = (4, 5)  # points


class Clips:
    """What the characters of one page are cut to.

    Thousands of texts are cut to the same few shapes, each of which PDFium keeps once: the address of its
    first point tells a shape from the others.
    """

    def __init__(self, text: Handle, letters: Letters) -> None:
        self.text = text
        self.numbers, self.sides = letters.numbers, letters.sides
        self.reaches: dict[Handle, Reach | None] = {}

    def visible(self, at: int) -> bool:
        """Is the middle of a letter inside every rectangle that its drawing is cut to?"""
        item = native.text_object(self.text, self.numbers[at])
        path = native.clip_of(item) if item else None
        if not path:
            return True
        x0, y1, x1, y0 = self.sides
        x, y = (x0[at] + x1[at]) / 2, (y0[at] + y1[at]) / 2
        for i in range(native.count_clips(path)):
            reach = self._reach(path, i)
            if reach and not (reach[0] <= x <= reach[2] and reach[1] <= y <= reach[3]):
                return False
        return True

    def _reach(self, path: Handle, i: int) -> Reach | None:
        first = native.clip_segment(path, i, 0)
        if first not in self.reaches:
            self.reaches[first] = _rectangle(path, i)
        return self.reaches[first]


def _rectangle(path: Handle, i: int) -> Reach | None:
    """The rectangle of one part of a clip; None where it has another shape, which is left alone."""
    if native.count_clip_segments(path, i) not in RECTANGLE:
        return None
    one, two = (native.point_of(native.clip_segment(path, i, k)) for k in (0, 2))
    if not one or not two:
        return None
    (a, b), (c, d) = one, two
    return (min(a, c), min(b, d), max(a, c), max(b, d))
