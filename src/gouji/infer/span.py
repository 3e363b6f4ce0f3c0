"""Exact elimination: which combination of some sparse vectors is a given one?"""

from __future__ import annotations

from fractions import Fraction

Number = int | Fraction
Vector = dict[int, Number]


class Span:
    """All that can be combined of the vectors added so far, each known by a number."""

    def __init__(self) -> None:
        self._rows: dict[int, tuple[Vector, Vector]] = {}  # pivot -> (1 at the pivot, of which vectors)

    def add(self, key: int, vector: Vector) -> bool:
        """Is the vector no combination of those before it?"""
        rest, made = dict(vector), Vector({key: 1})
        self.reduce(rest, made)
        if not rest:
            return False
        pivot = next((k for k, n in rest.items() if n in (1, -1)), next(iter(rest)))
        times = rest[pivot] if rest[pivot] in (1, -1) else 1 / Fraction(rest[pivot])
        self._rows[pivot] = _times(rest, times), _times(made, times)
        return True

    def reduce(self, rest: Vector, made: Vector) -> None:
        """Takes from `rest` what can be combined, and from `made` the vectors it was combined of."""
        while (pivot := next((k for k in rest if k in self._rows), None)) is not None:
            row, how = self._rows[pivot]
            times = -rest[pivot]
            put(rest, row, times)
            put(made, how, times)

    def combination(self, vector: Vector) -> Vector | None:
        """How often each of the vectors goes into a given one; None where it is no combination of them."""
        rest, made = dict(vector), Vector()
        self.reduce(rest, made)
        return None if rest else _times(made, -1)


def put(total: Vector, vector: Vector, times: Number) -> None:
    """Adds a multiple of a vector to another, in place."""
    for k, n in vector.items():
        value = total.get(k, 0) + times * n
        if value:
            total[k] = value
        else:
            del total[k]


def _times(vector: Vector, times: Number) -> Vector:
    return vector if times == 1 else {k: n * times for k, n in vector.items()}
