"""What else a provider can be asked for: an order, a free text, one user."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from .table import Pattern, Table, Text

__all__ = ["GetOne", "Search", "Sort", "SortKey"]

SortKey = Literal["created_at", "updated_at", "last_active_at", "name", "email", "username", "id"]


class Sort(Table):
    """The query parameters that sort by one key, in each direction."""

    ascending: Mapping[str, str] | None = None
    descending: Mapping[str, str] | None = None


class Search(Table):
    """A free-text search over several fields; its rows are always checked here too."""

    parameter: Text
    match: Literal["contains", "fuzzy", "unknown"]
    escape: Literal["none", "lucene"] = "none"
    fields: tuple[Text, ...] = ()
    """The fields that it searches, if the provider says."""
    confirmed: bool = True
    """False if the parameter's name is not documented: it may have no effect."""
    whole: bool = False
    """Whether a document promises that it finds everybody in its index who matches: then nobody else is looked at."""
    eventual: bool = False
    """Whether the index is behind the list, so that somebody who is not found may not be in it yet."""


class GetOne(Table):
    """The endpoint that gives one user; `{id}` in the path is replaced, percent-encoded."""

    path: Annotated[str, Field(pattern=r"^/[^?#]*\{id\}[^?#]*$")]
    item: Text = "@"
    ids: Pattern = ".+"
    """The form of an id (a regular expression for the whole id); other strings are not sent."""
    lower: bool = False
    """Whether ids are sent in lower case: UUIDs are the same in both."""
    nobody: tuple[Annotated[int, Field(ge=400, le=499)], ...] = ()
    """Statuses besides 404 and 410 that say that no user has the id."""
    documented: bool = True
    """False if no document names the endpoint: then a 404 does not prove that the user does not exist."""
    only: tuple[Text, ...] = ()
    """Fields of `[user]` that the list does not send."""
    email_is_id: bool = False
    """Whether the id of a user with an email address is that address."""
