"""A bounded memory of the rows that were read, in the order of the list, as 8-byte marks.

It always holds the last stretch of what was read: if it holds a row, it holds every row read behind that one too. So on
a page that shows a remembered row, no row behind it was handed out and then forgotten.
"""

import base64
from collections.abc import Collection, Iterable, Sequence
from hashlib import blake2b

__all__ = ["CAPACITY", "TOP", "Mark", "Recent", "mark"]

CAPACITY = 2048
"""Rows remembered for one list: twice the largest page, 22 KB of stored text."""

_BYTES = 8
"""Bytes of a mark: two of 2,048 rows are mistaken for each other about once in 10¹³ walks."""

_STRETCH = 8
"""Rows by which a place is recognised."""

Mark = bytes
"""A digest of an id."""

TOP: Mark = b""
"""The mark before all rows of a list."""


def mark(identifier: str) -> Mark:
    """Return the mark of an id."""
    return blake2b(identifier.encode("utf-8", "surrogatepass"), digest_size=_BYTES).digest()


class Recent:
    """The last `capacity` rows that were read of a list."""

    def __init__(self, marks: Iterable[Mark] = (), capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._following: dict[Mark, Mark] = {}  # a chain from TOP to the last row, which TOP follows
        self.last: Mark = TOP
        """The row furthest down the list; TOP if no row is remembered."""
        for each in marks:
            self.add(each)

    def __contains__(self, user: Mark) -> bool:
        return user != TOP and user in self._following

    def __len__(self) -> int:
        return max(0, len(self._following) - 1)

    @property
    def is_full(self) -> bool:
        """Whether the first rows may have been forgotten."""
        return len(self) >= self._capacity

    def add(self, user: Mark, behind: Mark | None = None) -> bool:
        """Remember a row behind another, by default behind all; return False if it was remembered already."""
        following = self._following
        if user in following and user != TOP:
            return False
        before = self.last if behind is None or behind not in following else behind
        following[user] = following.get(before, TOP)
        following[before] = user
        if before == self.last:
            self.last = user
        if len(following) > self._capacity + 1:
            self._forget_first()
        return True

    @property
    def marks(self) -> Collection[Mark]:
        """Every remembered row, to look many up at once; TOP may be among them."""
        return self._following.keys()

    def are_in_order(self, users: Iterable[Mark | None]) -> bool:
        """Return whether the remembered ones of these rows come in the order in which they are remembered."""
        places = {user: place for place, user in enumerate(self._in_order())}
        known = [places[user] for user in users if user is not None and user in places]
        return known == sorted(known)

    def recognises(self, page: Sequence[Mark | None], held: Mark = TOP) -> bool:
        """Return whether a page begins with a place that was read, and not only with a row that moved there since.

        Its first remembered row is its first one, and either `held`, the last row of the page that was read before, or
        most of the few that were read directly behind it are on the page, too.
        """
        rows = [each for each in page if each is not None]
        if not rows or rows[0] not in self._following:
            return False
        if rows[0] == held or rows[0] == self.last:
            return True
        here, user, shown, read = set(rows), rows[0], 0, 0
        while user != TOP and read < min(len(rows), _STRETCH):
            shown += user in here
            read += 1
            user = self._following[user]
        return read <= 2 * shown + 1

    def clear(self) -> None:
        """Forget every row."""
        self._following.clear()
        self.last = TOP

    def dump(self) -> str:
        """Return the memory as base64 text, in the order of the list."""
        return base64.b64encode(b"".join(self._in_order())).decode("ascii")

    @classmethod
    def load(cls, text: str, capacity: int = CAPACITY) -> "Recent":
        """Return the memory that `dump` wrote."""
        data = base64.b64decode(text)
        return cls((data[start : start + _BYTES] for start in range(0, len(data), _BYTES)), capacity)

    def _in_order(self) -> Iterable[Mark]:
        user = self._following.get(TOP, TOP)
        while user != TOP:
            yield user
            user = self._following[user]

    def _forget_first(self) -> None:
        first = self._following[TOP]
        self._following[TOP] = self._following.pop(first)
