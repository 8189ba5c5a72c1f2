"""Reading a list by row numbers: the machine's windows are fetched, and its rows handed out."""

from dataclasses import replace
from functools import partial
from typing import Any

from ..batch import Batch, FetchPage, Identify, fingerprint, marks_of
from ..errors import Implausible, PositionFailed, PositionRefused
from ..fairness import decided
from ..habits import Habits
from ..page import RawPage
from ..prefetch import Prefetch
from ..recent import Recent
from .machine import Machine, Verdict
from .observed_page import ObservedPage, Refusal
from .place import Place
from .window import Addressable, Window

__all__ = ["NumberedReader"]

_BARREN_LIMIT = 40
"""Windows in a row without a new row; going a million rows back and forth takes fewer."""

_CONTRADICTION = "The provider's pages contradict one another."
_EMPTY = "The provider sent an empty page although its own total says that more users follow."
_SAME_PAGE = "The provider sends the same page again and again."


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
        habits: Habits | None = None,
    ) -> None:
        self._machine = Machine(strategy, known, habits or Habits(), stored)
        self._fetch = fetch
        self._identify = identify
        self._known = known
        self._prefetch = prefetch
        self._answers = [(-1, b""), (-1, b"")]
        """Where the last two windows began, and the fingerprints of what they showed."""

    @property
    def at(self) -> Place:
        """Where the reader is, and what it learned."""
        return self._machine.at

    def state(self) -> dict[str, Any]:
        """Return its place as plain JSON."""
        return self._machine.stored()

    async def read(self, need: int, maximum: int) -> Batch | None:
        """Return the next rows; see `Reader`."""
        machine = self._machine
        machine.begin()
        for _ in range(_BARREN_LIMIT):
            window = machine.next_window(need, maximum)
            answer = await self._answer(window)
            rows = 0 if isinstance(answer, str) else len(answer.items)
            seen = await decided(partial(self._see, window, answer), rows)
            verdict, batch = await decided(partial(self._decide, seen, maximum), rows)
            if machine.done:
                return replace(batch, last=True) if batch is not None else None
            if verdict is Verdict.CONTRADICTION:
                raise Implausible(_SAME_PAGE if seen.marks else _EMPTY)
            if batch is not None and (batch.rows or batch.last):
                if not batch.last:
                    self._foresee(maximum)
                return batch
        machine.give_up()
        if machine.done:
            return None
        raise Implausible(_CONTRADICTION)

    async def _answer(self, window: Window) -> RawPage | Refusal:
        """Fetch a window. A refusal, or a failure, behind the first row is an answer too."""
        try:
            return await self._fetch(window.parameters, window.size)
        except (PositionRefused, PositionFailed) as error:
            if window.start == 0 or (isinstance(error, PositionFailed) and error.passing):
                raise
            return _refusal(error)

    def _decide(self, seen: ObservedPage, maximum: int) -> tuple[Verdict, Batch | None]:
        """Decide what an answer means, and go on from there."""
        verdict = self._machine.judge(seen)
        return verdict, self._machine.advance(seen, verdict, maximum)

    def _see(self, window: Window, answer: RawPage | Refusal) -> ObservedPage:
        """Mark the rows of an answer."""
        if isinstance(answer, str):
            return ObservedPage(window, RawPage([]), [], [], refusal=answer)
        page = answer
        marks = marks_of(page.items, self._identify)
        remembered = self._known.marks
        known = [index for index, each in enumerate(marks) if each in remembered]
        this = fingerprint(page.items, marks)
        if window.start != self._answers[1][0]:
            self._answers = [self._answers[1], (window.start, this)]
        repeats = bool(marks) and this == self._answers[0][1]
        self.at.note_total(page.total)
        return ObservedPage(window, page, marks, known, this, repeats)

    def _foresee(self, maximum: int) -> None:
        """Tell the prefetch which windows come next if nothing moves."""
        at = self.at
        if self._prefetch is None or at.step or at.doubt is not None or at.stale or at.short is not None:
            return
        size, row, tail = min(maximum, at.cap or maximum), at.row, at.tail
        windows: list[Window] = []
        for _ in range(self._prefetch.width(certain=at.total is not None)):
            window = self._machine.overlapping(row, tail, size, size)
            if at.total is not None and window.start >= at.total:
                break
            windows.append(window)
            row, tail = window.end, 0
        self._prefetch.expect([(window.parameters, window.size) for window in windows])


def _refusal(error: PositionRefused | PositionFailed) -> Refusal:
    if isinstance(error, PositionFailed):
        return "failed"
    return "absent" if error.absent else "refused"
