"""Long calls: a client hears how far they are, and what it gives up goes on no longer."""

import re
import sys
from collections.abc import AsyncIterator

import anyio
import httpx2
import pytest
from mcp import Client, StdioServerParameters
from mcp.client.sse import sse_client

from user_directories.calls import progress
from user_directory_server.runtime import open_runtime

from .in_process import serving

OFTEN = 0.01
"""Seconds from one report to the next, in place of a whole one."""
PROGRAM = (
    "from user_directories.calls import progress; from user_directory_server.cli import main; "
    f"progress._EVERY_SECONDS = {OFTEN}; main()"
)
CONNECTIONS = ["memory-auto", "memory-legacy", "stdio-auto", "stdio-legacy", "http-auto", "http-legacy", "sse-legacy"]


@pytest.fixture(params=CONNECTIONS)
async def client(request, child_environment, monkeypatch) -> AsyncIterator[Client]:
    transport, mode = request.param.split("-")
    if transport == "stdio":
        server = StdioServerParameters(command=sys.executable, args=["-c", PROGRAM], env=child_environment)
        async with Client(server, mode=mode) as connected:
            yield connected
        return
    monkeypatch.setattr(progress, "_EVERY_SECONDS", OFTEN)
    if transport != "memory":
        async with (
            serving(child_environment, "--transport", transport) as url,
            Client(url if transport == "http" else sse_client(url), mode=mode) as connected,
        ):
            yield connected
        return
    for name, value in child_environment.items():
        monkeypatch.setenv(name, value)
    async with open_runtime() as runtime, Client(runtime.server, mode=mode) as connected:
        yield connected


async def requests(control: httpx2.AsyncClient, directory: str) -> int:
    return (await control.get(f"{directory}/stats")).json()["requests"]


async def test_a_client_that_asks_for_it_hears_how_far_a_long_call_is(
    client: Client, control: httpx2.AsyncClient
) -> None:
    heard: list[tuple[float, float | None, str | None]] = []

    async def hear(progress: float, total: float | None, message: str | None) -> None:
        heard.append((progress, total, message))

    await control.post("quo/behaviour", json={"latency": 0.04})
    result = await client.call_tool("list_users", {"directory": "quo", "limit": 100}, progress_callback=hear)
    assert result.structured_content["returned"] == 100
    done = [each[0] for each in heard]
    assert len(done) >= 3
    assert done == sorted(set(done))
    assert {each[1] for each in heard} == {15}
    looked_at = [int(re.fullmatch(r"(\d+) users looked at", each[2] or "")[1]) for each in heard]
    assert looked_at == sorted(looked_at)
    assert looked_at[0] < looked_at[-1] <= 150


@pytest.mark.parametrize("client", [each for each in CONNECTIONS if each != "http-legacy"], indirect=True)
async def test_a_call_that_is_given_up_sends_the_provider_nothing_more_and_the_next_is_answered(
    client: Client, control: httpx2.AsyncClient
) -> None:
    await control.post("quo/insert", json={"count": 2_000})  # 45 pages, one after another
    await control.post("quo/behaviour", json={"latency": 0.02})
    await control.post("delay/behaviour", json={"latency": 0.1})
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(client.call_tool, "get_user_count", {"directory": "quo"})
        with anyio.fail_after(10):
            while await requests(control, "quo") < 2:
                await anyio.lowlevel.checkpoint()
        tasks.cancel_scope.cancel()
    sent = []
    for identifier in (await control.get("delay/ids")).json()["ids"][:2]:  # each takes as long as five pages
        result = await client.call_tool("get_user", {"directory": "delay", "id": identifier})
        assert result.structured_content["user"]["id"] == identifier
        sent.append(await requests(control, "quo"))
    assert sent[0] == sent[1] < 45
    await control.post("quo/behaviour", json={"latency": 0})
    count = await client.call_tool("get_user_count", {"directory": "quo"})
    assert count.structured_content["count"] == 2_230
