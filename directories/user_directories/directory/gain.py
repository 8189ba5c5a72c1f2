"""Whether a call over a walk gets somewhere: readers forget what several answers together would say."""

from typing import Any

from user_directory_pagination import Reader

from .walk_state import WalkState

__all__ = ["Gain"]


class Gain:
    """What one call has added to the state of a walk. A call that adds nothing has a cursor to where it began."""

    def __init__(self, state: WalkState) -> None:
        self._state = state
        self._counts = self._counted()
        self._first: tuple[int, dict[str, Any] | None] | None = None

    def _counted(self) -> tuple[int, int]:
        return self._state.scanned, self._state.found

    def is_seen(self, reader: Reader | None) -> bool:
        """Return whether the state has changed since this was asked first, which is to be before any request."""
        now = self._state.leg, None if reader is None else reader.state()
        self._first = self._first or now
        return now != self._first or self._counted() != self._counts
