"""Asking a list of one page for a page that must name a next one, if no answer has ever named any.

Where the next position is read from is the word of a manifest. If that is wrong, each list seems to end with its first
page. So the start is asked for once more with one row fewer, behind which a row must follow. A list that has shrunk
since is asked with fewer again. What shows nothing, since the size has no effect or cannot be smaller, leaves the end
in doubt.
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
    if not names_none or asked.position or at.drifted or not rows:
        return None
    return _fewer(situation, rows) or (rows + 1 if rows >= asked.size else None)


def is_strange(situation: Situation, asked: Ask, seen: Seen) -> bool:
    """Return whether an answer is to be seen twice: nobody who was read is in it, or it leaves a doubt.

    A position may be missing once, where others are named.
    """
    is_other = bool(len(situation.known)) and not any(seen.known)
    return is_other or _leaves_doubt(situation, asked, seen)


def accept(situation: Situation, asked: Ask, seen: Seen) -> list[Row]:
    """Learn what the answer shows; return the rows that were not read."""
    at = situation.at
    at.proof = None
    if seen.following is not None:
        situation.habits.names_next = True
    elif _leaves_doubt(situation, asked, seen):
        give_up(situation)
    elif _has_shrunk(situation, asked, seen):
        at.proof = _fewer(situation, len(seen.page.items))
    rows = top_check.unread(seen, TOP)
    at.moved = at.moved or bool(rows)
    return rows


def give_up(situation: Situation) -> None:
    """Leave the end in doubt."""
    situation.at.proof, situation.at.drifted, situation.habits.names_none = None, True, True


def _fewer(situation: Situation, rows: int) -> int | None:
    """Return one row fewer; None if that cannot be asked for."""
    return rows - 1 if rows > situation.strategy.least else None


def _has_shrunk(situation: Situation, asked: Ask, seen: Seen) -> bool:
    """Return whether a page with fewer rows than the first ends the list all the same, so that some are gone."""
    rows, is_fewer = len(seen.page.items), asked.size < situation.at.largest
    return is_fewer and (rows < asked.size or (rows == asked.size and situation.known.last in seen.marks))


def _leaves_doubt(situation: Situation, asked: Ask, seen: Seen) -> bool:
    """Return whether an answer without a next position shows neither that all is here nor what to ask for instead."""
    rows = len(seen.page.items)
    is_all = asked.size > situation.at.largest >= rows
    has_another = _has_shrunk(situation, asked, seen) and _fewer(situation, rows) is not None
    return seen.following is None and not (is_all or has_another)
