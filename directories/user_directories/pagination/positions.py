"""The five ways in which APIs page, without I/O: a position → query parameters, an answer → the next position.

Three of them are chains: each answer says where the next begins. Two are addressable: any row can be asked for by
its number, and then rows may move under the walk (see `rows`).
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
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

__all__ = ["Addressable", "Chain", "Keyset", "Position", "RawPage", "Window", "next_link", "strategy_for"]

Position = Mapping[str, Any]
"""Plain JSON, so that a cursor can hold it; `{}` is the start."""


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
    """One request for the rows `start` to `start + size`, as far as there are any."""

    parameters: tuple[tuple[str, str], ...]
    start: int
    size: int


class Addressable(Protocol):
    """A way of paging in which a row has a number, counted from 0 here."""

    counts_rows: bool
    """Whether a window begins with the row that was asked for, however many rows the server gives."""

    def window(self, row: int, need: int, maximum: int, hold: int = 1) -> Window:
        """The smallest window with `need` rows from `row` on that also holds the `hold` rows before; else the best."""
        ...

    def bare(self, row: int, maximum: int) -> Window:
        """The largest window that begins with `row`, holding on to nothing."""
        ...

    def after(self, start: int, size: int, got: int) -> Window:
        """The window behind one that had `got` rows."""
        ...

    def fixed(self, row: int, size: int) -> Window:
        """The window that holds `row` where the server sends `size` rows whatever it is asked for."""
        ...

    def says_last(self, page: RawPage) -> bool | None:
        """What the answer itself says of being the last, if it says anything."""
        ...


class Chain(Protocol):
    """A way of paging in which each answer says where the next one begins."""

    def parameters(self, position: Position) -> tuple[tuple[str, str], ...]:
        """The query parameters that ask for the rows from `position` on."""
        ...

    def following(self, page: RawPage) -> Position | None:
        """The position behind `page`; None when it is the last, `{}` when it does not say what follows."""
        ...

    def promises_more(self, page: RawPage) -> bool:
        """Whether `page`, which has a position behind it, itself says that there are rows."""
        ...


def strategy_for(pagination: Pagination) -> Addressable | Chain:
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
    """Pages begin at multiples of their size, so a page that overlaps the last one has another size."""

    counts_rows = False

    def __init__(self, rule: PagePagination) -> None:
        self._rule = rule

    def window(self, row: int, need: int, maximum: int, hold: int = 1) -> Window:
        if row == 0:
            return self._page(0, min(need, maximum))
        hold = min(hold, row)
        size = _overlapping_size(row, need, maximum, hold)
        if size is None and hold > 1:
            return self.window(row, need, maximum)
        return self.bare(row, maximum) if size is None else self._page((row - hold) // size * size, size)

    def bare(self, row: int, maximum: int) -> Window:
        return self._page(row, next(size for size in range(maximum, 0, -1) if row % size == 0))

    def after(self, start: int, size: int, got: int) -> Window:
        return self._page(start + size, size)

    def fixed(self, row: int, size: int) -> Window:
        return self._page(row // size * size, size)

    def says_last(self, page: RawPage) -> bool | None:
        header = page.headers.get("link") if self._rule.link_header else None
        return None if header is None else next_link(header) is None

    def _page(self, start: int, size: int) -> Window:
        number = start // size + self._rule.first
        return Window(((self._rule.parameter, str(number)),), start, size)


@lru_cache(maxsize=1024)
def _overlapping_size(row: int, need: int, maximum: int, hold: int) -> int | None:
    """The size whose page over row `row - hold` reaches `need` rows from `row` on, or else reaches farthest.

    None where every page that holds that row ends before. Windows that end on such a row are avoided.
    """
    best, reach = None, 0
    dead_end = _least_common_multiple(maximum)
    for size in range(2, maximum + 1):
        end = (row - hold) // size * size + size
        new = end - row if end % dead_end else 1
        if new >= need and end > row:
            return size
        if new > reach and end > row:
            best, reach = size, new
    return best


@cache
def _least_common_multiple(maximum: int) -> int:
    return math.lcm(*range(2, maximum + 1))


class Offsets:
    """`startIndex`, `offset`, `skip`: the number of a row."""

    counts_rows = True

    def __init__(self, rule: OffsetPagination) -> None:
        self._rule = rule

    def window(self, row: int, need: int, maximum: int, hold: int = 1) -> Window:
        hold = min(hold, row, maximum - 1)
        return self._rows(row - hold, min(need + hold, maximum))

    def bare(self, row: int, maximum: int) -> Window:
        return self._rows(row, maximum)

    def after(self, start: int, size: int, got: int) -> Window:
        return self._rows(start + got, size)

    def fixed(self, row: int, size: int) -> Window:
        return self._rows(max(row - 1, 0), size)

    def says_last(self, page: RawPage) -> bool | None:
        return None

    def _rows(self, start: int, size: int) -> Window:
        return Window(((self._rule.parameter, str(start + self._rule.first)),), start, size)


class Keyset:
    """The value of the last row: insertions and deletions elsewhere can not shift it."""

    def __init__(self, rule: KeysetPagination) -> None:
        self._rule = rule
        self.key = getter(rule.key)
        self._more = getter(rule.more) if rule.more else None

    def parameters(self, position: Position) -> tuple[tuple[str, str], ...]:
        after = position.get("after")
        return () if after is None else ((self._rule.parameter, str(after)),)

    def following(self, page: RawPage) -> Position | None:
        keys = [key for item in reversed(page.items) if (key := self.key(item)) is not None]
        if not page.items or (self._more is not None and self._more(page.body) is False):
            return None
        return {"after": keys[0]} if keys else {}

    def promises_more(self, page: RawPage) -> bool:
        return self._more is not None and self._more(page.body) is True


class Tokens:
    """An opaque token; null, absent and empty all mean the end."""

    def __init__(self, rule: TokenPagination) -> None:
        self._rule = rule
        self._next = getter(rule.next)

    def parameters(self, position: Position) -> tuple[tuple[str, str], ...]:
        token = position.get("token")
        return () if token is None else ((self._rule.parameter, token),)

    def following(self, page: RawPage) -> Position | None:
        token = self._next(page.body)
        return {"token": str(token)} if token not in (None, "") else None

    def promises_more(self, page: RawPage) -> bool:
        return True


class Links:
    """A next URL, of which only the named query parameters are kept."""

    def __init__(self, rule: LinkPagination) -> None:
        self._rule = rule
        self._next = getter(rule.next) if rule.next else None

    def parameters(self, position: Position) -> tuple[tuple[str, str], ...]:
        return tuple((str(name), str(value)) for name, value in position.items())

    def following(self, page: RawPage) -> Position | None:
        url = self._next(page.body) if self._next else next_link(page.headers.get("link", ""))
        if not isinstance(url, str) or not url:
            return None
        given = dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
        return {name: given[name] for name in self._rule.parameters if name in given}

    def promises_more(self, page: RawPage) -> bool:
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
