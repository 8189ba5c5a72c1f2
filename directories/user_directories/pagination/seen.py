"""A bounded memory of the ids that went by lately, as 8-byte digests."""

import base64
from collections import OrderedDict
from collections.abc import Iterable
from hashlib import blake2b

__all__ = ["CAPACITY", "Seen"]

CAPACITY = 2048
"""Ids remembered of one list: twice the largest page, 22 KB of stored text."""

_DIGEST = 8
"""Bytes of a digest: two of 2,048 ids are taken for one another about once in 10¹³ walks."""


class Seen:
    """The last `capacity` ids."""

    def __init__(self, digests: Iterable[bytes] = (), capacity: int = CAPACITY) -> None:
        self._digests = OrderedDict.fromkeys(digests)
        self._capacity = capacity

    def __contains__(self, identifier: str) -> bool:
        return _digest(identifier) in self._digests

    def __len__(self) -> int:
        return len(self._digests)

    @property
    def is_full(self) -> bool:
        """Whether the oldest ids may have been forgotten."""
        return len(self._digests) >= self._capacity

    def add(self, identifier: str) -> bool:
        """Remember an id; False if it was remembered already."""
        digest = _digest(identifier)
        if digest in self._digests:
            self._digests.move_to_end(digest)
            return False
        self._digests[digest] = None
        if len(self._digests) > self._capacity:
            self._digests.popitem(last=False)
        return True

    def is_latest(self, identifier: str) -> bool:
        """Whether this id is the one remembered last."""
        return bool(self._digests) and next(reversed(self._digests)) == _digest(identifier)

    def dump(self) -> str:
        """The memory as base64 text, oldest first."""
        return base64.b64encode(b"".join(self._digests)).decode("ascii")

    @classmethod
    def load(cls, text: str, capacity: int = CAPACITY) -> "Seen":
        """The reverse of `dump`."""
        data = base64.b64decode(text)
        return cls((data[start : start + _DIGEST] for start in range(0, len(data), _DIGEST)), capacity)


def _digest(identifier: str) -> bytes:
    return blake2b(identifier.encode("utf-8", "surrogatepass"), digest_size=_DIGEST).digest()
