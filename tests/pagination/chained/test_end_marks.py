"""What ends a list, and what does not."""

import pytest

from user_directory_pagination import Habits
from user_directory_pagination.chained import Links, Tokens
from user_directory_pagination.page import RawPage

from .worlds import Api, read_next, walk


def ids(count):
    return [f"u{number:05}" for number in range(count)]


@pytest.mark.parametrize("end", [None, "", False, 0, -1, 0.0])
def test_no_token_an_empty_one_false_and_the_numbers_0_and_minus_1_are_no_position(end):
    assert Tokens("after", read_next).following(RawPage([1], {"next": end})) is None
    assert Links(["after"], read_next).following(RawPage([1], {"next": end})) is None


@pytest.mark.parametrize("token", ["0", "-1", "false", 17, -2])
def test_a_text_that_reads_like_an_end_is_a_token(token):
    assert Tokens("after", read_next).following(RawPage([1], {"next": token})) == {"token": str(token)}


@pytest.mark.parametrize("token", [True, {"a": 1}, ["a"]])
def test_a_token_that_cannot_be_sent_says_nothing(token):
    assert Tokens("after", read_next).following(RawPage([1], {"next": token})) == {}


@pytest.mark.parametrize("end", ["0", "-1"])
async def test_a_text_that_stands_for_the_end_never_loops(end):
    api = Api("tokens", ids(25), end=end)
    walked = await walk(api, [10], maximum=10)
    assert walked.found == ids(25)
    assert walked.stopped or walked.ended
    assert len(api.asked) < 20


@pytest.mark.parametrize("end", [None, "", False, 0, -1])
async def test_nothing_is_asked_for_with_an_end_mark(end):
    api = Api("tokens", ids(25), end=end)
    walked = await walk(api, [10], maximum=10, habits=Habits(order_vouched=True))
    assert (walked.ended, walked.found) == (True, ids(25))
    assert [after for after, _ in api.asked] == [None, "u00009", "u00019"]


@pytest.mark.parametrize(("count", "requests"), [(20, 4), (25, 6)])
async def test_an_empty_page_that_leads_to_itself_is_the_end(count, requests):
    class Endless(Api):
        def token(self, end, ids):
            return ids[-1]

        def page(self, after, size, *, marked):
            page = super().page(after, size, marked=marked)
            return RawPage(page.items, {"next": page.items[-1]["id"] if page.items else after})

    api = Endless("tokens", ids(count))
    walked = await walk(api, [10], maximum=10, habits=Habits(order_vouched=True))
    assert (walked.ended, walked.standing.drifted, walked.found) == (True, False, ids(count))
    assert len(api.asked) == requests  # the empty page is asked for twice, and a short one before it


async def test_the_last_page_may_repeat_its_own_token():
    api = Api("tokens", ids(25), end="same")
    walked = await walk(api, [10], maximum=10)
    assert (walked.ended, walked.standing.drifted, walked.found) == (True, False, ids(25))


async def test_a_full_page_that_names_itself_for_ever_ends_the_list_in_doubt():
    walked = await walk(Api("tokens", ids(20), end="same"), [10], maximum=10)
    assert (walked.ended, walked.standing.drifted, walked.found) == (True, True, ids(20))
    assert len(walked.stopped) == 1  # once, the same cursor may lead on


async def test_a_full_page_that_names_itself_ends_a_list_of_which_the_total_says_so():
    walked = await walk(Api("tokens", ids(20), end="same", total=True), [10], maximum=10)
    assert (walked.ended, walked.standing.drifted, walked.stopped) == (True, False, [])


async def test_an_empty_page_in_the_middle_with_another_token_is_passed():
    class Gap(Api):
        def page(self, after, size, *, marked):
            page = super().page(after, size, marked=marked)
            return RawPage([], page.body) if after == "u00009" else page

    api = Gap("tokens", ids(35))
    walked = await walk(api, [10], maximum=10)
    assert (walked.ended, walked.found) == (True, ids(10) + ids(35)[20:])


async def test_empty_pages_with_ever_new_tokens_have_an_end():
    class Endless(Api):
        def page(self, after, size, *, marked):
            return RawPage([{"id": "u"}] if after is None else [], {"next": f"t{len(self.asked)}"})

    api = Endless("tokens", [])
    walked = await walk(api, [10], maximum=10)
    assert walked.ended
    assert walked.standing.drifted
    assert walked.stopped
    assert len(api.asked) < 1000


@pytest.mark.parametrize("kind", ["tokens", "links", "keys with more", "row numbers", "unproven tokens"])
async def test_one_page_without_its_mark_does_not_end_a_list(kind):
    walked = await walk(Api(kind, ids(95), faults={3: "no mark"}), [10], maximum=10)
    assert (walked.ended, walked.standing.drifted, walked.found) == (True, False, ids(95))


@pytest.mark.parametrize(("count", "requests"), [(4, 1), (10, 2)])
async def test_a_single_page_is_asked_for_again_in_the_first_walk_and_later_only_if_it_is_full(count, requests):
    habits = Habits()
    for expected in (3, requests):  # at first, a page of fewer rows has to show that a next one is named
        api = Api("tokens", ids(count))
        walked = await walk(api, [10], maximum=10, habits=habits)
        assert (walked.ended, walked.found, len(api.asked)) == (True, ids(count), expected)


async def test_a_first_page_that_is_clamped_and_lacks_its_token_once_is_not_the_end():
    walked = await walk(Api("tokens", ids(35), clamp=8, faults={1: "no mark"}), [10], maximum=10)
    assert (walked.ended, walked.found) == (True, ids(35))


@pytest.mark.parametrize("kind", ["tokens", "keys with more"])
async def test_a_full_first_page_without_a_mark_is_asked_for_again_in_each_walk(kind):
    habits = Habits(names_next=True)
    for _ in range(2):
        api = Api(kind, ids(10))
        await walk(api, [10], maximum=10, habits=habits)
        assert len(api.asked) == 2
    assert habits.end_vouched
    forgetful = Api(kind, ids(35), faults={1: "no mark"})
    assert (await walk(forgetful, [10], maximum=10, habits=habits)).found == ids(35)


async def test_an_end_that_was_refuted_is_vouched_for_no_more():
    habits = Habits(end_vouched=True)
    await walk(Api("tokens", ids(35), faults={2: "no mark"}), [10], maximum=10, habits=habits)
    assert not habits.end_vouched or len(ids(35)) % 10 == 0


@pytest.mark.parametrize(
    ("kind", "rows", "size", "most"),
    [
        ("tokens", 10_000, 100, 105),
        ("links", 10_000, 100, 105),
        ("keys", 10_000, 100, 105),
        ("keys with more", 10_000, 100, 105),
        ("row numbers", 10_000, 100, 105),
        ("unproven tokens", 10_000, 100, 115),
        ("hidden row numbers", 10_000, 100, 115),
        ("tokens", 1000, 1000, 3),
        ("keys", 1000, 1000, 2),
        ("keys with more", 1000, 1000, 2),
        ("unproven tokens", 1000, 1000, 3),
    ],
)
async def test_a_quiet_list_costs_little_more_than_its_pages_and_is_never_doubted(kind, rows, size, most):
    api = Api(kind, ids(rows))
    walked = await walk(api, [size], maximum=size)
    assert (walked.found, walked.ended, walked.standing.drifted) == (ids(rows), True, False)
    assert not walked.standing.moved
    assert len(api.asked) <= most
