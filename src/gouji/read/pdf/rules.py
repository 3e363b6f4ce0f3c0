"""The rules that a page draws: its thin shapes, on the page and in its forms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, repeat

import pypdfium2.raw as raw

from gouji.read.pdf import native
from gouji.read.pdf.native import Handle
from gouji.read.pdf.page import THICKEST, Box

Matrix = tuple[float, float, float, float, float, float]
PLAIN: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
MOST_OBJECTS = 200_000  # of one page; what lies beyond is drawing, not a table
DEEPEST = 12  # forms within forms
SIMPLE = 5  # corners of a shape that is no more than a rectangle


@dataclass(slots=True)
class Shapes:
    """The thin boxes of a page in its own coordinates, its texts, and how many pictures and forms it has."""

    boxes: list[Box] = field(default_factory=list)
    texts: list[Handle] = field(default_factory=list)  # those of its forms too
    pictures: int = 0
    forms: int = 0
    left: int = MOST_OBJECTS  # objects that may still be taken from forms


def shapes_of(page: Handle) -> Shapes:
    shapes = Shapes()
    count = min(native.count_objects(page), MOST_OBJECTS)
    _objects(list(map(native.object_of_page, repeat(page), range(count))), PLAIN, 0, shapes)
    return shapes


def _objects(items: Sequence[Handle], matrix: Matrix, depth: int, shapes: Shapes) -> None:
    kinds = list(map(native.kind_of, items))
    shapes.pictures += kinds.count(raw.FPDF_PAGEOBJ_IMAGE)
    shapes.texts += _of_kind(raw.FPDF_PAGEOBJ_TEXT, items, kinds)
    _paths(_of_kind(raw.FPDF_PAGEOBJ_PATH, items, kinds), matrix, shapes)
    if depth < DEEPEST:
        for form in _of_kind(raw.FPDF_PAGEOBJ_FORM, items, kinds):
            _form(form, matrix, depth + 1, shapes)


def _of_kind(kind: int, items: Sequence[Handle], kinds: Sequence[int]) -> list[Handle]:
    return [item for item, one in zip(items, kinds, strict=True) if one == kind]


def _form(form: Handle, matrix: Matrix, depth: int, shapes: Shapes) -> None:
    shapes.forms += 1
    count = min(max(native.count_of_form(form), 0), shapes.left)
    shapes.left -= count
    items = list(map(native.object_of_form, repeat(form), range(count)))
    _objects(items, _times(_matrix(form), matrix), depth, shapes)


def _matrix(item: Handle) -> Matrix:
    found, columns = native.matrices([item])
    if not all(found):
        return PLAIN
    [a], [b], [c], [d], [e], [f] = columns
    return (a, b, c, d, e, f)


def _times(one: Matrix, two: Matrix) -> Matrix:
    """The matrix that applies one, then two."""
    if two == PLAIN:
        return one
    a, b, c, d, e, f = one
    g, h, i, j, k, m = two
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def _apply(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _paths(paths: Sequence[Handle], matrix: Matrix, shapes: Shapes) -> None:
    """The thin boxes of the paths that are drawn."""
    found, boxes = native.path_boxes(paths)
    for path, fill, stroke, has_box, box in zip(paths, *native.draw_modes(paths), found, boxes, strict=True):
        if not has_box or not (fill or stroke):
            continue
        x0, y0, x1, y1 = box
        if matrix is not PLAIN:
            x0, y0, x1, y1 = box = _around([_apply(matrix, x, y) for x in (x0, x1) for y in (y0, y1)])
        if x1 - x0 <= THICKEST or y1 - y0 <= THICKEST:
            shapes.boxes.append(box)
        elif stroke or native.count_segments(path) > SIMPLE:
            for points in _strokes(path, _times(_matrix(path), matrix)):
                shapes.boxes += _edges(points) if stroke else _thin_outline(points)


def _around(points: Sequence[tuple[float, float]]) -> Box:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return (min(xs), min(ys), max(xs), max(ys))


def _strokes(path: Handle, matrix: Matrix) -> Iterator[list[tuple[float, float]]]:
    """The corner points of each part of a path."""
    points: list[tuple[float, float]] = []
    for i in range(min(native.count_segments(path), MOST_OBJECTS)):
        segment = native.segment(path, i)
        if native.segment_kind(segment) == raw.FPDF_SEGMENT_MOVETO and points:
            yield points
            points = []
        point = native.point_of(segment)
        if point:
            points.append(_apply(matrix, *point))
            if native.closes(segment):
                points.append(points[0])
    if points:
        yield points


def _edges(points: Sequence[tuple[float, float]]) -> Iterator[Box]:
    for one, two in pairwise(points):
        box = _around([one, two])
        if min(box[2] - box[0], box[3] - box[1]) < 1.0:
            yield box


def _thin_outline(points: Sequence[tuple[float, float]]) -> Iterator[Box]:
    box = _around(points)
    if box[2] - box[0] <= THICKEST or box[3] - box[1] <= THICKEST:
        yield box
