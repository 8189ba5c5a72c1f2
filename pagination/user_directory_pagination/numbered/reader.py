"""Reading a list by row numbers while rows move: every window overlaps the rows read before it.

A window is accepted only if it begins the list or shows a row that was read already. Rows keep their relative order, so
the rows behind a known row that were not read come next, with nothing between. If no known row is in view, earlier rows
were deleted and the list moved to the left: the reader goes left until it sees a known row. A window may be older than
the one before (see `prefetch`): a row that was there all the time is in both.
"""

from typing import Any, NamedTuple

from ..batch import Batch, FetchPage, Identify, Row, fingerprint, mark_of
from ..errors import Implausible
from ..prefetch import Prefetch
from ..recent import TOP, Mark, Recent
from .end_detection import EndDetection
from .observed_page import Doubt, ObservedPage, Place
from .window import Addressable, Window

__all__ = ["NumberedReader"]

_SAME_PAGE_LIMIT = 5
"""Equal answers to different requests: then the provider ignores the page number. Rows that are deleted one after
another can make two or three answers equal."""

_BARREN_LIMIT = 40
"""Windows in a row without a new row; going a million rows back and forth takes fewer."""

_STRANGE_LIMIT = 2
"""How often to ask for a strange page again before believing it."""

_CONTRADICTION = "The provider's pages contradict one another."

_MOST_HELD = 64
"""The most earlier rows that a window overlaps when the list was seen to move."""


class _Step(NamedTuple):
    """Whether a read is done, and with which rows; none is the end."""

    is_done: bool
    batch: Batch | None = None


_AGAIN = _Step(is_done=False)
_END = _Step(is_done=True)


