"""Whether a directory is asked at all: one that did not answer several times in a row is left alone for a while.

A circuit breaker (https://martinfowler.com/bliki/CircuitBreaker.html). *Closed*: it is asked. *Open*: it is not asked,
so that no call waits for it. *Half open*: the rest is over, and one request tries it; the others are refused until that
one has ended. Any answer closes the circuit, a refusal too; another silence opens it for twice as long.
"""

import math
from enum import Enum, auto

__all__ = ["MOST_SILENT", "Circuit", "Ended"]

MOST_SILENT = 3
"""Requests in a row without an answer after which a directory is left alone. Requests under way together count once."""

_FIRST_REST = 10.0
_LONGEST_REST = 120.0
"""Seconds for which a directory is left alone: first, and after many trials. Then the next call asks it again."""
_TRIAL = 1.0
"""Seconds after which to call again while another request tries the directory."""


class Ended(Enum):
    """How a request ended: with any answer; in silence; without a connection; or early, so that it says nothing."""

    ANSWERED = auto()
    SILENT = auto()
    LOST = auto()
    EARLY = auto()


class Circuit:
    """The circuit of one directory. Times are in seconds of any clock that never goes back."""

    def __init__(self) -> None:
        self.silent = 0
        """Requests in a row that were not answered."""
        self._last_silence = -math.inf
        self._slowest = 0.0
        """The seconds that late answers took: a silence that is shorter says nothing."""
        self._rest = _FIRST_REST
        self._rests_until = -math.inf
        self._trial: float | None = None
        """When the request began that tries the directory; None if there is none."""

    def begin(self, now: float) -> float:
        """Return 0 if a request may be sent, which `end` must follow; else the seconds until it can be sent."""
        if self.silent < MOST_SILENT:
            return 0.0
        if now < self._rests_until:
            return self._rests_until - now
        if self._trial is not None:
            return _TRIAL
        self._trial = now
        return 0.0

    def end(self, began: float, now: float, ended: Ended) -> None:
        """Learn from a request: `began` is the time at which it was let through."""
        if self._trial == began:
            self._trial = None
        if ended is Ended.ANSWERED:
            self.silent, self._rest, self._rests_until = 0, _FIRST_REST, -math.inf
            self._slowest = max(now - began, self._slowest / 2)
        elif self._counts(ended, now - began) and began >= self._last_silence:
            self._be_silent(now)

    def _counts(self, ended: Ended, seconds: float) -> bool:
        return ended is Ended.LOST or (ended is Ended.SILENT and seconds >= self._slowest)

    def _be_silent(self, now: float) -> None:
        self.silent += 1
        self._last_silence = now
        if self.silent >= MOST_SILENT:
            self._rests_until = now + self._rest
            self._rest = min(2 * self._rest, _LONGEST_REST)
