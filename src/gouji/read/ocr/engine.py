"""The reader of pictures: RapidOCR with the models that its wheel holds. Nothing is fetched."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import cv2

Image = Any
"""A grey picture: an array of rows of bytes."""
Box = tuple[float, float, float, float]
MOST_PIXELS = (
    2_800_000  # of a picture that is searched for lines: an A4 page at 170 dpi; more take more memory
)
SHORTEST = 736  # pixels: RapidOCR would enlarge a narrower picture
_OUT_OF_MEMORY = ("bad_alloc", "allocate memory", "Insufficient memory")


class Told(NamedTuple):
    """What a reader made of a picture of one line, and how sure it is, from 0 to 1."""

    text: str
    confidence: float


class Engine(Protocol):
    def lines(self, image: Image) -> list[Box]:
        """Where lines of text stand, in pixels."""

    def read(self, images: Sequence[Image]) -> list[Told]:
        """The text of each picture of one line."""


class Rapid:
    """RapidOCR, started when it is first asked something."""

    def __init__(self) -> None:
        import rapidocr

        models = Path(rapidocr.__file__).parent / "models"
        logging.getLogger("RapidOCR").setLevel(logging.CRITICAL)
        self._engine = rapidocr.RapidOCR(
            params={
                "Global.log_level": "critical",
                "EngineConfig.onnxruntime.intra_op_num_threads": _threads(),
                "Global.use_cls": False,
                "Global.max_side_len": 100_000,
                "Det.model_path": _model(models, "det"),
                "Rec.model_path": _model(models, "rec"),
                "Rec.rec_img_shape": [3, 48, 160],
            }
        )

    def lines(self, image: Image) -> list[Box]:
        high, wide = image.shape[:2]
        scale = min(1.0, (MOST_PIXELS / (high * wide)) ** 0.5)
        small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        more = [max(0, SHORTEST - side) for side in small.shape[:2]]
        small = cv2.copyMakeBorder(small, 0, more[0], 0, more[1], cv2.BORDER_CONSTANT, value=255)
        found = _asked(self._engine, _coloured(small), use_det=True, use_rec=False)
        boxes = [] if found.boxes is None else found.boxes
        return [
            (
                max(0.0, float(b[:, 0].min()) / scale),
                max(0.0, float(b[:, 1].min()) / scale),
                min(wide, float(b[:, 0].max()) / scale),
                min(high, float(b[:, 1].max()) / scale),
            )
            for b in boxes
        ]

    def read(self, images: Sequence[Image]) -> list[Told]:
        if not images:
            return []
        found = _asked(self._engine.recognize_txt, [_coloured(image) for image in images])
        return [Told(t, float(c)) for t, c in zip(found.txts, found.scores, strict=True)]


@lru_cache(maxsize=1)
def engine() -> Engine:
    """The one reader of this process: to start it takes half a second."""
    return Rapid()


def _threads() -> int:
    """How many threads may recognise, as is commonly said; -1 for one a core."""
    said = os.environ.get("OMP_NUM_THREADS", "")
    return int(said) if said.isdecimal() and len(said) < 5 else -1


def _model(folder: Path, kind: str) -> str | None:
    """The model in the wheel; None where the wheel names it otherwise, and RapidOCR knows how."""
    found = sorted(folder.glob(f"*_{kind}_*.onnx"))
    return str(found[0]) if found else None


def _coloured(image: Image) -> Image:
    return cv2.cvtColor(image, cv2.COLOR_GRAY2BGR)


def _asked(ask: Any, *args: Any, **how: Any) -> Any:
    """Raises MemoryError where the reader had not enough."""
    try:
        return ask(*args, **how)
    except Exception as problem:
        if any(word in str(problem) for word in _OUT_OF_MEMORY):
            raise MemoryError from None
        raise
