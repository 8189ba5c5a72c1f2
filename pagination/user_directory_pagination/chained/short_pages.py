"""Pages that are not the last and have fewer rows than others: a row may be left out, so they are asked for again.

A page that says that rows follow is asked for again at once. A page of plain keys, which do not say so, is asked for
again when rows came behind it. A server whose pages are uneven as a habit is soon asked no more.
"""

from ..batch import Row
from .situation import Ask, Seen, Situation

__all__ = ["fill", "is_due", "learn", "note"]

_UNEVEN = 2
"""Short pages that came again the same, after which a server is taken to have uneven pages."""


def is_due(situation: Situation, asked: Ask, seen: Seen) -> bool:
    """Return whether a page is to be asked for again at once."""
    asks = not situation.at.again and situation.habits.uneven < _UNEVEN
    return asks and _lacks_rows(situation, asked, seen)


def learn(situation: Situation, asked: Ask, seen: Seen) -> None:
    """Learn from a page that came again the same."""
    if situation.at.strange == seen.digest and _lacks_rows(situation, asked, seen):
        situation.habits.uneven += 1


def note(situation: Situation, asked: Ask, seen: Seen, rows: list[Row]) -> None:
    """Remember a short page of plain keys, or, if new rows came behind the one before, that this is to be filled."""
    at = situation.at
    at.lacking = at.short if rows and situation.habits.uneven < _UNEVEN else None
    says_more = situation.strategy.promises_more(seen.page)
    is_short = at.largest > 0 and situation.is_short(asked, seen) and not says_more
    page = {"position": dict(asked.position), "size": asked.size, "digest": seen.digest}
    at.short = page if is_short and rows else None


def fill(situation: Situation, seen: Seen) -> list[Row]:
    """Return the rows that were left out of a page when it was read first.

    What is behind all that was read comes in its turn.
    """
    lacking = situation.at.lacking or {}
    situation.habits.uneven += seen.digest == lacking["digest"]
    between = set(seen.marks[: seen.last_known + 1])
    return [row for row in situation.rows(seen, whole=False) if row.mark in between]


def _lacks_rows(situation: Situation, asked: Ask, seen: Seen) -> bool:
    follows = not situation.leads_nowhere(asked, seen.following) and situation.strategy.promises_more(seen.page)
    return follows and bool(seen.page.items) and situation.at.largest > 0 and situation.is_short(asked, seen)
