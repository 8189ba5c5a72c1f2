"""The sandbox and the facade over it; besides, a provider made of one function, for what no built-in one does."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import anyio
import httpx2
import pytest
import stamina
from anyio.abc import SocketAttribute, SocketStream
from pydantic import SecretStr

from user_directories import (
    Budget,
    Directories,
    DirectorySettings,
    MemoryStore,
    Page,
    Query,
    Request,
    built_in,
    load_manifest,
)
from user_directories.sources import pacing
from user_directory_sandbox import Sandbox

USERS = 237
MOST_PAGES = 500


@dataclass(frozen=True)
class Asked:
    """One request as it arrived: `target` is still percent-encoded, header names are in lower case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes = b""

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        return {name: values[-1] for name, values in parse_qs(self.target.partition("?")[2]).items()}

    @classmethod
    def read(cls, head: bytes) -> "Asked":
        line, *lines = head.decode("latin-1").split("\r\n\r\n")[0].split("\r\n")
        method, target, _ = line.split(" ")
        body = head.partition(b"\r\n\r\n")[2]
        pairs = (line.split(":", 1) for line in lines)
        return cls(method, target, {name.lower(): value.strip() for name, value in pairs}, body)

    @property
    def is_whole(self) -> bool:
        return len(self.body) >= int(self.headers.get("content-length", "0"))


@dataclass
class Provider:
    """An HTTP server on a free port of loopback. `answer` gives the whole response, headers and all."""

    answer: Callable[[Asked], bytes]
    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    connections: int = 0
    posts: set[str] = field(default_factory=set)
    """The paths that may be POSTed to."""

    async def converse(self, stream: SocketStream) -> None:
        self.connections += 1
        async with stream:
            try:
                head = b""
                while b"\r\n\r\n" not in head:
                    head += await stream.receive()
                while not (asked := Asked.read(head)).is_whole:
                    head += await stream.receive()
                self.asked.append(asked)
                await stream.send(self.answer(asked))
            except (anyio.EndOfStream, anyio.BrokenResourceError):
                return  # the client had heard enough


def response(value: Any, status: int = 200, **headers: str) -> bytes:
    """A response of these bytes, or of JSON. Header names have `_` for `-`; one that is set to "" is left out."""
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    given = {"content_type": "application/json", "content_length": str(len(body)), "connection": "close"} | headers
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in given.items() if value]
    return "\r\n".join([f"HTTP/1.1 {status} Reason", *lines, "", ""]).encode("latin-1") + body


@asynccontextmanager
async def listening(answer: Callable[[Asked], bytes]) -> AsyncIterator[Provider]:
    listener = await anyio.create_tcp_listener(local_host="127.0.0.1")
    provider = Provider(answer, f"http://127.0.0.1:{listener.extra(SocketAttribute.local_port)}")  # noqa: S610
    async with listener, anyio.create_task_group() as tasks:
        tasks.start_soon(listener.serve, provider.converse)
        yield provider
        tasks.cancel_scope.cancel()


class House:
    """The sandbox, what a test tells it, and the facade over some of its directories."""

    def __init__(self, sandbox: Sandbox, http: httpx2.AsyncClient, exits: AsyncExitStack) -> None:
        self.sandbox = sandbox
        self._http = http
        self._exits = exits

    def settings(self, name: str, /, **changes: Any) -> DirectorySettings:
        usual: dict[str, Any] = {
            "name": name,
            "manifest": built_in(name),
            "base_url": self.sandbox.base_url(name),
            "key": SecretStr(f"sandbox-{name}-key"),
        }
        return DirectorySettings(**usual | changes)

    async def open(self, *chosen: str | DirectorySettings, store: Any = None, **options: Any) -> Directories:
        """The facade over these directories, closed when the test ends."""
        settings = [self.settings(item) if isinstance(item, str) else item for item in chosen]
        directories = Directories(settings, MemoryStore() if store is None else store, **options)
        return await self._exits.enter_async_context(directories)

    async def tell(self, name: str, action: str, **sent: Any) -> Any:
        """POST to the control API of one directory."""
        answer = await self._http.post(f"{self.sandbox.url}/_control/{name}/{action}", json=sent)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def hear(self, name: str, what: str) -> Any:
        """GET from the control API of one directory."""
        return (await self._http.get(f"{self.sandbox.url}/_control/{name}/{what}")).json()

    async def ids(self, name: str) -> list[str]:
        return (await self.hear(name, "ids"))["ids"]

    async def requests(self, name: str) -> list[dict[str, Any]]:
        return (await self.hear(name, "requests"))["requests"]

    async def queries(self, name: str) -> list[str]:
        return [request["query"] for request in await self.requests(name)]


