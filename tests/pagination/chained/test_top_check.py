"""Behind the end, the top of the list is looked at once more: who moved there, or came in, is not missed."""

import pytest

from user_directory_pagination import Habits, PositionRefused

from .worlds import Api, walk

KINDS = ["keys", "keys with more", "tokens", "links", "unproven tokens", "hidden row numbers", "row numbers"]


def ids(count):
    return [f"u{number:05}" for number in range(count)]


def to_the_top(*users):
    def change(rows):
        rows[:] = [*users, *(each for each in rows if each not in users)]

    return change


@pytest.mark.parametrize("kind", KINDS)
async def test_who_moved_to_the_top_before_being_read_is_handed_out(kind):
    api = Api(kind, ids(40), changes={3: to_the_top("u00035")})
    walked = await walk(api, [10], maximum=10)
    assert sorted(walked.found) == ids(40)
    assert (walked.ended, walked.standing.drifted, walked.standing.moved) == (True, False, True)


@pytest.mark.parametrize("kind", ["keys", "tokens"])
async def test_more_who_moved_to_the_top_than_a_page_has_are_handed_out(kind):
    api = Api(kind, ids(60), changes={3: to_the_top(*ids(60)[31:55])})
    walked = await walk(api, [10], maximum=10)
    assert sorted(walked.found) == ids(60)
    assert not walked.standing.drifted


@pytest.mark.parametrize("kind", KINDS)
async def test_somebody_at_the_top_who_was_read_in_another_place_is_a_doubt(kind):
    api = Api(kind, ids(40), changes={4: to_the_top("u00005")})
    walked = await walk(api, [10], maximum=10)
    assert (walked.ended, walked.standing.drifted) == (True, True)


@pytest.mark.parametrize("kind", ["keys", "tokens"])
async def test_the_order_is_looked_at_once_in_a_process_and_again_when_the_total_changed(kind):
    habits, requests = Habits(end_vouched=True), list[int]()
    for changes in ({}, {}, {2: lambda rows: rows.pop()}):
        api = Api(kind, ids(45), changes=changes, total=True)
        walked = await walk(api, [10], maximum=10, habits=habits)
        assert (walked.ended, walked.standing.drifted) == (True, False)
        requests.append(len(api.asked))
    assert habits.order_vouched
    assert [number - requests[1] for number in requests] == [1, 0, 1]


async def test_the_order_is_looked_at_again_when_rows_were_seen_to_come_in_above():
    api = Api("row numbers", ids(45), changes={3: to_the_top("new")})
    walked = await walk(api, [10], maximum=10, habits=Habits(order_vouched=True))
    assert "new" in walked.found


@pytest.mark.parametrize("kind", ["keys with more", "tokens", "links"])
async def test_a_list_of_one_page_is_not_looked_at_again(kind):
    api = Api(kind, ids(9))
    await walk(api, [10], maximum=10, habits=Habits(end_vouched=True, names_next=True))
    assert len(api.asked) == 1


async def test_the_top_is_not_looked_at_where_its_rows_are_forgotten():
    api = Api("tokens", ids(2500))
    walked = await walk(api, maximum=100)
    assert (walked.found, len(api.asked)) == (ids(2500), 26)  # the last page is full, and asked for again


@pytest.mark.parametrize("fault", ["empty", "previous"])
async def test_one_wrong_answer_at_the_top_means_nothing(fault):
    api, habits = Api("tokens", ids(35), faults={5: fault}), Habits()
    walked = await walk(api, [10], maximum=10, habits=habits)
    assert (walked.found, walked.standing.drifted) == (ids(35), False)
    assert (habits.order_vouched, len(api.asked)) == (True, 6)


async def test_a_top_that_is_refused_is_a_doubt():
    class Once(Api):
        def start(self, after):
            if after is None and len(self.asked) > 1:
                raise PositionRefused("once only")
            return super().start(after)

    walked = await walk(Once("tokens", ids(35)), [10], maximum=10)
    assert (walked.ended, walked.found, walked.standing.drifted) == (True, ids(35), True)


@pytest.mark.parametrize("restart", [0, 1, 3])
async def test_a_restart_among_the_rows_of_the_top_loses_nobody(restart):
    api = Api("tokens", ids(40), changes={2: to_the_top(*ids(40)[33:38])})
    walked = await walk(api, [10], restarts=[None, None, None, None, restart], maximum=10)
    assert sorted(walked.found) == ids(40)
