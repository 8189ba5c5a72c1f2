"""Reading a list by row numbers while rows move: every window overlaps the rows read before it.

A window is accepted only if it begins the list or holds a row that was read already. Rows keep their relative
order, so what stands behind such a row is next, and nothing lies between. If no known row is in sight, rows
before it were deleted and the list moved to the left: the reader goes left until it sees one.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from ..user import User
from .batch import Batch, FetchPage, Implausible, fingerprint, tail
from .positions import Addressable, RawPage, Window
from .seen import Seen

__all__ = ["RowReader"]

_UNEVEN_LIMIT = 3
"""Short windows with rows behind them, without a new user between: pages are thinned out, not clamped."""

_SAME_PAGE_LIMIT = 5
"""Answers alike to as many different questions: a provider that ignores the page number."""


class _Short(NamedTuple):
    """A window that had fewer rows than it asked for; `proven`: the server has sent pages that large."""

    start: int
    size: int
    got: int
    proven: bool


class RowReader:
    """Numbered pages and offsets.

    `known` holds the ids read in this list, the latest last; the walk adds to it. `stored` is an earlier `state`.
    """

    def __init__(
        self,
        strategy: Addressable,
        fetch: FetchPage,
        read: Callable[[Any], User | None],
        known: Seen,
        stored: dict[str, Any] | None = None,
    ) -> None:
        state = stored or {}
        self._strategy = strategy
        self._fetch = fetch
        self._read = read
        self._known = known
        self._row: int = state.get("row", 0)
        self._tail: int = state.get("tail", 0)
        """Rows before `_row` that are no users: nothing can hold on to them."""
        self._cap: int | None = state.get("cap")
        short = state.get("short")
        self._short: _Short | None = None if short is None else _Short(*short)
        self._confirming = False
        self.drifted: bool = state.get("drifted", False)
        self.moved: bool = state.get("moved", False)
        self.total: int | None = state.get("total")
        self._alike = ("", 0)
        self._swept = False
        self._largest: int = state.get("largest", 0)
        self._fixed: int | None = state.get("fixed")
        self._uneven: int = state.get("uneven", 0)
        self._stale: int = state.get("stale", 0)
        """Batches in a row without a new user: rows come in faster than they are read, so more is asked for."""

    def state(self) -> dict[str, Any]:
        """The number of the next row; a size that the server clamps to; a short window still to be verified."""
        return {
            "row": self._row,
            "tail": self._tail,
            "cap": self._cap,
            "short": self._short,
            "stale": self._stale,
            "largest": self._largest,
            "fixed": self._fixed,
            "uneven": self._uneven,
            "drifted": self.drifted,
            "moved": self.moved,
            "total": self.total,
        }

    async def read(self, need: int, maximum: int) -> Batch | None:
        """The next window that holds on to what was read before; see `Reader`."""
        reach = 1
        self._swept = False
        while True:
            window, page = await self._request(need, maximum)
            if self._short is not None:
                short, self._short = self._short, None
                if not any(self._read(item) is not None for item in page.items):
                    self.drifted = self.drifted or bool(
                        page.items
                    )  # records that are no users: the end, as far as is seen
                    if short.proven:
                        return None
                    self._confirming = True
                elif not self._learn_clamp(short):
                    return self._unheld(window, page)
            elif self._is_anchored(window, page):
                batch = self._accepted(window, page)
                confirmed = self._confirming and batch is not None and not batch.items
                self._confirming = False
                return None if confirmed else batch
            elif window.start >= self._row:  # no window could hold on to what was read
                return self._unheld(window, page) if page.items else None
            else:
                self._row, self._tail = max(0, window.start - reach * window.size), 0
                reach *= 2
                self._swept = self.moved = True

    async def _request(self, need: int, maximum: int) -> tuple[Window, RawPage]:
        window = self._window(min(need << self._stale, maximum), maximum)
        page = await self._fetch(window.parameters, window.size)
        if not page.items and (window.start == 0 or page.promises(window.start)):
            page = await self._fetch(window.parameters, window.size)  # an answer so final is asked for twice
        if not page.items and page.promises(window.start):
            raise Implausible("The provider sent an empty page although its own total says that more users follow.")
        self._check_alike(page)
        if page.total is not None:
            self.total = page.total
        return window, page

    def _window(self, need: int, maximum: int) -> Window:
        if self._short is not None:
            return self._strategy.after(self._short.start, self._short.size, self._short.got)
        if self._fixed is not None:
            return self._strategy.fixed(self._row, self._fixed)
        size = min(maximum, self._cap or maximum)
        if self._confirming:  # a window so small that no clamp can have cut it
            need, size = 1, max(2, min(size, self._largest))
        window = self._strategy.window(self._row - self._tail, need + self._tail, size)
        return window if window.start + window.size > self._row else self._strategy.bare(self._row, size)

    def _is_anchored(self, window: Window, page: RawPage) -> bool:
        return window.start == 0 or not len(self._known) or any(self._is_known(item) for item in page.items)

    def _is_known(self, item: Any) -> bool:
        user = self._read(item)
        return user is not None and user.id in self._known

    def _accepted(self, window: Window, page: RawPage) -> Batch | None:
        if not page.items:
            return None
        known = [index for index, item in enumerate(page.items) if self._is_known(item)]
        unread = known[-1] + 1 if known else 0  # what stands before a known row was read, or came in behind our back
        for _ in range(self._tail):  # what was no user before is not counted again
            unread += unread < len(page.items) and self._read(page.items[unread]) is None
        self._stale = min(self._stale + 1, 10) if unread == len(page.items) else 0
        self._uneven = 0 if unread < len(page.items) else self._uneven
        largest, self._largest = self._largest, max(self._largest, len(page.items))
        end = self._end(window, page)
        aligned = self._is_aligned(window, page.items)
        self.moved = self.moved or not aligned
        says_last = self._strategy.says_last(page)
        last = says_last is True or (aligned and page.ends_by(end))
        more = says_last is False or (aligned and page.promises(end))
        if end < window.start + window.size and not last:
            if window.start == 0 and page.promises(end):
                self._cap = end - window.start  # the server clamps the size: its total says so
            else:
                self._short = _Short(window.start, window.size, end - window.start, window.size <= largest)
        if self._swept and not known and self._known.is_full:
            self.drifted = True  # from the start again, with more behind us than is remembered
        return self._batch(window, page, unread, more=more, last=last)

    def _unheld(self, window: Window, page: RawPage) -> Batch:
        """Rows that hold on to nothing read before: users between may have slipped by."""
        self.drifted = True
        end = self._end(window, page)
        return self._batch(window, page, 0, more=page.promises(end), last=page.ends_by(end))

    def _batch(self, window: Window, page: RawPage, unread: int, *, more: bool, last: bool) -> Batch:
        """The rows of a page from `unread` on."""
        items = page.items[unread:]
        users = [self._read(item) is not None for item in items]
        before = self._tail if unread == 0 and window.start > 0 else 0
        self._row, self._tail = self._end(window, page), tail(users, before)
        behind = self.state()
        inside = behind | {"row": window.start + unread, "tail": before, "short": None}
        return Batch(items, more, last, inside, behind, users)

    def _end(self, window: Window, page: RawPage) -> int:
        """The number of the row behind a page. More rows than were asked for are the server's own page size, unless
        the surplus are no users.
        """
        rows = len(page.items)
        if rows > window.size and self._fixed is None:
            users = sum(self._read(item) is not None for item in page.items)
            if users > window.size and window.start == 0:
                self._fixed = rows
            else:
                rows = window.size
        return window.start + rows

    def _is_aligned(self, window: Window, items: Sequence[Any]) -> bool:
        """Whether the row read last stands where it stood, so that row numbers mean what they meant."""
        if self._row == self._tail:
            return window.start == 0
        index = self._row - self._tail - 1 - window.start
        user = self._read(items[index]) if 0 <= index < len(items) else None
        return user is not None and self._known.is_latest(user.id)

    def _learn_clamp(self, short: "_Short") -> bool:
        """Behind a window that came short there are rows: the server clamps the size, or rows came in.

        False if neither explains it.
        """
        self._uneven += 1
        if short.got >= self._largest and self._uneven == 1:
            self._cap = short.got
        return self._uneven <= _UNEVEN_LIMIT

    def _check_alike(self, page: RawPage) -> None:
        if not page.items:
            return
        last, times = self._alike
        this = fingerprint(page.items)
        self._alike = (this, times + 1 if this == last else 1)
        if self._alike[1] >= _SAME_PAGE_LIMIT:
            raise Implausible("The provider sends the same page again and again.")
