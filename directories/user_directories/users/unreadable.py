"""A value that is there and cannot be read: it is not absent, and it equals nothing."""

from typing import Final

__all__ = ["UNREADABLE"]


class _Unreadable(str):
    """An empty text, so that whatever compares, joins or splits texts finds nothing in it."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "UNREADABLE"


UNREADABLE: Final = _Unreadable()
"""What a check sees instead of a value of another type than its field has. Compare it with `is`."""
