"""The one place that decides what an answer may call itself: complete or not, exact or not.

It decides from evidence that a walk hands up. Nothing above can raise what it says, and every tool asks it: a record
without an id has the same effect on a list, a search, a look-up and a count.
"""

from typing import Literal, NamedTuple

from user_directory_pagination import Evidence

__all__ = ["Certainty", "Exactness", "Stated", "is_proof", "of_total", "of_walk"]

Exactness = Literal["exact", "at_least", "estimate"]


class Certainty(NamedTuple):
    """`complete`: nobody who was asked for is left. `exactness` is that of the number of users found."""

    complete: bool
    exactness: Exactness


class Stated(NamedTuple):
    """A number of users that the provider states, and what it is worth."""

    number: int
    exactness: Exactness


def of_walk(evidence: Evidence, *, sure: bool) -> Certainty:
    """What a walk may call itself. `sure`: what was asked of the provider is known to hold everyone who matches."""
    is_whole = sure and evidence.is_whole
    if evidence.ended and (evidence.may_have_missed or evidence.moved):
        return Certainty(is_whole, "estimate")
    return Certainty(is_whole, "exact" if is_whole else "at_least")


def of_total(evidence: Evidence) -> Stated | None:
    """What the provider's own total is worth as a number of users; None where the rows refute it."""
    if evidence.total is None or evidence.total < evidence.rows:
        return None
    is_met = not evidence.ended or evidence.total == evidence.rows
    is_exact = evidence.total_exact and not evidence.nameless and is_met
    return Stated(evidence.total, "exact" if is_exact else "estimate")


def is_proof(*, documented: bool) -> bool:
    """Whether "there is no such user" out of the mouth of a provider's get-one endpoint proves it."""
    return documented
