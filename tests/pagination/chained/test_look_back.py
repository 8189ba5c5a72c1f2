"""Row numbers in disguise: what slips by is found, and quiet lists and keyed tokens are left in peace."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from user_directory_pagination import Habits, PositionRefused

from .worlds import Api, walk


def ids(count):
    return [f"u{number:05}" for number in range(count)]


def without(*gone):
    return lambda rows: rows.__setitem__(slice(None), [each for each in rows if each not in gone])


@pytest.mark.parametrize("kind", ["hidden row numbers", "row numbers"])
@pytest.mark.parametrize("before", [2, 3])
async def test_who_slips_by_between_two_pages_is_handed_out(kind, before):
    habits = Habits()
    api = Api(kind, ids(40), changes={before: without("u00003", "u00005")})
    walked = await walk(api, [10], maximum=10, habits=habits)
    assert set(api.ids) <= set(walked.found)
    assert (walked.ended, walked.standing.drifted, walked.standing.moved) == (True, False, True)
    assert habits.row_numbers


async def test_who_slips_by_before_an_empty_last_page_is_handed_out():
    api = Api("hidden row numbers", ids(13), changes={2: without("u00003", "u00005", "u00007")})
    walked = await walk(api, [10], maximum=10)
    assert set(api.ids) <= set(walked.found)
    assert walked.ended


async def test_rows_that_come_before_show_that_tokens_are_row_numbers_and_hide_nobody():
    habits = Habits()
    api = Api("hidden row numbers", ids(40), changes={2: lambda rows: rows.insert(0, "new")})
    walked = await walk(api, [10], maximum=10, habits=habits)
    assert walked.found == [*ids(40), "new"]  # the top is looked at again
    assert (walked.standing.drifted, habits.row_numbers) == (False, True)


async def test_more_rows_gone_than_a_page_has_are_a_doubt():
    api = Api("hidden row numbers", ids(60), changes={2: without(*ids(10), *ids(25)[12:])})
    walked = await walk(api, [10], maximum=10)
    assert walked.standing.drifted


@pytest.mark.parametrize(("comes", "doubted"), [(6, True), (99, False)])
async def test_where_rows_come_as_well_as_go_a_boundary_that_no_page_showed_is_a_doubt(comes, doubted):
    changes = {2: without("u00003"), comes: lambda rows: rows.insert(0, "new")}
    walked = await walk(Api("hidden row numbers", ids(40), changes=changes), [10], maximum=10)
    assert (walked.ended, walked.standing.drifted) == (True, doubted)
    assert set(ids(40)) - {"u00003"} <= set(walked.found)


async def test_a_shift_before_the_fifth_boundary_hides_nobody():
    """The fifth boundary is behind request 10."""
    api = Api("hidden row numbers", ids(200), changes={10: without("u00003", "u00005")})
    walked = await walk(api, [10], maximum=10)
    assert set(api.ids) <= set(walked.found)
    assert (walked.ended, walked.standing.drifted) == (True, False)


@pytest.mark.parametrize("request_number", range(13, 28))
async def test_a_shift_behind_boundaries_that_were_not_looked_at_is_a_doubt(request_number):
    """A page that is kept is looked at twelve pages later, or at the end: it begins with another row now."""
    api = Api("hidden row numbers", ids(200), changes={request_number: without("u00003", "u00005")})
    walked = await walk(api, [10], maximum=10)
    assert (walked.ended, walked.standing.drifted) == (True, True)


async def test_the_deleted_first_row_of_a_page_that_was_kept_is_no_shift():
    """The page kept first is the sixth; where tokens stand for rows, the page before does not show its first row."""
    habits = Habits()
    api = Api("unproven tokens", ids(200), changes={13: without("u00050")})
    walked = await walk(api, [10], maximum=10, habits=habits)
    assert (walked.ended, walked.standing.drifted, habits.row_numbers) == (True, False, False)
    assert len(api.asked) == len(set(api.asked)) + 10  # five boundaries, the top, the kept ones, and the page before


async def test_every_boundary_is_looked_at_once_the_tokens_are_known_to_be_row_numbers():
    api = Api("hidden row numbers", ids(200))
    await walk(api, [10], maximum=10, habits=Habits(row_numbers=True, order_vouched=True))
    assert len(api.asked) == 20 + 19 + 1  # the last page is full, and asked for again


async def test_the_first_five_boundaries_and_a_page_in_every_twelve_are_looked_at():
    api = Api("unproven tokens", ids(395))
    await walk(api, [10], maximum=10)
    again = [after for after, _ in api.asked if [other for other, _ in api.asked].count(after) > 1]
    boundaries = sorted({0 if after is None else int(after[1:]) // 10 + 1 for after in again})
    assert boundaries == [0, 1, 2, 3, 4, 5, 11, 23, 35]


@pytest.mark.parametrize("kind", ["tokens", "links", "keys", "row numbers"])
async def test_no_page_is_looked_at_again_where_rows_have_positions(kind):
    api = Api(kind, ids(95))
    await walk(api, [10], maximum=10, habits=Habits(order_vouched=True))
    assert len(api.asked) == len(set(api.asked))


async def test_tokens_that_can_be_used_once_are_not_used_again():
    class Once(Api):
        def start(self, after):
            if [other for other, _ in self.asked].count(after) > 1 and after:
                raise PositionRefused(after)
            return super().start(after)

    api = Once("unproven tokens", ids(95))
    walked = await walk(api, [10], maximum=10, habits=Habits(order_vouched=True))
    assert (walked.found, walked.standing.drifted) == (ids(95), False)
    assert len(api.asked) == 12


@pytest.mark.parametrize("fault", ["empty", "previous"])
async def test_one_wrong_answer_to_a_second_look_means_nothing(fault):
    api = Api("unproven tokens", ids(45), faults={3: fault})
    walked = await walk(api, [10], maximum=10)
    assert (walked.found, walked.standing.drifted, walked.standing.moved) == (ids(45), False, False)


@given(st.integers(0, 10_000), st.sampled_from(["newest", "oldest"]))
async def test_one_change_a_request_does_not_cast_doubt_on_tokens_that_stand_for_rows(seed, order):
    draw, number = random.Random(seed), 10_000

    def change(rows):
        nonlocal number
        if draw.random() < 0.5 and rows:
            rows.pop(draw.randrange(len(rows)))
        elif len(api.asked) < 100:
            number += 1
            rows.insert(0 if order == "newest" else len(rows), f"u{number:05}")

    api = Api("unproven tokens", sorted(ids(150), reverse=order == "newest"), each=change)
    api.descends = order == "newest"
    before, habits = set(api.ids), Habits()
    walked = await walk(api, [10], maximum=10, habits=habits)
    assert (walked.ended, walked.standing.drifted, habits.row_numbers) == (True, False, False)
    assert before & set(api.ids) <= set(walked.found)


async def test_somebody_new_at_the_end_of_a_page_is_handed_out_and_makes_no_token_a_row_number():
    habits = Habits()
    api = Api("unproven tokens", ids(40), changes={3: lambda rows: rows.insert(9, "new")})
    walked = await walk(api, [10], maximum=10, habits=habits)
    assert sorted(walked.found) == sorted([*ids(40), "new"])
    assert (walked.standing.drifted, habits.row_numbers) == (False, False)


@pytest.mark.parametrize("restart", [1, 4])
async def test_a_cursor_into_a_page_of_row_numbers_that_moved_past_is_a_doubt(restart):
    api = Api("hidden row numbers", ids(60), changes={2: without(*ids(20))})
    walked = await walk(api, [10], restarts=[restart, None], maximum=10)
    assert walked.standing.drifted


async def test_the_size_of_the_first_page_stays_with_a_token_and_keys_ask_for_what_is_needed():
    for kind in ("tokens", "unproven tokens", "links", "row numbers", "hidden row numbers"):
        api = Api(kind, ids(60))
        await walk(api, [7, 3, 20], restarts=[None, 2, None], maximum=50)
        assert {size for _, size in api.asked} == {7}
    api = Api("keys", ids(60))
    await walk(api, [7, 3, 20], maximum=50)
    assert len({size for _, size in api.asked}) > 3


async def test_a_page_of_rows_that_may_be_forgotten_is_not_handed_out_again():
    api = Api("hidden row numbers", ids(3300), clamp=100)
    api.changes = {39: lambda rows: rows.__setitem__(slice(0, 0), [f"new{number:05}" for number in range(2600)])}
    walked = await walk(api, [100], habits=Habits())
    assert len(walked.found) == len(set(walked.found))
