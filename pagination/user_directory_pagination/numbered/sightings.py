"""What windows have shown of a numbered list, and whether it fits together."""

from collections.abc import Sequence

from ..recent import Mark
from .window import Window

__all__ = ["Sightings", "Uneven"]


class Uneven(Exception):
    """The windows contradict one another, or rows moved: row numbers say nothing about the number of rows."""


class Sightings:
    """The rows that windows have shown, each at the number that its window claims for it.

    `least`: the row before this number was seen. `end`: where windows with too few rows say that the list ends.
    `answered_empty`, `refused`: the first window that came without a row, or did not come; None if there is none.
    `blanks` counts both.
    """

    def __init__(self) -> None:
        self.least = 0
        self.end: int | None = None
        self.answered_empty: int | None = None
        self.refused: int | None = None
        self.blanks = 0
        self._number: dict[Mark, int] = {}
        self._at: dict[int, Mark] = {}
        self._stretches: list[tuple[int, int]] = []

    def add(self, window: Window, marks: Sequence[Mark | None]) -> None:
        """Learn from an answer.

        Raises: Uneven if a row has no mark or stands at two numbers, if two rows stand at one, if there are more rows
        than were asked for, or if there are rows behind an end.
        """
        if len(marks) > window.size:
            raise Uneven
        for number, mark in enumerate(marks, window.start):
            if mark is None or self._number.setdefault(mark, number) != number:
                raise Uneven
            if self._at.setdefault(number, mark) != mark:
                raise Uneven
        if not marks:
            self.blanks += 1
            self.answered_empty = _first(self.answered_empty, window.start)
        else:
            self._stretch(window, window.start + len(marks))
        self._check()

    def refuse(self, window: Window) -> None:
        """Learn that the list does not give a window. Raises: Uneven if there are rows behind it."""
        self.blanks += 1
        self.refused = _first(self.refused, window.start)
        self._check()

    @property
    def beyond(self) -> int | None:
        """The first window without rows, whether it came or not."""
        return _first(self.answered_empty, self.refused)

    @property
    def seen(self) -> int:
        """How many different rows were seen."""
        return len(self._number)

    def at_least(self) -> int:
        """Return how many rows there are at least.

        The last stretch counts for its own rows only, as it may be the end of the list, given for any window behind
        it; not so if another window came empty.
        """
        if self.answered_empty is not None or not self._stretches:
            return self.least
        start, after = max(self._stretches)
        before = max((min(end, start) for first, end in self._stretches if first < start), default=0)
        return before + after - start

    def _stretch(self, window: Window, after: int) -> None:
        self._stretches.append((window.start, after))
        self.least = max(self.least, after)
        if after < window.start + window.size:
            self.end = _first(self.end, after)

    def _check(self) -> None:
        if any(limit is not None and limit < self.least for limit in (self.end, self.beyond)):
            raise Uneven


def _first(known: int | None, start: int | None) -> int | None:
    """Return the lesser of two numbers, or the one that there is."""
    return min((each for each in (known, start) if each is not None), default=None)
