"""Counting numbered pages without a total."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from user_directory_pagination.numbered.count_by_probes import Uneven, count_by_probing


def pages(count, size):
    """What each page of a list has, and which were asked for."""
    asked = []

    async def rows_on(page):
        asked.append(page)
        return max(0, min(size, count - page * size))

    return rows_on, asked


@given(st.integers(0, 3_000_000), st.sampled_from([1, 7, 50, 100, 1000]), st.booleans())
async def test_the_count_is_right_whatever_the_size(count, size, parallel):
    rows_on, asked = pages(count, size)
    assert await count_by_probing(rows_on, size, parallel=parallel) == count
    assert len(asked) <= 50


@pytest.mark.parametrize(("parallel", "requests"), [(True, 30), (False, 23)])
async def test_a_million_users_take_some_thirty_requests(parallel, requests):
    rows_on, asked = pages(1_000_000, 100)
    assert await count_by_probing(rows_on, 100, parallel=parallel) == 1_000_000
    assert len(asked) <= requests


@given(st.integers(2, 5_000), st.integers(2, 99))
async def test_pages_that_are_clamped_say_nothing(count, clamp):
    rows_on, _ = pages(count, clamp)
    if count > clamp:
        with pytest.raises(Uneven):
            await count_by_probing(rows_on, 100, parallel=True)
    else:
        assert await count_by_probing(rows_on, 100, parallel=True) == count
