"""Calls over HTTP: how many a second this server answers, and how many a bare one that does the same by hand.

A client that only posts asks the two in turn, in both eras of the protocol. `bench/calls.py` prints the figures.
"""

import json
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import anyio

from call_figures import CALLS, PAGES, USERS, Figure, at_least, authorization, this_server
from sandboxed import sandbox_process

__all__ = ["over_http"]

LINKS = 4
"""Connections of the client that only posts."""

BARE = """
import sys
import httpx2, uvicorn
from mcp.server.mcpserver import MCPServer
from mcp.server.transport_security import TransportSecuritySettings
text, url, headers = sys.argv[1], sys.argv[2], eval(sys.argv[3])
server = MCPServer("bare", log_level="WARNING")
web = httpx2.AsyncClient()
@server.tool(structured_output=False)
async def list_directories() -> str:
    return text
@server.tool(structured_output=False)
async def get_user_count(directory: str) -> str:
    body = (await web.get(url, headers=headers)).json()
    return str(body["totalCount"])
from user_directory_server.transports import listen
listener = listen("127.0.0.1", int(sys.argv[4]))
app = server.streamable_http_app()
uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listener])
"""

MODERN, HANDSHAKE = "2026-07-28", "2025-06-18"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


@contextmanager
def process(command: Sequence[str], port: int, environment: Mapping[str, str]) -> Generator[None]:
    """A server process, once it listens."""
    with subprocess.Popen(command, env=environment) as child:
        try:
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port)).close()
                    break
                except OSError:
                    assert child.poll() is None, "the server ended"
                    time.sleep(0.05)
            yield
        finally:
            child.terminate()


class Poster:
    """A client that only posts, over connections that stay open, and does as little itself as it can."""

    def __init__(self, port: int, version: str) -> None:
        self._links = [socket.create_connection(("127.0.0.1", port)) for _ in range(LINKS)]
        for link in self._links:
            link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._version = version
        self._head = f"POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
        self._head += f"Accept: application/json, text/event-stream\r\nMCP-Protocol-Version: {version}\r\n"
        if version == HANDSHAKE:
            info = {"name": "bench", "version": "1"}
            said = {"protocolVersion": version, "capabilities": {}, "clientInfo": info}
            head, _ = _answer(self._links[0], self._message("initialize", {"id": 0, "params": said}))
            if (session := re.search(r"mcp-session-id: (\S+)", head)) is not None:  # the bare server keeps sessions
                self._head += f"Mcp-Session-Id: {session[1]}\r\n"
            _answer(self._links[0], self._message("notifications/initialized", {}))

    def _message(self, method: str, rest: Mapping[str, Any], headers: str = "") -> bytes:
        body = json.dumps({"jsonrpc": "2.0", "method": method, **rest}).encode()
        return f"{self._head}{headers}Content-Length: {len(body)}\r\n\r\n".encode() + body

    def _calling(self, tool: str, arguments: Mapping[str, Any], number: int) -> bytes:
        params: dict[str, Any] = {"name": tool, "arguments": arguments}
        headers = ""
        if self._version == MODERN:
            headers = f"Mcp-Method: tools/call\r\nMcp-Name: {tool}\r\n"
            meta = "io.modelcontextprotocol/"
            params["_meta"] = {meta + "protocolVersion": MODERN, meta + "clientCapabilities": {}}
        return self._message("tools/call", {"id": number, "params": params}, headers)

    def call(self, tool: str, arguments: Mapping[str, Any]) -> str:
        """Call a tool once, and return its text."""
        _, body = _answer(self._links[0], self._calling(tool, arguments, 1))
        result = json.loads(body)["result"]
        assert not result.get("isError"), result
        return str(result["content"][0]["text"])

    def seconds(self, tool: str, arguments: Mapping[str, Any]) -> float:
        """Seconds of one of many calls, as many at a time as there are connections."""
        messages = [self._calling(tool, arguments, 1 + number) for number in range(LINKS)]
        began = time.perf_counter()
        for _ in range(CALLS):
            for link, message in zip(self._links, messages, strict=True):
                link.sendall(message)
            bodies = [_answer(link)[1] for link in self._links]
        spent = (time.perf_counter() - began) / CALLS / LINKS
        assert all(b'"result"' in body and b'"isError":true' not in body for body in bodies), bodies
        return spent


def _answer(link: socket.socket, message: bytes = b"") -> tuple[str, bytes]:
    """Send a message, if there is one, and return the head and the body of the next answer."""
    link.sendall(message)
    data = b""
    while b"\r\n\r\n" not in data:
        data += link.recv(65536)
    head, _, body = data.partition(b"\r\n\r\n")
    text = head.decode().lower()
    assert text.startswith(("http/1.1 200", "http/1.1 202")), (text, body)
    length = re.search(r"content-length: (\d+)", text)
    while (len(body) < int(length[1])) if length else not body.endswith(b"0\r\n\r\n"):
        body += link.recv(65536)
    return text, body


async def over_http(rounds: int) -> list[Figure]:
    """list_directories and a count by a client that only posts, in both eras of the protocol."""
    async with sandbox_process(USERS) as sandbox:
        return await anyio.to_thread.run_sync(_over_http, sandbox.url, rounds)


def _over_http(url: str, rounds: int) -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        ours, other = free_port(), free_port()
        serve, environment = this_server(Path(folder), url, "--transport", "http", "--port", str(ours))
        with process(serve, ours, environment):
            text = Poster(ours, MODERN).call("list_directories", {})
            page = url + "/klavis" + PAGES["klavis"].format(size=25)
            bare = [sys.executable, "-c", BARE, text, page, repr(authorization("klavis")), str(other)]
            with process(bare, other, environment):
                return [*_eras(ours, other, rounds)]


def _eras(ours: int, other: int, rounds: int) -> Generator[Figure]:
    for version in (MODERN, HANDSHAKE):
        posters = [Poster(port, version) for port in (ours, other)]
        for tool, arguments, goal in (("list_directories", {}, 0.7), ("get_user_count", {"directory": "klavis"}, 0.85)):
            taken = [[poster.seconds(tool, arguments) for poster in posters] for _ in range(rounds + 1)][1:]
            mine, bare = (statistics.median(column) for column in zip(*taken, strict=True))
            yield at_least(f"{tool} over HTTP, {version}", mine, bare, goal)
