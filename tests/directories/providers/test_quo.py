"""Quo of 2026-03-30, as https://www.quo.com/docs documents it."""

import dataclasses

import pytest

from user_directories import Query, Request, built_in
from user_directories.errors import UpstreamRefused

QUO = built_in("quo")


def test_the_page_says_where_and_how_and_the_version_is_always_sent():
    assert QUO.base_url == "https://api.quo.com"
    assert (QUO.auth.header, QUO.auth.scheme) == ("Authorization", "")  # the bare key
    assert QUO.auth.environment == "QUO_API_KEY"
    assert dict(QUO.headers) == {"Quo-Api-Version": "2026-03-30"}
    assert QUO.requests_per_second == 10


def test_the_list_has_cursors_up_to_50_rows_and_no_total():
    endpoint = QUO.list
    assert (endpoint.path, endpoint.items, endpoint.total) == ("/users", "data", None)
    size, pages = endpoint.page_size, endpoint.pagination
    assert (size.parameter, size.minimum, size.maximum) == ("limit", 1, 50)
    assert (pages.strategy, pages.parameter, pages.next) == ("token", "after", "nextCursor")
    assert (QUO.get.path, QUO.get.item) == ("/users/{id}", "data")
    assert (dict(QUO.filters), dict(QUO.sort), QUO.search) == ({}, {}, None)


def test_users_have_the_fields_of_openphone():
    assert QUO.user == built_in("openphone").user


async def test_without_the_version_it_refuses_everything(house):
    manifest = QUO.model_copy(update={"headers": {}})
    directories = await house.open(dataclasses.replace(house.settings("quo"), manifest=manifest))
    with pytest.raises(UpstreamRefused):
        await directories.users(Request("list", "quo", Query(), 5))


@pytest.mark.parametrize("tokens", ["keyset", "offset"])
async def test_everybody_is_listed_by_either_kind_of_cursor(house, turn_pages, ids_of, tokens):
    await house.tell("quo", "behaviour", tokens=tokens)
    directories = await house.open("quo")
    assert ids_of(await turn_pages(directories, "quo", 30)) == await house.ids("quo")


async def test_a_count_is_a_walk(house):
    directories = await house.open("quo")
    (count,), cursor, _ = await directories.count(Request("count", "quo", Query()))
    assert (count.count, count.exactness, count.method, cursor) == (237, "exact", "walk", None)
    assert len(await house.requests("quo")) == 10  # four boundaries and the top are looked at again
