"""Delay's identity API, as https://docs.d3lay.com documents it."""

import pytest

from user_directories import Query, Request, built_in, conditions, read_order
from user_directories.records.mapping import UserReader
from user_directory_sandbox import Sandbox

DELAY = built_in("delay")
FIELDS = {
    "id": "id",
    "name": "name",
    "username": "identifier",
    "email": "email",
    "status": "status",
    "role": "user_type",
    "created_at": "created_at",
    "updated_at": "updated_at",
}


def test_the_page_says_how_and_that_every_installation_has_its_own_host():
    assert (DELAY.base_url, DELAY.base_url_environment) == (None, "DELAY_BASE_URL")
    assert (DELAY.auth.header, DELAY.auth.scheme) == ("Authorization", "Bearer")
    assert DELAY.auth.environment == "DELAY_ACCESS_TOKEN"
    assert dict(DELAY.headers) == {"X-API-Version": "v1"}


def test_the_list_is_a_bare_array_in_numbered_pages_of_up_to_100_without_a_total():
    endpoint = DELAY.list
    assert (endpoint.path, endpoint.items, endpoint.total, endpoint.order) == ("/users", "@", None, None)
    size, pages = endpoint.page_size, endpoint.pagination
    assert (size.parameter, size.minimum, size.maximum) == ("page_size", 1, 100)
    assert (pages.strategy, pages.parameter, pages.first, pages.link_header) == ("page", "page", 1, True)


def test_it_filters_by_type_status_and_times_and_not_by_what_needs_permission():
    sent = {(field, by): rule.parameter for field, rules in DELAY.filters.items() for by, rule in rules.items()}
    assert sent == {
        ("role", "is"): "user_type",
        ("status", "is"): "status",
        ("created_at", "after"): "created_at_from",
        ("created_at", "before"): "created_at_to",
        ("updated_at", "after"): "updated_at_from",
        ("updated_at", "before"): "updated_at_to",
    }


def test_the_name_of_its_search_parameter_is_a_guess_and_says_so():
    search = DELAY.search
    assert (search.parameter, search.match, search.confirmed) == ("search", "fuzzy", False)
    assert set(search.fields) == {"id", "email", "name", "description"}
    assert (DELAY.get.path, DELAY.get.documented) == ("/users/{id}", False)


def test_every_sort_goes_in_both_directions():
    for key, sort in DELAY.sort.items():
        assert dict(sort.ascending or {}) == {"sort_by": key, "sort_order": "asc"}
        assert dict(sort.descending or {}) == {"sort_by": key, "sort_order": "desc"}


def test_every_record_becomes_a_user():
    for record in Sandbox(users=300).records("delay"):
        user = UserReader(DELAY.user, DELAY.words())(record)
        assert {name: user.value(name) for name in FIELDS} == {name: record[theirs] for name, theirs in FIELDS.items()}
        assert dict(user.extra) == {"created_by": record["created_by"], "updated_by": record["updated_by"]}


async def test_without_metadata_permission_a_user_has_no_authors(house):
    await house.tell("delay", "behaviour", metadata_permission=False)
    directories = await house.open("delay")
    page = await directories.users(Request("list", "delay", Query(), 5))
    assert [dict(found.user.extra) for found in page.users] == [{}] * 5


@pytest.mark.parametrize("key", ["created_at", "updated_at", "name", "email"])
@pytest.mark.parametrize("direction", ["asc", "desc"])
async def test_users_come_in_the_order_that_was_asked_for(house, turn_pages, key, direction):
    directories = await house.open("delay")
    pages = await turn_pages(directories, "delay", 90, Query(order=read_order(f"{key}:{direction}")))
    values = [found.user.value(key) for page in pages for found in page.users]
    assert values == sorted(values, reverse=direction == "desc")
    assert len(values) == 237


@pytest.mark.parametrize("links", [False, True])
async def test_link_headers_are_used_where_they_appear_and_never_required(house, turn_pages, ids_of, links):
    await house.tell("delay", "behaviour", link_header=links)
    directories = await house.open("delay")
    assert ids_of(await turn_pages(directories, "delay", 60)) == await house.ids("delay")


async def test_a_link_header_spares_the_request_behind_the_last_page(house, turn_pages):
    await house.tell("delay", "behaviour", link_header=True)
    directories = await house.open("delay")
    (count,), _, _ = await directories.count(Request("count", "delay", Query(exhaustive=True)))
    assert (count.count, count.exactness) == (237, "exact")
    assert len(await house.requests("delay")) == 3


@pytest.mark.parametrize("parameter", ["search", "q", None])
async def test_a_person_is_found_whatever_the_search_parameter_is_called(house, parameter):
    await house.tell("delay", "behaviour", fuzzy_parameter=parameter)
    record = list(house.sandbox.records("delay"))[200]
    directories = await house.open("delay")
    page = await directories.users(Request("search", "delay", Query(text=record["email"]), 5))
    assert [found.user.id for found in page.users] == [record["id"]]


@pytest.mark.parametrize("bounds", ["inclusive", "exclusive"])
async def test_a_time_bound_means_the_same_whether_the_provider_includes_it_or_not(house, turn_pages, ids_of, bounds):
    await house.tell("delay", "behaviour", date_bounds=bounds)
    records = list(house.sandbox.records("delay"))
    start, end = records[50]["created_at"], records[90]["created_at"]
    expected = [record["id"] for record in records if start <= record["created_at"] < end]
    directories = await house.open("delay")
    query = Query(filters=conditions({"created_after": [start], "created_before": [end]}))
    assert ids_of(await turn_pages(directories, "delay", 25, query)) == expected
    start, end = records[50]["updated_at"], records[90]["updated_at"]
    expected = [record["id"] for record in records if start <= record["updated_at"] < end]
    query = Query(filters=conditions({"updated_after": [start], "updated_before": [end]}))
    assert ids_of(await turn_pages(directories, "delay", 25, query)) == expected
