"""A real application of Django REST framework, with its own paginations, is read by a page of TOML each."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from anyio import to_thread
from mcp import Client

from user_directory_server.runtime import open_runtime

pytest.importorskip("rest_framework")
from .people_in_django import KEY, remove, restore, serving

USERS = 400

PAGE = """
version = 1
name = "people"
title = "People"
docs = "https://www.django-rest-framework.org/api-guide/pagination/"

[auth]
environment = "DJANGO_KEY"

[list]
path = "/people/"
{list}

[filters]
email = {{ parameter = "email", match = "exact" }}
state = {{ parameter = "active", match = "exact" }}

[values]
state = {{ active = true, inactive = false }}

[search]
parameter = "search"
match = "contains"
fields = ["name", "email"]

[get]
path = "/people/{{id}}/"
ids = "[0-9]+"

[user]
id = "id"
name = "name"
email = "email"
state = "active"
created_at = "created"

[errors]
message = "detail"
"""
SORT = """
[sort]
created_at = { ascending = { ordering = "created" }, descending = { ordering = "-created" } }
email = { ascending = { ordering = "email" }, descending = { ordering = "-email" } }
"""
PAGES = 'pagination = { strategy = "page", parameter = "page" }\n'
SIZE = 'page_size = { parameter = "page_size", maximum = 100 }\n'
RESULTS = 'items = "results"\n'
TOTAL = 'total = { path = "count" }\n'
LISTS = {
    "page": RESULTS + TOTAL + PAGES + SIZE,
    "page, untold": RESULTS + PAGES + SIZE,  # behind the last page is a 404
    "fixed": RESULTS + TOTAL + PAGES + "page_size = { fixed = 30 }",
    "offset": RESULTS
    + TOTAL
    + 'pagination = { strategy = "offset", parameter = "offset" }\npage_size = { parameter = "limit", maximum = 100 }',
    "cursor": RESULTS + 'pagination = { strategy = "link", parameters = ["cursor"], next = "next" }\n' + SIZE,
    "links": 'items = "@"\npagination = { strategy = "page", parameter = "page", link_header = true }\n' + SIZE,
    "none": 'items = "@"\npagination = { strategy = "none" }',
}


@pytest.fixture(scope="module")
def served():
    with serving(USERS) as address_and_people:
        yield address_and_people


class Asker:
    """A client of a server that reads one of the lists, and the people in the database."""

    def __init__(self, client: Client, people: list[dict[str, Any]]) -> None:
        self._client = client
        self.people = people

    async def __call__(self, tool: str, **arguments: Any) -> dict[str, Any]:
        answer = await self._client.call_tool(tool, {"directory": "people", **arguments})
        assert not answer.is_error, answer.content
        assert answer.structured_content is not None
        return answer.structured_content

    async def everybody(self, tool: str, **arguments: Any) -> tuple[list[str], bool]:
        """The ids on all pages, and whether the last one says that this is all."""
        page = await self(tool, **arguments)
        found = ids(page)
        while page.get("cursor"):
            page = await self(tool, cursor=page["cursor"])
            found += ids(page)
        return found, page["complete"]


def ids(page):
    return [row[page["columns"].index("id")] for row in page["rows"]]


@pytest.fixture(params=LISTS)
async def ask(
    request: pytest.FixtureRequest, served: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Asker]:
    way, (address, people) = request.param, served
    monkeypatch.setenv("USER_DIRECTORY_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("DJANGO_KEY", KEY)
    (tmp_path / "people.toml").write_text(PAGE.format(list=LISTS[way]) + (SORT if way != "cursor" else ""))
    config = tmp_path / "config.toml"
    config.write_text(f'[directories.people]\nmanifest = "people.toml"\nbase_url = "{address}/{way.split(",")[0]}"\n')
    async with open_runtime(config=config) as runtime, Client(runtime.server) as client:
        yield Asker(client, people)


def ids_of(people):
    return [str(each["id"]) for each in people]


async def test_a_whole_walk_gives_everybody_once(ask):
    for limit in (30, 100):
        assert await ask.everybody("list_users", limit=limit) == (ids_of(ask.people), True)


async def test_a_count_is_exact(ask):
    inactive = [each for each in ask.people if not each["active"]]
    for filters, wanted in (({}, ask.people), ({"state": "inactive"}, inactive)):
        counted = await ask("get_user_count", filters=filters, exhaustive=True)
        assert (counted["count"], counted["exactness"]) == (len(wanted), "exact")


async def test_one_user_is_found_by_id_and_by_address(ask):
    identity, email = str(ask.people[371]["id"]), ask.people[371]["email"]
    for asked in ({"id": identity}, {"email": email}, {"email": email.upper()}):
        assert (await ask("get_user", **asked))["user"]["id"] == identity
    for asked in ({"id": "999999"}, {"email": "nobody@acme.example"}):
        answer = await ask("get_user", **asked)
        assert (answer["found"], answer["complete"]) == (False, True)


async def test_filters_and_text_find_whom_the_database_has(ask):
    inactive = ids_of(each for each in ask.people if not each["active"])
    assert await ask.everybody("search_users", filters={"state": "inactive"}, limit=100) == (inactive, True)
    named = ids_of(each for each in ask.people if "43" in each["name"])
    found, complete = await ask.everybody("search_users", query="number 43")
    assert (sorted(found), complete) == (sorted(named), True)


@pytest.mark.parametrize("ask", [way for way in LISTS if way != "cursor"], indirect=True)
async def test_an_order_gives_everybody_in_it(ask):
    found, complete = await ask.everybody("list_users", sort="email:desc", limit=100)
    wanted = sorted(ask.people, key=lambda each: each["email"], reverse=True)
    assert (found, complete) == (ids_of(wanted), True)


async def test_nobody_is_lost_silently_when_people_go_while_a_list_is_read(ask):
    page = await ask("list_users", limit=100)
    found, gone = ids(page), ids(page)[:7]
    removed = await to_thread.run_sync(remove, gone)
    try:
        while page.get("cursor"):
            page = await ask("list_users", cursor=page["cursor"])
            found += ids(page)
    finally:
        await to_thread.run_sync(restore, removed)
    assert len({*found}) == len(found)
    assert found == ids_of(ask.people) or page["complete"] is False
