"""Telling the end of a numbered list from a page that the server cut short.

An end is believed if the provider's own total or link says so, or if two answers agree: a short page, and another page
that shows nothing where the next row would be. Either may be wrong once.
"""

from .observed_page import Doubt, ObservedPage, Place
from .window import Addressable, Window

__all__ = ["EndDetection"]

_UNEVEN_LIMIT = 3
"""Short windows with rows behind them but no new row between them: then pages are thinned out, not clamped."""


class EndDetection:
    """What is known about the end of one list. What it learns is written into the reader's place."""

    def __init__(self, strategy: Addressable, at: Place) -> None:
        self._strategy = strategy
        self._at = at

    def judge(self, observed: ObservedPage, largest: int, *, aligned: bool) -> tuple[bool, bool]:
        """Return whether the list certainly ends with this page, and whether it certainly does not.

        `largest` is the number of rows with an id on the largest earlier page. `aligned`: rows are where they were.
        """
        at, window, page = self._at, observed.window, observed.page
        end = observed.end(at.fixed)
        whole = observed.is_whole(largest)
        placed = self._strategy.counts_rows or window.start == 0 or not observed.is_short or whole
        trusted = placed and aligned and page.total is not None and page.total_exact and not observed.repeats
        says_last = self._strategy.says_last(page)
        if says_last is True or (trusted and page.total == end):
            return True, False
        at.crooked = 0 if aligned or not observed.is_short else at.crooked + 1
        if observed.is_short and at.crooked != 1:  # the first may answer a different request
            if trusted and page.promises(end):  # the server clamps the size, or thins out its pages
                at.cap = max(1, observed.users) if observed.users >= largest else at.cap
            else:
                at.doubt = Doubt(
                    window.start, window.size, len(observed.marks), observed.users, whole, observed.has_news
                )
        return False, says_last is False or (trusted and page.promises(end))

    def window(self, doubt: Doubt, across: Window, maximum: int) -> Window:
        """Return the window that settles a doubt; `across` is the best window that overlaps the end."""
        at = self._at
        if doubt.check == "top":
            return self._strategy.bare(0, maximum)
        borders = doubt.whole and self._strategy.counts_rows
        holds = across.start < at.row - at.tail  # pages that are too small do not
        if doubt.check == "behind" or at.fixed is not None or borders or not holds:
            return self.behind(doubt)
        return across

    def behind(self, doubt: Doubt) -> Window:
        """Return the window behind the one in doubt."""
        return self._strategy.after(doubt.start, doubt.size, doubt.got)

    def settle(self, observed: ObservedPage, doubt: Doubt) -> bool:
        """Learn from what follows a short window; return False if it cannot be explained."""
        at = self._at
        if observed.users:
            return self._explain(doubt)
        if observed.marks and not observed.is_whole(at.largest):  # records without an id may come before some rows
            at.doubt = doubt._replace(start=observed.window.start, size=observed.window.size, got=len(observed.marks))
        elif not doubt.whole and doubt.check == "across":
            at.doubt = doubt._replace(check="behind")
        elif not doubt.whole and doubt.start == 0:
            at.doubt = doubt._replace(check="top")
        else:
            at.drifted = at.drifted or not doubt.whole
        return True

    def confirms(self, observed: ObservedPage, doubt: Doubt) -> bool:
        """Return whether a window that was asked for because of a doubt shows no new row, and no clamp can have cut it.

        At the top no clamp has: these rows filled the first page when nothing was behind it.
        """
        at = self._at
        if observed.has_news or observed.repeats or not (doubt.check == "top" or observed.is_whole(at.largest)):
            return False
        reaches = observed.window.start + observed.window.size > doubt.start + doubt.size
        is_enough = reaches or not doubt.news or doubt.check == "top"
        at.doubt = None if is_enough else doubt._replace(whole=True, check="behind")
        return True

    def learn_clamp(self, doubt: Doubt) -> None:
        """Learn the clamp from a short window that had the most rows so far, and behind which more follow."""
        if not doubt.whole and doubt.users >= self._at.largest:
            self._at.cap = max(1, doubt.users)

    def _explain(self, doubt: Doubt) -> bool:
        """Explain rows behind a short window: the server clamps the size, or rows came in.

        Return False if that happens too often without a new row.
        """
        self._at.uneven += 1
        if self._at.uneven == 1:
            self.learn_clamp(doubt)
        return self._at.uneven <= _UNEVEN_LIMIT
