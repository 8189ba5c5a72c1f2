"""Tokens that plainly count rows: any row can be asked for, so each page shows a row of the one before."""

import pytest

from user_directory_pagination import Habits, PositionRefused
from user_directory_pagination.chained.row_numbers import behind_rows

from .worlds import Api, walk


def ids(count):
    return [f"u{number:05}" for number in range(count)]


@pytest.mark.parametrize(
    ("asked", "following", "rows", "first"),
    [
        ({}, {"t": "10"}, 10, "1"),
        ({}, {"t": "11"}, 10, "2"),
        ({"t": "10"}, {"t": "20"}, 10, "11"),
        ({"t": "20"}, None, 4, "21"),
        ({}, {"t": "12"}, 10, None),  # neither from 0 nor from 1
        ({}, {"t": "1"}, 1, None),  # a page number, as likely
        ({"t": "2"}, {"t": "3"}, 10, None),
        ({}, {"t": "010"}, 10, None),
        ({}, {"t": "abc"}, 10, None),
        ({}, {"t": "10", "u": "10"}, 10, None),
        ({}, None, 10, None),
        ({"t": "abc"}, None, 10, None),
    ],
)
def test_a_token_is_a_row_number_only_if_every_page_counts_on(asked, following, rows, first):
    positions = behind_rows(asked, following, rows)
    assert (positions[0]["t"] if positions else None) == first
    assert positions is None or len(positions) == rows


async def test_every_page_begins_with_the_row_held_on_to():
    api = Api("row numbers", ids(50))
    walked = await walk(api, [10], maximum=10, habits=Habits(order_vouched=True))
    assert walked.found == ids(50)
    assert [after for after, _ in api.asked] == [None, "9", "18", "27", "36", "45"]


async def test_who_went_and_came_in_turn_hides_nobody():
    """A page that is looked at again could not show this."""
    changes = {2: lambda rows: rows.remove("u00003"), 3: lambda rows: rows.insert(0, "new")}
    api = Api("row numbers", ids(50), changes=changes)
    walked = await walk(api, [10], maximum=10)
    assert set(ids(50)) - {"u00003"} <= set(walked.found)
    assert (walked.standing.drifted, walked.standing.moved) == (False, True)


async def test_keys_that_happen_to_be_numbers_of_rows_are_read_on_as_they_came():
    class Keyed(Api):
        def token(self, end, ids):
            return ids[-1]

        def start(self, after):
            return sum(int(each) <= int(after or 0) for each in self.ids)

    habits = Habits()
    api = Keyed("row numbers", [str(number) for number in range(1, 80) if number not in (25, 44)])
    walked = await walk(api, [10], maximum=10, habits=habits)
    assert walked.found == api.ids
    assert (walked.ended, walked.standing.drifted, habits.row_numbers) == (True, False, False)


async def test_a_provider_that_takes_only_its_own_tokens_is_asked_with_those():
    class Strict(Api):
        def start(self, after):
            if after is not None and int(after) % 10:
                raise PositionRefused(after)
            return super().start(after)

    api = Strict("row numbers", ids(50))
    walked = await walk(api, [10], maximum=10)
    assert (walked.found, walked.ended, walked.standing.drifted) == (ids(50), True, False)


async def test_one_page_that_does_not_count_on_changes_nothing():
    """Six users went, so that the reader goes back, and is once given the page that came before."""
    changes = {3: lambda rows: rows.__delitem__(slice(0, 6))}
    api = Api("row numbers", ids(50), changes=changes, faults={4: "previous"})
    walked = await walk(api, [10], maximum=10)
    assert (walked.ended, walked.standing.drifted) == (True, False)
    assert set(api.ids) <= set(walked.found)


async def test_numbers_that_are_refused_after_rows_moved_are_a_doubt():
    class Moody(Api):
        def start(self, after):
            if len(self.asked) == 4:
                raise PositionRefused(after)
            return super().start(after)

    api = Moody("row numbers", ids(50), changes={3: lambda rows: rows.remove("u00003")})
    walked = await walk(api, [10], maximum=10)
    assert (walked.ended, walked.standing.drifted) == (True, True)


async def test_a_boundary_that_was_passed_when_numbers_were_refused_counts_as_not_looked_at():
    class Strict(Api):
        def start(self, after):
            if after is not None and int(after) % 10:
                raise PositionRefused(after)
            return super().start(after)

    changes = {3: lambda rows: rows.remove("u00003"), 4: lambda rows: rows.remove("u00004")}
    walked = await walk(Strict("row numbers", ids(50), changes=changes), [10], maximum=10)
    assert (walked.ended, walked.standing.drifted) == (True, True)


async def test_a_last_page_that_names_itself_still_counts_rows_and_hides_nobody():
    changes = {4: lambda rows: rows.__delitem__(slice(0, 5))}
    api = Api("row numbers", [f"u{number:05}" for number in range(34)], changes=changes, end="same")
    walked = await walk(api, [10], maximum=10)
    assert set(api.ids) <= set(walked.found)
    assert walked.ended
