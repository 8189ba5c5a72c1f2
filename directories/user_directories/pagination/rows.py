"""Reading a list by row numbers while rows move: every window overlaps the rows read before it.

A window is accepted only if it begins the list or shows a user who was read already. Rows keep their relative
order, so whoever stands behind such a user and was not read is next, and nobody lies between. If no known user is
in sight, rows before were deleted and the list moved to the left: the reader goes left until it sees one. Windows
may be older than the one before (see `ahead`): whoever was there all the time is in each of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Literal, NamedTuple

from .ahead import Ahead
from .batch import Batch, FetchPage, Identify, Implausible, Row, Standing, fingerprint, mark_of
from .positions import Addressable, RawPage, Window
from .seen import TOP, Mark, Seen

__all__ = ["RowReader"]

_UNEVEN_LIMIT = 3
"""Short windows with rows behind them, without a new user between: pages are thinned out, not clamped."""

_SAME_PAGE_LIMIT = 4
"""Answers alike to as many different questions: a provider that ignores the page number."""

_BARREN_LIMIT = 40
"""Windows in a row without a new user: a million rows back and forth are not so many."""

_CONTRADICTION = "The provider's pages contradict one another."

_MOST_HELD = 64
"""Rows before the next one that a window holds on to, where the list was seen to move."""


class _Doubt(NamedTuple):
    """A window that came short, whose end is perhaps that of the list.

    `proven`: no clamp can have cut it, because the server has sent larger pages. `check` is what is to be seen yet:
    what stands `behind` it; if nothing does, a window `across` its end so small that no clamp can cut it; and where
    that shows nobody either, the `top` again.
    """

    start: int
    size: int
    got: int
    proven: bool
    check: Literal["behind", "across", "top"] = "behind"


@dataclass
class _Place(Standing):
    """Where a reader stands; plain data."""

    row: int = 0
    tail: int = 0
    """Rows before `row` that are no users: nothing can hold on to them."""
    cap: int | None = None
    """The size that the server clamps to."""
    fixed: int | None = None
    """The size of all pages, where the server does not heed the one that it is asked for."""
    largest: int = 0
    """Rows of the largest page: no clamp lies below."""
    hold: int = 1
    stale: int = 0
    """Batches in a row without a new user: rows come in faster than they are read, so more is asked for."""
    uneven: int = 0
    crooked: int = 0
    """Short windows in a row in which the user read last did not stand where they stood."""
    doubt: _Doubt | None = None


class _Sight(NamedTuple):
    """A page, and who on it was read before. `repeats`: it is the answer to the question before."""

    window: Window
    page: RawPage
    marks: list[Mark | None]
    known: list[int]
    fingerprint: bytes
    repeats: bool

    @property
    def has_users(self) -> bool:
        return any(each is not None for each in self.marks)

    @property
    def is_short(self) -> bool:
        return len(self.marks) < self.window.size

    @property
    def is_padded(self) -> bool:
        """Whether it has more rows than were asked for: then those that are no users have no number."""
        return len(self.marks) > self.window.size

    def offsets(self) -> Sequence[int]:
        """How far behind the start of the window each row stands."""
        if not self.is_padded:
            return range(len(self.marks))
        return [0, *accumulate(each is not None for each in self.marks)]

    def at(self, offset: int) -> Mark | None:
        """The user whose row stands so far behind the start of the window."""
        rows = [each for each in self.marks if each is not None] if self.is_padded else self.marks
        return rows[offset] if 0 <= offset < len(rows) else None


class RowReader:
    """Numbered pages and offsets.

    `known` holds the users read in this list; the walk adds to it. `stored` is an earlier `state`. `ahead`, if
    given, is told which windows are likely to be asked for next.
    """

    def __init__(
        self,
        strategy: Addressable,
        fetch: FetchPage,
        identify: Identify,
        known: Seen,
        stored: dict[str, Any] | None = None,
        ahead: Ahead | None = None,
    ) -> None:
        self._strategy = strategy
        self._fetch = fetch
        self._identify = identify
        self._known = known
        self._ahead = ahead
        self.at = _Place(**(stored or {}))
        if self.at.doubt is not None:
            self.at.doubt = _Doubt(*self.at.doubt)
        self._answer, self._answered, self._alike, self._barren = b"", -1, 0, 0

    def state(self) -> dict[str, Any]:
        """The number of the next row, what was learned of the server, and an end that is still in doubt."""
        return dict(vars(self.at))

    async def read(self, need: int, maximum: int) -> Batch | None:
        """The next window that holds on to what was read before; see `Reader`."""
        at = self.at
        reach = 1
        for _ in range(_BARREN_LIMIT):
            sight = await self._look(self._window(need, maximum))
            if self._learns_size(sight):
                continue
            doubt, at.doubt = at.doubt, None
            if doubt is not None and self._is_behind(sight, doubt):
                if not self._settle(sight, doubt):
                    return self._unheld(sight)
                if at.doubt is None and doubt.proven and not sight.has_users:
                    return None
            elif sight.window.start == 0 or sight.known:
                batch = self._accepted(sight, maximum)
                is_end = doubt is not None and not batch.rows and self._is_confirmed(sight)
                return None if is_end or not sight.marks else self._checked(batch)
            elif doubt is not None and doubt.start == 0 and not sight.marks:
                at.doubt = doubt._replace(check="top")
            elif sight.window.start >= at.row - at.tail:  # no window could hold on to what was read
                return self._unheld(sight)
            else:
                self._sweep(sight.window.start - reach * sight.window.size)
                reach *= 2
        raise Implausible(_CONTRADICTION)

    def _sweep(self, row: int) -> None:
        """Go back to a row, since nobody who was read before is in sight."""
        at = self.at
        at.row, at.tail = max(0, row), 0
        at.hold = min(at.hold * 2, _MOST_HELD)
        at.moved = True

    def _window(self, need: int, maximum: int) -> Window:
        at, doubt = self.at, self.at.doubt
        if doubt is not None and doubt.check == "behind":
            return self._strategy.after(doubt.start, doubt.size, doubt.got)
        if at.fixed is not None:
            return self._strategy.fixed(at.row, at.fixed)
        size = min(maximum, at.cap or maximum)
        if doubt is None:
            return self._overlapping(at.row, at.tail, min(need << at.stale, maximum), size)
        if doubt.check == "top":
            return self._strategy.bare(0, size)
        across = self._overlapping(at.row, at.tail, 1, min(size, at.largest))
        if across.start < at.row - at.tail or doubt.start > 0:
            return across
        return self._strategy.after(doubt.start, doubt.size, doubt.got)  # pages so small do not overlap: once more

    def _is_behind(self, sight: _Sight, doubt: _Doubt) -> bool:
        """Whether a window was asked for because an end is in doubt, and begins there."""
        behind = self._strategy.after(doubt.start, doubt.size, doubt.got)
        return doubt.check != "top" and sight.window == behind

    def _settle(self, sight: _Sight, doubt: _Doubt) -> bool:
        """Learn from what stands behind a window that came short; False if it can not be explained."""
        at = self.at
        if sight.has_users:
            return self._explain(doubt)
        if sight.marks and not sight.is_short:  # records that are no users may stand before some
            at.doubt = doubt._replace(start=sight.window.start, size=sight.window.size, got=len(sight.marks))
        elif not doubt.proven:
            at.doubt = doubt._replace(check="across" if doubt.check == "behind" else "top")
        return True

    def _overlapping(self, row: int, tail: int, need: int, maximum: int) -> Window:
        window = self._strategy.window(row - tail, need + tail, maximum, min(self.at.hold, max(1, maximum // 4)))
        return window if window.start + window.size > row else self._strategy.bare(row, maximum)

    async def _look(self, window: Window) -> _Sight:
        sight = await self._ask(window)
        if self._is_strange(sight):
            sight = await self._ask(window)
        if not sight.marks and sight.page.promises(window.start):
            raise Implausible("The provider sent an empty page although its own total says that more users follow.")
        if sight.marks:
            self._answer, self._answered = sight.fingerprint, window.start
        at, total = self.at, sight.page.total
        if total is not None:
            at.moved = at.moved or at.total not in (None, total)
            at.total = total
        return sight

    def _is_strange(self, sight: _Sight) -> bool:
        """Whether a page is so unlikely, or so final, that it is asked for twice."""
        if sight.window.start == 0:
            return not sight.marks or sight.repeats or (len(self._known) > 0 and not sight.known)
        return sight.repeats or (not sight.marks and sight.page.promises(sight.window.start))

    async def _ask(self, window: Window) -> _Sight:
        page = await self._fetch(window.parameters, window.size)
        marks = [mark_of(item, self._identify) for item in page.items]
        known = [index for index, each in enumerate(marks) if each is not None and each in self._known]
        this = fingerprint(page.items, marks)
        repeats = bool(marks) and this == self._answer and window.start != self._answered
        self._alike = self._alike + 1 if repeats else 0
        if self._alike >= _SAME_PAGE_LIMIT:
            raise Implausible("The provider sends the same page again and again.")
        return _Sight(window, page, marks, known, this, repeats)

    def _learns_size(self, sight: _Sight) -> bool:
        """Whether a page shows for the first time, by more users than were asked for, that the server has a size of
        its own: then it is not the page that was meant.
        """
        at, users = self.at, sum(each is not None for each in sight.marks)
        if at.fixed is not None or users <= sight.window.size:
            return False
        if sight.window.start == 0 or (users == at.largest and not sight.known):
            at.fixed = len(sight.marks)
        return at.fixed is not None and sight.window.start > 0

    def _checked(self, batch: Batch) -> Batch:
        """The batch, unless too many in a row had no new user: then the pages contradict one another."""
        self._barren = 0 if any(row.mark is not None for row in batch.rows) else self._barren + 1
        if self._barren > _BARREN_LIMIT:
            raise Implausible(_CONTRADICTION)
        return batch

    def _explain(self, doubt: _Doubt) -> bool:
        """Behind a window that came short there are rows: the server clamps the size, or rows came in.

        False if neither explains it.
        """
        at = self.at
        at.uneven += 1
        if not doubt.proven and doubt.got >= at.largest and at.uneven == 1:
            at.cap = doubt.got
        return at.uneven <= _UNEVEN_LIMIT

    def _is_confirmed(self, sight: _Sight) -> bool:
        """Whether a window without a new user, asked for because nothing stood behind the last one, is the end.

        At the top it is: those who are there filled the first page when nothing stood behind it.
        """
        at_top = sight.window.start == 0
        return not sight.repeats and (at_top or self._is_proven(sight, self.at.largest))

    def _is_proven(self, sight: _Sight, largest: int) -> bool:
        """Whether a window came short, and no clamp can have cut it."""
        return sight.is_short and len(sight.marks) < largest

    def _accepted(self, sight: _Sight, maximum: int) -> Batch:
        """The users of a page who were not read before."""
        at = self.at
        aligned = self._note_order(sight)
        largest, at.largest = at.largest, max(at.largest, len(sight.marks))
        last, more = self._judge_end(sight, largest, aligned=aligned)
        if not sight.known and self._known.is_full:  # at the top again, with more behind us than is remembered
            at.drifted = True
            self._known.clear()
        first = sight.known[0] + 1 if sight.known else 0
        rows = self._fresh(sight, first, behind=TOP if len(self._known) else None)
        is_fresh = any(row.mark is not None for _, row in rows)
        at.stale = 0 if is_fresh else min(at.stale + 1, 10)
        at.uneven = 0 if is_fresh else at.uneven
        batch = self._batch(sight, rows, more=more, last=last)
        if not last:
            self._foresee(maximum)
        return batch

    def _note_order(self, sight: _Sight) -> bool:
        """Learn from where the user read last stands now whether rows moved, or came in another order.

        Returns whether it is where it was, so that row numbers mean what they meant.
        """
        at = self.at
        expected = at.row - at.tail - 1 - sight.window.start
        if sight.known and self._known.last in sight.marks:
            at.drifted = at.drifted or sight.known[-1] > sight.marks.index(self._known.last)
        aligned = sight.at(expected) == self._known.last
        at.moved = at.moved or (0 <= expected < len(sight.marks) and not aligned)
        return aligned or sight.window.start == 0

    def _judge_end(self, sight: _Sight, largest: int, *, aligned: bool) -> tuple[bool, bool]:
        """Whether the list certainly ends with this page, and whether it certainly does not; sets what is in doubt."""
        at, window, page = self.at, sight.window, sight.page
        end = self._end(sight)
        proven = self._is_proven(sight, largest)
        placed = self._strategy.counts_rows or window.start == 0 or not sight.is_short or proven
        trusted = placed and aligned and page.total is not None and page.total_exact and not sight.repeats
        says_last = self._strategy.says_last(page)
        if says_last is True or (trusted and page.total == end):
            return True, False
        more = says_last is False or (trusted and page.promises(end))
        at.crooked = 0 if aligned or not sight.is_short else at.crooked + 1
        if sight.is_short and at.crooked != 1:  # the first may be an answer to another question
            if trusted and page.promises(end):  # the server clamps the size, or thins out its pages
                at.cap = len(sight.marks) if len(sight.marks) >= largest else at.cap
            else:
                at.doubt = _Doubt(window.start, window.size, len(sight.marks), proven)
        return False, more

    def _end(self, sight: _Sight) -> int:
        """The number of the row behind a page; rows beyond those that were asked for are not counted."""
        return sight.window.start + min(len(sight.marks), self.at.fixed or sight.window.size)

    def _unheld(self, sight: _Sight) -> Batch | None:
        """Rows that hold on to nobody read before: users between may have slipped by."""
        at, page = self.at, sight.page
        at.drifted = True
        if not sight.marks:
            return None
        end = self._end(sight)
        at.tail = 0
        rows = self._fresh(sight, 0, behind=None)
        return self._batch(sight, rows, more=page.promises(end), last=page.ends_by(end))

    def _fresh(self, sight: _Sight, first: int, behind: Mark | None) -> list[tuple[int, Row]]:
        """The rows of a page that were not read before, from its row `first` on, each with its index there."""
        last_known = sight.known[-1] if sight.known else -1
        odd_before = last_known + self.at.tail  # what was no user before is not counted again
        behind = sight.marks[first - 1] if first else behind
        fresh: list[tuple[int, Row]] = []
        here: set[Mark] = set()
        for index in range(first, len(sight.marks)):
            each, record = sight.marks[index], sight.page.items[index]
            if each is None:
                if index > odd_before:
                    fresh.append((index, Row(record, None)))
                continue
            if each in here:
                self.at.repeated += 1
            elif each not in self._known:
                fresh.append((index, Row(record, each, behind)))
            here.add(each)
            behind = each
        return fresh

    def _batch(self, sight: _Sight, rows: list[tuple[int, Row]], *, more: bool, last: bool) -> Batch:
        at, start, offsets = self.at, sight.window.start, sight.offsets()
        first = rows[0][0] if rows else len(sight.marks)
        before_tail = self._tail(sight, first)
        at.row, at.tail = self._end(sight), self._tail(sight, len(sight.marks))
        after = self.state()
        row = start + offsets[first] if rows else at.row
        before = after | {"row": row, "tail": before_tail, "doubt": None}
        return Batch([row for _, row in rows], more, last, before, after, [start + offsets[index] for index, _ in rows])

    def _tail(self, sight: _Sight, end: int) -> int:
        """How many rows before the one with index `end` are no users."""
        if sight.is_padded:
            return 0
        for count in range(end):
            if sight.marks[end - 1 - count] is not None:
                return count
        return end + (self.at.tail if sight.window.start > 0 else 0)

    def _foresee(self, maximum: int) -> None:
        """Tell which windows come next if nothing moves."""
        at = self.at
        if self._ahead is None or at.fixed is not None or at.doubt is not None or at.stale:
            return
        size, row, tail = min(maximum, at.cap or maximum), at.row, at.tail
        windows: list[Window] = []
        for _ in range(self._ahead.width(certain=at.total is not None)):
            window = self._overlapping(row, tail, size, size)
            if at.total is not None and window.start >= at.total:
                break
            windows.append(window)
            row, tail = window.start + window.size, 0
        self._ahead.expect([(window.parameters, window.size) for window in windows])
