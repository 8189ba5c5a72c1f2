"""Reading a list in which each answer says where the next one begins: keys, tokens and links.

Rows that move cannot shift the next page here. Three things can go wrong. The provider may go in circles. It may refuse
the key of a deleted row, or answer with nothing; then the reader asks from an earlier key. And a token may be a row
number in disguise; a row that appears again gives it away.
"""

import json
from dataclasses import dataclass, field
from typing import Any

from ..batch import Batch, FetchPage, Identify, Row, Standing, fingerprint, mark_of
from ..errors import Implausible, PositionRefused
from ..page import Position, RawPage
from ..recent import Mark, Recent, mark
from .chain import Chain

__all__ = ["ChainedReader"]

_POSITIONS = 1024
"""Remembered positions and pages: a circle of up to 512 pages is recognised as one."""

_START: Position = {}
_LOST: Position = {"lost": True}

_BACK_LIMIT = 16
"""How many times in a row to try an earlier key without finding a new row."""

_KEYS = (2, 8, 32)
"""How many rows back to look for an earlier key when the last one does not work."""


@dataclass
class _Place(Standing):
    """The position of a reader, as plain data."""

    position: Position | None = field(default_factory=dict[str, Any])
    size: int | None = None
    largest: int = 0
    came_short: bool = False
    """Whether the previous page had fewer rows than requested, and no clamp can have cut it."""
    keys: list[Any] = field(default_factory=list[Any])
    passed: str = ""
    rereads: bool = False
    """Whether rows appear again because the reader went back to an earlier position."""
    went_back: int = 0
    """How many times in a row the reader went back without finding a new row."""


class ChainedReader:
    """The reader for keyset, token and link pagination. `known` holds the rows read; `stored` is an earlier `state`."""

    def __init__(
        self,
        strategy: Chain,
        fetch: FetchPage,
        identify: Identify,
        known: Recent,
        stored: dict[str, Any] | None = None,
    ) -> None:
        self._strategy = strategy
        self._fetch = fetch
        self._identify = identify
        self._known = known
        self.at = _Place(**(stored or {}))
        self._passed = Recent.load(self.at.passed, _POSITIONS)
        self._turned = False

    def state(self) -> dict[str, Any]:
        """Return the position of the next page, and what is remembered of earlier pages."""
        return vars(self.at) | {"passed": self._passed.dump(), "keys": list(self.at.keys)}

    async def read(self, need: int, maximum: int) -> Batch | None:
        """Return the next page; see `Reader`."""
        at = self.at
        position = at.position
        if position is None:
            return None
        if position == _LOST:
            raise Implausible("The provider does not say where its next rows are.")
        at.size = size = at.size or min(need, maximum)
        self._turned = False
        page = await self._page(position, size, maximum)
        if page.total is not None:
            at.total_changed = at.total_changed or at.total not in (None, page.total)
            at.moved = at.moved or at.total_changed
            at.total = page.total
        following = self._strategy.following(page)
        if following is None and not page.items:
            return None
        if following == {}:
            following = dict(_LOST) if len(page.items) >= min(size, at.largest) else None
        before = self.state()
        rows = self._rows(page)
        self._go_on(position, page, following, size)
        more = following is not None and self._strategy.promises_more(page)
        return Batch(rows, more, following is None, before, self.state())

    def _rows(self, page: RawPage) -> list[Row]:
        here: set[Mark] = set()
        rows: list[Row] = []
        for item in page.items:
            each = mark_of(item, self._identify)
            if each is None or each not in here:
                rows.append(Row(item, each))
            else:
                self.at.repeated += 1
            if each is not None:
                here.add(each)
        known = sum(each in self._known for each in here)
        if known and not self.at.rereads:
            self.at.drifted = True  # a position that stands for a row never shows a row again
        if known < len(here):
            self.at.rereads, self.at.went_back = False, 0
        return rows

    def _go_on(self, position: Position, page: RawPage, following: Position | None, size: int) -> None:
        at = self.at
        if not self._turned:
            self._passed.add(_mark(position))
        if page.items:
            self._passed.add(self._fingerprint(page))
        at.came_short = len(page.items) < min(size, at.largest)
        at.largest = max(at.largest, len(page.items))
        if self._strategy.keyed:
            keys = [key for item in page.items if (key := self._strategy.key(item)) is not None]
            at.keys = (at.keys + keys)[-max(_KEYS) :]
        at.position, at.size = following, None

    async def _page(self, position: Position, size: int, maximum: int) -> RawPage:
        """Fetch the page at the position; ask once more if it cannot be right."""
        reason = ""
        for _ in range(2):
            page = await self._ask(position, size, maximum)
            reason = self._circle(position, page)
            if not reason:
                return page
        raise Implausible(reason)

    async def _ask(self, position: Position, size: int, maximum: int) -> RawPage:
        strategy, at = self._strategy, self.at
        try:
            page = await self._fetch(strategy.parameters(position), size)
        except PositionRefused:
            found = await self._from_earlier_key(strategy, position, size, maximum) if position else None
            if found is None:
                raise
            return found
        if page.items or (strategy.keyed and at.came_short):
            return page
        if not strategy.keyed or not at.keys:  # too strange or too final to believe at once
            return await self._fetch(strategy.parameters(position), size)
        found = await self._from_earlier_key(strategy, position, size, maximum)
        at.drifted = at.drifted or found is None  # no row is left to show what followed the last key
        return found or page

    async def _from_earlier_key(self, strategy: Chain, position: Position, size: int, maximum: int) -> RawPage | None:
        """Ask from an earlier key, or from the start, when nothing came back for the last key.

        If the row of the last key is still there, nothing follows it. If it is gone, reading resumes from the earlier
        key.
        """
        if not strategy.keyed:
            return None
        keys = self.at.keys
        for back in _KEYS:
            earlier: Position = strategy.behind(keys[-back]) if back <= len(keys) else _START
            try:
                page = await self._fetch(strategy.parameters(earlier), min(size + back, maximum))
            except PositionRefused:
                continue
            if earlier and any(strategy.key(item) == keys[-back] for item in page.items):
                continue  # not what was asked for
            if page.items:
                self._go_back()
                ends_there = strategy.behind(strategy.key(page.items[-1])) == position
                return RawPage([], page.body, page.headers, page.total, page.total_exact) if ends_there else page
            if not earlier:
                return page
        return None

    def _go_back(self) -> None:
        """Prepare for earlier rows and positions to appear again."""
        at = self.at
        at.rereads = self._turned = True
        at.went_back += 1
        self._passed = Recent(capacity=_POSITIONS)
        if at.went_back > _BACK_LIMIT:
            raise Implausible("The provider does not say what follows a user in its list.")

    def _circle(self, position: Position, page: RawPage) -> str:
        following = self._strategy.following(page)
        if following and (_mark(following) in self._passed or following == position):
            return "The provider's pages go in a circle: a position came up again."
        if any(mark_of(item, self._identify) for item in page.items) and self._fingerprint(page) in self._passed:
            return "The provider sent the same page twice."
        return ""

    def _fingerprint(self, page: RawPage) -> Mark:
        return fingerprint(page.items, [mark_of(item, self._identify) for item in page.items])


def _mark(position: Position) -> Mark:
    return mark(json.dumps(position, sort_keys=True))
