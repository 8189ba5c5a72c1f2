"""What one call may spend."""

import anyio
import pytest

from user_directories import Budget


@pytest.mark.parametrize(
    ("limits", "resource"),
    [({"requests": 3}, "requests"), ({"rows": 200}, "rows"), ({"seconds": 0.0, "at_first": 0.0}, "seconds")],
)
async def test_a_request_may_be_sent_until_something_is_spent(limits, resource):
    budget = Budget(**limits)
    allowed = []
    for _ in range(4):
        allowed.append(budget.spent_on())
        budget.spend()
        budget.look_at(100)
        await anyio.lowlevel.checkpoint()
    assert allowed[0] is None  # a call must get somewhere
    assert allowed[-1] == resource
    assert allowed == sorted(allowed, key=lambda each: each is not None)


async def test_requests_have_the_time_of_a_beginning_until_something_was_learned():
    budget = Budget(seconds=0.1, at_first=9)
    with anyio.fail_after(5):
        async with anyio.create_task_group() as tasks:

            async def wait():
                with pytest.raises(TimeoutError), budget.waiting():
                    await anyio.sleep_forever()

            tasks.start_soon(wait)
            with budget.waiting():
                while budget.left() > 0:
                    await anyio.lowlevel.checkpoint()
            budget.get_somewhere()  # and so the other one is not waited for any longer
        with pytest.raises(TimeoutError), budget.waiting():
            await anyio.sleep_forever()
    assert 0.1 <= budget.elapsed() < 1


async def test_a_beginning_has_its_time_too():
    budget = Budget(seconds=0.0, at_first=0.1)
    with pytest.raises(TimeoutError), budget.waiting():
        await anyio.sleep_forever()
    assert 0.1 <= budget.elapsed() < 1


async def test_the_time_runs_from_the_making_of_the_budget():
    began = anyio.current_time()
    budget = Budget(seconds=10)
    assert 9 < budget.left() <= 10
    assert Budget(seconds=10, _started=began - 4).left() <= 6
    assert Budget(seconds=10, _started=began - 11).left() == 0


async def test_a_directory_that_sent_nothing_has_half_of_the_time_once_the_others_are_done():
    budget = Budget(seconds=1.0, at_first=9)
    budget.answered("quick")
    with anyio.fail_after(5):
        async with anyio.create_task_group() as tasks:

            async def wait():
                with pytest.raises(TimeoutError), budget.awaiting("silent"):
                    await anyio.sleep_forever()

            tasks.start_soon(wait)
            await anyio.wait_all_tasks_blocked()
            budget.hurry({"silent"})
        assert 0.5 <= budget.elapsed() < 1.0
        with pytest.raises(TimeoutError), budget.awaiting("silent"):  # its next request has no time at all
            await anyio.sleep_forever()
    assert budget.elapsed() < 1.0


async def test_a_directory_that_answered_is_not_hurried():
    budget = Budget(seconds=0.0, at_first=9)
    budget.answered("slow")
    budget.hurry({"slow"})
    with budget.awaiting("slow"):
        await anyio.lowlevel.checkpoint()
    with budget.awaiting("another"):
        await anyio.lowlevel.checkpoint()
