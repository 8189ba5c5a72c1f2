"""What a numbered reader sees of a list: one answer, and which of its rows were read before."""

from collections.abc import Sequence
from itertools import accumulate
from typing import Literal, NamedTuple

from ..page import RawPage
from ..recent import Mark
from .window import Window

__all__ = ["ObservedPage", "Refusal"]

Refusal = Literal["", "absent", "refused", "failed"]
"""Why there is no page: `absent` (404), `refused` (another 4xx) or `failed` (5xx)."""


class ObservedPage(NamedTuple):
    """A page, and which of its rows were read before. `repeats`: it equals the answer to the previous request."""

    window: Window
    page: RawPage
    marks: list[Mark | None]
    known: list[int]
    fingerprint: bytes = b""
    repeats: bool = False
    refusal: Refusal = ""

    @property
    def users(self) -> int:
        """How many of its rows have an id."""
        return len(self.marks) - self.marks.count(None)

    @property
    def is_short(self) -> bool:
        """Whether it has fewer rows than requested."""
        return len(self.marks) < self.window.size

    @property
    def is_blank(self) -> bool:
        """Whether it shows no row with an id, and is no full page of rows without."""
        return not self.users and self.is_short

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
    def first(self) -> int:
        """The index of the first row that may be new; new rows above the first known one came in since."""
        return self.known[0] + 1 if self.known else 0

    @property
    def has_news(self) -> bool:
        """Whether a new row is behind the first row that was read before, or no row was read before."""
        known = frozenset(self.known)
        return any(self.marks[index] is not None and index not in known for index in range(self.first, len(self.marks)))

    def shows_last(self, anchor: Mark) -> bool:
        """Return whether the anchor is its last row with an id."""
        return next((each for each in reversed(self.marks) if each is not None), None) == anchor

    def odd_before(self, index: int) -> int:
        """Return how many rows directly before this index have no id; -1 if no row with an id comes before them."""
        if self.is_padded:
            return 0
        for count in range(index):
            if self.marks[index - 1 - count] is not None:
                return count
        return -1
