"""A list that never named a next position is whole only if one was seen to be named where rows follow."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from user_directory_pagination import Habits
from user_directory_pagination.chained import Links, Tokens

from .worlds import STRATEGIES, Api, walk

KINDS = ["tokens", "unproven tokens", "links", "row numbers", "hidden row numbers"]


def ids(count):
    return [f"{number:04}" for number in range(count)]


class Deaf(Api):
    """Takes no size: each page has `clamp` rows."""

    def page(self, after, size, *, marked):
        return super().page(after, self.clamp, marked=marked)


def _reads_none(kind):
    return Links(["after"], lambda _: None) if kind == "links" else Tokens("after", lambda _: None, stable=True)


@contextmanager
def misreading() -> Iterator[None]:
    """The next position is read from where it is not."""
    with pytest.MonkeyPatch.context() as patch:
        for kind in KINDS:
            patch.setitem(STRATEGIES, kind, partial(_reads_none, kind))
        yield


@pytest.fixture
def misread():
    with misreading():
        yield


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("size", "clamp"), [(10, 1000), (50, 10), (1, 1000), (2, 1000)])
async def test_a_next_position_that_is_read_from_a_wrong_place_leaves_a_list_in_doubt(misread, kind, size, clamp):
    habits = Habits()
    for _ in range(2):
        walked = await walk(Api(kind, ids(95), clamp=clamp), [size], maximum=50, habits=habits)
        assert (walked.ended, walked.standing.drifted) == (True, True)
    assert (habits.names_next, habits.names_none) == (False, True)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_size_that_has_no_effect_leaves_the_first_page_in_doubt(misread, kind):
    walked = await walk(Deaf(kind, ids(95), clamp=10), [50], maximum=50)
    assert (walked.ended, walked.standing.drifted) == (True, True)


@given(st.sampled_from(KINDS), st.integers(0, 30), st.integers(1, 40), st.integers(2, 40))
async def test_a_list_that_names_its_pages_is_whole(kind, count, size, clamp):
    habits = Habits()
    for _ in range(2):
        api = Api(kind, ids(count), clamp=clamp)
        walked = await walk(api, [size], maximum=40, habits=habits)
        assert (walked.found, walked.ended, walked.standing.drifted) == (ids(count), True, False)
    assert not habits.names_none


@pytest.mark.parametrize(("count", "asked"), [(5, [10, 10, 4]), (1, [10, 10]), (10, [10, 10, 9])])
async def test_it_is_asked_for_once_with_one_row_fewer(count, asked):
    api = Api("tokens", ids(count))
    await walk(api, [10], maximum=10)
    assert [size for _, size in api.asked] == asked


async def test_a_full_page_of_one_row_is_asked_for_with_one_more():
    api, habits = Api("tokens", ids(1)), Habits()
    walked = await walk(api, [1], maximum=10, habits=habits)
    assert ([size for _, size in api.asked], walked.standing.drifted) == ([1, 1, 2], False)


@pytest.mark.parametrize(("count", "drifted"), [(9, False), (10, True), (25, True)])
async def test_of_pages_of_a_fixed_size_only_a_full_one_is_doubted(monkeypatch, count, drifted):
    monkeypatch.setitem(STRATEGIES, "tokens", lambda: Tokens("after", lambda _: None, stable=True, least=10))
    walked = await walk(Deaf("tokens", ids(count), clamp=10), [10], maximum=10)
    assert (walked.found, walked.standing.drifted) == (ids(min(count, 10)), drifted)


async def test_somebody_who_joined_in_between_is_found():
    api = Api("tokens", ids(5), changes={3: lambda each: each.insert(0, "new")})
    walked = await walk(api, [10], maximum=10)
    assert (sorted(walked.found), walked.standing.drifted) == (sorted([*ids(5), "new"]), False)


@pytest.mark.parametrize("place", [0, 5, 8])
async def test_a_list_that_shrinks_before_it_is_asked_for_fewer_rows_is_asked_for_fewer_again(place):
    api, habits = Api("tokens", ids(10), changes={3: lambda each: each.pop(place)}), Habits()
    walked = await walk(api, [20], maximum=20, habits=habits)
    assert (walked.ended, walked.standing.drifted) == (True, False)
    assert ([size for _, size in api.asked], habits.names_next) == ([20, 20, 9, 8], True)


async def test_a_position_that_is_missing_once_more_is_no_doubt():
    class Forgetful(Api):
        def page(self, after, size, *, marked):
            return super().page(after, size, marked=marked and len(self.asked) != 3)

    walked = await walk(Forgetful("tokens", ids(10)), [20], maximum=20)
    assert (walked.ended, walked.standing.drifted) == (True, False)


@pytest.mark.parametrize("kind", KINDS)
@given(
    changes=st.dictionaries(st.integers(1, 6), st.tuples(st.booleans(), st.integers(0, 9))), count=st.integers(15, 30)
)
async def test_a_wrong_place_leaves_a_list_in_doubt_whatever_changes_meanwhile(kind, changes, count):
    def change(gone, place):
        return (lambda each: each.pop(place)) if gone else (lambda each: each.insert(place, f"n{len(each):03}"))

    api = Api(kind, ids(count), clamp=10, changes={at: change(*how) for at, how in changes.items()})
    with misreading():
        walked = await walk(api, [20], maximum=20)
    assert (walked.ended, walked.standing.drifted) == (True, True)


async def test_what_was_said_of_a_list_without_next_positions_ends_when_one_is_named():
    habits = Habits(names_none=True)
    await walk(Api("tokens", ids(30)), [10], maximum=10, habits=habits)
    assert habits.names_next
