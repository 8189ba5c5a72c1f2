"""The provider's own total is exact as far as the list was seen to have so many users, and no further."""

from dataclasses import dataclass
from typing import Any

import pytest

from user_directories import Query, Request, conditions
from user_directories.directory.stated_total import Verdict, stated_total
from user_directories.planning.query import Asking
from user_directory_pagination import Habits, Parameters

PAGE = """
version = 1
name = "acme"
title = "Acme"
docs = "https://acme.example/docs"
base_url = "https://acme.example"
[auth]
environment = "ACME_KEY"
[list]
path = "/users"
items = "users"
total = { path = "total" }
page_size = { parameter = "size", maximum = MAXIMUM }
pagination = PAGINATION
[user]
id = "id"
status = "status"
created_at = "made"
[filters]
status.is = { parameter = "status", match = "exact" }
created_at.after = { parameter = "since", match = "exact" }
"""
PAGINATIONS = {
    "page": '{ strategy = "page", parameter = "at" }',
    "offset": '{ strategy = "offset", parameter = "at" }',
    "keyset": '{ strategy = "keyset", parameter = "at", key = "id" }',
    "token": '{ strategy = "token", parameter = "at", next = "next" }',
}
NUMBERED, CHAINED = ["page", "offset"], ["keyset", "token"]
SUSPENDED = Query(filters=conditions({"status": "suspended"}))
COUNTED = {
    "right": lambda every, kept, page: len(kept),
    "of the page": lambda every, kept, page: len(page),
    "of everybody": lambda every, kept, page: len(every),
    "with the deleted": lambda every, kept, page: len(kept) + 3,
    "capped": lambda every, kept, page: min(len(kept), 20),
}


def people(count: int, suspended: int = 0) -> list[dict[str, str]]:
    """The last ones are suspended."""
    return [
        {
            "id": f"u{number:03}",
            "status": "suspended" if number >= count - suspended else "active",
            "made": "2024-01-01",
        }
        for number in range(count)
    ]


@dataclass
class Api:
    """A list that states some number."""

    users: list[dict[str, str]]
    pagination: str
    counts: str
    ignores: str = ""
    """A filter that it does not apply."""

    def answer(self, query: dict[str, str]) -> dict[str, Any]:
        kept = [user for user in self.users if self._meets(user, query)]
        size, at = int(query["size"]), query.get("at")
        match self.pagination:
            case "page":
                start = (int(at or 1) - 1) * size
            case "keyset":
                start = next((place for place, user in enumerate(kept) if user["id"] > (at or "")), len(kept))
            case _:
                start = int(at or 0)
        page = kept[start : start + size]
        following = str(start + size) if start + size < len(kept) else None
        return {"users": page, "total": COUNTED[self.counts](self.users, kept, page), "next": following}

    def _meets(self, user: dict[str, str], query: dict[str, str]) -> bool:
        wanted, status = query.get("status", user["status"]), user["status"]
        is_meant = wanted in status if self.ignores == "all but a part" else wanted == status
        return is_meant and (self.ignores == "since" or user["made"] >= query.get("since", "")[:10])


@pytest.fixture
def opened(provider, answering, open_own):
    async def directories(api: Api, maximum: int = 100):
        provider.answer = lambda asked: answering(api.answer(asked.query))
        page = PAGE.replace("MAXIMUM", str(maximum)).replace("PAGINATION", PAGINATIONS[api.pagination])
        return await open_own(page)

    return directories


async def counted(directories, query: Query | None = None):
    (count,), cursor, _ = await directories.count(Request("count", "acme", query or Query()))
    assert cursor is None
    return count


@pytest.mark.parametrize("pagination", NUMBERED)
@pytest.mark.parametrize("users", [0, 3, 24, 26, 30, 50, 75])
async def test_a_right_total_costs_one_request_more_once_a_process(provider, opened, pagination, users):
    directories = await opened(Api(people(users), pagination, "right"))
    for asked in (2, 3, 4):
        count = await counted(directories)
        assert (count.count, count.exactness, count.method) == (users, "exact", "total")
        assert len(provider.asked) <= asked
    assert len(provider.asked) == 3 + (users > 0)


