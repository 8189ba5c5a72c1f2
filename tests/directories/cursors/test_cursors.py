"""Issuing cursors and following them: every way in which that can fail has its own error and its own way out."""

import dataclasses
import json

import pytest
from pydantic import SecretStr

from user_directories import MemoryStore, Query, Request, conditions, read_order
from user_directories.cursors import Cursors, Stored, new_handle
from user_directories.cursors.cursors import LIFETIME
from user_directories.errors import (
    CursorError,
    CursorExpired,
    CursorMalformed,
    CursorMismatch,
    CursorMistyped,
    CursorUnknown,
    PositionExpired,
)
from user_directory_pagination.batch import Batch, Row
from user_directory_pagination.recent import mark

STORED = Stored("list", {"quo": "v1"}, {"filters": {}}, {"detail": "full"}, {"quo": {"leg": 0}}, {})
BATCH = Batch([Row({"id": "1"}, mark("1"))], more=True, last=False, before={}, after={})


class Clock:
    """Time that a test moves."""

    now = 1_000_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def store():
    return MemoryStore()


@pytest.fixture
def cursors(store, clock):
    return Cursors(store, clock=clock)


async def test_what_was_issued_can_be_followed_any_number_of_times(cursors):
    handle = await cursors.issue(STORED)
    assert [await cursors.follow(handle, "list") for _ in range(3)] == [STORED] * 3


async def test_nothing_is_followed_for_the_first_page(cursors):
    assert [await cursors.follow(text, "list") for text in (None, "", "0", "start")] == [None] * 4


async def test_a_cursor_lives_an_hour(cursors, clock):
    handle = await cursors.issue(STORED)
    clock.now += LIFETIME
    assert await cursors.follow(handle, "list")
    clock.now += 1
    with pytest.raises(CursorExpired) as error:
        await cursors.follow(handle, "list")
    assert str(error.value) == (
        f"cursor: {handle} has expired (a cursor lives 60 minutes). Call list without a cursor to start over."
    )


async def test_a_cursor_whose_state_was_emptied_has_expired(cursors, store, clock):
    handle = new_handle()
    store.put(handle, "{}", clock.now - 1)
    with pytest.raises(CursorExpired):
        await cursors.follow(handle, "list")


async def test_a_cursor_that_was_never_issued_is_unknown(cursors):
    handle = new_handle()
    with pytest.raises(CursorUnknown) as error:
        await cursors.follow(handle, "search")
    assert str(error.value) == (
        f"cursor: {handle} was not issued here. Call search without a cursor to start from the first page."
    )


async def test_somebody_elses_cursor_looks_like_one_that_was_never_issued(store, clock):
    mine, theirs = Cursors(store, "ada", clock), Cursors(store, "eve", clock)
    handle = await mine.issue(STORED)
    with pytest.raises(CursorUnknown, match="was not issued here"):
        await theirs.follow(handle, "list")
    assert await mine.follow(handle, "list")


async def test_a_cursor_of_another_tool_names_that_tool(cursors):
    handle = await cursors.issue(STORED)
    with pytest.raises(CursorMismatch) as error:
        await cursors.follow(handle, "search")
    assert str(error.value) == f"cursor: {handle} belongs to list. Call that tool with it."


async def test_a_restart_loses_the_rows_in_memory_and_nothing_else(store, clock):
    held = dataclasses.replace(STORED, held={"quo": BATCH})
    first = Cursors(store, clock=clock)
    handle = await first.issue(held)
    assert await first.follow(handle, "list") == held
    assert await Cursors(store, clock=clock).follow(handle, "list") == STORED


async def test_only_the_rows_of_the_last_64_cursors_are_kept_in_memory(cursors):
    held = dataclasses.replace(STORED, held={"quo": BATCH})
    handles = [await cursors.issue(held) for _ in range(65)]
    kept = [bool((await cursors.follow(handle, "list")).held) for handle in handles]
    assert kept == [False] + [True] * 64


async def first_page(house, store, *names, query=None, **options):
    directories = await house.open(*(names or ("quo",)), store=store, **options)
    return await directories.users(Request("list", None if len(names) > 1 else "quo", query or Query(), 10))


@pytest.mark.parametrize(
    ("text", "error", "says"),
    [
        ("page 2", CursorMalformed, "leave the argument out to get the first page"),
        ("c000000000000000", CursorMistyped, "Copy it again from the earlier answer"),
        ("c000000000000098", CursorUnknown, "Call list without a cursor"),
    ],
)
async def test_a_wrong_cursor_is_told_the_next_call_and_costs_the_provider_nothing(house, text, error, says):
    directories = await house.open("quo")
    with pytest.raises(error, match=says):
        await directories.users(Request("list", "quo", Query(), 10, text))
    assert await house.requests("quo") == []


async def test_a_cursor_goes_on_without_repeating_what_it_was_issued_for(house, ids_of):
    directories = await house.open("delay")
    query = Query(filters=conditions({"status": ["active"]}), order=read_order("name:desc"))
    whole = await directories.users(Request("list", "delay", query, 60))
    first = await directories.users(Request("list", "delay", query, 20))
    for again in (Query(), query, Query(order=query.order)):
        rest = await directories.users(Request("list", "delay", again, 40, first.cursor))
        assert ids_of([first, rest]) == ids_of(whole)
        assert rest.query == query


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        (Query(filters=conditions({"status": ["inactive"]})), "filters"),
        (Query(text="ada"), "query"),
        (Query(order=read_order("email:asc")), "sort"),
        (Query(exhaustive=True), "exhaustive"),
    ],
)
async def test_an_argument_that_changed_is_named(house, changed, what):
    directories = await house.open("delay")
    page = await directories.users(Request("list", "delay", Query(filters=conditions({"status": ["active"]})), 10))
    with pytest.raises(CursorMismatch) as error:
        await directories.users(Request("list", "delay", changed, 10, page.cursor))
    assert f"it was issued with a different value for {what}" in str(error.value)
    assert f"without {what}, or without the cursor to start over" in str(error.value)


