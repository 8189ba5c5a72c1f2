"""Cursors: a short handle for the agent, the state behind it in a store, fetched rows in memory."""

from .cursors import Cursors, Stored
from .handle import new_handle, read_handle
from .memory import MemoryStore
from .store import CursorStore

__all__ = ["CursorStore", "Cursors", "MemoryStore", "Stored", "new_handle", "read_handle"]