class NumberedReader:
    """The reader for numbered pages and offsets.

    `known` holds the rows read in this list; the walk adds to it. `stored` is an earlier `state`. `prefetch`, if given,
    is told which windows are likely to come next.
    """

    def __init__(
        self,
        strategy: Addressable,
        fetch: FetchPage,
        identify: Identify,
        known: Recent,
        stored: dict[str, Any] | None = None,
        prefetch: Prefetch | None = None,
    ) -> None:
        self._strategy = strategy
        self._fetch = fetch
        self._identify = identify
        self._known = known
        self._prefetch = prefetch
        self.at = Place(**(stored or {}))
        if self.at.doubt is not None:
            self.at.doubt = Doubt(*self.at.doubt)
        self._ending = EndDetection(strategy, self.at)
        self._answer, self._answered, self._alike, self._barren = b"", -1, 0, 0
        self._reach = 1
        """How many windows further back the next sweep goes."""

    def state(self) -> dict[str, Any]:
        """Return the number of the next row, what was learned about the server, and an end that is still in doubt."""
        return dict(vars(self.at))

    async def read(self, need: int, maximum: int) -> Batch | None:
        """Return the next window that overlaps what was read before; see `Reader`."""
        self._reach = 1
        for _ in range(_BARREN_LIMIT):
            observed = await self._look(self._window(need, maximum))
            if not self._learns_size(observed):
                step = self._weigh(observed, maximum)
                if step.is_done:
                    return step.batch
        self.at.forget_server()
        raise Implausible(_CONTRADICTION)

    def _weigh(self, observed: ObservedPage, maximum: int) -> _Step:
        """Return what a page gives, if anything, and learn from it what to ask for next."""
        at = self.at
        doubt, at.doubt = at.doubt, None
        if doubt is not None and observed.window == self._ending.behind(doubt):
            if not self._ending.settle(observed, doubt):
                return self._unheld(observed)
            return _AGAIN if observed.users or at.doubt is not None else _END
        if observed.window.start == 0 or observed.known:
            return self._held(observed, doubt, maximum)
        if doubt is not None and doubt.start == 0 and not observed.marks:
            at.doubt = doubt._replace(check="behind")
        elif observed.window.start >= at.row - at.tail:  # no window could overlap what was read
            return self._unheld(observed)
        else:
            self._sweep(observed.window.start - self._reach * observed.window.size)
        return _AGAIN

    def _held(self, observed: ObservedPage, doubt: Doubt | None, maximum: int) -> _Step:
        """Accept a page that begins the list or shows a row that was read before."""
        at = self.at
        if doubt is not None and not observed.is_short:
            self._ending.learn_clamp(doubt)
        batch = self._accepted(observed, maximum)
        if doubt is not None and self._ending.confirms(observed, doubt):
            return _END if at.doubt is None else _AGAIN
        return _Step(is_done=True, batch=self._checked(batch)) if observed.marks else _END

    def _sweep(self, row: int) -> None:
        """Go back to an earlier row, since no row that was read before is in view."""
        at = self.at
        at.row, at.tail = max(0, row), 0
        at.hold = min(at.hold * 2, _MOST_HELD)
        at.moved = True
        self._reach *= 2

    def _window(self, need: int, maximum: int) -> Window:
        at, doubt = self.at, self.at.doubt
        size = min(maximum, at.cap or maximum)
        if doubt is not None:
            beyond = max(1, doubt.start + doubt.size - at.row + 1)
            across = self._overlapping(at.row, at.tail, beyond, max(1, min(size, at.largest)))
            return self._ending.window(doubt, across, size)
        if at.fixed is not None:
            return self._strategy.fixed(at.row, at.fixed)
        return self._overlapping(at.row, at.tail, min(need << at.stale, maximum), size)

    def _overlapping(self, row: int, tail: int, need: int, maximum: int) -> Window:
        window = self._strategy.window(row - tail, need + tail, maximum, min(self.at.hold, max(1, maximum // 4)))
        return window if window.start + window.size > row else self._strategy.bare(row, maximum)

    async def _look(self, window: Window) -> ObservedPage:
        observed = await self._ask(window)
        for _ in range(_STRANGE_LIMIT):
            if not self._is_strange(observed):
                break
            had_rows, observed = bool(observed.marks), await self._ask(window)
            if had_rows == bool(observed.marks):
                break
        if not observed.marks and observed.page.promises(window.start):
            raise Implausible("The provider sent an empty page although its own total says that more users follow.")
        if observed.marks:
            self._answer, self._answered = observed.fingerprint, window.start
        at, total = self.at, observed.page.total
        if total is not None:
            at.total_changed = at.total_changed or at.total not in (None, total)
            at.moved = at.moved or at.total_changed
            at.total = total
        return observed

    def _is_strange(self, observed: ObservedPage) -> bool:
        """Return whether a page is so unlikely, or so final, that the reader should ask for it again."""
        repeats = observed.repeats and self._alike <= 1  # asking once more is enough to learn that it repeats
        if observed.window.start == 0:
            return not observed.marks or repeats or (len(self._known) > 0 and not observed.known)
        return repeats or (not observed.marks and observed.page.promises(observed.window.start))

    async def _ask(self, window: Window) -> ObservedPage:
        page = await self._fetch(window.parameters, window.size)
        marks = [mark_of(item, self._identify) for item in page.items]
        known = [index for index, each in enumerate(marks) if each is not None and each in self._known]
        this = fingerprint(page.items, marks)
        repeats = bool(marks) and this == self._answer and window.start != self._answered
        self._alike = self._alike + 1 if repeats else 0
        if self._alike >= _SAME_PAGE_LIMIT:
            raise Implausible("The provider sends the same page again and again.")
        return ObservedPage(window, page, marks, known, this, repeats)

    def _learns_size(self, observed: ObservedPage) -> bool:
        """Return whether a page, by having more rows than requested, shows for the first time that the server decides
        the size: then it is not the page that was meant.
        """
        at = self.at
        if at.fixed is not None or observed.users <= observed.window.size:
            return False
        if observed.window.start == 0 or (observed.users == at.largest and not observed.known):
            at.fixed = len(observed.marks)
        return at.fixed is not None and observed.window.start > 0

    def _checked(self, batch: Batch) -> Batch:
        """Return the batch, unless too many in a row had no new row: then the pages contradict one another."""
        self._barren = 0 if any(row.mark is not None for row in batch.rows) else self._barren + 1
        if self._barren > _BARREN_LIMIT:
            self.at.forget_server()
            raise Implausible(_CONTRADICTION)
        return batch

    def _accepted(self, observed: ObservedPage, maximum: int) -> Batch:
        """Return the rows of a page that were not read before."""
        at = self.at
        aligned = self._note_order(observed)
        largest, at.largest = at.largest, max(at.largest, observed.users)
        last, more = self._ending.judge(observed, largest, aligned=aligned)
        if not observed.known and self._known.is_full:  # at the top again, and more was read than is remembered
            at.drifted = True
            self._known.clear()
        rows = self._fresh(observed, behind=TOP if len(self._known) else None)
        is_fresh = any(row.mark is not None for _, row in rows)
        at.stale = 0 if is_fresh else min(at.stale + 1, 10)
        at.uneven = 0 if is_fresh else at.uneven
        batch = self._batch(observed, rows, more=more, last=last)
        if not last:
            self._foresee(maximum)
        return batch

    def _note_order(self, observed: ObservedPage) -> bool:
        """Learn from the place of the last row read whether rows moved or came in a different order.

        Return whether that row is where it was, so that row numbers still mean the same.
        """
        at = self.at
        expected = at.row - at.tail - 1 - observed.window.start
        if observed.known and self._known.last in observed.marks:
            at.drifted = at.drifted or observed.known[-1] > observed.marks.index(self._known.last)
        aligned = observed.at(expected) == self._known.last
        at.moved = at.moved or (0 <= expected < len(observed.marks) and not aligned)
        return aligned or observed.window.start == 0

    def _unheld(self, observed: ObservedPage) -> _Step:
        """Accept rows that overlap nothing read before: rows between may have been missed."""
        at, page = self.at, observed.page
        at.drifted = True
        if not observed.marks:
            return _END
        end = observed.end(at.fixed)
        at.tail = 0
        rows = self._fresh(observed, behind=None)
        batch = self._batch(observed, rows, more=page.promises(end), last=page.ends_by(end))
        return _Step(is_done=True, batch=batch)

    def _fresh(self, observed: ObservedPage, behind: Mark | None) -> list[tuple[int, Row]]:
        """Return the rows of a page that were not read before, each with its index there; they follow row `behind`."""
        last_known = observed.known[-1] if observed.known else -1
        odd_before = last_known + self.at.tail  # records without an id are not counted again
        behind = observed.marks[observed.known[0]] if observed.known else behind
        fresh: list[tuple[int, Row]] = []
        here: set[Mark] = set()
        for index in range(observed.first, len(observed.marks)):
            each, record = observed.marks[index], observed.page.items[index]
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

    def _batch(self, observed: ObservedPage, rows: list[tuple[int, Row]], *, more: bool, last: bool) -> Batch:
        at, start, offsets = self.at, observed.window.start, observed.offsets()
        first = rows[0][0] if rows else len(observed.marks)
        before_tail = self._tail(observed, first)
        at.row, at.tail = observed.end(at.fixed), self._tail(observed, len(observed.marks))
        after = self.state()
        row = start + offsets[first] if rows else at.row
        before = after | {"row": row, "tail": before_tail, "doubt": None}
        return Batch([row for _, row in rows], more, last, before, after, [start + offsets[index] for index, _ in rows])

    def _tail(self, observed: ObservedPage, index: int) -> int:
        """Return how many rows directly before this index have no id, including those of earlier pages."""
        odd = observed.odd_before(index)
        return odd if odd >= 0 else index + (self.at.tail if observed.window.start > 0 else 0)

    def _foresee(self, maximum: int) -> None:
        """Tell the prefetch which windows come next if nothing moves."""
        at = self.at
        if self._prefetch is None or at.fixed is not None or at.doubt is not None or at.stale:
            return
        size, row, tail = min(maximum, at.cap or maximum), at.row, at.tail
        windows: list[Window] = []
        for _ in range(self._prefetch.width(certain=at.total is not None)):
            window = self._overlapping(row, tail, size, size)
            if at.total is not None and window.start >= at.total:
                break
            windows.append(window)
            row, tail = window.start + window.size, 0
        self._prefetch.expect([(window.parameters, window.size) for window in windows])
