"""The state that a walk keeps between calls, and the progress of one call."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from user_directory_pagination import Recent

from ..errors import UpstreamError
from ..planning.query import Asking
from ..users.user import User
from .row_check import FieldEvidence

__all__ = ["Progress", "WalkState"]


@dataclass
class WalkState:
    """The position of a walk: plain data, at most 64 KB when stored.

    `reader` is the state of the reader of this leg, and `known` holds the users that it read. `taken` is the number of
    rows already passed in the held batch; `pages` counts the batches, `scanned` the rows, of which
    `leg_began` came before this leg. `given` holds the users handed out, if there is
    more than one leg. `at_least` is how many users there are at least, if that was learned without walking. `asking` is
    how the legs were planned; `fields` is what was seen of the fields that are checked.
    """

    leg: int = 0
    reader: dict[str, Any] | None = None
    taken: int = 0
    requests: int = 0
    pages: int = 0
    found: int = 0
    at_least: int = 0
    scanned: int = 0
    leg_began: int = 0
    skipped: int = 0
    repeated: int = 0
    total: int | None = None
    drifted: bool = False
    moved: bool = False
    total_change: int = 0
    thinned: bool = False
    bound: int | None = None
    deferred: bool = False
    asking: Asking = field(default_factory=Asking)
    fields: FieldEvidence = field(default_factory=FieldEvidence)
    known: Recent = field(default_factory=Recent)
    given: Recent = field(default_factory=Recent)

    def dump(self) -> dict[str, Any]:
        """Return the state as plain JSON."""
        return vars(self) | {name: getattr(self, name).dump() for name in _NESTED}

    @classmethod
    def load(cls, stored: Mapping[str, Any]) -> "WalkState":
        """Read a state that `dump` wrote. Raises: TypeError, ValueError or KeyError if it has another form."""
        nested = {name: load(stored[name]) for name, load in _NESTED.items()}
        return cls(**{**stored, **nested})


_NESTED: Mapping[str, Callable[[Any], Any]] = {
    "asking": lambda stored: Asking(**stored),
    "fields": lambda stored: FieldEvidence(**stored),
    "known": Recent.load,
    "given": Recent.load,
}
"""The parts of a state that are no plain data, and how each is read."""


@dataclass
class Progress:
    """What one call of `Walk.take` got, and why it ended.

    `cut`: the next user did not fit. `deferred`: the provider's own matches are all handed out; the next call looks at
    everybody else. `out_of`: the budget that ran out. `fault`, `stopped`: something went wrong. `scanned` is told: it
    counts the rows that were looked at, but of those that a provider chose only the ones that passed the check, because
    it chooses by what may not be seen, too. `read` counts them all.
    """

    users: list[User] = field(default_factory=list[User])
    found: int = 0
    ended: bool = False
    cut: bool = False
    deferred: bool = False
    scanned: int = 0
    read: int = 0
    skipped: int = 0
    out_of: str | None = None
    fault: UpstreamError | None = None
    stopped: str | None = None
