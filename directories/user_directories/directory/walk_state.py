"""The state that a walk keeps between calls, and the progress of one call."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from user_directory_pagination import Recent

from ..errors import UpstreamError
from ..users.user import User

__all__ = ["Progress", "WalkState"]


@dataclass
class WalkState:
    """The position of a walk: plain data, at most 64 KB when stored.

    `reader` is the state of the reader of this leg, and `known` holds the users that it read. `taken` is the number of
    rows already passed in the held batch; `pages` counts the batches. `given` holds the users handed out, if there is
    more than one leg. `at_least` is how many users there are at least, if that was learned without walking.
    """

    leg: int = 0
    reader: dict[str, Any] | None = None
    taken: int = 0
    requests: int = 0
    pages: int = 0
    found: int = 0
    at_least: int = 0
    scanned: int = 0
    skipped: int = 0
    repeated: int = 0
    total: int | None = None
    drifted: bool = False
    moved: bool = False
    total_change: int = 0
    thinned: bool = False
    bound: int | None = None
    contradicted: bool = False
    deferred: bool = False
    known: Recent = field(default_factory=Recent)
    given: Recent = field(default_factory=Recent)

    def dump(self) -> dict[str, Any]:
        """Return the state as plain JSON."""
        return vars(self) | {"known": self.known.dump(), "given": self.given.dump()}

    @classmethod
    def load(cls, stored: Mapping[str, Any]) -> "WalkState":
        """Read a state that `dump` wrote. Raises: TypeError, ValueError or KeyError if it has another form."""
        plain: dict[str, Any] = {**stored, **{name: Recent.load(stored[name]) for name in ("known", "given")}}
        return cls(**plain)


@dataclass
class Progress:
    """What one call of `Walk.take` got, and why it ended.

    `cut`: the next user did not fit. `deferred`: the provider's own matches are all handed out; the next call looks at
    everybody else. `out_of`: the budget that ran out. `fault`, `stopped`: something went wrong.
    """

    users: list[User] = field(default_factory=list[User])
    found: int = 0
    ended: bool = False
    cut: bool = False
    deferred: bool = False
    scanned: int = 0
    skipped: int = 0
    out_of: str | None = None
    fault: UpstreamError | None = None
    stopped: str | None = None
