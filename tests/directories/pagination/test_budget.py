"""What one call may spend."""

import anyio

from user_directories import Budget


async def test_the_first_request_is_always_allowed_and_then_as_many_as_were_given():
    budget = Budget(requests=2)
    for allowed in (True, True, False):
        assert budget.allows_request() is allowed
        budget.spend()
    assert Budget(requests=0).allows_request()
    assert Budget(seconds=0).allows_request()


async def test_no_second_request_is_allowed_once_the_time_is_up():
    budget = Budget(seconds=0)
    budget.spend()
    assert budget.left() == 0
    assert not budget.allows_request()


async def test_the_time_runs_from_the_making_of_the_budget():
    began = anyio.current_time()
    budget = Budget(seconds=10)
    assert 9 < budget.left() <= 10
    assert Budget(seconds=10, _started=began - 4).left() <= 6
    assert Budget(seconds=10, _started=began - 11).left() == 0
