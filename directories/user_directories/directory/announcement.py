"""What a directory says of itself: read once a process, when it is first needed, and believed as far as it is kept."""

from collections.abc import Collection

import anyio

from user_directory_pagination import OutOfBudget, Parameters

from ..errors import UpstreamError, UpstreamRateLimited, UpstreamUnauthorized, UpstreamUnavailable
from ..manifest import Announced, Said
from ..sources.budget import Budget
from ..sources.source import Source

__all__ = ["Announcement", "asks_otherwise", "doubts"]

_MOST_FAILURES = 3
"""Failures that may pass, as a time-out or a 503, after which the document is not asked for again."""
_PART = 0.25
"""The part of the seconds of a call for which it is waited for: the list is what was asked for."""
_LEAST_SECONDS = 1.0
_LIST_TOO = 2
"""Requests that a call must have left: one for the document, and one for the list."""
_DOUBTED = (("sort",), ("cursors",), ("sort", "cursors"))


class Announcement:
    """What one directory says of itself. `said` is empty until it was read, and if it cannot be read."""

    def __init__(self, table: Announced | None, source: Source) -> None:
        self.said: Said = {}
        self.unkept: frozenset[str] = frozenset()
        """What is not believed any more in this process."""
        self.is_kept = False
        """Whether a page was seen that names the next one by a cursor."""
        self.first_pages: dict[Parameters, int] = {}
        """Of lists whose first page named no next one, the rows of the largest that was seen."""
        self._table = table
        self._source = source
        self.is_settled = table is None
        """Whether it is not asked for any more: it was read, or cannot be."""
        self._failures = 0
        self._one_at_a_time = anyio.Lock()

    async def read(self, budget: Budget) -> None:
        """Read it, if that was not done yet; whatever goes wrong, nothing was said.

        A document that is not there, or cannot be understood, is not asked for again; another failure may pass.
        """
        if self.is_settled or budget.requests - budget.spent < _LIST_TOO:
            return
        with anyio.move_on_after(max(_LEAST_SECONDS, budget.left() * _PART)):
            async with self._one_at_a_time:
                if not self.is_settled:
                    await self._read(budget)

    async def _read(self, budget: Budget) -> None:
        self._failures += 1
        self.is_settled = self._failures >= _MOST_FAILURES
        assert self._table is not None  # noqa: S101 - else it is settled
        try:
            document = await self._source.document(self._table.path, budget)
            self.said = self._believed(self._table.said_in(document))
            self.is_settled = True
        except (UpstreamUnavailable, UpstreamRateLimited, UpstreamUnauthorized, OutOfBudget):
            return
        except UpstreamError:
            self.is_settled = True

    def disbelieve(self, names: Collection[str]) -> None:
        """Take back what is not kept, for this process."""
        self.unkept = self.unkept.union(names)
        self.said = self._believed(self.said)

    def _believed(self, said: Said) -> Said:
        return {name: value for name, value in said.items() if name not in self.unkept}


def doubts(said: Said) -> list[tuple[str, ...]]:
    """Return what to ask without, one after another, if a request is refused that relies on what was said.

    What is announced as missing stays believed: it is not sent.
    """
    return [each for each in _DOUBTED if all(said.get(name) is True for name in each)]


def asks_otherwise(said: Said) -> bool:
    """Return whether what was refused is not sent by what the provider says of itself: a filter, or a row number."""
    return said.get("filters") is False or said.get("cursors") is True
