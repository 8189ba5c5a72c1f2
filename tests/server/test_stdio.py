"""The stdio process as a client's operating system sees it."""

import json
import signal
import subprocess
from collections.abc import AsyncIterator

import anyio
import httpx2
import pytest
from anyio.abc import Process
from anyio.streams.buffered import BufferedByteReceiveStream

INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 0,
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}},
}
INITIALIZED = {"jsonrpc": "2.0", "method": "notifications/initialized"}


class Server:
    """A child process and its lines."""

    def __init__(self, process: Process) -> None:
        assert process.stdout is not None
        self.process = process
        self._lines = BufferedByteReceiveStream(process.stdout)

    async def send(self, *messages: dict) -> None:
        for message in messages:
            await self.process.stdin.send(json.dumps(message).encode() + b"\n")

    async def receive(self) -> dict:
        message = json.loads(await self._lines.receive_until(b"\n", 1_000_000))
        assert message["jsonrpc"] == "2.0"
        return message

    async def call(self, number: int, tool: str, arguments: dict) -> None:
        params = {"name": tool, "arguments": arguments}
        await self.send({"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": params})

    async def rest(self) -> bytes:
        return b"".join([self._lines.buffer, *[chunk async for chunk in self.process.stdout]])


@pytest.fixture
async def server(command: str, child_environment: dict[str, str]) -> AsyncIterator[Server]:
    async with await anyio.open_process([command], env=child_environment, stderr=subprocess.PIPE) as process:
        started = Server(process)
        await started.send(INITIALIZE, INITIALIZED)
        assert (await started.receive())["result"]["serverInfo"]["name"] == "user-directory-mcp"
        yield started
        if process.returncode is None:
            process.kill()


async def test_stdout_carries_only_the_protocol(server: Server, control: httpx2.AsyncClient) -> None:
    await control.post("klavis/faults", json={"kind": "status", "status": 500, "next": 1})
    await server.call(1, "list_users", {"directory": "klavis"})
    await server.call(2, "no_such_tool", {})
    await server.call(3, "search_users", {"query": "maria"})
    answers = {message["id"]: message["result"] for message in [await server.receive() for _ in range(3)]}
    assert answers[1]["isError"]
    assert answers[2]["isError"]
    assert not answers[3].get("isError")
    await server.process.stdin.aclose()
    assert await server.rest() == b""


async def test_the_process_ends_within_a_second_of_stdins_end(server: Server) -> None:
    await server.process.stdin.aclose()
    with anyio.fail_after(1):
        assert await server.process.wait() == 0


async def test_the_process_ends_within_a_second_also_with_a_call_in_flight(
    server: Server, control: httpx2.AsyncClient
) -> None:
    await control.post("quo/behaviour", json={"latency": 30})
    await server.call(1, "list_users", {"directory": "quo"})
    await until_requested(control, "quo")
    await server.process.stdin.aclose()
    with anyio.fail_after(1):
        assert await server.process.wait() == 0


@pytest.mark.parametrize("interrupt", [signal.SIGINT, signal.SIGTERM])
async def test_an_interrupt_ends_the_process(server: Server, interrupt: signal.Signals) -> None:
    server.process.send_signal(interrupt)
    with anyio.fail_after(2):
        await server.process.wait()


async def test_a_lone_surrogate_does_not_end_the_session(server: Server) -> None:
    await server.send(
        {
            "jsonrpc": "2.0",
            "id": 1,
            "method": "tools/call",
            "params": {"name": "search_users", "arguments": {"query": "\ud800", "directory": "\udfff"}},
        }
    )
    await server.call(2, "list_directories", {})
    with anyio.fail_after(5):
        while (await server.receive()).get("id") != 2:
            pass


async def until_requested(control: httpx2.AsyncClient, directory: str) -> None:
    """Wait until the sandbox has received a request; asking it is what passes the time."""
    with anyio.fail_after(10):
        while not (await control.get(f"{directory}/stats")).json()["concurrent_peak"]:
            await anyio.lowlevel.checkpoint()
