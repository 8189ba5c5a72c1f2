"""What real APIs do otherwise than their documents say, as settings of a simulated one."""

from dataclasses import dataclass
from typing import Literal

__all__ = ["PARAMETERS", "Habits"]

PARAMETERS = {
    "page": "page",
    "linked_page": "page",
    "offset": "offset",
    "keyset": "after",
    "has_more": "after",
    "token": "token",
    "offset_token": "token",
    "link": "token",
}
"""Each kind of pagination, and the parameter of its position.

`linked_page`: a `Link` header says whether there is a next page. `has_more`: keys, and a mark says whether more rows
follow. `token` and `link` (in a header) stand for a row, an `offset_token` is a row number.
"""


@dataclass
class Habits:
    """What an API does otherwise than its manifest says, one field a habit."""

    clamp: int | None = None
    """It never gives more rows than that."""
    cap: int | None = None
    default: int = 0
    """It gives `default` rows if it is asked for more than `cap`."""
    steps: tuple[int, ...] = ()
    """It gives the largest of these numbers of rows that is not more than it was asked for, or else the first."""
    fixed: int | None = None
    """It gives that many rows whatever it is asked for."""
    extra: int = 0
    """It gives so many rows more than it was asked for."""
    everybody: bool = False
    """It has no pages: everybody is in each answer."""
    total: Literal["visible", "all", "capped", "cached", "high", "low"] | None = None
    """What its total counts; `visible` and `all` differ where rows are hidden."""
    capped: int = 100
    """What a capped total never exceeds."""
    behind: Literal["nothing", "404", "400", "500", "last", "first"] = "nothing"
    """What it answers if it is asked for rows behind the end: an error, or the last or the first page again."""
    first: Literal[0, 1] = 1
    """What the manifest calls its first page. The first page is 1, and so is page 0."""
    bound: int | None = None
    bounds_end: bool = False
    """It refuses pages that begin behind row `bound`; with `bounds_end`, those that end there."""
    end: Literal["false", "zero", "minus_one", "empty", "itself", "repeats"] | None = None
    """What stands for null at the end; `itself`: an empty page that leads to itself; `repeats`: the last page does."""
    forgets: bool = False
    """Once in the walk, and not at the end, it does not say what follows."""
    gone: Literal["compares", "refuses", "nothing", "start"] = "compares"
    """What it answers to the key of a deleted user: whom that user would precede, an error, nothing, or the start."""
    sorted_keys: bool = False
    """The key is what the list is sorted by, not the id."""
    binds_size: bool = False
    """It refuses a token with another size than the one of the page where the token came from."""
    faults: float = 0.0
    """The share of requests that get an empty page, or the previous one again. Asked again, they get their own,
    and the two requests behind a fault are answered as they should be.
    """
    drops: int = 0
    """The first request from which on a row may be missing in an answer; it happens once."""
    lags: int = 0
    """The first request from which on two answers in a row may know only the beginning of the list; once."""

    def served(self, asked: int, maximum: int) -> int:
        """Return how many rows it gives."""
        size = min(asked, self.clamp or maximum)
        if self.cap is not None and size > self.cap:
            size = self.default
        if self.steps:
            size = max((step for step in self.steps if step <= size), default=self.steps[0])
        return (self.fixed or size) + self.extra
