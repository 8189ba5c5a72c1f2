"""Numbered lists, one habit at a time: what the reader asks for, finds, learns and doubts."""

import random
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from user_directory_pagination import Habits
from user_directory_pagination.errors import Implausible
from user_directory_pagination.numbered import NumberedPages
from user_directory_pagination.numbered.machine import Machine
from user_directory_pagination.numbered.place import Place
from user_directory_pagination.page import RawPage
from user_directory_pagination.recent import Recent

from .numbered_api import Api, api

BOTH = pytest.mark.parametrize("by", ["page", "offset"])
VOUCHED: dict[str, Any] = {"end_vouched": True, "order_vouched": True}


@dataclass
class Walked:
    """What came of a walk: the rows, and what the reader learned."""

    found: list[int] = field(default_factory=list[int])
    ended: bool = False
    at: Place = field(default_factory=Place)


async def walk(listed, *, need=20, maximum=20, habits=None, known=None):
    """Read a list to its end, in one call after another."""
    known, walked, stored = Recent() if known is None else known, Walked(), None
    habits = Habits() if habits is None else habits
    for _ in range(5000):
        reader = listed.strategy().reader(listed.fetch, str, known, stored, habits=habits)
        walked.at = reader.at
        try:
            batch = await reader.read(need, maximum)
        except Implausible:
            stored = reader.state()
            continue
        for row in batch.rows if batch else ():
            walked.found.append(row.record)
            known.add(row.mark, row.behind)
        if batch is None or batch.last:
            walked.ended = True
            return walked
        stored = dict(batch.after)
    return walked


class Linked(Api):
    """With a `Link` header that says whether there is a next page."""

    def strategy(self):
        return NumberedPages("page", 1, link_header=True)

    def page(self, number, size):
        page = super().page(number, size)
        more = number * size < len(self.rows)
        return RawPage(page.items, headers={"link": '<?page=9>; rel="next"' if more else '<?page=1>; rel="first"'})


def without(*gone):
    """Let these rows go."""
    return lambda rows: rows.__setitem__(slice(None), [row for row in rows if row not in gone])


def to_the_end(*moved):
    """Let these rows move to the end."""

    def move(rows):
        rows[:] = [row for row in rows if row not in moved] + list(moved)

    return move


def in_front(*new):
    """Let these rows come in before all others."""
    return lambda rows: rows.__setitem__(slice(0, 0), new)


# Rows come only from a window that begins with a place that was read


@BOTH
async def test_a_row_that_moved_to_the_end_is_not_taken_for_a_place_that_was_read(by):
    """Rows 18 and 19 go to the end: the next window shows the second of them, and row 20 is before it."""
    walked = await walk(Api(range(26), by=by, changes={2: to_the_end(17, 18, 16)}))
    assert sorted(walked.found) == list(range(26))
    assert walked.ended


@BOTH
async def test_a_list_whose_order_means_nothing_is_read_to_an_end_in_doubt(by):
    def turn_around(rows):
        rows[:] = rows[::2] + rows[1::2]

    walked = await walk(Api(range(101), by=by, changes=dict.fromkeys(range(2, 400), turn_around)))
    assert (walked.ended, walked.at.drifted) == (True, True)


@BOTH
async def test_going_back_over_many_rows_that_went_takes_few_requests(by):
    """Behind row 1,000 of 2,000, 800 of those that were read go."""
    listed = Api(range(2000), by=by, changes={60: without(*range(150, 950))})
    walked = await walk(listed, habits=Habits(**VOUCHED))
    assert set(walked.found) >= set(listed.rows)
    assert len(walked.found) == len(set(walked.found))
    assert len(listed.asked) < 200


@BOTH
async def test_a_list_of_which_nobody_is_remembered_ends_in_doubt(by):
    """More was read than is remembered, and then other rows take the place of all of them."""
    known = Recent(capacity=100)
    listed = Api(range(400), by=by, changes={12: lambda rows: rows.__setitem__(slice(None), range(1000, 1400))})
    walked = await walk(listed, known=known)
    assert (walked.ended, walked.at.drifted) == (True, True)


@BOTH
async def test_a_list_that_grows_faster_than_it_is_read_ends_in_doubt(by):
    changes = {number: in_front(*range(-100 * number, -100 * number + 50)) for number in range(1, 1000)}
    walked = await walk(Api(range(100), by=by, changes=changes))
    assert (walked.ended, walked.at.drifted) == (True, True)


