"""The rules of tables in a picture: long thin strokes across and down."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from gouji.read.ocr.engine import Image
from gouji.read.pdf.page import Rule

THICKEST = 4.0  # points: what is thicker is no rule
WORDS = 60.0  # points: the words of a narrow cell are no longer
LONG = 25.0  # points: no stroke of a character is as long
SHORT = 10.0  # points: a shorter one, if it goes from rule to rule
MEETS = 1.2  # points by which a rule may miss another; the words that fill a cell end farther from its rules
GAP = 0.6  # points: a rule broken by less is one; merging rules closes wider gaps
AROUND, DARKER = 8.0, 22  # ink is as much darker than what lies as many points around it
PAPER = 0.25  # of a stroke's length: with as little ink beside it, it is no part of characters
SMOOTH = 0.15  # points over which grain is smoothed
SPECK = 0.6  # points: ink that is smaller is dust


def ink(image: Image, points: float) -> Image:
    """Where a picture is dark, as bytes of 0 and 255, without specks; `points` are those of a pixel."""
    around = 2 * round(AROUND / points) + 1
    smooth = cv2.GaussianBlur(image, (0, 0), SMOOTH / points)
    dark = cv2.adaptiveThreshold(
        smooth, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, around, DARKER
    )
    labels, sizes = cv2.connectedComponentsWithStats(dark, connectivity=8)[1:3]
    large = (sizes[:, cv2.CC_STAT_AREA] >= (SPECK / points) ** 2).astype(np.uint8) * 255
    large[0] = 0
    return large[labels]


def rules(dark: Image, points: float) -> tuple[list[Rule], list[Rule], Image]:
    """The rules across and down, in points; and the ink without them."""
    rows, columns = _Strokes(dark, points), _Strokes(np.ascontiguousarray(dark.T), points)
    across, down = _met(rows.found, columns.found), _met(columns.found, rows.found)
    drawn = rows.drawn(across) | columns.drawn(down).T
    return across, down, dark & ~cv2.dilate(drawn, np.ones((3, 3), np.uint8))


class _Strokes:
    """The runs of ink to the right that are thin."""

    def __init__(self, dark: Image, points: float) -> None:
        gap, least = 1 + round(GAP / points), round(SHORT / points)
        whole = cv2.morphologyEx(dark, cv2.MORPH_CLOSE, np.ones((1, gap), np.uint8))
        long = cv2.morphologyEx(whole, cv2.MORPH_OPEN, np.ones((1, least), np.uint8))
        self._labels, sizes = cv2.connectedComponentsWithStats(long, connectivity=8)[1:3]
        self._numbers: dict[Rule, int] = {}
        self._words = WORDS / points
        for i, (x, y, wide, high, area) in enumerate(sizes.tolist()):
            thick = area / wide
            if (
                i
                and thick * points <= THICKEST
                and high * points <= 2 * THICKEST
                and self._alone(dark, i, (x, y, x + wide, y + high), round(thick) + 1)
            ):
                rule = Rule((y + high / 2) * points, x * points, (x + wide) * points)
                self._numbers[rule] = i

    def _alone(self, dark: Image, number: int, box: tuple[int, int, int, int], step: int) -> bool:
        """Is there paper, or a rule, right above or below a stroke? Within characters there is some ink.

        A short one must have it on both sides: the words of a narrow cell may go from rule to rule, too.
        """
        x0, y0, x1, y1 = box
        mine = self._labels[y0:y1, x0:x1] == number
        sides = [self._bare(dark, mine, x0, top) for top in (y0 - step, y0 + step)]
        return all(sides) if x1 - x0 < self._words else any(sides)

    @staticmethod
    def _bare(dark: Image, mine: Image, left: int, top: int) -> bool:
        if top < 0 or top + len(mine) > len(dark):
            return True
        share = float((dark[top : top + len(mine), left : left + mine.shape[1]][mine] > 0).mean())
        return share <= PAPER or share >= 1 - PAPER

    @property
    def found(self) -> list[Rule]:
        return list(self._numbers)

    def drawn(self, rules: Sequence[Rule]) -> Image:
        """Where some of them are."""
        kept = np.zeros(self._labels.max() + 1, np.uint8)
        kept[[self._numbers[rule] for rule in rules]] = 255
        return kept[self._labels]


def _met(strokes: Sequence[Rule], crossing: Sequence[Rule]) -> list[Rule]:
    """The long strokes that meet a rule, and the short ones that go from rule to rule.

    What meets none may be the words of a cell, whose strokes run into each other in a coarse scan.
    """
    sure = [rule for rule in crossing if rule.end - rule.start >= LONG]
    return [one for one in strokes if (_meets if one.end - one.start >= LONG else _spans)(one, sure)]


def _meets(stroke: Rule, crossing: Sequence[Rule]) -> bool:
    return any(
        stroke.start - MEETS <= rule.at <= stroke.end + MEETS and _reaches(rule, stroke.at)
        for rule in crossing
    )


def _spans(stroke: Rule, crossing: Sequence[Rule]) -> bool:
    return all(
        any(abs(rule.at - end) <= MEETS and _reaches(rule, stroke.at) for rule in crossing)
        for end in (stroke.start, stroke.end)
    )


def _reaches(rule: Rule, at: float) -> bool:
    return rule.start - MEETS <= at <= rule.end + MEETS
