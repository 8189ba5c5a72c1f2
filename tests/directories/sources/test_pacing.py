"""Requests spaced to a provider's rate: the documented one, or what its refusals teach."""

import math
from itertools import pairwise

import anyio
import pytest

from user_directories import Query, Request
from user_directories.errors import UpstreamRateLimited
from user_directories.sources import pacing
from user_directories.sources.pacing import Pacer


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


class Clock:
    """Stands in for anyio: time that passes only where somebody sleeps."""

    now = 1000.0
    late = 0.0
    """The seconds by which sleepers wake late."""

    def current_time(self):
        return self.now

    async def sleep(self, seconds):
        self.now += seconds + self.late


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(pacing, "anyio", clock)
    return clock


async def turns(pacer, number):
    """The moments of so many turns, taken one after another."""
    moments = []
    for _ in range(number):
        await pacer.turn(60)
        moments.append(vars(pacing)["anyio"].current_time())  # of the clock, where there is one
    return moments


async def gap(pacer):
    """The seconds between two turns."""
    first, second = await turns(pacer, 2)
    return second - first


async def test_a_rate_is_kept_to_with_two_percent_to_spare(clock):
    moments = await turns(Pacer("hr", 10), 11)
    assert moments == pytest.approx([1000 + place * 0.102 for place in range(11)])


@pytest.mark.parametrize("rate", [1, 2.5, 10, 40])
async def test_no_second_has_more_than_the_rate_though_some_are_sent_late(clock, rate):
    pacer = Pacer("hr", rate)
    moments = []
    for place in range(100):
        clock.late = 0.3 / rate if place % 7 == 0 else 0.0
        moments += await turns(pacer, 1)
    number = math.floor(rate)
    for first, beyond in zip(moments, moments[number:], strict=False):
        assert beyond - first >= number / rate
    assert moments[-1] - moments[0] <= 99 * 1.02 / rate + 0.3  # nothing else is slower for it


async def test_turns_that_nobody_took_are_not_made_up_for(clock):
    pacer = Pacer("hr", 10)
    await turns(pacer, 1)
    clock.now += 60
    assert await gap(pacer) == pytest.approx(0.102)


@pytest.mark.parametrize("rate", [0.5, 10, None])
async def test_after_a_refusal_nothing_is_sent_before_the_wait_is_over(clock, rate):
    pacer = Pacer("hr", rate)
    await turns(pacer, 1)
    pacer.refused(7)
    assert await turns(pacer, 1) == [1007]


async def test_a_wait_that_the_provider_asks_for_and_that_outlasts_the_patience_is_told(clock):
    pacer = Pacer("hr", None)
    pacer.refused(20)
    with pytest.raises(UpstreamRateLimited, match="Call again in 20 s") as error:
        await pacer.turn(19)
    assert error.value.retry_after == 20
    await pacer.turn(20)
    assert clock.now == 1020


async def test_the_longest_wait_of_several_refusals_counts(clock):
    pacer = Pacer("hr", None)
    for wait in (0.0, 30, 10):
        pacer.refused(wait)
    assert await turns(pacer, 1) == [1030]


async def test_a_refusal_does_not_change_a_documented_rate_and_neither_does_an_answer(clock):
    pacer = Pacer("hr", 10)
    await turns(pacer, 5)
    pacer.refused(7)
    pacer.answered()
    assert await gap(pacer) == pytest.approx(0.102)


@pytest.mark.parametrize("wait", [0.0, 0.001, 7])
async def test_a_refusal_teaches_half_of_the_pace_of_the_last_second(clock, wait):
    pacer = Pacer("hr", None)
    await turns(pacer, 50)
    clock.now += 1
    await turns(pacer, 16)
    pacer.refused(wait)
    assert await gap(pacer) == pytest.approx(1.02 / 8)


@pytest.mark.parametrize("wait", [0.0, 0.001, 7])
async def test_refusals_of_requests_under_way_together_halve_the_pace_once(clock, wait):
    pacer = Pacer("hr", None)
    await turns(pacer, 16)
    for _ in range(16):
        pacer.refused(wait)
        clock.now += 0.0001
    assert await gap(pacer) == pytest.approx(1.02 / 8)


async def test_a_refusal_of_the_slower_pace_halves_it_again(clock):
    pacer = Pacer("hr", None)
    await turns(pacer, 16)
    pacer.refused(1)
    await turns(pacer, 12)
    pacer.refused(1)
    assert await gap(pacer) == pytest.approx(1.02 / 4)


async def test_however_often_it_is_refused_a_request_is_sent_every_five_seconds(clock):
    pacer = Pacer("hr", None)
    for _ in range(8):
        await turns(pacer, 1)
        pacer.refused(1)
        clock.now += 1
    await turns(pacer, 1)
    assert await gap(pacer) == pytest.approx(1.02 / 0.2)


