"""A stretch of a list whose rows have numbers, and what asks for one."""

from dataclasses import dataclass
from typing import Protocol

from ..page import Parameters, RawPage

__all__ = ["Addressable", "Window"]


@dataclass(frozen=True)
class Window:
    """One request for the rows `start` to `start + size`, as far as there are any."""

    parameters: Parameters
    start: int
    size: int


class Addressable(Protocol):
    """A way of paging in which a row has a number, counted from 0 here."""

    counts_rows: bool
    """Whether a window begins with the row that was asked for, however many rows the server gives."""

    def window(self, row: int, need: int, maximum: int, hold: int = 1) -> Window:
        """The smallest window with `need` rows from `row` on that also holds the `hold` rows before; else the best."""
        ...

    def bare(self, row: int, maximum: int) -> Window:
        """The largest window that begins with `row`, holding on to nothing."""
        ...

    def after(self, start: int, size: int, got: int) -> Window:
        """The window behind one that had `got` rows."""
        ...

    def fixed(self, row: int, size: int) -> Window:
        """The window that holds `row` where the server sends `size` rows whatever it is asked for."""
        ...

    def says_last(self, page: RawPage) -> bool | None:
        """What the answer itself says of being the last, if it says anything."""
        ...
