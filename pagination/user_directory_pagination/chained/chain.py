"""The interface between a chained reader and its way of paging."""

from typing import Any, Protocol

from ..page import Parameters, Position, RawPage

__all__ = ["Chain"]


class Chain(Protocol):
    """A way of paging in which each answer says where the next one begins."""

    def parameters(self, position: Position) -> Parameters:
        """Return the query parameters that ask for the rows from `position` on."""
        ...

    def following(self, page: RawPage) -> Position | None:
        """Return the position behind `page`; None if the page is the last, `{}` if it does not say what follows."""
        ...

    def promises_more(self, page: RawPage) -> bool:
        """Return whether `page`, which has a position behind it, itself says that rows follow."""
        ...

    keyed: bool
    """Whether a position is the key of a row, so that a reader can go back to an earlier row."""

    def key(self, row: Any) -> Any:
        """Return the key of a row; None if it has none, or if positions are not keys."""
        ...

    def behind(self, key: Any) -> Position:
        """Return the position behind the row of a key."""
        ...
