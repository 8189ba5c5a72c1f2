"""Issuing and following cursors, with a distinct error for each way in which that can fail."""

import json
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from anyio import to_thread

from ..errors import CursorUnavailable, Kinds, Operation
from ..users.json_values import is_object
from .handle import new_handle, read_handle
from .memory import MemoryStore
from .store import CursorStore

if TYPE_CHECKING:
    from user_directory_pagination import Batch

__all__ = ["LIFETIME", "Cursors", "Stored"]

LIFETIME = 3600.0
"""How many seconds a cursor can be followed."""

_FORMAT = 7
"""The format of stored states; raise it when older states can no longer be read."""

_PAGE = ":page"
"""The suffix of a handle under which the store keeps the page that the cursor gave."""

_HELD_CURSORS = 64
_HELD_ROWS = 20_000
"""The most rows in memory for all cursors together."""


@dataclass(frozen=True)
class Stored:
    """The state that a cursor stands for.

    `operation` is the operation that the cursor continues. `directories` maps each name to its configuration version.
    `arguments` is the query, `view` is how its pages are shown, and `states` holds the state of the walk for each
    directory that has more to give. `people` links the users of a page to those of earlier pages. `held` are rows in
    memory, a cache that a restart loses. `handle` is the cursor itself, once issued. `private` states contain values
    that may not be seen: they are never given to the store, and a restart loses them.
    """

    operation: Operation
    directories: Mapping[str, str]
    arguments: Mapping[str, Any]
    view: Mapping[str, Any]
    states: Mapping[str, Mapping[str, Any]]
    held: "Mapping[str, Batch]"
    people: Mapping[str, Any] = field(default_factory=dict[str, Any])
    handle: str = field(default="", compare=False)
    private: bool = field(default=False, compare=False)


class Cursors:
    """The cursors of one owner. A handle can be followed any number of times and gives the same page each time."""

    def __init__(self, store: CursorStore, owner: str = "local", clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self._private = MemoryStore()
        self._owner = owner
        self._clock = clock
        self._held: OrderedDict[str, Mapping[str, Batch]] = OrderedDict()
        self._most_rows = 0
        """The held rows; those of a batch that several cursors share count several times."""

    async def issue(self, stored: Stored) -> str:
        """Store a state and return its handle."""
        handle = new_handle()
        text = json.dumps(
            {
                "format": _FORMAT,
                "owner": self._owner,
                "operation": stored.operation,
                "directories": dict(stored.directories),
                "arguments": dict(stored.arguments),
                "view": dict(stored.view),
                "states": dict(stored.states),
                "people": dict(stored.people),
            },
            separators=(",", ":"),
        )
        if stored.private:
            self._private.put(handle, text, self._clock() + LIFETIME)
        else:
            await self._put(handle, text)
        self._hold(handle, stored.held)
        return handle

    async def _put(self, handle: str, text: str) -> None:
        """Keep a state in the store: at once if possible, because a change of threads costs more than the writing."""
        expires_at = self._clock() + LIFETIME
        if not self._store.put_at_once(handle, text, expires_at):
            await to_thread.run_sync(self._store.put, handle, text, expires_at)

    def _hold(self, handle: str, held: "Mapping[str, Batch]") -> None:
        """Keep rows in memory, dropping the oldest when there are too many."""
        self._held[handle] = held
        self._most_rows += _rows_in(held)
        while len(self._held) > _HELD_CURSORS or (len(self._held) > 1 and self._holds_too_much()):
            _, dropped = self._held.popitem(last=False)
            self._most_rows -= _rows_in(dropped)

    async def follow(self, text: str | None, operation: Operation, directory: str | None = None) -> Stored | None:
        """Return the state of a cursor that `operation` was called with; None for the first page.

        `directory` is the one named in the call. Raises: CursorError, of the subclass that says what is wrong.
        """
        handle = read_handle(text)
        if handle is None:
            return None
        row = self._private.get(handle) or await to_thread.run_sync(self._store.get, handle)
        state = _read(row[0]) if row else {}
        if row is None or state.get("owner", self._owner) != self._owner:
            raise Kinds.CURSOR_UNKNOWN.error(cursor=handle, operation=operation)
        if row[1] < self._clock():
            raise Kinds.CURSOR_EXPIRED.error(cursor=handle, operation=operation, minutes=f"{LIFETIME / 60:.0f}")
        parts: list[Any] = [state.get(name) for name in ("directories", "arguments", "view", "states", "people")]
        if state.get("format") != _FORMAT or not all(map(is_object, parts)):
            raise Kinds.CURSOR_OF_OTHER_VERSION.error(cursor=handle, operation=operation)
        directories, arguments, view, states, people = parts
        if directory is not None and set(directories) != {directory}:
            raise Kinds.CURSOR_OF_OTHER_DIRECTORY.error(directories=list(directories), name=directory)
        if state["operation"] != operation:
            raise Kinds.CURSOR_OF_OTHER_TOOL.error(cursor=handle, operation=state["operation"])
        held = self._held.get(handle, {})
        return Stored(operation, directories, arguments, view, states, held, people, handle)

    async def gives_another(self, handle: str, call: str, users: Mapping[str, Sequence[str]]) -> bool:
        """Return whether a cursor gave other users before than it gives now, and remember those that it gives now.

        `users` are digests, by directory. If the earlier call had other arguments, only the part that both pages cover
        is compared.
        """
        try:
            row = await to_thread.run_sync(self._store.get, handle + _PAGE)
        except CursorUnavailable:  # this page is there; what it was before is unknown
            row = None
        before = _read(row[0]) if row and row[1] >= self._clock() else {}
        now = {"owner": self._owner, "call": call, "users": {name: list(digests) for name, digests in users.items()}}
        text = json.dumps(now, separators=(",", ":"))
        await self._put(handle + _PAGE, text)
        if before.get("owner") != self._owner or not is_object(before["users"]):
            return False
        pairs = [(before["users"].get(name, []), list(digests)) for name, digests in users.items()]
        differs = any(one[: len(other)] != other[: len(one)] for one, other in pairs)
        return differs or (before["call"] == call and before != now)

    def _holds_too_much(self) -> bool:
        if self._most_rows <= _HELD_ROWS:
            return False
        batches = {id(batch): batch for held in self._held.values() for batch in held.values()}
        return sum(len(batch.rows) for batch in batches.values()) > _HELD_ROWS

    def close(self) -> None:
        """Close the store."""
        self._store.close()


def _rows_in(held: "Mapping[str, Batch]") -> int:
    return sum([len(batch.rows) for batch in held.values()])


def _read(text: str) -> dict[str, Any]:
    """Read a stored state; an empty one if it is damaged."""
    try:
        state: Any = json.loads(text)
    except ValueError:
        return {}
    return state if is_object(state) else {}
