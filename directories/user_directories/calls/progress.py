"""Reporting the progress of a long call, once a second."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

import anyio

from ..errors import UserDirectoryError
from ..sources.budget import Budget

__all__ = ["Report", "reporting"]

Report = Callable[[float, float, int], Awaitable[None]]
"""Receives the seconds since the call began, the seconds it may take, and the number of users looked at."""

_EVERY_SECONDS = 1.0


@asynccontextmanager
async def reporting(budget: Budget, report: Report | None) -> AsyncGenerator[None]:
    """Call `report` once a second while the body runs."""
    if report is None:
        yield
        return
    failure: UserDirectoryError | None = None
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_tell, budget, report)
        try:
            yield
        except UserDirectoryError as error:  # as it is, not in the task group's ExceptionGroup
            failure = error
        tasks.cancel_scope.cancel()
    if failure is not None:
        raise failure


async def _tell(budget: Budget, report: Report) -> None:
    while True:
        await anyio.sleep(_EVERY_SECONDS)
        elapsed = budget.elapsed()
        await report(elapsed, max(budget.seconds, elapsed), budget.told)
