"""`_meta` names every place of an answer where what users typed may stand, and only places that are there."""

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx2
import pytest
from mcp import Client

from user_directory_sandbox import DIRECTORIES
from user_directory_server.results import UNTRUSTED
from user_directory_server.runtime import open_runtime

CANARY = "canary-5f1e"
CALLS = [
    ("list_users", {"directory": "delay", "detail": "full"}),
    ("search_users", {"query": CANARY, "limit": 100}),
    ("search_users", {"query": "a", "filters": {"state": "active"}}),
    ("get_user_count", {}),
    ("get_user_count", {"directory": "delay", "filters": {"status": CANARY}}),
    ("get_user_count", {"filters": {"name": CANARY}, "exhaustive": True}),
    ("get_user", {"directory": "delay", "email": f"{CANARY}@acme.example"}),
    ("list_directories", {}),
]


def places(value: Any, place: str = "") -> Iterator[str]:
    """The places of an answer that hold the canary."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from places(item, f"{place}.{key}" if place else key)
    elif isinstance(value, list):
        for item in value:
            yield from places(item, f"{place}[]")
    elif CANARY in str(value):
        yield place


def is_marked(place: str, marks: list[str]) -> bool:
    return any(place == mark or place.startswith((f"{mark}[", f"{mark}.")) for mark in marks)


@pytest.fixture
async def client(child_environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Client]:
    for name, value in child_environment.items():
        monkeypatch.setenv(name, value)
    async with open_runtime() as runtime, Client(runtime.server) as client:
        yield client


@pytest.fixture
async def spoiled(control: httpx2.AsyncClient) -> None:
    """Directories in which every value of every user holds the canary."""
    for name in DIRECTORIES:
        sent = {"text": CANARY, "mode": "append", "fields": "all"}
        (await control.post(f"{name}/values", json=sent)).raise_for_status()


@pytest.mark.parametrize(("tool", "arguments"), CALLS)
async def test_what_users_typed_stands_only_where_it_is_marked(client: Client, spoiled: None, tool, arguments) -> None:
    answer = await client.call_tool(tool, arguments)
    assert not answer.is_error or tool == "get_user_count"
    if answer.structured_content is None:
        return
    marks = (answer.meta or {}).get(UNTRUSTED, [])
    for mark in marks:
        assert mark.partition("[")[0] in answer.structured_content
    for place in places(answer.structured_content):
        assert is_marked(place, marks), place


async def test_a_page_a_user_and_a_resource_are_marked(client: Client, spoiled: None) -> None:
    page = await client.call_tool("list_users", {"directory": "delay"})
    assert page.meta[UNTRUSTED][0] == "rows"
    assert [*places(page.structured_content)]
    identifier = page.structured_content["rows"][0][0]
    user = await client.call_tool("get_user", {"directory": "delay", "id": identifier})
    assert user.meta[UNTRUSTED][0] == "user"
    resource = (await client.read_resource(f"directory://delay/users/{identifier}")).contents[0]
    assert resource.meta == {UNTRUSTED: user.meta[UNTRUSTED]}
    marks = resource.meta[UNTRUSTED]
    found = [*places(json.loads(resource.text))]
    assert found
    assert all(is_marked(place, marks) for place in found)


async def test_an_answer_without_values_is_not_marked(client: Client) -> None:
    count = await client.call_tool("get_user_count", {"directory": "klavis"})
    assert count.meta is None or UNTRUSTED not in count.meta
