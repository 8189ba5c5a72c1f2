"""Faults and neighbours: whatever one directory of six does, the others give what they gave before, and ask no more.

`bench/neighbours.py` also measures how long they take.
"""

from collections.abc import AsyncIterator

import pytest

from fault_matrix import without_pauses
from neighbours import WAYS, Given, Neighbourhood, opened_neighbourhood, places_of
from user_directory_sandbox import DIRECTORIES

from ..thoroughness import sample, some

CELLS = [
    pytest.param(way, name, id=f"{way} / {name}")
    for way, name in sample(some(WAYS, DIRECTORIES, one_of=6), one_of=3)
    if name in places_of(way)
]


@pytest.fixture(scope="module")
async def world() -> AsyncIterator[Neighbourhood]:
    with without_pauses():
        async with opened_neighbourhood() as opened:
            yield opened


@pytest.fixture(scope="module")
async def usual(world: Neighbourhood) -> Given:
    return await world.together()


def test_there_are_more_than_two_dozen_ways_to_fail() -> None:
    assert len(WAYS) >= 24


async def test_each_directory_gives_rows_and_a_count_and_asks_for_them(usual: Given) -> None:
    assert {name for name, _ in usual.rows} == set(DIRECTORIES) - {"klavis"}  # its users have no names
    assert usual.counts.keys() == set(DIRECTORIES)
    assert all(usual.requests.values())


@pytest.mark.parametrize(("way", "name"), CELLS)
async def test_the_neighbours_of_a_directory_that_fails_give_what_they_gave_before(
    world: Neighbourhood, usual: Given, way: str, name: str
) -> None:
    async with world.failing(way, name):
        given = await world.together()
    assert given.without(name) == usual.without(name)
