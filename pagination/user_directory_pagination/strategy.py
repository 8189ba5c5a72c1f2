"""The interface of a pagination strategy. A new one is a class that implements it, and a table in the manifest."""

from typing import Any, NamedTuple, Protocol

from .batch import FetchPage, Identify, Reader
from .errors import OutOfBudget, PageError
from .habits import Habits
from .page import Parameters
from .prefetch import Prefetch
from .recent import Recent

__all__ = ["RowCount", "Strategy"]


class RowCount(NamedTuple):
    """What is known of the number of rows of a list that was not read whole.

    `number` is None if it could not be found; then there are `at_least` so many rows, and `stopped_by` says what ended
    the search, or is None if what was seen does not fit together.
    """

    number: int | None
    at_least: int = 0
    stopped_by: PageError | OutOfBudget | None = None


class Strategy(Protocol):
    """One way of paging."""

    def reader(
        self,
        fetch: FetchPage,
        identify: Identify,
        recent: Recent,
        stored: dict[str, Any] | None = None,
        prefetch: Prefetch | None = None,
        habits: Habits | None = None,
    ) -> Reader:
        """Return a reader at the start of the list, or at the position of an earlier reader: `stored` is its `state`.

        `recent` holds the rows that were read; the code that hands out rows adds to it. `prefetch` is told which
        requests are likely to come next, where that can be known. `habits` is what earlier walks over the same list
        endpoint learned, and takes what this one learns.
        """
        ...

    def past(self, rows: int, size: int) -> Parameters | None:
        """Return the position of a page of `size` behind so many rows; None if no page can be asked for there."""
        ...

    async def count(
        self, fetch: FetchPage, identify: Identify, size: int, *, parallel: bool, habits: Habits | None = None
    ) -> RowCount | None:
        """Count the rows without reading them all, with pages of `size`; None if only reading can count them.

        No number is found if there is a row without an id. `parallel`: several requests may be sent at once. `habits`
        is what earlier walks learned.
        """
        ...
