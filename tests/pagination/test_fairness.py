"""Giving way: others have a turn when a stretch of work is over, and large decisions are made beside them."""

import threading

import anyio
import pytest

from user_directory_pagination.fairness import MOST_AT_ONCE, Stretch, decided


class Clock:
    """Time that passes only where it is told to."""

    now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
async def turns():
    """How many turns another task had."""
    had = []

    async def take():
        while True:
            await anyio.lowlevel.checkpoint()
            had.append(1)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(take)
        await anyio.lowlevel.checkpoint()
        yield had
        tasks.cancel_scope.cancel()


async def test_nobody_has_a_turn_before_a_stretch_is_over(turns):
    clock = Clock()
    stretch, before = Stretch(clock), len(turns)
    for _ in range(1000):
        await stretch.give_way()
    assert len(turns) == before


async def test_others_have_a_turn_after_each_two_milliseconds(turns):
    clock = Clock()
    stretch, before = Stretch(clock), len(turns)
    for _ in range(100):
        clock.now += 0.001
        await stretch.give_way()
    assert 45 <= len(turns) - before <= 55


@pytest.mark.parametrize(("rows", "aside"), [(0, False), (MOST_AT_ONCE, False), (MOST_AT_ONCE + 1, True)])
async def test_only_a_decision_about_very_many_rows_is_made_in_a_thread_of_its_own(rows, aside):
    here = threading.get_ident()
    assert (await decided(threading.get_ident, rows) != here) is aside


@pytest.mark.parametrize("rows", [1, MOST_AT_ONCE, MOST_AT_ONCE + 1])
async def test_what_goes_wrong_in_a_decision_is_told_as_it_is(rows):
    def decide():
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await decided(decide, rows)


@pytest.mark.parametrize(("rows", "had"), [(1, 0), (MOST_AT_ONCE, 1)])
async def test_after_a_decision_about_many_rows_others_have_a_turn(turns, rows, had):
    before = len(turns)
    await decided(int, rows)
    assert len(turns) - before == had
