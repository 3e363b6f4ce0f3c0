"""A picture of a page turned so that its text stands upright and its rules run level."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np

from gouji.read.ocr.engine import Box, Engine, Image

MOST_SKEW = 2.5  # degrees
LEAST_SKEW = 0.03  # degrees: over a page that is a pixel or two
FEW = 8  # lines that are read to see which way is up
TALL = 1.5  # times as high as wide: a line that runs down
CLEAR = 0.8  # a line that is read the right way up is read with at least this confidence
BETTER = 0.15


class Upright(NamedTuple):
    """The picture; the quarter turns to the left that it took, and the degrees after them."""

    image: Image
    turns: int
    skew: float


def upright(image: Image, points: float, engine: Engine) -> tuple[Upright, list[Box]]:
    """The picture turned, and where its lines stand."""
    skew = _skew(image, points)
    level = _turned(image, skew)
    boxes = engine.lines(level)
    turns = _turns(level, boxes, engine)
    if turns:
        level = np.ascontiguousarray(np.rot90(level, turns))
        boxes = engine.lines(level)
    return Upright(level, turns, skew), boxes


def _skew(image: Image, points: float) -> float:
    """By how many degrees the long rules of a page fall to the right."""
    small = cv2.resize(image, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    edges = cv2.Canny(small, 60, 180)
    long = 60 / points / 2
    found = cv2.HoughLinesP(edges, 1, math.pi / 3600, 150, minLineLength=long, maxLineGap=6)
    if found is None:
        return 0.0
    lines = np.asarray(found).reshape(-1, 4).astype(float)
    wide, high = lines[:, 2] - lines[:, 0], lines[:, 3] - lines[:, 1]
    degrees = (np.degrees(np.arctan2(high, wide)) + 45) % 90 - 45
    length = np.hypot(wide, high)
    near = abs(degrees) <= MOST_SKEW
    if not near.any():
        return 0.0
    order = np.argsort(degrees[near])
    weight = np.cumsum(length[near][order])
    middle = float(degrees[near][order][np.searchsorted(weight, weight[-1] / 2)])
    return middle if abs(middle) >= LEAST_SKEW else 0.0


def _turned(image: Image, degrees: float) -> Image:
    if not degrees:
        return image
    high, wide = image.shape
    matrix = cv2.getRotationMatrix2D((wide / 2, high / 2), degrees, 1.0)
    return cv2.warpAffine(image, matrix, (wide, high), flags=cv2.INTER_CUBIC, borderValue=255)


def _turns(image: Image, boxes: Sequence[Box], engine: Engine) -> int:
    """How many quarter turns to the left bring the text upright.

    A narrow heading of an upright page runs down, and is long: it is the number of lines that tells.
    """
    tall = [box for box in boxes if box[3] - box[1] > TALL * (box[2] - box[0])]
    wide = [box for box in boxes if box[2] - box[0] > TALL * (box[3] - box[1])]
    first, lines = (1, _longest(tall)) if len(tall) > len(wide) else (0, _longest(wide))
    if (now := _clear(image, lines, first, engine)) >= CLEAR or not lines:
        return first
    return first + 2 if _clear(image, lines, first + 2, engine) > now + BETTER else first


def _longest(boxes: Sequence[Box]) -> list[Box]:
    return sorted(boxes, key=lambda b: max(b[2] - b[0], b[3] - b[1]))[-FEW:]


def _clear(image: Image, boxes: Sequence[Box], turns: int, engine: Engine) -> float:
    """How surely lines are read after so many quarter turns: those with more characters count more."""
    pieces = [np.ascontiguousarray(np.rot90(cut(image, box), turns)) for box in boxes]
    told = engine.read(pieces)
    length = sum(len(one.text) for one in told)
    return sum(one.confidence * len(one.text) for one in told) / length if length else 0.0


def cut(image: Image, box: Box) -> Image:
    x0, y0, x1, y1 = (round(at) for at in box)
    return image[y0 : max(y1, y0 + 1), x0 : max(x1, x0 + 1)]


def shown(box: Box, wide: float, high: float, degrees: float) -> Box:
    """A box of a level page on the page as it was scanned: its middle turned back about the page's."""
    if not degrees:
        return box
    x0, y0, x1, y1 = box
    x, y = (x0 + x1) / 2 - wide / 2, (y0 + y1) / 2 - high / 2
    turn = math.radians(degrees)
    dx = x * math.cos(turn) - y * math.sin(turn) - x
    dy = x * math.sin(turn) + y * math.cos(turn) - y
    return (x0 + dx, y0 + dy, x1 + dx, y1 + dy)
