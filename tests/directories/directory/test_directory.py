"""One configured directory: what it can do, and how little a question costs it."""

import dataclasses

import pytest
from pydantic import SecretStr

from user_directories import FIELDS, Budget, DirectorySettings, Query, Request, built_in, built_in_names
from user_directories.directory.stated_total import stated_total
from user_directories.planning.query import Asking


@pytest.mark.parametrize(
    ("name", "search", "count"),
    [
        ("klavis", "scan", "exact"),
        ("braintrust", "exact", "walk"),
        ("delay", "provider", "probes"),
        ("openphone", "scan", "estimate"),
        ("quo", "scan", "walk"),
        ("monocloud", "scan", "exact"),
    ],
)
async def test_a_directory_says_how_it_searches_and_counts(house, name, search, count):
    (able,) = (await house.open(name)).capabilities()
    assert (able.directory, able.search, able.count) == (name, search, count)
    assert able.provider == built_in(name).title
    assert able.notes == built_in(name).notes


@pytest.mark.parametrize("name", built_in_names())
async def test_the_fields_that_a_directory_names_are_those_that_its_users_have(house, turn_pages, name):
    directories = await house.open(name)
    (able,) = directories.capabilities()
    pages = await turn_pages(directories, name, 100)
    shown = {
        field
        for page in pages
        for found in page.users
        for field in (*FIELDS, *found.user.extra)
        if found.user.value(field) is not None
    }
    assert shown <= set(able.fields)
    assert set(able.fields) - shown <= {"last_active_at"}  # only the one-user endpoint of Klavis tells it


@pytest.mark.parametrize("limit", [1, 10, 49, 100])
@pytest.mark.parametrize("name", built_in_names())
async def test_a_page_asks_for_one_row_more_than_is_wanted_as_far_as_the_provider_gives(house, name, limit):
    directories = await house.open(name)
    await directories.users(Request("list", name, Query(), limit))
    size = built_in(name).list.page_size
    first = (await house.queries(name))[0]
    assert f"{size.parameter}={min(limit + 1, size.largest())}" in first.split("&")
    assert len(await house.requests(name)) <= 1 + (limit + 1) // size.largest() + (limit + 1) // 50


async def test_rows_that_must_be_checked_are_asked_for_as_many_at_a_time_as_there_can_be(house):
    directories = await house.open("klavis")
    await directories.users(Request("search", "klavis", Query(text="example"), 5))
    assert await house.queries("klavis") == ["page_size=1000&page_number=1"]


@pytest.mark.parametrize("body", [{}, {"people": 7}, [], "text", {"person": None}, {"person": {"id": "2"}}])
async def test_an_answer_without_the_user_is_believed_only_where_everybody_was_looked_at(
    provider, answering, open_own, body
):
    """`get.item` may be wrong, and another user's record may come: the list says that nobody has the id."""
    provider.answer = lambda asked: answering(
        body if "/people/" in asked.path else [{"id": "2"}] if asked.query.get("p", "1") == "1" else []
    )
    directories = await open_own("""
        name = "acme"
        title = "Acme HR"
        docs = "https://hr.acme.example/docs"
        auth = { environment = "ACME_KEY" }
        get = { path = "/people/{id}", item = "person" }
        list.path = "/p"
        list.items = "@"
        list.page_size = { parameter = "n" }
        list.pagination = { strategy = "page", parameter = "p" }
        user = { id = "id" }
    """)
    lookup = await directories.user_by_id("acme", "1")
    assert (lookup.user, lookup.complete) == (None, True)
    assert any(asked.path == "/p" for asked in provider.asked)
    found = await directories.user_by_id("acme", "2")
    assert found.user is not None


@pytest.mark.parametrize(
    ("table", "body", "headers", "total"),
    [
        ('path = "count"', {"people": [], "count": 7}, {}, 7),
        ('path = "page.count"', {"people": [], "page": {"count": "7"}}, {}, 7),
        ('path = "count"', {"people": [], "count": -1}, {}, None),
        ('path = "count"', {"people": [], "count": True}, {}, None),
        ('path = "count"', {"people": [], "count": 7.5}, {}, None),
        ('path = "count"', {"people": [], "count": "many"}, {}, None),
        ('path = "count"', {"people": []}, {}, None),
        ('header = "X-Total"', {"people": []}, {"x_total": "7"}, 7),
        ('header = "x-total"', {"people": []}, {"X_Total": " 7 "}, 7),
        ('header = "X-Total"', {"people": []}, {"x_total": "about 7"}, None),
        ('header = "X-Total"', {"people": []}, {}, None),
        ('header = "X-Page", path = "total"', {"people": []}, {"x_page": '{"total": 7}'}, 7),
        ('header = "X-Page", path = "total"', {"people": []}, {"x_page": '{"total": '}, None),
        ('header = "X-Page", path = "total"', {"people": []}, {"x_page": "[7]"}, None),
        ('header = "X-Page", path = "total"', {"people": [], "total": 7}, {}, None),
    ],
)
async def test_a_total_is_a_whole_number_where_the_manifest_looks_or_none(
    provider, answering, open_own, table, body, headers, total
):
    provider.answer = lambda _: answering(body, **headers)
    directories = await open_own(f"""
        name = "acme"
        title = "Acme HR"
        docs = "https://hr.acme.example/docs"
        auth = {{ environment = "ACME_KEY" }}
        user = {{ id = "id" }}
        [list]
        path = "/people"
        items = "people"
        total = {{ {table} }}
        page_size = {{ parameter = "n" }}
        pagination = {{ strategy = "token", parameter = "t", next = "next" }}
    """)
    directory = directories.directory("acme")
    assert (await stated_total(directory, directory.plan(Query(), Asking()), Budget())).evidence.total == total


def test_a_version_changes_with_the_page_the_host_and_the_key_and_with_nothing_else():
    settings = DirectorySettings("quo", built_in("quo"), "https://api.quo.com", SecretStr("key"))
    versions = [
        dataclasses.replace(settings, **change).version()
        for change in (
            {},
            {"base_url": "https://eu.quo.com"},
            {"manifest": built_in("openphone")},
            {"key": SecretStr("other")},
        )
    ]
    assert len(set(versions)) == 4
    assert dataclasses.replace(settings, name="quo-2", requests_per_second=7.0).version() == versions[0]
    assert all("key" not in version and len(version) == 16 for version in versions)


def test_a_key_is_in_no_representation():
    settings = DirectorySettings("quo", built_in("quo"), "https://api.quo.com", SecretStr("canary-7f3a9c"))
    assert "canary" not in repr(settings) + str(settings) + repr(dataclasses.astuple(settings))
