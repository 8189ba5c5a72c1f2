"""Whatever a service provider of SCIM says of itself, and however it pages: nothing is called complete that is not."""

from collections.abc import Iterator
from typing import Any

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from user_directories import (
    Counts,
    Directories,
    DirectorySettings,
    MemoryStore,
    Query,
    Request,
    UserDirectoryError,
    built_in,
    conditions,
)

from ..directories.conftest import listening
from .scim_worlds import Record, World, person

MOST_CALLS = 60
QUERIES = {
    "everybody": (Query(), lambda _: True),
    "active ones": (Query(conditions({"state": "active"})), lambda each: each["active"]),
    "one by username": (Query(conditions({"username": "user0007"})), lambda each: each["userName"] == "user0007"),
    "some by username": (
        Query(conditions({"username": {"starts_with": "user001"}})),
        lambda each: each["userName"].startswith("user001"),
    ),
    "a text": (Query(text="user 7"), lambda each: "7" in each["displayName"]),
}


def said(sort: Any, filters: Any, cursors: Any, maximum: Any) -> Record:
    """A service provider's configuration with what is not None in it."""
    parts: Record = {
        "sort": {"supported": sort},
        "filter": {"supported": filters, "maxResults": maximum},
        "pagination": {"cursor": cursors, "index": True},
    }
    return {name: {key: value for key, value in part.items() if value is not None} for name, part in parts.items()}


SUPPORTED = st.sampled_from([True, True, False, None, "true"])
SAID = st.builds(said, SUPPORTED, SUPPORTED, SUPPORTED, st.sampled_from([None, 0, 5, 40, 200, "many"]))
WORLDS = st.builds(
    World,
    st.integers(0, 130),
    SAID | st.sampled_from([None, b"<html>", []]),
    orders=st.booleans(),
    sorts=st.sampled_from(["yes", "yes", "ignores", "refuses"]),
    filters=st.sampled_from(["yes", "yes", "ignores", "refuses"]),
    cursors=st.sampled_from(["yes", "yes", "no", "refuses", "stuck"]),
    numbers=st.sampled_from(["yes", "refuses"]),
    most=st.sampled_from([4, 33, 1000]),
    counts=st.booleans(),
)


@pytest.fixture(scope="module")
def portal() -> Iterator[BlockingPortal]:
    with start_blocking_portal() as portal:
        yield portal


class Asked:
    """What one question gave: the ids on all pages, and whether the last one is called complete; and a count."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.complete = False
        self.counts: Counts | None = None

    async def ask(self, world: World, query: Query, limit: int) -> None:
        async with listening(world) as provider:
            settings = DirectorySettings("scim", built_in("scim"), provider.url, SecretStr("key"))
            async with Directories([settings], MemoryStore()) as directories:
                await self._list(directories, query, limit)
                try:
                    self.counts = await directories.count(Request("count", "scim", query))
                except UserDirectoryError:
                    return  # it says what is wrong

    async def _list(self, directories: Directories, query: Query, limit: int) -> None:
        cursor = None
        for _ in range(MOST_CALLS):
            try:
                page = await directories.users(
                    Request("list", "scim", query if cursor is None else Query(), limit, cursor)
                )
            except UserDirectoryError:
                return
            self.found += [each.user.id for each in page.users]
            self.complete, cursor = page.complete, page.cursor
            if cursor is None:
                return


def shows_it(world: World) -> bool:
    """Whether anything shows for certain that a page is not the last one.

    Where cursors are used, each answer has another order and none has a total, only rows that come again do, which a
    list of few pages may not have.
    """
    return world.counts or world.orders or world.cursors not in ("yes", "stuck")


@given(world=WORLDS.filter(shows_it), limit=st.sampled_from([3, 25, 100]), asked=st.sampled_from(sorted(QUERIES)))
def test_nothing_is_complete_or_exact_that_is_not(portal, world, limit, asked):
    query, fits = QUERIES[asked]
    wanted = {each["id"] for number in range(world.people) if fits(each := person(number))}
    answer = Asked()
    portal.call(answer.ask, world, query, limit)
    assert set(answer.found) <= wanted
    if answer.complete:
        assert set(answer.found) == wanted
    if answer.counts is not None and answer.counts.counts[0].exactness == "exact":
        assert answer.counts.counts[0].count == len(wanted)


GOOD = st.builds(
    World,
    st.integers(0, 130),
    st.builds(said, st.just(True), st.just(True), st.just(True) | st.none(), st.sampled_from([None, 5, 40, 200])),
    orders=st.booleans(),
    cursors=st.just("yes"),
    most=st.just(1000),
    counts=st.just(True),
)


@given(world=GOOD, limit=st.sampled_from([9, 100]))
def test_who_keeps_to_what_it_says_is_read_whole(portal, world, limit):
    answer = Asked()
    portal.call(answer.ask, world, Query(), limit)
    assert (answer.complete, sorted(answer.found)) == (True, sorted(world.ids))
    assert answer.counts is not None
    assert answer.counts.counts[0].count == world.people
