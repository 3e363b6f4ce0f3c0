"""Whether a picture of a page shows anything that may be text: a look that costs hardly anything."""

from __future__ import annotations

import cv2

from gouji.read.ocr.engine import Image

COARSE = 0.72  # points of a pixel: 100 dots an inch
AROUND, DARKER = 21, 12  # ink is as much darker than the mean of as many pixels around it
LEAST, MOST = 2.0, 72.0  # points: the sides of what may be a character, or some that touch
FEWEST = 3
NARROW = 10  # pixels: what is narrower is no page, and may be made to overtax what looks at it


def has_marks(image: Image, points: float) -> bool:
    """Are there some marks of the size of characters? Rules alone, and an empty page, have none."""
    scale = min(1.0, points / COARSE)
    if min(image.shape) * scale < NARROW:
        return False
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    dark = cv2.adaptiveThreshold(
        small, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, AROUND, DARKER
    )
    boxes = cv2.connectedComponentsWithStats(dark, connectivity=8)[2][1:]
    side = points / scale
    marks = [
        box
        for box in boxes.tolist()
        if LEAST <= box[cv2.CC_STAT_HEIGHT] * side <= MOST and box[cv2.CC_STAT_WIDTH] * side <= MOST
    ]
    return len(marks) >= FEWEST
