"""A query, checked and in one form: filters, free text and an order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from ..errors import Kinds
from ..manifest import Said, SortKey
from ..users.filters import Condition
from ..users.folding import plain_address
from ..users.text import clean_text
from .filters import MAX_TEXT
from .syntax import refuse_syntax_in_query

__all__ = ["Asking", "How", "Order", "Query", "query_from_arguments", "read_order", "read_text"]

How = Literal["provider", "provider+checked", "scan"]
"""Who finds the users: the provider; the provider, and each is checked here; or everybody is looked at."""


@dataclass(frozen=True)
class Order:
    """A sort order by `key`, ascending unless `descending`."""

    key: str
    descending: bool = False

    def __str__(self) -> str:
        return f"{self.key}:{'desc' if self.descending else 'asc'}"


@dataclass(frozen=True)
class Query:
    """A query for users that meet every condition and match every word of `text`.

    `exhaustive` means: do not trust the provider's search to find everybody; look at every user.
    """

    filters: tuple[Condition, ...] = ()
    text: str | None = None
    order: Order | None = None
    exhaustive: bool = False

    def as_arguments(self) -> dict[str, Any]:
        """Return the query as plain JSON, to be stored and compared."""
        return {
            "filters": [[*each[:2], list(each.values), each.negated] for each in sorted(self.filters)],
            "query": self.text,
            "sort": str(self.order) if self.order else None,
            "exhaustive": self.exhaustive,
        }


@dataclass(frozen=True)
class Asking:
    """How a directory is asked, by what was learned of it; kept with a walk, because its legs depend on it.

    `spelt`: field → value → how the directory spells it. `exact`: whether the provider's exact filters are believed,
    but those of the `distrusted` fields; if not, users are checked here. `timely`: the bounds of times
    (`created_at.after`) that are known to give everybody. `also`: field → values that were seen, besides those that a
    document lists. `whole`: whether its promise is believed that a search finds
    everybody. `announced`: what it says of itself, as far as that is believed.
    """

    spelt: Mapping[str, Mapping[str, Sequence[str]]] = field(default_factory=dict[str, Mapping[str, Sequence[str]]])
    exact: bool = True
    distrusted: Sequence[str] = field(default_factory=list[str])
    timely: Sequence[str] = field(default_factory=list[str])
    also: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
    whole: bool = True
    announced: Said = field(default_factory=dict[str, bool | int])

    def dump(self) -> dict[str, Any]:
        """Return it as plain JSON."""
        return dict(vars(self))


def query_from_arguments(arguments: Mapping[str, Any]) -> Query:
    """Read a query that `Query.as_arguments` wrote."""
    return Query(
        filters=tuple(
            Condition(field, operator, tuple(values), no) for field, operator, values, no in arguments["filters"]
        ),
        text=arguments["query"],
        order=read_order(arguments["sort"]),
        exhaustive=arguments["exhaustive"],
    )


def read_text(text: str | None) -> str | None:
    """Check a free-text query and remove invisible characters; return None if nothing is left.

    Of `Name <address>` the address is left: it says by itself who is meant.

    Raises: InvalidArgument if it is too long, or has the syntax of another search.
    """
    stripped = " ".join((text or "").split())
    if len(stripped) > MAX_TEXT:
        raise Kinds.QUERY_TOO_LONG.error(length=len(stripped), most=MAX_TEXT)
    refuse_syntax_in_query(stripped)
    return clean_text(plain_address(stripped)) or None


def read_order(sort: str | None) -> Order | None:
    """Read `created_at:desc` (also `-created_at`, `created_at`, `created_at desc`); None means no order.

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
