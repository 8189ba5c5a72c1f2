"""Klavis, as https://www.klavis.ai/docs/api-reference/user/get-all-users documents it."""

import pytest

from user_directories import InvalidArgument, Query, Request, built_in, read_order
from user_directories.records.mapping import UserReader
from user_directory_sandbox import Sandbox

from .timestamps import shown

KLAVIS = built_in("klavis")


def test_the_page_says_where_and_how():
    assert KLAVIS.base_url == "https://api.klavis.ai"
    assert dict(KLAVIS.regions) == {"eu": "https://api.eu.klavis.ai"}
    assert (KLAVIS.auth.header, KLAVIS.auth.scheme) == ("Authorization", "Bearer")
    assert KLAVIS.requests_per_second == 2  # the free plan


def test_the_list_has_numbered_pages_of_up_to_1000_and_a_total_that_can_be_trusted():
    endpoint = KLAVIS.list
    assert (endpoint.path, endpoint.items, endpoint.order) == ("/user/", "users", None)
    size, pages = endpoint.page_size, endpoint.pagination
    assert (size.parameter, size.minimum, size.maximum) == ("page_size", 1, 1000)
    assert (pages.strategy, pages.parameter, pages.first) == ("page", "page_number", 1)
    assert (endpoint.total.path, endpoint.total.header, endpoint.total.exact) == ("totalCount", None, True)


def test_it_can_not_filter_sort_or_search():
    assert (dict(KLAVIS.filters), dict(KLAVIS.sort), KLAVIS.search) == ({}, {}, None)


def test_one_user_has_a_documented_endpoint_and_the_one_with_secrets_is_not_named():
    assert (KLAVIS.get.path, KLAVIS.get.item, KLAVIS.get.documented) == ("/user/{id}", "@", True)
    assert "/auth/" not in KLAVIS.model_dump_json()
    assert "integrations" not in KLAVIS.model_dump_json()


def test_every_record_becomes_a_user():
    for record in Sandbox(users=300).records("klavis"):
        user, identity = UserReader(KLAVIS.user, KLAVIS.words())(record), record["userId"]
        is_email = "@" in identity and " " not in identity
        assert user._asdict() == UserReader(KLAVIS.user, KLAVIS.words())({"userId": identity})._asdict() | {
            "email": identity if is_email else None,
            "created_at": shown(record["createdAt"]),
        }


@pytest.mark.parametrize(
    ("identity", "email"),
    [
        ("ada@acme.example", "ada@acme.example"),
        ("Ada King <ada@acme.example>", None),
        ("auth0|5", None),
        (7, None),
    ],
)
def test_an_id_that_is_an_address_is_the_address_too(identity, email):
    user = UserReader(KLAVIS.user, KLAVIS.words())({"userId": identity})
    assert (user.id, user.email) == (str(identity), email)


async def test_the_list_is_asked_for_with_its_slash_and_never_redirects(house, turn_pages):
    directories = await house.open("klavis")
    await turn_pages(directories, "klavis", 100)
    requests = await house.requests("klavis")
    assert {request["path"] for request in requests} == {"/user/"}
    assert {request["status"] for request in requests} == {200}


@pytest.mark.parametrize("zone", ["naive", "z", "offset"])
async def test_a_creation_time_means_utc_in_every_form(house, zone):
    directories = await house.open("klavis")
    plain = (await directories.users(Request("list", "klavis", Query(), 5))).users
    await house.tell("klavis", "behaviour", created_at=zone)
    assert (await directories.users(Request("list", "klavis", Query(), 5))).users == plain
    assert all(found.user.created_at.endswith("Z") for found in plain)


async def test_a_count_costs_one_request_of_a_few_rows_and_the_first_one_looks_where_the_total_ends(house):
    directories = await house.open("klavis")
    for _ in range(2):
        (count,), _, _ = await directories.count(Request("count", "klavis", Query()))
        assert (count.count, count.exactness, count.method) == (237, "exact", "total")
    assert await house.queries("klavis") == ["page_size=25", "page_size=25&page_number=10", "page_size=25"]


async def test_an_order_is_refused_before_anything_is_sent(house):
    directories = await house.open("klavis")
    with pytest.raises(InvalidArgument, match="cannot sort by created_at:desc"):
        await directories.users(Request("list", "klavis", Query(order=read_order("created_at:desc")), 5))
    assert await house.requests("klavis") == []


async def test_the_last_use_is_shown_where_only_the_one_user_endpoint_tells_it(house):
    directories = await house.open("klavis")
    listed = (await directories.users(Request("list", "klavis", Query(), 20))).users
    fetched = [(await directories.user_by_id("klavis", found.user.id)).user for found in listed]
    assert {found.user.last_active_at for found in listed} == {None}
    assert any(user.last_active_at for user in fetched)
    assert [user._replace(last_active_at=None) for user in fetched] == [found.user for found in listed]
