"""What is asked in the fault matrix: the calls of an agent, and the truth that their answers are held to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from fault_truth import Truth

__all__ = ["OPERATIONS", "Asked", "Operation"]

_NOBODY = "nobody@nowhere.example"

Pairs = frozenset[tuple[str, str]]
"""Users, each as directory and id."""


@dataclass(frozen=True)
class Asked:
    """One call, and those whom it asks for in each directory. `to_the_end` follows the cursor."""

    tool: str
    arguments: Mapping[str, Any]
    wanted: Mapping[str, frozenset[str]]
    to_the_end: bool = False

    @property
    def pairs(self) -> Pairs:
        """Those whom it asks for."""
        return frozenset((name, each) for name, ids in self.wanted.items() for each in ids)


Truths = Mapping[str, Truth]
Operation = Callable[[str, Truths], Asked]
"""Makes the call for a directory that fails: over it, or over all."""


def _here(tool: str, name: str, wanted: frozenset[str], to_the_end: bool = False, **arguments: Any) -> Asked:
    return Asked(tool, {"directory": name} | arguments, {name: wanted}, to_the_end)


def _page(name: str, truths: Truths) -> Asked:
    return _here("list_users", name, truths[name].ids(), limit=20)


def _to_the_end(name: str, truths: Truths) -> Asked:
    return _here("list_users", name, truths[name].ids(), to_the_end=True, limit=50)


def _name(name: str, truths: Truths) -> Asked:
    text, wanted = truths[name].name()
    return _here("search_users", name, wanted, query=text)


def _field(name: str, truths: Truths) -> Asked:
    filters, wanted = truths[name].field()
    return _here("search_users", name, wanted, filters=filters, limit=100)


def _time(name: str, truths: Truths) -> Asked:
    filters, wanted = truths[name].time()
    return _here("search_users", name, wanted, filters=filters, limit=100)


def _id(name: str, truths: Truths) -> Asked:
    known = truths[name].id(truths[name].somebody())
    return _here("get_user", name, frozenset({known}), id=known)


def _unknown_id(name: str, truths: Truths) -> Asked:
    return _here("get_user", name, frozenset(), id=truths[name].unknown_id)


def _email(name: str, truths: Truths) -> Asked:
    email = truths[name].emails(truths[name].somebody())[0]
    return _here("get_user", name, truths[name].with_email(email), email=email)


def _unknown_email(name: str, _: Truths) -> Asked:
    return _here("get_user", name, frozenset(), email=_NOBODY)


def _count(name: str, truths: Truths) -> Asked:
    return _here("get_user_count", name, truths[name].ids())


def _exhaustive_count(name: str, truths: Truths) -> Asked:
    return _here("get_user_count", name, truths[name].ids(), exhaustive=True)


def _field_count(name: str, truths: Truths) -> Asked:
    filters, wanted = truths[name].field()
    return _here("get_user_count", name, wanted, filters=filters)


def _everywhere(name: str, truths: Truths) -> Asked:
    email = truths[name].emails(truths[name].somebody())[0]
    wanted = {each: truth.with_email(email) for each, truth in truths.items()}
    return Asked("search_users", {"filters": {"email": email}, "limit": 100}, wanted)


def _count_everywhere(_: str, truths: Truths) -> Asked:
    return Asked("get_user_count", {}, {each: truth.ids() for each, truth in truths.items()})


OPERATIONS: Mapping[str, Operation] = {
    "list a page": _page,
    "list to the end": _to_the_end,
    "search a name": _name,
    "search by a field": _field,
    "search by a time": _time,
    "get an id": _id,
    "get an unknown id": _unknown_id,
    "get an email": _email,
    "get an unknown email": _unknown_email,
    "count": _count,
    "count by reading": _exhaustive_count,
    "count by a field": _field_count,
    "search everywhere": _everywhere,
    "count everywhere": _count_everywhere,
}
