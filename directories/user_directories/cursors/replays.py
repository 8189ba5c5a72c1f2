"""Answers that can be given again: a cursor that is followed twice, even at once, gives the same page both times."""

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
    """Calls with the same key get the same answer; mappings are compared by what is in them."""
    return json.dumps(call, sort_keys=True)


class Replay(Generic[_Answer]):
    """The answer to one call, as far as there is one; set `answer` to keep it."""

    def __init__(self) -> None:
        self.lock = anyio.Lock()
        self.answer: _Answer | None = None


class Replays(Generic[_Answer]):
    """The last 64 answers, in memory."""

    def __init__(self) -> None:
        self._replays: OrderedDict[str, Replay[_Answer]] = OrderedDict()

    @asynccontextmanager
    async def of(self, key: str) -> AsyncGenerator[Replay[_Answer]]:
        """What was answered before; who asks while it is being made waits for it."""
        replay = self._replays.setdefault(key, Replay())
        self._replays.move_to_end(key)
        if len(self._replays) > _CAPACITY:
            self._replays.popitem(last=False)
        async with replay.lock:
            yield replay
