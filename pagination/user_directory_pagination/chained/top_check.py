"""Looking at the top of a list once more behind its end: who moved there while it was read is behind no position.

It shows two things: rows that were not read, which came in or moved to the top, and whether the rows that were read
still stand in the order of reading. If they do, and nobody is new, the order of this list is vouched for.
"""

from ..batch import Row
from ..page import Position
from ..recent import TOP, Mark
from .situation import Seen, Situation

__all__ = ["accept", "is_due", "is_strange", "unread"]

_SHOWN = 2
"""Remembered rows at which a page from the top joins what was read; one may itself have moved to the top."""


def is_due(situation: Situation) -> bool:
    """Return whether the top is to be looked at, now that the end is reached."""
    at, habits = situation.at, situation.habits
    moves = at.came or at.total_changed or situation.look.grew
    return at.pages > 1 and (moves or not habits.order_vouched)


def is_strange(situation: Situation, asked: Position, seen: Seen) -> bool:
    """Return whether a page from the top may be another one: nobody who was read is in it, or not the first row."""
    return not any(seen.known) or (not asked and situation.at.top not in seen.tags)


def accept(situation: Situation, asked: Position, seen: Seen) -> list[Row]:
    """Return the rows that were not read, and turn to the next page if this one does not join what was read."""
    at, habits = situation.at, situation.habits
    above = bytes.fromhex(at.above) if asked else TOP
    if not situation.known.are_in_order([above, *seen.marks]):
        at.drifted = True
        habits.contradicted()
    rows = unread(seen, above)
    if not rows and not asked and any(seen.known) and not at.drifted:
        habits.order_vouched = True
    at.moved = at.moved or bool(rows)
    at.above = next((each.hex() for each in reversed(seen.marks) if each is not None), at.above)
    at.checking = None if _joins(situation, seen) else _further(asked, seen.following)
    return rows


def unread(seen: Seen, above: Mark) -> list[Row]:
    """Return the rows with an id that were not read; the first one stands behind `above`."""
    rows: list[Row] = []
    here: set[Mark] = set()
    behind = above
    for record, each, known in zip(seen.page.items, seen.marks, seen.known, strict=True):
        if each is None:
            continue
        if not known and each not in here:
            rows.append(Row(record, each, behind))
        here.add(each)
        behind = each
    return rows


def _joins(situation: Situation, seen: Seen) -> bool:
    if not seen.page.items:
        return True
    return seen.known[-1] and (sum(seen.known) >= _SHOWN or situation.at.top in seen.tags)


def _further(asked: Position, following: Position | None) -> Position | None:
    return following if following and following != asked else None
