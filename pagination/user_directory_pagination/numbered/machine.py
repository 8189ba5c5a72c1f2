"""The reader of numbered rows as a machine without I/O: which window to ask for, and what an answer means.

Its mutable state is a `Place`, described there, and a page held back during one read (`_held`). It is in one of four
states: *reading* the next rows; *lost*, when no place that was read is in view and it looks further left; *doubting* an
end, while it makes the checks that prove it (`end_checks`); *done*.

One rule carries the proof: **never let go of the last known row before you hold the next.** Rows are accepted only from
a window that begins with the list or with a place that was read (`Recent.recognises`), or that touches such a window
which was read after it and showed nothing new behind the last known row.
"""

from typing import Any

from ..batch import Batch, Row
from ..habits import Habits
from ..recent import CAPACITY, Recent
from .end_checks import SMALLEST, doubt_of, is_top_due, looks_far_enough, window_of
from .judgement import Verdict, judge, looks_at_each
from .learning import learn_request, learn_size, note, what_it_says
from .observed_page import ObservedPage
from .place import Doubt, Place, Short
from .rows import fresh_rows, tail_before, unread_at_top
from .sight import Sight
from .window import Addressable, Window

__all__ = ["Machine", "Verdict"]

_MOST_HELD = 64
"""The most earlier rows that a window overlaps when the list was seen to move."""

_STOPS = 3
"""Reads that ended with a contradiction, after which the list is taken to end there."""


