"""What one call may spend: seconds and requests. A spent budget ends a walk; it never loses a row."""

from dataclasses import dataclass, field

import anyio

__all__ = ["Budget"]


@dataclass
class Budget:
    """`seconds` from its making and `requests` to providers; shared by all the walks of one call."""

    seconds: float = 15.0
    requests: int = 2000
    spent: int = 0
    _started: float = field(default_factory=anyio.current_time)

    def left(self) -> float:
        """Seconds left, never below zero."""
        return max(0.0, self._started + self.seconds - anyio.current_time())

    def allows_request(self) -> bool:
        """Whether another request may be sent. The first always may: a call must get somewhere."""
        return self.spent == 0 or (self.spent < self.requests and self.left() > 0)

    def spend(self) -> None:
        """Count one request."""
        self.spent += 1
