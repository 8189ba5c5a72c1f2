"""Counting numbered lists without a total: a number is exact, or there is none."""

import itertools
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from user_directory_pagination import Habits, OutOfBudget, RawPage

from .numbered_api import Api, Broken, api

BY = ["page", "offset"]
HABITS = [
    {},
    {"first": 0},
    {"beyond": "refused"},
    {"beyond": "last"},
    {"beyond": "first"},
    {"clamp": 10},
    {"clamp": 50},
    {"sizes": (10, 25, 50, 100)},
    {"fixed": 20},
    {"fixed": 100},
    {"more": 1},
    {"first": 0, "zero_is_one": True},
    {"rounds_offsets": True},
    {"repeats_rows": 1},
    {"bound": 1000},
    {"bound": 1000, "beyond": "refused"},
    {"bound": 930, "beyond": "last"},
]
COUNTS = st.integers(0, 3_000) | st.integers(0, 30).map(lambda pages: pages * 100)


def goes_no_further_than_four_times(asked, count, size):
    """Whether no page, counted from 1, has more than four times the number of the last page with users."""
    return max(start // size + 1 for start, _ in asked) <= 4 * max(1, -(-count // size))


@given(st.integers(0, 3_000_000), st.sampled_from([50, 100, 1000]), st.sampled_from(BY), st.booleans())
async def test_a_list_that_does_as_it_should_is_counted_whatever_its_length(count, size, by, parallel):
    world = api(count, by=by)
    assert (await world.count(size, parallel=parallel)).number == (count if count >= size else None)
    assert len(world.asked) <= 50
    assert goes_no_further_than_four_times(world.asked, count, size)


@pytest.mark.parametrize(
    ("count", "at_once", "one_by_one"), [(1_000, (10, 6), 8), (100_000, (22, 12), 17), (1_000_000, (33, 15), 23)]
)
@pytest.mark.parametrize("by", BY)
async def test_a_million_users_take_33_requests_in_15_rounds(by, count, at_once, one_by_one):
    world, paced = api(count, by=by), api(count, by=by)
    assert (await world.count(100)).number == count == (await paced.count(100, parallel=False)).number
    assert (len(world.asked), world.rounds) == at_once
    assert len(paced.asked) == one_by_one


@given(COUNTS, st.sampled_from(BY), st.sampled_from(HABITS), st.sampled_from([3, 7, 25, 50, 100]), st.booleans())
async def test_a_quiet_list_of_any_habits_is_counted_exactly_or_not_at_all(count, by, habits, size, parallel):
    world = api(count, by=by, **habits)
    found = await world.count(size, parallel=parallel)
    assert found.number in {count, None}
    assert found.at_least <= count
    assert len(world.asked) <= 30
    assert goes_no_further_than_four_times(world.asked, count, size) or habits.get("beyond") == "last"


@given(COUNTS, st.sampled_from(BY), st.sampled_from(HABITS), st.integers(1, 15), st.booleans())
async def test_a_search_that_stops_never_knows_of_more_than_there_are(count, by, habits, request, parallel):
    world = api(count, by=by, wrong={request: OutOfBudget("seconds")}, **habits)
    assert (await world.count(100, parallel=parallel)).at_least <= count


@given(st.data())
async def test_a_wrong_answer_once_makes_no_wrong_number(data):
    count, size = data.draw(COUNTS), data.draw(st.sampled_from([7, 25, 100]))
    habits = data.draw(st.sampled_from([{}, {"beyond": "refused"}, {"beyond": "last"}]))
    wrong = data.draw(st.sampled_from([0.0, "refused", "other", "strangers"]) | st.floats(0.0, 0.99))
    world = api(count, by=data.draw(st.sampled_from(BY)), wrong={data.draw(st.integers(1, 15)): wrong}, **habits)
    assert (await world.count(size)).number in {count, None}


@given(st.integers(100, 3_000), st.sampled_from(BY), st.sets(st.integers(0, 2_999), min_size=1, max_size=30))
async def test_every_row_that_is_missing_on_a_page_is_missing_in_the_number(count, by, hidden):
    world = api(count, by=by, hidden=frozenset(hidden))
    number = (await world.count(100)).number
    assert number in {count - len(hidden & world.covered), None}


@given(st.integers(), st.integers(0, 1_500), st.sampled_from(BY), st.sampled_from([25, 100]), st.booleans())
async def test_a_list_that_changes_has_a_number_that_it_had_while_it_was_counted(seed, count, by, size, parallel):
    draws, numbers, lengths = Random(seed), itertools.count(10_000), [count]

    class Changing(Api):
        def page(self, number, size):
            rows = [*self.rows]
            if draws.random() < 0.2:
                rows.insert(draws.choice([0, draws.randint(0, len(rows)), len(rows)]), next(numbers))
            if rows and draws.random() < 0.2:
                del rows[draws.choice([0, draws.randrange(len(rows)), -1])]
            self.rows = rows
            lengths.append(len(rows))
            return super().page(number, size)

    number = (await Changing(range(count), by=by).count(size, parallel=parallel)).number
    assert number is None or min(lengths) <= number <= max(lengths)


class TestEachCheck:
    """What each check is there for: without it, the number would be wrong."""

    @pytest.mark.parametrize("by", BY)
    async def test_a_first_page_that_is_short_is_not_probed(self, by):
        world = api(95, by=by, clamp=10)
        assert await world.count(100) == (None, 10, None)
        assert len(world.asked) == 1

    @pytest.mark.parametrize("habits", [{"more": 1}, {"fixed": 150}])
    async def test_a_page_with_more_rows_than_asked_for_is_not_counted(self, habits):
        assert (await api(1_000, **habits).count(100)).number is None

    async def test_a_server_that_decides_the_size_is_not_counted_though_it_decides_as_asked(self):
        assert (await api(1_000, fixed=100).count(100)).number is None

    @pytest.mark.parametrize("beyond", ["last", "first"])
    async def test_a_page_that_comes_again_behind_the_end_is_no_page(self, beyond):
        world = api(300, beyond=beyond)
        assert (await world.count(100)).number is None
        assert len(world.asked) <= 5

    @pytest.mark.parametrize("by", BY)
    async def test_a_list_whose_number_0_is_number_1_is_not_counted_twice(self, by):
        assert (await api(1_000, by=by, first=0, zero_is_one=True).count(100)).number is None

    async def test_pages_that_share_a_row_are_not_counted(self):
        assert (await api(1_000, repeats_rows=1).count(100)).number is None

    async def test_a_refusal_behind_the_end_is_as_good_as_an_empty_page(self):
        assert (await api(1_020, beyond="refused").count(100)).number == 1_020

    @pytest.mark.parametrize("count", [1_000, 1_500])
    async def test_a_refusal_behind_a_full_page_may_be_a_bound(self, count):
        assert (await api(count, beyond="refused", bound=1_000).count(100)).number is None

    async def test_a_bound_in_the_middle_of_a_page_is_no_end(self):
        assert (await api(1_500, by="offset", bound=950).count(100)).number is None

    async def test_an_empty_page_by_mistake_does_not_cut_the_count(self):
        for request in range(1, 15):
            assert (await api(1_600, wrong={request: 0.0}).count(100)).number in {1_600, None}

    async def test_a_window_that_is_cut_short_does_not_confirm_itself(self):
        assert (await api(190, wrong={3: 0.61}).count(100)).number is None  # the window across 100, and across 101

    async def test_rows_behind_an_end_that_two_windows_agree_on_make_it_no_end(self):
        assert (await api(1_000, hidden=frozenset(range(330, 400))).count(100)).number is None

    async def test_one_empty_page_behind_the_end_is_not_enough(self):
        world = api(2_999, beyond="last", wrong={9: 0.0})  # 7 and 5, the sizes, divide 7,164 - 2,999
        assert (await world.count(7)).number is None

    async def test_other_rows_at_the_end_than_before_make_it_no_end(self):
        world = api(1_650)
        assert (await world.count(100)).number == 1_650
        across = max(request for request, (start, _) in enumerate(world.asked, 1) if start % 100)
        assert (await api(1_650, wrong={across: "strangers"}).count(100)).number is None

    @pytest.mark.parametrize("size", [3, 7, 25, 100])
    @pytest.mark.parametrize("by", BY)
    async def test_an_end_is_believed_only_where_a_window_begins_before_it_between_pages_and_reaches_beyond(
        self, by, size
    ):
        for count in range(size, 8 * size, 3):
            world = api(count, by=by)
            has_number = (await world.count(size)).number is not None
            assert has_number or size < 25
            assert not has_number or any(start % size and start < count < start + most for start, most in world.asked)

    async def test_half_a_page_by_mistake_does_not_cut_the_count(self):
        for request in range(1, 15):
            assert (await api(1_600, wrong={request: 0.5}).count(100)).number in {1_600, None}

    async def test_a_row_without_an_id_can_not_be_counted(self):
        assert (await api(250).count(100, identify=lambda row: None if row == 240 else str(row))).number is None

    async def test_an_id_that_repeats_on_a_page_can_not_be_counted(self):
        assert (await api(250).count(100, identify=lambda row: str(min(row, 248)))).number is None

    async def test_a_list_whose_pages_are_known_to_be_thinned_is_not_probed(self):
        world = api(1_000)
        assert await world.count(100, habits=Habits(thinned=True)) is None
        assert world.asked == []

    async def test_an_endless_list_is_left_after_a_billion_rows(self):
        class Endless(Api):
            def page(self, number, size):
                return RawPage(range((number - 1) * size, number * size))

        world = Endless([])
        assert (await world.count(100)).number is None
        assert len(world.asked) < 20

    @pytest.mark.parametrize("size", [1, 2])
    async def test_pages_that_no_other_page_overlaps_are_not_counted(self, size):
        assert (await api(100).count(size)).number is None


class TestWhatIsKnownWhenTheSearchStops:
    @pytest.mark.parametrize("reason", [Broken("down"), OutOfBudget("seconds")])
    async def test_it_keeps_what_it_knows_and_why_it_stopped(self, reason):
        for request in range(2, 10):
            world = api(5_000, wrong={request: reason})
            found = await world.count(100)
            assert (found.number, found.stopped_by) == (None, reason)
            assert 100 <= found.at_least <= 5_000

    async def test_a_page_that_was_full_counts_with_all_before_it_once_another_was_empty(self):
        world = api(5_000, wrong={6: OutOfBudget("seconds")})  # after a check, and pages 1, 4, 16 and 64
        assert (await world.count(100, parallel=False)).at_least == 1_600

    async def test_the_last_page_that_was_seen_counts_only_for_itself_because_it_may_be_the_end_once_more(self):
        assert (await api(100, beyond="last", wrong={3: OutOfBudget("seconds")}).count(50)).at_least == 100
        assert (await api(9_000, wrong={5: OutOfBudget("seconds")}).count(100)).at_least == 500
        bounded = api(401, beyond="last", bound=930, wrong={6: OutOfBudget("seconds")})
        assert (await bounded.count(100, parallel=False)).at_least == 401

    async def test_pages_that_do_not_fit_together_count_for_the_rows_that_were_seen(self):
        found = await api(300, beyond="last").count(100)
        assert (found.number, found.at_least, found.stopped_by) == (None, 226, None)

    async def test_pages_that_do_not_fit_together_are_no_fault_though_there_is_one_besides(self):
        found = await api(1_000, repeats_rows=1, wrong={2: Broken("down")}).count(100)
        assert (found.at_least, found.stopped_by) == (100, None)

    async def test_a_fault_at_the_first_page_leaves_nothing_known(self):
        assert (await api(300, wrong={1: Broken("down")}).count(100)).at_least == 0