@pytest.fixture(scope="session")
async def control() -> AsyncIterator[httpx2.AsyncClient]:
    """A client for the control API: to make one costs as much as a whole test."""
    async with httpx2.AsyncClient(timeout=10) as client:
        yield client


@pytest.fixture
async def house(control) -> AsyncIterator[House]:
    """Nothing that a test does with it may be anything but a GET of users."""
    async with Sandbox(users=USERS) as sandbox, AsyncExitStack() as exits:
        house = House(sandbox, control, exits)
        yield house
        for name in ("klavis", "braintrust", "delay", "openphone", "quo", "monocloud"):
            stats = await house.hear(name, "stats")
            assert stats["non_get"] == 0
            assert not [path for path in stats["by_path"] if path.endswith("/integrations")]


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    """A provider that answers 404 until a test sets `answer`."""
    async with listening(lambda _: response({}, 404)) as provider:
        yield provider
        others = [asked for asked in provider.asked if asked.method != "GET"]
        assert {(asked.method, asked.path) for asked in others} <= {("POST", path) for path in provider.posts}


@pytest.fixture
async def elsewhere() -> AsyncIterator[Provider]:
    """A second host, which nothing may ever be sent to."""
    async with listening(lambda _: response([])) as host:
        yield host
        assert host.connections == 0


@pytest.fixture
def answering():
    """Build a response of a `provider`."""
    return response


@pytest.fixture
async def open_own(provider, tmp_path) -> AsyncIterator[Callable[..., Any]]:
    """Open the facade over a manifest that the test writes; the directory is called `acme`."""
    async with AsyncExitStack() as exits:

        async def opened(page: str, **options: Any) -> Directories:
            file = tmp_path / "acme.toml"
            file.write_text(page, encoding="utf-8")
            key = options.pop("key", SecretStr("acme-key"))
            settings = DirectorySettings("acme", load_manifest(file), options.pop("base_url", provider.url), key)
            directories = Directories([settings], options.pop("store", None) or MemoryStore(), **options)
            return await exits.enter_async_context(directories)

        yield opened


@pytest.fixture
def turn_pages():
    """List or search to the end."""

    async def turned(directories: Directories, name: str | None, limit: int, query: Query | None = None) -> list[Page]:
        pages = [await directories.users(Request("list", name, query or Query(), limit))]
        while pages[-1].cursor is not None:
            assert len(pages) < MOST_PAGES
            pages.append(await directories.users(Request("list", name, Query(), limit, pages[-1].cursor)))
        return pages

    return turned


@pytest.fixture
def ids_of():
    """The ids on one page or on several, in order."""

    def ids(pages: Page | list[Page]) -> list[str]:
        return [found.user.id for page in (pages if isinstance(pages, list) else [pages]) for found in page.users]

    return ids


@pytest.fixture
def no_pauses(monkeypatch):
    """Try again at once, as often as ever, and at no slower a pace."""
    monkeypatch.setattr(pacing, "_LEAST", 1000.0)  # requests a second, which a refusal would halve
    with stamina.set_testing(True, attempts=3, cap=True):
        yield


@pytest.fixture
def requests_of():
    """A budget of so many requests."""
    return lambda requests: lambda: Budget(requests=requests)
