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

from user_directory_sandbox import Sandbox

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


@pytest.mark.parametrize(
    ("mistake", "name", "fault"),
    [
        ({"KLAVIS_API_KEY": "<your Klavis key>"}, "klavis", "KLAVIS_API_KEY: there is a placeholder"),
        ({"MONOCLOUD_API_KEY": "key-canary"}, "monocloud", "MONOCLOUD_API_KEY: MonoCloud needs an address too"),
        ({"USER_DIRECTORY_CONFIG": "/nowhere/mine.toml"}, "configuration file", "/nowhere/mine.toml: the file cannot"),
        ({"USER_DIRECTORY_CONFIG": "key-canary"}, "configuration file", "USER_DIRECTORY_CONFIG: the file cannot be"),
    ],
)
async def test_a_mistake_is_a_line_on_stderr_and_keeps_no_client_from_connecting(
    command: str, clean_environment: dict[str, str], sandbox: Sandbox, mistake: dict[str, str], name: str, fault: str
) -> None:
    right = {name: value for name, value in sandbox.environment().items() if name.startswith("DELAY")}
    environment = clean_environment | right | mistake
    async with await anyio.open_process([command], env=environment, stderr=subprocess.PIPE) as process:
        server = Server(process)
        await server.send(INITIALIZE, INITIALIZED)
        assert (await server.receive())["result"]["serverInfo"]["name"] == "user-directory-mcp"
        await server.call(1, "list_directories", {})
        answer = (await server.receive())["result"]["structuredContent"]
        await server.call(2, "get_user_count", {"directory": "delay"})
        assert (await server.receive())["result"]["structuredContent"]["count"] == 230
        await process.stdin.aclose()
        said = b"".join([chunk async for chunk in process.stderr]).decode()
    assert [item["name"] for item in answer["broken"]] == [name]
    assert said.startswith(f"user-directory-mcp: {fault}")
    assert said.count("\n") == 1
    assert "canary" not in said


async def until_requested(control: httpx2.AsyncClient, directory: str) -> None:
    """Wait until the sandbox has received a request; asking it is what passes the time."""
    with anyio.fail_after(10):
        while not (await control.get(f"{directory}/stats")).json()["concurrent_peak"]:
            await anyio.lowlevel.checkpoint()
