"""Checks of lists: the second page, each order, the count and the fields."""

from collections.abc import Sequence
from itertools import pairwise

from user_directories import Budget, Query, Request, User, listed, read_order
from user_directories.calls.options import CallOptions
from user_directories.users.timestamps import as_iso, parse_time

from .check import Check, bad, not_tried, ok, warning
from .patient import OPTIONS, SAMPLE, Patient

__all__ = ["announced", "count", "fields", "order", "second_page", "values"]

_PROBING = CallOptions(seconds=10.0, requests=40)
"""To find the last of some numbered pages takes thirty requests."""
_LARGE = 1000
"""Rows of a page beyond which no page is read in full."""
_PAGINATION = "Check list.pagination and list.page_size in the manifest."
_TOTAL = "Check list.total, or [count]: it must count what the list has."
_OF_ANOTHER_ALPHABET = 0.25
"""The part of neighbours in an order of texts that may stand the other way round: nobody knows the provider's rules."""
_MOST_WORDS = 12
"""Words of one field to tell."""


async def fields(patient: Patient) -> Check:
    """Say which fields the first page has, and which an agent does not see."""
    has = [name for name in patient.able.fields if any(user.value(name) is not None for user in patient.users)]
    parts = [("", has), ("masked: ", patient.able.masked), ("hidden: ", patient.able.hidden)]
    return ok("; ".join(f"{title}{listed(names)}" for title, names in parts if names))


async def values(patient: Patient) -> Check:
    """Say which words stand for status, state, kind and role."""
    (able,) = [each for each in patient.directories.described() if each.directory == patient.name]
    known = {
        name: [*able.values.get(name, ()), *able.seen.get(name, ())] for name in ("status", "state", "kind", "role")
    }
    told = [f"{name}: {_some(words)}" for name, words in known.items() if words and patient.is_shown(name)]
    return ok("; ".join(told)) if told else not_tried("no field with a few known words is shown")


def _some(words: Sequence[str]) -> str:
    more = len(words) - _MOST_WORDS
    return listed(words[:_MOST_WORDS]) + (f" and {more} more" if more > 0 else "")


async def second_page(patient: Patient) -> Check:
    """Follow a cursor behind the largest page of the provider; if all users are on that, behind a smaller one."""
    largest = patient.directory.page_sizes.for_everybody()
    size = largest if largest <= _LARGE else SAMPLE
    first = await patient.ask(Query(), limit=size)
    if first.complete and len(first.users) < size:
        size = max(1, min(SAMPLE, len(first.users) // 2))
        first = await patient.ask(Query(), limit=size)
    second = first if first.cursor is None else await patient.ask(Query(), cursor=first.cursor)
    further = () if second is first else second.users
    seen = [found.user.id for found in (*first.users, *further)]
    if len(set(seen)) < len(seen):
        return bad(f"{len(seen) - len(set(seen))} users come twice on {len(seen)} rows", _PAGINATION)
    if further:
        return ok(f"{len(further)} further users behind {len(first.users)}")
    if not second.complete:
        return bad("nobody comes behind the first page, and it is not certain that nobody is there", _PAGINATION)
    if len(first.users) == largest:
        return warning(f"the first page is full ({largest} users), and nobody comes behind it", _PAGINATION)
    return ok("all users are on one page")


async def announced(patient: Patient) -> Check:
    """Tell what the provider says of itself, which the list before this was the first to need."""
    announcement = patient.directory.announcement
    if announcement.unkept:
        names = listed(sorted(announcement.unkept))
        return warning(f"it does not keep what it says of {names}", "Leave that out of [announced] in a copy.")
    if not announcement.said:
        return warning("nothing of it can be read", "Check announced.path, and the paths beside it.")
    return ok("; ".join(f"{name}: {str(value).lower()}" for name, value in announcement.said.items()))


async def order(patient: Patient, sort: str) -> Check:
    """Ask for an order, and compare the rows."""
    if patient.directory.announcement.said.get("sort") is False:
        return not_tried("the provider says that it does not sort")
    page = await patient.ask(Query(order=read_order(sort)))
    key, _, direction = sort.partition(":")
    found = [value for each in page.users if (value := _comparable(each.user, key)) is not None]
    pairs = [(other, one) if direction == "desc" else (one, other) for one, other in pairwise(found)]
    if not pairs:
        return not_tried("fewer than two users have a value there")
    wrong = sum(one > other for one, other in pairs)
    if wrong <= (0 if key.endswith("_at") else len(pairs) * _OF_ANOTHER_ALPHABET):
        return ok(f"{len(found)} users in this order")
    return bad("users come in another order", f"Check sort.{key}: what it sends does not do what it says.")


def _comparable(user: User, key: str) -> str | None:
    value = user.value(key)
    if not isinstance(value, str):
        return None
    moment = parse_time(value) if key.endswith("_at") else None
    return value.casefold() if moment is None else as_iso(moment)[:-1]


async def count(patient: Patient) -> Check:
    """Count everybody, and compare that with the list and its total."""
    options = _PROBING if patient.able.count == "probes" else OPTIONS
    request = Request("count", patient.name, Query(), options=options)
    (counted,) = (await patient.directories.count(request)).counts
    page = await patient.ask(Query())
    if counted.count is None:
        return warning("nothing could be counted", None)
    if patient.directory.manifest.count is not None:
        number = await patient.directory.number((), Budget(OPTIONS.seconds or 0.0))
        if number is None:
            return warning("the endpoint that counts users gives no number", "Check count.path and count.number.")
    seen = f"{counted.count} users ({counted.exactness}, by {counted.method})"
    listed_by = [page.total] if page.total is not None and page.total_exactness == "exact" else []
    listed_by += [len(page.users)] if page.complete else []
    if counted.exactness == "exact" and any(total != counted.count for total in listed_by):
        return bad(f"{seen}, but the list has {listed_by[0]}", _TOTAL)
    if counted.exactness == "exact" and len(page.users) > counted.count:
        return bad(f"{seen}, but one page has more", _TOTAL)
    return ok(seen + (", as many as the list has" if listed_by else ""))
