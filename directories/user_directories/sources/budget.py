"""The budget of one call in seconds, requests and rows. A spent budget ends a walk; it never loses a row."""

import math
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field

import anyio

__all__ = ["Budget"]

_SHARE = 0.5
"""The part of the seconds for which a call waits for directories that sent nothing, once it has all of the others."""


@dataclass
class Budget:
    """The budget that all walks of one call share. `seconds` count from its creation.

    A call must get somewhere, because its cursor would lead to the same place again: the first request always may be
    sent, and until something was learned from an answer there are `at_first` seconds if `seconds` are fewer.
    """

    seconds: float = 15.0
    requests: int = 2000
    rows: int = 1_000_000
    at_first: float = 15.0
    spent: int = 0
    looked_at: int = 0
    told: int = 0
    """Of the rows that were read, those of which an agent may hear."""
    _started: float = field(default_factory=anyio.current_time)
    gets_somewhere: bool = False
    _answered: set[str] = field(default_factory=set[str])
    _under_way: set[anyio.CancelScope] = field(default_factory=set[anyio.CancelScope])
    _awaited: dict[anyio.CancelScope, str] = field(default_factory=dict[anyio.CancelScope, str])
    _hurried: set[str] = field(default_factory=set[str])

    def left(self) -> float:
        """Return the seconds left, never below zero."""
        return max(0.0, self._started + self.seconds - anyio.current_time())

    def _ends_at(self) -> float:
        return self._started + (self.seconds if self.gets_somewhere else max(self.seconds, self.at_first))

    def elapsed(self) -> float:
        """Return the seconds since its creation."""
        return anyio.current_time() - self._started

    def spent_on(self) -> str | None:
        """Return what ran out: `seconds`, `requests` or `rows`; None if another request may be sent."""
        if self.spent == 0:
            return None
        if self.spent >= self.requests:
            return "requests"
        if self.looked_at >= self.rows:
            return "rows"
        return None if anyio.current_time() < self._ends_at() else "seconds"

    def spend(self) -> None:
        """Count one request."""
        self.spent += 1

    def look_at(self, rows: int, told: int | None = None) -> None:
        """Count rows that were read, of which an agent may hear of `told`, by default of all."""
        self.looked_at += rows
        self.told += rows if told is None else told

    @contextmanager
    def waiting(self) -> Generator[None]:
        """Wait for the answer to one request until the time for it is over. Raises: TimeoutError."""
        with anyio.CancelScope(deadline=self._ends_at()) as scope:
            self._under_way.add(scope)
            try:
                yield
            finally:
                self._under_way.discard(scope)
        if scope.cancelled_caught:
            raise TimeoutError

    @contextmanager
    def awaiting(self, directory: str) -> Generator[None]:
        """Wait for a directory until `hurry` says otherwise. Raises: TimeoutError."""
        with anyio.CancelScope(deadline=self._share_of(directory)) as scope:
            self._awaited[scope] = directory
            try:
                yield
            finally:
                del self._awaited[scope]
        if scope.cancelled_caught:
            raise TimeoutError

    def hurry(self, directories: Iterable[str]) -> None:
        """Wait for directories that have sent nothing until half of the seconds are over: the others are done."""
        self._hurried.update(directories)
        for scope, directory in self._awaited.items():
            scope.deadline = self._share_of(directory)

    def _share_of(self, directory: str) -> float:
        is_late = directory in self._hurried and directory not in self._answered
        return self._started + _SHARE * self.seconds if is_late else math.inf

    @property
    def is_answered(self) -> bool:
        """Whether any directory has answered in this call."""
        return bool(self._answered)

    def get_somewhere(self) -> None:
        """Note that something was learned: from now on, no request has more than `seconds`."""
        self.gets_somewhere = True
        for scope in self._under_way:
            scope.deadline = self._ends_at()

    def answered(self, directory: str) -> None:
        """Note that a directory has answered."""
        self._answered.add(directory)

    def has_answer_of(self, directory: str) -> bool:
        """Return whether a directory has answered in this call."""
        return directory in self._answered
