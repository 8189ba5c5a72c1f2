"""The interface of a store for cursor states."""

from typing import Protocol

__all__ = ["CursorStore"]


class CursorStore(Protocol):
    """A store of strings by handle, each with the time (Unix seconds) at which it expires."""

    def put(self, handle: str, state: str, expires_at: float) -> None:
        """Keep a state; it replaces an earlier one."""
        ...

    def put_at_once(self, handle: str, state: str, expires_at: float) -> bool:
        """Keep a state like `put` if nothing has to be waited for; otherwise do nothing and return False.

        It takes microseconds, so that it can be called where waiting would hold up other calls.
        """
        ...

    def get(self, handle: str) -> tuple[str, float] | None:
        """Return the state and when it expires; None if the handle is unknown. It may already have expired."""
        ...

    def close(self) -> None:
        """Close files and connections."""
        ...
