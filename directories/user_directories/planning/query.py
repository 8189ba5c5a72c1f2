"""What a caller asks for, checked and in one form: filters, free text and an order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, get_args

from ..errors import Kinds
from ..manifest import FILTER_FIELDS, TIME_FILTERS, SortKey
from ..users.json_values import is_list
from ..users.text import clean_text, visible
from ..users.timestamps import as_iso, parse_time

__all__ = [
    "MAX_TEXT",
    "MAX_VALUES",
    "Order",
    "Query",
    "query_from_arguments",
    "read_filters",
    "read_order",
    "read_text",
]

MAX_VALUES = 50
"""Values of one filter; they mean OR."""
MAX_TEXT = 256
"""Characters of a free-text query or of one filter value."""


@dataclass(frozen=True)
class Order:
    """Sort by `key`, ascending unless `descending`."""

    key: str
    descending: bool = False

    def __str__(self) -> str:
        return f"{self.key}:{'desc' if self.descending else 'asc'}"


@dataclass(frozen=True)
class Query:
    """Users that match every filter (each any of its values) and every word of `text`.

    `exhaustive` means: trust no search of the provider's to find everything; look at every user.
    """

    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    text: str | None = None
    order: Order | None = None
    exhaustive: bool = False

    def as_arguments(self) -> dict[str, Any]:
        """The query as plain JSON, to be stored and compared."""
        return {
            "filters": {name: list(values) for name, values in sorted(self.filters.items())},
            "query": self.text,
            "sort": str(self.order) if self.order else None,
            "exhaustive": self.exhaustive,
        }


def query_from_arguments(arguments: Mapping[str, Any]) -> Query:
    """The reverse of `Query.as_arguments`."""
    return Query(
        filters={name: tuple(values) for name, values in arguments["filters"].items()},
        text=arguments["query"],
        order=read_order(arguments["sort"]),
        exhaustive=arguments["exhaustive"],
    )


def read_filters(
    filters: Mapping[str, Any] | None, offered: Sequence[str] = FILTER_FIELDS
) -> dict[str, tuple[str, ...]]:
    """Check filter names and values; null means that the filter is not set, and an empty value is refused.

    Raises: InvalidArgument naming the fields that are `offered`, or what a value should look like.
    """
    read: dict[str, tuple[str, ...]] = {}
    for name, value in (filters or {}).items():
        if name not in FILTER_FIELDS:
            raise Kinds.UNKNOWN_FILTER.error(name=name, valid=tuple(offered))
        if value is not None:
            read[name] = _filter_values(name, value)
    return read


def _filter_values(name: str, value: Any) -> tuple[str, ...]:
    items = value if is_list(value) else [value]
    if len(items) > MAX_VALUES:
        raise Kinds.TOO_MANY_VALUES.error(name=name, count=len(items), most=MAX_VALUES)
    if name in TIME_FILTERS and len(items) > 1:
        raise Kinds.SEVERAL_TIMES.error(name=name, count=len(items))
    if not items or any(item is None or not str(item).strip() for item in items):
        raise Kinds.EMPTY_VALUE.error(name=name)
    return tuple(dict.fromkeys(_filter_value(name, item) for item in items))


def _filter_value(name: str, value: Any) -> str:
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        if name in TIME_FILTERS:
            raise Kinds.NOT_A_TIME.error(name=name, value=str(value))
        raise Kinds.VALUE_NOT_TEXT.error(name=name, type=type(value).__name__)
    text = str(value) if name == "id" else str(value).strip()
    if len(text) > MAX_TEXT:
        raise Kinds.VALUE_TOO_LONG.error(name=name, length=len(text), most=MAX_TEXT)
    if name == "id":
        return text
    if name not in TIME_FILTERS:
        return visible(text)
    moment = parse_time(text)
    if moment is None:
        raise Kinds.NOT_A_TIME.error(name=name, value=text)
    return as_iso(moment)


def read_text(text: str | None) -> str | None:
    """Check a free-text query, and take out what nobody sees; None and what is then empty mean: no query.

    Raises: InvalidArgument if it is too long.
    """
    stripped = " ".join((text or "").split())
    if len(stripped) > MAX_TEXT:
        raise Kinds.QUERY_TOO_LONG.error(length=len(stripped), most=MAX_TEXT)
    return clean_text(stripped) or None


def read_order(sort: str | None) -> Order | None:
    """Read `created_at:desc` (also `-created_at`, `created_at`, `created_at desc`); None means unsorted.

    Raises: InvalidArgument naming the valid forms.
    """
    if not sort or not sort.strip():
        return None
    text = sort.strip().replace(" ", ":")
    key, _, direction = text.removeprefix("-").partition(":")
    descending = text.startswith("-") or direction.lower() in ("desc", "descending")
    if key not in get_args(SortKey) or direction.lower() not in (
        "",
        "asc",
        "desc",
        "ascending",
        "descending",
    ):
        raise Kinds.UNKNOWN_SORT.error(value=sort, valid=get_args(SortKey))
    return Order(key, descending)
