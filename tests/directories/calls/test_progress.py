"""How far a long call is, told while it lasts."""

import anyio
import pytest

from user_directories import Budget, CallOptions, Query, Request
from user_directories.calls import progress
from user_directories.calls.progress import reporting
from user_directories.errors import UpstreamUnauthorized, UserDirectoryError


class Listener:
    """Hears of the progress of one call."""

    def __init__(self):
        self.heard = []
        self._more = anyio.Event()

    async def __call__(self, seconds, most, looked_at):
        self.heard.append((seconds, most, looked_at))
        self._more.set()
        self._more = anyio.Event()

    async def hear(self, times):
        """Wait until it was told so often."""
        with anyio.fail_after(5):
            while len(self.heard) < times:
                await self._more.wait()


@pytest.fixture
def often(monkeypatch):
    monkeypatch.setattr(progress, "_EVERY_SECONDS", 0.002)


@pytest.fixture
def listener():
    return Listener()


async def test_a_short_call_is_not_told_of(listener):
    async with reporting(Budget(), listener):
        await anyio.wait_all_tasks_blocked()
    assert listener.heard == []


async def test_a_long_call_is_told_of_again_and_again_with_what_was_looked_at_meanwhile(listener, often):
    budget = Budget(seconds=20)
    async with reporting(budget, listener):
        await listener.hear(2)
        budget.look_at(7)
        told = len(listener.heard)
        await listener.hear(told + 2)
    seconds, most, looked_at = zip(*listener.heard, strict=True)
    assert list(seconds) == sorted(set(seconds))
    assert 0.002 <= seconds[0] < seconds[-1] < 20
    assert set(most) == {20}
    assert looked_at == (0,) * told + (7,) * (len(looked_at) - told)


async def test_nothing_is_told_any_more_once_the_call_has_ended(listener, often):
    async with reporting(Budget(), listener):
        await listener.hear(1)
    told = len(listener.heard)
    await anyio.sleep(0.02)
    assert len(listener.heard) == told


async def test_a_call_does_not_wait_for_who_hears_of_it(often):
    begun = anyio.Event()

    async def deaf(*_):
        begun.set()
        await anyio.sleep_forever()

    with anyio.fail_after(5):
        async with reporting(Budget(), deaf):
            await begun.wait()
            await anyio.sleep(0.01)


@pytest.mark.parametrize("heard", [0, 2])
async def test_an_error_of_ours_passes_as_it_is(listener, often, heard):
    error = UserDirectoryError("what was wrong")

    async def call():
        async with reporting(Budget(), listener):
            await listener.hear(heard)
            raise error

    with pytest.raises(UserDirectoryError) as raised:
        await call()
    assert raised.value is error
    told = len(listener.heard)
    await anyio.sleep(0.02)
    assert len(listener.heard) == told


async def test_an_error_passes_as_it_is_where_nobody_listens():
    with pytest.raises(UserDirectoryError, match="what was wrong"):
        async with reporting(Budget(), None):
            raise UserDirectoryError("what was wrong")


async def test_a_call_that_is_cancelled_ends_and_is_told_of_no_more(listener, often):
    with anyio.CancelScope() as scope:
        async with reporting(Budget(), listener):
            await listener.hear(1)
            scope.cancel()
            await anyio.sleep_forever()
    assert scope.cancelled_caught
    told = len(listener.heard)
    await anyio.sleep(0.02)
    assert len(listener.heard) == told


@pytest.mark.parametrize("ask", ["users", "count", "email"])
async def test_every_question_that_may_take_long_is_told_of(house, listener, often, ask):
    await house.tell("quo", "behaviour", latency=0.02)
    directories = await house.open("quo")
    match ask:
        case "users":
            page = await directories.users(Request("list", "quo", Query(), 200, options=CallOptions(listener)))
            assert len(page.users) == 200
        case "count":
            assert (await directories.count(Request("count", "quo", Query(), options=CallOptions(listener)))).counts[
                0
            ].count == 237
        case _:
            found = await directories.user_by_email("quo", "nobody@nowhere.example", CallOptions(listener))
            assert found.complete
    looked_at = [each for _, _, each in listener.heard]
    assert looked_at == sorted(looked_at)
    assert (looked_at[0], looked_at[-1] >= 150) == (0, True)


async def test_a_look_at_one_id_is_told_of_too(house, listener, often):
    await house.tell("quo", "behaviour", latency=0.03)
    directories = await house.open("quo")
    assert (await directories.user_by_id("quo", (await house.ids("quo"))[3], options=CallOptions(listener))).user
    assert listener.heard


@pytest.mark.parametrize("report", [None, Listener()])
async def test_a_fault_of_a_provider_is_the_same_error_whether_somebody_listens_or_not(house, report):
    await house.tell("quo", "faults", kind="status", status=401, next=9)
    directories = await house.open("quo")
    with pytest.raises(UpstreamUnauthorized, match=r"quo: it does not accept the API key \(401\)"):
        await directories.users(Request("list", "quo", Query(), 10, options=CallOptions(report)))
