"""Where cursors are kept: a file in the user's state directory, or memory where none can be written."""

import logging
import os
from pathlib import Path

from user_directories import CursorStore, MemoryStore

__all__ = ["STATE_VARIABLE", "StateStore", "default_path"]

STATE_VARIABLE = "USER_DIRECTORY_STATE"
"""Overrides the folder."""

logger = logging.getLogger(__name__)


def default_path() -> Path:
    """The cursor file: in USER_DIRECTORY_STATE, or where the system keeps state of a user's programs."""
    named = os.environ.get(STATE_VARIABLE)
    if named:
        return Path(named) / "cursors.sqlite3"
    import platformdirs

    return platformdirs.user_state_path("user-directory-mcp") / "cursors.sqlite3"


class StateStore:
    """Opens the file when the first cursor needs it. While it fails, memory takes over; that is said once."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or default_path()
        self._store: CursorStore | None = None
        self._memory = MemoryStore()
        self._warned = False

    def put(self, handle: str, state: str, expires_at: float) -> None:
        """Keep a state, in memory if the file fails."""
        try:
            self._file().put(handle, state, expires_at)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with the disk, the page must not be lost
            self._warn(error)
            self._memory.put(handle, state, expires_at)

    def get(self, handle: str) -> tuple[str, float] | None:
        """The state and when it expires, or None."""
        try:
            found = self._file().get(handle)
        except Exception as error:  # noqa: BLE001 - as above
            self._warn(error)
            found = None
        return found or self._memory.get(handle)

    def close(self) -> None:
        """Close the file."""
        if self._store is not None:
            self._store.close()
            self._store = None

    def _file(self) -> CursorStore:
        if self._store is None:
            from user_directories.cursors.sqlite import SqliteStore

            self._store = SqliteStore(self._path)
        return self._store

    def _warn(self, error: Exception) -> None:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        if not self._warned:
            self._warned = True
            logger.warning("Cursors are kept in memory, lost by a restart: %s (%s)", reason, self._path)
