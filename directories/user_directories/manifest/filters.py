"""How a provider filters by our fields."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator

from ..errors import listed
from ..users.filters import FILTER_FIELDS, OPERATORS, operators_for
from .table import Table, Text

__all__ = ["FilterField", "FilterRule", "FilterTable", "FilterTables"]


def _known_field(name: str) -> str:
    if name not in FILTER_FIELDS:
        raise ValueError(f"not a field to filter by; use one of: {listed(FILTER_FIELDS)}")
    return name


def _known_operator(name: str) -> str:
    if name not in OPERATORS:
        raise ValueError(f"not an operator; use one of: {listed(OPERATORS)}")
    return name


FilterField = Annotated[str, AfterValidator(_known_field)]
OperatorName = Annotated[str, AfterValidator(_known_operator)]


class FilterRule(Table):
    """How one of our filters is sent, and how the provider matches it.

    `match` exact: the answer is exactly what was asked for. contains, fuzzy, unknown: it may contain more, so every row
    is checked here too.
    """

    parameter: Text
    match: Literal["exact", "contains", "fuzzy", "unknown"]
    several: Literal["repeat", "comma", "one"] = "one"
    values: Mapping[str, str] = {}
    """Our value → theirs, if the words differ; a value that is not listed is sent unchanged."""
    case: Literal["as_given", "lower", "both"] = "as_given"
    """The letter case to send: `both` sends the value as given and in lower case."""


FilterTable = Mapping[OperatorName, FilterRule]
"""The rules of one field, by operator."""


def _fitting(tables: Mapping[str, FilterTable]) -> Mapping[str, FilterTable]:
    for field, table in tables.items():
        for operator in table:
            if operator not in operators_for(field):
                raise ValueError(f"{field} does not take {operator}; it takes: {listed(operators_for(field)[:-1])}")
    return tables


FilterTables = Annotated[Mapping[FilterField, FilterTable], AfterValidator(_fitting)]
"""`status = { parameter = … }` filters by `is`; `created_at.after = { parameter = … }` by another operator."""
