"""Numbered pages of one size, of which no size is asked for: the engine counts in them from the beginning."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from user_directory_pagination import Habits

from ..thoroughness import examples
from .numbered_api import Api
from .test_numbered_walks import walk

BOTH = pytest.mark.parametrize("by", ["page", "offset"])


@BOTH
@settings(max_examples=examples(40))
@given(
    count=st.integers(0, 90),
    size=st.integers(2, 20),
    first=st.sampled_from([0, 1]),
    beyond=st.sampled_from(["empty", "refused", "last"]),
)
async def test_everybody_comes_once_and_no_other_size_is_thought_of(by, count, size, first, beyond):
    assume(count or beyond != "refused")  # a list that refuses its first page gives nothing
    listed = Api(range(count), by, first, fixed=size, takes_no_size=True, beyond=beyond)
    walked = await walk(listed, need=size, maximum=size)
    assert (walked.found, walked.ended) == (list(range(count)), True)
    shows_one_page_only = beyond == "last" and count <= size  # as if it did not heed the position
    assert shows_one_page_only or not walked.at.drifted
    if by == "page":
        assert {asked for _, asked in listed.asked} == {size}


@BOTH
@settings(max_examples=examples(60))
@given(
    count=st.integers(1, 60),
    size=st.integers(4, 9),
    changes=st.dictionaries(st.integers(2, 12), st.tuples(st.integers(0, 2), st.lists(st.integers(0, 59), max_size=2))),
)
async def test_who_stays_comes_once_or_it_is_said_that_somebody_may_be_missing(by, count, size, changes):
    gone: set[int] = set()

    def change(comes, goes):
        def do(rows):
            rows[:0] = range(-len(rows) - comes - 1000 * len(gone), -len(rows) - 1000 * len(gone))
            for place in goes:
                if rows:
                    gone.add(rows.pop(place % len(rows)))

        return do

    steps = {number: change(*each) for number, each in changes.items()}
    listed = Api(list(range(count)), by, fixed=size, takes_no_size=True, changes=steps)
    walked = await walk(listed, need=size, maximum=size, habits=Habits())
    assert len(walked.found) == len(set(walked.found))
    assert walked.ended
    assert walked.at.drifted or set(range(count)) - gone <= set(walked.found)


@BOTH
async def test_they_are_counted_by_reading_them(by):
    listed = Api(range(47), by, fixed=10, takes_no_size=True)
    assert await listed.count(10) is None
