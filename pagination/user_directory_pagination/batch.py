"""The rows that a reader of one list hands out."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
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
    "marks_of",
]

FetchPage = Callable[[Parameters, int], Awaitable[RawPage]]
"""Fetches one page, given the parameters of the position and the page size."""

Identify = Callable[[Any], str | None]
"""The id in a record; None if the record has none."""


class Row(NamedTuple):
    """A record as it came.

    `mark` is None if the record has no id. `behind` is the row that this one follows; None means the last row read.
    """

    record: Any
    mark: Mark | None
    behind: Mark | None = None


@dataclass(frozen=True)
class Batch:
    """Rows as they came; some may have been seen before.

    `more`: it is certain that rows follow. `last`: it is certain that none follow. A reader in the state `before` gives
    these rows again, a reader in the state `after` gives the rows that follow; both are plain JSON.
    """

    rows: Sequence[Row]
    more: bool
    last: bool
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    places: Sequence[int] = ()
    """The number of each row in the list, if rows have numbers."""

    def resume(self, taken: int) -> dict[str, Any]:
        """Return the state in which a reader gives the rows from `taken` on; it may repeat some rows first."""
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
    """What a reader has learned about a list, as plain data; each reader adds its own position.

    `drifted`: rows may have been missed. `moved`: the list is known to have changed while it was read. `repeated`: how
    many records repeat the id of another record on the same page. `total`: the provider's latest own number;
    `total_change`: by how much earlier answers gave a different number, all changes together.
    `thinned`: the provider leaves rows out of its pages, so an end cannot be proved. `bound`: the provider refuses to
    go further than so many rows.
    """

    drifted: bool = False
    moved: bool = False
    repeated: int = 0
    total: int | None = None
    total_change: int = 0
    thinned: bool = False
    bound: int | None = None

    @property
    def total_changed(self) -> bool:
        """Whether an earlier answer gave a different number."""
        return self.total_change > 0

    def note_total(self, total: int | None) -> None:
        """Learn from the total of an answer; None if it has none."""
        if total is None:
            return
        if self.total is not None and total != self.total:
            self.moved = True
            self.total_change += abs(total - self.total)
        self.total = total


class Reader(Protocol):
    """Reads one list batch by batch, whatever happens to the list in the meantime."""

    @property
    def at(self) -> Standing:
        """What the reader has learned, for the walk."""
        ...

    async def read(self, need: int, maximum: int) -> Batch | None:
        """Return the next batch, of about `need` rows and at most `maximum` per page; None at the end.

        Raises: PageError, OutOfBudget, Implausible. The position of the reader is then unchanged.
        """
        ...

    def state(self) -> dict[str, Any]:
        """Return the position of the reader as plain JSON, from which another reader can resume."""
        ...


def marks_of(records: Iterable[Any], identify: Identify) -> list[Mark | None]:
    """Return the marks of records; None for each that has no id."""
    return [None if (identifier := identify(record)) is None else mark(identifier) for record in records]


def fingerprint(records: Sequence[Any], marks: Sequence[Mark | None]) -> bytes:
    """Digest the rows of a page into 8 bytes: the marks of rows, and the content of records without an id."""
    parts = [user or repr(record).encode("utf-8", "surrogatepass") for record, user in zip(records, marks, strict=True)]
    return blake2b(b"".join(parts), digest_size=8).digest()
