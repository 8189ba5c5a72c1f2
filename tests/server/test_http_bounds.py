"""What an HTTP client may send: headers are checked before a body is read, and nothing is unbounded."""

import socket
from collections.abc import MutableMapping
from typing import Any

import anyio
import anyio.lowlevel
import httpx2
import pytest

from user_directory_server import http_connection, http_guard
from user_directory_server.http_guard import MOST_BODY, Guard
from user_directory_server.transports import allowed_headers

from .in_process import serving

HEADERS = [(b"host", b"127.0.0.1:8000")]


class App:
    """An ASGI application that tells what reached it."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []

    async def __call__(self, _scope, receive, send) -> None:
        body, message = b"", {"more_body": True}
        while message.get("more_body"):
            message = await receive()
            body += message.get("body", b"")
        self.bodies.append(body)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})


class Exchange:
    """One request through the guard, and how much of it was asked for."""

    def __init__(self, *parts: bytes, ends: bool = True) -> None:
        self._parts = [*parts]
        self._ends = ends
        self.asked = 0
        self.status = 0

    async def receive(self) -> dict:
        self.asked += 1
        if not self._parts and not self._ends:
            await anyio.sleep_forever()
        part = self._parts.pop(0) if self._parts else b""
        return {"type": "http.request", "body": part, "more_body": bool(self._parts) or not self._ends}

    async def send(self, message: MutableMapping[str, Any]) -> None:
        self.status = message.get("status", self.status)


async def status_of(exchange: Exchange, headers: list, app: App | None = None) -> int:
    guard = Guard(app or App(), allowed_headers("127.0.0.1", ["users.example"]))
    await guard({"type": "http", "headers": headers}, exchange.receive, exchange.send)
    return exchange.status


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ([], 421),
        ([(b"host", b"evil.example")], 421),
        ([(b"host", b"127.0.0.1.evil.example")], 421),
        ([(b"host", b"127.0.0.1:8000:80")], 421),
        ([(b"host", b"localhost:port")], 421),
        ([(b"host", b"localhost:999999")], 421),
        ([(b"host", b"localhost"), (b"host", b"evil.example")], 421),
        ([(b"host", "lоcalhost".encode())], 421),  # a Cyrillic o
        ([(b"host", b"localhost\r\nx: y")], 421),
        ([*HEADERS, (b"origin", b"https://evil.example")], 403),
        ([*HEADERS, (b"origin", b"null")], 403),
        ([*HEADERS, (b"origin", b"http://localhost"), (b"origin", b"https://evil.example")], 403),
        ([*HEADERS, (b"content-length", b"%d" % (MOST_BODY + 1))], 413),
        ([*HEADERS, (b"content-length", b"9" * 5000)], 413),
        ([*HEADERS, (b"content-length", b"-1")], 413),
    ],
)
async def test_headers_that_are_not_taken_are_refused_before_the_body_is_read(headers: list, status: int) -> None:
    exchange, app = Exchange(b"body"), App()
    assert await status_of(exchange, headers, app) == status
    assert (exchange.asked, app.bodies) == (0, [])


@pytest.mark.parametrize("host", [b"localhost", b"127.0.0.1:1", b"[::1]:65535", b"users.example", b"users.example:443"])
@pytest.mark.parametrize("origin", [None, b"http://localhost:6274", b"https://users.example"])
async def test_headers_of_this_machine_and_of_the_names_that_are_allowed_are_taken(
    host: bytes, origin: bytes | None
) -> None:
    app = App()
    headers = [(b"host", host), *([(b"origin", origin)] if origin else [])]
    assert await status_of(Exchange(b"one ", b"two"), headers, app) == 200
    assert app.bodies == [b"one two"]


async def test_a_body_that_is_larger_than_it_said_is_refused_as_soon_as_it_is() -> None:
    parts, app = [b"x" * 2**18] * 100, App()
    exchange = Exchange(*parts)
    assert await status_of(exchange, HEADERS, app) == 413
    assert (exchange.asked, app.bodies) == (5, [])


async def test_a_body_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_guard, "_BODY_SECONDS", 0.01)
    app = App()
    assert await status_of(Exchange(b"begun", ends=False), HEADERS, app) == 408
    assert app.bodies == []


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_connection, "_HEAD_SECONDS", 0.1)
    monkeypatch.setattr(http_connection, "_MOST_CONNECTIONS", 3)


def address(url: str) -> tuple[str, int]:
    parts = httpx2.URL(url)
    return parts.host, parts.port or 80


async def is_closed(connection: socket.socket, sends: bytes = b"") -> bool:
    """Whether the server closes a connection, although a byte comes now and then."""
    connection.setblocking(False)
    for byte in [sends[place : place + 1] for place in range(len(sends))] or [b""]:
        try:
            connection.send(byte)
            await anyio.wait_readable(connection)
            if connection.recv(1000) == b"":
                return True
        except BlockingIOError:
            await anyio.lowlevel.checkpoint()
        except OSError:
            return True
    return False


@pytest.mark.usefixtures("hasty")
async def test_a_connection_that_brings_no_request_is_closed(child_environment) -> None:
    async with serving(child_environment, "--transport", "http") as url:
        with socket.create_connection(address(url)) as silent, anyio.fail_after(5):
            assert await is_closed(silent)


@pytest.mark.usefixtures("hasty")
async def test_a_connection_that_brings_half_a_request_is_closed(child_environment) -> None:
    async with serving(child_environment, "--transport", "http") as url:
        with socket.create_connection(address(url)) as slow, anyio.fail_after(5):
            slow.send(b"POST /mcp HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
            assert await is_closed(slow)


@pytest.mark.usefixtures("hasty")
async def test_a_connection_that_idles_after_an_answer_is_closed(child_environment) -> None:
    async with serving(child_environment, "--transport", "http") as url:
        with socket.create_connection(address(url)) as idle, anyio.fail_after(5):
            idle.send(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            idle.setblocking(False)
            await anyio.wait_readable(idle)
            assert idle.recv(1000).startswith(b"HTTP/1.1 404")
            assert await is_closed(idle)


@pytest.mark.usefixtures("hasty")
async def test_beyond_a_number_of_connections_the_next_is_closed(child_environment) -> None:
    async with serving(child_environment, "--transport", "http") as url:
        opened = [socket.create_connection(address(url)) for _ in range(4)]
        with anyio.fail_after(5):
            assert await is_closed(opened[-1])
        for each in opened:
            each.close()


async def test_headers_are_bounded(child_environment) -> None:
    async with serving(child_environment, "--transport", "http") as url:
        with socket.create_connection(address(url)) as large, anyio.fail_after(5):
            large.sendall(b"GET /mcp HTTP/1.1\r\nHost: localhost\r\nX-Large: " + b"x" * 2**16)
            large.setblocking(False)
            await anyio.wait_readable(large)
            assert large.recv(100).startswith(b"HTTP/1.1 400")
