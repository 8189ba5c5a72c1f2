"""What a reader of row numbers sees of a list, and where it stands in it."""

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
    """A window that came short, whose end is perhaps that of the list.

    `whole`: no clamp can have cut it, because the server has sent larger pages. `news`: it had new users. `check` is
    what is to be seen yet: a
    window `across` its end, so small that no clamp can cut it, that reaches beyond it; where there is none, what
    stands `behind` it; where that leaves room for doubt, the `top` again.
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
    """Where a reader stands; plain data."""

    row: int = 0
    tail: int = 0
    """Rows before `row` that are no users: nothing can hold on to them."""
    cap: int | None = None
    """The size that the server clamps to."""
    fixed: int | None = None
    """The size of all pages, where the server does not heed the one that it is asked for."""
    largest: int = 0
    """Users on the largest page: no clamp lies below."""
    hold: int = 1
    stale: int = 0
    """Batches in a row without a new user: rows come in faster than they are read, so more is asked for."""
    uneven: int = 0
    crooked: int = 0
    """Short windows in a row in which the user read last did not stand where they stood."""
    doubt: Doubt | None = None

    def forget_server(self) -> None:
        """Take back what was learned of the server: it led to a contradiction."""
        self.cap, self.fixed, self.largest, self.hold, self.doubt = None, None, 0, 1, None


class ObservedPage(NamedTuple):
    """A page, and who on it was read before. `repeats`: it is the answer to the question before."""

    window: Window
    page: RawPage
    marks: list[Mark | None]
    known: list[int]
    fingerprint: bytes
    repeats: bool

    @property
    def users(self) -> int:
        """How many of its rows are users."""
        return sum(each is not None for each in self.marks)

    @property
    def is_short(self) -> bool:
        return len(self.marks) < self.window.size

    @property
    def is_padded(self) -> bool:
        """Whether it has more rows than were asked for: then those that are no users have no number."""
        return len(self.marks) > self.window.size

    def offsets(self) -> Sequence[int]:
        """How far behind the start of the window each row stands."""
        if not self.is_padded:
            return range(len(self.marks))
        return [0, *accumulate(each is not None for each in self.marks)]

    def at(self, offset: int) -> Mark | None:
        """The user whose row stands so far behind the start of the window."""
        rows = [each for each in self.marks if each is not None] if self.is_padded else self.marks
        return rows[offset] if 0 <= offset < len(rows) else None

    @property
    def has_news(self) -> bool:
        """Whether there is a user who was not read before, behind the first who was: those above came in since."""
        known = frozenset(self.known)
        return any(self.marks[index] is not None and index not in known for index in range(self.first, len(self.marks)))

    @property
    def first(self) -> int:
        """The index of the first row that may give a user."""
        return self.known[0] + 1 if self.known else 0

    def is_whole(self, largest: int) -> bool:
        """Whether it came short although no clamp can have cut it, since there were pages of `largest` users."""
        return self.is_short and len(self.marks) < largest

    def end(self, fixed: int | None) -> int:
        """The number of the row behind it; rows beyond those that were asked for are not counted."""
        return self.window.start + min(len(self.marks), fixed or self.window.size)

    def odd_before(self, index: int) -> int:
        """How many rows before the one with this index are no users; -1 if no user stands before them."""
        if self.is_padded:
            return 0
        for count in range(index):
            if self.marks[index - 1 - count] is not None:
                return count
        return -1
