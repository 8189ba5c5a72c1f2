"""The one place that decides whether an answer is complete, and how exact it is.

It decides from the evidence of a walk. No code above it may claim more, and every tool asks it: so a record without an
id has the same effect on a list, a search, a look-up and a count.
"""

from typing import Literal, NamedTuple

from user_directory_pagination import Evidence

__all__ = ["Certainty", "Exactness", "Stated", "of_total", "of_walk"]

Exactness = Literal["exact", "at_least", "estimate"]


class Certainty(NamedTuple):
    """What is certain. `complete`: nobody who was asked for is left. `exactness`: that of the number of users found."""

    complete: bool
    exactness: Exactness


class Stated(NamedTuple):
    """A number of users that the provider states, and how exact it is."""

    number: int
    exactness: Exactness


def of_walk(evidence: Evidence, *, sure: bool, may_be_fewer: bool = False) -> Certainty:
    """Decide what is certain about a walk. `sure`: the provider's answers are known to include everyone who matches.

    `may_be_fewer`: some users were found of whom nothing shows that they match.
    """
    is_whole = sure and evidence.is_whole
    if may_be_fewer or (evidence.ended and (evidence.may_have_missed or evidence.moved)):
        return Certainty(is_whole, "estimate")
    return Certainty(is_whole, "exact" if is_whole else "at_least")


def of_total(evidence: Evidence, *, vouched: bool) -> Stated | None:
    """Decide how exact the provider's own total is as a number of users; None if the rows refute it.

    `vouched`: the list was seen to end where the total says.
    """
    if evidence.total is None or evidence.total < evidence.rows:
        return None
    is_met = not evidence.ended or evidence.total == evidence.rows
    is_exact = vouched and evidence.total_exact and not evidence.nameless and is_met
    return Stated(evidence.total, "exact" if is_exact else "estimate")