async def test_a_list_with_pages_of_one_size_is_looked_at_twice_if_its_last_page_is_full(provider, opened):
    directories = await opened(Api(people(7), "page", "right"), maximum=1)
    assert (await counted(directories)).exactness == "exact"
    assert [asked.query.get("at") for asked in provider.asked] == [None, "7", "8"]


@pytest.mark.parametrize("pagination", PAGINATIONS)
@pytest.mark.parametrize("maximum", [5, 30, 100])
async def test_the_number_of_rows_on_a_page_is_not_taken_for_that_of_the_list(opened, pagination, maximum):
    directories = await opened(Api(people(30), pagination, "of the page"), maximum)
    for query in (Query(), Query(exhaustive=True), Query()):
        count = await counted(directories, query)
        assert (count.count, count.method) == (30, "walk")


@pytest.mark.parametrize("pagination", PAGINATIONS)
@pytest.mark.parametrize("maximum", [5, 100])
@pytest.mark.parametrize(("users", "suspended"), [(30, 3), (100, 20), (100, 40)])
async def test_a_total_that_ignores_the_filter_is_exact_for_nobody(opened, pagination, maximum, users, suspended):
    directories = await opened(Api(people(users, suspended), pagination, "of everybody"), maximum)
    for _ in range(2):
        count = await counted(directories, SUSPENDED)
        assert count.exactness != "exact"
        assert count.count == suspended or count.exactness == "estimate"
    if pagination in NUMBERED:  # the last place is looked at
        assert (count.count, count.exactness) == (suspended, "at_least")
    everybody = await counted(directories, Query(exhaustive=True))
    assert (everybody.count, everybody.exactness) == (users, "exact")  # of these the total is right


@pytest.mark.parametrize("pagination", PAGINATIONS)
@pytest.mark.parametrize("counts", ["with the deleted", "capped"])
async def test_a_total_that_is_too_high_or_too_low_is_an_estimate(opened, pagination, counts):
    directories = await opened(Api(people(30), pagination, counts), maximum=10)
    for query in (Query(), Query(), Query(exhaustive=True), Query()):
        assert (await counted(directories, query)).exactness != "exact"


@pytest.mark.parametrize("pagination", NUMBERED)
@pytest.mark.parametrize("size", [5, 100])
async def test_a_first_page_with_room_refutes_a_higher_total(opened, pagination, size):
    directories = await opened(Api(people(3), pagination, "with the deleted"), size)
    count = await counted(directories)
    assert (count.count, count.exactness) == (3, "at_least")
    assert [note.kind for note in count.notes] == ["total_disagrees"]


@pytest.mark.parametrize("pagination", CHAINED)
async def test_a_total_of_a_list_that_cannot_be_looked_into_is_exact_after_a_walk(provider, opened, pagination):
    directories = await opened(Api(people(60), pagination, "right"))
    first = await counted(directories)
    assert (first.count, first.exactness, first.method) == (60, "estimate", "total")
    assert [note.kind for note in first.notes] == ["total_unchecked"]
    walked = await counted(directories, Query(exhaustive=True))
    assert (walked.count, walked.exactness, walked.method) == (60, "exact", "walk")
    before = len(provider.asked)
    again = await counted(directories)
    assert (again.count, again.exactness, again.method) == (60, "exact", "total")
    assert len(provider.asked) == before + 1


@pytest.mark.parametrize("pagination", NUMBERED)
async def test_the_last_place_shows_a_filter_that_holds_for_the_first_rows_only(opened, pagination):
    users = people(60)
    for user in users[25:]:
        user["made"] = "2019-01-01"
    directories = await opened(Api(users, pagination, "right", ignores="since"))
    query = Query(filters=conditions({"created_after": "2020-01-01"}))
    for _ in range(2):
        count = await counted(directories, query)
        assert (count.count, count.exactness, count.method) == (25, "exact", "walk")


