"""Keys: rows that are gone, and what an API makes of their keys."""

from itertools import pairwise

import pytest

from user_directory_pagination.chained.anchors import Anchor, thinned

from .worlds import Api, walk

GONE = ["compare", "refuse", "empty", "start"]


def ids(count):
    return [f"u{number:05}" for number in range(count)]


def deleting(first, last):
    return lambda rows: rows.__setitem__(slice(None), [each for each in rows if not first <= each < last])


@pytest.mark.parametrize("gone", GONE)
@pytest.mark.parametrize("deleted", [1, 2, 40, 200, 1500])
@pytest.mark.parametrize("restart", [None, 100])
async def test_any_number_of_the_rows_read_last_may_be_deleted(gone, deleted, restart):
    rows = ids(2500)
    api = Api("keys", list(rows), gone, changes={17: deleting(f"u{1585 - deleted:05}", "u01585")})
    walked = await walk(api, [100], restarts=[restart, None])
    assert (walked.ended, walked.standing.drifted, walked.stopped) == (True, False, [])
    assert set(api.ids) <= set(walked.found)
    assert len(walked.found) == len(set(walked.found))
    assert restart or len(api.asked) <= 26 * 1.05 + 22 + deleted // 50


@pytest.mark.parametrize("gone", GONE)
async def test_a_full_memory_goes_back_to_the_nearest_key_that_works(gone):
    api = Api("keys", ids(6000), gone, changes={45: deleting("u03500", "u04360")})
    walked = await walk(api, [100])
    assert (walked.ended, walked.standing.drifted) == (True, False)
    assert set(api.ids) <= set(walked.found)
    assert len(walked.found) == len(set(walked.found))


@pytest.mark.parametrize("gone", ["refuse", "empty", "start"])
async def test_who_may_be_forgotten_is_never_handed_out_twice_and_the_answer_says_so(gone):
    """All that is remembered was deleted: nobody can tell whether the others were read."""
    api = Api("keys", ids(6000), gone, changes={50: deleting("u00000", "u04930")})
    api.changes = {50: lambda rows: rows.__setitem__(slice(None), rows[:1000] + rows[4930:])}
    walked = await walk(api, [100])
    assert len(walked.found) == len(set(walked.found))
    assert walked.ended
    assert walked.standing.drifted or set(api.ids) <= set(walked.found)
    assert len(api.asked) < 200


async def test_the_first_remembered_row_in_view_ends_the_search_from_the_start():
    gone = {f"u{number:05}" for number in range(6000)} - {f"u{4000:05}"}
    rows = ids(6000)

    def change(listed):
        listed[:] = [each for each in rows if each not in gone or each < "u01000" or each >= "u04930"]

    api = Api("keys", list(rows), "refuse", changes={50: change})
    walked = await walk(api, [100])
    assert (walked.ended, walked.standing.drifted) == (True, False)
    assert len(walked.found) == len(set(walked.found))
    assert set(api.ids) <= set(walked.found)


async def test_a_start_that_comes_instead_of_what_follows_is_recognised_by_its_first_row():
    api = Api("keys", ids(1000), "start", changes={9: deleting("u00780", "u00793")})
    walked = await walk(api, [100])
    assert set(api.ids) <= set(walked.found)
    assert len(api.asked) <= 11 + 10  # not the whole list again


@pytest.mark.parametrize("rows", [1, 10, 1000, 100_000])
def test_the_kept_keys_are_few_and_never_far_apart(rows):
    kept: list[Anchor] = []
    for start in range(0, rows, 50):
        kept = thinned([*kept, *(Anchor(row, {}, "") for row in range(start, min(start + 50, rows)))])
        distances = [kept[-1].row - each.row for each in kept]
        assert len(kept) <= 64
        assert distances[-2:] in ([0], [1, 0])
        assert all(far <= 4 * near + 3 for far, near in pairwise(distances))
        assert distances[0] * 4 >= kept[-1].row


