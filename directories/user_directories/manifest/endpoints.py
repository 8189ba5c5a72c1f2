"""What else a provider can be asked for: an order, a free text."""

from collections.abc import Mapping
from typing import Literal, Self

from pydantic import model_validator

from .asked import Asked
from .table import EndpointPath, Table, Text

__all__ = ["Search", "Sort", "SortKey"]

SortKey = Literal["created_at", "updated_at", "last_active_at", "name", "email", "username", "id"]


class Sort(Table):
    """The query parameters that sort by one key, in each direction."""

    ascending: Mapping[str, str] | None = None
    """What is sent for the lowest first."""
    descending: Mapping[str, str] | None = None
    """What is sent for the highest first."""


class Search(Asked):
    """A free-text search over several fields; its rows are always checked here too."""

    match: Literal["contains", "fuzzy", "unknown"]
    """How it matches; its rows are checked here in any case."""
    escape: Literal["none", "lucene"] = "none"
    """`lucene`: signs with a meaning in a query of Lucene are escaped."""
    fields: tuple[Text, ...] = ()
    """The fields that it searches, if the provider says."""
    confirmed: bool = True
    """False if the parameter's name is not documented: it may have no effect."""
    whole: bool = False
    """Whether a document promises that it finds everybody in its index who matches: then nobody else is looked at."""
    eventual: bool = False
    """Whether the index is behind the list, so that somebody who is not found may not be in it yet."""
    path: EndpointPath | None = None
    """The search has a path of its own, and is paged like the list; it takes no filter, no order and nothing fixed."""
    items: Text | None = None
    """Where the rows are in the answers of that path, if not where they are in the list."""

    @model_validator(mode="after")
    def _has_rows_of_its_own(self) -> "Search":
        if self.items is not None and self.path is None:
            raise ValueError("`items` is for a search with a `path` of its own; it is asked of the list")
        return self

    @model_validator(mode="after")
    def _is_escaped_once(self) -> Self:
        if self.is_expression and self.escape != "none":
            raise ValueError("an expression is escaped as its dialect says: leave out `escape`")
        return self
