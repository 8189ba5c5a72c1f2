"""Cursor states in memory: for tests, and for when the disk cannot be written."""

from collections import OrderedDict

__all__ = ["MemoryStore"]

_CAPACITY = 2000


class MemoryStore:
    """The last 2,000 states; they are lost when the process ends."""

    def __init__(self) -> None:
        self._states: OrderedDict[str, tuple[str, float]] = OrderedDict()

    def put(self, handle: str, state: str, expires_at: float) -> None:
        """Keep a state, dropping the oldest when there are too many."""
        self._states[handle] = (state, expires_at)
        if len(self._states) > _CAPACITY:
            self._states.popitem(last=False)

    def put_at_once(self, handle: str, state: str, expires_at: float) -> bool:
        """Keep a state; there is nothing to wait for."""
        self.put(handle, state, expires_at)
        return True

    def get(self, handle: str) -> tuple[str, float] | None:
        """Return the state and when it expires; None if the handle is unknown."""
        return self._states.get(handle)

    def drop(self, handle: str) -> None:
        """Forget a state, if there is one."""
        self._states.pop(handle, None)

    def close(self) -> None:
        """Do nothing; there is nothing to close."""