async def test_somebody_read_before_who_stands_behind_now_is_a_doubt():
    def move(rows):
        rows.insert(60, rows.pop(5))

    walked = await walk(Api("keys", ids(100), changes={4: move}), [20])
    assert walked.standing.drifted


async def test_a_provider_that_ignores_keys_is_found_out_in_a_few_requests():
    class Deaf(Api):
        def start(self, after):
            return 0

    api = Deaf("keys", ids(100))
    walked = await walk(api, [20], patience=1)
    assert walked.stopped == ["The provider sent the same page twice."]
    assert len(api.asked) == 3


async def test_a_key_that_is_refused_for_good_stops_the_walk():
    class Shut(Api):
        def start(self, after):
            return super().start(after if after is None and len(self.asked) == 1 else "nobody")

    api = Shut("keys", ids(100), "refuse")
    walked = await walk(api, [20], patience=2)
    assert (walked.ended, len(walked.stopped)) == (False, 2)
    assert len(api.asked) < 40


async def test_records_without_an_id_behind_the_row_held_on_to_come_once():
    class Odd(Api):
        def page(self, after, size, *, marked):
            page = super().page(after, size, marked=marked)
            page.items[:] = [{"id": None} if each["id"].endswith("9") else each for each in page.items]
            return page

    from user_directory_pagination import Recent

    from .worlds import STRATEGIES, identify

    api, known, nameless = Odd("keys", ids(100)), Recent(), 0

    async def fetch(parameters, size):
        return api.answer(parameters, size)

    reader = STRATEGIES["keys"]().reader(fetch, identify, known)
    while (batch := await reader.read(20, 20)) is not None:
        for row in batch.rows:
            nameless += row.mark is None
            known.add(row.mark, row.behind) if row.mark else None
    assert (len(known), nameless) == (90, 10)


async def test_small_pages_begin_with_the_row_held_on_to_once_rows_may_be_forgotten():
    def change(listed):
        listed[:] = [each for each in listed if not "u02500" <= each < "u02520" and each != "u00000"]

    api = Api("keys", ids(3000), "start", clamp=5)
    api.each = lambda listed: change(listed) if (api.asked[-1][0] or "") > "u02515" else None
    walked = await walk(api, [5], maximum=5)
    assert len(walked.found) == len(set(walked.found))
    assert set(api.ids) <= set(walked.found)


@pytest.mark.parametrize("fault", ["empty", "previous"])
async def test_pages_of_one_row_end_in_peace_and_not_by_one_wrong_answer(fault):
    api = Api("keys", ids(6), clamp=1, faults={4: fault})
    walked = await walk(api, [5], maximum=5)
    assert (walked.found, walked.ended, walked.stopped) == (ids(6), True, [])
    assert len(api.asked) < 6 + 6


@pytest.mark.parametrize("new", [["u00041"], ["u00041", "u00040"]])
async def test_pages_of_one_row_that_begin_again_with_somebody_new_are_no_end(new):
    def change(listed):
        listed.remove("u00038")
        listed[:0] = new

    api = Api("keys", ids(40)[::-1], "start", clamp=1, changes={3: change})
    walked = await walk(api, [5], maximum=5)
    assert (walked.ended, walked.stopped) == (True, [])
    assert set(api.ids) <= set(walked.found)


async def test_a_search_asks_for_as_much_as_it_may():
    api = Api("keys", ids(400), changes={24: deleting("u00101", "u00230")})
    walked = await walk(api, [10])
    assert set(api.ids) <= set(walked.found)
    assert max(size for _, size in api.asked) == 100


async def test_a_search_among_others_has_an_end():
    def replace(listed):
        listed[:] = [f"v{number:06}" for number in range(40_000)]

    api = Api("keys", ids(3000), "refuse", changes={25: replace})
    walked = await walk(api, [100])
    assert (walked.ended, walked.standing.drifted) == (True, True)
    assert len(api.asked) < 150
