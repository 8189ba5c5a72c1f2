"""What a service provider of SCIM says of itself is asked once, and believed as far as it keeps to it."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import stamina
from pydantic import SecretStr

from user_directories import (
    Budget,
    Directories,
    DirectorySettings,
    InvalidArgument,
    MemoryStore,
    Page,
    Query,
    Request,
    built_in,
    conditions,
)
from user_directories.planning.query import read_order
from user_directory_server.checkup.examination import examine

from ..directories.conftest import listening, response
from .scim_worlds import World

SORTS = {"sort": {"supported": True}, "filter": {"supported": True, "maxResults": 200}}
BARE = {"sort": {"supported": False}, "filter": {"supported": False}}
CURSORS = SORTS | {"pagination": {"cursor": True, "index": True}}
EVERYBODY = Query()


@pytest.fixture
def at_once() -> Iterator[None]:
    """Try again without a pause."""
    with stamina.set_testing(True, attempts=3, cap=True):
        yield


@asynccontextmanager
async def opened(world: World, store: MemoryStore | None = None, **options: Any) -> AsyncIterator[Directories]:
    async with listening(world) as provider:
        settings = DirectorySettings("scim", built_in("scim"), provider.url, SecretStr("key"))
        async with Directories([settings], store or MemoryStore(), **options) as directories:
            yield directories


async def walked(directories: Directories, query: Query = EVERYBODY, limit: int = 60) -> tuple[list[str], Page]:
    """The ids on all pages, and the last page."""
    page = await directories.users(Request("list", "scim", query, limit))
    found = [each.user.id for each in page.users]
    while page.cursor:
        page = await directories.users(Request("list", "scim", EVERYBODY, limit, page.cursor))
        found += [each.user.id for each in page.users]
    return found, page


def said_of(world: World) -> int:
    return sum(each.path == "/ServiceProviderConfig" for each in world.asked)


async def test_it_is_asked_once_a_process_and_first():
    world = World(150, SORTS)
    async with opened(world) as directories:
        await walked(directories)
        await walked(directories)
        await directories.count(Request("count", "scim", EVERYBODY))
    assert said_of(world) == 1
    assert world.asked[0].path == "/ServiceProviderConfig"


async def test_a_look_up_does_not_wait_for_it():
    world = World(150, SORTS)
    async with opened(world) as directories:
        assert (await directories.user_by_email("scim", "user0007@acme.example")).user is not None
        assert (await directories.user_by_id("scim", sorted(world.ids)[3])).user is not None
    assert len(world.asked) == 2
    assert said_of(world) == 0


async def test_a_list_in_no_order_is_asked_for_in_that_of_the_ids():
    world = World(150, SORTS, orders=False)
    async with opened(world) as directories:
        found, page = await walked(directories)
    assert (found, page.complete) == (sorted(world.ids), True)
    assert {each.query["sortBy"] for each in world.lists()} == {"id"}


async def test_an_order_that_is_asked_for_takes_its_place():
    world = World(150, SORTS)
    async with opened(world) as directories:
        _, page = await walked(directories, Query(order=read_order("username:desc")))
    assert page.complete
    assert {(each.query["sortBy"], each.query["sortOrder"]) for each in world.lists()} == {("userName", "descending")}


async def test_where_it_says_that_it_does_not_sort_no_order_is_offered_or_sent():
    world = World(150, BARE)
    async with opened(world) as directories:
        with pytest.raises(InvalidArgument, match="cannot sort"):
            await walked(directories, Query(order=read_order("username:asc")))
        _, page = await walked(directories)
        (told,) = directories.described()
    assert page.complete
    assert (told.sort, "It does not say that it can sort" in " ".join(told.notes)) == ((), True)
    assert not any("sortBy" in each.query for each in world.lists())


async def test_where_it_says_that_it_does_not_filter_users_are_checked_here():
    world = World(150, BARE, filters="refuses")
    async with opened(world) as directories:
        found, page = await walked(directories, Query(conditions({"username": "user0007"})))
    assert (len(found), page.complete) == (1, True)
    assert not any("filter" in each.query for each in world.lists())


async def test_where_a_filter_is_refused_to_a_look_up_it_is_asked_what_it_supports():
    world = World(150, BARE, filters="refuses")
    async with opened(world) as directories:
        found = await directories.user_by_email("scim", "user0007@acme.example")
    assert found.user is not None
    assert said_of(world) == 1


@pytest.mark.parametrize("numbers", ["yes", "refuses"])
async def test_where_it_has_cursors_the_list_is_read_by_them(numbers):
    world = World(250, CURSORS, cursors="yes", numbers=numbers, orders=False)
    async with opened(world) as directories:
        found, page = await walked(directories)
    assert (found, page.complete) == (sorted(world.ids), True)
    assert not any("startIndex" in each.query for each in world.lists())


async def test_a_provider_that_has_only_cursors_answers_a_look_up():
    world = World(250, CURSORS, cursors="yes", numbers="refuses")
    async with opened(world) as directories:
        found = await directories.user_by_email("scim", "user0007@acme.example")
    assert found.user is not None


@pytest.mark.parametrize("cursors", ["no", "refuses"])
async def test_cursors_that_are_announced_and_not_given_are_not_asked_for_again(cursors):
    world = World(250, CURSORS, cursors=cursors)
    async with opened(world) as directories:
        found, page = await walked(directories)
        assert (found, page.complete) == (sorted(world.ids), True)
        del world.asked[:]
        found, page = await walked(directories)
    assert (found, page.complete) == (sorted(world.ids), True)
    assert not any("cursor" in each.target for each in world.asked)


async def test_an_order_that_is_announced_and_refused_is_not_asked_for_again():
    world = World(250, CURSORS, cursors="yes", sorts="refuses")
    async with opened(world) as directories:
        found, page = await walked(directories)
        assert (set(found), page.complete) == (world.ids, True)
        del world.asked[:]
        await walked(directories)
    assert not any("sortBy" in each.query for each in world.asked)
    assert all("cursor=" in each.target for each in world.asked)


async def test_a_refusal_that_has_another_cause_leaves_what_was_announced():
    world = World(250, SORTS, filters="refuses")
    async with opened(world) as directories:
        page = await directories.users(Request("list", "scim", Query(conditions({"username": "user0007"})), 5))
        assert not page.complete or len(page.users) == 1
        del world.asked[:]
        await walked(directories)
    assert {each.query["sortBy"] for each in world.lists()} == {"id"}


@pytest.mark.parametrize(("most", "size"), [(200, 200), (7, 7), (50_000, 1000)])
async def test_as_many_rows_are_asked_for_as_an_answer_may_have(most, size):
    world = World(250, {"filter": {"supported": True, "maxResults": most}}, most=most)
    async with opened(world) as directories:
        await directories.count(Request("count", "scim", Query(conditions({"title": "none"}))))
    assert max(int(each.query["count"]) for each in world.lists()) == size


UNREADABLE: list[Any] = [None, b"<html>Sign in</html>", [], "no", {}]
UNREADABLE += [{"sort": {"supported": "true"}, "filter": [True]}]
UNREADABLE += [{"filter": {"maxResults": 0}}, {"sort": True, "pagination": {"cursor": "yes", "maxPageSize": -1}}]


@pytest.mark.parametrize("says", UNREADABLE, ids=repr)
async def test_what_cannot_be_read_changes_nothing(says):
    world = World(150, says)
    async with opened(world) as directories:
        found, page = await walked(directories, limit=40)
        await walked(directories)
    assert (set(found), page.complete) == (world.ids, True)
    assert said_of(world) == 1
    assert not any(name in each.query for each in world.lists() for name in ("sortBy", "cursor"))


@pytest.mark.usefixtures("at_once")
async def test_it_is_asked_again_where_it_failed_but_not_for_ever():
    world = World(30, SORTS)

    def failing(asked):
        if asked.path == "/ServiceProviderConfig":
            world.asked.append(asked)
            return response({"detail": "busy"}, 503)
        return world(asked)

    async with listening(failing) as provider:
        settings = DirectorySettings("scim", built_in("scim"), provider.url, SecretStr("key"))
        async with Directories([settings], MemoryStore()) as directories:
            for _ in range(5):
                found, page = await walked(directories)
                assert (set(found), page.complete) == (world.ids, True)
    assert said_of(world) == 9  # three calls, each of which tries as often as for any request


async def test_a_call_that_may_send_one_request_asks_for_the_list():
    world = World(30, SORTS)
    async with opened(world, budget=lambda: Budget(requests=1)) as directories:
        page = await directories.users(Request("list", "scim", EVERYBODY, 10))
    assert len(page.users) == 10
    assert said_of(world) == 0


async def test_a_walk_goes_on_in_its_own_way_after_a_restart():
    world, store = World(150, CURSORS, cursors="yes"), MemoryStore()
    async with listening(world) as provider:
        settings = DirectorySettings("scim", built_in("scim"), provider.url, SecretStr("key"))
        async with Directories([settings], store) as directories:
            page = await directories.users(Request("list", "scim", EVERYBODY, 40))
        found = [each.user.id for each in page.users]
        async with Directories([settings], store) as directories:
            while page.cursor:
                page = await directories.users(Request("list", "scim", EVERYBODY, 40, page.cursor))
                found += [each.user.id for each in page.users]
    assert (found, page.complete) == (sorted(world.ids), True)
    assert said_of(world) == 1
    assert not any("startIndex" in each.query for each in world.lists())


@pytest.mark.parametrize(
    ("world", "outcome", "seen", "orders"),
    [
        (World(30, CURSORS, cursors="yes"), "ok", "cursors: true", "ok"),
        (World(30, BARE), "ok", "sort: false", "not tried"),
        (World(30, CURSORS, cursors="refuses"), "warning", "does not keep what it says of cursors", "ok"),
        (World(30), "warning", "nothing of it can be read", "ok"),
    ],
    ids=["kept", "bare", "not kept", "absent"],
)
async def test_doctor_tells_what_a_provider_says_of_itself(world, outcome, seen, orders):
    async with opened(world) as directories:
        examination = await examine(directories, "scim")
    checks = {each.name: each for each in examination.checks}
    told = checks["what it says of itself"]
    assert (told.outcome, seen in told.seen) == (outcome, True)
    assert {checks[f"order username:{way}"].outcome for way in ("asc", "desc")} == {orders}
