"""A stretch of a list whose rows have numbers, and the interface that asks for one."""

from dataclasses import dataclass
from typing import Protocol

from ..page import Parameters, RawPage

__all__ = ["Addressable", "Window"]


@dataclass(frozen=True)
class Window:
    """One request for `size` rows from row `start` on; fewer if the list ends."""

    parameters: Parameters
    start: int
    size: int

    @property
    def end(self) -> int:
        """The number of the row behind it."""
        return self.start + self.size


class Addressable(Protocol):
    """A way of paging in which each row has a number, counted from 0 here."""

    counts_rows: bool
    """Whether a window begins with the requested row, however many rows the server gives."""

    fixed: bool
    """Whether the server is known to decide how many rows a page has, so that no size is asked for."""

    thinned: bool
    """Whether the server is known to leave rows out of pages after it has cut them."""

    def window(self, row: int, need: int, maximum: int, hold: int = 1) -> Window:
        """Return the smallest window with `need` rows from `row` on and the `hold` rows before it; else the best."""
        ...

    def bare(self, row: int, maximum: int) -> Window:
        """Return the largest window that begins with `row` and overlaps nothing."""
        ...

    def stride(self, row: int, size: int) -> Window:
        """Return the window of exactly this size that holds `row`; successive ones touch, whatever the server sends."""
        ...

    def renumbered(self, window: Window) -> Window | None:
        """Return the window as it is asked for if pages 0 and 1 are the same; None if that cannot be."""
        ...

    def says_last(self, page: RawPage) -> bool | None:
        """Return whether the answer itself says that it is the last; None if it does not say."""
        ...