class Machine:
    """Decides what to ask for and what to believe. `known` holds the rows that were read."""

    def __init__(
        self, strategy: Addressable, known: Recent, habits: Habits, stored: dict[str, Any] | None = None
    ) -> None:
        self._strategy = strategy
        self._known = known
        self._habits = habits
        self.at = Place(**(stored or {}))
        if self.at.doubt is not None:
            self.at.doubt = Doubt(*self.at.doubt)
        if self.at.short is not None:
            self.at.short = Short(*self.at.short)
        self.at.mile = self.at.mile and (self.at.mile[0], self.at.mile[1])
        if stored is None and (strategy.thinned or habits.thinned):
            self.at.thinned = True
        self.done = False
        """Whether an end was proved."""
        self._held: ObservedPage | None = None
        self._again: Window | None = None
        self._asks = 0
        self._reach = 1

    @property
    def state(self) -> str:
        """The name of its state."""
        if self.done:
            return "done"
        return "doubting" if self.at.doubt else "lost" if self.at.lost else "reading"

    def stored(self) -> dict[str, Any]:
        """Return its place as plain JSON."""
        at = self.at
        doubt = at.doubt and at.doubt._replace(checks=list(at.doubt.checks))
        return vars(at) | {"first": list(at.first), "doubt": doubt}

    def begin(self) -> None:
        """Begin a read: nothing is held back from an earlier one, so what was to be compared with it is forgotten."""
        if self.at.doubt is not None and self.at.doubt.held:
            self.at.doubt = None
        self._held, self._again, self._asks, self._reach = None, None, 0, 1

    # What to ask for

    def next_window(self, need: int, maximum: int) -> Window:
        """Return the next window, for about `need` rows and at most `maximum`."""
        if self._again is not None:
            return self._again
        window = self._plain_window(need, maximum)
        return (self._strategy.renumbered(window) or window) if self.at.renumbered else window

    def _plain_window(self, need: int, maximum: int) -> Window:
        at = self.at
        if at.doubt is not None:
            return window_of(at, at.doubt, self._strategy, maximum)
        if (at.thinned or self._has_fixed_pages) and not at.step:
            self._stride(maximum)
        if self._held is not None:
            held = self._held.window
            if at.mile and at.step and not (looks_at_each(at) or self._known.is_full):
                return self._strategy.stride(at.mile[0], held.size)
            return self._strategy.stride(max(0, held.start - held.size), held.size)
        if at.step:
            return self._strategy.stride(at.row, at.step)
        most = min(maximum, at.cap or maximum, at.most or maximum)
        if at.short is not None and not self._strategy.counts_rows:  # a page from the top cannot prove an end
            most = min(most, at.row - at.tail - 1) if at.row - at.tail > SMALLEST else most
        return self.overlapping(at.row, at.tail, min(need << min(at.stale, 10), maximum), most)

    @property
    def _has_fixed_pages(self) -> bool:
        """Whether no page can overlap another, because all have one size and begin at multiples of it."""
        return self._strategy.fixed and not self._strategy.counts_rows

    def overlapping(self, row: int, tail: int, need: int, maximum: int) -> Window:
        """Return the window that begins before `row` and ends behind it; one that begins with `row` if none does."""
        window = self._strategy.window(row - tail, need + tail, maximum, min(self.at.hold, max(1, maximum // 4)))
        return window if window.end > row else self._strategy.bare(row, maximum)

    def _stride(self, maximum: int, full: int = 0) -> None:
        """Ask for pages of one size from now on, beginning with one that holds rows that were read."""
        at = self.at
        at.step = max(1, min(maximum, at.largest or maximum)) if self._strategy.counts_rows else maximum
        read = max(0, at.row - at.tail - 1)
        rows = max(full, min(at.step, at.largest)) or at.step  # that a page has, as far as it is known
        at.row = read if self._strategy.counts_rows else read // rows * at.step
        at.tail, at.full, at.hold, at.cap, at.most, at.short = 0, full, 1, None, None, None
        at.lost = at.stale = 0
        at.doubt, at.mile, at.rereads = None, None, True

    # What an answer means

    def judge(self, seen: ObservedPage) -> Verdict:
        """Return what an answer means. It changes nothing."""
        return judge(self._sight(seen), self._held, self._asks)

    def _sight(self, seen: ObservedPage) -> Sight:
        return Sight(seen, self.at, self._known, self._strategy, vouched=self._habits.end_vouched)

    # What follows from it

    def advance(self, seen: ObservedPage, verdict: Verdict, maximum: int) -> Batch | None:
        """Change the place as the verdict says; return the rows that come next, if any."""
        if self._asks and verdict is Verdict.ACCEPT and self._strategy.says_last(seen.page):
            self._habits.end_vouched = True
        learn_request(self._sight(seen))
        self._again, self._asks = (seen.window, self._asks + 1) if verdict is Verdict.AGAIN else (None, 0)
        if verdict is Verdict.ACCEPT:
            return self._accept(seen)
        if verdict is Verdict.ADOPT:
            return self._adopt(seen)
        if verdict is Verdict.STRIDE:
            self._begin_strides(seen, maximum)
        else:
            self._turn(seen, verdict)
        return None

    def _turn(self, seen: ObservedPage, verdict: Verdict) -> None:
        """Change the place after a window that has no rows to hand out."""
        at = self.at
        match verdict:
            case Verdict.HOLD:
                self._hold(seen)
            case Verdict.BACK:
                self._go_back(seen)
            case Verdict.CHECK:
                self._check(seen)
            case Verdict.NARROW:
                self._narrow(seen)
            case Verdict.CLAMP:
                at.cap = seen.users
            case Verdict.RENUMBER:
                at.renumbered = True
            case Verdict.MOVED:
                at.moved, at.mile = True, None
            case Verdict.CONTRADICTION:
                self._stop()
            case _:
                pass

    def give_up(self) -> None:
        """End a read that gave nothing: forget what was learned about the server, because it led to nothing."""
        self.at.forget_server()
        self.at.drifted = True
        self._stop()

    def _stop(self) -> None:
        """Count a contradiction that ends a read; the last one ends the list."""
        self.at.stops += 1
        if self.at.stops >= _STOPS:
            self.at.drifted = self.done = True

    def _hold(self, seen: ObservedPage) -> None:
        """Keep a page that may not join up, to look at what is before it."""
        at = self.at
        self._held = seen
        self._habits.contradicted()
        if at.doubt is not None:
            checks = ("first", "again") if self._known.is_full else ("again",)
            at.doubt = at.doubt._replace(checks=checks, held=True)

    def _go_back(self, seen: ObservedPage) -> None:
        """Look further left, twice as far each time, but never past all the rows that are remembered."""
        at = self.at
        self._held = None
        at.doubt, at.lost, at.moved = None, at.lost + 1, True
        if seen.window.start == 0:  # all that is remembered is gone: what is new cannot be told from what is forgotten
            at.drifted = self.done = True
            return
        if at.cap is None and 0 < seen.users < seen.window.size and seen.users >= at.largest and not at.step:
            at.cap = seen.users
        at.most = None
        at.row, at.tail = max(0, seen.window.start - self._reach * seen.window.size), 0
        at.hold = min(at.hold * 2, _MOST_HELD)
        self._reach = min(self._reach * 2, max(1, CAPACITY // (2 * seen.window.size)))

    def _narrow(self, seen: ObservedPage) -> None:
        """Ask for a smaller window after a refusal; if none is left, see whether the list really goes on until here."""
        at = self.at
        if seen.window.size > SMALLEST and seen.window.start < at.row - at.tail:
            at.most = max(SMALLEST, seen.window.size // 2)
        else:
            at.doubt = Doubt(at.row, seen.window.size, "", ("before",))

    def _begin_strides(self, seen: ObservedPage, maximum: int) -> None:
        at = self.at
        held, self._held = self._held, None
        self._habits.contradicted()
        full = seen.users if self._sight(seen).has_own_size else 0
        if held is not None and (at.step or self._sight(seen).is_reliable or not seen.users):
            at.thinned = True
        elif full:
            self._habits.own_sizes = True
        if not at.total_change:  # rows seemed to move because they have other numbers than it was thought
            at.moved = at.from_above = False
        if not at.step:
            self._stride(maximum, full)
            at.full = seen.users if seen.window.size == at.step else full
        if held is not None:
            at.promised = max(at.promised, held.window.start)
        at.doubt = None

    def _check(self, seen: ObservedPage) -> None:
        """Drop the check that was made, or begin with the checks; with none left, the end is proved."""
        at = self.at
        if at.doubt is None and self._sight(seen).shows_only_top:  # everybody was in the first answer
            self.done = True
            at.drifted = at.drifted or not self._sight(seen).is_end_shown
            return
        note(seen, at, self._known)
        doubt = at.doubt
        was_uneven = doubt is not None and doubt.checks[0] == "uneven"
        doubt = self._made(doubt, seen) if doubt else doubt_of(self._sight(seen), self._habits)
        at.doubt = doubt if doubt.checks else None
        self.done = not (doubt.checks or was_uneven)
        if self.done:
            self._end(doubt)
            at.drifted = at.drifted or not self._sight(seen).is_end_shown

    def _end(self, doubt: Doubt) -> None:
        """Learn from a list that was read to its end."""
        at = self.at
        if doubt.refused:
            at.bound = (doubt.start // doubt.size + 1) * at.full if at.step else at.row
        self._habits.bound = at.bound
        self._doubt_boundaries()
        if not at.moved:  # what moving rows look like is no habit
            self._habits.thinned = self._habits.thinned or at.thinned
            self._habits.own_sizes = self._habits.own_sizes or (at.step > 0 and not at.thinned)
        if doubt.looked and not (at.thinned or at.moved or at.drifted or at.cap):
            self._habits.end_vouched = True
        if at.tops and not at.drifted:
            self._habits.order_vouched = True

    def _made(self, doubt: Doubt, seen: ObservedPage) -> Doubt:
        at, check = self.at, doubt.checks[0]
        if check == "uneven":
            at.cap = max(1, seen.users)
            return doubt._replace(checks=())
        if check == "first" and self._held is not None and self._sight(self._held).is_top_again:
            self._held = None
            doubt = doubt._replace(held=False)
        if doubt.full and seen.refusal == "refused" and not at.thinned:
            doubt = doubt._replace(refused=True)
        if check == "inside" and self._sight(seen).is_reliable:
            doubt = doubt._replace(refused=False, full=False)
        is_behind = check in ("behind", "far")
        if is_behind and seen.marks and not len(self._known):  # nothing but records without an id was seen
            at.drifted = True
        looked = doubt.looked + is_behind
        if check == "top":
            at.tops += 1
            at.drifted = at.drifted or not self._known.are_in_order(seen.marks)
        if check == "before":
            if seen.users >= min(seen.window.size, at.cap or seen.window.size):
                at.bound = at.row
            return doubt._replace(checks=())
        if check == "far" and not looks_far_enough(looked, doubt.size):
            return doubt._replace(looked=looked)
        return doubt._replace(checks=doubt.checks[1:], looked=looked)

    def _accept(self, seen: ObservedPage) -> Batch:
        """Take the new rows of a window that joins up, or that is taken as it comes."""
        at = self.at
        if at.doubt is not None and at.doubt.checks[0] == "top":
            return self._accept_top(seen)
        doubt = at.doubt
        if doubt is not None and doubt.users == seen.users >= max(SMALLEST, doubt.looked) and at.cap is None:
            at.cap = seen.users  # rows moved, but it has as few again
        looked_back, held, self._held = self._held is not None, self._held, None
        if (
            held is not None
            and not at.step
            and seen.users >= min(SMALLEST, at.largest) > 0
            and held.window.start >= seen.window.start + seen.users
            and set(held.marks).isdisjoint(seen.marks)
        ):  # a clamp: rows are behind a short window
            at.cap = seen.users
        at.doubt = None
        sight = self._sight(seen)
        joins = sight.joins or (sight.shows_only_top and bool(seen.known))
        aligned = note(seen, at, self._known)
        if at.step and seen.window.start > 0 and not looked_back and seen.marks:
            self._count_boundary(checked=joins)
        if looked_back and at.unchecked and seen.has_news:
            at.drifted = True  # rows slipped by at this boundary, so maybe at those before it
        if looked_back and not at.rereads:
            at.moved = True
        rows = fresh_rows(seen, at, self._known, joins=joins)
        return self._batch(seen, rows, aligned=aligned)

    def _adopt(self, before: ObservedPage) -> Batch:
        """Take the rows of the page held back: what is before it was read again, and nothing is between."""
        at, held = self.at, self._held or before
        note(before, at, self._known)
        self._held = None
        self._count_boundary(checked=False)
        at.mile = None
        if at.step and before.users < at.full:
            at.thinned = True
        return self._batch(held, fresh_rows(held, at, self._known, joins=False), aligned=False)

    def _count_boundary(self, *, checked: bool) -> None:
        self.at.boundaries += 1
        self.at.unchecked += not checked

    def _accept_top(self, seen: ObservedPage) -> Batch:
        """Take the rows at the top that came in, or moved there, since it was read."""
        at = self.at
        note(seen, at, self._known)
        before = self.stored()
        if seen.known or at.doubt is None:
            at.tops += 1
            at.doubt = at.doubt and at.doubt._replace(down=0)
        else:  # more came in than a window holds
            at.doubt = at.doubt._replace(down=at.doubt.down + 1)
        rows = unread_at_top(seen, self._known)
        return Batch(rows, more=False, last=False, before=before, after=self.stored(), places=[at.row] * len(rows))

    def _batch(self, seen: ObservedPage, rows: list[tuple[int, Row]], *, aligned: bool) -> Batch:
        """Move on behind a page, and return its new rows."""
        at, start, short = self.at, seen.window.start, self.at.short
        is_fresh = any(row.mark is not None for _, row in rows)
        largest, at.largest = at.largest, max(at.largest, seen.users)
        self._reach = 1
        at.lost = 0 if is_fresh else at.lost
        at.stale = 0 if is_fresh else at.stale + 1
        if at.step:
            return self._stride_batch(seen, [row for _, row in rows])
        at.held = next((each.hex() for each in reversed(seen.marks) if each is not None), at.held)
        offsets = seen.offsets()
        first = rows[0][0] if rows else len(seen.marks)
        before_tail = tail_before(seen, first, at)
        extra = seen.users if self._strategy.counts_rows else seen.window.size
        at.row, at.tail = (
            start + min(len(seen.marks), max(seen.window.size, extra)),
            tail_before(seen, len(seen.marks), at),
        )
        learn_size(seen, at, largest, is_fresh=is_fresh, aligned=aligned)
        more, last = what_it_says(seen, at.row, self._strategy, aligned=aligned)
        last = last and self._may_end(seen)
        after = self.stored()
        uneven = at.doubt if at.doubt is not None and at.doubt.checks[0] == "uneven" else None
        row = start + offsets[first] if rows else at.row
        before = after | {"row": row, "tail": before_tail, "held": "", "doubt": uneven, "step": 0, "short": short}
        if self._sight(seen).has_own_size:
            self._habits.own_sizes = True
            self._stride(seen.window.size, seen.users)
            at.row, at.rereads = at.step, False
            after = self.stored()
        return Batch([row for _, row in rows], more, last, before, after, [start + offsets[i] for i, _ in rows])

    def _stride_batch(self, seen: ObservedPage, rows: list[Row]) -> Batch:
        at, start = self.at, seen.window.start
        at.full = max(at.full, seen.users)
        at.short = Short(start, seen.window.size, seen.users, "", 0) if seen.users < at.full else None
        at.row = seen.window.end
        said = self._strategy.says_last(seen.page)
        last = said is True and self._may_end(seen)
        this = (start, seen.fingerprint.hex())
        if at.rereads and at.mile and at.mile[0] == start:
            at.moved = at.moved or at.mile != this
        at.mile, at.rereads = at.mile or this, at.rereads and not rows
        before = self.stored() | {"row": start, "doubt": None, "rereads": True, "mile": this}
        return Batch(rows, said is False, last, before, self.stored(), [start] * len(rows))

    def _may_end(self, seen: ObservedPage) -> bool:
        """Return whether a list that says that it ends here may end at once; if not, the top is looked at again."""
        if is_top_due(self.at, self._known):
            self.at.doubt = Doubt(seen.window.start, seen.window.size, "", ("top",))
            return False
        self._doubt_boundaries()
        return True

    def _doubt_boundaries(self) -> None:
        """Doubt a list that moved while boundaries were crossed that no overlap proves."""
        if self.at.unchecked and self.at.moved:
            self.at.drifted = True
