"""Cursor states in one SQLite file of a bounded size, encrypted, that only its owner can read."""

import errno
import sqlite3
import threading
import time
from pathlib import Path

from .private_files import make_private_file, make_private_folder
from .seal import Seal, key_beside

__all__ = ["SqliteStore"]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS cursors (
    handle TEXT PRIMARY KEY,
    state BLOB NOT NULL, -- sealed; empty once it has expired
    expires_at REAL NOT NULL -- Unix seconds
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS cursors_by_expiry ON cursors (expires_at);
"""
_PUT = "INSERT OR REPLACE INTO cursors VALUES (?, ?, ?)"
_KEPT_AFTER_EXPIRY = 24 * 3600
"""How many seconds the handle of an expired row stays, so that it is called expired rather than unknown."""
_PURGE_EVERY = 100
_PURGE_SECONDS = 600.0
_MOST_BYTES = 64 * 2**20
"""The largest file; the oldest cursors make room for new ones. A cursor over one list takes 30 KB at most."""
_MOST_LOG_BYTES = 8 * 2**20
_SHARE_TO_SHED = 4
"""One of so many cursors goes, the oldest, where there is no more room."""
_EMPTY = "{}"
_BUSY_SECONDS = 2.0
_RETRY_SECONDS = 0.01


class SqliteStore:
    """A store that survives restarts; several server processes of one user may share the file.

    Raises: sqlite3.Error or OSError if the file cannot be used.
    """

    def __init__(self, path: Path, most_bytes: int = _MOST_BYTES) -> None:
        make_private_folder(path.parent)
        make_private_file(path)
        for suffix in ("-wal", "-shm", "-journal"):
            if (beside := path.with_name(path.name + suffix)).is_symlink():
                raise OSError(errno.ELOOP, f"{beside} is a symbolic link")
        self._seal = Seal(key_beside(path))
        self._most_bytes = most_bytes
        self._lock = threading.Lock()
        self._puts = 0
        self._purged_at = 0.0
        self._database = sqlite3.connect(path, timeout=_BUSY_SECONDS, check_same_thread=False, isolation_level=None)
        self._impatient = sqlite3.connect(path, timeout=0.0, check_same_thread=False, isolation_level=None)
        """A second connection, which does not wait while another process writes, and leaves the log to `purge`."""
        try:
            self._prepare()
            self.purge()
            self._shrink()
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
                self._bound()
            except sqlite3.OperationalError:
                if time.monotonic() >= give_up_at:
                    raise
                time.sleep(_RETRY_SECONDS)
            else:
                return

    def _shrink(self) -> None:
        """Make a file small again that is larger than the bound, as one of an earlier version may be."""
        if self._size() > self._most_bytes:
            self._database.execute("VACUUM")
            self._bound()

    def _size(self) -> int:
        """Return the bytes of the database."""
        return self._pragma("page_count") * self._pragma("page_size")

    def _pragma(self, name: str) -> int:
        return int(self._database.execute(f"PRAGMA {name}").fetchone()[0])

    def _bound(self) -> None:
        pages = self._most_bytes // self._pragma("page_size")
        for connection in (self._database, self._impatient):
            connection.execute(f"PRAGMA max_page_count={pages:d}")
            connection.execute(f"PRAGMA journal_size_limit={_MOST_LOG_BYTES:d}")

    def put(self, handle: str, state: str, expires_at: float) -> None:
        """Keep a state; every hundredth call also purges, and the first after ten minutes."""
        row = (handle, self._seal.close(handle, state), expires_at)
        with self._lock:
            try:
                self._database.execute(_PUT, row)
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_FULL or not self._is_at_its_bound():
                    raise
                self._shed()
                self._database.execute(_PUT, row)
        is_due = self._is_purge_due()
        self._puts += 1
        if is_due:
            self.purge()

    def _is_purge_due(self) -> bool:
        return (self._puts + 1) % _PURGE_EVERY == 0 or time.monotonic() > self._purged_at + _PURGE_SECONDS

    def _is_at_its_bound(self) -> bool:
        """Return whether the bound, and not the disk, leaves no room."""
        return self._size() >= self._most_bytes - self._most_bytes // _SHARE_TO_SHED

    def _shed(self) -> None:
        """Delete the oldest cursors."""
        self._database.execute(
            "DELETE FROM cursors WHERE handle IN (SELECT handle FROM cursors ORDER BY expires_at "
            "LIMIT (SELECT count(*) / ? + 1 FROM cursors))",
            (_SHARE_TO_SHED,),
        )

    def put_at_once(self, handle: str, state: str, expires_at: float) -> bool:
        """Keep a state if no other thread or process is writing, and no purge is due; otherwise return False."""
        if self._is_purge_due() or not self._lock.acquire(blocking=False):
            return False
        try:
            self._impatient.execute(_PUT, (handle, self._seal.close(handle, state), expires_at))
        except sqlite3.OperationalError:  # locked, for example: `put` waits, or says what is wrong
            return False
        finally:
            self._lock.release()
        self._puts += 1
        return True

    def get(self, handle: str) -> tuple[str, float] | None:
        """Return the state and when it expires, an empty one if it cannot be read; None if the handle is unknown."""
        with self._lock:
            rows = self._database.execute(
                "SELECT state, expires_at FROM cursors WHERE handle = ?", (handle,)
            ).fetchall()
        if not rows:
            return None
        sealed, expires_at = rows[0]
        state = self._seal.open(handle, sealed) if isinstance(sealed, bytes) else None  # a text is of an older version
        return _EMPTY if state is None else state, float(expires_at)

    def purge(self) -> None:
        """Empty expired rows, and delete those that expired more than a day ago."""
        with self._lock:
            self._database.execute("UPDATE cursors SET state = x'' WHERE expires_at < ?", (time.time(),))
            self._database.execute("DELETE FROM cursors WHERE expires_at < ?", (time.time() - _KEPT_AFTER_EXPIRY,))
        self._purged_at = time.monotonic()

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._database.close()
            self._impatient.close()
