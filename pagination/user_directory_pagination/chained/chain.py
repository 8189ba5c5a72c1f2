"""What a reader of a chain asks of the way of paging."""

from typing import Any, Protocol

from ..page import Parameters, Position, RawPage

__all__ = ["Chain"]


class Chain(Protocol):
    """A way of paging in which each answer says where the next one begins."""

    def parameters(self, position: Position) -> Parameters:
        """The query parameters that ask for the rows from `position` on."""
        ...

    def following(self, page: RawPage) -> Position | None:
        """The position behind `page`; None when it is the last, `{}` when it does not say what follows."""
        ...

    def promises_more(self, page: RawPage) -> bool:
        """Whether `page`, which has a position behind it, itself says that there are rows."""
        ...

    keyed: bool
    """Whether a position is the key of a row, so that an earlier row can be gone back to."""

    def key(self, row: Any) -> Any:
        """The key of a row; None where it has none, or positions are no keys."""
        ...

    def behind(self, key: Any) -> Position:
        """The position behind the row of a key."""
        ...
