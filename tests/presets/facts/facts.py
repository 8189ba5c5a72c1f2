"""What the tests of presets need to know of one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

Record = Mapping[str, Any]


@dataclass(frozen=True)
class Facts:
    """How the records of a simulated API are read, apart from the manifest."""

    email: Callable[[Record], str | None] | None
    """None if no list has addresses, so that nobody can be found by one."""
    state: Callable[[Record], str] | None
    """None if users have none."""
    fields: Mapping[str, Callable[[Record], Any]]
    """The fields whose filters and orders are tried, each with its value in a record, or several of them."""
    looked_up: Callable[[Record], bool] | None = None
    """Whether a look-up by address is documented to find a user, if not all."""
    created: Callable[[Record], str] | None = None
    """The time of creation, if it can be asked for."""
    order: Callable[[Record], Any] | None = None
    """By what a list is sorted for which no order was asked; None: it is in the order of the simulation."""
    id: Callable[[Record], str] = itemgetter("id")
    requests_by_id: int = 1
    """What a look-up by id takes: 2 where the one endpoint gives anybody, and another says who is in the directory."""
