"""Asking a list of one page for a page that must name a next one, if no answer has ever named any.

Where the next position is read from is the word of a manifest. If that is wrong, each list seems to end with its first
page. So the start is asked for once more with one row fewer, behind which a row must follow. What shows nothing, since
the size has no effect or cannot be smaller, leaves the end in doubt.
"""

from ..batch import Row
from ..recent import TOP
from . import top_check
from .situation import Ask, Seen, Situation

__all__ = ["accept", "give_up", "is_strange", "size"]


def size(situation: Situation, asked: Ask) -> int | None:
    """Return the rows to ask for, now that the end seems to be reached; None if nothing is to be shown.

    More than there are, if fewer cannot be asked for.
    """
    at, strategy, rows = situation.at, situation.strategy, situation.at.largest
    names_none = not (strategy.keyed or strategy.whole or situation.has_anchors or situation.habits.names_next)
    if not names_none or asked.position or at.pages > 1 or at.drifted or not rows:
        return None
    if rows > strategy.least:
        return rows - 1
    return rows + 1 if rows >= asked.size else None


def is_strange(situation: Situation, seen: Seen) -> bool:
    """Return whether the answer may be of another list: nobody who was read is in it."""
    return bool(len(situation.known)) and not any(seen.known)


def accept(situation: Situation, asked: Ask, seen: Seen) -> list[Row]:
    """Learn what the answer shows; return the rows that were not read."""
    at = situation.at
    at.proof = None
    if seen.following is not None:
        situation.habits.names_next = True
    elif not (asked.size > at.largest >= len(seen.page.items)):
        give_up(situation)
    rows = top_check.unread(seen, TOP)
    at.moved = at.moved or bool(rows)
    return rows


def give_up(situation: Situation) -> None:
    """Leave the end in doubt."""
    situation.at.proof, situation.at.drifted, situation.habits.names_none = None, True, True
