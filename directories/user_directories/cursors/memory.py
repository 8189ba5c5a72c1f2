"""Cursor states in memory: for tests, and for when the disk cannot be written."""

from collections import OrderedDict

__all__ = ["MemoryStore"]

_CAPACITY = 2000
_MOST_CHARACTERS = 32 * 2**20


class MemoryStore:
    """The last 2,000 states, of 32 million characters at most; they are lost when the process ends."""

    def __init__(self, most_characters: int = _MOST_CHARACTERS) -> None:
        self._states: OrderedDict[str, tuple[str, float]] = OrderedDict()
        self._characters = 0
        self._most_characters = most_characters

    def put(self, handle: str, state: str, expires_at: float) -> None:
        """Keep a state, dropping the oldest when there are too many."""
        self.drop(handle)
        self._states[handle] = (state, expires_at)
        self._characters += len(state)
        while len(self._states) > _CAPACITY or self._characters > self._most_characters:
            _, (dropped, _) = self._states.popitem(last=False)
            self._characters -= len(dropped)

    def put_at_once(self, handle: str, state: str, expires_at: float) -> bool:
        """Keep a state; there is nothing to wait for."""
        self.put(handle, state, expires_at)
        return True

    def get(self, handle: str) -> tuple[str, float] | None:
        """Return the state and when it expires; None if the handle is unknown."""
        return self._states.get(handle)

    def drop(self, handle: str) -> None:
        """Forget a state, if there is one."""
        if (dropped := self._states.pop(handle, None)) is not None:
            self._characters -= len(dropped[0])

    def close(self) -> None:
        """Do nothing; there is nothing to close."""
