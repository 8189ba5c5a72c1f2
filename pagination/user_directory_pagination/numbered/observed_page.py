"""What a numbered reader sees of a list, and its position in the list."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal, NamedTuple

from ..batch import Standing
from ..page import RawPage
from ..recent import Mark
from .window import Window

__all__ = ["Doubt", "ObservedPage", "Place"]


class Doubt(NamedTuple):
    """A short window whose end may be the end of the list.

    `whole`: no clamp can have cut it, because the server has sent larger pages. `news`: it had new rows. `check` says
    what to look at next: a window `across` its end, which reaches beyond it and is so small that no clamp can cut it;
    if there is no such window, what is `behind` it; if that leaves room for doubt, the `top` again.
    """

    start: int
    size: int
    got: int
    users: int
    whole: bool
    news: bool
    check: Literal["across", "behind", "top"] = "across"


@dataclass
class Place(Standing):
    """The position of a reader, as plain data."""

    row: int = 0
    tail: int = 0
    """Rows directly before `row` that have no id, so a window cannot recognise them."""
    cap: int | None = None
    """The size that the server clamps to."""
    fixed: int | None = None
    """The size of all pages, if the server ignores the requested size."""
    largest: int = 0
    """Rows with an id on the largest page: no clamp is lower."""
    hold: int = 1
    stale: int = 0
    """Batches in a row without a new row: rows come in faster than they are read, so the reader asks for more."""
    uneven: int = 0
    crooked: int = 0
    """Short windows in a row in which the last row read was not where it had been."""
    doubt: Doubt | None = None

    def forget_server(self) -> None:
        """Forget what was learned about the server, because it led to a contradiction."""
        self.cap, self.fixed, self.largest, self.hold, self.doubt = None, None, 0, 1, None


class ObservedPage(NamedTuple):
    """A page, and which of its rows were read before. `repeats`: it equals the answer to the previous request."""

    window: Window
    page: RawPage
    marks: list[Mark | None]
    known: list[int]
    fingerprint: bytes
    repeats: bool

    @property
    def users(self) -> int:
        """How many of its rows have an id."""
        return sum(each is not None for each in self.marks)

    @property
    def is_short(self) -> bool:
        return len(self.marks) < self.window.size

    @property
    def is_padded(self) -> bool:
        """Whether it has more rows than requested: then rows without an id have no number."""
        return len(self.marks) > self.window.size

    def offsets(self) -> Sequence[int]:
        """Return how far each row is behind the start of the window."""
        if not self.is_padded:
            return range(len(self.marks))
        return [0, *accumulate(each is not None for each in self.marks)]

    def at(self, offset: int) -> Mark | None:
        """Return the mark of the row that is so far behind the start of the window."""
        rows = [each for each in self.marks if each is not None] if self.is_padded else self.marks
        return rows[offset] if 0 <= offset < len(rows) else None

    @property
    def has_news(self) -> bool:
        """Whether a new row is behind the first row that was read before; new rows above that one came in since."""
        known = frozenset(self.known)
        return any(self.marks[index] is not None and index not in known for index in range(self.first, len(self.marks)))

    @property
    def first(self) -> int:
        """The index of the first row that may be new."""
        return self.known[0] + 1 if self.known else 0

    def is_whole(self, largest: int) -> bool:
        """Return whether it is short although no clamp can have cut it, since there were pages of `largest` rows."""
        return self.is_short and len(self.marks) < largest

    def end(self, fixed: int | None) -> int:
        """Return the number of the row behind it; rows beyond the requested ones are not counted."""
        return self.window.start + min(len(self.marks), fixed or self.window.size)

    def odd_before(self, index: int) -> int:
        """Return how many rows directly before this index have no id; -1 if no row with an id comes before them."""
        if self.is_padded:
            return 0
        for count in range(index):
            if self.marks[index - 1 - count] is not None:
                return count
        return -1