async def test_a_pace_that_was_learned_grows_by_a_request_a_second_for_each_second_of_answers(clock):
    pacer = Pacer("hr", None)
    await turns(pacer, 20)
    pacer.refused(1)
    began = (await turns(pacer, 1))[0]
    for _ in range(62):
        pacer.answered()
        await turns(pacer, 1)
    assert clock.now - began == pytest.approx(5, abs=0.2)
    assert 1 / await gap(pacer) == pytest.approx(15, abs=0.5)


async def test_a_pace_that_was_learned_is_forgotten_once_nothing_is_refused_any_more(clock):
    pacer = Pacer("hr", None)
    await turns(pacer, 16)
    pacer.refused(1)
    for _ in range(20_000):
        pacer.answered()
    assert await turns(pacer, 1000) == [1001] * 1000


async def test_an_answer_teaches_nothing_about_a_provider_that_never_refused(clock):
    pacer = Pacer("hr", None)
    pacer.answered()
    assert await turns(pacer, 1000) == [1000] * 1000


async def test_a_turn_that_is_waited_for_when_a_refusal_comes_waits_on():
    pacer, moments = Pacer("hr", 50), []

    async def take():
        await pacer.turn(10)
        moments.append(anyio.current_time())

    await pacer.turn(0)
    async with anyio.create_task_group() as tasks:
        for _ in range(3):
            tasks.start_soon(take)
        await anyio.wait_all_tasks_blocked()
        pacer.refused(0.07)
        refused = anyio.current_time()
    assert [moment - refused >= 0.07 - 1e-3 for moment in moments] == [True] * 3
    assert all(later - earlier >= 0.005 for earlier, later in pairwise(moments))


async def test_turns_that_a_refusal_puts_off_leave_their_room_to_whoever_comes_first():
    pacer = Pacer("hr", 10)
    await pacer.turn(0)
    async with anyio.create_task_group() as tasks:
        for _ in range(20):
            tasks.start_soon(pacer.turn, 10)
        await anyio.wait_all_tasks_blocked()
        pacer.refused(0.05)
        await pacer.turn(1)  # though those who wait had turns for two seconds
        tasks.cancel_scope.cancel()


async def test_no_turns_that_are_taken_anew_after_a_refusal_fall_together():
    pacer, moments = Pacer("hr", 50), []

    async def take():
        await pacer.turn(10)
        moments.append(anyio.current_time())

    await pacer.turn(0)
    async with anyio.create_task_group() as tasks:
        for _ in range(8):
            tasks.start_soon(take)
        await anyio.wait_all_tasks_blocked()
        pacer.refused(0.03)  # in the midst of those who wait
        for _ in range(8):
            tasks.start_soon(take)
    assert all(later - earlier >= 0.015 for earlier, later in pairwise(sorted(moments)))


async def test_a_turn_that_a_refusal_puts_off_beyond_the_patience_is_refused():
    pacer, errors = Pacer("hr", 50), []

    async def take():
        with pytest.raises(UpstreamRateLimited) as error:
            await pacer.turn(1)
        errors.append(error.value)

    await pacer.turn(0)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(take)
        await anyio.wait_all_tasks_blocked()
        pacer.refused(30)
    assert 29 < errors[0].retry_after <= 30


async def test_a_paced_directory_meets_no_429_of_a_provider_with_that_limit(house, turn_pages):
    await house.tell("quo", "behaviour", rate_limit=40)
    directories = await house.open(house.settings("quo", requests_per_second=35))
    await turn_pages(directories, "quo", 100)
    requests = await house.requests("quo")
    assert {request["status"] for request in requests} == {200}
    opening = 0.05  # seconds by which a new connection may delay the first of them
    assert requests[-1]["t"] - requests[0]["t"] >= (len(requests) - 1) / 35 - opening


async def test_a_call_that_the_pace_outlasts_keeps_its_rows_and_goes_on(house, ids_of):
    directories = await house.open(house.settings("quo", requests_per_second=0.05))
    page = await directories.users(Request("list", "quo", Query(), 100))
    assert ids_of(page) == (await house.ids("quo"))[:50]
    assert not page.complete
    assert page.cursor
    assert "Its rate limit leaves no room for another request in this call" in str(page.notes[0])


async def test_an_exhaustive_search_learns_a_limit_that_nobody_documents_and_loses_nobody(house, ids_of):
    await house.tell("delay", "behaviour", page_clamp=10, rate_limit=30)
    directories = await house.open(house.settings("delay", requests_per_second=None))
    page = await directories.users(Request("search", "delay", Query(text="@", exhaustive=True), 300))
    wanted = [record["id"] for record in house.sandbox.records("delay") if record["email"]]
    assert ids_of(page) == wanted
    assert (page.complete, page.scanned, page.notes) == (True, 237, ())
    requests = await house.requests("delay")
    refused = [request["t"] for request in requests if request["status"] == 429]
    assert 1 <= len(refused) <= 16  # those that were under way together
    assert not [request for request in requests if refused[0] + 0.5 < request["t"] < refused[0] + 1]
