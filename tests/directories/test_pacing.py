"""Requests spaced to a provider's documented rate."""

from itertools import pairwise

import anyio
import pytest

from user_directories import Query
from user_directories.errors import UpstreamRateLimited
from user_directories.pacing import Pacer


async def test_turns_are_as_far_apart_as_the_rate_says():
    pacer, turns = Pacer("hr", 50), []

    async def take():
        await pacer.turn(10)
        turns.append(anyio.current_time())

    async with anyio.create_task_group() as tasks:
        for _ in range(6):
            tasks.start_soon(take)
    assert turns[-1] - turns[0] >= 0.1 - 0.005
    assert all(later - earlier >= 0.015 for earlier, later in pairwise(turns))


async def test_without_a_rate_nobody_waits():
    pacer = Pacer("hr", None)
    began = anyio.current_time()
    for _ in range(1000):
        await pacer.turn(0)
    assert anyio.current_time() - began < 0.5


async def test_a_wait_that_outlasts_the_patience_is_refused_at_once_and_takes_no_turn():
    pacer = Pacer("hr", 0.1)
    await pacer.turn(1)
    for _ in range(3):
        with pytest.raises(UpstreamRateLimited) as error:
            await pacer.turn(1)
        assert 9 < error.value.retry_after <= 10.2
    assert "hr: its rate limit leaves no room" in str(error.value)


async def test_a_paced_directory_meets_no_429_of_a_provider_with_that_limit(house, turn_pages):
    await house.tell("quo", "behaviour", rate_limit=40)
    directories = await house.open(house.settings("quo", requests_per_second=35))
    await turn_pages(directories, "quo", 100)
    requests = await house.requests("quo")
    assert {request["status"] for request in requests} == {200}
    assert requests[-1]["t"] - requests[0]["t"] >= (len(requests) - 1) / 35 - 0.01


async def test_a_call_that_the_pace_outlasts_keeps_its_rows_and_goes_on(house, ids_of):
    directories = await house.open(house.settings("quo", requests_per_second=0.05))
    page = await directories.users("list_users", "quo", Query(), 100)
    assert ids_of(page) == (await house.ids("quo"))[:50]
    assert not page.complete
    assert page.cursor
    assert "Its rate limit leaves no room for another request in this call" in page.notes[0]
