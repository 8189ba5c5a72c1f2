"""How long a call keeps all others waiting: the longest stretch of work between two turns of the event loop.

Measured in processor time of this thread, so that a busy machine adds nothing.
"""

import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import anyio

__all__ = ["Heartbeat", "beating"]


class Heartbeat:
    """A task that wants a turn all the time. `longest` is the most that it had to wait for one, in seconds."""

    def __init__(self) -> None:
        self.longest = 0.0
        self._last = time.thread_time()

    async def beat(self) -> None:
        """Take turns until cancelled."""
        self._last = time.thread_time()
        while True:
            await anyio.lowlevel.checkpoint()
            now = time.thread_time()
            self.longest = max(self.longest, now - self._last)
            self._last = time.thread_time()


@asynccontextmanager
async def beating() -> AsyncGenerator[Heartbeat]:
    """Measure while the body runs."""
    heartbeat = Heartbeat()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(heartbeat.beat)
        await anyio.lowlevel.checkpoint()
        try:
            yield heartbeat
        finally:
            tasks.cancel_scope.cancel()
