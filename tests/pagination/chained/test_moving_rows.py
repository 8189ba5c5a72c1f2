"""Rows that move where tokens count rows, and where they stand behind what was read."""

import random

import pytest

from .worlds import Api, walk


def ids(count):
    return [f"u{number:05}" for number in range(count)]


def to_the_end(*moved):
    """Let these rows move to the end."""

    def move(rows):
        rows[:] = [row for row in rows if row not in moved] + list(moved)

    return move


async def test_a_row_that_moved_to_the_end_is_not_taken_for_a_place_that_was_read():
    """The row held on to and two before it go to the end: the next page shows them, and a row is before it."""
    api = Api("row numbers", ids(16), changes={2: to_the_end("u00007", "u00009", "u00008")})
    walked = await walk(api, [10], maximum=10)
    assert set(walked.found) == set(api.ids)
    assert walked.ended


async def test_somebody_read_before_who_stands_behind_the_row_held_on_to_is_a_doubt():
    def exchange(rows):
        rows[3], rows[22] = rows[22], rows[3]

    walked = await walk(Api("row numbers", ids(60), changes={3: exchange}), [10], maximum=10)
    assert (walked.ended, walked.standing.drifted) == (True, True)


@pytest.mark.parametrize("seed", range(5))
async def test_row_numbers_of_a_list_without_order_are_soon_left_alone(seed):
    draw = random.Random(seed)
    api = Api("row numbers", ids(150), each=draw.shuffle)
    walked = await walk(api, [20], maximum=20)
    assert (walked.ended, walked.standing.drifted) == (True, True)
    assert len(api.asked) < 200
