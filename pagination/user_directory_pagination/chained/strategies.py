"""Strategies in which each answer says where the next one begins: by a key, a token or a link."""

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from ..batch import FetchPage, Identify, Reader
from ..habits import Habits
from ..link_header import next_link
from ..page import Parameters, Position, RawPage
from ..prefetch import Prefetch
from ..recent import Recent
from .chain import Chain
from .reader import ChainedReader
from .row_numbers import behind_rows

__all__ = ["Keyset", "Links", "Tokens", "WholeList"]

Reads = Callable[[Any], Any]
"""Reads a value from JSON; None if there is none."""


_LONGEST = 16_384
"""Characters of a position: what is longer is taken by hardly any server as part of a URL."""


class _Chained(Chain):
    """What the strategies share: the reader, and that only reading all rows can count them."""

    keyed = False
    whole = False

    def __init__(self, *, stable: bool, least: int = 1) -> None:
        self.stable = stable
        self.least = least

    def reader(
        self,
        fetch: FetchPage,
        identify: Identify,
        recent: Recent,
        stored: dict[str, Any] | None = None,
        prefetch: Prefetch | None = None,
        habits: Habits | None = None,
    ) -> Reader:
        return ChainedReader(self, fetch, identify, recent, stored, habits)

    def past(self, page: RawPage, size: int) -> Parameters | None:
        following = self.following(page)
        return None if following is None else self.parameters(following)

    def says_more(self, page: RawPage) -> bool:
        return self.promises_more(page) and self.following(page) is not None

    def last(self, rows: int, size: int, smallest: int) -> None:
        return None

    async def count(
        self, fetch: FetchPage, identify: Identify, size: int, *, parallel: bool, habits: Habits | None = None
    ) -> None:
        return None

    def promises_more(self, page: RawPage) -> bool:
        return True

    def behind(self, asked: Position, page: RawPage) -> Sequence[Position | None] | None:
        following = self.following(page)
        if following == asked:  # a last page that names itself says no more than one that names none
            following = None
        return None if self.stable else behind_rows(asked, following, len(page.items))


class WholeList(_Chained):
    """Every answer is the whole list, as a document says: there are no pages, and no position is sent."""

    whole = True

    def __init__(self) -> None:
        super().__init__(stable=True)

    def parameters(self, position: Position) -> Parameters:
        return ()

    def following(self, page: RawPage) -> Position | None:
        return None

    def promises_more(self, page: RawPage) -> bool:
        """Return whether the answer names a next page all the same, in a `Link` header: then the document is wrong."""
        return next_link(page.headers.get("link", "")) is not None


class Keyset(_Chained):
    """The next page starts after the key of the last row; insertions and deletions elsewhere cannot shift it.

    `key` reads the key from a row. `more`, if given, reads from an answer whether more rows follow.
    """

    keyed = True

    def __init__(self, parameter: str, key: Reads, more: Reads | None = None) -> None:
        super().__init__(stable=True)
        self._parameter = parameter
        self._key = key
        self._more = more

    def parameters(self, position: Position) -> Parameters:
        after = position.get("after")
        return () if after is None else ((self._parameter, str(after)),)

    def following(self, page: RawPage) -> Position | None:
        if not page.items or (self._more is not None and self._more(page.body) is False):
            return None
        nothing: Position = {}
        keys = (_sendable(self._key(item)) for item in reversed(page.items))
        return next(({"after": key} for key in keys if key is not None), nothing)

    def promises_more(self, page: RawPage) -> bool:
        return self._more is not None and self._more(page.body) is True

    def behind(self, asked: Position, page: RawPage) -> Sequence[Position | None]:
        keys = (_sendable(self._key(item)) for item in page.items)
        return [None if key is None else {"after": key} for key in keys]


class Tokens(_Chained):
    """The next page is named by an opaque token, which `following` reads from the body, or the header `header` has.

    No token, an empty one, `false` and the numbers 0 and -1 mean the end; the texts "0" and "-1" may be tokens. `least`
    is the smallest page that can be asked for.
    """

    def __init__(
        self, parameter: str, following: Reads | None = None, *, header: str = "", stable: bool = True, least: int = 1
    ) -> None:
        super().__init__(stable=stable, least=least)
        self._parameter = parameter
        self._next = following
        self._header = header.lower()

    def parameters(self, position: Position) -> Parameters:
        token = position.get("token")
        return () if token is None else ((self._parameter, token),)

    def following(self, page: RawPage) -> Position | None:
        token = self._next(page.body) if self._next else page.headers.get(self._header)
        if token in (None, "", 0, -1):  # False is 0
            return None
        if token is True or isinstance(token, dict | list) or _sendable(str(token)) is None:
            return {}
        return {"token": str(token)}


class Links(_Chained):
    """The next page is named by a URL, of which only the query parameters in `kept` are used.

    `following` reads the URL from an answer; if it is None, the URL is in the `Link` header. `least` is the smallest
    page that can be asked for.
    """

    def __init__(
        self, kept: Sequence[str], following: Reads | None = None, *, stable: bool = True, least: int = 1
    ) -> None:
        super().__init__(stable=stable, least=least)
        self._kept = tuple(kept)
        self._next = following

    def parameters(self, position: Position) -> Parameters:
        return tuple((str(name), str(value)) for name, value in position.items())

    def following(self, page: RawPage) -> Position | None:
        url = self._next(page.body) if self._next else next_link(page.headers.get("link", ""))
        if not isinstance(url, str) or not url:
            return None
        try:
            given = dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
        except ValueError:  # no URL: `http://[::1?`
            return {}
        return {name: given[name] for name in self._kept if _sendable(given.get(name)) is not None}


def _sendable(value: Any) -> Any:
    """Return what names a position; None if there is nothing, or if it is too long to be sent and kept."""
    return None if isinstance(value, str) and len(value) > _LONGEST else value
