"""How one answer looks from where a reader stands: what of it is known, and what that says. It changes nothing."""

from functools import cached_property
from itertools import pairwise

from ..recent import Recent
from .observed_page import ObservedPage
from .place import Doubt, Place
from .window import Addressable

__all__ = ["Sight", "first_marks"]

_TOP_ROWS = 8
"""First rows of the list that are remembered, to tell the top when it comes again further down."""

_TOO_FEW = 2
"""Rows that no server takes for a page, whatever it is asked for."""


class Sight:
    """One answer, the place of the reader that gets it, and the rows that were read."""

    def __init__(
        self, seen: ObservedPage, at: Place, known: Recent, strategy: Addressable, *, vouched: bool = True
    ) -> None:
        self.seen = seen
        self.at = at
        self.known = known
        self.strategy = strategy
        self.vouched = vouched
        """Whether an end of this list was seen to be true."""

    @property
    def is_at_top(self) -> bool:
        """Whether the window begins with the list."""
        return self.seen.window.start == 0

    @cached_property
    def joins(self) -> bool:
        """Whether the window begins the list or shows a place that was read, so that nothing can be between.

        If the order changes so much that users may have been missed anyhow, any known row is a place.
        """
        if self.is_at_top:
            return bool(self.seen.known) or not (self.known.is_full and self.seen.marks)
        held = bytes.fromhex(self.at.held)
        stands = bool(held) and self.seen.at(self.at.row - self.at.tail - 1 - self.seen.window.start) == held
        shows = self.at.drifted or stands or self.known.recognises(self.seen.marks, held)
        return bool(self.seen.known) and shows and not self.is_top_again

    @cached_property
    def has_rows(self) -> bool:
        """Whether it has rows that were not read, with an id or without."""
        odd_before = (self.seen.known[-1] if self.seen.known else -1) + self.at.tail
        odd = any(each is None and index > odd_before for index, each in enumerate(self.seen.marks))
        return odd or self.seen.has_news

    @cached_property
    def has_unknown_users(self) -> bool:
        """Whether any user in it was not read, wherever they stand; False if some may have been forgotten."""
        unknown = any(each is not None and each not in self.known for each in self.seen.marks)
        return unknown and not self.known.is_full

    @cached_property
    def is_top_again(self) -> bool:
        """Whether a window further down shows the top of the list."""
        shown, start, first = first_marks(self.seen), self.seen.window.start, self.at.first
        if start == 0 or not shown or not first or self.at.repeated:  # ids that repeat tell nothing
            return False
        if self.seen.known and self.seen.known[0] == 0 and shown[0] not in first:
            return False
        if start < 2 * _TOP_ROWS or len(shown) == 1:
            return shown[:2] == first[:2]
        return bool(set(pairwise(shown)) & set(pairwise(first)))

    @property
    def shows_only_top(self) -> bool:
        """Whether nothing but the top of the list was ever shown, and not here either: it has most that was read."""
        fits = self.seen.users >= min(self.at.row, self.seen.window.size + 1)
        is_all = not self.at.step and fits and 4 * len(self.seen.known) >= 3 * len(self.known)
        return is_all and self.is_top_again and not self.may_renumber

    @property
    def is_end_shown(self) -> bool:
        """Whether an end may be believed: not if the server shows the top wherever it is asked to begin.

        Then it may have more than it shows, unless it states as many, or shows fewer than were asked for and does heed
        a size.
        """
        at, read = self.at, len(self.known)
        is_whole = at.total == read or (at.sized and not at.exact)
        return at.heeded or is_whole or read <= _TOO_FEW

    @property
    def may_renumber(self) -> bool:
        """Whether this is page 1, and it may be page 0 once more."""
        at, window = self.at, self.seen.window
        is_second = window.start == window.size and window.size <= max(at.row, at.step)
        return not at.renumbered and is_second and self.strategy.renumbered(window) is not None

    @property
    def has_own_size(self) -> bool:
        """Whether a page of a paged list has more rows than it was asked for."""
        seen = self.seen
        return not self.at.step and not self.strategy.counts_rows and seen.users > seen.window.size

    @property
    def is_clamped(self) -> bool:
        """Whether the anchor stands where it does if the server took the number of the page by a smaller size."""
        at, seen = self.at, self.seen
        window, is_paged = seen.window, not (self.strategy.counts_rows or at.step or at.cap)
        if not is_paged or self.is_at_top or not max(2, at.largest) <= len(seen.marks) < window.size:
            return False
        anchor, row = self.known.last, at.row - at.tail - 1
        start = window.start // window.size * len(seen.marks)
        return seen.at(row - start) == anchor and seen.at(row - window.start) != anchor

    @property
    def is_short(self) -> bool:
        """Whether the list may end with this page, because it has fewer rows than others."""
        return self.seen.users < self.at.full if self.at.step else self.seen.is_short

    @property
    def says_it_ends_oddly(self) -> bool:
        """Whether the answer calls itself the last, and only its word, or its size alone, speaks for that."""
        is_first = self.is_at_top and not len(self.known) and not self.vouched and bool(self.seen.marks)
        return (is_first or not self.seen.is_short) and self.strategy.says_last(self.seen.page) is True

    @property
    def is_aligned(self) -> bool:
        """Whether the anchor stands where its number says; then the window begins where it was asked to."""
        return self.seen.at(self.at.row - self.at.tail - 1 - self.seen.window.start) == self.known.last

    @property
    def is_reliable(self) -> bool:
        """Whether a window that shows nothing new cannot have been cut before its end.

        A page that begins where it should, and not with the list, has the size that was asked for. A window from a row
        number begins where it should; it is not cut if larger pages came.
        """
        at, seen = self.at, self.seen
        if at.step or at.thinned or self.is_at_top or not seen.is_short:
            return False
        if self.strategy.counts_rows:
            return seen.users <= at.hold + at.tail and seen.users < at.largest
        return self.is_aligned

    def shows_nothing_behind(self, doubt: Doubt) -> bool:
        """Return whether a window behind a doubted end shows no row behind it.

        It is blank, or shows the top once more, or the end once more; but not known rows that were cut off before it.
        """
        seen = self.seen
        if seen.is_blank or self.is_top_again:
            return True
        again = seen.repeats or seen.fingerprint.hex() == doubt.shown
        is_end = again or seen.shows_last(bytes.fromhex(doubt.last))
        return self.joins and is_end and not seen.has_news

    def proves_thinning(self, doubt: Doubt) -> bool:
        """Return whether rows behind a window that shows nothing new mean that it was thinned out, not clamped."""
        if not self.seen.is_short or (doubt.shown and doubt.shown != self.seen.fingerprint.hex()):
            return False
        no_clamp = self.at.cap is not None or self.seen.users < max(1, self.at.largest)  # it would cut no lower
        return bool(self.at.step) or self.is_reliable or no_clamp


def first_marks(seen: ObservedPage) -> list[str]:
    """Return the first different rows of a page, in hex."""
    return list(dict.fromkeys(each.hex() for each in seen.marks[:_TOP_ROWS] if each is not None))
