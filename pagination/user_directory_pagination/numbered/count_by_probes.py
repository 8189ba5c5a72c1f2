"""Counting a numbered list without a total: gallop ahead to a page without rows, then close in on the last one.

A million rows at 100 per page take some 33 requests in 15 rounds; reading them all would take 10,000. A number is
found only if everything that was seen fits together (see `sightings`), and if two windows that begin at different
places agree on the end: both show the same last row at the same number, one of them reaches beyond it, and two pages
behind it have nothing. Otherwise the rows have to be read.
"""

from collections.abc import Awaitable, Callable, Sequence

import anyio

from ..errors import OutOfBudget, PageError, PositionRefused
from ..recent import Mark
from ..strategy import RowCount
from .sightings import Sightings, Uneven
from .window import Addressable, Window

__all__ = ["Show", "count_by_probing"]

Show = Callable[[Window], Awaitable[Sequence[Mark | None]]]
"""Gives the marks of the rows in a window. Raises: PageError, OutOfBudget."""

_STRIDE = 4
"""The number of a page that is asked for, compared with the highest that has rows: some providers read all before."""

_AT_ONCE = 4
"""Most pages asked for at once. For a million rows at 100 per page, three need 3 requests fewer and a round more; six
need 5 requests more and a round less."""

_MOST_ROWS = 10**9
"""Rows of a list that may have no end."""


async def count_by_probing(strategy: Addressable, show: Show, size: int, *, parallel: bool) -> RowCount:
    """Count the rows of a list that gives pages of `size` rows, with several requests at once if `parallel`."""
    probes = _Probes(strategy, show, size, _AT_ONCE if parallel else 1)
    try:
        return RowCount(await probes.count())
    except Uneven:
        return RowCount(None, probes.seen.seen)
    except (PageError, OutOfBudget) as reason:
        return RowCount(None, probes.seen.at_least(), reason)


class _Probes:
    """The search for the last page. Pages are counted from 0 here."""

    def __init__(self, strategy: Addressable, show: Show, size: int, at_once: int) -> None:
        self._strategy = strategy
        self._show = show
        self._size = size
        self._at_once = at_once
        self._asked: set[Window] = set()
        self._failures: list[Uneven | PageError | OutOfBudget] = []
        self.seen = Sightings()

    async def count(self) -> int:
        """Return the number of rows. Raises: Uneven if it can not be known; PageError, OutOfBudget."""
        await self._ask([self._page(0)])
        if self.seen.least < self._size:  # reading a short list is cheap, and so is learning why a page is short
            raise Uneven
        await self._ask([self._page(_STRIDE - 1), self._across(self._size)])
        while self._is_open():
            if self.seen.least > _MOST_ROWS:
                raise Uneven
            await self._ask([self._page(_STRIDE * (self._last + 1) - 1)])
        while pages := self._between():
            await self._ask([self._page(page) for page in pages])
        if self.seen.end is None:
            await self._ask([self._page(self._last)])
        return await self._confirmed(self.seen.least if self.seen.end is None else self.seen.end)

    async def _confirmed(self, end: int) -> int:
        """Return where the list ends, if its last page, a window across the end and two behind it agree."""
        behind, further = self._page(self._last + 1), self._page(self._last + 2)
        windows = [self._across(end), self._page(self._last), behind]
        has_other = self.seen.blanks > (behind in self._asked)
        await self._ask(windows if has_other else [*windows, further])
        if end == behind.start and self.seen.answered_empty != end:  # it may be a bound on what can be paged
            raise Uneven
        return end

    @property
    def _last(self) -> int:
        """The last page that is known to have a row."""
        return (self.seen.least - 1) // self._size

    @property
    def _beyond(self) -> int | None:
        """The first page that is known to have no row."""
        return None if self.seen.beyond is None else -(-self.seen.beyond // self._size)

    def _is_open(self) -> bool:
        """Return whether no end is in sight."""
        return self.seen.end is None and self.seen.beyond is None

    def _between(self) -> Sequence[int]:
        """Return the pages that divide the gap before the first page without rows; none if there is no gap.

        They are as few as close the gap in the fewest rounds.
        """
        if self.seen.end is not None or self._beyond is None:
            return ()
        low, gap = self._last, self._beyond - self._last
        fewest = _rounds(gap, self._at_once + 1)
        parts = next(parts for parts in range(2, self._at_once + 2) if _rounds(gap, parts) == fewest)
        return sorted({low + gap * part // parts for part in range(1, parts)} - {low})

    def _page(self, number: int) -> Window:
        return self._strategy.bare(number * self._size, self._size)

    def _across(self, row: int) -> Window:
        """Return a window that begins before `row`, not where a page does, and reaches beyond it.

        It is no larger than a page, so no clamp can cut it. Raises: Uneven if there is none.
        """
        reach = max(1, self._size // 4)
        for hold in range(reach, self._size):
            window = self._strategy.window(row, reach, self._size, hold)
            if window.start % self._size and window.start < row < window.start + window.size:
                return window
        raise Uneven

    async def _ask(self, windows: Sequence[Window]) -> None:
        """Ask for windows at once, each once only, and learn from them. Raises: Uneven, PageError, OutOfBudget."""
        async with anyio.create_task_group() as tasks:
            for window in windows:
                if window not in self._asked:
                    self._asked.add(window)
                    tasks.start_soon(self._look, window)
        if self._failures:
            raise max(self._failures, key=lambda failure: isinstance(failure, Uneven))

    async def _look(self, window: Window) -> None:
        try:
            try:
                marks = await self._show(window)
            except PositionRefused:
                self.seen.refuse(window)
            else:
                self.seen.add(window, marks)
        except (Uneven, PageError, OutOfBudget) as failure:
            self._failures.append(failure)


def _rounds(gap: int, parts: int) -> int:
    """Return in how many rounds a gap closes if each divides it into so many parts."""
    rounds = 0
    while gap > 1:
        gap, rounds = -(-gap // parts), rounds + 1
    return rounds
