"""The position of a numbered reader in its list, and what it has learned about the server, as plain data.

**Where it is.** `row` is the number of the next row to ask for. The last row read, the *anchor*, is the last one that
the memory (`Recent`) holds; `tail` records without an id stand between it and `row`. `held` is the last row of the page
read last, in hex: another one if the page showed nothing new. `first` are the rows that the list
began with; `exact`: its first page had as many rows as it was asked for. `hold` is how many earlier rows a window
overlaps; it grows when the anchor was not found.

**What the server does.** `cap`: it sends at most so many rows. `largest`: the most rows it sent on a page. `step`: it
does not keep to the sizes asked for, so all pages are asked for with this size, one after another (a *stride*); `full`
is how many rows such a page has. `thinned`: it leaves rows out of its pages. `promised`: rows are known to exist at or
behind this number, so an empty page before it is no end. `most`: larger windows were refused. `renumbered`: page 1 is
page 0. `short`: the last window that had fewer rows than it was asked for.

`heeded`: a window behind the first row showed anything but the first rows, so the position matters; `sized`: a
smaller window than the first had exactly the rows that it was asked for, so the size matters.

**What is in doubt.** `doubt` holds the checks that are left before an end is believed. `boundaries` counts the
boundaries between strides that were crossed, `unchecked` those that no overlap proves. `mile` is a stride that is
looked at once more some boundaries later, to see whether rows moved in the meantime. `rereads`: a stride is read again
because not all of it was handed out. `from_above`: rows came in above the anchor; `tops` counts how often the top
was looked at again.

**What went wrong.** `stops` counts the reads that a contradiction ended. In a row: `lost` counts windows without a
known row; `stale` counts batches without a new row, because rows come in faster than they are read; the reader then
asks for more.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from ..batch import Standing

__all__ = ["Doubt", "Place", "Short"]


class Doubt(NamedTuple):
    """An end that is not believed yet: the window that showed it, and the checks that are left, in order.

    `checks` are words:

    - `behind`: the window directly behind; `far`: windows further behind
    - `again`: the same window once more; `inside`: a window that begins behind the first row
    - `top`: the first rows once more, for those that came or moved there
    - `first`: the first rows once more, to tell them from rows behind
    - `before`: the window that ends with the last row
    - `uneven`: a short window that had rows behind it

    `shown` is the fingerprint of the window and `last` its last row, both in hex; `full`: it had all rows that it was
    asked for. `looked`: windows behind that were looked at. `refused`: the window behind was refused although the last
    page was full. `held`: a page behind it is held back until it was looked at again. `down`: how many windows below
    the top are looked at, because all above was new. For `uneven`, `users` is how many rows with an id the window had,
    `looked` how many the largest page before it had, and `aligned` says that the window behind began where it should.
    """

    start: int
    size: int
    shown: str
    checks: Sequence[str]
    looked: int = 0
    refused: bool = False
    last: str = ""
    full: bool = False
    held: bool = False
    down: int = 0
    users: int = 0
    aligned: bool = False


class Short(NamedTuple):
    """A window that had fewer rows than it was asked for, and new ones: it may be thinned out, or clamped.

    `users` is how many of its rows had an id, `largest` how many the largest page before it had. `shown` is its
    fingerprint, in hex.
    """

    start: int
    size: int
    users: int
    shown: str
    largest: int


@dataclass
class Place(Standing):
    """Where a reader is, and what it learned; see the top of this module."""

    row: int = 0
    tail: int = 0
    held: str = ""
    first: list[str] = field(default_factory=list[str])
    exact: bool = False
    heeded: bool = False
    sized: bool = False
    hold: int = 1
    cap: int | None = None
    largest: int = 0
    step: int = 0
    full: int = 0
    promised: int = 0
    most: int | None = None
    rereads: bool = False
    boundaries: int = 0
    mile: tuple[int, str] | None = None
    short: Short | None = None
    renumbered: bool = False
    tops: int = 0
    unchecked: int = 0
    from_above: bool = False
    stops: int = 0
    lost: int = 0
    stale: int = 0
    doubt: Doubt | None = None

    def forget_server(self) -> None:
        """Forget what was learned about the server, because it led to a contradiction."""
        self.cap, self.step, self.full, self.largest, self.hold, self.most = None, 0, 0, 0, 1, None
        self.lost, self.doubt, self.short = 0, None, None