async def test_a_total_is_vouched_for_by_one_value_of_a_filter_for_no_other(opened):
    """The API looks for a part of a value: that is right for one status, and finds too many for another."""
    users = people(100, suspended=30)
    for user in users[40:]:
        user["status"] = f"in{user['status']}" if user["status"] == "active" else "inactive"
    directories = await opened(Api(users, "page", "right", ignores="all but a part"))
    inactive = await counted(directories, Query(filters=conditions({"status": "inactive"})))
    assert (inactive.count, inactive.exactness, inactive.method) == (60, "exact", "total")
    active = await counted(directories, Query(filters=conditions({"status": "active"})))
    assert (active.count, active.exactness, active.method) == (40, "exact", "walk")


async def test_no_total_is_exact_by_a_filter_that_was_seen_to_give_others(opened):
    directories = await opened(Api(people(30, suspended=3), "page", "right"))
    assert (await counted(directories, SUSPENDED)).method == "total"
    directories.directory("acme").observed.distrusted.add("status")
    count = await counted(directories, SUSPENDED)
    assert (count.count, count.exactness, count.method) == (3, "exact", "walk")
    page = await directories.users(Request("search", "acme", SUSPENDED, 1))
    assert page.total_exactness != "exact"


@pytest.mark.parametrize("pagination", PAGINATIONS)
@pytest.mark.parametrize("counts", ["right", "with the deleted"])
async def test_the_first_page_of_a_list_says_of_a_total_what_a_list_to_the_end_showed(
    opened, turn_pages, pagination, counts
):
    directories = await opened(Api(people(60), pagination, counts), maximum=20)
    first = await directories.users(Request("list", "acme", Query(), 59))
    assert first.total_exactness == "estimate"
    await turn_pages(directories, "acme", 59)
    again = await directories.users(Request("list", "acme", Query(), 59))
    assert again.total_exactness == ("exact" if counts == "right" else "estimate")


@pytest.mark.parametrize("pagination", PAGINATIONS)
async def test_a_list_on_one_page_does_not_show_that_its_total_is_not_that_of_a_page(opened, turn_pages, pagination):
    directories = await opened(Api(people(5), pagination, "of the page"))
    await turn_pages(directories, "acme", 50)
    assert (await counted(directories)).count == 5
    page = await directories.users(Request("list", "acme", Query(), 3))
    assert (page.total, page.total_exactness) == (4, "estimate")


@pytest.mark.parametrize("status", [400, 404, 500])
async def test_a_total_whose_place_is_refused_is_an_estimate(provider, answering, opened, status):
    api = Api(people(60), "page", "right")
    directories = await opened(api)

    def answer(asked):
        return answering({}, status) if asked.query.get("at") == "3" else answering(api.answer(asked.query))

    provider.answer = answer
    count = await counted(directories)
    assert (count.count, count.exactness) == (60, "estimate")
    assert [note.kind for note in count.notes] == ["total_unchecked"]


async def test_a_budget_for_one_request_leaves_a_total_unchecked(provider, opened, requests_of):
    directory = (await opened(Api(people(60), "page", "right"))).directory("acme")
    plan = directory.plan(Query(), Asking())
    stated = await stated_total(directory, plan, requests_of(1)())
    assert (stated.evidence.total, stated.verdict, len(provider.asked)) == (60, Verdict.UNCHECKED, 1)


async def test_a_list_without_pages_has_the_users_that_it_states(provider, answering, opened):
    """Whatever page is asked for, it sends everybody."""
    directories = await opened(Api(people(30), "page", "right"))
    provider.answer = lambda _: answering({"users": people(30), "total": 30})
    count = await counted(directories)
    assert (count.count, count.exactness, count.method) == (30, "exact", "total")


async def test_a_token_that_leads_on_refutes_a_total_that_is_reached(opened):
    directories = await opened(Api(people(60), "token", "of the page"))
    count = await counted(directories)
    assert (count.count, count.method) == (60, "walk")


def test_a_doubt_of_a_total_spreads_and_what_vouches_does_not():
    habits, active, gone = Habits(), (("status", "active"),), (("status", "gone"),)
    habits.vouch_for_total(active)
    assert [habits.vouches_for_total(each) for each in ((), active, gone)] == [False, True, False]
    habits.refute_total(gone)
    assert [habits.refutes_total(each) for each in ((), active, gone)] == [False, True, True]
    assert not habits.vouches_for_total(active)
    everything: Parameters = ()
    habits.refute_total(everything)
    assert habits.refutes_total((("role", "admin"),))
