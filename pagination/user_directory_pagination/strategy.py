"""The interface of a pagination strategy. A new one is a class that implements it, and a table in the manifest."""

from collections.abc import Callable
from typing import Any, Protocol

from .batch import FetchPage, Identify, Reader
from .habits import Habits
from .page import RawPage
from .prefetch import Prefetch
from .recent import Recent

__all__ = ["Strategy"]


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

    async def count(
        self, fetch: FetchPage, rows_of: Callable[[RawPage], int], size: int, *, parallel: bool
    ) -> int | None:
        """Return the number of rows without reading them all, with pages of `size`; None if that is impossible.

        `rows_of` says how many rows of a page count, and raises `Uneven` if it cannot say.

        Raises: PageError.
        """
        ...
