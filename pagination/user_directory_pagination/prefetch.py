"""Asking for the next pages of a scan before they are needed, where it is known what they will be.

A page that came early may be older than the one before it; readers know that. What is asked for ahead grows from
one page to sixteen while all goes well, and a page that turns out not to be needed is given up.
"""

from collections.abc import Iterable

import anyio
from anyio.abc import TaskGroup

from .batch import FetchPage
from .errors import OutOfBudget, PageError
from .page import Parameters, RawPage

__all__ = ["Prefetch"]

_MOST = 16
"""Requests in flight; more brought nothing at 100 ms a page (`bench/pagination.py`)."""

_Request = tuple[Parameters, int]


class _Pending:
    """One page that was asked for ahead."""

    def __init__(self) -> None:
        self.scope = anyio.CancelScope()
        self.done = anyio.Event()
        self.page: RawPage | None = None
        self.failure: PageError | OutOfBudget | None = None

    async def result(self) -> RawPage:
        await self.done.wait()
        if self.page is None:
            raise self.failure or OutOfBudget("requests")
        return self.page


class Prefetch:
    """A way to fetch pages that has some of them already; its requests live in `tasks` and end with it."""

    def __init__(self, fetch: FetchPage, tasks: TaskGroup) -> None:
        self._fetch = fetch
        self._tasks = tasks
        self._pending: dict[_Request, _Pending] = {}
        self._came = 0
        self.most = _MOST
        """Pages that are likely to be needed at all."""

    def width(self, *, certain: bool) -> int:
        """How many pages to ask for ahead now. Where it is not `certain` that there are so many, few go in vain."""
        grown = 2 ** min(self._came, 10) if certain else 1 + self._came // 4
        return max(1, min(grown, self.most, _MOST))

    async def __call__(self, parameters: Parameters, size: int) -> RawPage:
        """The page, if it was asked for ahead; else asked for now."""
        pending = self._pending.pop((parameters, size), None)
        page = await (self._fetch(parameters, size) if pending is None else pending.result())
        self._came += 1
        return page

    def expect(self, requests: Iterable[_Request]) -> None:
        """Ask for these pages now, and give up those that are no longer expected."""
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
            except (PageError, OutOfBudget) as failure:
                pending.failure = failure
        pending.done.set()
