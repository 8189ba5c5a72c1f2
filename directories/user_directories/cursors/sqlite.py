"""Cursor states in one SQLite file that only its owner can read."""

import os
import sqlite3
import threading
import time
from pathlib import Path

__all__ = ["SqliteStore"]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS cursors (
    handle TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    expires_at REAL NOT NULL -- Unix seconds
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS cursors_by_expiry ON cursors (expires_at);
"""
_PUT = "INSERT OR REPLACE INTO cursors VALUES (?, ?, ?)"
_KEPT_AFTER_EXPIRY = 24 * 3600
"""How many seconds the handle of an expired row stays, so that it is called expired rather than unknown."""
_PURGE_EVERY = 100
_BUSY_SECONDS = 2.0
_RETRY_SECONDS = 0.01


class SqliteStore:
    """A store that survives restarts; several server processes of one user may share the file.

    Raises: sqlite3.Error or OSError if the file cannot be used.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        path.chmod(0o600)
        self._lock = threading.Lock()
        self._puts = 0
        self._database = sqlite3.connect(path, timeout=_BUSY_SECONDS, check_same_thread=False, isolation_level=None)
        self._impatient = sqlite3.connect(path, timeout=0.0, check_same_thread=False, isolation_level=None)
        """A second connection, which does not wait while another process writes, and leaves the log to `purge`."""
        try:
            self._prepare()
            self.purge()
        except BaseException:
            self.close()
            raise

    def _prepare(self) -> None:
        """Set up the file, and retry: SQLite does not wait when two processes switch a file to a log at the same time.

        A power failure may lose a cursor, which costs one call; a flush to disk for every page would cost more.
        """
        give_up_at = time.monotonic() + _BUSY_SECONDS
        while True:
            try:
                self._database.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;" + _SCHEMA)
                self._impatient.executescript("PRAGMA synchronous=OFF; PRAGMA wal_autocheckpoint=0;")
            except sqlite3.OperationalError:
                if time.monotonic() >= give_up_at:
                    raise
                time.sleep(_RETRY_SECONDS)
            else:
                return

    def put(self, handle: str, state: str, expires_at: float) -> None:
        """Keep a state; every hundredth call also purges."""
        with self._lock:
            self._database.execute(_PUT, (handle, state, expires_at))
        self._puts += 1
        if self._puts % _PURGE_EVERY == 0:
            self.purge()

    def put_at_once(self, handle: str, state: str, expires_at: float) -> bool:
        """Keep a state if no other thread or process is writing, and no purge is due; otherwise return False."""
        if (self._puts + 1) % _PURGE_EVERY == 0 or not self._lock.acquire(blocking=False):
            return False
        try:
            self._impatient.execute(_PUT, (handle, state, expires_at))
        except sqlite3.OperationalError:  # locked, for example: `put` waits, or says what is wrong
            return False
        finally:
            self._lock.release()
        self._puts += 1
        return True

    def get(self, handle: str) -> tuple[str, float] | None:
        """Return the state and when it expires; None if the handle is unknown."""
        with self._lock:
            rows = self._database.execute(
                "SELECT state, expires_at FROM cursors WHERE handle = ?", (handle,)
            ).fetchall()
        return (str(rows[0][0]), float(rows[0][1])) if rows else None

    def purge(self) -> None:
        """Empty expired rows, and delete those that expired more than a day ago."""
        with self._lock:
            self._database.execute("UPDATE cursors SET state = '{}' WHERE expires_at < ?", (time.time(),))
            self._database.execute("DELETE FROM cursors WHERE expires_at < ?", (time.time() - _KEPT_AFTER_EXPIRY,))

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._database.close()
            self._impatient.close()