def test_the_third_read_that_gives_nothing_ends_the_list():
    machine = Machine(api(9).strategy(), Recent(), Habits())
    ends = []
    for _ in range(3):
        machine.give_up()
        ends.append((machine.done, machine.at.drifted))
    assert ends == [(False, True), (False, True), (True, True)]


# Sizes of the server's own


class Deaf(Api):
    """Shows the top of the list wherever it is asked to begin."""

    def page(self, number, size):
        return super().page(self.first, size)


@BOTH
@given(
    rows=st.integers(0, 250),
    fixed=st.none() | st.integers(3, 60),
    need=st.integers(1, 60),
    maximum=st.sampled_from([3, 20, 50, 100]),
)
async def test_a_server_that_does_not_heed_the_position_is_not_believed_to_have_no_more(by, rows, fixed, need, maximum):
    walked = await walk(Deaf(range(rows), by=by, fixed=fixed), need=min(need, maximum), maximum=maximum)
    assert walked.ended
    assert len(walked.found) == rows or walked.at.drifted


@pytest.mark.parametrize("rows", [3, 7, 15, 19])
async def test_a_short_page_is_the_whole_list_of_a_server_that_heeds_sizes(rows):
    walked = await walk(Deaf(range(rows)))
    assert (walked.found, walked.ended, walked.at.drifted) == (list(range(rows)), True, False)


@BOTH
@pytest.mark.parametrize("clamp", [3, 7, 13])
async def test_a_clamp_is_told_from_the_end_and_kept_to(by, clamp):
    listed = Api(range(90), by=by, clamp=clamp)
    walked = await walk(listed)
    assert (walked.found, walked.ended, walked.at.drifted, walked.at.cap) == (list(range(90)), True, False, clamp)
    assert all(size <= clamp for _, size in listed.asked[8:] if size != 20)


async def test_more_rows_than_were_asked_for_are_read_by_strides():
    habits = Habits(**VOUCHED)
    listed = Api(range(300), more=2)
    walked = await walk(listed, habits=habits)
    assert (sorted(walked.found), walked.ended, walked.at.step > 0) == (list(range(300)), True, True)
    assert habits.own_sizes


@pytest.mark.parametrize("fixed", [10, 15])
async def test_one_size_whatever_is_asked_for_is_read_by_strides(fixed):
    listed = Api(range(300), fixed=fixed)
    walked = await walk(listed, need=50, maximum=50)
    assert (walked.found, walked.ended, walked.at.drifted, walked.at.step) == (list(range(300)), True, False, 50)


async def test_who_slips_by_a_boundary_between_strides_is_found():
    """Strides cannot overlap; the stride before is looked at once more, and shows whom the shift hid."""
    at_rest = Api(range(200), fixed=10)
    await walk(at_rest, need=50, maximum=50)
    for number in range(10, 25):
        listed = Api(range(200), fixed=10, changes={number: without(3)})
        walked = await walk(listed, need=50, maximum=50)
        assert set(walked.found) >= set(listed.rows)
        assert walked.ended


@pytest.mark.parametrize("number", range(60, 75))
async def test_who_slips_by_a_boundary_that_is_not_looked_at_is_a_doubt(number):
    """Behind the twentieth boundary, every fourth is a look at an earlier stride: it begins with another row now."""
    listed = Api(range(600), fixed=10, changes={number: without(3)})
    walked = await walk(listed, need=50, maximum=50)
    assert walked.ended
    assert walked.at.drifted or set(walked.found) >= set(listed.rows)


async def test_a_stride_that_is_read_again_and_changed_is_a_doubt():
    habits, known = Habits(), Recent()
    listed = Api(range(400), fixed=10)
    stored, found = None, list[int]()
    while len(found) < 300:
        reader = listed.strategy().reader(listed.fetch, str, known, stored, habits=habits)
        batch = await reader.read(50, 50)
        taken = batch.rows if len(found) + len(batch.rows) < 300 else batch.rows[:5]
        for row in taken:
            found.append(row.record)
            known.add(row.mark, row.behind)
        stored = batch.resume(len(taken))
        if len(taken) < len(batch.rows):
            break
    listed.rows = [row for row in listed.rows if row != 3]
    reader = listed.strategy().reader(listed.fetch, str, known, stored, habits=habits)
    assert not reader.at.moved
    await reader.read(50, 50)
    assert reader.at.moved


