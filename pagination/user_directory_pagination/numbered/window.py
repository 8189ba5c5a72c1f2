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


class Addressable(Protocol):
    """A way of paging in which each row has a number, counted from 0 here."""

    counts_rows: bool
    """Whether a window begins with the requested row, however many rows the server gives."""

    def window(self, row: int, need: int, maximum: int, hold: int = 1) -> Window:
        """Return the smallest window with `need` rows from `row` on and the `hold` rows before it; else the best."""
        ...

    def bare(self, row: int, maximum: int) -> Window:
        """Return the largest window that begins with `row` and overlaps nothing."""
        ...

    def after(self, start: int, size: int, got: int) -> Window:
        """Return the window behind one that had `got` rows."""
        ...

    def fixed(self, row: int, size: int) -> Window:
        """Return the window that holds `row` if the server sends `size` rows whatever size is requested."""
        ...

    def says_last(self, page: RawPage) -> bool | None:
        """Return whether the answer itself says that it is the last; None if it does not say."""
        ...
