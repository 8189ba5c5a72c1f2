"""The interface of a pagination strategy. A new one is a class that implements it, and a table in the manifest."""

from typing import Any, NamedTuple, Protocol

from .batch import FetchPage, Identify, Reader
from .errors import OutOfBudget, PageError
from .habits import Habits
from .page import Parameters, RawPage
from .prefetch import Prefetch
from .recent import Recent

__all__ = ["LastPlace", "RowCount", "Strategy"]


class RowCount(NamedTuple):
    """What is known of the number of rows of a list that was not read whole.

    `number` is None if it could not be found; then there are `at_least` so many rows, and `stopped_by` says what ended
    the search, or is None if what was seen does not fit together.
    """

    number: int | None
    at_least: int = 0
    stopped_by: PageError | OutOfBudget | None = None


class LastPlace(NamedTuple):
    """The page of `size` rows from row `start` on that holds the last row of a list, and how it is asked for."""

    parameters: Parameters
    start: int
    size: int


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

    def past(self, page: RawPage, size: int) -> Parameters | None:
        """Return the position behind a first page that was asked to have `size` rows; None if it says that it is last.

        It is empty if the answer says that more follow, but not where.
        """
        ...

    def says_more(self, page: RawPage) -> bool:
        """Return whether an answer names the page that follows, so that a page with few rows may not be the last."""
        ...

    def last(self, rows: int, size: int, smallest: int) -> LastPlace | None:
        """Return a page with the last of so many rows, and room behind it if a page can be so.

        It has `size` rows if possible, and at least `smallest`. None if no page can be asked for there.
        """
        ...

    async def count(
        self, fetch: FetchPage, identify: Identify, size: int, *, parallel: bool, habits: Habits | None = None
    ) -> RowCount | None:
        """Count the rows without reading them all, with pages of `size`; None if only reading can count them.

        No number is found if there is a row without an id. `parallel`: several requests may be sent at once. `habits`
        is what earlier walks learned.
        """
        ...
