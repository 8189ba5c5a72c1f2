"""Giving way: work on a large page must not keep all other tasks of the process waiting.

Rows are looked at in stretches of a few milliseconds, with a turn for others in between. A decision about a whole page
cannot be cut into stretches: if the page has more rows than any API documents, a thread of its own makes it, so that
the interpreter changes turns every five milliseconds.
"""

import time
from collections.abc import Callable
from typing import TypeVar

import anyio
import anyio.to_thread

__all__ = ["MOST_AT_ONCE", "Stretch", "decided"]

MOST_AT_ONCE = 1_000
"""Rows about which all is decided in about three milliseconds."""

_FEW = 200
"""Rows about which a decision takes less than a millisecond."""

_SECONDS = 0.002
"""The length of a stretch: a turn costs about 1 % of that."""

_Result = TypeVar("_Result")


class Stretch:
    """A stretch of work. `clock` gives seconds."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._ends = clock() + _SECONDS

    async def give_way(self) -> None:
        """Let others have a turn if it is over, and begin the next one."""
        if self._clock() >= self._ends:
            await anyio.lowlevel.checkpoint()
            self._ends = self._clock() + _SECONDS


async def decided(decide: Callable[[], _Result], rows: int) -> _Result:
    """Return what a function decides about so many rows; nobody else may use what it changes meanwhile."""
    if rows > MOST_AT_ONCE:
        return await anyio.to_thread.run_sync(decide)
    result = decide()
    if rows > _FEW:
        await anyio.lowlevel.checkpoint()
    return result