# Rows that are left out


@BOTH
@pytest.mark.parametrize("seed", range(5))
async def test_thinned_pages_are_recognised_and_read_by_strides(by, seed):
    draw, habits = random.Random(seed), Habits()
    hidden = frozenset(row for row in range(300) if draw.random() < 0.3)
    walked = await walk(Api(range(300), by=by, hidden=hidden), habits=habits)
    assert set(walked.found) == set(range(300)) - hidden
    assert (walked.ended, walked.at.thinned, habits.thinned) == (True, True, True)


@BOTH
async def test_what_is_known_to_be_thinned_is_read_by_strides_from_the_start(by):
    hidden = frozenset({4, 9, 60})
    listed = Api(range(120), by=by, hidden=hidden)
    walked = await walk(listed, habits=Habits(thinned=True))
    assert walked.found == [row for row in range(120) if row not in hidden]
    assert {size for _, size in listed.asked} == {20}
    assert (walked.ended, walked.at.thinned) == (True, True)


# The end


@BOTH
async def test_the_refusal_of_what_is_behind_full_pages_is_a_bound(by):
    walked = await walk(Api(range(300), by=by, bound=100))
    assert (walked.found[:100], walked.ended) == (list(range(100)), True)
    assert 100 <= walked.at.bound < 120


async def test_the_refusal_of_a_stride_behind_full_ones_is_a_bound():
    walked = await walk(Api(range(300), fixed=10, bound=100), need=50, maximum=50)
    assert (walked.found, walked.ended, walked.at.bound) == (list(range(100)), True, 100)


@BOTH
@pytest.mark.parametrize("gap", [30, 90])
async def test_rows_far_behind_an_end_are_found_once(by, gap):
    """A run of rows is left out that is longer than a window: it looks like the end."""
    hidden = frozenset(range(60, 60 + gap))
    walked = await walk(Api(range(60 + gap + 20), by=by, hidden=hidden))
    assert set(walked.found) == {*range(60), *range(60 + gap, 80 + gap)}
    assert walked.ended


@BOTH
async def test_a_total_that_promises_more_makes_an_end_be_looked_behind(by):
    """The process has looked behind an end before, and more than 1,000 rows were read; the total says 2,000."""
    hidden = frozenset(range(1500, 1515))
    listed = Api(range(1560), by=by, hidden=hidden, total=2000)
    walked = await walk(listed, habits=Habits(**VOUCHED))
    assert set(walked.found) == set(range(1560)) - hidden


@BOTH
async def test_who_comes_in_at_the_top_is_found_at_the_end(by):
    listed = Api(range(60), by=by, changes={3: in_front(-1, -2)})
    walked = await walk(listed)
    assert sorted(walked.found) == list(range(-2, 60))
    assert (walked.ended, walked.at.drifted, walked.at.tops > 0) == (True, False, True)


async def test_the_top_is_looked_at_also_if_a_link_ends_the_list():
    listed = Linked(range(60), changes={3: in_front(-1, -2)})
    walked = await walk(listed, habits=Habits(**VOUCHED))
    assert sorted(walked.found) == list(range(-2, 60))


@BOTH
async def test_somebody_read_before_who_stands_behind_the_last_row_is_a_doubt(by):
    def move(rows):
        rows.remove(3)
        rows.insert(41, 3)

    walked = await walk(Api(range(100), by=by, changes={3: move}), habits=Habits(**VOUCHED))
    assert (walked.ended, walked.at.drifted) == (True, True)


@BOTH
async def test_a_top_in_another_order_is_a_doubt(by):
    def exchange(rows):
        rows[2], rows[7] = rows[7], rows[2]

    walked = await walk(Api(range(100), by=by, changes={5: exchange}))
    assert (walked.ended, walked.at.drifted) == (True, True)


async def test_a_short_first_page_without_a_link_is_asked_for_again_once():
    """Its size may be the server's own, and its link may be missing once."""
    habits = Habits()
    for requests in (2, 1):
        listed = Linked(range(9))
        assert (await walk(listed, habits=habits)).found == list(range(9))
        assert len(listed.asked) == requests
