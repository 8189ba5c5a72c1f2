"""What was sent to a source, and how it answered."""

from collections import deque
from dataclasses import dataclass, field

__all__ = ["Traffic"]


@dataclass
class Traffic:
    """The requests since the start. `refused` counts those that were too many; `seconds` has the last answers."""

    requests: int = 0
    refused: int = 0
    seconds: deque[float] = field(default_factory=lambda: deque[float](maxlen=64))
