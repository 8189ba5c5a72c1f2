"""Real MCP clients, of both protocol eras, over every transport."""

import re
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import anyio
import httpx2
import pytest
from anyio.abc import Process
from anyio.streams.text import TextReceiveStream
from mcp import Client, StdioServerParameters
from mcp.client.sse import sse_client

from user_directory_sandbox import DIRECTORIES

from .in_process import serving

CONNECTIONS = ["stdio-auto", "stdio-legacy", "http-auto", "http-legacy", "sse-auto", "sse-legacy"]


@asynccontextmanager
async def listening(command: str, environment: dict[str, str], *options: str) -> AsyncIterator[str]:
    """The URL of a server child process that listens on a free port."""
    arguments = [command, "serve", "--port", "0", *options]
    async with await anyio.open_process(arguments, env=environment, stderr=subprocess.PIPE) as process:
        try:
            yield await announced_url(process)
        finally:
            process.terminate()


async def announced_url(process: Process) -> str:
    assert process.stderr is not None
    text = ""
    async for chunk in TextReceiveStream(process.stderr):
        text += chunk
        if found := re.search(r"Serving on (\S+)\n", text):
            return found[1]
    pytest.fail(f"the server did not start: {text}")


@pytest.fixture(params=CONNECTIONS)
async def client(request, command, child_environment) -> AsyncIterator[Client]:
    transport, mode = request.param.split("-")
    if transport == "stdio":
        server = StdioServerParameters(command=command, env=child_environment)
        async with Client(server, mode=mode) as connected:
            yield connected
        return
    async with (
        serving(child_environment, "--transport", transport) as url,
        Client(url if transport == "http" else sse_client(url), mode=mode) as connected,
    ):
        yield connected


async def ask(client: Client, tool: str, **arguments) -> dict:
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    return result.structured_content


async def test_every_directory_is_listed_to_the_end_searched_and_counted(
    client: Client, control: httpx2.AsyncClient, as_table: Callable
) -> None:
    for directory in DIRECTORIES:
        truth = (await control.get(f"{directory}/ids")).json()["ids"]
        found: list[str] = []
        page = await ask(client, "list_users", directory=directory, limit=100)
        found += [row["id"] for row in as_table(page)]
        while "cursor" in page:
            assert page["complete"] is False
            page = await ask(client, "list_users", directory=directory, limit=100, cursor=page["cursor"])
            found += [row["id"] for row in as_table(page)]
        assert page["complete"] is True
        assert found == truth

        count = await ask(client, "get_user_count", directory=directory, exhaustive=True)
        assert (count["count"], count["exactness"]) == (len(truth), "exact")

        one = (await ask(client, "get_user", directory=directory, id=truth[7]))["user"]
        wanted = one.get("email") or one["id"]
        search = await ask(client, "search_users", directory=directory, query=wanted)
        assert truth[7] in [row["id"] for row in as_table(search)]
    stats = [(await control.get(f"{directory}/stats")).json() for directory in DIRECTORIES]
    assert [each["non_get"] for each in stats] == [0] * len(DIRECTORIES)


async def test_text_and_structured_content_are_the_same_compact_json(client: Client) -> None:
    result = await client.call_tool("list_users", {"directory": "delay", "limit": 3})
    text = result.content[0].text
    assert httpx2.Response(200, text=text).json() == result.structured_content
    assert "\n" not in text
    assert ": " not in text.split('"rows"')[0]


async def test_an_error_is_a_result_whose_text_teaches(client: Client) -> None:
    result = await client.call_tool("list_users", {"directory": "nowhere"})
    assert result.is_error
    assert "klavis" in result.content[0].text


async def test_a_foreign_host_or_origin_is_refused(command, child_environment) -> None:
    for transport in ("http", "sse"):
        async with listening(command, child_environment, "--transport", transport) as url, httpx2.AsyncClient() as web:
            method = "POST" if transport == "http" else "GET"
            json = {"jsonrpc": "2.0", "id": 1, "method": "ping"} if method == "POST" else None
            refused = await web.request(method, url, json=json, headers={"Host": "evil.example"})
            assert refused.status_code == 421
            refused = await web.request(method, url, json=json, headers={"Origin": "https://evil.example"})
            assert refused.status_code == 403


async def test_a_named_host_is_answered_on_an_open_address(command, child_environment) -> None:
    options = ("--transport", "http", "--host", "0.0.0.0", "--allowed-host", "users.example", "--unauthenticated")  # noqa: S104
    async with listening(command, child_environment, *options) as url, httpx2.AsyncClient() as web:
        local = url.replace("0.0.0.0", "127.0.0.1")  # noqa: S104
        body = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
        assert (await web.post(local, json=body, headers={"Host": "users.example"})).status_code != 421
        assert (await web.post(local, json=body, headers={"Host": "other.example"})).status_code == 421
