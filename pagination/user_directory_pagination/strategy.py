"""What a way of paging must do. A new one is a class that does this, and its table in a manifest."""

from collections.abc import Callable
from typing import Any, Protocol

from .batch import FetchPage, Identify, Reader
from .page import RawPage
from .prefetch import Prefetch
from .recent import Recent

__all__ = ["Strategy"]


class Strategy(Protocol):
    """One way in which an API pages."""

    def reader(
        self,
        fetch: FetchPage,
        identify: Identify,
        recent: Recent,
        stored: dict[str, Any] | None = None,
        prefetch: Prefetch | None = None,
    ) -> Reader:
        """A reader at the start of the list, or where an earlier reader stood: `stored` is its `state`.

        `recent` holds the rows that were read; whoever hands out rows adds to it. `prefetch` is told what is likely to
        be asked for next, where that can be known.
        """
        ...

    async def count(
        self, fetch: FetchPage, rows_of: Callable[[RawPage], int], size: int, *, parallel: bool
    ) -> int | None:
        """The number of rows without reading them all, by pages of `size`; None where that cannot be had.

        `rows_of` says how many rows of a page count, and raises `Uneven` if it cannot.

        Raises: PageError.
        """
        ...
