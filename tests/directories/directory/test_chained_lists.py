"""Keys, tokens and links: positions that rows cannot shift, and what happens when a position is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from user_directories import Budget, MemoryStore, Query, Request
from user_directories.directory.walk import Walk
from user_directories.manifest import ListEndpoint, UserMapping
from user_directories.planning.plan import Leg, Plan
from user_directories.records.mapping import UserReader
from user_directory_pagination.page import RawPage

READ = UserReader(UserMapping(id="id"))
EVERYONE = Plan((Leg(),), None, "provider")
ENDPOINT = ListEndpoint.model_validate(
    {
        "path": "/users",
        "items": "@",
        "page_size": {"parameter": "size", "maximum": 20},
        "pagination": {"strategy": "keyset", "parameter": "after"},
    }
)
PLACES = st.lists(st.integers(0, 300), max_size=4)


@given(st.integers(0, 80), st.lists(st.tuples(PLACES, st.integers(0, 3)), max_size=30), st.integers(1, 25))
async def test_who_stays_comes_exactly_once_whatever_is_deleted_and_however_much_is_new(count, changes, need):
    ids = [f"u{number:03}" for number in range(count)]
    stayed, waiting, number = set(ids), iter(changes), 0

    async def fetch(parameters):
        nonlocal number
        deletes, inserts = next(waiting, ((), 0))
        for place in deletes:
            if ids:
                stayed.discard(ids.pop(place % len(ids)))
        for _ in range(inserts):  # newest first, as Braintrust lists
            number += 1
            ids.insert(0, f"t{999 - number:03}")
        given = dict(parameters)
        start = sum(identity <= given["after"] for identity in ids) if "after" in given else 0
        return RawPage([{"id": identity} for identity in ids[start : start + int(given["size"])]])

    walk = Walk(EVERYONE, ENDPOINT, READ, fetch)
    progress = await walk.take(1000, need, Budget(requests=1000))
    found = [user.id for user in progress.users]
    assert progress.ended
    assert stayed <= set(found)
    assert len(found) == len(set(found))


@pytest.mark.parametrize("means", ["continue", "refuse", "empty"])
@pytest.mark.parametrize("restart", [False, True])
async def test_a_key_whose_user_was_deleted_loses_nobody_whatever_the_provider_makes_of_it(
    house, turn_pages, ids_of, means, restart
):
    await house.tell("braintrust", "behaviour", deleted_cursor=means)
    before = await house.ids("braintrust")
    store = MemoryStore()
    directories = await house.open("braintrust", store=store)
    first = await directories.users(Request("list", "braintrust", Query(), 30))
    await house.tell("braintrust", "delete", ids=before[28:32])
    if restart:
        directories = await house.open("braintrust", store=store)
    rest = await directories.users(Request("list", "braintrust", Query(), 237, first.cursor))
    assert [identity for identity in ids_of([first, rest]) if identity not in before[30:32]] == before[:30] + before[
        32:
    ]
    assert rest.complete


async def test_a_provider_that_ignores_the_key_is_found_out():
    async def fetch(_):
        return RawPage([{"id": str(number)} for number in range(10)])

    walk = Walk(EVERYONE, ENDPOINT, READ, fetch)
    progress = await walk.take(None, 10, Budget(requests=1000))
    assert not progress.ended
    assert progress.stopped
