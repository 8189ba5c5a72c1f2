"""What can be asked of a provider: filters, orders, free text, one user."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from .table import Pattern, Table, Text

__all__ = ["FilterField", "FilterRule", "GetOne", "Search", "Sort", "SortKey"]

FilterField = Literal[
    "id",
    "email",
    "name",
    "given_name",
    "family_name",
    "username",
    "status",
    "role",
    "organization",
    "created_after",
    "created_before",
    "updated_after",
    "updated_before",
]
SortKey = Literal["created_at", "updated_at", "last_active_at", "name", "email", "username", "id"]


class Sort(Table):
    """The query parameters that sort by one key, in each direction."""

    ascending: Mapping[str, str] | None = None
    descending: Mapping[str, str] | None = None


class FilterRule(Table):
    """How one of our filters is sent, and what the provider makes of it.

    `match` exact: what comes back is just what was asked. contains, fuzzy, unknown: it may hold more, so
    every row is checked here too.
    """

    parameter: Text
    match: Literal["exact", "contains", "fuzzy", "unknown"]
    several: Literal["repeat", "comma", "one"] = "one"
    values: Mapping[str, str] = {}
    """Our value → theirs, where the words differ; empty sends the value as it is."""
    case: Literal["as_given", "lower", "both"] = "as_given"
    """The letter case to send: `both` sends the value as given and in lower case."""


class Search(Table):
    """Free text over several fields; its rows are always checked here too."""

    parameter: Text
    match: Literal["contains", "fuzzy", "unknown"]
    escape: Literal["none", "lucene"] = "none"
    fields: tuple[Text, ...] = ()
    """What it looks at, as far as the provider says."""
    confirmed: bool = True
    """False where the parameter's name is not documented: it may have no effect."""


class GetOne(Table):
    """The endpoint that gives one user; `{id}` in the path is replaced, percent-encoded."""

    path: Annotated[str, Field(pattern=r"^/[^?#]*\{id\}[^?#]*$")]
    item: Text = "@"
    ids: Pattern = ".+"
    """What an id looks like (a regular expression for the whole of it); other texts are not sent."""
    lower: bool = False
    """Whether ids are sent in lower case: UUIDs are the same in both."""
    documented: bool = True
    """False where no document names the endpoint: a 404 is then no proof that the user does not exist."""
    only: tuple[Text, ...] = ()
    """Fields of `[user]` that the list does not send."""
    email_is_id: bool = False
    """Whether the id of a user with an email address is that address."""
