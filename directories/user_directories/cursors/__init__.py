"""Cursors: a short handle for the agent, the state of the walk in a store, and fetched rows in memory."""

from .cursors import Cursors, Stored
from .handle import new_handle, read_handle
from .memory import MemoryStore
from .replays import Replays, replay_key
from .store import CursorStore

__all__ = ["CursorStore", "Cursors", "MemoryStore", "Replays", "Stored", "new_handle", "read_handle", "replay_key"]
