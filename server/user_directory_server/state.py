"""The store for cursors: a file in the user's state directory, or memory while that file cannot be used."""

import logging
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

from user_directories import CursorStore, Kinds, MemoryStore, Note
from user_directory_tools.notes import ToolNotes

__all__ = ["STATE_VARIABLE", "StateStore", "cursor_store", "default_path"]

STATE_VARIABLE = "USER_DIRECTORY_STATE"
"""The environment variable that overrides the folder."""

_REST_SECONDS = 30.0
"""Seconds for which a file that failed is left alone."""

logger = logging.getLogger(__name__)


def default_path() -> Path:
    """Return the path of the cursor file: in USER_DIRECTORY_STATE, or in the system's folder for program state."""
    named = os.environ.get(STATE_VARIABLE)
    if named:
        return Path(named) / "cursors.sqlite3"
    import platformdirs

    return platformdirs.user_state_path("user-directory-mcp") / "cursors.sqlite3"


def cursor_store() -> "StateStore":
    """Return the store of this server: the one place that chooses it. Any `CursorStore` will do."""
    return StateStore()


class StateStore:
    """A store that opens its file for the first cursor. While the file fails, it uses memory, and `notes` says so."""

    def __init__(self, path: Path | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._path = path or default_path()
        self._clock = clock
        self._opening = threading.Lock()
        self._store: CursorStore | None = None
        self._memory = MemoryStore()
        self._problem: str | None = None
        self._try_again_at = 0.0

    def put(self, handle: str, state: str, expires_at: float) -> None:
        """Keep a state, in memory if the file fails."""
        try:
            self._file().put(handle, state, expires_at)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with the disk, the page must not be lost
            self._failed(error)
            self._memory.put(handle, state, expires_at)
        else:
            self._problem = None
            self._memory.drop(handle)

    def put_at_once(self, handle: str, state: str, expires_at: float) -> bool:
        """Keep a state if the file is open and well and nothing has to be waited for; otherwise return False."""
        store = self._store
        if store is None or self._problem is not None:
            return False
        try:
            is_kept = store.put_at_once(handle, state, expires_at)
        except Exception:  # noqa: BLE001 - `put` meets it too, and says what is wrong
            return False
        if is_kept:
            self._memory.drop(handle)
        return is_kept

    def get(self, handle: str) -> tuple[str, float] | None:
        """Return the state and when it expires; None if the handle is unknown.

        Raises: CursorUnavailable if it may be in the file, but the file cannot be read now.
        """
        remembered = self._memory.get(handle)
        if remembered is not None:
            return remembered
        try:
            return self._file().get(handle)
        except Exception as error:
            self._failed(error)
            raise Kinds.CURSOR_UNAVAILABLE.error() from error

    def notes(self) -> tuple[Note, ...]:
        """Return what is wrong with the file, for an agent; nothing if all is well."""
        if self._problem is None:
            return ()
        return (ToolNotes.CURSORS_IN_MEMORY.note(problem=self._problem),)

    def close(self) -> None:
        """Close the file."""
        if self._store is not None:
            self._store.close()
            self._store = None

    def _file(self) -> CursorStore:
        if self._clock() < self._try_again_at:
            raise OSError(self._problem)
        with self._opening:  # two threads that open it at the same time would lock each other out
            if self._store is None:
                from user_directories.cursors.sqlite import SqliteStore

                self._store = SqliteStore(self._path)
            return self._store

    def _failed(self, error: Exception) -> None:
        """Leave the file alone for a while, so that a locked file does not slow down every call."""
        if self._clock() < self._try_again_at:
            return
        if self._store is not None and not _is_operational(error):
            self.close()  # the file itself is broken: a repaired one is a new file
        self._try_again_at = self._clock() + _REST_SECONDS
        problem = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        if self._problem is None:
            fix = f"Make {self._path} writable, or name another folder in {STATE_VARIABLE}."
            logger.warning("Cursors are kept in memory and are lost when this server stops: %s. %s", problem, fix)
        self._problem = problem


def _is_operational(error: Exception) -> bool:
    """Return whether the database itself is intact: it is only locked, or the disk is full."""
    from sqlite3 import OperationalError

    return isinstance(error, OperationalError)
