"""Prefetching the next pages of a scan, where it is known which pages they will be.

A page that came early may be older than the page before it; readers allow for that. The number of pages asked for ahead
grows from one to sixteen while all goes well. A page that turns out not to be needed is cancelled.
"""

from collections.abc import Iterable

import anyio
from anyio.abc import TaskGroup

from .batch import FetchPage
from .errors import OutOfBudget
from .page import Parameters, RawPage

__all__ = ["Prefetch"]

_MOST = 16
"""Requests in flight; more gained nothing at 100 ms per page (`bench/pagination.py`)."""

_Request = tuple[Parameters, int]


class _Pending:
    """One page that was asked for ahead."""

    def __init__(self) -> None:
        self.scope = anyio.CancelScope()
        self.done = anyio.Event()
        self.page: RawPage | None = None
        self.failure: Exception | None = None

    async def result(self) -> RawPage:
        await self.done.wait()
        if self.page is None:
            raise self.failure or OutOfBudget("requests")
        return self.page


class Prefetch:
    """Fetches pages, and already has some of them; its requests run in `tasks` and end with it."""

    def __init__(self, fetch: FetchPage, tasks: TaskGroup) -> None:
        self._fetch = fetch
        self._tasks = tasks
        self._pending: dict[_Request, _Pending] = {}
        self._came = 0
        self.most = _MOST
        """The most pages that are likely to be needed."""

    def width(self, *, certain: bool) -> int:
        """Return how many pages to ask for ahead now; few if it is not `certain` that so many exist."""
        grown = 2 ** min(self._came, 10) if certain else 1 + self._came // 4
        return max(1, min(grown, self.most, _MOST))

    async def __call__(self, parameters: Parameters, size: int) -> RawPage:
        """Return a page: the one asked for ahead, or else fetch it now."""
        pending = self._pending.pop((parameters, size), None)
        page = await (self._fetch(parameters, size) if pending is None else pending.result())
        self._came += 1
        return page

    def expect(self, requests: Iterable[_Request]) -> None:
        """Ask for these pages now, and cancel those that are no longer expected."""
        wanted = dict.fromkeys(requests)
        for request in [each for each in self._pending if each not in wanted]:
            self._pending.pop(request).scope.cancel()
        for request in wanted:
            if request not in self._pending:
                self._pending[request] = pending = _Pending()
                self._tasks.start_soon(self._run, request, pending)

    async def _run(self, request: _Request, pending: _Pending) -> None:
        with pending.scope:
            if pending.scope.cancel_called:
                return
            try:
                pending.page = await self._fetch(*request)
            except Exception as failure:  # noqa: BLE001 - whoever takes the page decides what it means
                pending.failure = failure
        pending.done.set()
