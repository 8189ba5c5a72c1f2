"""The five ways in which APIs page, without I/O: a position → query parameters, an answer → the next position.

A position is plain JSON, so that a cursor can hold it; `{}` is the start. The end is a trustworthy total
reached, no next position, or an empty page: never a short page alone.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlsplit

from ..expressions import getter
from ..manifest import (
    KeysetPagination,
    LinkPagination,
    OffsetPagination,
    PagePagination,
    Pagination,
    TokenPagination,
)

__all__ = ["Position", "RawPage", "Strategy", "Window", "next_link", "strategy_for"]

Position = Mapping[str, Any]


@dataclass(frozen=True)
class RawPage:
    """One answer of a list endpoint: its rows as they came, and what else it says.

    `total` is the provider's number, `total_exact` False where the provider itself calls it inaccurate.
    Header names are in lower case.
    """

    items: Sequence[Any]
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    total: int | None = None
    total_exact: bool = True

    def ends_by(self, row: int) -> bool:
        """Whether a total that can be trusted says that there is no row from `row` on."""
        return self.total is not None and self.total_exact and row >= self.total

    def promises(self, row: int) -> bool:
        """Whether a total that can be trusted says that there is a row `row`."""
        return self.total is not None and self.total_exact and row < self.total


@dataclass(frozen=True)
class Window:
    """One request: its parameters, how many rows of its answer lie before the position, the size asked for."""

    parameters: tuple[tuple[str, str], ...]
    skip: int
    size: int


class Strategy(Protocol):
    """One way of paging."""

    addressable: bool
    """Whether any row can be asked for by its number."""
    ends_empty: bool
    """Whether nothing but an empty page may show the end."""

    def window(self, position: Position, size: int) -> Window:
        """The request that gives the rows from `position` on."""
        ...

    def following(self, position: Position, window: Window, page: RawPage) -> Position | None:
        """The position behind `page`; None when this page is the last, `{}` when it does not say what follows."""
        ...

    def promises_more(self, following: Position, page: RawPage) -> bool:
        """Whether `page` itself says that there are rows at `following`."""
        ...


def strategy_for(pagination: Pagination) -> Strategy:
    """The strategy that a manifest names."""
    match pagination:
        case PagePagination():
            return NumberedPages(pagination)
        case OffsetPagination():
            return Offsets(pagination)
        case KeysetPagination():
            return Keyset(pagination)
        case TokenPagination():
            return Tokens(pagination)
        case LinkPagination():
            return Links(pagination)


class NumberedPages:
    """Rows are counted from 0; a page size that the server turns out to clamp is learned, not fought."""

    addressable = True
    ends_empty = True

    def __init__(self, rule: PagePagination) -> None:
        self._rule = rule

    def window(self, position: Position, size: int) -> Window:
        row = position.get("row", 0)
        size = min(size, position.get("size", size))
        number = row // size + self._rule.first
        return Window(((self._rule.parameter, str(number)),), row % size, size)

    def following(self, position: Position, window: Window, page: RawPage) -> Position | None:
        start = position.get("row", 0) - window.skip
        if not page.items or self._says_last(page):
            return None
        end = start + len(page.items)
        if page.ends_by(end):
            return None
        if len(page.items) < window.size:  # clamped, thinned out, or the last: the next one, at its size, tells
            return {"row": end, "size": len(page.items)}
        return {**position, "row": end}

    def promises_more(self, following: Position, page: RawPage) -> bool:
        header = page.headers.get("link") if self._rule.link_header else None
        return page.promises(following["row"]) or (header is not None and next_link(header) is not None)

    def _says_last(self, page: RawPage) -> bool:
        header = page.headers.get("link") if self._rule.link_header else None
        return header is not None and next_link(header) is None


class Offsets:
    """`startIndex`, `offset`, `skip`: the number of a row."""

    addressable = True
    ends_empty = True

    def __init__(self, rule: OffsetPagination) -> None:
        self._rule = rule

    def window(self, position: Position, size: int) -> Window:
        return Window(((self._rule.parameter, str(position.get("row", 0) + self._rule.first)),), 0, size)

    def following(self, position: Position, window: Window, page: RawPage) -> Position | None:
        end = position.get("row", 0) + len(page.items)
        if not page.items or page.ends_by(end):
            return None
        return {"row": end}

    def promises_more(self, following: Position, page: RawPage) -> bool:
        return page.promises(following["row"])


class Keyset:
    """The value of the last row: insertions and deletions elsewhere can not shift it."""

    addressable = False
    ends_empty = True

    def __init__(self, rule: KeysetPagination) -> None:
        self._rule = rule
        self._key = getter(rule.key)
        self._more = getter(rule.more) if rule.more else None

    def window(self, position: Position, size: int) -> Window:
        after = position.get("after")
        return Window(() if after is None else ((self._rule.parameter, str(after)),), 0, size)

    def following(self, position: Position, window: Window, page: RawPage) -> Position | None:
        keys = [key for item in reversed(page.items) if (key := self._key(item)) is not None]
        if not page.items or (self._more is not None and self._more(page.body) is False):
            return None
        if keys:
            return {"after": keys[0]}
        return None if len(page.items) < window.size else {}  # a few odd rows at the end, or a whole page of them

    def promises_more(self, following: Position, page: RawPage) -> bool:
        return self._more is not None and self._more(page.body) is True


class Tokens:
    """An opaque token; null, absent and empty all mean the end."""

    addressable = False
    ends_empty = False

    def __init__(self, rule: TokenPagination) -> None:
        self._rule = rule
        self._next = getter(rule.next)

    def window(self, position: Position, size: int) -> Window:
        token = position.get("token")
        return Window(() if token is None else ((self._rule.parameter, token),), 0, size)

    def following(self, position: Position, window: Window, page: RawPage) -> Position | None:
        token = self._next(page.body)
        return {"token": str(token)} if token not in (None, "") else None

    def promises_more(self, following: Position, page: RawPage) -> bool:
        return True


class Links:
    """A next URL, of which only the named query parameters are kept."""

    addressable = False
    ends_empty = False

    def __init__(self, rule: LinkPagination) -> None:
        self._rule = rule
        self._next = getter(rule.next) if rule.next else None

    def window(self, position: Position, size: int) -> Window:
        return Window(tuple((str(name), str(value)) for name, value in position.items()), 0, size)

    def following(self, position: Position, window: Window, page: RawPage) -> Position | None:
        url = self._next(page.body) if self._next else next_link(page.headers.get("link", ""))
        if not isinstance(url, str) or not url:
            return None
        given = dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
        return {name: given[name] for name in self._rule.parameters if name in given}

    def promises_more(self, following: Position, page: RawPage) -> bool:
        return True


_LINK = re.compile(r"<([^<>]*)>((?:\s*;\s*[^;,=\s]+\s*(?:=\s*(?:\"[^\"]*\"|[^\",;\s]*))?)*)")
_PARAMETER = re.compile(r";\s*([^;,=\s]+)\s*(?:=\s*(?:\"([^\"]*)\"|([^\",;\s]*)))?")


def next_link(header: str) -> str | None:
    """The target of rel=next in a `Link` header, quoted or not, after other parameters or before.

    https://www.rfc-editor.org/rfc/rfc8288#section-3
    """
    for target, parameters in _LINK.findall(header):
        relations = [quoted or bare for name, quoted, bare in _PARAMETER.findall(parameters) if name.lower() == "rel"]
        if relations and "next" in relations[0].lower().split():  # only the first counts (§3.3)
            return str(target)
    return None
