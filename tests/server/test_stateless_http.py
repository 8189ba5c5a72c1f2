"""HTTP of the 2025 era without sessions: nothing of a client is lost when the server restarts."""

from contextlib import suppress
from typing import Any

import anyio
import httpx2
import pytest
from mcp import Client
from mcp_types import ResourceTemplateReference

from user_directory_sandbox import DIRECTORIES

from .in_process import serving
from .test_progress import requests
from .test_transports import ask, listening

HTTP = ("--transport", "http")
OF_2025 = {
    "Accept": "application/json, text/event-stream",
    "MCP-Protocol-Version": "2025-11-25",
    "Mcp-Session-Id": "a-session-of-another-process",
}


def call(tool: str, **arguments: Any) -> dict[str, Any]:
    """The request of a tool call."""
    return {"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": {"name": tool, "arguments": arguments}}


@pytest.mark.parametrize("mode", ["legacy", "auto"])
async def test_a_client_goes_on_with_an_old_cursor_after_the_server_has_restarted(
    command: str, child_environment: dict[str, str], as_table: Any, mode: str
) -> None:
    async with listening(command, child_environment, *HTTP) as url:
        port = url.split(":")[2].partition("/")[0]
        connected = Client(url, mode=mode)
        client = await connected.__aenter__()
        first = await ask(client, "list_users", directory="klavis", limit=100)
    try:
        async with listening(command, child_environment, *HTTP, "--port", port) as again:
            assert again == url
            second = await ask(client, "list_users", cursor=first["cursor"])
            assert second["returned"] == 100
            assert not {row["id"] for row in as_table(first)} & {row["id"] for row in as_table(second)}
            assert (await client.list_tools()).tools
    finally:
        await connected.__aexit__(None, None, None)


async def test_a_session_that_another_process_has_issued_is_no_hindrance(child_environment: dict[str, str]) -> None:
    async with serving(child_environment, *HTTP) as url, httpx2.AsyncClient() as web:
        answer = await web.post(url, json=call("get_user_count", directory="klavis"), headers=OF_2025)
        assert answer.status_code == 200
        assert '"count":230' in answer.text.replace(" ", "").replace("\\", "")
        assert "mcp-session-id" not in answer.headers


async def test_a_call_ends_when_its_client_disconnects(
    child_environment: dict[str, str], control: httpx2.AsyncClient
) -> None:
    await control.post("quo/insert", json={"count": 2_000})  # 45 pages, one after another
    await control.post("quo/behaviour", json={"latency": 0.02})
    async with serving(child_environment, *HTTP) as url, httpx2.AsyncClient() as web:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(web_call, url)
            with anyio.fail_after(10):
                while await requests(control, "quo") < 2:
                    await anyio.lowlevel.checkpoint()
            tasks.cancel_scope.cancel()
        await control.post("delay/behaviour", json={"latency": 0.1})  # as long as five pages
        sent = []
        for _ in range(2):
            await web.post(url, json=call("list_users", directory="delay", limit=5), headers=OF_2025)
            sent.append(await requests(control, "quo"))
        assert sent[0] == sent[1] < 45


async def web_call(url: str) -> None:
    """A call on a connection of its own, which ends with the call."""
    async with httpx2.AsyncClient() as web:
        with suppress(httpx2.HTTPError):
            await web.post(url, json=call("get_user_count", directory="quo"), headers=OF_2025)


@pytest.mark.parametrize("mode", ["legacy", "auto"])
async def test_resources_completions_errors_and_many_calls_at_once_need_no_session(
    child_environment: dict[str, str], mode: str
) -> None:
    async with serving(child_environment, *HTTP) as url, Client(url, mode=mode) as client:
        assert len((await client.list_resources()).resources) == len(DIRECTORIES)
        assert "klavis" in (await client.read_resource("directory://klavis")).contents[0].text
        template = ResourceTemplateReference(uri="directory://{name}")
        found = await client.complete(template, {"name": "name", "value": "kl"})
        assert found.completion.values == ["klavis"]
        assert (await client.call_tool("list_users", {"directory": "nowhere"})).is_error
        counts: list[int] = []

        async def count() -> None:
            counts.append((await ask(client, "get_user_count", directory="delay"))["count"])

        async with anyio.create_task_group() as tasks:
            for _ in range(60):
                tasks.start_soon(count)
        assert counts == [230] * 60
