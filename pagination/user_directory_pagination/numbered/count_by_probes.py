"""Counting numbered pages without a total: gallop ahead until a page is empty, then close in on the last page.

A million rows at 100 per page take 30 requests; reading them all would take 10,000.
"""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

import anyio

from ..errors import PageError

__all__ = ["Uneven", "count_by_probing"]


class _Pace(NamedTuple):
    """How far ahead to ask.

    First the `first` pages at once; then `more` pages at once, each `stride` times as far as the one before. The gap is
    then divided into `sections`.
    """

    first: tuple[int, ...]
    stride: int
    more: int
    sections: int


# Of the paces tried for up to a million rows at 100 per page, the one with at most 30 requests and 9 rounds.
_SEVERAL_AT_ONCE = _Pace((4, 20, 100, 500), 5, 2, 5)
_ONE_BY_ONE = _Pace((1,), 4, 1, 2)


class Uneven(Exception):
    """Not all pages have the requested size, so the number of pages says nothing."""


async def count_by_probing(rows_on: Callable[[int], Awaitable[int]], size: int, *, parallel: bool) -> int:
    """Return the number of rows of a list in which page `n` (from 0) has `rows_on(n)` rows, at most `size`.

    Raises: Uneven, and whatever `rows_on` raises.
    """
    probes = _Probes(rows_on, size)
    await probes.ask([0])
    if probes.rows[0] < size:
        await probes.ask([1])
        if probes.rows[1]:
            raise Uneven
        return probes.rows[0]
    pace = _SEVERAL_AT_ONCE if parallel else _ONE_BY_ONE
    ahead = list(pace.first)
    await probes.ask(ahead)
    while probes.empty is None:
        ahead = [ahead[-1] * pace.stride**step for step in range(1, pace.more + 1)]
        await probes.ask(ahead)
    while probes.empty - probes.last > 1:
        await probes.ask(_between(probes.last, probes.empty, pace.sections))
    return probes.last * size + probes.rows[probes.last]


def _between(low: int, high: int, sections: int) -> list[int]:
    """Return the pages that divide the gap between two pages into equal sections, or fewer if the gap is small."""
    parts = min(sections, high - low)
    return [low + (high - low) * part // parts for part in range(1, parts)]


class _Probes:
    """What is known so far: the last page that has rows, and the first that is empty."""

    def __init__(self, rows_on: Callable[[int], Awaitable[int]], size: int) -> None:
        self._rows_on = rows_on
        self._size = size
        self.rows: dict[int, int] = {}
        self.last = 0
        self.empty: int | None = None
        self._failures: list[PageError | Uneven] = []

    async def ask(self, pages: list[int]) -> None:
        """Ask for pages at once and learn from them."""
        async with anyio.create_task_group() as tasks:
            for page in pages:
                tasks.start_soon(self._ask, page)
        if self._failures:
            raise self._failures[0]
        full = [page for page, rows in self.rows.items() if rows]
        self.last = max(full, default=0)
        self.empty = min((page for page, rows in self.rows.items() if not rows), default=None)
        short = [page for page in full if self.rows[page] < self._size]
        if self.empty is not None and self.empty < self.last:
            raise Uneven
        if any(page != self.last for page in short) or any(self.rows[page] > self._size for page in full):
            raise Uneven
        if short and short[0] > 0:  # the last page, unless pages are clamped or thinned out: the next one tells
            self.rows[self.last + 1] = await self._rows_on(self.last + 1)
            if self.rows[self.last + 1]:
                raise Uneven
            self.empty = self.last + 1

    async def _ask(self, page: int) -> None:
        try:
            self.rows[page] = await self._rows_on(page)
        except (PageError, Uneven) as failure:
            self._failures.append(failure)
