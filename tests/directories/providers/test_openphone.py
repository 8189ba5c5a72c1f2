"""OpenPhone v1, as https://www.quo.com/docs/mdx/api-reference/users/list-users documents it."""

import pytest

from user_directories import Query, Request, built_in
from user_directories.records.mapping import UserReader
from user_directory_sandbox import Sandbox

from .timestamps import shown

OPENPHONE = built_in("openphone")
FIELDS = {
    "given_name": "firstName",
    "family_name": "lastName",
    "email": "email",
    "role": "role",
    "avatar_url": "pictureUrl",
}


def test_the_page_says_where_and_how():
    assert OPENPHONE.base_url == "https://api.openphone.com"
    assert (OPENPHONE.auth.header, OPENPHONE.auth.scheme) == ("Authorization", "")  # the bare key
    assert OPENPHONE.auth.environment == "OPENPHONE_API_KEY"
    assert OPENPHONE.requests_per_second == 10


def test_the_list_has_page_tokens_up_to_50_rows_and_a_total_that_is_an_estimate():
    endpoint = OPENPHONE.list
    assert (endpoint.path, endpoint.items, endpoint.order) == ("/v1/users", "data", None)
    size, pages = endpoint.page_size, endpoint.pagination
    assert (size.parameter, size.minimum, size.maximum) == ("maxResults", 1, 50)
    assert (pages.strategy, pages.parameter, pages.next) == ("token", "pageToken", "nextPageToken")
    assert (endpoint.total.path, endpoint.total.exact) == ("totalItems", False)


def test_it_can_not_filter_sort_or_search():
    assert (dict(OPENPHONE.filters), dict(OPENPHONE.sort), OPENPHONE.search) == ({}, {}, None)


def test_one_user_stands_in_an_envelope():
    assert (OPENPHONE.get.path, OPENPHONE.get.item, OPENPHONE.get.documented) == ("/v1/users/{id}", "data", True)


def test_every_record_becomes_a_user_though_names_and_picture_may_be_null():
    records = list(Sandbox(users=300).records("openphone"))
    for record in records:
        user = UserReader(OPENPHONE.user, OPENPHONE.words())(record)
        assert {name: user.value(name) for name in FIELDS} == {name: record[theirs] for name, theirs in FIELDS.items()}
        assert user.created_at == shown(record["createdAt"])
        assert user.updated_at == shown(record["updatedAt"])
    assert all(any(record[name] is None for record in records) for name in ("firstName", "lastName", "pictureUrl"))


@pytest.mark.parametrize("limit", [1, 49, 50, 100])
async def test_every_page_says_how_many_and_never_more_than_50(house, turn_pages, limit):
    directories = await house.open("openphone")
    await turn_pages(directories, "openphone", limit)
    requests = await house.requests("openphone")
    assert {request["status"] for request in requests} == {200}  # maxResults is required, and 51 would be refused
    assert requests[0]["query"] == f"maxResults={min(limit + 1, 50)}"


@pytest.mark.parametrize("tokens", ["keyset", "offset"])
@pytest.mark.parametrize("total", ["wrong", "right"])
async def test_the_total_is_never_an_end(house, turn_pages, ids_of, tokens, total):
    await house.tell("openphone", "behaviour", tokens=tokens, total_items=total)
    directories = await house.open("openphone")
    pages = await turn_pages(directories, "openphone", 40)
    assert ids_of(pages) == await house.ids("openphone")
    assert {page.total_exactness for page in pages[:-1]} == {"estimate"}
    assert (pages[-1].total, pages[-1].total_exactness) == (237, "exact")


async def test_a_count_is_an_estimate_until_everyone_is_counted(house):
    directories = await house.open("openphone")
    (quick,), _, _ = await directories.count(Request("count", "openphone", Query()))
    assert (quick.count, quick.exactness, quick.method) == (260, "estimate", "total")
    assert quick.notes[0].kind == "inaccurate_total"
    (sure,), _, _ = await directories.count(Request("count", "openphone", Query(exhaustive=True)))
    assert (sure.count, sure.exactness, sure.method) == (237, "exact", "walk")
    assert sure.notes == ()
