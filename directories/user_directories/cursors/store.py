"""What a place for cursor states must do."""

from typing import Protocol

__all__ = ["CursorStore"]


class CursorStore(Protocol):
    """Text by handle, each with the time (Unix seconds) at which it expires."""

    def put(self, handle: str, state: str, expires_at: float) -> None:
        """Keep a state, in place of an earlier one."""
        ...

    def get(self, handle: str) -> tuple[str, float] | None:
        """The state and when it expires; None if the handle is unknown. Expired rows may still be there."""
        ...

    def close(self) -> None:
        """Give up files and connections."""
        ...
