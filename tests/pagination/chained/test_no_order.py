"""A list in another order at each request has no pages, and what was read of it is not vouched for."""

from random import Random

import pytest

from user_directory_pagination.chained.look_back import LookBack

from .worlds import Api, walk

SHOWN = {"position": {"after": "1"}, "first": "a", "last": "c", "digest": "1"}


async def is_silent(count, clamp, need, seed):
    api = Api("hidden row numbers", [f"{number:04}" for number in range(count)], clamp=clamp, each=Random(seed).shuffle)
    walked = await walk(api, [need])
    return walked.ended and not walked.standing.drifted and len(walked.found) < count


@pytest.mark.parametrize(("count", "clamp", "need"), [(26, 4, 3), (40, 5, 100), (60, 3, 7)])
async def test_of_two_hundred_such_lists_none_is_called_whole_with_somebody_missing(count, clamp, need):
    """A list of few pages may show no sign of it; these have more, and one in fourteen was called whole."""
    assert not [seed for seed in range(200) if await is_silent(count, clamp, need, seed)]


async def test_rows_that_come_while_it_is_read_are_no_disorder():
    changes = {number: lambda ids, number=number: ids.insert(0, f"new{number}") for number in range(2, 9)}
    api = Api("hidden row numbers", [f"{number:04}" for number in range(40)], clamp=5, changes=changes)
    walked = await walk(api)
    assert (walked.ended, walked.standing.drifted) == (True, False)
    assert {*walked.found} >= {f"{number:04}" for number in range(40)}


@pytest.mark.parametrize(("tags", "meets"), [(["c", "d"], True), (["b", "c"], True), (["a", "d"], False)])
def test_a_page_meets_the_one_before_if_it_shows_its_last_row(tags, meets):
    assert LookBack(page=SHOWN).meets(tags) is meets
    assert LookBack().meets(tags)
