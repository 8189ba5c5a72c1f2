"""A bounded memory of the users that went by, in the order of the list, as 8-byte marks.

It always holds the last stretch of what was read: whoever was read behind one of its users is in it too. So a page
that shows a remembered user shows nobody behind them who was handed out and forgotten.
"""

import base64
from collections.abc import Iterable
from hashlib import blake2b

__all__ = ["CAPACITY", "TOP", "Mark", "Recent", "mark"]

CAPACITY = 2048
"""Users remembered of one list: twice the largest page, 22 KB of stored text."""

_BYTES = 8
"""Of a mark: two of 2,048 users are taken for one another about once in 10¹³ walks."""

Mark = bytes
"""A digest of an id."""

TOP: Mark = b""
"""Stands before all users of a list."""


def mark(identifier: str) -> Mark:
    """The mark of an id."""
    return blake2b(identifier.encode("utf-8", "surrogatepass"), digest_size=_BYTES).digest()


class Recent:
    """The last `capacity` users of a list, as far as it was read."""

    def __init__(self, marks: Iterable[Mark] = (), capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._following: dict[Mark, Mark] = {}  # a chain from TOP to the last user, whose follower is TOP
        self.last: Mark = TOP
        """The user furthest down the list; TOP if nobody is remembered."""
        for each in marks:
            self.add(each)

    def __contains__(self, user: Mark) -> bool:
        return user != TOP and user in self._following

    def __len__(self) -> int:
        return max(0, len(self._following) - 1)

    @property
    def is_full(self) -> bool:
        """Whether the first users may have been forgotten."""
        return len(self) >= self._capacity

    def add(self, user: Mark, behind: Mark | None = None) -> bool:
        """Remember a user who stands behind another, by default behind all; False if they were remembered already."""
        if user in self:
            return False
        before = self.last if behind is None or behind not in self._following else behind
        self._following[user] = self._following.get(before, TOP)
        self._following[before] = user
        if before == self.last:
            self.last = user
        if len(self) > self._capacity:
            self._forget_first()
        return True

    def clear(self) -> None:
        """Forget everybody."""
        self._following.clear()
        self.last = TOP

    def dump(self) -> str:
        """The memory as base64 text, in the order of the list."""
        return base64.b64encode(b"".join(self._in_order())).decode("ascii")

    @classmethod
    def load(cls, text: str, capacity: int = CAPACITY) -> "Recent":
        """The reverse of `dump`."""
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
