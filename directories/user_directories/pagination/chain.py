"""Reading a list whose answers say where the next begins: keys, tokens and links.

Rows that move can not shift the next page here. What can happen: the provider goes in circles; a key whose user
was deleted is refused, or answered with nothing. Then the list is asked for from an earlier key.
"""

import json
from typing import Any

from ..errors import UpstreamNotFound, UpstreamRefused
from ..json_values import is_object
from .batch import Batch, FetchPage, Implausible, fingerprint
from .positions import Chain, Keyset, Position, RawPage
from .seen import Seen

__all__ = ["ChainReader"]

_POSITIONS = 1024
"""Remembered positions and pages: a circle of up to 512 pages is recognised as one."""

_LOST = {"lost": True}

_KEYS = (2, 8, 32)
"""How far back the earlier keys lie that are tried when the last one is of no use."""


class ChainReader:
    """Keyset, token and link pagination. `stored` is an earlier `state`."""

    def __init__(self, strategy: Chain, fetch: FetchPage, stored: dict[str, Any] | None = None) -> None:
        state = stored or {}
        self._strategy = strategy
        self._fetch = fetch
        self._position: Position | None = state.get("position", {})
        self._size: int | None = state.get("size")
        self._largest: int = state.get("largest", 0)
        self._came_short: bool = state.get("came_short", False)
        self._keys: list[Any] = state.get("keys", [])
        self._passed = Seen.load(state.get("passed", ""), _POSITIONS)
        self.drifted: bool = state.get("drifted", False)
        self.moved = False
        self.total: int | None = state.get("total")

    def state(self) -> dict[str, Any]:
        """The position of the next page, and what is remembered of those before."""
        return {
            "position": self._position,
            "size": self._size,
            "largest": self._largest,
            "came_short": self._came_short,
            "keys": self._keys,
            "passed": self._passed.dump(),
            "drifted": self.drifted,
            "total": self.total,
        }

    async def read(self, need: int, maximum: int) -> Batch | None:
        """The next page; see `Reader`."""
        position = self._position
        if position is None:
            return None
        if position == _LOST:
            raise Implausible("The provider does not say where its next rows are.")
        self._size = self._size or min(need, maximum)
        page = await self._page(position, self._size, maximum)
        if page.total is not None:
            self.total = page.total
        following = self._strategy.following(page)
        if following is None and not page.items:
            return None
        if following == {}:
            following = dict(_LOST) if len(page.items) >= self._largest else None
        inside = self.state()
        self._go_on(position, page, following)
        more = following is not None and self._strategy.promises_more(page)
        return Batch(page.items, more, following is None, inside, self.state())

    def _go_on(self, position: Position, page: RawPage, following: Position | None) -> None:
        self._passed.add(_mark(position))
        if page.items:
            self._passed.add(fingerprint(page.items))
        self._largest = max(self._largest, len(page.items))
        self._came_short = len(page.items) < self._largest
        if isinstance(self._strategy, Keyset):
            keys = [key for item in page.items if (key := self._strategy.key(item)) is not None]
            self._keys = (self._keys + keys)[-max(_KEYS) :]
        self._position, self._size = following, None

    async def _page(self, position: Position, size: int, maximum: int) -> RawPage:
        """The page at the position; asked for once more if it can not be right."""
        reason = ""
        for _ in range(2):
            page = await self._ask(position, size, maximum)
            reason = self._circle(position, page)
            if not reason:
                return page
        raise Implausible(reason)

    async def _ask(self, position: Position, size: int, maximum: int) -> RawPage:
        strategy = self._strategy
        try:
            page = await self._fetch(strategy.parameters(position), size)
        except (UpstreamRefused, UpstreamNotFound):
            found = await self._from_earlier_key(strategy, position, size, maximum)
            if found is None:
                raise
            return found
        if not page.items and strategy.following(page):  # an empty page before others: perhaps by a mistake
            return await self._fetch(strategy.parameters(position), size)
        if page.items or not isinstance(strategy, Keyset) or self._came_short:
            return page
        if not self._keys:  # nobody at all: an answer so final is asked for twice
            return await self._fetch(strategy.parameters(position), size)
        return await self._from_earlier_key(strategy, position, size, maximum) or page

    async def _from_earlier_key(self, strategy: Chain, position: Position, size: int, maximum: int) -> RawPage | None:
        """What stands behind an earlier key, if the last one has nothing behind it because its user is gone."""
        if not isinstance(strategy, Keyset):
            return None
        for back in [back for back in _KEYS if back <= min(len(self._keys), self._largest)]:
            parameters = strategy.parameters({"after": self._keys[-back]})
            try:
                page = await self._fetch(parameters, min(size + back, maximum))
            except (UpstreamRefused, UpstreamNotFound):
                continue
            if page.items:
                ends_there = strategy.key(page.items[-1]) == position.get("after")
                return RawPage([], page.body, page.headers, page.total, page.total_exact) if ends_there else page
        return None

    def _circle(self, position: Position, page: RawPage) -> str:
        following = self._strategy.following(page)
        if following and (_mark(following) in self._passed or following == position):
            return "The provider's pages go in a circle: a position came back."
        if any(is_object(item) for item in page.items) and fingerprint(page.items) in self._passed:
            return "The provider sent the same page twice."
        return ""


def _mark(position: Position) -> str:
    return json.dumps(position, sort_keys=True)
