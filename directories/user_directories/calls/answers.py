"""What a directory answers: users or a number, and how much of the truth that is."""

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from ..notes import Note
from ..planning.plan import How
from ..planning.query import Query
from ..users.people import Person
from ..users.user import DirectoryUser, User
from .certainty import Exactness

__all__ = ["Count", "Counts", "Lookup", "Method", "Page"]

Method = Literal["total", "probes", "walk"]


@dataclass(frozen=True)
class Page:
    """At most `limit` users that match `query`, which may come out of a cursor.

    `complete`: nothing that was asked for is left. If it is False, `cursor` goes on, or `notes` says why
    nothing can. `total` counts what was asked for, not what is on the page; `scanned` counts the records
    that were looked at in this call.
    """

    query: Query
    directories: tuple[str, ...]
    users: tuple[DirectoryUser, ...]
    complete: bool
    searched: dict[str, How]
    scanned: int
    cursor: str | None = None
    total: int | None = None
    total_exactness: Exactness | None = None
    notes: tuple[Note, ...] = ()
    people: tuple[Person, ...] = ()
    """Who is, or may be, the same person in several directories."""


@dataclass(frozen=True)
class Count:
    """How many users of one directory match; `count` is None if nothing could be learned.

    `method`: `total` (the provider's own number), `probes` (the last of its numbered pages was found), `walk`
    (every record looked at). `as_of` is when the
    number was true, ISO 8601 in UTC.
    """

    directory: str
    count: int | None
    exactness: Exactness | None
    method: Method
    as_of: str
    notes: tuple[Note, ...] = ()


class Counts(NamedTuple):
    """A count a directory; `notes` name directories that could not be asked."""

    counts: tuple[Count, ...]
    cursor: str | None = None
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True)
class Lookup:
    """One user, or none: then `complete` says whether that proves that there is no such user."""

    directory: str
    user: User | None
    complete: bool
    scanned: int = 0
    cursor: str | None = None
    notes: tuple[Note, ...] = field(default=())
