"""The interface between a chained reader and its way of paging."""

from collections.abc import Sequence
from typing import Protocol

from ..page import Parameters, Position, RawPage

__all__ = ["Chain"]


class Chain(Protocol):
    """A way of paging in which each answer says where the next one begins."""

    keyed: bool
    """Whether a position is the key of a row: then the page size may change, and a key may be gone."""

    stable: bool
    """Whether a document rules out that positions are row numbers."""

    whole: bool
    """Whether a document says that every answer is the whole list, so that nothing follows it."""

    least: int
    """The fewest rows that a page can be asked for; of pages of a fixed size, that size."""

    def parameters(self, position: Position) -> Parameters:
        """Return the query parameters that ask for the rows from `position` on."""
        ...

    def following(self, page: RawPage) -> Position | None:
        """Return the position behind `page`; None if the page is the last, `{}` if it does not say what follows."""
        ...

    def promises_more(self, page: RawPage) -> bool:
        """Return whether `page`, which has a position behind it, itself says that rows follow."""
        ...

    def behind(self, asked: Position, page: RawPage) -> Sequence[Position | None] | None:
        """Return the position behind each row of the page that `asked` gave, None where a row has none.

        None if only the provider knows positions.
        """
        ...
