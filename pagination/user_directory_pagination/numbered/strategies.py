"""Strategies in which rows have numbers: any stretch can be requested, but rows may move (see `reader`)."""

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import cache, lru_cache
from typing import Any

from ..batch import FetchPage, Identify, Reader, marks_of
from ..habits import Habits
from ..link_header import next_link
from ..page import Parameters, RawPage
from ..prefetch import Prefetch
from ..recent import Mark, Recent
from ..strategy import LastPlace, RowCount
from .count_by_probes import count_by_probing
from .reader import NumberedReader
from .window import Addressable, Window

__all__ = ["NumberedPages", "Offsets"]


class _Numbered(Addressable):
    """What both strategies share: how they are read and counted."""

    def reader(
        self,
        fetch: FetchPage,
        identify: Identify,
        recent: Recent,
        stored: dict[str, Any] | None = None,
        prefetch: Prefetch | None = None,
        habits: Habits | None = None,
    ) -> Reader:
        return NumberedReader(self, fetch, identify, recent, stored, prefetch, habits)

    def past(self, page: RawPage, size: int) -> Parameters | None:
        rows = len(page.items)
        row = rows if self.counts_rows else -(-rows // size) * size
        return None if self.says_last(page) else self.stride(row, size).parameters

    def says_more(self, page: RawPage) -> bool:
        return False

    async def count(
        self, fetch: FetchPage, identify: Identify, size: int, *, parallel: bool, habits: Habits | None = None
    ) -> RowCount | None:
        if self.fixed or self.thinned or (habits is not None and habits.thinned):
            return None

        async def show(window: Window) -> Sequence[Mark | None]:
            page = await fetch(window.parameters, window.size)
            return marks_of(page.items, identify)

        return await count_by_probing(self, show, size, parallel=parallel)


class NumberedPages(_Numbered):
    """Page numbers: `?page=3&size=50`.

    `first` is the number of the first page. With `link_header`, a `Link` header, if sent, says whether there is a next
    page. `thinned`: the provider leaves rows out of a page after it has cut it; `fixed`: it takes no size. Pages begin
    at multiples of their size, so a page that overlaps the last one has a different size.
    """

    counts_rows = False

    def __init__(
        self,
        parameter: str,
        first: int = 1,
        *,
        link_header: bool = False,
        thinned: bool = False,
        fixed: bool = False,
    ) -> None:
        self.thinned = thinned
        self.fixed = fixed
        self._parameter = parameter
        self._first = first
        self._reads_links = link_header

    def window(self, row: int, need: int, maximum: int, hold: int = 1) -> Window:
        if row == 0:
            return self._page(0, min(need, maximum))
        hold = min(hold, row)
        size = _overlapping_size(row, need, maximum, hold)
        if size is None and hold > 1:
            return self.window(row, need, maximum)
        return self.bare(row, maximum) if size is None else self._page((row - hold) // size * size, size)

    def bare(self, row: int, maximum: int) -> Window:
        return self._page(row, next(size for size in range(maximum, 0, -1) if row % size == 0))

    def stride(self, row: int, size: int) -> Window:
        return self._page(row // size * size, size)

    def renumbered(self, window: Window) -> Window | None:
        if self._first != 0:
            return None
        number = window.start // window.size + (1 if window.start else 0)
        return replace(window, parameters=((self._parameter, str(number)),))

    def last(self, rows: int, size: int, smallest: int) -> LastPlace:
        fitting = (each for each in range(size, smallest - 1, -1) if rows % each)
        return _as_place(self.stride(rows - 1, next(fitting, size)))

    def says_last(self, page: RawPage) -> bool | None:
        header = page.headers.get("link") if self._reads_links else None
        return None if header is None else next_link(header) is None

    def _page(self, start: int, size: int) -> Window:
        number = start // size + self._first
        return Window(((self._parameter, str(number)),), start, size)


@lru_cache(maxsize=1024)
def _overlapping_size(row: int, need: int, maximum: int, hold: int) -> int | None:
    """Return the size whose page over row `row - hold` has `need` rows from `row` on, or else reaches farthest.

    None if every page that holds that row ends before `row`. Windows that would end on such a row are avoided.
    """
    best, reach = None, 0
    dead_end = _least_common_multiple(maximum)
    for size in range(2, maximum + 1):
        end = (row - hold) // size * size + size
        new = end - row if end % dead_end else 1
        if new >= need and end > row:
            return size
        if new > reach and end > row:
            best, reach = size, new
    return best


@cache
def _least_common_multiple(maximum: int) -> int:
    return math.lcm(*range(2, maximum + 1))


class Offsets(_Numbered):
    """Row numbers: `startIndex`, `offset` or `skip`, the first being `first`. `thinned` and `fixed`: as with pages."""

    counts_rows = True

    def __init__(self, parameter: str, first: int = 0, *, thinned: bool = False, fixed: bool = False) -> None:
        self.thinned = thinned
        self.fixed = fixed
        self._parameter = parameter
        self._first = first

    def window(self, row: int, need: int, maximum: int, hold: int = 1) -> Window:
        hold = min(hold, row, maximum - 1)
        return self._rows(row - hold, min(need + hold, maximum))

    def bare(self, row: int, maximum: int) -> Window:
        return self._rows(row, maximum)

    def stride(self, row: int, size: int) -> Window:
        return self._rows(row, size)

    def renumbered(self, window: Window) -> Window | None:
        return None

    def last(self, rows: int, size: int, smallest: int) -> LastPlace:
        return _as_place(self._rows(max(0, min(rows - 1, rows - size + 1)), size))

    def says_last(self, page: RawPage) -> bool | None:
        return None

    def _rows(self, start: int, size: int) -> Window:
        return Window(((self._parameter, str(start + self._first)),), start, size)


def _as_place(window: Window) -> LastPlace:
    return LastPlace(window.parameters, window.start, window.size)
