"""What a reader of one list hands to the walk, and why it may stop."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Protocol

from .positions import RawPage

__all__ = ["Batch", "FetchPage", "Implausible", "OutOfBudget", "Reader", "fingerprint", "tail"]

FetchPage = Callable[[tuple[tuple[str, str], ...], int], Awaitable[RawPage]]
"""One request: the parameters of the position, and the page size."""


class OutOfBudget(Exception):
    """The call may send no further request."""


class Implausible(Exception):
    """The provider's pages contradict one another; the text is a sentence for the reader of the answer."""


@dataclass(frozen=True)
class Batch:
    """Rows as they came, some perhaps seen before.

    `more`: it is certain that rows follow. `last`: it is certain that none does. `inside` and `behind` are
    where a reader stands that is to give these rows again, or the rows after them: plain JSON.
    """

    items: Sequence[Any]
    more: bool
    last: bool
    inside: Mapping[str, Any]
    behind: Mapping[str, Any]
    users: Sequence[bool] = ()
    """Which of the rows are users, where rows are counted."""

    def resume(self, taken: int) -> dict[str, Any]:
        """Where a reader stands that is to give the rows from `taken` on; before them it may repeat some."""
        row = self.inside.get("row")
        if row is None:
            return dict(self.inside)
        return {**self.inside, "row": row + taken, "tail": tail(self.users[:taken], self.inside["tail"])}


def tail(users: Sequence[bool], before: int = 0) -> int:
    """How many rows at the end are no users, `before` of them standing before these."""
    odd = 0
    for is_user in reversed(users):
        if is_user:
            return odd
        odd += 1
    return before + odd


class Reader(Protocol):
    """The rows of one list, batch after batch, whatever happens to the list meanwhile."""

    drifted: bool
    """Whether users may have slipped by."""

    moved: bool
    """Whether the list is known to have changed while it was read."""

    total: int | None
    """The provider's own number, as it said last."""

    async def read(self, need: int, maximum: int) -> Batch | None:
        """The next batch, of about `need` rows and at most `maximum` a page; None at the end.

        Raises: UpstreamError, OutOfBudget, Implausible. The reader then stands where it stood.
        """
        ...

    def state(self) -> dict[str, Any]:
        """Where the reader stands: plain JSON, from which another can be made."""
        ...


def fingerprint(items: Sequence[Any]) -> str:
    """A digest of the rows of a page."""
    return blake2b(repr(items).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
