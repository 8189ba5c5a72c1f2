"""A list endpoint with row numbers and the habits, good and bad, of those that people have met."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from anyio.lowlevel import checkpoint

from user_directory_pagination import PageError, PositionRefused, RawPage
from user_directory_pagination.numbered import NumberedPages, Offsets


class Broken(PageError):
    """The provider is down."""


@dataclass
class Api:
    """`rows` in order, and its habits.

    `hidden` are left out of pages after they were cut. `sizes` are those that a size is rounded down to, `fixed`
    replaces it, `takes_no_size` if that is documented; `more` are sent than asked for. `beyond` says what comes
    behind the end. `bound` is the first row that is refused though it may exist. `zero_is_one`: page or row 0 is
    taken for number 1. `repeats_rows`: each page but the first begins so many rows early. `wrong`: what request
    number so many gets; a share of the page if it is a number. `changes`: what happens to the rows before request
    number so many. `total`: what each answer states. `covered` are the rows of all pages before they were thinned.
    """

    rows: Sequence[int]
    by: str = "page"
    first: int = 1
    clamp: int | None = None
    sizes: tuple[int, ...] = ()
    fixed: int | None = None
    takes_no_size: bool = False
    more: int = 0
    hidden: frozenset[int] = frozenset()
    beyond: str = "empty"
    bound: int | None = None
    rounds_offsets: bool = False
    zero_is_one: bool = False
    repeats_rows: int = 0
    wrong: dict[int, Any] = field(default_factory=dict)
    changes: dict[int, Callable[[list[int]], None]] = field(default_factory=dict)
    total: int | None = None
    asked: list[tuple[int, int]] = field(default_factory=list)
    covered: set[int] = field(default_factory=set)
    rounds: int = 0
    under_way: int = 0

    def strategy(self):
        fixed = self.takes_no_size
        if self.by == "page":
            return NumberedPages("page", self.first, fixed=fixed)
        return Offsets("offset", self.first, fixed=fixed)

    async def fetch(self, position, size):
        number = int(position[0][1])
        start = (number - self.first) * size if self.by == "page" else number - self.first
        self.asked.append((start, size))
        if len(self.asked) in self.changes:
            self.rows = list(self.rows)
            self.changes[len(self.asked)](self.rows)
        wrong = self.wrong.get(len(self.asked))
        self.rounds += not self.under_way
        self.under_way += 1
        await checkpoint()
        self.under_way -= 1
        if isinstance(wrong, Exception):
            raise wrong
        if wrong == "refused":
            raise PositionRefused
        page = self.page(max(number, 1) if self.zero_is_one else number, size)
        if wrong == "other":
            return self.page(self.first + 1, size)
        if wrong == "strangers":
            return RawPage([-1 - row for row in page.items])
        return page if wrong is None else replace(page, items=page.items[: int(len(page.items) * wrong)])

    def page(self, number, size):
        size = self.fixed or min(size, self.clamp or size)
        size = max((each for each in self.sizes if each <= size), default=size)
        first = 1 if self.zero_is_one else self.first
        start = (number - first) * size if self.by == "page" else number - first
        start = start // size * size if self.rounds_offsets else start
        if self.bound is not None and start >= self.bound:
            raise PositionRefused
        start -= min(start, self.repeats_rows)
        if start >= len(self.rows):
            if self.beyond == "refused":
                raise PositionRefused
            start = {"last": max(0, len(self.rows) - 1) // size * size, "first": 0}.get(self.beyond, start)
        cut = self.rows[start : start + size + self.more]
        self.covered |= set(cut)
        return RawPage(
            [row for row in cut if row not in self.hidden], total=self.total, total_exact=self.total is not None
        )

    async def count(self, size, *, identify=str, parallel=True, habits=None):
        return await self.strategy().count(self.fetch, identify, size, parallel=parallel, habits=habits)


def api(count, **habits):
    """An API with so many rows."""
    return Api(range(count), **habits)
