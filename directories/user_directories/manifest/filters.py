"""How a provider filters by our fields."""

from collections.abc import Mapping
from typing import Literal, get_args

from .table import Table, Text

__all__ = ["FILTER_FIELDS", "TIME_FILTERS", "FilterField", "FilterRule"]

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

FILTER_FIELDS: tuple[str, ...] = get_args(FilterField)
TIME_FILTERS = frozenset({"created_after", "created_before", "updated_after", "updated_before"})


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
