"""Rows to go back to when a position is lost: the last ones, and earlier ones at doubling distances."""

from collections.abc import Iterable
from typing import NamedTuple

from ..page import Position

__all__ = ["Anchor", "thinned"]


class Anchor(NamedTuple):
    """A row that was read: its number in the order of reading, the position behind it, and what it is known by."""

    row: int
    position: Position
    tag: str


def thinned(anchors: Iterable[Anchor]) -> list[Anchor]:
    """Keep one anchor of each doubling of the distance from the last: at most 64 of any list.

    Of two anchors at such a distance the further one stays, so that the others come closer and none is ever missing.
    """
    kept: list[Anchor] = []
    rows = list(anchors)
    for anchor in rows:
        distance = rows[-1].row - anchor.row
        if not kept or (rows[-1].row - kept[-1].row).bit_length() != distance.bit_length():
            kept.append(anchor)
    return kept
