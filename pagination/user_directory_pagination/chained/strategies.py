"""Lists whose answers say where the next begins: a key, a token or a link."""

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from ..batch import FetchPage, Identify, Reader
from ..link_header import next_link
from ..page import Parameters, Position, RawPage
from ..prefetch import Prefetch
from ..recent import Recent
from .chain import Chain
from .reader import ChainedReader

__all__ = ["Keyset", "Links", "Tokens"]

Reads = Callable[[Any], Any]
"""Reads a value out of JSON; None where there is none."""


class _Chained(Chain):
    """What they have in common: how they are read, and that nothing but reading counts them."""

    keyed = False

    def key(self, row: Any) -> Any:
        return None

    def behind(self, key: Any) -> Position:
        return {}

    def reader(
        self,
        fetch: FetchPage,
        identify: Identify,
        recent: Recent,
        stored: dict[str, Any] | None = None,
        prefetch: Prefetch | None = None,
    ) -> Reader:
        return ChainedReader(self, fetch, identify, recent, stored)

    async def count(
        self, fetch: FetchPage, rows_of: Callable[[RawPage], int], size: int, *, parallel: bool
    ) -> int | None:
        return None


class Keyset(_Chained):
    """The value of the last row: insertions and deletions elsewhere cannot shift it.

    `key` reads that value out of a row, `more` the word of an answer on whether more follows, if it has one.
    """

    keyed = True

    def __init__(self, parameter: str, key: Reads, more: Reads | None = None) -> None:
        self._parameter = parameter
        self._key = key
        self._more = more

    def key(self, row: Any) -> Any:
        return self._key(row)

    def behind(self, key: Any) -> Position:
        return {"after": key}

    def parameters(self, position: Position) -> Parameters:
        after = position.get("after")
        return () if after is None else ((self._parameter, str(after)),)

    def following(self, page: RawPage) -> Position | None:
        keys = [key for item in reversed(page.items) if (key := self.key(item)) is not None]
        if not page.items or (self._more is not None and self._more(page.body) is False):
            return None
        return self.behind(keys[0]) if keys else {}

    def promises_more(self, page: RawPage) -> bool:
        return self._more is not None and self._more(page.body) is True


class Tokens(_Chained):
    """An opaque token, which `following` reads out of an answer; null, absent and empty all mean the end."""

    def __init__(self, parameter: str, following: Reads) -> None:
        self._parameter = parameter
        self._next = following

    def parameters(self, position: Position) -> Parameters:
        token = position.get("token")
        return () if token is None else ((self._parameter, token),)

    def following(self, page: RawPage) -> Position | None:
        token = self._next(page.body)
        return {"token": str(token)} if token not in (None, "") else None

    def promises_more(self, page: RawPage) -> bool:
        return True


class Links(_Chained):
    """A next URL, of which only the query parameters named `kept` are used.

    `following` reads it out of an answer; without it, it stands in the `Link` header.
    """

    def __init__(self, kept: Sequence[str], following: Reads | None = None) -> None:
        self._kept = tuple(kept)
        self._next = following

    def parameters(self, position: Position) -> Parameters:
        return tuple((str(name), str(value)) for name, value in position.items())

    def following(self, page: RawPage) -> Position | None:
        url = self._next(page.body) if self._next else next_link(page.headers.get("link", ""))
        if not isinstance(url, str) or not url:
            return None
        given = dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
        return {name: given[name] for name in self._kept if name in given}

    def promises_more(self, page: RawPage) -> bool:
        return True
