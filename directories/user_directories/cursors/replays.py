"""Repeatable answers: a cursor that is followed twice, even at the same time, gives the same page both times."""

import json
from collections import OrderedDict
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, Generic, TypeVar

import anyio

__all__ = ["Replay", "Replays", "replay_key"]

_CAPACITY = 64

_Answer = TypeVar("_Answer")


def replay_key(**call: Any) -> str:
    """Make the key of a call; calls with the same key get the same answer. The order of mappings does not matter."""
    return json.dumps(call, sort_keys=True)


class Replay(Generic[_Answer]):
    """The answer to one call, if there is one yet; set `answer` to keep it."""

    def __init__(self) -> None:
        self.lock = anyio.Lock()
        self.answer: _Answer | None = None


class Replays(Generic[_Answer]):
    """The last 64 answers, in memory."""

    def __init__(self) -> None:
        self._replays: OrderedDict[str, Replay[_Answer]] = OrderedDict()

    @asynccontextmanager
    async def of(self, key: str) -> AsyncGenerator[Replay[_Answer]]:
        """Give the earlier answer of a call; a call that comes while it is being made waits for it."""
        replay = self._replays.setdefault(key, Replay())
        self._replays.move_to_end(key)
        if len(self._replays) > _CAPACITY:
            self._replays.popitem(last=False)
        async with replay.lock:
            yield replay
