"""The budget of one call in seconds, requests and rows. A spent budget ends a walk; it never loses a row."""

from dataclasses import dataclass, field

import anyio

__all__ = ["Budget"]


@dataclass
class Budget:
    """The budget that all walks of one call share. `seconds` count from its creation."""

    seconds: float = 15.0
    requests: int = 2000
    rows: int = 1_000_000
    spent: int = 0
    looked_at: int = 0
    _started: float = field(default_factory=anyio.current_time)

    def left(self) -> float:
        """Return the seconds left, never below zero."""
        return max(0.0, self._started + self.seconds - anyio.current_time())

    def elapsed(self) -> float:
        """Return the seconds since its creation."""
        return anyio.current_time() - self._started

    def spent_on(self) -> str | None:
        """Return what ran out: `seconds`, `requests` or `rows`; None if another request may be sent.

        The first request always may be sent: a call must get somewhere.
        """
        if self.spent == 0:
            return None
        if self.spent >= self.requests:
            return "requests"
        if self.looked_at >= self.rows:
            return "rows"
        return None if self.left() > 0 else "seconds"

    def spend(self) -> None:
        """Count one request."""
        self.spent += 1

    def look_at(self, rows: int) -> None:
        """Count rows that were read."""
        self.looked_at += rows