async def test_a_cursor_of_another_directory_names_it(house):
    directories = await house.open("quo", "delay")
    page = await directories.users(Request("list", "quo", Query(), 10))
    with pytest.raises(CursorMismatch, match="it belongs to quo, not to delay"):
        await directories.users(Request("list", "delay", Query(), 10, page.cursor))
    assert await directories.users(Request("list", None, Query(), 10, page.cursor))


async def test_a_cursor_of_several_directories_is_not_for_one(house):
    directories = await house.open("quo", "delay")
    page = await directories.users(Request("list", None, Query(), 10))
    with pytest.raises(CursorMismatch, match="it belongs to quo, delay, not to quo"):
        await directories.users(Request("list", "quo", Query(), 10, page.cursor))


async def test_a_cursor_of_another_tool_is_refused(house):
    directories = await house.open("quo")
    page = await directories.users(Request("list", "quo", Query(), 10))
    with pytest.raises(CursorMismatch, match="belongs to list"):
        await directories.users(Request("search", "quo", Query(), 10, page.cursor))
    with pytest.raises(CursorMismatch, match="belongs to list"):
        await directories.count(Request("count", "quo", Query(), cursor=page.cursor))


def elsewhere(settings):
    return {"base_url": settings.base_url + "/"}


def with_another_key(settings):
    return {"key": SecretStr("sandbox-quo-key-2")}


def with_another_page(settings):
    return {"manifest": settings.manifest.model_copy(update={"title": "Quo, edited"})}


@pytest.mark.parametrize("change", [elsewhere, with_another_key, with_another_page])
async def test_a_cursor_ends_with_the_configuration_that_it_was_issued_under(house, store, change):
    page = await first_page(house, store)
    settings = house.settings("quo")
    changed = await house.open(dataclasses.replace(settings, **change(settings)), store=store)
    with pytest.raises(CursorMismatch) as error:
        await changed.users(Request("list", "quo", Query(), 10, page.cursor))
    assert "the configuration of quo has changed since it was issued. Call list without a cursor" in str(error.value)
    assert "key" not in str(error.value)


async def test_a_cursor_ends_with_the_directory(house, store):
    page = await first_page(house, store, "quo", "delay")
    without = await house.open("delay", store=store)
    with pytest.raises(CursorMismatch, match="the configuration of quo has changed"):
        await without.users(Request("list", None, Query(), 10, page.cursor))


async def test_an_owners_cursor_is_unknown_to_another_owner(house, store):
    page = await first_page(house, store, owner="ada")
    eves = await house.open("quo", store=store, owner="eve")
    with pytest.raises(CursorUnknown):
        await eves.users(Request("list", "quo", Query(), 10, page.cursor))


async def test_a_position_that_the_provider_no_longer_accepts_is_told_as_such(house, store):
    page = await first_page(house, store)
    await house.tell("quo", "faults", kind="status", status=400)
    again = await house.open("quo", store=store)
    with pytest.raises(PositionExpired) as error:
        await again.users(Request("list", "quo", Query(), 10, page.cursor))
    assert str(error.value) == (
        "quo: the provider no longer accepts the position of this cursor. "
        "Call again without a cursor to start from the first page."
    )


async def test_a_refusal_of_the_first_page_is_no_expired_position(house):
    await house.tell("quo", "faults", kind="status", status=400)
    directories = await house.open("quo")
    with pytest.raises(Exception, match=r"it refused the request \(400\)") as error:
        await directories.users(Request("list", "quo", Query(), 10))
    assert not isinstance(error.value, CursorError)


async def test_how_a_page_is_shown_is_kept_with_its_cursor(house):
    directories = await house.open("quo")
    page = await directories.users(Request("list", "quo", Query(), 10, view={"detail": "full"}))
    assert (await directories.follow("list", page.cursor)).view == {"detail": "full"}
    assert await directories.follow("list", None) is None
    with pytest.raises(CursorUnknown):
        await directories.follow("list", "c000000000000098")


async def test_a_state_holds_no_row_no_key_and_no_address(house, store):
    page = await first_page(house, store)
    text, _ = store.get(page.cursor)
    kept = {"format", "owner", "operation", "directories", "arguments", "view", "states", "people"}
    assert set(json.loads(text)) == kept
    assert "sandbox-quo-key" not in text
    assert house.sandbox.url not in text
    assert not [found.user.email for found in page.users if found.user.email and found.user.email in text]


async def test_the_state_of_six_directories_is_bounded_for_each(house, store):
    directories = await house.open("klavis", "braintrust", "delay", "openphone", "quo", "monocloud", store=store)
    cursor, sizes = None, []
    while True:
        page = await directories.users(Request("list", None, Query(), 100, cursor))
        cursor = page.cursor
        if cursor is None:
            break
        kept = json.loads(store.get(cursor)[0])
        sizes += [len(json.dumps(state)) for state in kept["states"].values()]
        assert len(json.dumps(kept["people"])) <= 110 * 1024
    assert max(sizes) <= 64 * 1024
