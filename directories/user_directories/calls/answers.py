"""The answers of directories: users or a number, and how complete and exact they are."""

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from ..notes import Note
from ..planning.query import How, Query
from ..users.people import Person
from ..users.user import DirectoryUser, User
from .certainty import Exactness

__all__ = ["Count", "Counts", "Lookup", "Method", "Page"]

Method = Literal["total", "probes", "walk"]


@dataclass(frozen=True)
class Page:
    """At most `limit` users that match `query`, which may come from a cursor.

    `complete`: nothing that was asked for is left. If it is False, follow `cursor` to continue; if there is none,
    `notes` says why. `total` counts what was asked for, not what is on the page; `scanned` counts the records that this
    call looked at.
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
    """The users who are, or may be, the same person in several directories; numbers hold for the whole walk."""


@dataclass(frozen=True)
class Count:
    """The number of users of one directory that match; `count` is None if nothing could be learned.

    `method`: `total` (the provider's own number), `probes` (its last numbered page was found) or `walk` (every record
    was looked at). `as_of` is the time at which the number was true, ISO 8601 in UTC.
    """

    directory: str
    count: int | None
    exactness: Exactness | None
    method: Method
    as_of: str
    notes: tuple[Note, ...] = ()


class Counts(NamedTuple):
    """One count per directory; `notes` names the directories that could not be asked."""

    counts: tuple[Count, ...]
    cursor: str | None = None
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True)
class Lookup:
    """One user or none, and `others` who have the same address.

    `complete`: these are all who have it; if there is none, it is proved that there is no such user. If it is False,
    a search with `cursor` continues.
    """

    directory: str
    user: User | None
    complete: bool
    others: tuple[User, ...] = ()
    scanned: int = 0
    cursor: str | None = None
    notes: tuple[Note, ...] = field(default=())
