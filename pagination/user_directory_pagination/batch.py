"""What a reader of one list hands on."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, NamedTuple, Protocol

from .page import Parameters, RawPage
from .recent import Mark, mark

__all__ = [
    "Batch",
    "FetchPage",
    "Identify",
    "Reader",
    "Row",
    "Standing",
    "fingerprint",
    "mark_of",
]

FetchPage = Callable[[Parameters, int], Awaitable[RawPage]]
"""One request: the parameters of the position, and the page size."""

Identify = Callable[[Any], str | None]
"""The id in a record; None where it is no user."""


class Row(NamedTuple):
    """A record as it came. `mark` None: it is no user. `behind`: the user it stands behind, None for the last one."""

    record: Any
    mark: Mark | None
    behind: Mark | None = None


@dataclass(frozen=True)
class Batch:
    """Rows as they came, some perhaps seen before.

    `more`: it is certain that rows follow. `last`: it is certain that none does. `before` and `after` are where a
    reader stands that is to give these rows again, or the rows behind them: plain JSON.
    """

    rows: Sequence[Row]
    more: bool
    last: bool
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    places: Sequence[int] = ()
    """The number of each row in the list, where rows have numbers."""

    def resume(self, taken: int) -> dict[str, Any]:
        """Where a reader stands that is to give the rows from `taken` on; before them it may repeat some."""
        if not taken:
            return dict(self.before)
        if not self.places:
            return {**self.before, "rereads": True}
        if taken == len(self.rows):
            return dict(self.after)
        tail = 0
        while tail < taken and self.rows[taken - 1 - tail].mark is None:
            tail += 1
        carried = self.before["tail"] if tail == taken else 0
        return {**self.before, "row": self.places[taken], "tail": tail + carried}


@dataclass
class Standing:
    """What a reader learned of a list; each reader adds where it stands. Plain data.

    `drifted`: users may have slipped by. `moved`: the list is known to have changed while it was read. `repeated`:
    records that repeat the id of another on the same page. `total`: the provider's own number, as it said last;
    `total_changed`: it said another one before.
    """

    drifted: bool = False
    total_changed: bool = False
    moved: bool = False
    repeated: int = 0
    total: int | None = None


class Reader(Protocol):
    """The rows of one list, batch after batch, whatever happens to the list meanwhile."""

    @property
    def at(self) -> Standing:
        """What the walk should know of it."""
        ...

    async def read(self, need: int, maximum: int) -> Batch | None:
        """The next batch, of about `need` rows and at most `maximum` a page; None at the end.

        Raises: PageError, OutOfBudget, Implausible. The reader then stands where it stood.
        """
        ...

    def state(self) -> dict[str, Any]:
        """Where the reader stands: plain JSON, from which another can be made."""
        ...


def mark_of(record: Any, identify: Identify) -> Mark | None:
    """The mark of a record; None where it is no user."""
    identifier = identify(record)
    return None if identifier is None else mark(identifier)


def fingerprint(records: Sequence[Any], marks: Sequence[Mark | None]) -> bytes:
    """A digest of the rows of a page, of the size of a mark: who they are, and what those are that are no users."""
    digest = blake2b(digest_size=8)
    for record, user in zip(records, marks, strict=True):
        digest.update(user or repr(record).encode("utf-8", "surrogatepass"))
    return digest.digest()
