"""A page that has to be recognised takes far longer than a whole book of text: a reader may ask for time.

Whoever limits a reader says here what is to happen when it asks; by default nothing does.
"""

from __future__ import annotations

from collections.abc import Callable

_asked: list[Callable[[], None]] = []


def ask() -> None:
    """Says that the next page begins, for which there is as much time as for a book."""
    for told in _asked:
        told()


def listen(told: Callable[[], None]) -> None:
    """From now on, `told` is called at each such page."""
    _asked[:] = [told]
